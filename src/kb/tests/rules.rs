//! The rules, each shown by content that breaks it.

use std::collections::BTreeSet;

use super::{Files, sources};
use crate::kb::{Kb, Rule};

/// The rule that is broken, the file and line that are reported, the files that do it.
type Case<'a> = (Rule, &'a str, u32, Files<'a>);

/// An entry `logistics/x.md` of this text, the rule that it breaks, and where.
macro_rules! in_entry {
    ($rule:ident, $line:literal, $text:expr) => {
        (
            Rule::$rule,
            "logistics/x.md",
            $line,
            &[("logistics/x.md", $text)],
        )
    };
}

/// Another file of this text.
macro_rules! in_file {
    ($rule:ident, $path:literal : $line:literal, $text:expr) => {
        (Rule::$rule, $path, $line, &[($path, $text)])
    };
}

const ENTRY_CASES: &[Case] = &[
    in_entry!(NulCharacter, 3, "# 题\n## 原因\n甲\0\n"),
    in_entry!(EmptyFile, 1, ""),
    in_entry!(BadDate, 5, "# 题\n## 原因\n甲\n## 更新记录\n- 补上截图\n"),
    in_entry!(
        BadDate,
        5,
        "# 题\n## 原因\n甲\n## 更新记录\n- 2026-02-30 补上截图\n"
    ),
    in_entry!(BadDate, 5, "# 题\n## 原因\n甲\n## 更新记录\n- 2026-02-28\n"),
    in_entry!(
        NotAListItem,
        5,
        "# 题\n## 原因\n甲\n## 更新记录\n2026-02-28 补上截图\n"
    ),
    in_entry!(EmptyFile, 1, "\u{feff} \n\n"),
    in_entry!(
        UnclosedFrontMatter,
        1,
        "---\ncause: data\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        BadFrontMatter,
        2,
        "---\ncause: [data\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        BadFrontMatter,
        3,
        "---\ncause: data\ncause: data\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        BadFrontMatter,
        2,
        "---\nplatforms: taobao\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        UnknownKey,
        3,
        "\u{feff}---\r\ncause: data\r\nplatfroms: [taobao]\r\n---\r\n# 题\r\n## 原因\r\n甲\r\n"
    ),
    in_entry!(
        UnknownValue,
        2,
        "---\ncause: date\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        UnknownValue,
        2,
        "---\nretry: After-Fix\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        UnknownValue,
        2,
        "---\nacts: nobody\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        BadDate,
        2,
        "---\nupdated: 2026-02-30\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(MissingTitle, 4, "---\ncause: data\n---\n## 原因\n甲\n"),
    in_entry!(MissingTitle, 1, "#\n## 原因\n甲\n"),
    in_entry!(SecondTitle, 4, "# 题\n## 原因\n甲\n# 又题\n"),
    in_entry!(StrayText, 2, "# 题\n在哪\n## 原因\n甲\n"),
    in_entry!(StrayText, 2, "\n在哪\n# 题\n## 原因\n甲\n"),
    in_entry!(
        HeadingWithoutSpace,
        4,
        "# 题\n## 原因\n甲\n##解决办法\n乙\n"
    ),
    in_entry!(MisspeltHeading, 4, "# 题\n## 原因\n甲\n## 解决方法\n乙\n"),
    in_entry!(DuplicateHeading, 4, "# 题\n## 原因\n甲\n## 原因\n乙\n"),
    in_entry!(EmptySection, 4, "# 题\n## 原因\n甲\n## 相似问法\n\n"),
    in_entry!(UnclosedFence, 3, "# 题\n## 原因\n```text\n甲\n~~~\n``\n"),
    in_entry!(UnclosedFence, 3, "# 题\n## 原因\n````\n甲\n```\n"),
    in_entry!(NoAnswer, 1, "# 题\n## 怎么确认\n甲\n"),
    in_entry!(NoAnswer, 1, "# 题\n## 原因\n"),
    in_entry!(
        TemplateNotFenced,
        3,
        "# 题\n## 报错信息\n无效的联系人啊\n## 原因\n甲\n"
    ),
    in_entry!(
        WeakTemplate,
        4,
        "# 题\n## 报错信息\n```\n失败 了<*>\n```\n## 原因\n甲\n"
    ),
    in_entry!(
        WeakTemplate,
        5,
        "# 题\n## 报错信息\n~~~text\n同步失败了\n<*>\n~~~\n## 原因\n甲\n"
    ),
    in_entry!(
        AdjacentWildcards,
        4,
        "# 题\n## 报错信息\n```\n订单<*><*>不存在\n```\n## 原因\n甲\n"
    ),
    in_entry!(NotAListItem, 5, "# 题\n## 原因\n甲\n## 类似报错\n乙\n"),
    in_entry!(
        NotAListItem,
        6,
        "# 题\n## 原因\n甲\n## 相似问法\n- 乙\n- \n"
    ),
    in_entry!(
        NotAListItem,
        5,
        "# 题\n## 原因\n甲\n## 不是这个问题\n1. 乙\n"
    ),
    in_entry!(
        RepeatedPhrase,
        6,
        "# 题\n## 原因\n甲\n## 相似问法\n- 怎么 办\n- 怎么办？\n"
    ),
    in_entry!(
        RepeatedPhrase,
        8,
        "# 题\n## 原因\n甲\n## 类似报错\n- 单号无效\n\n## 相似问法\n- 单号无效\n"
    ),
    in_entry!(
        RepeatedPhrase,
        6,
        "# 题\n## 原因\n甲\n## 不是这个问题\n- 乙\n- 乙\n"
    ),
    in_entry!(
        ContradictedPhrase,
        7,
        "# 题\n## 原因\n甲\n## 相似问法\n- 乙\n## 不是这个问题\n- 乙？\n"
    ),
    in_entry!(RawHtml, 3, "# 题\n## 原因\n甲<br>乙\n"),
    in_entry!(RawHtml, 5, "# 题\n## 原因\n甲\n\n<div>\n乙\n</div>\n"),
    in_entry!(
        PictureWithoutText,
        4,
        "# 题\n## 原因\n甲\n![](https://x.example/a.png)\n"
    ),
    in_entry!(PictureWithoutFile, 4, "# 题\n## 原因\n甲\n![图](a.png)\n"),
    in_entry!(
        PictureWithoutFile,
        5,
        "# 题\n## 原因\n甲\n## 客服备注\n![图](a.png)\n"
    ),
    in_entry!(
        PictureOnly,
        2,
        "# 题\n## 解决办法\n\n![图](https://x.example/a.png)\n"
    ),
    in_entry!(
        UnknownPlatform,
        2,
        "---\nplatforms: [taobao, ppd]\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(BrokenLink, 5, "# 题\n## 原因\n\n甲\n乙[丙](./no.md)\n"),
    in_entry!(BrokenLink, 3, "# 题\n## 原因\n[丙](/kb/logistics/no)\n"),
    in_entry!(
        BrokenLink,
        3,
        "# 题\n## 客服备注\n[丙](javascript:x)\n## 原因\n甲\n"
    ),
    in_entry!(
        IdTaken,
        2,
        "---\naliases: [logistics/good]\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        IdTaken,
        2,
        "---\naliases: [logistics/was-good]\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        IdTaken,
        2,
        "---\naliases: [logistics/sync]\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(
        BadId,
        2,
        "---\naliases: [logistics/Old]\n---\n# 题\n## 原因\n甲\n"
    ),
    in_entry!(DuplicateTitle, 1, "# 好条目\n## 原因\n甲\n"),
    in_entry!(
        SharedPhrase,
        5,
        "# 题\n## 原因\n甲\n## 相似问法\n- 好问题！\n"
    ),
    in_entry!(
        SharedPhrase,
        4,
        "# 题\n## 报错信息\n```\n无效的联系人<*>\n```\n## 原因\n甲\n"
    ),
];

const FILE_CASES: &[Case] = &[
    in_file!(BadPicture, "logistics/x.png": 1, "GIF89a"),
    in_file!(BadId, "logistics/Upper.md" : 1, "# 题\n## 原因\n甲\n"),
    in_file!(BadId, "logistics/中文.md" : 1, "# 题\n## 原因\n甲\n"),
    in_file!(BadId, "logistics/a_b.md" : 1, "# 题\n## 原因\n甲\n"),
    in_file!(BadId, "Upper/_index.md" : 1, "---\ntitle: 题\n---\n"),
    in_file!(IdTaken, "logistics/sync.md" : 1, "# 题\n## 原因\n甲\n"),
    in_file!(MissingIndex, "top.md" : 1, "# 题\n## 原因\n甲\n"),
    (
        Rule::MissingIndex,
        "a/_index.md",
        1,
        &[
            ("a/b/x.md", "# 题\n## 原因\n甲\n"),
            ("a/b/_index.md", "---\ntitle: 乙\n---\n"),
        ],
    ),
    (
        Rule::MissingIndex,
        "a/b/_index.md",
        1,
        &[
            ("a/b/x.md", "# 题\n## 原因\n甲\n"),
            ("a/_index.md", "---\ntitle: 乙\n---\n"),
        ],
    ),
    in_file!(MissingTitle, "logistics/_index.md" : 1, "---\norder: 1\n---\n"),
    in_file!(BadFrontMatter, "logistics/_index.md" : 3, "---\ntitle: 物流\norder: first\n---\n"),
    in_file!(UnknownKey, "logistics/_index.md" : 2, "---\ntilte: 物流\n---\n"),
    in_file!(StrayText, "logistics/_index.md" : 5, "---\ntitle: 物流\n---\n\n## 甲\n"),
    in_file!(UnknownFile, "_draft/x.md" : 1, "# 题\n"),
    in_file!(UnknownFile, "_neighbours/more/x.md" : 1, "## 甲\n"),
    in_file!(UnknownFile, "_vocabulary/platform.toml" : 1, "\n"),
    in_file!(UnknownFile, "logistics/notes.txt" : 1, "甲\n"),
    in_file!(UnknownFile, "logistics/X.MD" : 1, "甲\n"),
    in_file!(StrayText, "_neighbours/x.md" : 1, "前言\n## 甲\n问。\n- 乙\n"),
    in_file!(MissingTitle, "_neighbours/x.md" : 1, "##\n问。\n- 乙\n"),
    in_file!(OutOfScopeWithoutParagraph, "_neighbours/x.md" : 1, "## 甲\n- 乙\n"),
    in_file!(OutOfScopeWithoutPhrases, "_neighbours/x.md" : 2, "\n## 甲\n问。\n"),
    in_file!(NotAListItem, "_neighbours/x.md" : 4, "## 甲\n问。\n- 乙\n丙\n"),
    in_file!(DuplicateTopic, "_neighbours/x.md" : 1, "## 打印模板\n问。\n- 乙\n"),
    in_file!(RepeatedPhrase, "_neighbours/x.md" : 4, "## 甲\n问。\n- 乙\n- 乙\n"),
    in_file!(SharedPhrase, "_neighbours/x.md" : 3, "## 甲\n问。\n- 打印模板怎么改\n"),
    in_file!(SharedPhrase, "_neighbours/x.md" : 3, "## 甲\n问。\n- 好问题\n"),
    in_file!(BadVocabulary, "_vocabulary/platforms.toml" : 3, "[[platform]]\nid = \"taobao\"\nlabel = 淘宝\n"),
    in_file!(BadVocabulary, "_vocabulary/platforms.toml" : 4, "[[platform]]\nid = \"taobao\"\nlabel = \"淘宝\"\nalias = []\n"),
    in_file!(DuplicateAlias, "_vocabulary/platforms.toml" : 8, "[[platform]]\nid = \"taobao\"\nlabel = \"淘宝\"\naliases = [\"tb\"]\n[[platform]]\nid = \"x\"\nlabel = \"甲\"\naliases = [\"TB\"]\n"),
    in_file!(DuplicateAlias, "_vocabulary/platforms.toml" : 4, "[[platform]]\nid = \"taobao\"\nlabel = \"淘宝\"\naliases = [\"tb\", \"tb\"]\n"),
    in_file!(BadDictionaryLine, "_vocabulary/dictionary.txt" : 2, "抖店\n面单 many\n"),
    in_file!(BadDictionaryLine, "_vocabulary/dictionary.txt" : 1, "抖店 1 n x\n"),
    in_file!(LoneSynonym, "_vocabulary/synonyms.txt" : 2, "单号 运单号\n快递\n"),
    in_file!(SharedSynonym, "_vocabulary/synonyms.txt" : 2, "单号 运单号\n快递 运单号\n"),
];

#[test]
fn each_fault_breaks_its_rule_at_its_line_and_no_other() {
    for (rule, path, line, files) in ENTRY_CASES.iter().chain(FILE_CASES) {
        let (kb, found) = Kb::parse(&sources(files));
        let at: Vec<_> = found
            .iter()
            .map(|d| (d.rule, d.path.as_str(), d.line))
            .collect();
        assert!(
            at.contains(&(*rule, *path, *line)),
            "{rule} {files:?}: {at:?}"
        );
        // The rest of the knowledge base is still there.
        let good = kb.entry("logistics/good").is_some();
        assert!(good, "{rule} {files:?}");
        for d in &found {
            assert!(!d.message.is_empty() && !d.hint.is_empty(), "{rule}");
        }
    }
}

#[test]
fn a_fault_is_reported_once() {
    for (rule, _, _, files) in ENTRY_CASES {
        let (_, found) = Kb::parse(&sources(files));
        let others: Vec<_> = found
            .iter()
            .filter(|d| d.rule != *rule)
            .map(|d| d.rule)
            .collect();
        // An answer may be missing because its section is empty or misspelt, a title for its `#`.
        let alone = match rule {
            Rule::NoAnswer => others == [Rule::EmptySection] || others.is_empty(),
            _ => others.is_empty(),
        };
        assert!(alone, "{rule} {files:?}: {others:?}");
    }
}

#[test]
fn every_rule_has_a_case() {
    let mut shown: BTreeSet<Rule> = ENTRY_CASES
        .iter()
        .chain(FILE_CASES)
        .map(|case| case.0)
        .collect();
    // Its case is bytes, not text: the next test.
    shown.insert(Rule::NotUtf8);
    // These need an engine; they are applied and tested with one.
    shown.extend([Rule::NotFoundFirst, Rule::SharedTemplate]);
    let missing: Vec<_> = Rule::ALL
        .iter()
        .filter(|rule| !shown.contains(rule))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
