//! Numbers that the API keeps in 32 bits, signed (`int32` in the CustomResourceDefinitions): a greater one
//! is refused by whatever decodes the object.

use serde::de::{Deserialize, Deserializer, Error};
use std::collections::BTreeMap;

/// The greatest number that the API takes.
pub const GREATEST: u32 = i32::MAX.unsigned_abs();

/// What is wrong with a number, if anything is.
pub fn checked(number: u32) -> Result<u32, String> {
    if number > GREATEST {
        return Err(format!("{number} is above {GREATEST}, the greatest number that the API takes"));
    }
    Ok(number)
}

/// Decodes a number that the API takes.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(u32::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Decodes a number that the API takes, or none.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Option::<u32>::deserialize(deserializer)?.map(checked).transpose().map_err(D::Error::custom)
}

/// Decodes numbers that the API takes, each with its name.
pub fn by_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    let numbers = BTreeMap::<String, u32>::deserialize(deserializer)?;
    numbers.values().try_for_each(|number| checked(*number).map(drop)).map_err(D::Error::custom)?;
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::{GREATEST, checked};

    #[test]
    fn the_greatest_number_is_that_of_32_bits_signed() {
        assert_eq!(checked(2_147_483_647), Ok(2_147_483_647));
        let fault = checked(GREATEST + 1).unwrap_err();
        assert!(fault.contains("2147483648 is above 2147483647"), "{fault}");
    }
}
