//! One entry's file to an entry, with the lines that need checking against the whole knowledge
//! base. Invalid parts are skipped and reported.

use std::collections::BTreeMap;

use super::diagnostic::Rule;
use super::entry::{Entry, Line, Section};
use super::findings::Findings;
use super::front_matter::FrontMatter;
use super::heading::{
    AGENT_NOTES, CAUSE, CHANGES, NEAR_MISSES, QUESTIONS, SIMILAR_ERRORS, SOLUTION, TEMPLATES,
    misspelt,
};
use super::id::{is_id, report_bad_id};
use super::links;
use super::list;
use super::outline::{Block, Outline, Row};
use super::picture::Picture;
use super::template;

/// An entry, and its lines that refer to other files.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The entry; its `pictures` are empty until [`Draft::find_pictures`].
    pub(super) entry: Entry,
    /// Its platforms' ids, each with its line.
    pub(super) platforms: Vec<Line>,
    /// Its aliases, each with its line.
    pub(super) aliases: Vec<Line>,
    /// Ids that it links to, each with its line.
    pub(super) links: Vec<Line>,
    /// Paths of the pictures that its answer shows, each with its line.
    pub(super) pictures: Vec<Line>,
}

/// Reads an entry's file; `path` ends in `.md`. `None` if it has no valid id, title or answer.
pub(super) fn read(path: &str, text: &str, findings: &mut Findings) -> Option<Draft> {
    let id = path.strip_suffix(".md").filter(|id| is_id(id));
    if id.is_none() {
        report_bad_id(path, 1, findings);
    }
    let outline = Outline::new(text, findings)?;
    let matter = FrontMatter::parse(outline.front_matter, findings);
    let title = title(&outline, findings);
    let mut draft = Draft::new(matter);
    let entry = &mut draft.entry;
    entry.id = id.unwrap_or_default().to_owned();
    entry.path = path.to_owned();
    entry.title = title.as_ref().map(|t| t.text.clone()).unwrap_or_default();
    entry.title_line = title.as_ref().map_or(outline.body_line, |t| t.line);
    draft.add_all(&outline.blocks, findings);
    let answered = draft.has_answer(findings);
    (id.is_some() && title.is_some() && answered).then_some(draft)
}

/// The `#` heading with its line. Reports a missing or second one, and text outside sections.
fn title(outline: &Outline, findings: &mut Findings) -> Option<Line> {
    let mut titles = outline.blocks.iter().filter(|b| b.level == 1);
    let title = titles.next().filter(|b| !b.heading.is_empty());
    if title.is_none() {
        let hint = "write `# `, a space, then the message itself or the problem in a phrase";
        findings.error(
            Rule::MissingTitle,
            outline.body_line,
            "the entry has no title",
            hint,
        );
    }
    for second in titles {
        let message = format!("a second title: `{}`", second.heading);
        findings.error(
            Rule::SecondTitle,
            second.line,
            message,
            "make it `##`, or an entry of its own",
        );
    }
    let below_titles = outline
        .blocks
        .iter()
        .filter(|b| b.level == 1)
        .flat_map(|b| &b.rows);
    if let Some(stray) = outline
        .lead
        .iter()
        .chain(below_titles)
        .find(|row| !row.is_blank())
    {
        let message = "this text is not in a section, so it is not shown";
        findings.error(
            Rule::StrayText,
            stray.line,
            message,
            "move it below a `##` heading",
        );
    }
    title.map(|b| Line {
        text: b.heading.to_owned(),
        line: b.line,
    })
}

impl Draft {
    fn new(matter: FrontMatter) -> Self {
        let texts = |lines: &[Line]| lines.iter().map(|l| l.text.clone()).collect();
        Self {
            entry: Entry {
                platforms: texts(&matter.platforms),
                cause: matter.cause,
                retry: matter.retry,
                acts: matter.acts,
                sources: matter.sources,
                needs: matter.needs,
                aliases: texts(&matter.aliases),
                updated: matter.updated,
                ..Entry::default()
            },
            platforms: matter.platforms,
            aliases: matter.aliases,
            links: Vec::new(),
            pictures: Vec::new(),
        }
    }

