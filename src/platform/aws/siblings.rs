//! The providerSpecs of a pool's zones beside each other.

use crate::json::Value as Json;

/// Whether two providerSpecs differ in the zone and in the values of the subnet's filters alone, and have as
/// many of them.
pub fn differ_in_zone_alone(one: &Json, other: &Json) -> bool {
    alike(one, other, &|key, one, other| match key {
        "placement" => alike(one, other, &|key, one, other| {
            key == "availabilityZone" && is_filled(one) && is_filled(other)
        }),
        "subnet" => alike(one, other, &|key, one, other| {
            key == "filters" && all(one, other, &|one, other| alike(one, other, &have_as_many_values))
        }),
        _ => false,
    })
}

fn have_as_many_values(key: &str, one: &Json, other: &Json) -> bool {
    key == "values" && all(one, other, &|one, other| is_filled(one) && is_filled(other))
}

/// Whether two maps have the same keys, and values that are identical or that `differ` allows.
fn alike(one: &Json, other: &Json, differ: &dyn Fn(&str, &Json, &Json) -> bool) -> bool {
    let (Json::Object(one), Json::Object(other)) = (one, other) else { return false };
    one.len() == other.len()
        && one.iter().zip(other).all(|((key, value), (name, its))| {
            key == name && (value.is_identical(its) || differ(key, value, its))
        })
}

/// Whether two lists are of one length, and their items in pairs as `are` says.
fn all(one: &Json, other: &Json, are: &dyn Fn(&Json, &Json) -> bool) -> bool {
    let (Json::Array(one), Json::Array(other)) = (one, other) else { return false };
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| are(one, other))
}

fn is_filled(value: &Json) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn nothing_but_the_zone_may_differ() {
        let spec = |zone: Json, subnet: Json, id: &str| json!({"ami": {"id": id}, "placement": {"availabilityZone": zone, "region": "r"}, "subnet": subnet});
        let subnet = |name: &str, values: Json| json!({"filters": [{"name": name, "values": values}]});
        let first = spec(json!("ra"), subnet("tag:Name", json!(["s-ra", "x"])), "ami-1");
        for other in [
            spec(json!("rb"), subnet("tag:Name", json!(["s-rb", "x"])), "ami-1"),
            spec(json!("rb"), subnet("tag:Name", json!(["s-ra", "y"])), "ami-1"),
            first.clone(),
        ] {
            assert!(differ_in_zone_alone(&first, &other), "{other}");
        }
        for other in [
            spec(json!("rb"), subnet("tag:Name", json!(["s-rb", "x"])), "ami-2"),
            spec(json!("rb"), subnet("tag:name", json!(["s-rb", "x"])), "ami-1"),
            spec(json!("rb"), subnet("tag:Name", json!(["s-rb"])), "ami-1"),
            spec(json!("rb"), subnet("tag:Name", json!(["s-rb", ""])), "ami-1"),
            spec(json!("rb"), subnet("tag:Name", json!(["s-rb", 1])), "ami-1"),
            spec(json!("rb"), subnet("tag:Name", json!("s-rb")), "ami-1"),
            spec(json!("rb"), json!({"id": "subnet-1"}), "ami-1"),
            spec(json!(""), subnet("tag:Name", json!(["s-rb", "x"])), "ami-1"),
            spec(json!({"zone": "rb"}), subnet("tag:Name", json!(["s-rb", "x"])), "ami-1"),
            json!({"ami": {"id": "ami-1"}}),
            json!([]),
        ] {
            assert!(!differ_in_zone_alone(&first, &other), "{other}");
        }
    }
}
