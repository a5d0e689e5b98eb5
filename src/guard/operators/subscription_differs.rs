//! OLM012: a Subscription that installs something else than the spec says, or nothing.
//!
//! Source: operator-framework/api, the CRD of Subscriptions; OLM `doc/design/architecture.md` on approval.

use super::subscriptions;
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::plan::accelerators::OperatorPlan;
use crate::render::Object;
use crate::rule;

rule! {
    /// A Subscription that installs something else, or nothing.
    pub RULE = "OLM012", "subscription-differs", Error,
    "a Subscription names package, channel, catalogue and version as the spec does, and can be approved"
}

/// Checks every Subscription, and those of the accelerators against the plan.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let nvidia = subject.plan.accelerators.nvidia.as_ref();
    let operators: Vec<&OperatorPlan> = nvidia
        .into_iter()
        .flat_map(|nvidia| {
            nvidia.operator.iter().chain(nvidia.discovery.as_ref().map(|found| &found.operator))
        })
        .collect();
    for (object, package) in subscriptions(subject) {
        let planned = operators.iter().copied().find(|operator| {
            operator.subscription == object.name() && Some(operator.namespace.as_str()) == object.namespace()
        });
        for (what, help) in faults(object, package, planned) {
            let message = format!("Subscription `{}` {what}", object.name());
            findings.push(subject.about(Finding::new(&RULE, message).help(help), object));
        }
    }
}

fn faults(object: &Object, package: &str, planned: Option<&OperatorPlan>) -> Vec<(String, String)> {
    let spec = &object.value["spec"];
    let text = |key: &str| spec[key].as_str().unwrap_or_default();
    let mut faults = Vec::new();
    let mut missing = |key: &str| {
        if text(key).is_empty() {
            faults.push((format!("has no `{key}`"), format!("write `{key}`")));
        }
    };
    ["name", "channel", "source", "sourceNamespace"].into_iter().for_each(&mut missing);
    match spec["installPlanApproval"].as_str().unwrap_or("Automatic") {
        "Automatic" => {}
        // Where the spec asks for it, the spec's own rule says so.
        "Manual" if text("startingCSV").is_empty() && planned.is_none_or(|planned| planned.automatic) => {
            faults.push((
                "waits for an approval that nobody can give: it names no version".to_owned(),
                "write `startingCSV`, and say who approves it".to_owned(),
            ))
        }
        "Manual" => {}
        other => faults.push((format!("has the approval `{other}`"), "write Automatic or Manual".to_owned())),
    }
    if let Some(planned) = planned {
        let wanted = [
            ("name", Some(planned.package.as_str()), package),
            ("channel", Some(planned.channel.as_str()), text("channel")),
            ("source", Some(planned.source.as_str()), text("source")),
            ("sourceNamespace", Some(planned.source_namespace.as_str()), text("sourceNamespace")),
            ("startingCSV", planned.starting_csv.as_deref(), text("startingCSV")),
        ];
        for (key, stated, found) in wanted {
            let stated = stated.unwrap_or_default();
            // What is missing was said.
            if stated != found && !(found.is_empty() && key != "startingCSV") {
                faults.push((
                    format!("has the {key} `{found}`, and the spec `{stated}`"),
                    format!("write `{stated}`"),
                ));
            }
        }
    }
    faults
}
