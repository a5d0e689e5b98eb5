//! What serde's own code throws, sorted by class.

use super::super::Position;
use serde::de;
use std::fmt;

/// The class of a fault; [`super::DecodeRules`] has a rule for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    UnknownKey,
    MissingKey,
    WrongType,
    WrongWord,
    InvalidValue,
}

/// An error on its way up to the place that can do something about it.
#[derive(Debug)]
pub(super) enum DecodeError {
    /// A struct demands this field.
    Missing(&'static str),
    /// A value cannot be what it should be, for this reason; the place is known further up unless given.
    Value { class: Class, message: String, at: Option<(Position, String)> },
    /// The value that is being built cannot be; everything about it is recorded.
    Hopeless,
    /// Everything is recorded; decode once more.
    Again,
}

impl DecodeError {
    fn value(class: Class, message: String) -> DecodeError {
        DecodeError::Value { class, message, at: None }
    }

    /// Gives a fault its place unless it has one.
    pub(super) fn located(self, position: Position, path: impl fmt::Display) -> DecodeError {
        match self {
            DecodeError::Value { class, message, at: None } => {
                DecodeError::Value { class, message, at: Some((position, path.to_string())) }
            }
            error => error,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Missing(field) => write!(f, "`{field}` is missing"),
            DecodeError::Value { message, .. } => f.write_str(message),
            DecodeError::Hopeless | DecodeError::Again => f.write_str("the value has faults"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> DecodeError {
        DecodeError::value(Class::InvalidValue, message.to_string())
    }

    fn missing_field(field: &'static str) -> DecodeError {
        DecodeError::Missing(field)
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::WrongType, format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::InvalidValue, format!("expected {expected}, found {found}"))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::InvalidValue, format!("expected {expected}, found {length} items"))
    }
}
