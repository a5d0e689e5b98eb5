//! The faults, each as an edit of the sample, with the finding that it must give and where.

use crate::support::Sample;

/// A fault: the file, what stands there, what is written instead, and the code, line and column of its
/// finding once all edits are made.
pub struct Fault {
    pub file: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub code: &'static str,
    pub at: (u64, u64),
}

const fn fault(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    at: (u64, u64),
) -> Fault {
    Fault { file, from, to, code, at }
}

pub const PROJECT: &str = "poolsmith.yaml";
pub const COMMON: &str = "values/common.yaml";
pub const PROD: &str = "values/prod.yaml";
pub const WORKER: &str = "provider-specs/worker-us-west-2a.yaml";

/// Files beside the sample's that give the faults something to be in; sound in themselves.
const FURTHER: [(&str, &str); 3] = [
    (
        "templates/facts.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: facts\n  namespace: default\ndata:\n  region: \"{{ cluster.region }}\"\n",
    ),
    (
        "templates/quota.yaml",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: gpus\n  namespace: default\n",
    ),
    (
        "templates/notes.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: notes\n  namespace: default\n",
    ),
];

/// What the sample gets beside its own: three pools and the templates.
const ADDED: &str = "
  # The pools of the platform team.
  platform:
    providerSpecFrom: worker
    instanceType: m5.large
    zones: [us-west-2a]
    size: {fixed: 1}

  tools:
    providerSpecFrom: worker
    instanceType: m5.large
    zones: [us-west-2a]
    size: {fixed: 1}

  data:
    providerSpecFrom: worker
    instanceType: m5.large
    zones: [us-west-2a, us-west-2c]
    size: {fixed: 1, per: zone}
    nodeLabels: {team: data}
    adopt: {us-west-2c: {name: old}}

extraObjects:
  facts: {file: templates/facts.yaml, bundle: capacity}
  quota: {file: templates/quota.yaml, bundle: capacity}
  notes: {file: templates/notes.yaml, bundle: capacity}

autoscaler:
";

/// The sample with more in it, and no fault yet.
pub fn sound_sample() -> Sample {
    let sample = Sample::new();
    for (path, text) in FURTHER {
        sample.write(path, text);
    }
    sample.replace(PROD, "maxNodesTotal: 24", "maxNodesTotal: 32");
    sample.replace(PROD, "\nautoscaler:\n", ADDED);
    sample.replace(PROJECT, "\nargocd:\n", "\nallow:\n  extraKinds: [ConfigMap, ResourceQuota]\n\nargocd:\n");
    sample
}

