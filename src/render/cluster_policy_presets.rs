//! What the API adds to a ClusterPolicy by itself, added beforehand: what is rendered is then what is
//! stored, and Argo CD sees no difference.

use crate::json::{Value as Json, json};
use crate::spec::cluster_policy_fields::{Field, Kind, Preset, SPEC};
use crate::spec::gpu_operator::Release;

/// Adds what the API of `release` would add to a ClusterPolicy's `spec`, and puts its keys into the
/// order in which the operator's types list them.
pub fn complete(spec: &mut Json, release: Release) {
    complete_map(spec, SPEC, release);
}

/// Like the API, adds to maps that are there and makes none.
fn complete_map(value: &mut Json, groups: &[&[Field]], release: Release) {
    let Json::Object(entries) = value else { return };
    let mut given = std::mem::take(entries);
    for field in groups.iter().copied().flatten().filter(|field| field.since <= release) {
        let value = given.remove(field.name).or_else(|| match field.preset(release) {
            Preset::Nothing => None,
            Preset::Bool(preset) => Some(json!(preset)),
            Preset::Integer(preset) => Some(json!(preset)),
            Preset::Text(preset) => Some(json!(preset)),
        });
        if let Some(mut value) = value {
            complete_value(&mut value, &field.kind, release);
            entries.insert(field.name.to_owned(), value);
        }
    }
    // What the release does not have is refused elsewhere; it is not lost here.
    entries.extend(given);
}

fn complete_value(value: &mut Json, kind: &Kind, release: Release) {
    match (kind, value) {
        (Kind::Map(groups), value) => complete_map(value, groups, release),
        (Kind::List(kind), Json::Array(items)) => {
            for item in items {
                complete_value(item, kind, release);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_that_are_there_are_completed_and_ordered() {
        let mut spec =
            json!({"cdi": {}, "driver": {"upgradePolicy": {"drain": {"enable": true}}}, "operator": {}});
        complete(&mut spec, Release::V25_3);
        let expected = json!({
            "operator": {"defaultRuntime": "docker", "runtimeClass": "nvidia"},
            "driver": {
                "kernelModuleType": "auto",
                "upgradePolicy": {
                    "autoUpgrade": false, "maxParallelUpgrades": 1, "maxUnavailable": "25%",
                    "drain": {"enable": true, "force": false, "timeoutSeconds": 300, "deleteEmptyDir": false},
                },
            },
            "cdi": {"enabled": false, "default": false},
        });
        assert_eq!(serde_json::to_string(&spec).unwrap(), serde_json::to_string(&expected).unwrap());
    }

    #[test]
    fn presets_follow_the_release_and_nothing_is_lost() {
        let mut spec = json!({"cdi": {}, "operator": {"unknown": 1}});
        complete(&mut spec, Release::V26_3);
        assert_eq!(
            spec,
            json!({
                "operator": {"runtimeClass": "nvidia", "unknown": 1},
                "cdi": {"enabled": true, "default": false, "nriPluginEnabled": false},
            })
        );
    }
}
