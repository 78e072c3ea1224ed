//! The knowledge base as a whole: what its files become, and the diagnostics that go with it.

mod any_content;
mod rules;

use super::*;

/// Files as `path` and text.
type Files<'a> = &'a [(&'a str, &'a str)];

/// A knowledge base without a fault. Tests add files to it or replace them.
const GOOD: Files = &[
    (
        "_neighbours/print.md",
        "## 打印模板\n请联系 ERP 客服。\n- 打印模板怎么改\n",
    ),
    ("_vocabulary/dictionary.txt", "# c\n抖店 100 n\n"),
    (
        "_vocabulary/platforms.toml",
        "[[platform]]\nid = \"taobao\"\nlabel = \"淘宝\"\naliases = [\"tb\"]\n\n[[platform]]\nid = \"pdd\"\nlabel = \"拼多多\"\naliases = [\"多多\"]\n",
    ),
    ("_vocabulary/synonyms.txt", "单号 运单号\n"),
    ("_vocabulary/transport.txt", "sub_code\n"),
    ("logistics/_index.md", "---\ntitle: 物流\n---\n"),
    (
        "logistics/good.md",
        "---\nplatforms: [taobao]\naliases: [logistics/was-good]\n---\n# 好条目\n## 报错信息\n```text\n无效的联系人 <*>\n```\n## 原因\n没填。\n## 相似问法\n- 好问题\n",
    ),
    (
        "logistics/sync/_index.md",
        "---\ntitle: 同步\ndescription: 同步的问题\norder: 2\n---\n",
    ),
];

