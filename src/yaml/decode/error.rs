//! What serde's own code throws, sorted by class.

use super::super::Position;
use serde::de;
use std::fmt;

/// What decoding gives at every place.
pub(super) type Decoded<T> = Result<T, DecodeError>;

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
///
/// Boxed: every function of every type hands it on, and few values have one.
#[derive(Debug)]
pub(super) struct DecodeError(Box<Reason>);

/// Why a value cannot be decoded.
#[derive(Debug)]
pub(super) enum Reason {
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
    /// See [`Reason::Hopeless`].
    pub(super) fn hopeless() -> DecodeError {
        Reason::Hopeless.into()
    }

    /// See [`Reason::Again`].
    pub(super) fn again() -> DecodeError {
        Reason::Again.into()
    }

    /// See [`Reason::Value`]; the place is not known yet.
    pub(super) fn value(class: Class, message: String) -> DecodeError {
        Reason::Value { class, message, at: None }.into()
    }

    /// Gives a fault its place unless it has one.
    pub(super) fn located(mut self, position: Position, path: impl fmt::Display) -> DecodeError {
        if let Reason::Value { at: at @ None, .. } = &mut *self.0 {
            *at = Some((position, path.to_string()));
        }
        self
    }

    /// Why the value cannot be decoded.
    pub(super) fn reason(self) -> Reason {
        *self.0
    }
}

impl From<Reason> for DecodeError {
    #[inline(never)]
    fn from(reason: Reason) -> DecodeError {
        DecodeError(Box::new(reason))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Missing(field) => write!(f, "`{field}` is missing"),
            Reason::Value { message, .. } => f.write_str(message),
            Reason::Hopeless | Reason::Again => f.write_str("the value has faults"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> DecodeError {
        DecodeError::value(Class::InvalidValue, message.to_string())
    }

    fn missing_field(field: &'static str) -> DecodeError {
        Reason::Missing(field).into()
    }

    #[inline(never)]
    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::WrongType, format!("expected {expected}, found {found}"))
    }

    #[inline(never)]
    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::InvalidValue, format!("expected {expected}, found {found}"))
    }

    #[inline(never)]
    fn invalid_length(length: usize, expected: &dyn de::Expected) -> DecodeError {
        DecodeError::value(Class::InvalidValue, format!("expected {expected}, found {length} items"))
    }
}
