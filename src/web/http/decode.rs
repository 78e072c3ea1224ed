//! Decodes JSON bodies and the fields of addresses into request types, by deserr: each type has its
//! fields, their checks and their documentation in one place. A fault names the field that has it.

use std::ops::ControlFlow;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, Value, ValueKind,
    ValuePointerRef, deserialize,
};
use serde_json::Value as Json;

use super::error::Failure;

/// Fields in the order in which their faults are told where a request has several. Chosen; clients
/// may have come to rely on it.
const TOLD_FIRST: [&str; 15] = [
    "context",
    "q",
    "texts",
    "text",
    "platform",
    "options",
    "limit",
    "cause",
    "acts",
    "page",
    "per_page",
    "lookup_id",
    "why",
    "helped",
    "entry",
];

/// Decodes a value.
///
/// # Errors
/// One fault: of the field that stands first in [`TOLD_FIRST`], of the others the first that is
/// found, of an unknown field only where there is no other.
pub(crate) fn decode<T: Deserr<Failure>>(value: Json) -> Result<T, Failure> {
    deserialize(value)
}

/// Decodes the value of one field of a request.
///
/// # Errors
/// As [`decode`].
pub(crate) fn decode_field<T: Deserr<Failure>>(name: &str, value: Json) -> Result<T, Failure> {
    T::deserialize_from_value(value.into_value(), ValuePointerRef::Origin.push_key(name))
}

/// A field's value that breaks a rule of its own; holds what the rule expects, in Chinese.
pub(crate) struct Expected(pub(crate) &'static str);

impl DeserializeError for Failure {
    fn error<V: IntoValue>(
        before: Option<Self>,
        error: ErrorKind<V>,
        location: ValuePointerRef,
    ) -> ControlFlow<Self, Self> {
        let at = field(location);
        let within = |name: &str| match at.as_str() {
            "" => name.to_owned(),
            at => format!("{at}.{name}"),
        };
        let failure = match error {
            ErrorKind::MissingField { field } => Self::MissingField(within(field).into()),
            ErrorKind::UnknownKey { key, accepted } => {
                Self::UnknownField(within(key), accepted.join("、"))
            }
            // A request's own field that is null is not given.
            ErrorKind::IncorrectValueKind {
                actual: Value::Null,
                ..
            } if is_own_field(location) => Self::MissingField(at.into()),
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                let is_element = matches!(location, ValuePointerRef::Index { .. });
                Self::WrongType(at.into(), expected(accepted, is_element))
            }
            // No request type has closed lists of words or lists of a given length.
            ErrorKind::UnknownValue { .. }
            | ErrorKind::BadSequenceLen { .. }
            | ErrorKind::Unexpected { .. } => Self::WrongType(at.into(), "别的内容"),
        };
        Self::merge(before, failure, location)
    }
}

impl MergeWithError<Self> for Failure {
    fn merge(before: Option<Self>, other: Self, _: ValuePointerRef) -> ControlFlow<Self, Self> {
        ControlFlow::Continue(match before {
            Some(before) if precedence(&before) <= precedence(&other) => before,
            _ => other,
        })
    }
}

/// Orders faults, the least is told: the place of the outermost field, its depth, the place of the
/// field itself. An unknown field comes last of its depth.
fn precedence(failure: &Failure) -> (usize, usize, usize) {
    let path = failure.field().unwrap_or_default();
    let place = |name: &str| {
        let place = TOLD_FIRST.iter().position(|told| *told == name);
        place.unwrap_or(TOLD_FIRST.len())
    };
    let (outer, own) = match (path.split_once('.'), path.rsplit_once('.')) {
        (Some((outer, _)), Some((_, own))) => (outer, own),
        _ => (path, path),
    };
    let unknown = matches!(failure, Failure::UnknownField(..));
    let last = |place| if unknown { usize::MAX } else { place };
    let depth = path.split('.').count();
    let outermost = if depth == 1 {
        last(place(outer))
    } else {
        place(outer)
    };
    (outermost, depth, last(place(own)))
}

impl MergeWithError<Expected> for Failure {
    fn merge(
        before: Option<Self>,
        Expected(expected): Expected,
        location: ValuePointerRef,
    ) -> ControlFlow<Self, Self> {
        let failure = Self::WrongType(field(location).into(), expected);
        Self::merge(before, failure, location)
    }
}

/// The field at a place, its parents before it: `context.options.entries`.
fn field(location: ValuePointerRef) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Index { prev, .. } => field(*prev),
        ValuePointerRef::Key { key, prev } => match field(*prev) {
            parents if parents.is_empty() => key.to_owned(),
            parents => format!("{parents}.{key}"),
        },
    }
}

fn is_own_field(location: ValuePointerRef) -> bool {
    matches!(
        location,
        ValuePointerRef::Key {
            prev: ValuePointerRef::Origin,
            ..
        }
    )
}

/// A value of one of these kinds in words, or a list of such values.
fn expected(kinds: &[ValueKind], is_element: bool) -> &'static str {
    match (kinds, is_element) {
        ([ValueKind::String], false) => "字符串",
        ([ValueKind::String], true) => "字符串的列表",
        ([ValueKind::Boolean], false) => " true 或 false",
        ([ValueKind::Sequence], false) => "列表",
        ([ValueKind::Map], false) => "对象",
        ([ValueKind::Map], true) => "对象的列表",
        (_, false) => "整数",
        (_, true) => "别的内容的列表",
    }
}
