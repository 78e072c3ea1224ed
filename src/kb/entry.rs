//! An entry of the knowledge base: one problem and its solution, with its Markdown forms. Parsing
//! is in `draft`.

use super::heading::{CHANGES, TEMPLATES};
use super::picture::{Sizes, addressed};

/// Defines an enum with a name for front matter and the API, and a Chinese label for display.
macro_rules! choice {
    ($(#[$doc:meta])+ $choice:ident { $($(#[$of:meta])+ $variant:ident $name:literal $label:literal;)+ }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $choice {
            $($(#[$of])+ $variant,)+
        }

        impl $choice {
            /// Every value, in display order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in front matter and the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The Chinese label for display.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }
    };
}

choice! {
    /// The kind of cause of a problem.
    Cause {
        /// A courier or its code is not mapped to the platform's.
        Mapping "mapping" "物流映射";
        /// The shop's settings, such as its contacts and addresses.
        Settings "settings" "店铺设置";
        /// The shop has not authorised the ERP, or the authorisation has expired.
        Authorization "authorization" "授权";
        /// The order's state, such as a refund.
        OrderState "order-state" "订单状态";
        /// The waybill or its number.
        Waybill "waybill" "面单单号";
        /// A quota or restriction of the platform.
        PlatformLimit "platform-limit" "平台限制";
        /// A fault of the platform.
        PlatformFault "platform-fault" "平台故障";
        /// The connection.
        Network "network" "网络";
        /// Invalid data in the request.
        Data "data" "数据";
        /// No error: a question about how to do something.
        HowTo "how-to" "操作方法";
    }
}

choice! {
    /// Advice on trying again.
    Retry {
        /// Immediately.
        Now "now" "直接重试";
        /// After a while.
        Later "later" "稍后重试";
        /// Once the cause is fixed.
        AfterFix "after-fix" "处理后重试";
        /// Trying again cannot help, or is not needed.
        Never "never" "不用重试";
    }
}

choice! {
    /// The party that has to act.
    Acts {
        /// The merchant.
        Merchant "merchant" "商家自己处理";
        /// The support of the ERP.
        Support "support" "联系 ERP 客服";
        /// The platform.
        Platform "platform" "平台处理";
    }
}

/// A line of a file, such as a training phrase, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text, without list marker.
    pub text: String,
    /// The line in its file, 1-based.
    pub line: u32,
}

/// A change of an entry, for its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `YYYY-MM-DD`
    pub day: String,
    /// The change, plain text.
    pub what: String,
}

/// A part of the public answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// The text below it as it was written, except that links to entries and pictures beside them
    /// are `/kb/…`. [`Entry::section_markdown`] is the form to show.
    pub markdown: String,
    /// The line of the heading, 1-based.
    pub line: u32,
}

/// One problem and its solution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its path without `.md`, such as `logistics/sync/invalid-contact-cd08`.
    pub id: String,
    /// Path of its file relative to the knowledge base, `/` between folders.
    pub path: String,
    /// The error message, or the problem in a phrase.
    pub title: String,
    /// The line of the title, 1-based.
    pub title_line: u32,
    /// Ids of the platforms that it occurs on; empty if it can be any.
    pub platforms: Vec<String>,
    /// The kind of cause.
    pub cause: Option<Cause>,
    /// Advice on trying again.
    pub retry: Option<Retry>,
    /// The party that has to act.
    pub acts: Option<Acts>,
    /// Ids of the source questions it was written from, such as `Q01`.
    pub sources: Vec<String>,
    /// Missing material, such as `screenshot`.
    pub needs: Vec<String>,
    /// Former ids.
    pub aliases: Vec<String>,
    /// The day of its last change of content, `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// 报错信息: messages as a platform sends them, their variable parts written `<*>`.
    pub templates: Vec<Line>,
    /// 类似报错: the same error as other systems word it.
    pub similar_errors: Vec<Line>,
    /// 相似问法: questions as users ask them.
    pub questions: Vec<Line>,
    /// 不是这个问题: texts that it must not answer.
    pub near_misses: Vec<Line>,
    /// The public answer, in the order of the file.
    pub sections: Vec<Section>,
    /// Sizes of the pictures that the answer shows.
    pub pictures: Sizes,
    /// 更新记录, latest first.
    pub changes: Vec<Change>,
    /// 客服备注, Markdown for support agents. Private: no public page or API may show it.
    pub agent_notes: Option<String>,
}

