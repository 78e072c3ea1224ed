//! Search for entries by what is typed: suggestions and lists, in the library, over the API and on
//! the page.

mod lists;
mod suggest;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use jieda::live::Live;

use crate::support::http::{self, Reply};
use crate::support::{router_over, shipped_live};

async fn send(live: Arc<Live>, request: Request<Body>) -> Reply {
    http::send(router_over(live), request).await
}

/// Gets an address of the knowledge base that ships.
async fn get(uri: &str) -> Reply {
    send(shipped_live(), http::get(uri)).await
}
