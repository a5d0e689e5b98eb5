//! Amazon Web Services: AWSMachineProviderConfig.

mod accelerators;
mod admission;
mod check;
mod instances;
mod market;
mod noise;
mod overrides;
mod patch;
mod provider_spec;
mod quota;
mod report;
mod root_volume;
mod service_quotas;
mod siblings;
mod subnets;
mod volumes;
mod zones;

use super::{ClusterFacts, Copied, Instance, MachineWish, Platform, QuotaBucket, StatedLimit};
use crate::diag::Findings;
use crate::json::Value as Json;
use crate::yaml::Node;

/// Amazon Web Services.
#[derive(Debug, Clone, Copy)]
pub struct Aws;

impl Platform for Aws {
    fn name(&self) -> &'static str {
        "AWS"
    }

    fn provider_spec_kind(&self) -> &'static str {
        provider_spec::KIND
    }

    fn instance(&self, instance_type: &str) -> Option<Instance> {
        instances::find(instance_type)
    }

    fn suggest_instance(&self, instance_type: &str) -> Option<&'static str> {
        instances::suggest(instance_type)
    }

    fn quota_family(&self, instance_type: &str, spot: bool) -> Option<&'static str> {
        quota::group(instance_type, spot)
    }

    fn quota_buckets(&self) -> &'static [QuotaBucket] {
        quota::BUCKETS
    }

    fn quota_unit(&self) -> &'static str {
        "vCPU"
    }

    fn quota_amount(&self, instance: &Instance) -> u32 {
        instance.vcpu
    }

    fn read_quotas(
        &self,
        documents: &[Node],
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    ) -> Vec<StatedLimit> {
        service_quotas::read(documents, facts, findings)
    }

    fn quota_command(&self, region: &str) -> String {
        service_quotas::command(region)
    }

    fn largest_within(&self, bucket: &QuotaBucket, like: Option<&str>, amount: u64) -> Option<&'static str> {
        quota::largest_within(bucket, like, amount)
    }

    fn check_zone(&self, zone: &str, region: &str) -> Result<(), String> {
        zones::check(zone, region)
    }

    fn check_copied(&self, copied: &Copied, facts: &ClusterFacts<'_>, findings: &mut Findings) -> Node {
        check::check_copied(copied, facts, findings)
    }

    fn render(
        &self,
        copied: &Node,
        wish: &MachineWish<'_>,
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    ) -> Json {
        patch::render(copied, wish, facts, findings)
    }

    fn check_rendered(
        &self,
        spec: &Json,
        like: Option<&Json>,
        facts: &ClusterFacts<'_>,
        findings: &mut Findings,
    ) {
        if like.is_some_and(|like| siblings::differ_in_zone_alone(like, spec)) {
            check::check_rendered_zone(spec, facts, findings);
        } else {
            check::check_rendered(spec, facts, findings);
        }
    }

    fn ignored_boot_image_pointer(&self) -> &'static str {
        "/spec/template/spec/providerSpec/value/ami/id"
    }
}
