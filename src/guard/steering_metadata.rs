//! Metadata that steers Argo CD, Helm or the autoscaler reaches an object only from the renderer.
//!
//! Sources: argo-cd `gitops-engine/pkg/sync/common/types.go`, `util/argo/resource_tracking.go`,
//! `docs/user-guide/helm.md`; cluster-autoscaler-operator
//! `pkg/controller/machineautoscaler/machinetarget.go`; machine-api-operator
//! `pkg/controller/machineset/delete_policy.go`.

use super::autoscaling::pool_of;
use super::sound::Sound;
use super::{Subject, sync_options};
use crate::diag::{Finding, Findings, Wish};
use crate::json::Value as Json;
use crate::render::object::{SYNC_OPTIONS, SYNC_WAVE};
use crate::render::{Object, Origin};
use crate::rule;
use crate::yaml::Position;

rule! {
    /// A key by which something else is steered.
    pub RULE = "ARG004", "steering-metadata", Error, seat belt 3,
    "no hook, replace, force, tracking or autoscaler-owned key is on an object"
}

/// The options that an object's annotation may hold.
const OBJECT_OPTIONS: [&str; 3] = ["Prune=false", "Delete=false", "SkipDryRunOnMissingResource=true"];

/// What the autoscaler's operator reads as a node's capacity; only a stated one is written.
const CAPACITY_PREFIX: &str = "capacity.cluster-autoscaler.kubernetes.io/";
const CAPACITY_KEYS: [&str; 4] = [
    "machine.openshift.io/vCPU",
    "machine.openshift.io/memoryMb",
    "machine.openshift.io/GPU",
    "machine.openshift.io/maxPods",
];

/// Checks the labels and annotations of every object, and those of the Machines and Nodes of a
/// MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut sound = Sound::default();
    for (object, identity) in subject.identified() {
        let mut check = |metadata, whose| {
            check_metadata(subject, object, metadata, whose, &mut sound, findings);
        };
        check(&object.value["metadata"], "");
        if identity.kind == "MachineSet" {
            let template = &object.value["spec"]["template"];
            check(&template["metadata"], "the Machines of ");
            check(&template["spec"]["metadata"], "the Nodes of ");
        }
    }
}

fn capacity_stated(subject: &Subject<'_>, object: &Object) -> bool {
    pool_of(subject, object).is_some_and(|pool| pool.capacity_stated)
}

fn check_metadata<'a>(
    subject: &Subject<'_>,
    object: &Object,
    metadata: &'a Json,
    whose: &str,
    sound: &mut Sound<'a>,
    findings: &mut Findings,
) {
    let capacity_stated = || capacity_stated(subject, object);
    for map in ["labels", "annotations"] {
        for (key, value) in metadata[map].as_object().into_iter().flatten() {
            if sound.has(key) {
                continue;
            }
            let on_object = whose.is_empty() && map == "annotations";
            let Some(reason) = reason(key, value, on_object, capacity_stated) else {
                // Whatever may be on an object at all is judged by its value.
                if !on_object {
                    sound.add(key);
                }
                continue;
            };
            let message = format!("`{key}` is on {whose}{} `{}`: {reason}", object.kind(), object.name());
            let mut finding = Finding::new(&RULE, message).help(format!("remove `{key}`"));
            if let Some((written, value)) = place(subject, object, map, key) {
                finding = finding.at(written);
                // A wave or an option may only be written wrongly.
                if ![SYNC_WAVE, SYNC_OPTIONS].contains(&key.as_str()) {
                    finding = finding.wish(Wish::remove_entry(format!("remove `{key}`"), written, value));
                }
            }
            findings.push(subject.about(finding, object));
        }
    }
}

/// Why a key may not be there, if it may not. Only annotations of the object itself may steer.
fn reason(
    key: &str,
    value: &Json,
    on_object: bool,
    capacity_stated: impl FnOnce() -> bool,
) -> Option<String> {
    let (prefix, name) = key.split_once('/').unwrap_or(("", key));
    match key {
        SYNC_WAVE if on_object => return wave_error(value),
        SYNC_OPTIONS if on_object => return options_error(value),
        "app.kubernetes.io/instance" => return Some("Argo CD may track objects by it".to_owned()),
        "kubectl.kubernetes.io/last-applied-configuration" => {
            return Some("it belongs to whoever applied the object it was copied from".to_owned());
        }
        _ => {}
    }
    let owned = match prefix {
        "argocd.argoproj.io" => "it steers Argo CD, and a hook is deleted and recreated at every sync",
        "helm.sh" | "meta.helm.sh" => {
            "Argo CD and Helm read it as a hook, a keep policy or a mark of ownership"
        }
        _ if key.starts_with(CAPACITY_PREFIX) || CAPACITY_KEYS.contains(&key) => {
            if on_object && capacity_stated() {
                return None;
            }
            "the platform's controllers write it, and no capacity was stated for the pool"
        }
        _ if name.starts_with("cluster-api-autoscaler-node-group-")
            || key == "autoscaling.openshift.io/machineautoscaler" =>
        {
            "the autoscaler's operator writes it from the MachineAutoscaler"
        }
        _ if matches!(name, "delete-machine" | "cluster-api-delete-machine") => {
            "it marks Machines that go first when a MachineSet shrinks"
        }
        _ => return None,
    };
    Some(owned.to_owned())
}

