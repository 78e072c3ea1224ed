//! A failure as programs see it: problem details (RFC 9457).

use serde::Serialize;
use utoipa::ToSchema;

use super::error::ErrorView;

/// 请求失败的原因。
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemDetails)]
pub(crate) struct ProblemDetails<'a> {
    /// 哪一种失败：不会变，程序可以依赖它。
    r#type: String,
    /// 给人看的名字。
    title: &'a str,
    /// HTTP 状态码。
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// 这一次错在哪里，该怎么改。
    detail: &'a str,
    /// 请求里哪个字段有问题。
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl ErrorView {
    /// Address that names this kind of failure; stable.
    pub(crate) fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }

    /// The body of the response.
    pub(crate) fn problem(&self) -> ProblemDetails<'_> {
        ProblemDetails {
            r#type: self.uri(),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            field: self.field.as_deref(),
        }
    }
}
