//! The number of results that a request asks for.

use std::ops::RangeInclusive;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, Value, ValueKind, ValuePointerRef,
    take_cf_content,
};

use crate::web::http::error::Failure;

/// Least and most results: no client shows more. Chosen.
const BOUNDS: RangeInclusive<usize> = 1..=20;

/// A number of results, 1 to 20.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(pub(crate) usize);

impl Limit {
    /// JSON has no integers apart from numbers, so `2.0` is as good as `2`.
    fn new(number: f64) -> Result<Self, Failure> {
        let (least, most) = (*BOUNDS.start(), *BOUNDS.end());
        if number.fract() == 0.0 && (least as f64..=most as f64).contains(&number) {
            Ok(Self(number as usize))
        } else {
            Err(Failure::InvalidLimit(least, most))
        }
    }

    /// From the field of an address.
    pub(crate) fn from_address(text: Option<String>) -> Result<Option<Self>, Failure> {
        // What is not a number is not one within the bounds.
        let number = |text: String| text.parse().unwrap_or(f64::NAN);
        text.map(number).map(Self::new).transpose()
    }
}

impl Deserr<Failure> for Limit {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, Failure> {
        match value {
            Value::Integer(n) => Self::new(n as f64),
            Value::NegativeInteger(n) => Self::new(n as f64),
            Value::Float(n) => Self::new(n),
            actual => {
                let accepted = &[ValueKind::Integer];
                let error = ErrorKind::IncorrectValueKind { actual, accepted };
                Err(take_cf_content(Failure::error(None, error, location)))
            }
        }
    }
}
