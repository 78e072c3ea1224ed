//! Schemas that no derive gives: closed lists of words, each with what it means, and the checked
//! text of a lookup. The lists are made from the values themselves, so none can be forgotten.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::kb::{Acts, Cause, Retry};
use crate::lookup::SpanKind;
use crate::search::catalog::LineOf;
use crate::wording;

/// Most entries of an option, in the context of a question. Chosen.
pub(super) const MAX_ENTRIES: usize = 40;
/// Most characters of an id of an entry or a platform, from outside. Chosen.
pub(super) const MAX_ID: usize = 200;

/// A string in schemas, with a name and a description of its own; the knowledge base in service
/// knows its values.
macro_rules! name {
    ($name:ident, $about:literal) => {
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let string = ObjectBuilder::new().schema_type(Type::String);
                string.description(Some($about)).into()
            }
        }

        impl ToSchema for $name {}
    };
}

name!(Platform, "平台的代号。");
name!(PlatformFilter, "平台的代号，或者 `any`。");
name!(Category, "分类的编号。");
/// The bytes of a file in schemas.
pub(crate) enum File {}

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        // Whatever it is, it is sent as bytes: any value has some.
        let bytes = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        let bytes = bytes.description(Some("文件，不能是空的。"));
        bytes.pattern(Some("[^\\x00\\s]")).into()
    }
}

impl ToSchema for File {}

/// Words with their meanings, of which one is given.
fn words(about: &str, words: &[(&str, &str)]) -> Object {
    list(about, words).schema_type(Type::String).build()
}

/// As [`words`], or null.
fn words_or_null(about: &str, words: &[(&str, &str)]) -> Object {
    let mut object = list(about, words)
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .build();
    if let Some(values) = &mut object.enum_values {
        values.push(serde_json::Value::Null);
    }
    object
}

fn list(about: &str, words: &[(&str, &str)]) -> ObjectBuilder {
    let meanings: Vec<String> = words
        .iter()
        .map(|(word, meaning)| format!("`{word}` {meaning}"))
        .collect();
    ObjectBuilder::new()
        .enum_values(Some(words.iter().map(|(word, _)| *word)))
        .description(Some(format!("{about}：{}。", meanings.join("；"))))
}

pub(crate) fn outcome() -> Object {
    words(
        "该怎么办",
        &[
            ("answer", "第一条结果就是答案"),
            ("choose", "是前几条里的一条，用 `ask` 反问一句"),
            ("none", "这里没有答案，看 `handover`"),
        ],
    )
}

pub(crate) fn reason() -> Object {
    words(
        "为什么没有答案",
        &[
            ("neighbour", "是相邻话题的问题，该去别处问"),
            ("unknown", "知识库里没有"),
            ("too-short", "内容太短，没法判断"),
            ("damaged", "内容是乱码，丢了字，没法还原"),
        ],
    )
}

pub(crate) fn omission() -> Object {
    words(
        "为什么没有查",
        &[
            ("too-many-rows", "在前 10,000 行以外"),
            ("text-too-long", "超过 256 KiB"),
        ],
    )
}

pub(crate) fn span_kind() -> Object {
    let kinds = [
        SpanKind::Literal,
        SpanKind::Variable,
        SpanKind::Code,
        SpanKind::Platform,
    ];
    words(
        "这一段是什么",
        &kinds.map(|k| (wording::span_id(k), wording::span(k))),
    )
}

pub(crate) fn cause() -> Object {
    let all = Cause::ALL.iter().map(|c| (c.as_str(), c.label()));
    words_or_null("原因属于哪一类", &all.collect::<Vec<_>>())
}

/// As [`cause`], of a filter.
pub(crate) fn cause_filter() -> Object {
    let all = Cause::ALL.iter().map(|c| (c.as_str(), c.label()));
    words("原因属于哪一类", &all.collect::<Vec<_>>())
}

/// As [`acts`], of a filter.
pub(crate) fn acts_filter() -> Object {
    let all = Acts::ALL.iter().map(|a| (a.as_str(), a.label()));
    words("该谁来处理", &all.collect::<Vec<_>>())
}

pub(crate) fn line_kind() -> Object {
    let kinds = [
        LineOf::Title,
        LineOf::Code,
        LineOf::Message,
        LineOf::SimilarError,
        LineOf::Question,
    ];
    words(
        "这是条目的什么",
        &kinds.map(|k| (wording::line_id(k), wording::line(k))),
    )
}

pub(crate) fn retry() -> Object {
    let all = Retry::ALL.iter().map(|r| (r.as_str(), r.label()));
    words_or_null("要不要重试", &all.collect::<Vec<_>>())
}

pub(crate) fn acts() -> Object {
    let all = Acts::ALL.iter().map(|a| (a.as_str(), a.label()));
    words_or_null("该谁来处理", &all.collect::<Vec<_>>())
}

pub(crate) fn suggestion_kind() -> Object {
    words(
        "对上的是什么",
        &[
            ("title", "标题"),
            ("code", "错误码"),
            ("phrasing", "问法或报错原文"),
            ("pinyin", "拼音"),
        ],
    )
}

/// Ids of entries that come from outside.
pub(crate) fn ids() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::ArrayBuilder;
    let id = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(MAX_ID))
        .pattern(Some("^[^\\x00]*$"));
    ArrayBuilder::new()
        .items(id)
        .max_items(Some(MAX_ENTRIES))
        .description(Some("选了它，剩下的是这些条目；空的是都不是。"))
        .build()
}

pub(crate) fn understood() -> Object {
    words(
        "这次的内容被当成了什么，带了 `context` 时才有",
        &[
            ("choice", "选了一个选项"),
            ("platform", "说了平台"),
            ("words", "用自己的话说了是哪一个"),
            ("none-of-them", "都不是"),
            ("unclear", "没看懂，再问一次"),
            ("new-question", "另一个问题，`context` 没有用上"),
        ],
    )
}
