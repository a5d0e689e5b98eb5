//! Work on many items, shared among threads.

use crate::sorted::sort_by_key;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` on every item, at most `threads` at once; the results are in the order of the items.
pub(crate) fn side_by_side<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    work: &(dyn Fn(&I) -> T + Sync),
) -> Vec<T> {
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(index)
        {
            done.push((index, work(item)));
        }
        done
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    sort_by_key(&mut done, |(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
