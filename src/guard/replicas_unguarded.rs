//! Argo CD does not write back the size of a MachineSet that the autoscaler, or a person, decides.
//!
//! Sources: argo-cd `docs/user-guide/sync-options.md` (RespectIgnoreDifferences), `controller/sync.go`;
//! the CRD of MachineSets defaults `replicas` to 1.

use super::Subject;
use super::ignored::{self, Ignored};
use super::machine_sets::Hands;
use crate::diag::{Finding, Findings};
use crate::guard::rendered_set;
use crate::render::Object;
use crate::rule;

rule! {
    /// A MachineSet whose size Argo CD would fight about.
    pub RULE = "ARG005", "replicas-unguarded", Error, seat belt 4,
    "the size of an autoscaled or retiring MachineSet is written, and ignored by name with RespectIgnoreDifferences"
}

/// Checks every MachineSet whose size Git does not rule.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let ignored = Ignored::by_bundle(subject);
    for set in rendered_set::all(subject) {
        let machine_set = set.object;
        let who = match set.hands {
            Hands::Git => continue,
            Hands::Autoscaler => "the autoscaler",
            Hands::Person => "whoever retires it",
        };
        let mut report = |message: String, help: String| {
            let finding = Finding::new(&RULE, message).help(help);
            findings.push(subject.about(finding, machine_set));
        };
        let name = set.name;
        if set.spec["replicas"].as_u64().is_none() {
            report(
                format!("MachineSet `{name}` states no `replicas`, so it would be created with one machine"),
                "write `replicas` with the size to begin with".to_owned(),
            );
        }
        check_application(ignored.get(&machine_set.bundle), machine_set, who, &mut report);
    }
}

fn check_application(
    ignored: Option<&Ignored<'_>>,
    machine_set: &Object,
    who: &str,
    report: &mut impl FnMut(String, String),
) {
    let name = machine_set.name();
    let Some(ignored) = ignored else {
        let bundle = machine_set.bundle.as_str();
        report(
            format!(
                "no Application of the bundle `{bundle}` leaves the size of MachineSet `{name}` to {who}"
            ),
            format!("render the Application of the bundle `{bundle}`"),
        );
        return;
    };
    let application = ignored.application;
    if !ignored.by_name(machine_set, ignored::REPLICAS) {
        report(
            format!(
                "Application `{}` does not ignore {} of MachineSet `{name}` by its name: every sync would reset what {who} decided",
                application.name(),
                ignored::REPLICAS
            ),
            format!(
                "add an entry with the group, kind, name and namespace and the pointer {} to `ignoreDifferences`",
                ignored::REPLICAS
            ),
        );
    } else if !ignored.is_respected {
        report(
            format!(
                "Application `{}` has no RespectIgnoreDifferences=true: a sync for any other reason would reset the size of MachineSet `{name}`",
                application.name()
            ),
            "add `RespectIgnoreDifferences=true` to `syncPolicy.syncOptions`".to_owned(),
        );
    }
    if let Some(expression) = ignored.expressions(machine_set).next() {
        report(
            format!(
                "Application `{}` ignores `{expression}` of MachineSet `{name}`: with RespectIgnoreDifferences a path through a list copies the wrong item",
                application.name()
            ),
            "write a JSON pointer to a single value instead".to_owned(),
        );
    }
}
