//! A zone offers the instance types that its MachineSets ask for.
//!
//! GPU types above all exist in some zones of a region only. EC2 refuses the request, the Machine fails for
//! good, and the autoscaler tries the zone again and again. What a zone offers no catalogue can say for
//! ever, so it is a fact of the cluster, stated under `cluster.offerings`.

use super::super::{Subject, machine_sets, rendered_set};
use super::setting;
use crate::diag::{Finding, Findings, nearest};
use crate::render::machine_set::{STATE_ANNOTATION, STATE_RETIRING};
use crate::rule;

rule! {
    /// A type that its zone does not have.
    pub RULE = "CLU030", "type-not-offered", Error, waivable,
    "the zone of a MachineSet offers its instance type, where the offerings of that zone are stated"
}

/// Checks every MachineSet that can still get machines.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.spec.cluster.offerings.is_empty() {
        return;
    }
    for set in rendered_set::all(subject) {
        let object = set.object;
        let (Some(zone), Some(wanted)) =
            (machine_sets::zone(&object.value), machine_sets::instance_type(&object.value))
        else {
            continue;
        };
        let Some(offered) = subject.spec.cluster.offerings.get(zone) else { continue };
        if offered.iter().any(|name| name == wanted)
            || object.annotation(STATE_ANNOTATION) == Some(STATE_RETIRING)
        {
            continue;
        }
        let elsewhere: Vec<&str> = subject
            .spec
            .cluster
            .offerings
            .iter()
            .filter(|(_, types)| types.iter().any(|name| name == wanted))
            .map(|(zone, _)| zone.as_str())
            .collect();
        let help = match (elsewhere.as_slice(), nearest(wanted, offered.iter().map(String::as_str))) {
            ([], Some(near)) => format!("choose a type that the zone offers, such as {near}"),
            ([], None) => {
                "choose a type that the zone offers, or bring `cluster.offerings` up to date".to_owned()
            }
            (zones, _) => format!("use {}, where it is offered, or choose another type", zones.join(", ")),
        };
        let pool = set.pool;
        let message =
            format!("the zone `{zone}` does not offer {wanted}, which pool `{pool}` asks for there");
        let finding = Finding::new(&RULE, message)
            .at(setting(subject, pool, &["instanceType"]))
            .related(subject.values.locate_key(&["cluster", "offerings", zone]), "what the zone offers")
            .help(help);
        findings.push(subject.about(finding, object));
    }
}
