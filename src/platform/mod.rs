//! The clouds: what each one's providerSpec looks like, how a pool patches it, what its instances have.
//!
//! Beside the flow: the plan asks the platform, the platform knows no pool. A new cloud is a folder
//! with an implementation of [`Platform`], and a line in [`PLATFORMS`].
//!
//! What all clouds share stands here: taking the providerSpec out of a copied MachineSet
//! ([`unwrap_copied`]), the closed description of a providerSpec ([`schema`]), placeholders, cluster
//! identity and stale capacity annotations. What the spec language looks like is not this module's
//! business.

pub mod aws;
pub(crate) mod capacity;
mod copied;
mod facts;
mod field_path;
mod identity;
mod placeholders;
mod quota;
pub mod rules;
pub mod schema;
mod tree;

use crate::diag::Findings;
use crate::json::Value as Json;
use crate::yaml::Node;

pub use crate::plan::Vendor;
pub use copied::{Copied, unwrap_copied};
pub use facts::{Accelerator, Architecture, ClusterFacts, Instance, MachineWish};
pub use quota::{QuotaBucket, StatedLimit};

/// What poolsmith has to know about a cloud.
///
/// All of it is offline knowledge: instance facts are built in, and everything about one cluster
/// comes in as [`ClusterFacts`].
pub trait Platform: Sync {
    /// The name, as `cluster.platform` has it.
    fn name(&self) -> &'static str;

    /// The kind of the providerSpec.
    fn provider_spec_kind(&self) -> &'static str;

    /// What an instance type has; `None` for a type that the catalogue does not know.
    fn instance(&self, instance_type: &str) -> Option<Instance>;

    /// The known instance type that was probably meant by an unknown one.
    fn suggest_instance(&self, instance_type: &str) -> Option<&'static str>;

    /// The quota that an instance type counts against; `None` where it has none or none is known.
    ///
    /// `spot` matters because some clouds group Spot capacity otherwise than capacity on demand.
    fn quota_family(&self, instance_type: &str, spot: bool) -> Option<&'static str>;

    /// Every quota that pools can count against, in the order in which tables list them.
    fn quota_buckets(&self) -> &'static [QuotaBucket];

    /// What the limits count, e.g. `vCPU`.
    fn quota_unit(&self) -> &'static str;

    /// How much of its quota one machine takes, in [`Platform::quota_unit`].
    fn quota_amount(&self, instance: &Instance) -> u32;

    /// The limits that a quota file states, as the cloud's own command prints it. `documents` are those of
    /// the file.
    fn read_quotas(
        &self,
        documents: &[Node],
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    ) -> Vec<StatedLimit>;

    /// The command that prints the quota file of a region.
    fn quota_command(&self, region: &str) -> String;

    /// The largest known instance type that counts against `bucket` and takes at most `amount` of it; of
    /// the same make as the type `like`, where one is given.
    fn largest_within(&self, bucket: &QuotaBucket, like: Option<&str>, amount: u64) -> Option<&'static str>;

    /// Whether `zone` is a zone of `region`; the error says why not, ready to be a message.
    fn check_zone(&self, zone: &str, region: &str) -> Result<(), String>;

    /// Checks a copied providerSpec as far as it concerns itself and the cluster, once a file, and
    /// gives it back without its noise, for [`Platform::render`].
    fn check_copied(&self, copied: &Copied, facts: &ClusterFacts<'_>, findings: &mut Findings) -> Node;

    /// Makes the providerSpec of one MachineSet: the noise-free copied value with everything that the
    /// pool decides patched in, and nothing else changed.
    ///
    /// Findings are about the patches: what is wrong with the copied value was said before.
    fn render(
        &self,
        copied: &Node,
        wish: &MachineWish<'_>,
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    ) -> Json;

    /// Checks a providerSpec as it will be written: its kind and keys, what the webhook and the controllers
    /// refuse, and that it lies in the cluster's region. The findings have no place.
    ///
    /// `like` is one that was checked before: where the two differ in the zone alone, no more is looked at.
    fn check_rendered(
        &self,
        spec: &Json,
        like: Option<&Json>,
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    );

    /// Where in a MachineSet the platform writes the boot image that it owns: a JSON pointer.
    fn ignored_boot_image_pointer(&self) -> &'static str;
}

/// Every cloud, in the order in which messages list them.
pub static PLATFORMS: &[&dyn Platform] = &[&aws::Aws];

/// The cloud of that name.
pub fn find(name: &str) -> Option<&'static dyn Platform> {
    PLATFORMS.iter().copied().find(|platform| platform.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_found_by_the_name_that_the_spec_uses() {
        assert_eq!(find("AWS").map(Platform::name), Some("AWS"));
        assert!(find("aws").is_none());
    }

    #[test]
    fn names_are_unique() {
        for (i, platform) in PLATFORMS.iter().enumerate() {
            assert!(PLATFORMS[i + 1..].iter().all(|other| other.name() != platform.name()));
        }
    }
}
