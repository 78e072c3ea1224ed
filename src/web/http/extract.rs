//! Extractors of a request's parts. axum's own word their rejections in English and decode broken
//! UTF-8 silently, so these replace them.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use deserr::Deserr;
use percent_encoding::percent_decode;
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::bounds::MAX_BODY;
use super::decode;
use super::error::Failure;

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
                Ok((decoded(&pair[..cut])?, decoded(value)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The value of a field, taken out; the first where it is given twice.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1)
    }

    /// The value of a field; the first where it is given twice.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Those that hold something: a form sends what was left open as an empty field.
    pub(crate) fn filled(mut self) -> Self {
        self.0.retain(|(_, value)| !value.is_empty());
        self
    }

    /// The fields as a request type.
    ///
    /// # Errors
    /// A fault of a field, an unknown field, or a field that is given twice.
    pub(crate) fn decode<T: Deserr<Failure>>(self) -> Result<T, Failure> {
        let mut object = Map::new();
        let mut repeated = None;
        for (name, value) in self.0 {
            match object.entry(name) {
                Entry::Vacant(field) => {
                    field.insert(value.into());
                }
                Entry::Occupied(field) => repeated = repeated.or(Some(field.key().clone())),
            }
        }
        let decoded = decode::decode(Value::Object(object))?;
        match repeated {
            Some(name) => Err(Failure::RepeatedField(name)),
            None => Ok(decoded),
        }
    }
}

fn decoded(encoded: &[u8]) -> Result<String, Failure> {
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

/// A posted JSON object as a request type.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: Deserr<Failure>, S: Send + Sync> FromRequest<S> for JsonBody<T> {
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
            Ok(object @ Value::Object(_)) => decode::decode(object).map(Self),
            Ok(_) => Err(Failure::NotAnObject),
            Err(e) => Err(Failure::MalformedJson {
                line: e.line(),
                column: e.column(),
            }),
        }
    }
}

/// The match of a route's `{*path}`, percent-decoded.
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
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
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

/// The whole body, within the address's bound.
pub(crate) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection: BytesRejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::BodyTooLarge(MAX_BODY),
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
        assert_eq!(fields.take("q").as_deref(), Some("2"));
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
