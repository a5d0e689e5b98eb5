//! Text with a form: versions, durations, account ids, ratios. What does not fit the form is refused
//! where it is written.

use super::int32;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $parse:expr, $schema_name:literal, $schema:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The text as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<$name, String> {
                let check: fn(&str) -> Result<(), String> = $parse;
                check(&text)?;
                Ok($name(text))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = String::deserialize(deserializer)?;
                $name::try_from(text).map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema_name.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

text_type!(
    /// An account id of twelve digits, kept as text so that a leading zero stays.
    AccountId,
    |text| {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(())
        } else {
            Err(format!("`{text}` is not an account id: write its 12 digits in quotes"))
        }
    },
    "AccountID",
    json_schema!({"type": "string", "pattern": "^[0-9]{12}$"})
);

text_type!(
    /// A duration as Go writes it, e.g. `10m` or `1h30m`; never negative, and with digits on both sides of a
    /// point, as the CustomResourceDefinitions want it.
    Duration,
    |text| match duration_nanoseconds(text) {
        Some(nanoseconds) if i64::try_from(nanoseconds).is_ok() => Ok(()),
        Some(_) => Err(format!("`{text}` is longer than the 292 years that a duration can have")),
        None => Err(format!("`{text}` is not a duration: write hours, minutes and seconds such as 1h30m or 90s")),
    },
    "Duration",
    json_schema!({"type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"})
);

impl Duration {
    /// The length in seconds.
    #[allow(clippy::cast_precision_loss, reason = "it is compared with other settings, not written")]
    pub fn seconds(&self) -> f64 {
        duration_nanoseconds(&self.0).unwrap_or(0) as f64 / 1e9
    }
}

/// Reads what Go's `time.ParseDuration` and the patterns of the CustomResourceDefinitions both take. What
/// does not fit the number is as good as endless.
fn duration_nanoseconds(text: &str) -> Option<u128> {
    let mut rest = text;
    let mut total = 0_u128;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (whole, fraction) = match rest[..digits].split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (&rest[..digits], ""),
        };
        if whole.is_empty() || fraction.contains('.') {
            return None;
        }
        rest = &rest[digits..];
        let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit: u64 = match &rest[..unit_end] {
            "ns" => 1,
            "us" | "µs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60 * 1_000_000_000,
            "h" => 3600 * 1_000_000_000,
            _ => return None,
        };
        let mut part = whole.parse().unwrap_or(u128::MAX).saturating_mul(u128::from(unit));
        let mut scale = unit;
        for digit in fraction.bytes() {
            scale /= 10;
            part = part.saturating_add(u128::from(digit - b'0') * u128::from(scale));
        }
        total = total.saturating_add(part);
        rest = &rest[unit_end..];
    }
    (!text.is_empty()).then_some(total)
}

text_type!(
    /// A price in US dollars an hour, as text so that no digit is lost.
    Price,
    |text| {
        let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let above_zero = text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if digits(whole) && digits(cents) && above_zero {
            Ok(())
        } else {
            Err(format!("`{text}` is not a price: write US dollars an hour in quotes, such as \"0.90\""))
        }
    },
    "Price",
    json_schema!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$"})
);

text_type!(
    /// Which versions of poolsmith may render, e.g. `0.1.0` or `>=0.1, <0.3`.
    VersionRequirement,
    |text| crate::load::requirement(text).map(drop),
    "VersionRequirement",
    json_schema!({
        "type": "string",
        "pattern": "^\\s*(\\*|((=|>|>=|<|<=|~|\\^)?\\s*[0-9]+(\\.[0-9xX*]+){0,2}(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?)(\\s*,\\s*(=|>|>=|<|<=|~|\\^)?\\s*[0-9]+(\\.[0-9xX*]+){0,2}(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?)*)\\s*$"
    })
);

/// A minor version, e.g. `4.20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinorVersion {
    /// The number before the dot.
    pub major: u16,
    /// The number behind the dot.
    pub minor: u16,
}

impl MinorVersion {
    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> MinorVersion {
        MinorVersion { major, minor }
    }

    fn parse(text: &str) -> Option<MinorVersion> {
        let (major, minor) = text.split_once('.')?;
        let number = |part: &str| -> Option<u16> {
            (part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0')))
                .then(|| part.parse().ok())
                .flatten()
        };
        Some(MinorVersion { major: number(major)?, minor: number(minor)? })
    }
}

impl fmt::Display for MinorVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl<'de> Deserialize<'de> for MinorVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MinorVersion, D::Error> {
        let text = String::deserialize(deserializer)?;
        MinorVersion::parse(&text).ok_or_else(|| {
            de::Error::custom(format_args!(
                "`{text}` is not a minor version: write it as \"MAJOR.MINOR\", such as \"4.20\""
            ))
        })
    }
}

impl JsonSchema for MinorVersion {
    fn schema_name() -> Cow<'static, str> {
        "MinorVersion".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$"})
    }
}

/// The versions that a cluster may run while this spec holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionRange {
    /// The oldest: what is rendered must work there.
    pub min: MinorVersion,
    /// The newest.
    pub max: MinorVersion,
}