    /// Adds the `##` sections. Reports headings that occur twice.
    fn add_all(&mut self, blocks: &[Block], findings: &mut Findings) {
        let sections: Vec<&Block> = blocks.iter().filter(|block| block.level == 2).collect();
        for (i, block) in sections.iter().enumerate() {
            let before = &sections[..i];
            if let Some(first) = before.iter().find(|b| b.heading == block.heading) {
                let message = format!(
                    "the heading `{}` is already at line {}",
                    block.heading, first.line
                );
                let hint = "join the two sections";
                findings.error(Rule::DuplicateHeading, block.line, message, hint);
            }
            self.add(block, findings);
        }
    }

    /// Adds a section, by its heading.
    fn add(&mut self, block: &Block, findings: &mut Findings) {
        if block.rows.iter().all(Row::is_blank) {
            let message = format!("the section `{}` is empty", block.heading);
            let hint = "write it, or remove the heading";
            findings.warning(Rule::EmptySection, block.line, message, hint);
            return;
        }
        let entry = &mut self.entry;
        let rows = &block.rows;
        match block.heading {
            TEMPLATES => entry.templates.extend(template::read(block, findings)),
            SIMILAR_ERRORS => entry.similar_errors.extend(list::phrases(rows, findings)),
            QUESTIONS => entry.questions.extend(list::phrases(rows, findings)),
            NEAR_MISSES => entry.near_misses.extend(list::phrases(rows, findings)),
            CHANGES => {
                entry.changes = list::changes(rows, findings);
                let latest = entry.changes.first().map(|change| change.day.clone());
                entry.updated = latest.max(entry.updated.take());
            }
            AGENT_NOTES => self.add_notes(block, findings),
            _ => self.add_section(block, findings),
        }
    }

    fn add_notes(&mut self, block: &Block, findings: &mut Findings) {
        let linked = self.markdown(block, findings);
        for picture in &linked.pictures {
            let message = "a picture beside the entries would be public";
            let hint = "describe it in words, or give its https address";
            findings.error(Rule::PictureWithoutFile, picture.line, message, hint);
        }
        let notes = self.entry.agent_notes.get_or_insert_default();
        notes.push_str(if notes.is_empty() { "" } else { "\n\n" });
        notes.push_str(&linked.markdown);
    }

    /// Adds a part of the answer, unless its heading is a slip.
    fn add_section(&mut self, block: &Block, findings: &mut Findings) {
        let heading = block.heading;
        if let Some(meant) = misspelt(heading) {
            let message =
                format!("the heading `{heading}` is nearly `{meant}`; the section is left out");
            let hint = format!("write `## {meant}`, or a heading that is less like it");
            findings.error(Rule::MisspeltHeading, block.line, message, hint);
            return;
        }
        let mut linked = self.markdown(block, findings);
        self.pictures.append(&mut linked.pictures);
        if heading == SOLUTION && linked.only_pictures {
            let message = "the solution is only in a picture";
            let hint = "write the steps in words beside the picture";
            findings.error(Rule::PictureOnly, block.line, message, hint);
        }
        self.entry.sections.push(Section {
            heading: heading.to_owned(),
            markdown: linked.markdown,
            line: block.line,
        });
    }

    /// Checks that there is a cause or a solution.
    fn has_answer(&self, findings: &mut Findings) -> bool {
        let mut headings = self.entry.sections.iter().map(|s| s.heading.as_str());
        let answered = headings.any(|heading| heading == CAUSE || heading == SOLUTION);
        if !answered {
            let message = "the entry has neither `## 原因` nor `## 解决办法`";
            let hint = "write why it happens or what to do, under one of these headings";
            findings.error(Rule::NoAnswer, self.entry.title_line, message, hint);
        }
        answered
    }

    /// Takes the sizes of the entry's pictures from the files, by path.
    pub(super) fn find_pictures(&mut self, files: &BTreeMap<String, Picture>) {
        let paths = self.pictures.iter().map(|line| &line.text);
        self.entry.pictures = paths
            .filter_map(|path| Some((path.clone(), files.get(path)?.size)))
            .collect();
    }

    /// The Markdown of a block that is not blank. Its links are collected for checking.
    fn markdown(&mut self, block: &Block, findings: &mut Findings) -> links::Linked {
        let written = |row: &Row| !row.is_blank();
        let first = block.rows.iter().position(written).unwrap_or_default();
        let last = block.rows.iter().rposition(written).unwrap_or_default();
        let rows = &block.rows[first..=last];
        let lines: Vec<&str> = rows.iter().map(|row| row.text).collect();
        // From the path, not the category: an entry with a bad id has a folder, too.
        let folder = self.entry.path.rsplit_once('/').map_or("", |(f, _)| f);
        let mut linked = links::read(&lines.join("\n"), rows[0].line, folder, findings);
        self.links.append(&mut linked.targets);
        linked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        let mut findings = Findings::new("a/b/x.md");
        let draft = read("a/b/x.md", text, &mut findings).expect("an entry");
        assert_eq!(findings.into_diagnostics(), []);
        draft
    }

