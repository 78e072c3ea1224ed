//! Links and pictures in a piece of Markdown: found, checked as far as one file allows, and written
//! in the one form `/kb/…`, which holds wherever the text is shown. Whether a linked entry exists
//! is checked in `check`.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::diagnostic::Rule;
use super::entry::Line;
use super::findings::Findings;
use super::markdown::{SCHEMES, parser};
use super::picture::ENDINGS;
use super::source::newlines;

/// A piece of Markdown with its links and pictures.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// The Markdown, links to entries and pictures beside them written `/kb/…`.
    pub(super) markdown: String,
    /// Ids of the entries and categories that it links to.
    pub(super) targets: Vec<Line>,
    /// Paths of the pictures beside the entries that it shows.
    pub(super) pictures: Vec<Line>,
    /// It has pictures and no text outside them.
    pub(super) only_pictures: bool,
}

/// Reads Markdown that begins at line `first` of an entry in `folder`.
pub(super) fn read(markdown: &str, first: u32, folder: &str, findings: &mut Findings) -> Linked {
    let mut reader = Reader {
        markdown,
        folder,
        findings,
        line: first,
        linked: Linked::default(),
        rewritten: Vec::new(),
        alt: None,
        has_pictures: false,
        has_text: false,
    };
    let mut counted = 0;
    for (event, range) in parser(markdown).into_offset_iter() {
        // An end event has the range of its start event, which lies before the events between.
        if range.start > counted {
            reader.line += newlines(&markdown.as_bytes()[counted..range.start]);
            counted = range.start;
        }
        reader.take(event, &range);
    }
    Linked {
        markdown: replace(markdown, reader.rewritten),
        only_pictures: reader.has_pictures && !reader.has_text,
        ..reader.linked
    }
}

/// The state of [`read`] between two events.
struct Reader<'a, 'f> {
    markdown: &'a str,
    folder: &'a str,
    findings: &'a mut Findings<'f>,
    /// The line of the current event.
    line: u32,
    linked: Linked,
    /// Addresses to replace, in order.
    rewritten: Vec<(Range<usize>, String)>,
    /// The alternative text of the open picture.
    alt: Option<String>,
    has_pictures: bool,
    has_text: bool,
}

impl Reader<'_, '_> {
    fn take(&mut self, event: Event, range: &Range<usize>) {
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => self.link(link_type, &dest_url, range),
            Event::Start(Tag::Image { dest_url, .. }) => self.picture(&dest_url, range),
            Event::End(TagEnd::Image) => self.end_picture(),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                let message = "this is HTML, which is not shown";
                let hint = "write Markdown; put `<…>` that is meant as text in backticks";
                self.findings.error(Rule::RawHtml, self.line, message, hint);
            }
            Event::Text(text) | Event::Code(text) => match &mut self.alt {
                Some(alt) => alt.push_str(&text),
                None => self.has_text |= !text.trim().is_empty(),
            },
            _ => {}
        }
    }

    fn link(&mut self, link_type: LinkType, url: &str, range: &Range<usize>) {
        match target(link_type, url, self.folder) {
            Target::Entry(id) => {
                if !url.starts_with('/') {
                    match address(self.markdown, range, url) {
                        Some(at) => {
                            let new = format!("/kb/{id}{}", fragment(url));
                            self.rewritten.push((at, new));
                        }
                        None => broken(url, self.line, self.findings),
                    }
                }
                self.linked.targets.push(Line {
                    text: id,
                    line: self.line,
                });
            }
            Target::Elsewhere => {}
            Target::Nowhere => broken(url, self.line, self.findings),
        }
    }

    fn picture(&mut self, url: &str, range: &Range<usize>) {
        self.has_pictures = true;
        self.alt = Some(String::new());
        let Some(path) = picture(url, self.folder) else {
            if !url.starts_with("https://") && !url.starts_with("http://") {
                no_picture(url, self.line, self.findings);
            }
            return;
        };
        match address(self.markdown, range, url) {
            Some(at) => self.rewritten.push((at, format!("/kb/{path}"))),
            None => no_picture(url, self.line, self.findings),
        }
        self.linked.pictures.push(Line {
            text: path,
            line: self.line,
        });
    }

    fn end_picture(&mut self) {
        let alt = self.alt.take().unwrap_or_default();
        if alt.trim().is_empty() {
            let message = "this picture has no text";
            let hint = "describe it in words: `![the words](https://…)`";
            self.findings
                .error(Rule::PictureWithoutText, self.line, message, hint);
        }
    }
}

/// The destination of a link.
enum Target {
    /// The entry or category of this id.
    Entry(String),
    /// Another page, of this site or not.
    Elsewhere,
    /// No address that can be opened.
    Nowhere,
}

fn target(link_type: LinkType, url: &str, folder: &str) -> Target {
    let path = url.split(['#', '?']).next().unwrap_or_default();
    if link_type == LinkType::Email || url.starts_with('#') || url.starts_with("//") {
        return Target::Elsewhere;
    }
    if let Some(id) = path.strip_prefix("/kb/") {
        return Target::Entry(id.strip_suffix(".md").unwrap_or(id).to_owned());
    }
    if url.starts_with('/') {
        return Target::Elsewhere;
    }
    if let Some((scheme, _)) = path.split_once(':') {
        let known = SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(scheme));
        return if known {
            Target::Elsewhere
        } else {
            Target::Nowhere
        };
    }
    path.strip_suffix(".md")
        .and_then(|path| resolve(path, folder))
        .map_or(Target::Nowhere, Target::Entry)
}

