//! ACC053: a ClusterPolicy that the API changes as soon as it is stored.

use super::Subject;
use super::cluster_policy_object::{What, faults};
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::cluster_policy_fields::Preset;

rule! {
    /// A ClusterPolicy that is stored otherwise than it is rendered.
    pub RULE = "ACC053", "cluster-policy-preset-missing", Error,
    "a rendered ClusterPolicy states what its release's API would add by itself"
}

/// Checks every rendered ClusterPolicy.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (object, path, what) in faults(subject) {
        let value = match what {
            What::Added(Preset::Bool(value)) => value.to_string(),
            What::Added(Preset::Integer(value)) => value.to_string(),
            What::Added(Preset::Text(value)) => format!("\"{value}\""),
            _ => continue,
        };
        let message = format!(
            "ClusterPolicy `{}` leaves `{path}` to the API, which writes {value}: Argo CD then sees a difference for ever",
            object.name()
        );
        let help = format!("write {value}");
        findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
    }
}