impl Entry {
    /// The id of its category; empty for an entry in no folder.
    pub fn category(&self) -> &str {
        self.id
            .rsplit_once('/')
            .map_or("", |(category, _)| category)
    }

    /// The public part as a Markdown file: title, templates, answer and changes.
    pub fn public_markdown(&self) -> String {
        let templates: Vec<&str> = self.templates.iter().map(|t| t.text.as_str()).collect();
        let templates = templates.join("\n");
        let messages = if templates.is_empty() {
            String::new()
        } else {
            let fence = fence_around(&templates);
            format!("## {TEMPLATES}\n\n{fence}text\n{templates}\n{fence}\n\n")
        };
        let change = |c: &Change| format!("- {} {}\n", c.day, c.what);
        let changes: String = self.changes.iter().map(change).collect();
        let changes = match changes.as_str() {
            "" => changes,
            list => format!("\n## {CHANGES}\n\n{list}"),
        };
        let answer = self.answer_markdown();
        format!("# {}\n\n{messages}{answer}{changes}", self.title)
    }

    /// The public answer alone, each section under its `##` heading.
    pub fn answer_markdown(&self) -> String {
        let section = |s: &Section| format!("## {}\n\n{}\n", s.heading, self.section_markdown(s));
        let sections: Vec<String> = self.sections.iter().map(section).collect();
        sections.join("\n")
    }

    /// The text of one of its sections, each picture at the address that names its size
    /// (`/kb/a/b.png?800x600`).
    pub fn section_markdown(&self, section: &Section) -> String {
        addressed(&section.markdown, &self.pictures)
    }
}

/// A fence that nothing in the text can close.
fn fence_around(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let line = |text: &str| Line {
            text: text.into(),
            line: 1,
        };
        let section = |heading: &str, markdown: &str| Section {
            heading: heading.into(),
            markdown: markdown.into(),
            line: 1,
        };
        Entry {
            id: "logistics/sync/x".into(),
            path: "logistics/sync/x.md".into(),
            title: "标题 #CD08".into(),
            title_line: 1,
            platforms: vec!["taobao".into()],
            cause: Some(Cause::Data),
            retry: None,
            acts: None,
            sources: vec!["Q01".into()],
            needs: vec![],
            aliases: vec![],
            updated: None,
            templates: vec![line("单号```<*>```无效")],
            similar_errors: vec![line("私 1")],
            questions: vec![line("私 2")],
            near_misses: vec![line("私 3")],
            sections: vec![section("原因", "因为"), section("解决办法", "1. 改")],
            pictures: Sizes::new(),
            changes: vec![Change {
                day: "2026-11-24".into(),
                what: "补上截图".into(),
            }],
            agent_notes: Some("私 4".into()),
        }
    }

    #[test]
    fn the_public_form_is_title_templates_answer_changes_and_nothing_else() {
        let expected = "# 标题 #CD08\n\n## 报错信息\n\n````text\n单号```<*>```无效\n````\n\n\
                        ## 原因\n\n因为\n\n## 解决办法\n\n1. 改\n\n## 更新记录\n\n- 2026-11-24 补上截图\n";
        assert_eq!(entry().public_markdown(), expected);
        let plain = Entry {
            templates: vec![],
            ..entry()
        };
        assert!(
            plain
                .public_markdown()
                .starts_with("# 标题 #CD08\n\n## 原因\n")
        );
    }

    #[test]
    fn the_category_is_the_folder() {
        assert_eq!(entry().category(), "logistics/sync");
        assert_eq!(
            Entry {
                id: "x".into(),
                ..entry()
            }
            .category(),
            ""
        );
    }

    #[test]
    fn choices_have_distinct_names() {
        let names: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(names.len(), 10);
        assert_eq!(Retry::AfterFix.as_str(), "after-fix");
        assert_eq!(Acts::Support.label(), "联系 ERP 客服");
    }
}
