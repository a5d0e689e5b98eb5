//! A day of the calendar, as text `YYYY-MM-DD`. There is no clock here: today comes in as a plain value.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar (ISO 8601, the extended form of a date), from the year 2000 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Whether this day is more than a year after `other`: later than the same day of the next year.
    pub fn is_more_than_a_year_after(self, other: Date) -> bool {
        // The 29th of February is followed by a year that lacks it; comparing still puts the 28th before
        // and the 1st of March behind.
        self > other.a_year_later()
    }

    /// The same day of the next year, the 28th for a 29th of February.
    pub fn a_year_on(self) -> Date {
        let next = self.a_year_later();
        Date { day: next.day.min(days_in(next.year, next.month)), ..next }
    }

    fn a_year_later(self) -> Date {
        Date { year: self.year + 1, ..self }
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Date, String> {
        let number = |from: usize, to: usize| -> Option<u16> {
            let part = text.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
        };
        let hyphen = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        let parts = (text.len() == 10 && hyphen(4) && hyphen(7))
            .then(|| Some((number(0, 4)?, number(5, 7)?, number(8, 10)?)))
            .flatten();
        let Some((year, month, day)) = parts else {
            return Err(format!("`{text}` is not a date: write year, month and day such as \"2027-03-31\""));
        };
        let (month, day) = (month.min(99) as u8, day.min(99) as u8);
        if year < 2000 || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
            return Err(format!(
                "there is no day `{text}`: write one of the calendar, from the year 2000 on"
            ));
        }
        Ok(Date { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_read_as_it_is_written() {
        for text in ["2000-01-01", "2028-02-29", "2027-12-31", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2027",
            "2027-1-01",
            "2027-01-1",
            "27-01-01",
            "2027/01/01",
            "2027-01-01 ",
            " 2027-01-01",
            "2027-01-01T00:00:00Z",
            "+027-01-01",
            "2027-00-10",
            "2027-13-01",
            "2027-04-31",
            "2027-02-29",
            "2100-02-29",
            "1999-12-31",
            "2027-01-00",
            "2027-01-99",
            "２０２７-01",
            "éé27-01-01",
            "20é7-01-1",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_is_counted_to_the_same_day() {
        assert!(!date("2027-11-25").is_more_than_a_year_after(date("2026-11-25")));
        assert!(date("2027-11-26").is_more_than_a_year_after(date("2026-11-25")));
        assert!(!date("2029-02-28").is_more_than_a_year_after(date("2028-02-29")));
        assert!(date("2029-03-01").is_more_than_a_year_after(date("2028-02-29")));
        assert_eq!(date("2028-02-29").a_year_on(), date("2029-02-28"));
        assert!(date("2026-12-31") < date("2027-01-01"));
    }
}
