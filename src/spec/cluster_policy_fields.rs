//! What a ClusterPolicy's spec may hold, release by release: our own description of the fields, in
//! the order in which the operator's Go types list them.
//!
//! It closes `clusterPolicyOverrides` (the API would drop an unknown key without a word) and it says
//! what the API adds by itself, so that what is rendered is what is stored. A field counts as part of
//! a release when the release's last version has it. Source: `config/crd/bases` and
//! `api/nvidia/v1/clusterpolicy_types.go` of the tags v24.9.2, v25.3.4, v25.10.1, v26.3.3 and v26.7.0
//! of NVIDIA/gpu-operator.

use super::gpu_operator::Release;
use super::gpu_operator::Release::{V24_9, V25_3, V25_10, V26_3, V26_7};

/// A field of the ClusterPolicy.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The first release that has it.
    pub since: Release,
    /// Whether the map that it stands in must have it.
    pub required: bool,
    /// What the API writes where it is absent, from a release on.
    pub presets: &'static [(Release, Preset)],
    /// From which release on the operator ignores it, and what to write instead.
    pub ignored: Option<(Release, &'static str)>,
}

/// What a field holds.
#[derive(Debug)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// Text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// A whole number, or text such as `25%`.
    IntegerOrText,
    /// A map from text to text.
    TextMap,
    /// A map from text to quantities.
    QuantityMap,
    /// A list.
    List(&'static Kind),
    /// A map with these fields, in groups that several maps share.
    Map(&'static [&'static [Field]]),
}

/// What the API writes where a field is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Nothing any more.
    Nothing,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(&'static str),
}

impl Field {
    /// What the API writes where the field is absent, in `release`.
    pub fn preset(&self, release: Release) -> Preset {
        self.presets
            .iter()
            .rev()
            .find(|(since, _)| *since <= release)
            .map_or(Preset::Nothing, |(_, preset)| *preset)
    }

    const fn since(self, since: Release) -> Field {
        Field { since, ..self }
    }

    const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    const fn presets(self, presets: &'static [(Release, Preset)]) -> Field {
        Field { presets, ..self }
    }

