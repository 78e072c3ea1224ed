//! Properties that hold for any content, valid or not.

use proptest::prelude::*;

use crate::kb::{Kb, Source, render};

/// Text made of pieces that occur in valid and invalid files.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "---\n",
        "---",
        "# 题\n",
        "## 原因\n",
        "## 解决办法\n",
        "## 报错信息\n",
        "## 类似报错\n",
        "## 相似问法\n",
        "## 不是这个问题\n",
        "## 客服备注\n",
        "## \n",
        "#",
        "```\n",
        "```text\n",
        "````\n",
        "~~~\n",
        "- 甲\n",
        "* 乙\n",
        "- ",
        "<*>",
        "<*><*>",
        "platforms: [",
        "taobao",
        "]\n",
        "cause: data\n",
        "aliases: [a/b]\n",
        "updated: 2026-11-24\n",
        ": ",
        "&a *a ",
        "[x](",
        "./y.md",
        "/kb/",
        "..",
        ")",
        "![",
        "](a.png)",
        "<br>",
        "<!--",
        "-->",
        "<script>",
        "|a|b|\n|-|-|\n",
        "> ",
        "1. ",
        "   ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u{feff}",
        "\0",
        "[[platform]]\n",
        "id = \"a\"\n",
        "label = \"b\"\n",
        "aliases = [\"c\"]\n",
        "甲 乙 丙\n",
        "\u{2028}",
        "é",
        "𠮷",
        "[a]: ",
        "\\",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

const PATHS: [&str; 10] = [
    "a/x.md",
    "a/_index.md",
    "x.md",
    "_index.md",
    "_neighbours/n.md",
    "_vocabulary/platforms.toml",
    "_vocabulary/dictionary.txt",
    "_vocabulary/synonyms.txt",
    "_decision.toml",
    "a/../.md",
];

/// Holds for any content: diagnostics name lines that exist, and every valid entry can be shown.
fn holds_for(bytes: &[u8]) -> Result<(), TestCaseError> {
    let files: Vec<Source> = PATHS
        .iter()
        .map(|p| Source {
            path: (*p).into(),
            bytes: bytes.to_vec(),
        })
        .collect();
    let (kb, diagnostics) = Kb::parse(&files);
    let lines = u32::try_from(bytes.split(|b| *b == b'\n' || *b == b'\r').count()).expect("small");
    for d in &diagnostics {
        prop_assert!((1..=lines.max(1)).contains(&d.line), "{d}");
        prop_assert!(!d.to_string().is_empty());
    }
    for entry in &kb.entries {
        let markdown = entry.public_markdown();
        prop_assert!(!render::html(&markdown).contains("<script"));
        render::plain(&markdown);
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_soup_panics(text in soup()) {
        holds_for(text.as_bytes())?;
    }

    #[test]
    fn no_entry_of_soup_panics(front in soup(), body in soup()) {
        holds_for(format!("---\n{front}\n---\n# 题\n## 原因\n{body}").as_bytes())?;
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds_for(&bytes)?;
    }

    #[test]
    fn no_markdown_panics_the_renderer(text in soup()) {
        render::plain(&text);
        let html = render::html(&text);
        prop_assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }
}
