//! Feedback of people: a form that says whether an entry helped, and a page of thanks.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::layout::{Layout, html};
use crate::journal::WriteStatus;
use crate::kb::Entry;
use crate::web::api::feedback::FeedbackRequest;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;
use crate::web::http::extract::{Fields, Form, Query};

/// `POST /feedback` with the same fields as a form, `helped` being `yes` or `no`. It leads on to the
/// page of thanks, so that reloading that page sends nothing twice.
pub(crate) async fn by_form(
    State(app): State<App>,
    Now(now): Now,
    Form(fields): Form,
) -> Result<Response, Failure> {
    let feedback = from_form(fields)?;
    match feedback.record(&app, &now).await? {
        (_, WriteStatus::Dropped) => Err(Failure::JournalFull),
        (entry, _) => {
            let thanks = format!("/feedback?entry={entry}");
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, thanks)]).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage<'a> {
    layout: Layout<'a>,
    entry: &'a Entry,
}

/// `GET /feedback?entry=`
pub(crate) async fn thanks(
    State(app): State<App>,
    Now(now): Now,
    Query(mut fields): Query,
) -> Result<Response, Failure> {
    let id = fields.take("entry").unwrap_or_default();
    let entry = now.engine.kb().entry(&id).ok_or(Failure::NotFound)?;
    let layout = Layout::new(&app, &now, "kb");
    Ok(html(StatusCode::OK, &ThanksPage { layout, entry }))
}

/// The fields of the form; `helped` is `yes` or `no`.
fn from_form(mut fields: Fields) -> Result<FeedbackRequest, Failure> {
    let helped = match fields.take("helped").as_deref() {
        Some("yes") => true,
        Some("no") => false,
        Some(_) => return Err(Failure::WrongType("helped".into(), " yes 或 no")),
        None => return Err(Failure::MissingField("helped".into())),
    };
    Ok(FeedbackRequest {
        lookup_id: fields.take("lookup_id").filter(|id| !id.is_empty()),
        entry: fields
            .take("entry")
            .ok_or(Failure::MissingField("entry".into()))?,
        helped,
        why: fields.take("why"),
    })
}
