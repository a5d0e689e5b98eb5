//! The user data that a machine starts with is that of its MachineConfigPool.
//!
//! The machine-config operator keeps a secret `<pool>-user-data-managed` for every pool; a machine that
//! starts with another pool's secret joins with that pool's configuration (machine-config-operator
//! `pkg/operator/sync.go`).

use super::super::Subject;
use super::{distinct_of_each_pool, setting};
use crate::diag::{Finding, Findings};
use crate::rule;

rule! {
    /// A user-data secret that is another pool's.
    pub RULE = "MCH020", "user-data-of-another-pool", Error, waivable,
    "a machine's user-data secret is the stated MachineConfigPool's, or the workers'"
}

/// What the installer and the machine-config operator call the workers' secret.
const WORKERS: [&str; 2] = ["worker-user-data", "worker-user-data-managed"];

/// Checks the MachineSets of each pool, once where they are alike.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for set in distinct_of_each_pool(subject) {
        let Some(secret) = set.provider_spec["userDataSecret"]["name"].as_str() else { continue };
        // A secret without a name is the providerSpec's fault, and told with it.
        if secret.is_empty() {
            continue;
        }
        let pool = set.pool;
        let stated = subject.spec.pools.get(pool).and_then(|pool| pool.machine_config_pool.as_deref());
        let fits = match stated {
            Some(stated) => secret
                .strip_prefix(stated)
                .is_some_and(|rest| matches!(rest, "-user-data-managed" | "-user-data")),
            None => WORKERS.contains(&secret),
        };
        if fits {
            continue;
        }
        let (message, path, help) = match stated {
            Some(stated) => (
                format!(
                    "the machines of pool `{pool}` start with the secret `{secret}`, which is not that of the MachineConfigPool `{stated}`"
                ),
                "machineConfigPool",
                format!("start them with `{stated}-user-data-managed`"),
            ),
            None => (
                format!(
                    "the machines of pool `{pool}` start with the secret `{secret}`, and no MachineConfigPool is stated that it belongs to"
                ),
                "providerSpecFrom",
                match secret.split_once("-user-data") {
                    Some((role, _)) if !role.is_empty() => format!(
                        "write `machineConfigPool: {role}`, or copy a providerSpec with `worker-user-data`"
                    ),
                    _ => {
                        "state the pool's `machineConfigPool`, or copy a providerSpec with `worker-user-data`"
                            .to_owned()
                    }
                },
            ),
        };
        let finding = Finding::new(&RULE, message).at(setting(subject, pool, &[path])).help(help);
        findings.push(subject.about(finding, set.object));
    }
}
