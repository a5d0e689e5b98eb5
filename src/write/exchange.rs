//! The first way to replace a directory: build the new one aside, and exchange the two in one step.
//!
//! A killed process leaves exactly the old or exactly the new directory. What the file system cannot
//! link, own or exchange is left to the journal way ([`super::journal`]).

use super::WriteError;
use super::files::{identity, same_owner_and_device};
use super::ground::refused;
use super::marker::is_own;
use super::names::Wanted;
use super::sweep::{Kept, Linked, sweep};
use super::target::Target;
use super::work::Work;
use crate::sorted::IntoSorted;
use std::collections::BTreeSet;
use std::fs::{FileTimes, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What the name of a directory under construction begins with; see [`was_exchanged`].
pub(super) const NEW: &str = "new";
/// More entries than this are not linked over: a directory with so much that is not ours takes the journal way.
const MOST_LINKED: usize = 4096;
/// Nor are folders deeper than this.
const DEEPEST: usize = 64;

/// Why the exchange did not happen.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is not possible here; nothing was changed.
    Unsuitable,
    /// It failed, or the clearing up after it did.
    Failed(WriteError),
}

/// Replaces the directory of `target`, writing the files `changed` and linking the others over.
pub(super) fn replace(
    target: &Target,
    work: &Work,
    wanted: &Wanted<'_>,
    changed: &BTreeSet<&str>,
) -> Result<Vec<Kept>, Stop> {
    if !work.beside {
        return Err(Stop::Unsuitable);
    }
    let built = build(target, work, wanted, changed)?;
    let result = swap(target, &built);
    if result.is_err() {
        // Nothing but links and copies stands in it.
        let _ = target.ground.remove_tree(&built.place);
    }
    if result? { clear(target, &built) } else { Ok(Vec::new()) }
}

/// A new directory that is complete and has reached the disk.
#[derive(Debug)]
pub(super) struct Built {
    pub place: PathBuf,
    pub linked: Linked,
}

/// Whether the directory at `place` was exchanged for another one after it was built: the name of a
/// new directory holds its own inode number, and the exchange leaves the name to the old one.
pub(super) fn was_exchanged(place: &Path, metadata: &Metadata) -> bool {
    let named = place.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("new-"));
    match (named, identity(metadata)) {
        (Some(named), Some((_, inode))) => named != format!("{inode:x}"),
        _ => false,
    }
}

/// Builds the new directory.
pub(super) fn build(
    target: &Target,
    work: &Work,
    wanted: &Wanted<'_>,
    changed: &BTreeSet<&str>,
) -> Result<Built, Stop> {
    let start = work.place.join(NEW);
    let failed = |source| Stop::Failed(WriteError::io("create", target.show_path(&start), source));
    let ground = &target.ground;
    ground.create_directory(&start).map_err(failed)?;
    let inode = ground.look(&start).map_err(failed)?.as_ref().and_then(identity);
    let place = work.place.join(format!("{NEW}-{:x}", inode.map_or(0, |(_, inode)| inode)));
    ground.rename(&start, &place).map_err(failed)?;
    let mut builder = Builder { target, place, folders: Vec::new(), linked: Linked::new() };
    match builder.fill(wanted, changed) {
        Ok(()) => Ok(Built { place: builder.place, linked: builder.linked }),
        Err(stop) => {
            let _ = ground.remove_tree(&builder.place);
            Err(stop)
        }
    }
}

/// Puts the new directory in the old one's place; says whether there was an old one.
pub(super) fn swap(target: &Target, built: &Built) -> Result<bool, Stop> {
    let (ground, exists) = (&target.ground, target.is_there());
    let result = if exists {
        ground.exchange(&built.place, &target.dir)
    } else {
        ground.rename_new(&built.place, &target.dir)
    };
    match result {
        Ok(()) => Ok(exists),
        Err(error) if refused(&error) => Err(Stop::Unsuitable),
        Err(source) => Err(Stop::Failed(WriteError::io("replace", target.shown.clone(), source))),
    }
}

