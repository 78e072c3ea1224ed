//! The failures of a request, and their wording, which is nowhere else.
//!
//! A handler returns a [`Failure`]; the layer [`error_response`](crate::web::error_response) gives it
//! the form that its client reads.

use std::borrow::Cow;

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::keys::Scope;
use crate::lookup::batch::BatchError;
use crate::lookup::{MAX_BYTES, PasteError};
use crate::table::file::FileError;

/// Everything that can go wrong with a request.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// A field that must be there is not.
    MissingField(Cow<'static, str>),
    /// Nothing but white space.
    BlankText,
    /// Longer than the limit of a paste; its bytes.
    TextTooLong(usize),
    /// Longer than what is taken from an address, which is the second number.
    AddressTooLong(usize, usize),
    /// Bytes that are no UTF-8, in the body, the query or the path.
    InvalidUtf8,
    /// The given platform, and the known ids.
    UnknownPlatform(String, String),
    /// No whole number within the bounds, which are held.
    InvalidLimit(usize, usize),
    /// No id that a lookup could have.
    InvalidLookupId,
    /// No such entry.
    UnknownEntry(String),
    /// The journal has no room.
    JournalFull,
    /// No whole number within the bounds of a field, which are held.
    InvalidNumber(&'static str, usize, usize),
    /// A field, what was given, and the values that it may have.
    UnknownValue(&'static str, String, String),
    /// Of these two fields exactly one has to be given.
    EitherField(&'static str, &'static str),
    /// More texts than a page shows at once; the API answers them.
    TooManyTexts(usize),
    /// A file that is no table that can be read.
    UnreadableFile(FileError),
    /// The failure of one of several texts, with its number from 1 on.
    InText(usize, Box<Self>),
    /// A failure in a field that has another name than usual.
    InField(&'static str, Box<Self>),
    /// A field that does not exist, and those that do.
    UnknownField(String, String),
    /// A field that is given more than once.
    RepeatedField(String),
    /// A field and what it should be.
    WrongType(Cow<'static, str>, &'static str),
    /// The body is JSON and no object.
    NotAnObject,
    /// Place where the JSON is malformed.
    MalformedJson { line: usize, column: usize },
    /// The body ended early.
    BrokenBody,
    /// No such address.
    NotFound,
    /// The address knows other methods.
    MethodNotAllowed,
    /// The request did not end in time.
    Timeout,
    /// The body is over its limit, which is held, in bytes.
    BodyTooLarge(usize),
    /// The body is of another media type than expected.
    UnsupportedMediaType { expected: &'static str },
    /// The framework refused it for another reason.
    BadRequest,
    /// The API wants a key here.
    NoKey,
    /// The key that was sent is not valid.
    WrongKey,
    /// The key does not allow this.
    MissingScope(Scope),
    /// More requests than the rate; seconds until the next one is served.
    TooManyRequests(u64),
    /// More requests at once than can be served.
    Overloaded,
    /// Our fault.
    Internal,
}

/// A failure as its client sees it.
pub(crate) struct ErrorView {
    pub(crate) status: StatusCode,
    /// Stable: clients may rely on it.
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    /// The field of the request that is wrong, where it is one.
    pub(crate) field: Option<String>,
}

/// Marks a response that shows its failure itself, on a page of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rendered;

impl Failure {
    /// One of each, for the documentation: a type that is missing here is missing there, which the
    /// tests that compare answers with the documentation find.
    pub(crate) fn every() -> Vec<Self> {
        vec![
            Self::MissingField("text".into()),
            Self::BlankText,
            Self::TextTooLong(MAX_BYTES + 1),
            Self::InvalidUtf8,
            Self::UnknownPlatform("ebay".into(), "taobao, pdd".into()),
            Self::InvalidLimit(1, 20),
            Self::UnknownField("top".into(), "text、platform、limit".into()),
            Self::RepeatedField("text".into()),
            Self::WrongType("text".into(), "字符串"),
            Self::MalformedJson { line: 1, column: 9 },
            Self::BrokenBody,
            Self::BadRequest,
            Self::NotFound,
            Self::MethodNotAllowed,
            Self::Timeout,
            Self::BodyTooLarge(super::bounds::MAX_BODY),
            Self::UnsupportedMediaType {
                expected: "application/json",
            },
            Self::InvalidLookupId,
            Self::UnknownEntry("nowhere".into()),
            Self::JournalFull,
            Self::InvalidNumber("page", 1, 10_000),
            Self::UnknownValue("acts", "me".into(), "merchant、support、platform".into()),
            Self::EitherField("text", "texts"),
            Self::UnreadableFile(FileError::OldOrEncrypted),
            Self::NoKey,
            Self::WrongKey,
            Self::MissingScope(Scope::Lookup),
            Self::TooManyRequests(2),
            Self::Overloaded,
            Self::Internal,
        ]
    }

    /// Status, slug and wording.
    pub(crate) fn view(&self) -> ErrorView {
        let (status, slug, title) = self.kind();
        ErrorView {
            status,
            slug,
            title,
            detail: self.detail(),
            field: self.field().map(str::to_owned),
        }
    }

    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::MissingField(_) => (S::BAD_REQUEST, "missing-field", "缺少字段"),
            Self::BlankText => (S::BAD_REQUEST, "blank-text", "内容是空的"),
            Self::TextTooLong(_) => (S::BAD_REQUEST, "text-too-long", "内容太长"),
            Self::AddressTooLong(..) => (S::BAD_REQUEST, "text-too-long", "地址里的内容太长"),
            Self::InvalidUtf8 => (S::BAD_REQUEST, "invalid-utf-8", "编码不对"),
            Self::UnknownPlatform(..) => (S::BAD_REQUEST, "unknown-platform", "不认识这个平台"),
            Self::InvalidLimit(..) => (S::BAD_REQUEST, "invalid-limit", "条数不对"),
            Self::InvalidLookupId => (S::BAD_REQUEST, "invalid-lookup-id", "查询编号不对"),
            Self::UnknownEntry(_) => (S::NOT_FOUND, "unknown-entry", "没有这个条目"),
            Self::JournalFull => (S::SERVICE_UNAVAILABLE, "journal-full", "现在记不下来"),
            Self::InvalidNumber(..) => (S::BAD_REQUEST, "invalid-number", "数目不对"),
            Self::UnknownValue(..) => (S::BAD_REQUEST, "unknown-value", "取值不对"),
            Self::EitherField(..) => (S::BAD_REQUEST, "either-field", "字段要二选一"),
            Self::TooManyTexts(_) => (S::BAD_REQUEST, "too-many-texts", "行数太多"),
            Self::UnreadableFile(_) => (S::BAD_REQUEST, "unreadable-file", "文件读不了"),
            Self::InText(_, failure) | Self::InField(_, failure) => failure.kind(),
            Self::UnknownField(..) => (S::BAD_REQUEST, "unknown-field", "多了字段"),
            Self::RepeatedField(_) => (S::BAD_REQUEST, "repeated-field", "字段重复"),
            Self::WrongType(..) | Self::NotAnObject => (S::BAD_REQUEST, "wrong-type", "类型不对"),
            Self::MalformedJson { .. } => (S::BAD_REQUEST, "malformed-json", "JSON 写得不对"),
            Self::BrokenBody => (S::BAD_REQUEST, "broken-body", "请求体不完整"),
            Self::BadRequest => (S::BAD_REQUEST, "bad-request", "请求不对"),
            Self::NotFound => (S::NOT_FOUND, "not-found", "没有这个地址"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method-not-allowed", "请求方法不对"),
            Self::Timeout => (S::REQUEST_TIMEOUT, "request-timeout", "请求超时"),
            Self::BodyTooLarge(_) => (S::PAYLOAD_TOO_LARGE, "body-too-large", "请求体太大"),
            Self::UnsupportedMediaType { .. } => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "请求体的类型不对",
            ),
            Self::NoKey => (S::UNAUTHORIZED, "missing-key", "需要密钥"),
            Self::WrongKey => (S::UNAUTHORIZED, "invalid-key", "密钥不对"),
            Self::MissingScope(_) => (S::FORBIDDEN, "missing-scope", "密钥没有这项权限"),
            Self::TooManyRequests(_) => (S::TOO_MANY_REQUESTS, "too-many-requests", "请求太频繁"),
            Self::Overloaded => (S::SERVICE_UNAVAILABLE, "overloaded", "服务器正忙"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal-error", "服务器出错了"),
        }
    }

    /// The reason of the failure, and what to do about it.
    fn detail(&self) -> String {
        match self {
            Self::MissingField(field) => format!("请求里没有 {field} 这个字段，它是必需的。"),
            Self::TextTooLong(bytes) => format!(
                "内容有 {} KiB，最多 {} KiB。请只保留报错的那一段。",
                bytes.div_ceil(1024),
                MAX_BYTES / 1024
            ),
            Self::AddressTooLong(chars, most) => {
                format!(
                    "内容有 {chars} 个字符，写在地址里最多 {most} 个。长内容请贴到输入框里查，程序请用 POST。"
                )
            }
            Self::UnknownPlatform(given, known) => {
                format!("没有“{given}”这个平台，可以用的是：{known}。")
            }
            Self::InvalidLimit(least, most) => format!("limit 要是 {least} 到 {most} 之间的整数。"),
            Self::UnknownEntry(id) => format!("知识库里没有“{id}”这个条目。"),
            Self::InvalidNumber(field, least, most) => {
                format!("{field} 要是 {least} 到 {most} 之间的整数。")
            }
            Self::UnknownValue(field, given, known) => {
                format!("{field} 没有“{given}”这个值，可以用的是：{known}。")
            }
            Self::EitherField(one, other) => format!("{one} 和 {other} 要给一个，也只能给一个。"),
            Self::TooManyTexts(count) => format!(
                "有 {count} 行，一次最多查 {} 行。请分几次查。",
                crate::lookup::batch::MOST
            ),
            Self::UnreadableFile(error) => unreadable(error),
            Self::InText(number, failure) => format!("第 {number} 行：{}", failure.detail()),
            Self::InField(_, failure) => failure.detail(),
            Self::UnknownField(field, known) => {
                format!("没有 {field} 这个字段，可以用的是：{known}。")
            }
            Self::RepeatedField(field) => format!("{field} 只能给一次。"),
            Self::WrongType(field, expected) => format!("{field} 要是{expected}。"),
            Self::MalformedJson { line, column } => {
                format!("JSON 在第 {line} 行第 {column} 列读不下去。")
            }
            Self::BodyTooLarge(most) => {
                format!("请求体最大 {} KiB。请只保留报错的那一段。", most / 1024)
            }
            Self::UnsupportedMediaType { expected } => {
                format!("请求头 Content-Type 要是 {expected}。")
            }
            Self::MissingScope(scope) => format!("这个密钥没有 {} 权限。", scope.id()),
            Self::TooManyRequests(seconds) => format!("请等 {seconds} 秒再试。"),
            _ => self.fixed_detail().to_owned(),
        }
    }

    /// The detail of a failure that holds no value.
    fn fixed_detail(&self) -> &'static str {
        match self {
            Self::BlankText => "请把报错原文或问题贴进来。",
            Self::InvalidUtf8 => "请求里有不是 UTF-8 的字节，请用 UTF-8 编码。",
            Self::InvalidLookupId => "lookup_id 要和查询结果里给出的一样；没有就不用填。",
            Self::JournalFull => "查询不受影响，请过一会儿再提交。",
            Self::NotAnObject => "请求体要是一个 JSON 对象。",
            Self::BrokenBody => "请求体没有传完，请再发一次。",
            Self::BadRequest => "服务器读不懂这个请求。",
            Self::NotFound => "地址可能写错了，或者内容已经移走。",
            Self::MethodNotAllowed => "这个地址不接受这种请求方法，可以用的见响应头 Allow。",
            Self::Timeout => "请求没有在规定时间里传完，请再试一次。",
            Self::NoKey => "请在请求头里带上密钥：Authorization: Bearer <密钥>。",
            Self::WrongKey => "没有这个密钥，可能抄错了，也可能已经停用。",
            Self::Overloaded => "同时来的请求太多，请稍等一下再试。",
            Self::Internal => "这是我们的问题，已经记录下来。请稍后再试。",
            // Those with values have a detail of their own.
            _ => "",
        }
    }

    /// The field of the request that is wrong, with its parents: `context.text`.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::BlankText | Self::TextTooLong(_) | Self::AddressTooLong(..) => Some("text"),
            Self::InvalidLookupId => Some("lookup_id"),
            Self::UnknownEntry(_) => Some("entry"),
            Self::UnknownPlatform(..) => Some("platform"),
            Self::InvalidNumber(field, ..) | Self::UnknownValue(field, ..) => Some(field),
            Self::EitherField(field, _) => Some(field),
            Self::TooManyTexts(_) | Self::InText(..) => Some("text"),
            Self::InField(field, _) => Some(field),
            Self::InvalidLimit(..) => Some("limit"),
            Self::MissingField(field) | Self::WrongType(field, _) => Some(field),
            Self::UnknownField(field, _) | Self::RepeatedField(field) => Some(field),
            _ => None,
        }
    }

    /// The header that tells a client about its next attempt.
    pub(crate) fn headers(&self) -> Option<(HeaderName, String)> {
        let challenge = |more: String| (header::WWW_AUTHENTICATE, format!("Bearer{more}"));
        match self {
            Self::NoKey => Some(challenge(" realm=\"jieda\"".to_owned())),
            Self::WrongKey => Some(challenge(" error=\"invalid_token\"".to_owned())),
            Self::MissingScope(scope) => Some(challenge(format!(
                " error=\"insufficient_scope\", scope=\"{}\"",
                scope.id()
            ))),
            Self::TooManyRequests(seconds) => Some((header::RETRY_AFTER, seconds.to_string())),
            Self::Overloaded => Some((header::RETRY_AFTER, "1".to_owned())),
            Self::JournalFull => Some((header::RETRY_AFTER, "5".to_owned())),
            _ => None,
        }
    }

    /// The failure behind a response that the framework made by itself.
    pub(crate) fn of(response: &Response) -> Option<Self> {
        match response.status() {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::REQUEST_TIMEOUT => Some(Self::Timeout),
            status if status.is_client_error() => Some(Self::BadRequest),
            status if status.is_server_error() => Some(Self::Internal),
            _ => None,
        }
    }
}