/// The path below the knowledge base of a path relative to a folder; `None` if it leads out.
fn resolve(path: &str, folder: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// The range of a link's address, if it is written `](address` without escapes.
fn address(markdown: &str, link: &Range<usize>, url: &str) -> Option<Range<usize>> {
    let at = markdown[link.clone()].rfind(&format!("]({url}"))? + "](".len();
    let start = link.start + at;
    Some(start..start + url.len())
}

fn fragment(url: &str) -> &str {
    url.find('#').map_or("", |at| &url[at..])
}

fn broken(url: &str, line: u32, findings: &mut Findings) {
    let message = format!("this link cannot be opened: `{url}`");
    let hint =
        "link an entry by `/kb/<id>` or `./<file>.md`, a page elsewhere by its https address";
    findings.error(Rule::BrokenLink, line, message, hint);
}

/// The path of a picture beside the entries, from a relative address or `/kb/…`.
fn picture(url: &str, folder: &str) -> Option<String> {
    let ending = url.rsplit_once('.')?.1;
    if !ENDINGS.contains(&ending) || url.contains([':', '?', '#']) {
        return None;
    }
    match url.strip_prefix("/kb/") {
        Some(path) => resolve(path, ""),
        None if url.starts_with('/') => None,
        None => resolve(url, folder),
    }
}

/// Reports a picture that has no file.
pub(super) fn no_picture(url: &str, line: u32, findings: &mut Findings) {
    let message = format!("there is no file for this picture: `{url}`");
    let hint =
        "put a .png, .jpg or .webp beside the entry and write `![what it shows](./name.png)`";
    findings.error(Rule::PictureWithoutFile, line, message, hint);
}

/// The text with these ranges replaced. One that begins before the end of the one before it
/// is skipped (a picture inside a link).
fn replace(text: &str, ranges: Vec<(Range<usize>, String)>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in ranges {
        if range.start < done {
            continue;
        }
        replaced.push_str(&text[done..range.start]);
        replaced.push_str(&new);
        done = range.end;
    }
    replaced.push_str(&text[done..]);
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(markdown: &str) -> (Linked, Vec<(Rule, u32)>) {
        let mut findings = Findings::new("a/b/x.md");
        let linked = read(markdown, 10, "a/b", &mut findings);
        (
            linked,
            findings
                .into_diagnostics()
                .iter()
                .map(|d| (d.rule, d.line))
                .collect(),
        )
    }

    #[test]
    fn links_to_entries_take_one_form() {
        let (linked, found) = linked(
            "一\n- 见[甲](./one.md)\n- [乙](../c/two.md#how)、[丙](/kb/a/three.md)和[丁](four.md \"four.md\")",
        );
        assert_eq!(found, []);
        let targets: Vec<_> = linked
            .targets
            .iter()
            .map(|t| (t.text.as_str(), t.line))
            .collect();
        assert_eq!(
            targets,
            [
                ("a/b/one", 11),
                ("a/c/two", 12),
                ("a/three", 12),
                ("a/b/four", 12)
            ]
        );
        assert_eq!(
            linked.markdown,
            "一\n- 见[甲](/kb/a/b/one)\n- [乙](/kb/a/c/two#how)、[丙](/kb/a/three.md)和[丁](/kb/a/b/four \"four.md\")"
        );
    }

    #[test]
    fn links_elsewhere_are_left_alone() {
        let text = "[a](https://x.example/a.md) [b](#b) [c](/search?q=1) <c@x.example> <https://x.example> [d](//x.example) [e](tel:1)";
        let (linked, found) = linked(text);
        assert_eq!(
            (found, linked.targets, linked.markdown.as_str()),
            (vec![], vec![], text)
        );
    }

    #[test]
    fn links_to_nowhere_are_found() {
        for link in [
            "javascript:alert(1)",
            "../../../x.md",
            "picture.png",
            "www.x.example",
            "JAVASCRIPT:x",
            "<./a.md>",
        ] {
            assert_eq!(
                linked(&format!("一\n\n[x]({link})")).1,
                [(Rule::BrokenLink, 12)],
                "{link}"
            );
        }
    }

    #[test]
    fn pictures_beside_the_entries_take_one_form() {
        let (linked, found) =
            linked("![甲](./one.png) ![乙](../two.webp \"二\") ![丙](/kb/x/three.jpg)");
        assert_eq!(found, []);
        let paths: Vec<&str> = linked.pictures.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(paths, ["a/b/one.png", "a/two.webp", "x/three.jpg"]);
        assert_eq!(
            linked.markdown,
            "![甲](/kb/a/b/one.png) ![乙](/kb/a/two.webp \"二\") ![丙](/kb/x/three.jpg)"
        );
    }

    #[test]
    fn words_beside_a_picture_are_seen() {
        assert!(linked("![步骤](https://x.example/a.png)").0.only_pictures);
        assert!(
            !linked("![步骤](https://x.example/a.png)\n\n点保存")
                .0
                .only_pictures
        );
        assert!(!linked("").0.only_pictures);
        assert_eq!(
            linked("一\n![](a.gif)").1,
            [
                (Rule::PictureWithoutFile, 11),
                (Rule::PictureWithoutText, 11)
            ]
        );
    }
}
