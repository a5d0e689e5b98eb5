//! The resolved plan: what is to exist, with nothing left to guess about.
//!
//! The plan knows no Kubernetes: no apiVersions, annotations or sync options. The [`crate::render`]
//! step turns it into objects.

mod argocd;
mod autoscaler;
mod names;
mod pool_accelerator;
mod pools;
pub mod quotas;
pub mod rules;
mod split;

pub use autoscaler::{ENFORCES_MINIMUM, NEW_AUTOSCALER_FIELDS};
pub use names::LONGEST_MACHINE_SET_NAME;
pub use pools::ACCELERATOR_LABEL;
pub use split::share;

use crate::diag::Findings;
use crate::platform::{self, ClusterFacts, Platform};
use crate::spec::class::PoolClasses;
use crate::spec::cluster::BootImages;
pub mod accelerators;

pub use accelerators::AcceleratorsPlan;
pub use quotas::QuotaPlan;

use crate::json::Value as Json;
use crate::spec::pool::{Architecture, DeletePolicy, Taint};
use crate::spec::project::Environment;
use crate::spec::project::{Destination, ServiceAccount, SourceKind, Sync};
use crate::spec::scalars::{CountOrPercent, MinorVersion, VersionRange};
use crate::spec::{ClusterPools, Holes, Project};
use crate::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// All that one environment is to have.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The environment's name.
    pub environment: String,
    /// The cluster.
    pub cluster: ClusterPlan,
    /// The pools, by name.
    pub pools: Vec<PoolPlan>,
    /// The autoscaler.
    pub autoscaler: AutoscalerPlan,
    /// The operators of the accelerators.
    pub accelerators: AcceleratorsPlan,
    /// What the pools count against the limits of the cloud account.
    pub quotas: QuotaPlan,
    /// How Argo CD gets what is rendered.
    pub argocd: ArgocdPlan,
    /// Kinds that templates of the repository may add, as (group, kind).
    pub extra_kinds: Vec<(String, String)>,
}

/// The cluster, as far as the rendering needs it.
#[derive(Debug, Clone)]
pub struct ClusterPlan {
    /// The cluster's name.
    pub name: String,
    /// The infrastructure name.
    pub infra_id: String,
    /// The cloud's name, as [`crate::platform`] has it.
    pub platform: &'static str,
    /// The cloud's region.
    pub region: String,
    /// The OpenShift versions that must be served.
    pub version: VersionRange,
    /// Where in a MachineSet the platform writes its boot image, if it owns it: a JSON pointer.
    pub managed_boot_image: Option<&'static str>,
    /// Nodes of the control plane.
    pub control_plane_nodes: u32,
    /// Nodes beside the control plane and the pools.
    pub other_nodes: u32,
}

/// A pool with everything decided.
#[derive(Debug, Clone)]
pub struct PoolPlan {
    /// The pool's name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Whether the whole pool is being given up.
    pub retiring: bool,
    /// The cloud's instance type.
    pub instance_type: String,
    /// Whether the nodes can be taken back by the cloud.
    pub interruptible: bool,
    /// Whether the machines are whole hosts, which start slowly.
    pub bare_metal: bool,
    /// The machine-role of the machines.
    pub machine_role: String,
    /// What a node has; absent when neither the catalogue nor the spec knows.
    pub capacity: Option<NodeCapacity>,
    /// Whether that was stated by hand, since the platform's own catalogue may not know it either.
    pub capacity_stated: bool,
    /// The accelerator of its nodes.
    pub accelerator: Option<AcceleratorPlan>,
    /// Labels of the nodes, derived ones included.
    pub node_labels: BTreeMap<String, String>,
    /// Taints of the nodes, derived ones included, sorted.
    pub taints: Vec<Taint>,
    /// Labels of the machines.
    pub machine_labels: BTreeMap<String, String>,
    /// Annotations of the MachineSets.
    pub machine_set_annotations: BTreeMap<String, String>,
    /// Which machines go first.
    pub delete_policy: Option<DeletePolicy>,
    /// The place in the priority expander.
    pub expander_priority: Option<u32>,
    /// How unhealthy machines are replaced.
    pub health_check: Option<HealthCheckPlan>,
    /// The MachineSets, in the order of the zones; retiring zones last.
    pub machine_sets: Vec<MachineSetPlan>,
}

/// What a node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeCapacity {
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Accelerators, as the resource `nvidia.com/gpu`.
    pub gpus: u32,
    /// The processor architecture.
    pub architecture: Architecture,
}

/// The accelerator of a pool's nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceleratorPlan {
    /// Who makes it.
    pub vendor: Vendor,
    /// The model, as a label value, e.g. `nvidia-l40s`.
    pub model: String,
    /// The resource that pods ask for.
    pub resource: &'static str,
    /// How many a node has.
    pub count: u32,
}

