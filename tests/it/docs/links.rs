//! Links between pages, to headings and to files.

use std::collections::BTreeSet;

use super::{Page, pages, root};

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let text: String = heading.trim().chars().filter(kept).collect();
    text.to_lowercase().replace(' ', "-")
}

fn anchors(page: &Page) -> BTreeSet<String> {
    let mut fenced = false;
    let mut found = BTreeSet::new();
    for line in page.text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.starts_with('#') {
            found.insert(anchor(line.trim_start_matches('#')));
        }
    }
    found
}

/// The targets of Markdown links and pictures, outside fenced blocks and code.
fn targets(page: &Page) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect();
        let links = prose.split("](").skip(1);
        found.extend(links.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    found
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut seen = 0;
    for page in pages() {
        let folder = root().join(&page.name);
        let folder = folder.parent().expect("a page lies in a folder");
        for target in targets(&page) {
            if target.contains("://") {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() {
                root().join(&page.name)
            } else {
                folder.join(path)
            };
            assert!(file.is_file(), "{}: {target}", page.name);
            if !heading.is_empty() {
                let text = std::fs::read_to_string(&file).expect("a page");
                let known = anchors(&Page {
                    name: target.clone(),
                    text,
                });
                assert!(
                    known.contains(heading),
                    "{}: {target}: {known:?}",
                    page.name
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} links");
}

#[test]
fn every_page_is_reached_from_both_readmes() {
    for name in ["README.md", "README.zh-CN.md"] {
        let readme = Page::read(name);
        let targets: BTreeSet<String> = targets(&readme).into_iter().collect();
        for page in pages().iter().filter(|p| p.name.starts_with("docs/")) {
            let found = targets.contains(&page.name) || page.name == "docs/README.md";
            assert!(found, "{name} links {}", page.name);
        }
        for picture in [
            "answer",
            "home",
            "suggestions",
            "explanation",
            "none",
            "phone",
            "dark",
        ] {
            let path = format!("tests/pictures/{picture}.webp");
            assert!(targets.contains(&path), "{name} shows {picture}");
        }
    }
}

#[test]
fn no_address_in_a_command_is_open_to_the_shell() {
    for page in pages() {
        for line in page.code("sh").filter(|line| line.contains("http")) {
            let bare: String = line.split('\'').step_by(2).collect();
            assert!(
                !bare.contains('?') && !bare.contains('&'),
                "{}: {line}",
                page.name
            );
        }
    }
}
