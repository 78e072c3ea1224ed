//! The arrows between source files: each name that a file uses, resolved to the file that defines
//! it. A re-export of a module below is not a use; names that come through it lead on.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Import, Module, Source};

/// The root of the library's modules.
const LIBRARY: &str = "jieda";
/// The root of the binary's modules.
const BINARY: &str = "main";
/// Imports that are followed for one name, at the most.
const HOPS: usize = 16;

/// A use of one file by another. Both are positions in the list of sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Line of the use.
    pub(super) line: usize,
    /// True if a module is named and nothing in it, as by `use super::module;`.
    pub(super) module_alone: bool,
}

/// The target of a path.
#[derive(Debug, Clone, PartialEq)]
enum Target {
    Module(Vec<String>),
    /// An item of this module.
    Item(Vec<String>),
}

/// All modules, by their paths.
pub(super) struct Tree<'a> {
    pub(super) sources: &'a [Source],
    /// The module that each source holds.
    files: Vec<Vec<String>>,
    modules: BTreeMap<Vec<String>, (usize, &'a Module)>,
    tests: BTreeSet<Vec<String>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(sources: &'a [Source]) -> Self {
        let (mut modules, mut tests) = (BTreeMap::new(), BTreeSet::new());
        let cli_has_main = sources.iter().any(|s| s.path == "src/cli/main.rs");
        let file_module = |s: &Source| module_of(&s.path, cli_has_main);
        let files: Vec<Vec<String>> = sources.iter().map(file_module).collect();
        for (file, source) in sources.iter().enumerate() {
            for module in &source.modules {
                let path = [files[file].clone(), module.within.clone()].concat();
                let below = |name: &String| join(&path, name);
                tests.extend(module.tests.iter().map(below));
                modules.insert(path, (file, module));
            }
        }
        Self {
            sources,
            files,
            modules,
            tests,
        }
    }

    /// The path of a file.
    pub(super) fn path(&self, file: usize) -> &'a str {
        &self.sources[file].path
    }

    /// True for a file that is compiled for tests only.
    pub(super) fn is_test(&self, file: usize) -> bool {
        let path = &self.files[file];
        (1..=path.len()).any(|length| self.tests.contains(&path[..length]))
    }

    /// Every arrow once, at its first line.
    pub(super) fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = BTreeSet::new();
        for (path, (file, module)) in &self.modules {
            if self.is_test(*file) {
                continue;
            }
            let imports = module.imports.iter().map(|i| (&i.path, i.line, Some(i)));
            let paths = module.paths.iter().map(|(path, line)| (path, *line, None));
            for (used, line, import) in imports.chain(paths) {
                arrows.extend(self.arrow(*file, path, used, line, import));
            }
        }
        let mut known = BTreeSet::new();
        let first = |a: &Arrow| known.insert((a.from, a.to, a.module_alone));
        let mut arrows: Vec<Arrow> = arrows.into_iter().collect();
        arrows.sort_by_key(|a| (a.from, a.line));
        arrows.into_iter().filter(first).collect()
    }

    fn arrow(
        &self,
        from: usize,
        scope: &[String],
        path: &[String],
        line: usize,
        import: Option<&Import>,
    ) -> Option<Arrow> {
        let (target, module_alone) = match self.resolve(scope, path, HOPS)? {
            Target::Item(module) => (module, false),
            Target::Module(module) => (module, import.is_none_or(|i| i.name != "*")),
        };
        let declares_a_child = import.is_some_and(|i| i.public) && target.starts_with(scope);
        let (to, _) = self.modules.get(&target)?;
        (*to != from && !declares_a_child).then_some(Arrow {
            from,
            to: *to,
            line,
            module_alone,
        })
    }

    /// The target of a path as it is written in a module. None for what other crates define.
    fn resolve(&self, scope: &[String], path: &[String], hops: usize) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => scope[..1].to_vec(),
            "self" => scope.to_vec(),
            "super" => parent(scope),
            _ if rest.is_empty() || !self.has_module(scope, first) => {
                return self.name(scope, first, rest, hops);
            }
            child => join(scope, child),
        };
        while let Some((_, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
            at = parent(&at);
            rest = after;
        }
        self.walk(at, rest, hops)
    }

    /// The target of a path whose first name stands in a module. None if it does not.
    fn name(&self, scope: &[String], name: &str, rest: &[String], hops: usize) -> Option<Target> {
        let (_, module) = self.modules.get(scope)?;
        if let Some(import) = module.imports.iter().find(|i| i.name == name) {
            return self.follow(scope, import, rest, hops);
        }
        if module.items.contains(name) {
            return Some(Target::Item(scope.to_vec()));
        }
        if name == LIBRARY {
            return self.walk(vec![LIBRARY.to_owned()], rest, hops);
        }
        if self.has_module(scope, name) {
            return self.walk(join(scope, name), rest, hops);
        }
        let globs = module.imports.iter().filter(|i| i.name == "*");
        let mut found = globs.filter_map(|glob| {
            let hops = hops.checked_sub(1)?;
            match self.resolve(scope, &glob.path, hops)? {
                Target::Module(module) => self.name(&module, name, rest, hops),
                Target::Item(_) => None,
            }
        });
        found.next()
    }

    fn follow(
        &self,
        scope: &[String],
        import: &Import,
        rest: &[String],
        hops: usize,
    ) -> Option<Target> {
        let hops = hops.checked_sub(1)?;
        match self.resolve(scope, &import.path, hops)? {
            Target::Module(module) => self.walk(module, rest, hops),
            item => Some(item),
        }
    }

    /// Goes down from a module, name by name.
    fn walk(&self, mut at: Vec<String>, rest: &[String], hops: usize) -> Option<Target> {
        for (position, name) in rest.iter().enumerate() {
            if !self.has_module(&at, name) {
                let found = self.name(&at, name, &rest[position + 1..], hops);
                // A macro may have made it.
                return found.or(Some(Target::Item(at)));
            }
            at.push(name.clone());
        }
        Some(Target::Module(at))
    }

    fn has_module(&self, scope: &[String], name: &str) -> bool {
        self.modules.contains_key(&join(scope, name))
    }
}

fn join(module: &[String], name: &str) -> Vec<String> {
    let own = module.iter().cloned();
    own.chain([name.to_owned()]).collect()
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1).max(1)].to_vec()
}

/// The path of the module that a file holds, from its crate on. The binary is `src/main.rs` with
/// `src/cli` below it, or `src/cli` with its own `main.rs`.
fn module_of(path: &str, cli_has_main: bool) -> Vec<String> {
    let relative = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut names: Vec<&str> = relative.split('/').collect();
    let root = match names[0] {
        "cli" | "main" => BINARY,
        _ => LIBRARY,
    };
    if matches!(names.last(), Some(&("mod" | "lib" | "main"))) {
        names.pop();
    }
    if cli_has_main && root == BINARY {
        names.remove(0);
    }
    let names = names.into_iter().map(str::to_owned);
    std::iter::once(root.to_owned()).chain(names).collect()
}