impl<'de> Deserialize<'de> for VersionRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<VersionRange, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            min: MinorVersion,
            max: MinorVersion,
        }
        struct RangeVisitor;
        impl<'de> Visitor<'de> for RangeVisitor {
            type Value = VersionRange;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quoted version such as \"4.20\", or a map with min and max")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<VersionRange, E> {
                let version = MinorVersion::parse(text).ok_or_else(|| {
                    E::custom(format_args!(
                        "`{text}` is not a minor version: write it as \"MAJOR.MINOR\", such as \"4.20\""
                    ))
                })?;
                Ok(VersionRange { min: version, max: version })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<VersionRange, A::Error> {
                let raw = Raw::deserialize(de::value::MapAccessDeserializer::new(map))?;
                if raw.min > raw.max {
                    return Err(de::Error::custom(format_args!(
                        "min {} is newer than max {}",
                        raw.min, raw.max
                    )));
                }
                Ok(VersionRange { min: raw.min, max: raw.max })
            }
        }
        deserializer.deserialize_any(RangeVisitor)
    }
}

impl JsonSchema for VersionRange {
    fn schema_name() -> Cow<'static, str> {
        "VersionRange".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut described = |text: &str| {
            let mut version = generator.subschema_for::<MinorVersion>();
            version.insert("description".to_owned(), text.into());
            version
        };
        let only = described("The version, while the cluster is not being upgraded.");
        let oldest = described("The oldest version that the cluster may run: what is rendered works there.");
        let newest = described("The newest version that the cluster may run.");
        json_schema!({"oneOf": [
            only,
            {"type": "object", "additionalProperties": false, "required": ["min", "max"], "properties": {
                "min": oldest, "max": newest
            }}
        ]})
    }
}

/// A ratio strictly between 0 and 1. The API takes it as text; a number is accepted too.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio(String);

impl Ratio {
    /// The ratio as the API takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ratio, D::Error> {
        struct RatioVisitor;
        impl Visitor<'_> for RatioVisitor {
            type Value = Ratio;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a ratio strictly between 0 and 1, such as \"0.5\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Ratio, E> {
                let fraction = text.strip_prefix("0.").unwrap_or("");
                let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
                // So many digits are no more than 0, or no less than 1, to whoever reads the text as a number.
                let between = text.parse().is_ok_and(|ratio: f64| ratio > 0.0 && ratio < 1.0);
                if digits && between {
                    Ok(Ratio(text.to_owned()))
                } else {
                    Err(E::custom(format_args!(
                        "`{text}` is not a ratio strictly between 0 and 1: write it like \"0.5\""
                    )))
                }
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Ratio, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Ratio, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Ratio, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(RatioVisitor)
    }
}

impl JsonSchema for Ratio {
    fn schema_name() -> Cow<'static, str> {
        "Ratio".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"oneOf": [
            {"type": "string", "pattern": "^0\\.[0-9]*[1-9][0-9]*$"},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
        ]})
    }
}

/// A count of machines, or a share of them such as `40%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountOrPercent {
    /// So many machines.
    Count(u32),
    /// So many per cent of them.
    Percent(u32),
}

impl<'de> Deserialize<'de> for CountOrPercent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CountOrPercent, D::Error> {
        struct CountVisitor;
        impl Visitor<'_> for CountVisitor {
            type Value = CountOrPercent;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a count such as 2, or a share such as 40%")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<CountOrPercent, E> {
                text.strip_suffix('%')
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
                    .and_then(|digits| digits.parse().ok())
                    .map(CountOrPercent::Percent)
                    .ok_or_else(|| {
                        E::custom(format_args!("`{text}` is neither a count nor a share: write 2 or 40%"))
                    })
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<CountOrPercent, E> {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                int32::checked(number).map(CountOrPercent::Count).map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<CountOrPercent, E> {
                match u64::try_from(number) {
                    Ok(number) => self.visit_u64(number),
                    Err(_) => Err(E::custom(format_args!("`{number}` is not a count of machines"))),
                }
            }
        }
        deserializer.deserialize_any(CountVisitor)
    }
}

impl JsonSchema for CountOrPercent {
    fn schema_name() -> Cow<'static, str> {
        "CountOrPercent".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"oneOf": [
            {"type": "integer", "minimum": 0, "maximum": int32::GREATEST},
            {"type": "string", "pattern": "^[0-9]+%$"}
        ]})
    }
}

#[cfg(test)]
mod tests {
    use super::Duration;

    /// The seconds of a duration, unless it is refused.
    fn seconds(text: &str) -> Option<f64> {
        Duration::try_from(text.to_owned()).ok().map(|duration| duration.seconds())
    }

    #[test]
    fn a_duration_is_what_go_and_the_schemas_both_read() {
        for (text, length) in
            [("0s", 0.0), ("90s", 90.0), ("1h30m", 5400.0), ("1.5h", 5400.0), ("10ms", 0.01)]
        {
            assert_eq!(seconds(text), Some(length), "{text}");
        }
        assert_eq!(seconds("2562047h47m16s"), Some(9_223_372_036.0));
        for text in ["", "0", "1", "m", ".5h", "1.h", "1..5h", "-1m", "+1m", "1d", "1 h", "1μs", "٣h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_is_no_longer_than_go_can_count() {
        for text in
            ["2562048h", "9223372037s", "9223372036854775808ns", "99999999999999999999999999999999999999999h"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
