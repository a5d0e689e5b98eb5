//! SCH001: a workload that waits for a label which no node has before it is there.
//!
//! Source: kubernetes-autoscaler `cloudprovider/openshift/openshift_unstructured.go` (buildTemplateLabels):
//! an empty group has its template's labels and the architecture; zone, instance type, and what Node Feature
//! Discovery and the GPU Operator find out, come with the node.

use super::selectors::{Wanted, alternatives};
use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::guard::autoscaling::{Sizes, least, may_be_empty};
use crate::plan::PoolPlan;
use crate::render::Object;
use crate::rule;
use crate::spec::pool::Architecture;

rule! {
    /// A workload that selects on what an empty group does not show.
    pub RULE = "SCH001", "selector-unseen-at-zero", Warning, waivable,
    "workloads for a pool that may be empty select on labels that its MachineSets carry"
}

/// Compares what every rendered workload asks for with the labels of the pools.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.objects {
        for wanted in alternatives(object) {
            if let Some((pool, unseen)) = unseen(&subject.plan.pools, Sizes::of(subject), &wanted) {
                findings.push(subject.about(finding(subject, object, pool, &unseen), object));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, object: &Object, pool: &PoolPlan, unseen: &[&str]) -> Finding {
    let message = format!(
        "the {} `{}` selects on {}, which no node of pool `{}` shows before it is there: its pods never make the empty pool grow",
        object.kind(),
        object.name(),
        unseen.join(", "),
        pool.name
    );
    let mut finding = Finding::new(&RULE, message)
        .help("select on labels under the pool's `nodeLabels`, or write a minimum of 1")
        .related(subject.values.locate_key(&["pools", &pool.name]), "the pool");
    if let crate::render::Origin::Template { name } = &object.origin
        && let Some(template) = subject.templates.get(name)
    {
        finding = finding.at(template.locate_key(&["spec"]));
    }
    finding
}

/// The pool that a workload is meant for, and the labels that it waits for in vain; nothing when some pool
/// takes it as it is.
fn unseen<'a>(
    pools: &'a [PoolPlan],
    sizes: &Sizes<'_>,
    wanted: &'a [Wanted],
) -> Option<(&'a PoolPlan, Vec<&'a str>)> {
    let mut meant = None;
    for pool in pools.iter().filter(|pool| !pool.retiring) {
        let answers: Vec<Answer> = wanted.iter().map(|wanted| answer(pool, wanted)).collect();
        if answers.contains(&Answer::No) {
            continue;
        }
        let unseen: Vec<&str> = wanted
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| matches!(answer, Answer::Later | Answer::LaterAndOurs))
            .map(|(wanted, _)| wanted.key.as_str())
            .collect();
        // A node that is there has its labels.
        if unseen.is_empty() || sizes.nodes(pool, least) > 0 {
            return None;
        }
        let ours = answers.iter().any(|answer| matches!(answer, Answer::Ours | Answer::LaterAndOurs));
        if ours && may_be_empty(pool) && meant.is_none() {
            meant = Some((pool, unseen));
        }
    }
    meant
}

/// What a pool says to one wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Its nodes have another value.
    No,
    /// Its template has the label, as that of any pool may.
    Yes,
    /// Its template has the label, which tells the pool from others.
    Ours,
    /// A node may have it once it is there.
    Later,
    /// A node will have it once it is there, which tells that this pool is meant.
    LaterAndOurs,
}

fn answer(pool: &PoolPlan, wanted: &Wanted) -> Answer {
    let architecture = pool.capacity.map(|capacity| match capacity.architecture {
        Architecture::Amd64 => "amd64",
        Architecture::Arm64 => "arm64",
    });
    if let Some(value) = pool.node_labels.get(&wanted.key) {
        let common = wanted.key == "node-role.kubernetes.io/worker";
        return match wanted.is(value) {
            false => Answer::No,
            true if common => Answer::Yes,
            true => Answer::Ours,
        };
    }
    let prefix = wanted.key.split_once('/').map_or("", |(prefix, _)| prefix);
    match (wanted.key.as_str(), prefix) {
        ("kubernetes.io/os", _) => {
            if wanted.is("linux") {
                Answer::Yes
            } else {
                Answer::No
            }
        }
        ("kubernetes.io/arch", _) => match architecture {
            Some(architecture) if !wanted.is(architecture) => Answer::No,
            _ => Answer::Yes,
        },
        ("node.kubernetes.io/instance-type", _) => {
            if wanted.is(&pool.instance_type) {
                Answer::LaterAndOurs
            } else {
                Answer::No
            }
        }
        ("topology.kubernetes.io/zone", _) => {
            if pool.machine_sets.iter().any(|set| wanted.is(&set.zone)) {
                Answer::Later
            } else {
                Answer::No
            }
        }
        (_, "nvidia.com") if pool.accelerator.is_some() => Answer::LaterAndOurs,
        (_, "feature.node.kubernetes.io") if pool.accelerator.is_some() => Answer::LaterAndOurs,
        (_, "nvidia.com") => Answer::No,
        // Whatever else it is, somebody may put it on the nodes by hand.
        _ => Answer::Later,
    }
}