/// Who makes an accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vendor {
    /// NVIDIA: the only one whose readiness the autoscaler knows.
    Nvidia,
    /// AMD.
    Amd,
    /// Habana (Gaudi).
    Habana,
    /// AWS Neuron (Inferentia, Trainium).
    Neuron,
}

/// How unhealthy machines of a pool are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheckPlan {
    /// With more unhealthy machines than this nothing is replaced.
    pub max_unhealthy: CountOrPercent,
    /// How long a machine may take until its node is there, as a Go duration.
    pub node_startup_timeout: String,
    /// How long a node may be not ready, as a Go duration.
    pub unhealthy_timeout: String,
}

/// One zone of a pool.
#[derive(Debug, Clone)]
pub struct MachineSetPlan {
    /// The MachineSet's name.
    pub name: String,
    /// The zone.
    pub zone: String,
    /// Whether name and selector are those of a MachineSet that already ran.
    pub adopted: bool,
    /// The labels that select its machines.
    pub selector: BTreeMap<String, String>,
    /// How many machines, and who decides.
    pub scaling: Scaling,
    /// The providerSpec, complete; rendering moves it into the MachineSet.
    pub provider_spec: Json,
}

/// How many machines a MachineSet has, and who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// Git does.
    Fixed {
        /// How many.
        replicas: u32,
    },
    /// The autoscaler does.
    Autoscaled {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// How many it is created with.
        initial: u32,
    },
    /// A person does, on the way to none.
    Retiring {
        /// How many it is created with, should it not be there.
        replicas: u32,
    },
}

impl Scaling {
    /// The replicas that the manifest states.
    pub fn written_replicas(self) -> u32 {
        match self {
            Scaling::Fixed { replicas } | Scaling::Retiring { replicas } => replicas,
            Scaling::Autoscaled { initial, .. } => initial,
        }
    }

    /// The least machines there are while this plan holds. A MachineSet that is being emptied counts with
    /// what Git states.
    pub fn min(self) -> u32 {
        match self {
            Scaling::Fixed { replicas } | Scaling::Retiring { replicas } => replicas,
            Scaling::Autoscaled { min, .. } => min,
        }
    }

    /// The most machines there can be while this plan holds.
    pub fn max(self) -> u32 {
        match self {
            Scaling::Fixed { replicas } | Scaling::Retiring { replicas } => replicas,
            Scaling::Autoscaled { max, .. } => max,
        }
    }

    /// Whether the replicas in Git are only a beginning.
    pub fn replicas_ignored(self) -> bool {
        !matches!(self, Scaling::Fixed { .. })
    }
}

/// The autoscaler with everything decided.
#[derive(Debug, Clone)]
pub struct AutoscalerPlan {
    /// Whether a ClusterAutoscaler is rendered.
    pub managed: bool,
    /// What was written, if anything was.
    pub settings: Option<crate::spec::Autoscaler>,
    /// The expanders, in order.
    pub expanders: Vec<&'static str>,
    /// GPU limits by the value of the accelerator label: (least, greatest).
    pub gpu_limits: BTreeMap<String, (u32, u32)>,
    /// Priorities with their patterns, highest first; empty when no pool states one.
    pub priorities: Vec<(u32, Vec<String>)>,
}

/// How Argo CD gets what is rendered, for one environment.
#[derive(Debug, Clone)]
pub struct ArgocdPlan {
    /// The Argo CD release.
    pub version: MinorVersion,
    /// The namespace that Applications stand in.
    pub namespace: String,
    /// The beginning of the AppProjects' names.
    pub project: String,
    /// The beginning of the Applications' names.
    pub application_name_prefix: String,
    /// Who applies the objects in the cluster.
    pub controller_service_account: ServiceAccount,
    /// The repository.
    pub repo_url: String,
    /// The branch, tag or commit.
    pub target_revision: String,
    /// Where the project file stands in the repository.
    pub source_path: String,
    /// Whether Argo CD reads committed manifests or renders.
    pub source_kind: SourceKind,
    /// The name of the plugin.
    pub plugin_name: String,
    /// The environment's output directory, relative to the project file.
    pub output: String,
    /// Whether Argo CD syncs by itself.
    pub sync: Sync,
    /// The cluster.
    pub destination: Destination,
}

/// What a plan is made from.
pub struct Inputs<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The environment's entry in the project file.
    pub settings: &'a Environment,
    /// The project file.
    pub project: &'a Project,
    /// The pool classes.
    pub classes: &'a PoolClasses,
    /// The spec.
    pub spec: &'a ClusterPools,
    /// The layered tree that the spec was decoded from.
    pub values: &'a Node,
    /// The copied providerSpec files, by name.
    pub provider_specs: &'a BTreeMap<String, Node>,
    /// The documents of the quota file, if one was read.
    pub quota_file: Option<&'a [Node]>,
}

