//! Flags, environment variables, defaults and commands.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{Page, pages, root};
use crate::support::{Scratch, jieda, run};

/// The subcommands, as their help is asked for.
const COMMANDS: [&[&str]; 9] = [
    &["serve"],
    &["check"],
    &["lookup"],
    &["eval"],
    &["fit"],
    &["new"],
    &["mcp"],
    &["keys", "add"],
    &["keys", "revoke"],
];

/// An option of a command, as its help has it.
#[derive(Debug)]
struct Flag {
    name: String,
    environment: String,
    default: Option<String>,
}

fn help(command: &[&str]) -> String {
    let output = run(&[command, &["--help"]].concat());
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("help is UTF-8")
}

/// The options of a command but `--help`.
fn flags(command: &[&str]) -> Vec<Flag> {
    let help = help(command);
    let begins = |line: &&str| line.trim_start().starts_with("--");
    let mut lines = help.lines().peekable();
    let mut flags = Vec::new();
    while let Some(line) = lines.next() {
        if !begins(&line) {
            continue;
        }
        let mut text = line.to_owned();
        while let Some(more) = lines.next_if(|line| !begins(line) && !line.contains("-h, --help")) {
            text.push_str(more);
        }
        let between = |from: &str| {
            Some(
                text.split_once(from)?
                    .1
                    .split([']', '='])
                    .next()?
                    .to_owned(),
            )
        };
        flags.push(Flag {
            name: text.split_whitespace().next().expect("a flag").to_owned(),
            environment: between("[env: ").expect("a flag has a variable"),
            default: between("[default: "),
        });
    }
    flags
}

fn all_flags() -> Vec<Flag> {
    COMMANDS.iter().flat_map(|command| flags(command)).collect()
}

#[test]
fn the_configuration_page_has_every_option_with_its_variable_and_default() {
    let page = Page::read("docs/configuration.md");
    let mut seen = 0;
    for command in COMMANDS {
        for flag in flags(command) {
            let shared = matches!(&*flag.name, "--kb" | "--data" | "--journal");
            let row = page.rows().find(|cells| {
                let listed = cells
                    .iter()
                    .any(|c| c.contains(&format!("`{}", flag.environment)));
                let of = command.join(" ");
                let own = command == ["serve"] && cells.len() == 4
                    || cells[0].contains(&format!("`{of}`"))
                    || shared;
                listed && own
            });
            let row = row.unwrap_or_else(|| panic!("{command:?} {flag:?} is in no table"));
            let at = row.iter().position(|c| c.contains(&flag.name));
            let at = at.unwrap_or_else(|| panic!("{row:?} names {}", flag.name));
            assert_eq!(row[at + 1], format!("`{}`", flag.environment), "{row:?}");
            if let Some(default) = flag.default.filter(|_| !shared || command == ["serve"])
                && !default.starts_with('（')
            {
                assert_eq!(row[at + 2], format!("`{default}`"), "{row:?}");
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} options");
}

#[test]
fn every_flag_and_variable_that_a_page_names_exists() {
    let flags = all_flags();
    let names: BTreeSet<&str> = flags.iter().map(|f| &*f.name).chain(["--help"]).collect();
    let variables: BTreeSet<&str> = flags.iter().map(|f| &*f.environment).collect();
    let mut seen = 0;
    for page in pages() {
        // Options of cargo and of container files are not ours.
        let others = |line: &&str| line.contains("cargo ") || line.starts_with("COPY ");
        for line in page.text.lines().filter(|line| !others(line)) {
            for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
            {
                let flag = word.starts_with("--") && word.len() > 3 && !word.starts_with("---");
                assert!(!flag || names.contains(word), "{}: {word}", page.name);
                let variable = word.starts_with("JIEDA_");
                assert!(
                    !variable || variables.contains(word),
                    "{}: {word}",
                    page.name
                );
                seen += usize::from(flag || variable);
            }
        }
    }
    assert!(seen > 60, "{seen} names");
}

/// The words of a command line: quotes of the shell, a comment at its end.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or_default();
    let line = line.split(" # ").next().unwrap_or_default();
    line.replace('\'', "")
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Runs the options of a command through the parser: what stands before `--help` is parsed.
fn parses(arguments: &[String]) -> bool {
    let output = jieda().args(arguments).arg("--help").output();
    output.expect("the binary starts").status.success()
}

#[test]
fn every_command_that_a_page_shows_is_understood() {
    let mut seen = 0;
    for page in pages() {
        let spans = page.spans();
        let lines = page.code("sh").chain(spans);
        let commands = lines.filter_map(|line| line.strip_prefix("jieda "));
        for line in commands.map(|l| l.replace(['…'], "x")) {
            assert!(parses(&words(&line)), "{}: jieda {line}", page.name);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen} commands");
    assert!(!parses(&words("lookup x --nope")), "a wrong option is seen");
}

#[test]
fn the_quick_commands_of_the_documentation_do_what_they_say() {
    let kb = Scratch::new("docs-commands");
    let at = |arguments: &[&str]| {
        let command = [arguments, &["--kb", kb.path().to_str().expect("a path")]].concat();
        run(&command)
    };
    assert!(at(&["check"]).status.success());
    let new = [
        "new",
        "shipping/sync/jd-account-frozen",
        "--title",
        "商家账号已冻结",
    ];
    assert!(at(&new).status.success());
    let labelled = Page::read("docs/evaluation.md");
    let query = labelled.code("json").next().expect("an example");
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("docs-query.jsonl");
    std::fs::write(&file, query).expect("it can be written");
    let file = file.to_str().expect("a path");
    let eval = run(&[
        "eval",
        file,
        "--kb",
        root().join("kb").to_str().expect("a path"),
    ]);
    let table = String::from_utf8_lossy(&eval.stdout);
    assert!(eval.status.success() && table.contains("paste"), "{table}");
}

#[test]
fn both_readmes_name_every_command() {
    let commands = [
        "serve", "check", "lookup", "new", "fit", "eval", "keys", "mcp",
    ];
    let listed = String::from_utf8(run(&["--help"]).stdout).expect("UTF-8");
    for name in ["README.md", "README.zh-CN.md"] {
        let page = Page::read(name);
        for command in commands {
            assert!(listed.contains(&format!("\n  {command} ")), "{command}");
            page.row(&format!("`jieda {command}"));
        }
    }
    let listed = listed.split("Commands:\n").nth(1).expect("commands");
    let listed = listed.lines().take_while(|l| l.starts_with("  "));
    let listed = listed.filter(|l| !l.starts_with("   ") && !l.contains("help "));
    assert_eq!(listed.count(), commands.len());
}
