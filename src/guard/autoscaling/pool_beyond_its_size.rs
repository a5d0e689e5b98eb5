//! The MachineAutoscalers of a pool let it grow to what was stated, and no further.

use crate::diag::{Finding, Findings};
use crate::guard::Subject;
use crate::render::Origin;
use crate::rule;
use crate::spec::size::{Per, Size};
use std::collections::BTreeMap;

rule! {
    /// A pool whose MachineAutoscalers add up to more than its size.
    pub RULE = "ASC081", "pool-beyond-its-size", Error,
    "the MachineAutoscalers of a pool add up to no more than its stated maximum"
}

/// Adds up the bounds of each pool.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reach: BTreeMap<&str, u64> = BTreeMap::new();
    for object in subject.of_kind("MachineAutoscaler") {
        if let Origin::Pool { pool, .. } = &object.origin {
            *reach.entry(pool).or_default() +=
                object.value["spec"]["maxReplicas"].as_u64().unwrap_or_default();
        }
    }
    for (name, reach) in reach {
        let Some(pool) = subject.spec.pools.get(name) else { continue };
        let Size::Autoscaled { max, per, .. } = pool.size else { continue };
        let zones = if per == Some(Per::Zone) { pool.zones.len() as u64 } else { 1 };
        let stated = u64::from(max) * zones;
        if reach > stated {
            let message =
                format!("the MachineAutoscalers of pool `{name}` reach {reach} nodes, not {stated}");
            findings.push(
                Finding::new(&RULE, message)
                    .at(subject.values.locate(&["pools", name, "size"]))
                    .help("report this with the input that shows it: it is a fault of poolsmith's own")
                    .pool(name),
            );
        }
    }
}
