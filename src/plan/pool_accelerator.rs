//! The accelerator of a pool's nodes, from the instance type and what the pool states.

use super::pools::{Context, Resolver};
use super::{AcceleratorPlan, Vendor, rules};
use crate::diag::{Finding, Findings, Rule};
use crate::spec::Holes;
use crate::spec::class::{AcceleratorKind, Class};
use crate::spec::pool::Pool;

/// The model of the accelerator of a pool that was refused: none, one, or `None` where what was refused
/// leaves that in doubt.
#[expect(clippy::option_option, reason = "nobody knows, none, one")]
pub fn accelerator_in_doubt(
    context: &Context<'_>,
    name: &str,
    pool: &Pool,
    holes: &Holes,
    refused: &Findings,
) -> Option<Option<String>> {
    let in_doubt = |keys: &[&str]| keys.iter().any(|key| holes.touch(&["pools", name, key]));
    let about: [&Rule; 2] = [&rules::CLASS_ACCELERATOR, &rules::ACCELERATOR_WITHOUT_DEVICE];
    if in_doubt(&["instanceType", "scaleFromZero"])
        || refused.iter().any(|finding| about.contains(&finding.rule))
    {
        return None;
    }
    let resolver = Resolver { context, name, pool };
    if resolver.is_unknown() {
        let class = context.classes.classes.get(&pool.class).filter(|_| !in_doubt(&["class"]))?;
        return resolver.class_accelerator(class).is_none().then_some(None);
    }
    match resolver.accelerator(&mut Findings::new()) {
        Some(_) if in_doubt(&["class", "accelerator"]) => None,
        found => Some(found.map(|accelerator| accelerator.model)),
    }
}

impl Resolver<'_> {
    /// The accelerator of the instance type, with the model that the pool states if it states one.
    pub(super) fn accelerator(&self, findings: &mut Findings) -> Option<AcceleratorPlan> {
        let known = self
            .context
            .platform
            .instance(&self.pool.instance_type)
            .and_then(|instance| instance.accelerator);
        let stated_gpus = self.pool.scale_from_zero.as_ref().map_or(0, |capacity| capacity.gpus);
        let found = match known {
            Some(found) => Some(AcceleratorPlan {
                vendor: found.vendor,
                model: found.model.to_owned(),
                resource: found.resource,
                count: found.count,
            }),
            None if stated_gpus > 0 => Some(AcceleratorPlan {
                vendor: Vendor::Nvidia,
                model: "nvidia-gpu".to_owned(),
                resource: "nvidia.com/gpu",
                count: stated_gpus,
            }),
            None => None,
        };
        let Some(model) = &self.pool.accelerator else { return found };
        match found {
            Some(found) if found.vendor == Vendor::Nvidia => {
                Some(AcceleratorPlan { model: model.clone(), ..found })
            }
            found if self.is_unknown() => found,
            found => {
                findings.push(
                    Finding::new(
                        &rules::ACCELERATOR_WITHOUT_DEVICE,
                        format!("pool `{}` states the accelerator `{model}`, but {} has no NVIDIA GPU", self.name, self.pool.instance_type),
                    )
                    .at(self.place(&["accelerator"]))
                    .related(self.place(&["instanceType"]), "the instance type")
                    .help("remove `accelerator`: the autoscaler would wait for GPUs that never come; for an instance type that the catalogue does not know, state its GPUs under `scaleFromZero`")
                    .pool(self.name),
                );
                found
            }
        }
    }

    pub(super) fn check_class(
        &self,
        class: &Class,
        accelerator: Option<&AcceleratorPlan>,
        findings: &mut Findings,
    ) {
        let Some(wanted) = self.class_accelerator(class) else { return };
        if self.is_unknown() {
            return;
        }
        let vendor = match wanted {
            AcceleratorKind::Nvidia => Vendor::Nvidia,
            AcceleratorKind::Neuron => Vendor::Neuron,
        };
        if accelerator.map(|accelerator| accelerator.vendor) == Some(vendor) {
            return;
        }
        let (device, example) = match wanted {
            AcceleratorKind::Nvidia => ("an NVIDIA GPU", "g5.xlarge"),
            AcceleratorKind::Neuron => ("an Inferentia or Trainium device", "inf2.xlarge"),
        };
        findings.push(
            Finding::new(
                &rules::CLASS_ACCELERATOR,
                format!(
                    "class `{}` asks for {device}, but {} has none",
                    self.pool.class, self.pool.instance_type
                ),
            )
            .at(self.place(&["instanceType"]))
            .help(format!("choose an instance type such as {example}, or another class"))
            .pool(self.name),
        );
    }

    /// The accelerator that the class asks for, or the nearest class that it extends.
    fn class_accelerator(&self, class: &Class) -> Option<AcceleratorKind> {
        self.inherited(class, |class| class.accelerator)
    }

    /// Whether nothing is known of the instance type: then nothing can be said but that.
    fn is_unknown(&self) -> bool {
        self.pool.scale_from_zero.is_none()
            && self.context.platform.instance(&self.pool.instance_type).is_none()
    }
}
