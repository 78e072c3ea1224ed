//! Gives every failure the form that whoever asked can read: a page, or RFC 9457 problem details.
//! What the framework refuses by itself (405, 408) passes through the same door.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::cached::GENERATION;
use super::error::{Failure, Told};
use super::guard::for_programs;
use super::limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use super::pages;
use super::search::Asked;

/// Beside a response that tells its failure itself, on a page of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faced;

// RFC 9457.
/// 请求失败的原因。
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemDetails)]
pub(super) struct ProblemDetails<'a> {
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

/// Gives every failure its body: a page for people, problem details for programs.
pub(super) async fn face(State(app): State<App>, request: Request, next: Next) -> Response {
    // A chat platform reads the status alone, and a stranger learns nothing there.
    if request.uri().path().starts_with("/hooks/") {
        return next.run(request).await;
    }
    let page = wants_page(&request);
    let is_api = request.uri().path().starts_with("/api/");
    // What the protocol there refuses has its own form.
    let own_form = request.uri().path() == "/mcp";
    let mut response = next.run(request).await;
    if response.extensions_mut().remove::<Faced>().is_some() {
        return response;
    }
    let failure = match response.extensions_mut().remove::<Failure>() {
        None if !own_form => Failure::of(&response),
        ours => ours,
    };
    let Some(failure) = failure else {
        return response;
    };
    let told = failure.told();
    let mut faced = if page {
        let asked = response
            .extensions_mut()
            .remove::<Asked>()
            .unwrap_or_default();
        pages::error(&app, &told, &asked)
    } else {
        problem(&told)
    };
    for name in [header::ALLOW, RATE_LIMIT, RATE_LIMIT_POLICY] {
        if let Some(value) = response.headers_mut().remove(&name) {
            faced.headers_mut().insert(name, value);
        }
    }
    if is_api {
        let now = app.current();
        let generation = HeaderValue::try_from(now.engine.generation()).expect("hex digits");
        faced.headers_mut().insert(GENERATION, generation);
    }
    if let Some((name, value)) = failure.headers() {
        let value = HeaderValue::try_from(value).expect("it is ASCII");
        faced.headers_mut().insert(name, value);
    }
    faced
}

/// Where programs ask, one does, unless it says that it reads HTML.
fn wants_page(request: &Request) -> bool {
    let html = |value: &header::HeaderValue| value.to_str().is_ok_and(|v| v.contains("text/html"));
    !for_programs(request.uri().path())
        || request.headers().get_all(header::ACCEPT).iter().any(html)
}

impl Told {
    /// What programs call this kind of failure.
    pub(super) fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }

    /// As programs are told.
    pub(super) fn problem(&self) -> ProblemDetails<'_> {
        ProblemDetails {
            r#type: self.uri(),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            field: self.field.as_deref(),
        }
    }
}

fn problem(told: &Told) -> Response {
    let body = serde_json::to_vec(&told.problem()).expect("strings and a number are JSON");
    (
        told.status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body,
    )
        .into_response()
}