fn sources(files: Files) -> Vec<Source> {
    let mut all: Vec<Source> = Vec::new();
    for (path, text) in GOOD.iter().chain(files) {
        all.retain(|source| source.path != *path);
        all.push(Source {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        });
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

#[test]
fn content_without_a_fault_has_no_diagnostics() {
    let (kb, diagnostics) = Kb::parse(&sources(&[]));
    assert_eq!(diagnostics, []);
    assert_eq!(
        (kb.entries.len(), kb.out_of_scope.len(), kb.categories.len()),
        (1, 1, 2)
    );
    assert_eq!(kb.vocabulary.platforms.len(), 2);
}

#[test]
fn gbk_is_reported_and_left_out() {
    let mut files = sources(&[]);
    let bytes = b"# x\n\xce\xde\xd0\xa7\n".to_vec();
    files.push(Source {
        path: "logistics/x.md".into(),
        bytes,
    });
    let (kb, found) = Kb::parse(&files);
    assert_eq!(kb.entries.len(), 1);
    assert_eq!((found[0].rule, found[0].line), (Rule::NotUtf8, 2));
    assert_eq!(
        found[0].excerpt,
        String::from_utf8_lossy(b"\xce\xde\xd0\xa7")
    );
}

#[test]
fn a_diagnostic_quotes_its_line() {
    let text = "\u{feff}---\r\nplatfroms: [taobao]\r\n---\r\n# 题\r\n## 原因\r\n甲\r\n";
    let (_, found) = Kb::parse(&sources(&[("logistics/x.md", text)]));
    let expected = "\
error[unknown-key]: the front matter has a key that jieda does not know: `platfroms`
 --> logistics/x.md:2
  |
2 | platfroms: [taobao]
  |
  = help: did you mean `platforms`?
";
    assert_eq!(found[0].to_string(), expected);
}

#[test]
fn hints_name_what_was_meant() {
    for (text, hint) in [
        (
            "---\nplatforms: [ppd]\n---\n# 题\n## 原因\n甲\n",
            "did you mean `pdd`?",
        ),
        (
            "# 题\n## 原因\n[甲](/kb/logistics/godo)\n",
            "did you mean `/kb/logistics/good`?",
        ),
        (
            "# 题\n## 原因\n[甲](../good.md)\n",
            "did you mean `/kb/logistics/good`?",
        ),
        (
            "---\nretry: soon\n---\n# 题\n## 原因\n甲\n",
            "write one of now, later, after-fix, never",
        ),
    ] {
        let (_, found) = Kb::parse(&sources(&[("logistics/x.md", text)]));
        assert_eq!(found[0].hint, hint, "{text}");
    }
}

#[test]
fn links_to_entries_aliases_and_categories_are_good() {
    let text = "# 题\n## 原因\n[甲](./good.md)[乙](/kb/logistics/was-good)[丙](/kb/logistics/sync)[丁](https://x.example)[戊](#x)\n";
    let (kb, found) = Kb::parse(&sources(&[("logistics/x.md", text)]));
    assert_eq!(found, []);
    let markdown = &kb.entry("logistics/x").expect("it is there").sections[0].markdown;
    assert!(
        markdown.starts_with("[甲](/kb/logistics/good)"),
        "{markdown}"
    );
}

#[test]
fn a_bad_file_can_be_linked_to() {
    let linking = ("logistics/x.md", "# 题\n## 原因\n[甲](./y.md)\n");
    let (_, found) = Kb::parse(&sources(&[linking, ("logistics/y.md", "")]));
    let rules: Vec<_> = found.iter().map(|d| d.rule).collect();
    assert_eq!(rules, [Rule::EmptyFile]);
}

#[test]
fn entries_are_found_by_id_and_alias() {
    // `-` sorts before `.` and after the end: by id it is another order than by path.
    let text = "# 题\n## 原因\n甲\n";
    let files = [
        ("logistics/a.md", text),
        ("logistics/a-b.md", "# 又题\n## 原因\n甲\n"),
    ];
    let (kb, _) = Kb::parse(&sources(&files));
    for id in ["logistics/a", "logistics/a-b", "logistics/good"] {
        assert_eq!(kb.entry(id).map(|e| e.id.as_str()), Some(id));
    }
    assert_eq!(
        kb.entry("logistics/was-good").map(|e| e.id.as_str()),
        Some("logistics/good")
    );
    assert_eq!(kb.entry("logistics/none"), None);
    assert_eq!(kb.category("logistics/sync").map(|c| c.order), Some(2));
    assert_eq!(kb.category("sync"), None);
}

/// The fixture's file `depot.png`, 320 × 120 pixels.
const PNG: &[u8] = include_bytes!("../../../tests/kb/good/shipping/sync/depot.png");

/// [`GOOD`] with an entry that shows `logistics/x.png`, quotes it in code, and shows a picture
/// elsewhere.
fn with_picture(bytes: &[u8]) -> Vec<Source> {
    let text = "# 题\n## 原因\n![甲](./x.png)、![乙](../logistics/x.png \"题\")和[好](good.md)\n## 备用\n`![甲](x.png)`![丙](https://x.example/x.png)\n";
    let mut sources = sources(&[("logistics/x.md", text)]);
    for name in ["x", "y"] {
        sources.push(Source {
            path: format!("logistics/{name}.png"),
            bytes: bytes.to_vec(),
        });
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

#[test]
fn the_size_of_a_picture_is_in_what_is_shown_and_not_in_what_was_written() {
    let (kb, found) = Kb::parse(&with_picture(PNG));
    assert_eq!(found, []);
    let entry = kb.entry("logistics/x").expect("it is there");
    assert_eq!(
        entry.sections[0].markdown,
        "![甲](/kb/logistics/x.png)、![乙](/kb/logistics/x.png \"题\")和[好](/kb/logistics/good)"
    );
    let answer = "## 原因\n\n![甲](/kb/logistics/x.png?320x120)、![乙](/kb/logistics/x.png?320x120 \"题\")和[好](/kb/logistics/good)\n\n\
                  ## 备用\n\n`![甲](x.png)`![丙](https://x.example/x.png)\n";
    assert_eq!(entry.answer_markdown(), answer);
    let cache = render_cache::RenderCache::new(&kb);
    let shown = cache.shown(&kb, kb.position("logistics/x").expect("it is there"));
    assert_eq!(shown.markdown, answer);
    assert_eq!(
        shown.text,
        "原因\n甲 (/kb/logistics/x.png?320x120)、乙 (/kb/logistics/x.png?320x120)和好 (/kb/logistics/good)\n\n\
         备用\n![甲](x.png)丙 (https://x.example/x.png)"
    );
    let image = |alt: &str| {
        format!(
            "<img src=\"/kb/logistics/x.png?320x120\" alt=\"{alt}\" width=\"320\" height=\"120\" loading=\"lazy\">"
        )
    };
    let [cause, other] = &shown.sections[..] else {
        panic!("two sections");
    };
    assert_eq!(
        cause.html,
        format!(
            "<p>{}、{}和<a href=\"/kb/logistics/good\" rel=\"noopener noreferrer\">好</a></p>\n",
            image("甲"),
            image("乙")
        )
    );
    assert_eq!(
        other.html,
        "<p><code>![甲](x.png)</code><a href=\"https://x.example/x.png\" rel=\"noopener noreferrer\">丙</a></p>\n"
    );
}

#[test]
fn only_pictures_that_an_answer_shows_are_served() {
    let (kb, _) = Kb::parse(&with_picture(PNG));
    let paths: Vec<&str> = kb.pictures.keys().map(String::as_str).collect();
    assert_eq!(paths, ["logistics/x.png"]);
    assert_eq!(kb.pictures["logistics/x.png"].size, (320, 120));
}

#[test]
fn a_picture_of_another_size_renders_its_entry_again() {
    let mut wider = PNG.to_vec();
    // The width of a PNG is at bytes 16 to 19, big-endian.
    wider[16..20].copy_from_slice(&640_u32.to_be_bytes());
    let (before, _) = Kb::parse(&with_picture(PNG));
    let (after, _) = Kb::parse(&with_picture(&wider));
    let at = after.position("logistics/x").expect("it is there");
    let cache = render_cache::RenderCache::new(&before);
    cache.shown(&before, at);
    let cache = render_cache::RenderCache::after(&cache, &before, &after);
    let html = &cache.shown(&after, at).sections[0].html;
    assert!(
        html.contains("?640x120\" alt=\"甲\" width=\"640\""),
        "{html}"
    );
}