/// Makes the exchange lasting, and removes the old directory.
pub(super) fn clear(target: &Target, built: &Built) -> Result<Vec<Kept>, Stop> {
    let ground = &target.ground;
    let cleared = ground
        .sync_directory(&target.parent)
        .and_then(|()| sweep(ground, &built.place, &target.dir, &built.linked));
    cleared.map_err(|source| {
        Stop::Failed(WriteError::Interrupted {
            dir: target.shown.clone(),
            at: target.show_path(&built.place),
            source,
        })
    })
}

struct Builder<'a> {
    target: &'a Target,
    place: PathBuf,
    /// The folders that stand in the old directory too, in the order of creation.
    folders: Vec<Folder>,
    linked: Linked,
}

struct Folder {
    relative: PathBuf,
    old: Metadata,
    /// Whether none of our files stands in it, so that its time is kept as well.
    foreign: bool,
}

impl Builder<'_> {
    fn fill(&mut self, wanted: &Wanted<'_>, changed: &BTreeSet<&str>) -> Result<(), Stop> {
        let ground = &self.target.ground;
        if let Some(old) = ground.look(&self.target.dir).map_err(unsuitable)? {
            self.adopt(&self.place, &old)?;
            self.folders.push(Folder { relative: PathBuf::new(), old, foreign: false });
            self.carry_over(wanted, changed)?;
        }
        let mut folders: BTreeSet<PathBuf> =
            self.folders.iter().map(|folder| folder.relative.clone()).into_set();
        folders.insert(PathBuf::new());
        for &path in changed {
            let text = wanted.get(path).copied().unwrap_or_default();
            let failed =
                |source| Stop::Failed(WriteError::io("write", self.target.show(Path::new(path)), source));
            if let Some((folder, _)) = path.split_once('/')
                && folders.insert(PathBuf::from(folder))
            {
                ground.create_directory(&self.place.join(folder)).map_err(failed)?;
            }
            let new = ground.create(&self.place.join(path), text.as_bytes()).map_err(failed)?;
            if let Some(old) = ground.look(&self.target.dir.join(path)).map_err(failed)? {
                new.set_permissions(old.permissions()).map_err(failed)?;
            }
        }
        let failed = |source| Stop::Failed(WriteError::io("write", self.target.shown.clone(), source));
        for path in changed {
            ground.sync_file(&self.place.join(path)).map_err(failed)?;
        }
        for folder in self.folders.iter().rev() {
            self.restore(folder).map_err(unsuitable)?;
        }
        for folder in folders.iter().rev() {
            ground.sync_directory(&self.place.join(folder)).map_err(failed)?;
        }
        Ok(())
    }

    /// Carries over what stays: files as links, folders anew. Our own files that are left over or
    /// about to be written stay behind.
    fn carry_over(&mut self, wanted: &Wanted<'_>, changed: &BTreeSet<&str>) -> Result<(), Stop> {
        let ground = &self.target.ground;
        let mut open = vec![PathBuf::new()];
        let mut count = 0_usize;
        while let Some(folder) = open.pop() {
            let mut own = false;
            let mut carried = Vec::new();
            for name in ground.names(&self.target.dir.join(&folder)).map_err(unsuitable)? {
                let relative = folder.join(name);
                let path = self.target.dir.join(&relative);
                let Some(metadata) = ground.look(&path).map_err(unsuitable)? else { continue };
                if metadata.is_dir() {
                    open.push(relative);
                } else if !is_own(ground, &relative, &path, &metadata) {
                    carried.push(relative);
                } else {
                    own = true;
                    let name = super::target::shown(&relative);
                    if wanted.contains_key(&*name) && !changed.contains(&*name) {
                        carried.push(relative);
                    }
                }
            }
            count += carried.len() + 1;
            if count > MOST_LINKED || folder.components().count() > DEEPEST {
                return Err(Stop::Unsuitable);
            }
            // A folder of ours vanishes with its last file; an empty one of somebody else stays.
            let needed = !carried.is_empty()
                || wanted.keys().any(|path| Path::new(path).parent() == Some(&*folder))
                || open.iter().any(|inner| inner.starts_with(&folder));
            if !folder.as_os_str().is_empty() && (needed || !own) {
                self.create_folder(&folder, own)?;
            }
            for relative in carried {
                self.link(relative)?;
            }
        }
        Ok(())
    }

    fn create_folder(&mut self, relative: &Path, own: bool) -> Result<(), Stop> {
        let ground = &self.target.ground;
        let old =
            ground.look(&self.target.dir.join(relative)).map_err(unsuitable)?.ok_or(Stop::Unsuitable)?;
        let new = self.place.join(relative);
        ground.create_directory(&new).map_err(unsuitable)?;
        self.adopt(&new, &old)?;
        self.folders.push(Folder { relative: relative.to_path_buf(), old, foreign: !own });
        Ok(())
    }

    /// Refuses a folder that would change hands: what belongs to another user stays what it is.
    fn adopt(&self, new: &Path, old: &Metadata) -> Result<(), Stop> {
        let new = self.target.ground.look(new).map_err(unsuitable)?.ok_or(Stop::Unsuitable)?;
        if same_owner_and_device(&new, old) { Ok(()) } else { Err(Stop::Unsuitable) }
    }

    fn link(&mut self, relative: PathBuf) -> Result<(), Stop> {
        let new = self.place.join(&relative);
        match self.target.ground.hard_link(&self.target.dir.join(&relative), &new) {
            Ok(()) => {}
            // Removed by its owner in this moment.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unsuitable(error)),
        }
        if let Some(identity) = self.target.ground.look(&new).map_err(unsuitable)?.as_ref().and_then(identity)
        {
            self.linked.insert(relative, identity);
        }
        Ok(())
    }

    /// Gives a folder the old one's mode, and its time where we have changed nothing.
    fn restore(&self, folder: &Folder) -> io::Result<()> {
        let (ground, new) = (&self.target.ground, self.place.join(&folder.relative));
        if folder.foreign && cfg!(unix) {
            ground.set_times(&new, FileTimes::new().set_modified(folder.old.modified()?))?;
        }
        ground.set_permissions(&new, folder.old.permissions())
    }
}

