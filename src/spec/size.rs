//! How many nodes a pool has, and how they are paid for: sum types, so that no two ways contradict.

use super::int32;
use super::scalars::Price;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// How many nodes a pool has: `{fixed: 2}`, which Git rules, or `{min: 0, max: 4}`, between which the
/// autoscaler rules. With more than one zone `per` says what the numbers count.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(try_from = "RawSize")]
pub enum Size {
    /// Git rules.
    Fixed {
        /// How many.
        fixed: u32,
        /// What the number counts.
        per: Option<Per>,
    },
    /// The autoscaler rules.
    Autoscaled {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// How many a MachineSet is created with; the minimum where absent.
        initial: Option<u32>,
        /// What the numbers count.
        per: Option<Per>,
    },
}

impl Size {
    /// What the numbers count, where it was said.
    pub fn per(self) -> Option<Per> {
        match self {
            Size::Fixed { per, .. } | Size::Autoscaled { per, .. } => per,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSize {
    fixed: Option<u32>,
    min: Option<u32>,
    max: Option<u32>,
    initial: Option<u32>,
    per: Option<Per>,
}

impl TryFrom<RawSize> for Size {
    type Error = String;

    fn try_from(raw: RawSize) -> Result<Size, String> {
        for number in [raw.fixed, raw.min, raw.max, raw.initial].into_iter().flatten() {
            int32::checked(number)?;
        }
        match raw {
            RawSize { fixed: Some(fixed), min: None, max: None, initial: None, per } => {
                Ok(Size::Fixed { fixed, per })
            }
            RawSize { fixed: Some(_), .. } => {
                Err("a size is either `fixed`, or `min` and `max`: keep one of the two forms".to_owned())
            }
            RawSize { min: Some(min), max: Some(max), .. } if min > max => {
                Err(format!("min {min} is above max {max}: swap or correct them"))
            }
            RawSize { max: Some(0), .. } => {
                Err("max 0 can never hold a node: write `fixed: 0` for an empty pool".to_owned())
            }
            RawSize { min: Some(min), max: Some(max), initial: Some(initial), .. }
                if initial < min || initial > max =>
            {
                Err(format!(
                    "initial {initial} lies outside min {min} and max {max}: choose a number between them"
                ))
            }
            RawSize { min: Some(min), max: Some(max), initial, per, fixed: None } => {
                Ok(Size::Autoscaled { min, max, initial, per })
            }
            _ => Err("a size needs `fixed`, or both `min` and `max`".to_owned()),
        }
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut per = generator.subschema_for::<Per>();
        let counts = "What the numbers count: `zone`, each zone has so many, or `total`, the zones share them. Needed with more than one zone.";
        per.insert("description".to_owned(), counts.into());
        let count = |description: &str| json_schema!({"type": "integer", "minimum": 0, "maximum": int32::GREATEST, "description": description});
        json_schema!({
            "description": "How many nodes a pool has: `{fixed: 2}`, which Git rules, or `{min: 0, max: 4}`, between which the autoscaler rules. With more than one zone `per` says what the numbers count.",
            "oneOf": [
                {
                    "type": "object", "additionalProperties": false, "required": ["fixed"],
                    "properties": {"fixed": count("How many nodes; Git rules."), "per": per}
                },
                {
                    "type": "object", "additionalProperties": false, "required": ["min", "max"],
                    "properties": {
                        "min": count("The least number of nodes."),
                        "max": {"type": "integer", "minimum": 1, "maximum": int32::GREATEST, "description": "The greatest number of nodes."},
                        "initial": count("How many nodes the MachineSets are created with; the minimum where absent. Needed, and equal to the committed size, when a fixed pool becomes autoscaled."),
                        "per": per
                    }
                }
            ]
        })
    }
}

/// What the numbers of a size count.
#[derive(Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// Each zone has so many.
    Zone,
    /// The zones share so many; the first zones get the remainder.
    Total,
}

/// How nodes are paid for: `onDemand`, `spot`, `{spot: {maxPrice: "0.90"}}` or
/// `{capacityBlock: cr-…}`.
#[derive(Deserialize, Debug, Clone, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Market {
    /// At the list price, for as long as one likes.
    #[default]
    OnDemand,
    /// Spare capacity that the cloud can take back.
    Spot(Option<SpotOptions>),
    /// A capacity block that was reserved beforehand, by its reservation id.
    CapacityBlock(String),
}

/// Settings of Spot.
#[derive(Deserialize, JsonSchema, Debug, Clone, PartialEq, Eq, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SpotOptions {
    /// The most to pay, in US dollars an hour, quoted. Best left out: the on-demand price is the cap.
    #[serde(default)]
    pub max_price: Option<Price>,
}

impl JsonSchema for Market {
    fn schema_name() -> Cow<'static, str> {
        "Market".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut spot = generator.subschema_for::<SpotOptions>();
        spot.insert(
            "description".to_owned(),
            "Spare capacity that the cloud can take back, with a limit of the price.".into(),
        );
        json_schema!({
            "description": "How nodes are paid for: `onDemand`, `spot`, `{spot: {maxPrice: \"0.90\"}}` or `{capacityBlock: cr-…}`.",
            "oneOf": [
                {"type": "string", "enum": ["onDemand", "spot"]},
                {"type": "object", "additionalProperties": false, "required": ["spot"], "properties": {"spot": spot}},
                {"type": "object", "additionalProperties": false, "required": ["capacityBlock"], "properties": {
                    "capacityBlock": {"type": "string", "pattern": "^cr-[0-9a-f]{17}$", "description": "The id of the capacity block reservation."}
                }}
            ]
        })
    }
}
