//! What a request brings, checked before a handler sees it: axum's own extractors word their rejections in
//! English and decode broken UTF-8 without a word, so these stand in their place.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::error::Failure;

/// The largest body that is read, in bytes: the longest paste takes 240 kB when every character of
/// it is percent-encoded or written as a `\u` pair.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The longest text that is taken from an address, in characters: percent-encoded it stays below
/// what HTTP servers and proxies accept.
pub(crate) const MAX_ADDRESS_CHARS: usize = 4_000;

/// Fields in `application/x-www-form-urlencoded`, in the order they were sent.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(encoded: &[u8]) -> Result<Self, Failure> {
        encoded
            .split(|b| *b == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let cut = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
                let value = pair.get(cut + 1..).unwrap_or_default();
                Ok((decode(&pair[..cut])?, decode(value)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The value of a field, taken out; the first where it is given twice.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1)
    }

    /// Those that hold something: a form sends what was left open as an empty field.
    pub(crate) fn filled(mut self) -> Self {
        self.0.retain(|(_, value)| !value.is_empty());
        self
    }

    /// Refuses what was not taken: fields that are given twice, and any that is not known.
    pub(crate) fn end(self, known: &[&str]) -> Result<(), Failure> {
        match self.left() {
            Some(twice) if known.contains(&twice.as_str()) => Err(Failure::RepeatedField(twice)),
            Some(unknown) => Err(Failure::UnknownField(unknown, known.join("、"))),
            None => Ok(()),
        }
    }

    /// A field that was not taken.
    pub(crate) fn left(self) -> Option<String> {
        self.0.into_iter().next().map(|(name, _)| name)
    }
}

fn decode(encoded: &[u8]) -> Result<String, Failure> {
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| Failure::InvalidUtf8)
}

/// The fields of the address.
pub(crate) struct Query(pub(crate) Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The fields of a posted form.
pub(crate) struct Form(pub(crate) Fields);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        const FORM: &str = "application/x-www-form-urlencoded";
        if media_type(request.headers()).as_deref() != Some(FORM) {
            return Err(Failure::UnsupportedMediaType { expected: FORM });
        }
        Fields::parse(&body(request, state).await?).map(Self)
    }
}

/// A posted JSON object.
pub(crate) struct JsonObject(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let json = |t: &str| {
            t == "application/json" || (t.starts_with("application/") && t.ends_with("+json"))
        };
        if !media_type(request.headers()).as_deref().is_some_and(json) {
            return Err(Failure::UnsupportedMediaType {
                expected: "application/json",
            });
        }
        let bytes = body(request, state).await?;
        let text = str::from_utf8(&bytes).map_err(|_| Failure::InvalidUtf8)?;
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Failure::NotAnObject),
            Err(e) => Err(Failure::MalformedJson {
                line: e.line(),
                column: e.column(),
            }),
        }
    }
}

/// What a `{*path}` of a route matched, percent-decoded.
pub(crate) struct Rest(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Rest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(rest)| Self(rest))
            .map_err(|_| Failure::InvalidUtf8)
    }
}

/// The media type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection: BytesRejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::BodyTooLarge,
            _ => Failure::BrokenBody,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_as_browsers_encode_them() {
        let mut fields =
            Fields::parse(b"q=a+b%20%E4%B8%AD%0D%0A%zz&empty=&bare&&q=2").expect("valid");
        assert_eq!(fields.take("q").as_deref(), Some("a b 中\r\n%zz"));
        assert_eq!(fields.take("empty").as_deref(), Some(""));
        assert_eq!(fields.take("bare").as_deref(), Some(""));
        assert_eq!(fields.left().as_deref(), Some("q"));
    }

    #[test]
    fn broken_utf8_is_refused() {
        assert!(matches!(Fields::parse(b"q=%ff"), Err(Failure::InvalidUtf8)));
        assert!(matches!(
            Fields::parse(b"%e4%b8=1"),
            Err(Failure::InvalidUtf8)
        ));
    }
}