    #[test]
    fn a_file_becomes_an_entry() {
        let text = "---\nplatforms: [taobao, tmall]\ncause: settings\nretry: after-fix\nacts: merchant\nsources: [Q01, Q53]\nneeds: [screenshot]\naliases: [a/old]\nupdated: 2026-11-24\n---\n# 无效 #CD08\n\n## 报错信息\n```text\n# 无效 <*>，电话\n\n  无效的联系人\n```\n\n## 原因\n\n没填。\n\n```\n## 不是标题\n```\n\n## 类似报错\n- 甲\n* 乙 \n## 相似问法\n- 丙\n## 不是这个问题\n- 丁\n## 客服备注\n先问[这个](./y.md)。\n## 备用\n其他\n";
        let Draft {
            entry,
            platforms,
            aliases,
            links,
            pictures: _,
        } = draft(text);
        let line = |text: &str, line| Line {
            text: text.into(),
            line,
        };
        assert_eq!(
            (entry.id.as_str(), entry.title.as_str(), entry.title_line),
            ("a/b/x", "无效 #CD08", 11)
        );
        assert_eq!(entry.platforms, ["taobao", "tmall"]);
        assert_eq!(platforms, [line("taobao", 2), line("tmall", 2)]);
        assert_eq!(aliases, [line("a/old", 8)]);
        assert_eq!(links, [line("a/b/y", 36)]);
        assert_eq!(
            entry.templates,
            [line("# 无效 <*>，电话", 15), line("无效的联系人", 17)]
        );
        assert_eq!(entry.similar_errors, [line("甲", 29), line("乙", 30)]);
        assert_eq!(entry.questions, [line("丙", 32)]);
        assert_eq!(entry.near_misses, [line("丁", 34)]);
        let sections: Vec<_> = entry
            .sections
            .iter()
            .map(|s| (s.heading.as_str(), s.markdown.as_str(), s.line))
            .collect();
        assert_eq!(
            sections,
            [
                ("原因", "没填。\n\n```\n## 不是标题\n```", 20),
                ("备用", "其他", 37)
            ]
        );
        assert_eq!(
            entry.agent_notes.as_deref(),
            Some("先问[这个](/kb/a/b/y)。")
        );
        assert!(!entry.public_markdown().contains("先问"));
    }

    #[test]
    fn what_changed_is_kept_apart_and_its_latest_day_is_the_entrys() {
        let text = |updated: &str| {
            format!(
                "---\n{updated}---\n# 题\n## 原因\n甲\n## 更新记录\n- 2026-01-02 写成\n- 2026-03-04 补上 截图\n"
            )
        };
        for (updated, day) in [
            ("", "2026-03-04"),
            ("updated: 2026-02-01\n", "2026-03-04"),
            ("updated: 2026-05-01\n", "2026-05-01"),
        ] {
            let entry = draft(&text(updated)).entry;
            assert_eq!(entry.updated.as_deref(), Some(day));
            assert_eq!(entry.sections.len(), 1);
            let changes: Vec<&str> = entry.changes.iter().map(|c| c.what.as_str()).collect();
            assert_eq!(changes, ["补上 截图", "写成"]);
        }
    }

    #[test]
    fn dos_line_ends_change_nothing() {
        let text =
            "---\ncause: data\n---\n# 题\n## 报错信息\n```\n无效的联系人\n```\n## 原因\n甲\n乙\n";
        assert_eq!(draft(text).entry, draft(&text.replace('\n', "\r\n")).entry);
    }

    #[test]
    fn a_private_section_is_not_published_by_a_slip() {
        for heading in [
            "客服备注：",
            "客服备注（内部）",
            "客服备住",
            "客服 备注",
            "相似问法 2",
            "「原因」",
        ] {
            let text = format!("# 题\n## 原因\n甲\n## {heading}\n- 私\n");
            let mut findings = Findings::new("a/x.md");
            let draft = read("a/x.md", &text, &mut findings).expect("an entry");
            assert!(!draft.entry.public_markdown().contains('私'), "{heading}");
            assert_eq!(
                findings.into_diagnostics()[0].rule,
                Rule::MisspeltHeading,
                "{heading}"
            );
        }
    }
}