/// The reason that a file is not read, and what to do about it.
fn unreadable(error: &FileError) -> String {
    match error {
        FileError::TooLarge(most) => {
            format!(
                "文件解压以后超过 {} MiB。请只保留有报错的那张表。",
                most >> 20
            )
        }
        FileError::OldOrEncrypted => {
            "这是旧格式（.xls）或者加了密码的工作簿。请另存为 .xlsx 或 .csv 再传。".to_owned()
        }
        FileError::Broken(_) => {
            "文件是坏的，或者不是表格。请另存为 .xlsx 或 .csv 再传。".to_owned()
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::UnreadableFile(error)
    }
}

impl From<PasteError> for Failure {
    fn from(error: PasteError) -> Self {
        match error {
            PasteError::Empty => Self::BlankText,
            PasteError::TooLong(bytes) => Self::TextTooLong(bytes),
            PasteError::Platform(given, known) => Self::UnknownPlatform(given, known),
        }
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Empty => Self::BlankText,
            BatchError::Platform(error) => error.into(),
            BatchError::Text(number, error) => Self::InText(number, Box::new(error.into())),
        }
    }
}

/// A status with the failure beside it: the layer [`error_response`](crate::web::error_response)
/// gives it a body.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.view().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_says_what_to_do() {
        for failure in Failure::every() {
            assert!(!failure.detail().is_empty(), "{failure:?}");
        }
    }
}
