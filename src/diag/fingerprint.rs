//! What tells a finding from others, wherever its lines move to.

use super::{Finding, Sources};
use std::collections::BTreeMap;

/// Fingerprints that stay the same when lines move: they know the rule, the file, the object, the
/// pool and the message, and tell equal ones apart by their order.
#[derive(Default)]
pub struct Fingerprints {
    seen: BTreeMap<u64, usize>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in the order of [`super::Findings::into_sorted`].
    pub fn of(&mut self, finding: &Finding, sources: &Sources) -> String {
        let path = finding.primary.as_ref().map(|label| sources.path(label.position.file));
        let object = finding.object.as_ref().map(ToString::to_string);
        let message = without_line_numbers(&finding.message);
        let parts = [
            finding.rule.code,
            path.unwrap_or_default(),
            object.as_deref().unwrap_or_default(),
            finding.pool.as_deref().unwrap_or_default(),
            &message,
        ];
        let hash = fnv1a(&parts);
        let occurrence = self.seen.entry(hash).or_default();
        *occurrence += 1;
        format!("{hash:016x}:{occurrence}")
    }
}

/// A message with one space between its words, and without the numbers of lines: they move.
fn without_line_numbers(message: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for word in message.split_whitespace() {
        let is_number = word.trim_end_matches([',', '.', ';', ':', ')']).parse::<u32>().is_ok();
        if !(is_number && matches!(out.last(), Some(&("line" | "lines")))) {
            out.push(word);
        }
    }
    out.join(" ")
}

/// FNV-1a with 64 bits over the parts, each closed by a zero byte.
fn fnv1a(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    #[test]
    fn fnv1a_is_the_published_function() {
        // The test vector of the zero-terminated "foobar" (Fowler, Noll, Vo: test_fnv.c).
        assert_eq!(fnv1a(&["foobar"]), 0x34531ca7168b8f38);
    }
}