/// A plan, as far as there can be one.
#[derive(Debug)]
pub struct PlanInPart {
    /// The plan of what is sound.
    pub plan: Plan,
    /// Pools that are left out, or of which something was refused.
    pub unsound: BTreeSet<String>,
    /// Whether something was refused that no waiver can lift: then nothing may be rendered from it.
    pub refused: bool,
}

/// Resolves a spec. Nothing is given back when something was refused that no waiver can lift: a plan has no
/// holes.
pub fn resolve(inputs: &Inputs<'_>, findings: &mut Findings) -> Option<Plan> {
    let mut own = Findings::new();
    let part = resolve_in_part(inputs, &Holes::default(), &mut own);
    let refused = own.has_unwaivable_errors();
    findings.extend(own);
    part.filter(|part| !refused && !part.refused).map(|part| part.plan)
}

/// Resolves what is sound of a spec that has `holes`. A pool with a hole is looked at, and left out.
///
/// Nothing is given back when no platform is known.
pub fn resolve_in_part(inputs: &Inputs<'_>, holes: &Holes, findings: &mut Findings) -> Option<PlanInPart> {
    let mut own = Findings::new();
    let cluster = &inputs.spec.cluster;
    let platform = platform::find(cluster.platform.as_str())?;
    let facts = ClusterFacts::of(cluster, inputs.values.get("cluster"));
    let provider_specs = provider_specs(inputs, platform, &facts, &mut own);
    let context = pools::Context {
        spec: inputs.spec,
        tree: inputs.values,
        classes: inputs.classes,
        platform,
        facts: &facts,
        provider_specs: &provider_specs,
        allowed_overrides: &inputs.project.allow.overrides,
    };
    let SoundPools { pools, unsound, left_out } = sound_pools(&context, holes, &mut own);
    let accelerators = accelerators::resolve(&inputs.spec.accelerators, &pools, cluster.version);
    let quotas =
        quotas::resolve(inputs.spec, &pools, inputs.quota_file, platform, &facts, inputs.values, &mut own);
    let settings = inputs.spec.autoscaler.as_ref();
    let autoscaler =
        autoscaler::resolve(settings, &pools, &left_out, cluster.version, inputs.values, &mut own);
    let refused = own.has_unwaivable_errors() || !unsound.is_empty();
    findings.extend(own);
    let plan = Plan {
        environment: inputs.environment.to_owned(),
        cluster: ClusterPlan {
            name: cluster.name.clone(),
            infra_id: cluster.infra_id.clone(),
            platform: platform.name(),
            region: cluster.region.clone(),
            version: cluster.version,
            managed_boot_image: (cluster.boot_images == BootImages::Managed)
                .then(|| platform.ignored_boot_image_pointer()),
            control_plane_nodes: cluster.control_plane_nodes,
            other_nodes: cluster.other_nodes,
        },
        pools,
        autoscaler,
        accelerators,
        quotas,
        argocd: argocd::resolve(inputs.project, inputs.settings),
        extra_kinds: argocd::extra_kinds(inputs.project),
    };
    Some(PlanInPart { plan, unsound, refused })
}

struct SoundPools {
    pools: Vec<PoolPlan>,
    unsound: BTreeSet<String>,
    left_out: autoscaler::LeftOut,
}

/// The pools that can be planned. Of the others it is said what is wrong with them, beside their holes.
fn sound_pools(context: &pools::Context<'_>, holes: &Holes, findings: &mut Findings) -> SoundPools {
    let mut sound = SoundPools { pools: Vec::new(), unsound: BTreeSet::new(), left_out: Some(Vec::new()) };
    if holes.touch(&["pools"]) && context.spec.pools.is_empty() {
        sound.left_out = None;
    }
    for (name, pool) in &context.spec.pools {
        let mut own = Findings::new();
        let plan = pools::resolve(context, name, pool, &mut own);
        let has_holes = holes.touch(&["pools", name]);
        if has_holes {
            own = own.into_iter().filter(|finding| !holes.conceal(finding)).collect();
        }
        let is_sound = !has_holes && !own.has_unwaivable_errors() && plan.is_some();
        if !is_sound {
            sound.unsound.insert(name.clone());
            let model = pool_accelerator::accelerator_in_doubt(context, name, pool, holes, &own);
            sound.left_out = sound.left_out.zip(model).map(|(mut models, model)| {
                models.extend(model);
                models
            });
        }
        sound.pools.extend(plan.filter(|_| !has_holes));
        findings.extend(own);
    }
    sound
}

/// The copied providerSpecs, checked and without their noise.
fn provider_specs(
    inputs: &Inputs<'_>,
    platform: &dyn Platform,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) -> BTreeMap<String, Node> {
    let mut usable = BTreeMap::new();
    for (name, document) in inputs.provider_specs {
        let documents = std::slice::from_ref(document);
        if let Some(copied) = platform::unwrap_copied(documents, document.position.file, findings) {
            usable.insert(name.clone(), platform.check_copied(&copied, facts, findings));
        }
    }
    usable
}