/// A fault while carrying over what is not ours: the journal way leaves it where it stands.
fn unsuitable(_: io::Error) -> Stop {
    Stop::Unsuitable
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::super::MARKER;
    use super::*;
    use std::fs;
    use std::time::Duration;

    struct Stand {
        root: tempfile::TempDir,
        new: String,
    }

    impl Stand {
        /// A directory with an old file of ours, a foreign file, and a new text for the former.
        fn new() -> Stand {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir_all(root.path().join("out/a")).unwrap();
            fs::write(root.path().join("out/a/x.yaml"), format!("{MARKER}\nold\n")).unwrap();
            fs::write(root.path().join("out/notes"), "notes").unwrap();
            Stand { root, new: format!("{MARKER}\nnew\n") }
        }

        /// Replaces the directory, with something happening after the build and after the exchange.
        fn run(
            &self,
            built: impl FnOnce(&Path),
            swapped: impl FnOnce(&Path, &Path),
        ) -> Result<Vec<Kept>, Stop> {
            let target = Target::resolve(self.root.path(), Path::new("out")).unwrap();
            let work = Work::enter(&target, Duration::ZERO).unwrap();
            let wanted = Wanted::from([("a/x.yaml", &*self.new), ("a/y.yaml", &*self.new)]);
            let new = build(&target, &work, &wanted, &BTreeSet::from(["a/x.yaml", "a/y.yaml"]))?;
            assert!(!was_exchanged(&new.place, &fs::symlink_metadata(&new.place).unwrap()));
            built(&target.dir);
            assert!(swap(&target, &new)?);
            assert!(was_exchanged(&new.place, &fs::symlink_metadata(&new.place).unwrap()));
            swapped(&new.place, &target.dir);
            let kept = clear(&target, &new)?;
            drop(work);
            assert_eq!(self.read("a/x.yaml"), self.new);
            assert_eq!(fs::read_dir(self.root.path()).unwrap().count(), 1);
            Ok(kept)
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.root.path().join("out").join(path)).unwrap()
        }
    }

    #[test]
    fn what_appears_during_the_swap_is_moved_back() {
        let stand = Stand::new();
        let appear = |dir: &Path| {
            fs::create_dir_all(dir.join("b/c")).unwrap();
            fs::write(dir.join("b/c/deep"), "deep").unwrap();
            fs::write(dir.join("a/shallow"), "shallow").unwrap();
            std::os::unix::fs::symlink("nowhere", dir.join("a/link")).unwrap();
        };
        assert_eq!(stand.run(appear, |_, _| {}).unwrap(), []);
        assert_eq!(
            (stand.read("b/c/deep"), stand.read("a/shallow")),
            ("deep".to_owned(), "shallow".to_owned())
        );
        assert_eq!(fs::read_link(stand.root.path().join("out/a/link")).unwrap(), Path::new("nowhere"));
    }

    #[test]
    fn the_later_of_two_foreign_files_stays() {
        let stand = Stand::new();
        let save = |dir: &Path| {
            fs::write(dir.join("draft"), "edited").unwrap();
            fs::rename(dir.join("draft"), dir.join("notes")).unwrap();
        };
        let both = [Kept { path: "notes".to_owned(), at: "notes.poolsmith-kept".to_owned() }];
        assert_eq!(stand.run(save, |_, _| {}).unwrap(), both);
        assert_eq!((&*stand.read("notes"), &*stand.read("notes.poolsmith-kept")), ("edited", "notes"));

        // Saved once more after the exchange: the inode number may be the old one again, so that it is
        // open which of the two stays, but neither is lost.
        let stand = Stand::new();
        let save_again = |_: &Path, dir: &Path| {
            fs::remove_file(dir.join("notes")).unwrap();
            fs::write(dir.join("notes"), "later").unwrap();
        };
        assert_eq!(stand.run(save, save_again).unwrap(), both);
        let mut texts = [stand.read("notes"), stand.read("notes.poolsmith-kept")];
        texts.sort();
        assert_eq!(texts, ["edited", "later"]);
    }

    #[test]
    fn a_foreign_file_at_a_rendered_path_is_set_aside() {
        let stand = Stand::new();
        let appear = |dir: &Path| {
            fs::write(dir.join("a/y.yaml"), "mine").unwrap();
            fs::write(dir.join("a-y.yaml.poolsmith-kept"), "from before").unwrap();
        };
        let kept = stand.run(appear, |_, _| {}).unwrap();
        assert_eq!(kept, [Kept { path: "a/y.yaml".to_owned(), at: "a-y.yaml.poolsmith-kept-2".to_owned() }]);
        assert_eq!(
            (stand.read("a/y.yaml"), stand.read("a-y.yaml.poolsmith-kept-2")),
            (stand.new.clone(), "mine".to_owned())
        );
        assert_eq!(stand.read("a-y.yaml.poolsmith-kept"), "from before");
    }

    #[test]
    fn links_that_lead_out_are_not_followed() {
        let stand = Stand::new();
        let outside = tempfile::tempdir().unwrap();
        let appear = |dir: &Path| {
            fs::create_dir(dir.join("b")).unwrap();
            fs::write(dir.join("b/file"), "file").unwrap();
        };
        let link = |_: &Path, dir: &Path| std::os::unix::fs::symlink(outside.path(), dir.join("b")).unwrap();
        assert_eq!(stand.run(appear, link).unwrap().len(), 1);
        assert_eq!(stand.read("b-file.poolsmith-kept"), "file");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
