//! Effects that a module may not have, crates that it may not use, and numbers without a name.

use super::Violation;
use super::source::Source;

/// Calls that print or end the process.
pub(super) fn prints_and_exits(source: &Source) -> Vec<Violation> {
    const MACROS: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];
    let macros = source
        .macros
        .iter()
        .map(|(name, line)| (name.as_str(), *line));
    let printing = macros.filter(|(name, _)| MACROS.contains(name));
    let exits = paths(source)
        .filter(|(path, _)| path.windows(2).any(|pair| pair == ["process", "exit"]))
        .map(|(_, line)| ("process::exit", line));
    let calls = printing.chain(exits);
    calls
        .map(|(call, line)| Violation::new(&source.path, line, format!("calls {call}")))
        .collect()
}

/// Uses of files, sockets, locks and of anything async.
pub(super) fn waits(source: &Source) -> Vec<Violation> {
    const LOCKS: [&str; 2] = ["Mutex", "RwLock"];
    let outside = |path: &[String]| {
        path[0] == "tokio"
            || path.len() > 1 && path[0] == "std" && ["fs", "net"].contains(&path[1].as_str())
            || path.iter().any(|name| LOCKS.contains(&name.as_str()))
    };
    let paths = paths(source)
        .filter(|(path, _)| outside(path))
        .map(|(path, line)| {
            Violation::new(&source.path, line, format!("uses {}", path.join("::")))
        });
    let asyncs = source.asyncs.iter();
    let asyncs = asyncs.map(|line| Violation::new(&source.path, *line, "is async".to_owned()));
    paths.chain(asyncs).collect()
}

/// Uses of a crate.
pub(super) fn uses_crate(source: &Source, name: &str) -> Vec<Violation> {
    paths(source)
        .filter(|(path, _)| path[0] == name)
        .map(|(_, line)| Violation::new(&source.path, line, format!("uses {name}")))
        .collect()
}

/// Attributes that let dead code pass.
pub(super) fn dead_code(source: &Source) -> Vec<Violation> {
    let lines = source.dead_code.iter();
    lines
        .map(|line| Violation::new(&source.path, *line, "lets dead code pass".to_owned()))
        .collect()
}

/// Float literals other than 0 and 1 outside constants.
pub(super) fn unnamed_numbers(source: &Source) -> Vec<Violation> {
    let floats = source.floats.iter();
    floats
        .map(|(digits, line)| Violation::new(&source.path, *line, format!("{digits} has no name")))
        .collect()
}

/// Imports and paths in code, with their lines.
fn paths(source: &Source) -> impl Iterator<Item = (&[String], usize)> {
    source.modules.iter().flat_map(|module| {
        let imports = module.imports.iter().map(|i| (i.path.as_slice(), i.line));
        let paths = module
            .paths
            .iter()
            .map(|(path, line)| (path.as_slice(), *line));
        imports.chain(paths).filter(|(path, _)| !path.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that the check finds one violation in each text, and none in its own tests.
    #[track_caller]
    fn bites(check: impl Fn(&Source) -> Vec<Violation>, texts: &[&str]) {
        for text in texts {
            let found = check(&Source::parse("src/a.rs", text));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let tested = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}");
            assert_eq!(check(&Source::parse("src/a.rs", &tested)), [], "{text}");
        }
    }

    #[test]
    fn printing_and_exiting_are_found() {
        bites(
            prints_and_exits,
            &[
                "fn f() { println!(\"a\"); }",
                "fn f() { std::eprint!(\"a\"); }",
                "fn f() -> u8 { dbg!(1) }",
                "fn f() { select! { _ = a => { println!(\"a\") } } }",
                "fn f() { std::process::exit(1) }",
                "use std::process::{Command, exit};",
            ],
        );
        let quiet = "/// Not println!.\nfn f() { format!(\"println!\"); std::process::id(); }";
        assert_eq!(prints_and_exits(&Source::parse("src/a.rs", quiet)), []);
    }

    #[test]
    fn disk_network_locks_and_async_are_found() {
        bites(
            waits,
            &[
                "use std::{fmt, fs};",
                "fn f() { std::fs::read(\"a\"); }",
                "fn f(a: std::net::IpAddr) {}",
                "use std::sync::{Arc, Mutex};",
                "static A: std::sync::RwLock<u8> = todo!();",
                "async fn f() {}",
                "impl A { async fn f() {} }",
                "fn f() { async { 1 }; }",
                "#[tokio::main] fn f() {}",
            ],
        );
        let pure = "/// No Mutex.\nuse std::sync::Arc; fn f() -> std::fmt::Result { Ok(()) }";
        assert_eq!(waits(&Source::parse("src/a.rs", pure)), []);
    }

    #[test]
    fn uses_of_a_crate_are_found() {
        bites(
            |source| uses_crate(source, "clap"),
            &[
                "use clap::Parser;",
                "#[derive(Debug, clap::ValueEnum)] enum A {}",
                "fn f() { clap::Command::new(\"a\"); }",
            ],
        );
    }

    #[test]
    fn dead_code_that_may_pass_is_found() {
        bites(
            dead_code,
            &[
                "#[allow(dead_code)] fn f() {}",
                "#[expect(dead_code, reason = \"x\")] fn f() {}",
                "struct A { #[expect(dead_code)] a: u8 }",
                "#[cfg_attr(unix, allow(dead_code))] fn f() {}",
            ],
        );
    }

    #[test]
    fn numbers_without_a_name_are_found() {
        bites(
            unnamed_numbers,
            &[
                "fn f() -> f32 { 0.5 }",
                "fn f(a: f32) -> bool { a > -2e-3 }",
                "fn f(a: f32) -> bool { matches!(a, 0.25..) }",
                "fn f() { vec![0.75f32; 3]; }",
                "fn f(a: f32) { let b = a * 1.5_f32; }",
            ],
        );
        let named = "const A: f32 = 0.5; static B: [f32; 2] = [0.1, 1.0 / 3.0];\n\
                     fn f() -> f32 { const C: f32 = 0.2; C * 1.0 + 0.0 - 1. + 2 as f32 }\n\
                     impl S { const D: f32 = 7.5; }";
        assert_eq!(unnamed_numbers(&Source::parse("src/a.rs", named)), []);
    }
}