    const fn ignored(self, since: Release, instead: &'static str) -> Field {
        Field { ignored: Some((since, instead)), ..self }
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, since: Release::OLDEST, required: false, presets: &[], ignored: None }
}
const fn flag(name: &'static str) -> Field {
    field(name, Kind::Bool)
}
const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}
const fn number(name: &'static str) -> Field {
    field(name, Kind::Integer)
}
const fn map(name: &'static str, groups: &'static [&'static [Field]]) -> Field {
    field(name, Kind::Map(groups))
}
const fn list(name: &'static str, items: &'static Kind) -> Field {
    field(name, Kind::List(items))
}

const TEXTS: Kind = Kind::Text;
const OFF: &[(Release, Preset)] = &[(V24_9, Preset::Bool(false))];

/// The spec of a ClusterPolicy.
pub const SPEC: &[&[Field]] = &[&[
    map("operator", OPERATOR).required(),
    map("daemonsets", DAEMONSETS).required(),
    map("driver", &[ENABLED, DRIVER, IMAGE, PROCESS]).required(),
    map("toolkit", &[ENABLED, IMAGE, PROCESS, &[text("installDir").presets(TOOLKIT_DIRECTORY)]]).required(),
    map("devicePlugin", &[ENABLED, IMAGE, PROCESS, DEVICE_PLUGIN]).required(),
    map("dcgmExporter", &[ENABLED, IMAGE, PROCESS, DCGM_EXPORTER]).required(),
    map("dcgm", &[ENABLED, IMAGE, PROCESS, &[number("hostPort")]]).required(),
    map("nodeStatusExporter", &[ENABLED, IMAGE, PROCESS]).required(),
    map("gfd", &[ENABLED, IMAGE, PROCESS]).required(),
    map("mig", &[&[field("strategy", Kind::Word(&["none", "single", "mixed"]))]]),
    map("migManager", &[ENABLED, IMAGE, PROCESS, MIG_MANAGER]),
    map("psp", &[ENABLED]).ignored(V24_9, "`psa`"),
    map("psa", &[ENABLED]),
    map("validator", &[IMAGE, PROCESS, VALIDATOR]),
    map("gds", &[ENABLED, IMAGE, ENVIRONMENT]),
    map("gdrcopy", &[ENABLED, IMAGE, ENVIRONMENT]),
    map("sandboxWorkloads", &[ENABLED, SANDBOX_WORKLOADS]),
    map("vfioManager", &[ENABLED, IMAGE, PROCESS, DRIVER_MANAGER]),
    map("sandboxDevicePlugin", &[ENABLED, IMAGE, PROCESS]),
    map("vgpuManager", &[ENABLED, IMAGE, PROCESS, DRIVER_MANAGER, VGPU_MANAGER]),
    map("vgpuDeviceManager", &[ENABLED, IMAGE, PROCESS, VGPU_DEVICE_MANAGER]),
    map("cdi", CDI),
    map("kataManager", &[ENABLED, IMAGE, PROCESS, &[map("config", KATA_CONFIG)]]),
    map("ccManager", &[ENABLED, IMAGE, PROCESS, CC_MANAGER]),
    map("hostPaths", HOST_PATHS),
    map("kataSandboxDevicePlugin", &[ENABLED, IMAGE, PROCESS]).since(V26_3),
]];

const ENABLED: &[Field] = &[flag("enabled")];

/// Where an image comes from.
const IMAGE: &[Field] = &[
    text("repository"),
    text("image"),
    text("version"),
    text("imagePullPolicy"),
    list("imagePullSecrets", &TEXTS),
];

const ENVIRONMENT: &[Field] = &[list("args", &TEXTS), list("env", &VARIABLE)];

const VARIABLE: Kind = Kind::Map(&[&[text("name").required(), text("value")]]);

/// What every operand's DaemonSet has.
const PROCESS: &[Field] = &[
    map("resources", &[&[field("limits", Kind::QuantityMap), field("requests", Kind::QuantityMap)]]),
    list("args", &TEXTS),
    list("env", &VARIABLE),
    flag("hostNetwork").since(V26_3),
];

const OPERATOR: &[&[Field]] = &[&[
    text("defaultRuntime").presets(&[(V24_9, Preset::Text("docker")), (V26_3, Preset::Nothing)]),
    text("runtimeClass").presets(&[(V24_9, Preset::Text("nvidia"))]),
    map("initContainer", &[IMAGE]).ignored(V26_7, "nothing"),
    field("labels", Kind::TextMap),
    field("annotations", Kind::TextMap),
    flag("use_ocp_driver_toolkit"),
    map("metrics", &[&[map("serviceMonitor", &[SERVICE_MONITOR])]]).since(V26_7),
]];

const SERVICE_MONITOR: &[Field] = &[
    flag("enabled"),
    text("interval"),
    text("scrapeTimeout").since(V26_7),
    flag("honorLabels"),
    field("additionalLabels", Kind::TextMap),
    list("relabelings", &RELABELING),
];

const RELABELING: Kind = Kind::Map(&[&[
    list("sourceLabels", &TEXTS),
    text("separator"),
    text("targetLabel"),
    text("regex"),
    number("modulus"),
    text("replacement"),
    field("action", Kind::Word(RELABEL_ACTIONS)).presets(&[(V24_9, Preset::Text("replace"))]),
]]);

const RELABEL_ACTIONS: &[&str] = &[
    "replace",
    "Replace",
    "keep",
    "Keep",
    "drop",
    "Drop",
    "hashmod",
    "HashMod",
    "labelmap",
    "LabelMap",
    "labeldrop",
    "LabelDrop",
    "labelkeep",
    "LabelKeep",
    "lowercase",
    "Lowercase",
    "uppercase",
    "Uppercase",
    "keepequal",
    "KeepEqual",
    "dropequal",
    "DropEqual",
];

const DAEMONSETS: &[&[Field]] = &[&[
    field("labels", Kind::TextMap),
    field("annotations", Kind::TextMap),
    list("tolerations", &TOLERATION),
    text("priorityClassName"),
    field("updateStrategy", Kind::Word(&["RollingUpdate", "OnDelete"]))
        .presets(&[(V24_9, Preset::Text("RollingUpdate"))]),
    map("rollingUpdate", &[&[text("maxUnavailable")]]),
    map("podSecurityContext", POD_SECURITY_CONTEXT).since(V26_3),
]];

const TOLERATION: Kind = Kind::Map(&[&[
    text("key"),
    text("operator"),
    text("value"),
    text("effect"),
    number("tolerationSeconds"),
]]);

const POD_SECURITY_CONTEXT: &[&[Field]] = &[&[
    map("seLinuxOptions", &[&[text("user"), text("role"), text("type"), text("level")]]),
    map(
        "windowsOptions",
        &[&[
            text("gmsaCredentialSpecName"),
            text("gmsaCredentialSpec"),
            text("runAsUserName"),
            flag("hostProcess"),
        ]],
    ),
    number("runAsUser"),
    number("runAsGroup"),
    flag("runAsNonRoot"),
    list("supplementalGroups", &Kind::Integer),
    text("supplementalGroupsPolicy"),
    number("fsGroup"),
    list("sysctls", &Kind::Map(&[&[text("name").required(), text("value").required()]])),
    text("fsGroupChangePolicy"),
    map("seccompProfile", &[PROFILE]),
    map("appArmorProfile", &[PROFILE]),
    text("seLinuxChangePolicy"),
]];

const PROFILE: &[Field] = &[text("type").required(), text("localhostProfile")];

const DRIVER: &[Field] = &[
    flag("useNvidiaDriverCRD"),
    flag("useOpenKernelModules").ignored(V25_3, "`accelerators.nvidia.driver.kernelModuleType`"),
    field("kernelModuleType", Kind::Word(&["auto", "open", "proprietary"]))
        .since(V25_3)
        .presets(&[(V25_3, Preset::Text("auto"))]),
    flag("usePrecompiled"),
    map("startupProbe", PROBE),
    map("livenessProbe", PROBE),
    map("readinessProbe", PROBE),
    map("rdma", &[&[flag("enabled"), flag("useHostMofed")]]),
    map("upgradePolicy", UPGRADE_POLICY),
    map("manager", &[IMAGE, &[list("env", &VARIABLE)]]),
    text("secretEnv").since(V25_10),
    map("repoConfig", &[&[text("configMapName")]]),
    map("certConfig", &[&[text("name")]]),
    map("licensingConfig", &[&[text("secretName").since(V25_10), text("configMapName"), flag("nlsEnabled")]]),
    map("virtualTopology", &[&[text("config")]]),
    map("kernelModuleConfig", &[&[text("name")]]),
];

const PROBE: &[&[Field]] = &[&[
    number("initialDelaySeconds"),
    number("timeoutSeconds"),
    number("periodSeconds"),
    number("successThreshold"),
    number("failureThreshold"),
]];

const UPGRADE_POLICY: &[&[Field]] = &[&[
    flag("autoUpgrade").presets(OFF),
    number("maxParallelUpgrades").presets(&[(V24_9, Preset::Integer(1))]),
    field("maxUnavailable", Kind::IntegerOrText).presets(&[(V24_9, Preset::Text("25%"))]),
    map("podDeletion", &[FORCE, &[number("timeoutSeconds").presets(FIVE_MINUTES)], EMPTY_DIRECTORIES]),
    map(
        "waitForCompletion",
        &[&[text("podSelector"), number("timeoutSeconds").presets(&[(V24_9, Preset::Integer(0))])]],
    ),
    map(
        "drain",
        &[
            &[flag("enable").presets(OFF)],
            FORCE,
            &[text("podSelector"), number("timeoutSeconds").presets(FIVE_MINUTES)],
            EMPTY_DIRECTORIES,
        ],
    ),
]];

const FORCE: &[Field] = &[flag("force").presets(OFF)];
const EMPTY_DIRECTORIES: &[Field] = &[flag("deleteEmptyDir").presets(OFF)];
const FIVE_MINUTES: &[(Release, Preset)] = &[(V24_9, Preset::Integer(300))];
const TOOLKIT_DIRECTORY: &[(Release, Preset)] = &[(V24_9, Preset::Text("/usr/local/nvidia"))];

const DEVICE_PLUGIN: &[Field] = &[
    map("config", &[&[text("name"), text("default")]]),
    map("mps", &[&[text("root").presets(&[(V24_9, Preset::Text("/run/nvidia/mps"))])]]),
];

const DCGM_EXPORTER: &[Field] = &[
    flag("hostPID").since(V25_10),
    field("annotations", Kind::TextMap).since(V26_3),
    map("config", &[&[text("name")]]),
    map("serviceMonitor", &[SERVICE_MONITOR]),
    map("service", &[&[text("type"), text("internalTrafficPolicy")]]).since(V25_3),
    map("hpcJobMapping", &[&[flag("enabled"), text("directory")]]).since(V25_10),
    flag("enablePodLabels").since(V26_3),
    flag("enablePodUID").since(V26_3),
    list("podLabelAllowlistRegex", &TEXTS).since(V26_3),
];

const MIG_MANAGER: &[Field] = &[
    map(
        "config",
        &[&[
            text("name")
                .presets(&[(V24_9, Preset::Text("default-mig-parted-config")), (V26_3, Preset::Nothing)]),
            field("default", Kind::Word(&["all-disabled", ""]))
                .presets(&[(V24_9, Preset::Text("all-disabled"))]),
        ]],
    ),
    map("gpuClientsConfig", &[&[text("name")]]),
];

const VALIDATOR: &[Field] = &[
    map("plugin", &[&[list("env", &VARIABLE)]]),
    map("toolkit", &[&[list("env", &VARIABLE)]]),
    map("driver", &[&[list("env", &VARIABLE)]]),
    map("cuda", &[&[list("env", &VARIABLE)]]),
    map("vfioPCI", &[&[list("env", &VARIABLE)]]),
    map("vgpuManager", &[&[list("env", &VARIABLE)]]),
    map("vgpuDevices", &[&[list("env", &VARIABLE)]]),
];

const SANDBOX_WORKLOADS: &[Field] = &[
    field("defaultWorkload", Kind::Word(&["container", "vm-passthrough", "vm-vgpu"]))
        .presets(&[(V24_9, Preset::Text("container"))]),
    field("mode", Kind::Word(&["kubevirt", "kata"]))
        .since(V26_3)
        .presets(&[(V26_3, Preset::Text("kubevirt"))]),
];

const DRIVER_MANAGER: &[Field] = &[map("driverManager", &[IMAGE, &[list("env", &VARIABLE)]])];

const VGPU_MANAGER: &[Field] = &[map("kernelModuleConfig", &[&[text("name")]]).since(V26_3)];

const VGPU_DEVICE_MANAGER: &[Field] =
    &[map("config", &[&[text("name"), text("default").presets(&[(V24_9, Preset::Text("default"))])]])];

const CDI: &[&[Field]] = &[&[
    flag("enabled").presets(&[(V24_9, Preset::Bool(false)), (V25_10, Preset::Bool(true))]),
    flag("default").presets(OFF).ignored(V25_10, "`cdi.enabled`"),
    flag("nriPluginEnabled").since(V26_3).presets(OFF),
]];

const KATA_CONFIG: &[&[Field]] = &[&[
    text("artifactsDir")
        .presets(&[(V24_9, Preset::Text("/opt/nvidia-gpu-operator/artifacts/runtimeclasses"))]),
    list("runtimeClasses", &KATA_RUNTIME_CLASS),
]];

const KATA_RUNTIME_CLASS: Kind = Kind::Map(&[&[
    text("name").required(),
    field("nodeSelector", Kind::TextMap),
    map("artifacts", &[&[text("url").required(), text("pullSecret")]]).required(),
]]);

const CC_MANAGER: &[Field] = &[field("defaultMode", Kind::Word(&["on", "off", "devtools"]))];

const HOST_PATHS: &[&[Field]] = &[&[
    text("rootFS"),
    text("driverInstallDir"),
    text("kubeletRootDir").since(V26_7).presets(&[(V26_7, Preset::Text("/var/lib/kubelet"))]),
]];
