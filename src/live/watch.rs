//! Watches every folder where a change of a knowledge base shows itself. If the content has really
//! changed is found out elsewhere, by reading it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// More links than this in one path are a loop (`MAXSYMLINKS` of Linux).
const HOPS: usize = 40;

/// The folders to watch, and what counts in each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Places(BTreeMap<PathBuf, Names>);

#[derive(Debug, PartialEq, Eq)]
enum Names {
    All,
    Only(BTreeSet<OsString>),
}

/// Watches until it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches the folder as it is now: every folder in it and, for each symbolic link on the way to
    /// it or in it, the folder where the link can be replaced. Folders that come later need a new
    /// watch.
    ///
    /// # Errors
    /// When the system refuses, such as beyond its limit of watches.
    pub(super) fn new(dir: &Path, changed: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let places = Places::of(dir);
        let folders: Vec<PathBuf> = places.0.keys().cloned().collect();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An unreadable event may be anything.
            if event.map_or(true, |event| places.concern(&event)) {
                changed();
            }
        })?;
        for folder in folders {
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                // Gone since: the watch on the folder above has seen that.
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
                other => other?,
            }
        }
        Ok(Self { _watcher: watcher })
    }
}

impl Places {
    fn of(dir: &Path) -> Self {
        let mut places = Self::default();
        let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        if let Some(real) = places.follow(&absolute) {
            // The folder itself may be moved away and another put in its place.
            if let (Some(above), Some(name)) = (real.parent(), real.file_name()) {
                places.only(above, name);
            }
            places.folder(real);
        }
        places
    }

    /// Everything in a folder, and the folders in it.
    fn folder(&mut self, real: PathBuf) {
        if self.0.get(&real) == Some(&Names::All) {
            return;
        }
        let Ok(items) = fs::read_dir(&real) else {
            return;
        };
        self.0.insert(real, Names::All);
        for item in items.flatten() {
            let path = item.path();
            // As it is read: what begins with a dot is not.
            if item.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let kind = item.file_type().ok();
            if kind.is_some_and(|k| k.is_dir()) {
                self.folder(path);
            } else if kind.is_some_and(|k| k.is_symlink()) {
                self.link(&path);
            }
        }
    }

    /// The target of a link in the knowledge base.
    fn link(&mut self, path: &Path) {
        let Some(real) = self.follow(path) else {
            return;
        };
        if real.is_dir() {
            self.folder(real);
        } else if let (Some(folder), Some(name)) = (real.parent(), real.file_name()) {
            self.only(folder, name);
        }
    }

    /// The real path, with each link on the way as a place; none where it ends on the way, which is
    /// a place then.
    fn follow(&mut self, path: &Path) -> Option<PathBuf> {
        let mut real = PathBuf::new();
        let mut hops = 0;
        let mut rest: VecDeque<Step> = steps(path).collect();
        while let Some(step) = rest.pop_front() {
            match step {
                Step::Root(root) => real = root,
                Step::Up => {
                    real.pop();
                }
                Step::Name(name) => {
                    let at = real.join(&name);
                    let Ok(found) = fs::symlink_metadata(&at) else {
                        self.only(&real, &name);
                        return None;
                    };
                    if !found.is_symlink() {
                        real = at;
                        continue;
                    }
                    self.only(&real, &name);
                    hops += 1;
                    let target = fs::read_link(&at).ok().filter(|_| hops <= HOPS)?;
                    rest = steps(&target).chain(rest).collect();
                }
            }
        }
        Some(real)
    }

    fn only(&mut self, folder: &Path, name: &OsStr) {
        let names = self.0.entry(folder.to_owned());
        if let Names::Only(names) = names.or_insert_with(|| Names::Only(BTreeSet::new())) {
            names.insert(name.to_owned());
        }
    }

    /// True if an event may be a change of the content.
    fn concern(&self, event: &Event) -> bool {
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        // Reading is an event too, our own among it.
        if matches!(event.kind, EventKind::Access(_)) && event.kind != written {
            return false;
        }
        let counts = |path: &PathBuf| {
            let inside = path.parent().and_then(|folder| self.0.get(folder));
            self.0.get(path) == Some(&Names::All)
                || match inside {
                    Some(Names::All) => true,
                    Some(Names::Only(names)) => {
                        path.file_name().is_some_and(|name| names.contains(name))
                    }
                    None => false,
                }
        };
        event.paths.is_empty() || event.need_rescan() || event.paths.iter().any(counts)
    }
}

/// A component of a path, owned.
#[derive(Debug)]
enum Step {
    Root(PathBuf),
    Up,
    Name(OsString),
}

fn steps(path: &Path) -> impl Iterator<Item = Step> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(Step::Name(name.to_owned())),
        Component::ParentDir => Some(Step::Up),
        Component::CurDir => None,
        root => Some(Step::Root(PathBuf::from(root.as_os_str()))),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_watched_where_they_can_be_replaced() {
        let base = std::env::temp_dir().join(format!("jieda-places-{}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        let base = {
            fs::create_dir_all(base.join("mount/..1/deep")).expect("a folder");
            fs::canonicalize(&base).expect("it is there")
        };
        fs::write(base.join("mount/..1/a.md"), "").expect("a file");
        fs::create_dir(base.join("mount/.git")).expect("a folder");
        symlink("..1", base.join("mount/..data")).expect("a link");
        symlink("..data/a.md", base.join("mount/a.md")).expect("a link");
        symlink("..data/deep", base.join("mount/deep")).expect("a link");
        symlink("deep", base.join("mount/..1/deep/round")).expect("a link to nothing");
        symlink("mount", base.join("kb")).expect("a link");

        let places = Places::of(&base.join("kb"));
        let only = |names: &[&str]| Names::Only(names.iter().map(OsString::from).collect());
        let expected = [
            (base.clone(), only(&["kb", "mount"])),
            (base.join("mount"), Names::All),
            (base.join("mount/..1"), only(&["a.md"])),
            (base.join("mount/..1/deep"), Names::All),
        ];
        assert_eq!(places, Places(expected.into()));

        let gone = Places::of(&base.join("mount/none/of/it"));
        let expected = [(base.join("mount"), only(&["none"]))];
        assert_eq!(gone, Places(expected.into()), "its coming is seen");
        fs::remove_dir_all(&base).expect("ours");
    }
}