pub const FAULTS: [Fault; 40] = [
    // The project file.
    fault(PROJECT, "applicationNamePrefix", "applicationNamePrefx", "SPC001", (22, 3)),
    fault(PROJECT, "version: \"3.1\"", "version: 3.1", "SPC003", (19, 12)),
    fault(PROJECT, "sync: automated", "sync: automatic", "SPC004", (27, 9)),
    // The layer that both environments share.
    fault(COMMON, "accountID: \"123456789012\"", "accountID: 123456789012", "SPC003", (8, 14)),
    fault(COMMON, "enabled: true", "enabled: yes", "SRC003", (14, 14)),
    fault(COMMON, "unneededTime", "uneededTime", "SPC001", (16, 5)),
    fault(COMMON, "delayAfterAdd: 10m", "delayAfterAdd: 10 minutes", "SPC005", (15, 20)),
    // The cluster.
    fault(PROD, "bootImages: managed", "bootImages: unmanaged", "SPC004", (8, 15)),
    fault(PROD, "otherNodes: 3", "otherNodes: three", "SPC003", (9, 15)),
    // One pool that stays sound enough to be planned, and its neighbours.
    fault(PROD, "    class: gpu\n", "    class: gpu\n    class: gpu\n", "SRC002", (18, 5)),
    fault(
        PROD,
        "    zones: [us-west-2a]\n    size: {fixed: 2}\n",
        "    zones: [us-west-2a, us-west-2a]\n    size: {fixed: 2, per: total}\n",
        "SPC017",
        (21, 25),
    ),
    fault(PROD, "healthCheck: {maxUnhealthy: 40%}", "healthCheck: {maxUnhealthy: 100%}", "MCH012", (36, 33)),
    fault(
        PROD,
        "    rootVolume: {sizeGiB: 200}\n",
        "    rootVolume: {sizeGiB: 200}\n    machineSetAnnotations: {argocd.argoproj.io/hook: Sync}\n",
        "SPC015",
        (35, 29),
    ),
    fault(
        PROD,
        "    rootVolume: {sizeGiB: 200}\n",
        "    rootVolume: {sizeGiB: 200}\n    machineLabels: {owner: \"<team>\"}\n",
        "SPC021",
        (34, 28),
    ),
    fault(
        PROD,
        "    rootVolume: {sizeGiB: 200}\n",
        "    rootVolume: {sizeGiB: 200}\n    machineRole: worker\n",
        "SPC022",
        (33, 18),
    ),
    fault(
        PROD,
        "    rootVolume: {sizeGiB: 200}\n",
        "    rootVolume: {sizeGiB: 200}\n    overrides: {instanceType: g5.2xlarge}\n",
        "PSP019",
        (32, 17),
    ),
    fault(
        PROD,
        "    expanderPriority: 10\n",
        "    expanderPriority: 10\n    deletePolicy: null\n",
        "SPC028",
        (38, 5),
    ),
    fault(PROD, "class: burst", "class: bursty-nodes", "SPC010", (42, 12)),
    fault(PROD, "instanceType: m5.4xlarge", "instanceType: m5.huge", "ASC010", (53, 19)),
    fault(
        PROD,
        "size: {min: 0, max: 8, per: total}",
        "size: {min: 9, max: 8, per: total}",
        "SPC005",
        (46, 5),
    ),
    fault(
        PROD,
        "    zones: [us-west-2b]\n    size: {fixed: 3}\n",
        "    zones: [us-west-2b, us-west-2a]\n    size: {fixed: 3}\n",
        "SPC018",
        (56, 5),
    ),
    fault(
        PROD,
        "    instanceType: m5.huge\n",
        "    instanceType: m5.huge\n    taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoSchedule}]\n",
        "SPC016",
        (54, 50),
    ),
    // Further pools and templates.
    fault(PROD, "\n  platform:\n", "\n  Platform_Team:\n", "SPC013", (59, 3)),
    fault(
        PROD,
        "\n  tools:\n    providerSpecFrom: worker\n",
        "\n  tools:\n    providerSpecFrom: master\n",
        "SPC012",
        (66, 23),
    ),
    fault(PROD, "zones: [us-west-2a, us-west-2c]", "zones: [us-east-1a, us-west-2c]", "CLU010", (74, 13)),
    fault(PROD, "{team: data}", "{team: data science}", "SPC014", (76, 24)),
    fault(PROD, "{us-west-2c: {name: old}}", "{us-west-2d: {name: old}}", "SPC023", (77, 13)),
    fault(
        PROD,
        "\n  notes:",
        "\n  lost: {file: templates/lost.yaml, bundle: capacity}\n  notes:",
        "SRC022",
        (82, 16),
    ),
    fault("templates/facts.yaml", "cluster.region", "cluster.regon", "SRC041", (7, 15)),
    fault(
        "templates/quota.yaml",
        "v1\nkind: ResourceQuota",
        "machine.openshift.io/v1beta1\nkind: MachineSet",
        "ARG009",
        (2, 7),
    ),
    fault("templates/notes.yaml", "\nmetadata:", "\n metadata:", "SRC001", (3, 10)),
    // The autoscaler and the accelerators.
    fault(PROD, "cores: {min: 0, max: 256}", "cores: {min: 300, max: 256}", "ASC015", (89, 5)),
    fault(
        PROD,
        "      nvidia-a10g: {min: 0, max: 4}",
        "      nvidia-h900: {min: 0, max: 4}",
        "ASC012",
        (92, 7),
    ),
    fault(
        PROD,
        "    channel: v25.10",
        "    channel: v25.10\n    clusterPolicyOverrides: {driver: {enabld: true}}",
        "ACC040",
        (97, 39),
    ),
    // The copied providerSpec.
    fault(WORKER, "machine.openshift.io/vCPU: \"4\"", "machine.openshift.io/vCPU: \"8\"", "PSP024", (8, 32)),
    fault(WORKER, "volumeType: gp3", "volumeTyp: gp3", "PSP004", (45, 15)),
    fault(WORKER, "deviceIndex: 0", "deviceIndex: zero", "PSP005", (49, 24)),
    fault(WORKER, "prod-7kx2p-worker-profile", "test-9zz9z-worker-profile", "CLU020", (51, 17)),
    fault(WORKER, "region: us-west-2", "region: us-east-1", "CLU023", (59, 21)),
    fault(WORKER, "name: worker-user-data", "name: \"\"", "PSP008", (78, 19)),
];

/// The sample with all the faults in it.
pub fn broken_sample() -> Sample {
    let sample = sound_sample();
    for fault in &FAULTS {
        sample.replace(fault.file, fault.from, fault.to);
    }
    sample
}
