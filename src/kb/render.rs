//! Markdown as HTML for a page and as plain text for a chat. Raw HTML is dropped in both. Pictures
//! beside the entries are shown, others are links.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, clean_text};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::markdown::{SCHEMES, parser};
use super::picture::{self, Size, Sizes};

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .link_rel(Some("noopener noreferrer"))
        .url_schemes(HashSet::from(SCHEMES))
        .add_tag_attributes("img", ["loading"])
        // A page loads no picture from another site.
        .attribute_filter(|element, attribute, value| {
            let ours = value.starts_with("/kb/");
            (element != "img" || attribute != "src" || ours).then(|| value.into())
        });
    builder
});

/// Markdown as sanitised HTML. Headings are `<h3>` or lower, because they are below a section's
/// `<h2>`. Pictures are links.
pub fn html(markdown: &str) -> String {
    html_with(markdown, &Sizes::new())
}

/// [`html`], with the pictures of these paths shown.
pub fn html_with(markdown: &str, sizes: &Sizes) -> String {
    // The open picture beside the entries.
    let mut inside: Option<Picture> = None;
    let events = parser(markdown).filter_map(|event| match (event, &mut inside) {
        (Event::Html(_) | Event::InlineHtml(_), _) => None,
        (Event::End(TagEnd::Image), Some(_)) => {
            let html = inside.take()?.html();
            Some(Event::InlineHtml(html.into()))
        }
        (Event::Text(text) | Event::Code(text), Some(picture)) => {
            picture.alt.push_str(&text);
            None
        }
        (_, Some(_)) => None,
        (event, None) => {
            if let Event::Start(Tag::Image { dest_url, .. }) = &event {
                inside = Picture::of(dest_url, sizes);
            }
            inside.is_none().then(|| adapted(event))
        }
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    SANITIZER.clean(&html).to_string()
}

/// A picture beside the entries while its text is collected.
struct Picture {
    address: String,
    size: Size,
    alt: String,
}

impl Picture {
    fn of(address: &str, sizes: &Sizes) -> Option<Self> {
        let path = address.strip_prefix("/kb/")?;
        let size = *sizes.get(path)?;
        Some(Self {
            address: picture::address(path, size),
            size,
            alt: String::new(),
        })
    }

    /// The size is given so that the text below does not move when the picture has loaded.
    fn html(&self) -> String {
        let (width, height) = self.size;
        let (src, alt) = (clean_text(&self.address), clean_text(&self.alt));
        format!(
            "<img src=\"{src}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\">"
        )
    }
}

/// An event with headings lowered and pictures as links.
fn adapted(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(tag) => Event::Start(shown(tag)),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        event => event,
    }
}

fn below(level: HeadingLevel) -> HeadingLevel {
    level.max(HeadingLevel::H3)
}

fn shown(tag: Tag<'_>) -> Tag<'_> {
    match tag {
        Tag::Heading {
            level,
            id,
            classes,
            attrs,
        } => Tag::Heading {
            level: below(level),
            id,
            classes,
            attrs,
        },
        Tag::Image {
            dest_url,
            title,
            id,
            ..
        } => Tag::Link {
            link_type: LinkType::Inline,
            dest_url,
            title,
            id,
        },
        tag => tag,
    }
}

/// Markdown as text for a chat: lists keep their numbers and dashes; a link is followed by its
/// target in parentheses, unless its text is the target; other markup is dropped.
pub fn plain(markdown: &str) -> String {
    let mut plain = Plain::default();
    for event in parser(markdown) {
        plain.take(event);
    }
    plain.text.truncate(plain.text.trim_end().len());
    plain.text
}

/// Plain text while it is written.
#[derive(Default)]
struct Plain<'a> {
    text: String,
    /// Line breaks to write before the next text.
    breaks: usize,
    /// The next number of each open list that has numbers.
    lists: Vec<Option<u64>>,
    /// The target of each open link, and the byte position where its text begins.
    links: Vec<(CowStr<'a>, usize)>,
    /// The current row has a cell already.
    in_row: bool,
}

impl<'a> Plain<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.write(&text),
            // A line break separates words, but no space is written between 汉字.
            Event::SoftBreak if self.text.ends_with(|c: char| c.is_ascii()) => self.write(" "),
            Event::HardBreak => self.due(1),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Heading { .. } => self.due(2),
            Tag::List(first) => {
                if !self.lists.is_empty() {
                    self.due(1);
                }
                self.lists.push(first);
            }
            Tag::Item => self.start_item(),
            Tag::CodeBlock(_) => self.due(1),
            Tag::TableHead | Tag::TableRow => self.in_row = false,
            Tag::TableCell => {
                if self.in_row {
                    self.write("  ");
                }
                self.in_row = true;
            }
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                let target = if link_type == LinkType::Email {
                    CowStr::Borrowed("")
                } else {
                    dest_url
                };
                self.links.push((target, self.text.len()));
            }
            Tag::Image { dest_url, .. } => self.links.push((dest_url, self.text.len())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => self.due(1),
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Table => self.end_block(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.end_block();
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    /// The next block begins on the next line in a list item, after an empty line elsewhere.
    fn end_block(&mut self) {
        self.due(if self.lists.is_empty() { 2 } else { 1 });
    }

    fn start_item(&mut self) {
        self.due(1);
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => "- ".to_owned(),
        };
        self.break_lines(self.lists.len().saturating_sub(1));
        self.text.push_str(&marker);
    }

    fn end_link(&mut self) {
        let Some((target, start)) = self.links.pop() else {
            return;
        };
        let text = self.text.get(start..).unwrap_or_default().trim();
        if !target.is_empty() && text != &*target {
            self.write(&format!(" ({target})"));
        }
    }

    fn due(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }

    /// Writes the pending line breaks and the indent of a text inside `depth` list items.
    fn break_lines(&mut self, depth: usize) {
        let breaks = std::mem::take(&mut self.breaks);
        if breaks > 0 && !self.text.is_empty() {
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.extend(std::iter::repeat_n('\n', breaks));
            self.text.extend(std::iter::repeat_n("   ", depth));
        }
    }

    fn write(&mut self, text: &str) {
        let depth = self.lists.len();
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.breaks += 1;
            }
            if !line.is_empty() {
                self.break_lines(depth);
                self.text.push_str(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        let sizes = Sizes::from([("a/b.png".to_owned(), (80, 50))]);
        for (markdown, expected) in [
            ("**店铺 → 下载**", "<p><strong>店铺 → 下载</strong></p>\n"),
            (
                "3. a\n4. b",
                "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n",
            ),
            (
                "~~a~~ `<*>`",
                "<p><del>a</del> <code>&lt;*&gt;</code></p>\n",
            ),
            ("# a\n\n#### b", "<h3>a</h3>\n<h4>b</h4>\n"),
            ("a\n===", "<h3>a</h3>\n"),
            (
                "[甲](/kb/a/b)",
                "<p><a href=\"/kb/a/b\" rel=\"noopener noreferrer\">甲</a></p>\n",
            ),
            (
                "![图 \"一\"](/kb/a/b.png \"题\")。",
                "<p><img src=\"/kb/a/b.png?80x50\" alt=\"图 &quot;一&quot;\" width=\"80\" height=\"50\" loading=\"lazy\">。</p>\n",
            ),
            (
                "![图](/kb/a/c.png)",
                "<p><a href=\"/kb/a/c.png\" rel=\"noopener noreferrer\">图</a></p>\n",
            ),
            (
                "![图](https://x.example/a.png)",
                "<p><a href=\"https://x.example/a.png\" rel=\"noopener noreferrer\">图</a></p>\n",
            ),
        ] {
            assert_eq!(html_with(markdown, &sizes), expected, "{markdown}");
        }
        assert!(html("|a|b|\n|-|:-:|\n|c|d|").contains("<td>d</td>"));
    }

    #[test]
    fn nothing_that_runs_survives() {
        for attack in [
            "<script>alert(1)</script>",
            "a <script src=//x.example/a.js></script> b",
            "<img src=x onerror=alert(1)>",
            "a <img src=x> b",
            "<img src=x",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java&#115;cript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](vbscript:x)",
            "<javascript:alert(1)>",
            "![a](javascript:alert(1))",
            "![a](x \"onerror=alert(1)\")",
            "![a](//x.example/kb/a.png?1x1)",
            "![a](https://x.example/kb/a.png?1x1)",
            "![\" onerror=\"alert(1)](https://x.example)",
            "[a](https://x.example \"\\\" onmouseover=alert(1)\")",
            "<a href=\"https://x.example\" onclick=\"alert(1)\">a</a>",
            "<svg onload=alert(1)>",
            "<iframe src=https://x.example></iframe>",
            "<style>*{display:none}</style>",
            "<div style=\"position:fixed\">a</div>",
            "<!-- --><script>alert(1)</script>",
            "```\"><script>alert(1)</script>\n</code><script>alert(1)</script>\n```",
            "[a]: javascript:alert(1)\n\n[a]",
            "| <script>alert(1)</script> |\n|-|\n| <img src=x onerror=alert(1)> |",
        ] {
            let html = html(attack);
            for tag in html.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default().to_lowercase();
                let name = tag
                    .trim_start_matches('/')
                    .split(' ')
                    .next()
                    .unwrap_or_default();
                let harmless = [
                    "p", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td",
                ];
                assert!(harmless.contains(&name), "{attack}: {html}");
                let unquoted: String = tag.split('"').step_by(2).collect();
                assert!(
                    !unquoted.contains(" on") && !unquoted.contains("style"),
                    "{attack}: {html}"
                );
                assert!(
                    !tag.contains("href=\"javascript") && !tag.contains("href=\"data"),
                    "{attack}: {html}"
                );
            }
        }
    }

    #[test]
    fn markdown_becomes_plain_text() {
        for (markdown, expected) in [
            ("**粗** *斜* ~~删~~ `码` \\*", "粗 斜 删 码 *"),
            (
                "## 原因\n\n因为。\n\n## 解决办法\n1. 甲\n2. 乙\n\n完。",
                "原因\n因为。\n\n解决办法\n1. 甲\n2. 乙\n\n完。",
            ),
            ("3. a\n   - b\n   - c\n4. d", "3. a\n   - b\n   - c\n4. d"),
            ("* a\n\n  b\n\n* c", "- a\n   b\n- c"),
            ("甲\n乙 a\nb  \n丙", "甲乙 a b\n丙"),
            (
                "见[甲](/kb/a)。<https://x.example>",
                "见甲 (/kb/a)。https://x.example",
            ),
            (
                "<a@x.example> ![图](https://x.example/a.png)",
                "a@x.example 图 (https://x.example/a.png)",
            ),
            ("a\n```text\nb\n\n  c\n```\nd", "a\n\nb\n\n  c\n\nd"),
            ("1. a\n   ```\n   b\n   c\n   ```", "1. a\n   b\n   c"),
            ("|甲|乙|\n|-|-|\n|1|2|", "甲  乙\n1  2"),
            ("> 引\n\n---\n\na <b>c</b> <!-- d -->", "引\n\na c"),
            ("- ", "-"),
            ("", ""),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }
}