fn wave_error(value: &Json) -> Option<String> {
    let sound = value.as_str().is_some_and(|wave| wave.parse::<i32>().is_ok());
    (!sound).then(|| format!("{value} is not an integer in quotes, so Argo CD refuses or ignores it"))
}

fn options_error(value: &Json) -> Option<String> {
    if value.as_str() == Some(sync_options::PROTECTED) {
        return None;
    }
    let mut options = value.as_str().map(sync_options::split).into_iter().flatten().peekable();
    let is_empty = options.peek().is_none();
    match options.find(|option| !OBJECT_OPTIONS.contains(option)) {
        Some(option) => Some(format!("the option `{option}` is none of {}", OBJECT_OPTIONS.join(", "))),
        None if is_empty => Some(format!("{value} holds no option")),
        None => None,
    }
}

/// Where a user wrote the key and its value, if one did.
fn place(subject: &Subject<'_>, object: &Object, map: &str, key: &str) -> Option<(Position, Position)> {
    let find = |path: &[&str]| {
        let (last, parents) = path.split_last()?;
        let (key, value) = subject.values.find(parents)?.entry(last)?;
        Some((key.position, value.position))
    };
    match &object.origin {
        Origin::Pool { pool, .. } => ["machineSetAnnotations", "machineLabels", "nodeLabels"]
            .into_iter()
            .find_map(|field| find(&["pools", pool, field, key])),
        Origin::Template { name } => {
            let (key, value) = subject.templates.get(name)?.find(&["metadata", map])?.entry(key)?;
            Some((key.position, value.position))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn is_refused(key: &str, value: Json) -> bool {
        reason(key, &value, true, || false).is_some()
    }

    #[test]
    fn what_the_renderer_writes_passes() {
        for (key, value) in [
            (SYNC_WAVE, "-1"),
            (SYNC_OPTIONS, "Prune=false,Delete=false"),
            (SYNC_OPTIONS, "Prune=false, Delete=false, SkipDryRunOnMissingResource=true"),
            ("poolsmith.dev/state", "retiring"),
            ("machine.openshift.io/autoscaling-options-scaledownunneededtime", "30m"),
            ("machine.openshift.io/cluster-api-cluster", "prod-7kx2p"),
        ] {
            assert!(!is_refused(key, json!(value)), "{key}: {value}");
        }
        assert!(reason("machine.openshift.io/vCPU", &json!("4"), true, || true).is_none());
    }

    #[test]
    fn what_steers_something_is_refused() {
        for (key, value) in [
            (SYNC_WAVE, json!(1)),
            (SYNC_WAVE, json!("first")),
            (SYNC_OPTIONS, json!("Prune=false,Delete=false,Replace=true")),
            (SYNC_OPTIONS, json!("prune=false")),
            (SYNC_OPTIONS, json!("")),
            ("argocd.argoproj.io/hook", json!("PreSync")),
            ("argocd.argoproj.io/tracking-id", json!("x")),
            ("helm.sh/hook", json!("pre-install")),
            ("app.kubernetes.io/instance", json!("x")),
            ("machine.openshift.io/cluster-api-autoscaler-node-group-max-size", json!("9")),
            ("cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size", json!("0")),
            ("autoscaling.openshift.io/machineautoscaler", json!("a/b")),
            ("capacity.cluster-autoscaler.kubernetes.io/cpu", json!("4")),
            ("machine.openshift.io/GPU", json!("1")),
            ("machine.openshift.io/delete-machine", json!("yes")),
            ("cluster.x-k8s.io/delete-machine", json!("yes")),
        ] {
            assert!(is_refused(key, value.clone()), "{key}: {value}");
        }
    }

    #[test]
    fn machines_and_nodes_carry_no_wave_and_no_option() {
        assert!(reason(SYNC_WAVE, &json!("1"), false, || false).is_some());
        assert!(reason(SYNC_OPTIONS, &json!("Prune=false"), false, || false).is_some());
    }
}
