//! Which accelerator an instance family carries.
//!
//! Models by family from the public EC2 instance-type pages; counts from the catalogue, which counts
//! NVIDIA, AMD and Gaudi cards and gives 0 for Neuron devices.

use crate::platform::{Accelerator, Vendor};

const NVIDIA: &str = "nvidia.com/gpu";
const AMD: &str = "amd.com/gpu";
const HABANA: &str = "habana.ai/gaudi";
const NEURON: &str = "aws.amazon.com/neuron";

/// Family, vendor, model as a label value, resource; sorted by family.
const FAMILIES: &[(&str, Vendor, &str, &str)] = &[
    ("dl1", Vendor::Habana, "habana-gaudi", HABANA),
    ("g4ad", Vendor::Amd, "amd-radeon-pro-v520", AMD),
    ("g4dn", Vendor::Nvidia, "nvidia-t4", NVIDIA),
    ("g5", Vendor::Nvidia, "nvidia-a10g", NVIDIA),
    ("g5g", Vendor::Nvidia, "nvidia-t4g", NVIDIA),
    ("g6", Vendor::Nvidia, "nvidia-l4", NVIDIA),
    ("g6e", Vendor::Nvidia, "nvidia-l40s", NVIDIA),
    ("g7e", Vendor::Nvidia, "nvidia-rtx-pro-6000", NVIDIA),
    ("gr6", Vendor::Nvidia, "nvidia-l4", NVIDIA),
    ("inf1", Vendor::Neuron, "aws-inferentia", NEURON),
    ("inf2", Vendor::Neuron, "aws-inferentia2", NEURON),
    ("p3", Vendor::Nvidia, "nvidia-v100", NVIDIA),
    ("p3dn", Vendor::Nvidia, "nvidia-v100", NVIDIA),
    ("p4d", Vendor::Nvidia, "nvidia-a100-40gb", NVIDIA),
    ("p4de", Vendor::Nvidia, "nvidia-a100-80gb", NVIDIA),
    ("p5", Vendor::Nvidia, "nvidia-h100", NVIDIA),
    ("p5e", Vendor::Nvidia, "nvidia-h200", NVIDIA),
    ("p5en", Vendor::Nvidia, "nvidia-h200", NVIDIA),
    ("p6-b200", Vendor::Nvidia, "nvidia-b200", NVIDIA),
    ("trn1", Vendor::Neuron, "aws-trainium", NEURON),
    ("trn1n", Vendor::Neuron, "aws-trainium", NEURON),
    ("trn2", Vendor::Neuron, "aws-trainium2", NEURON),
];

/// The accelerator of a family, `count` of them a machine.
pub fn of_family(family: &str, count: u32) -> Option<Accelerator> {
    let index = FAMILIES.binary_search_by(|entry| entry.0.cmp(family)).ok()?;
    let (_, vendor, model, resource) = FAMILIES[index];
    Some(Accelerator { vendor, model, resource, count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::aws::instances;

    #[test]
    fn families_are_sorted() {
        assert!(FAMILIES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn models_are_lower_case_label_values() {
        for (_, _, model, _) in FAMILIES {
            assert!(model.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{model}");
            assert!(model.len() <= 63);
        }
    }

    #[test]
    fn every_type_with_gpus_has_a_model() {
        for name in instances::names() {
            let instance = instances::find(name).unwrap();
            let neuron = matches!(instance.accelerator, Some(Accelerator { vendor: Vendor::Neuron, .. }));
            assert_eq!(instance.accelerator.is_some(), instance.gpus > 0 || neuron, "{name}");
        }
    }
}
