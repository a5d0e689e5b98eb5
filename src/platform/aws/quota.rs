//! Which EC2 quota an instance type counts against. Limits are in vCPUs, one per group, region,
//! account and market (AWS Service Quotas, service `ec2`).

use super::instances::{self, family};
use crate::platform::QuotaBucket;

/// Every quota of instances that run, on demand before Spot.
pub static BUCKETS: &[QuotaBucket] = &[
    on_demand("Standard", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"),
    on_demand("G and VT", "L-DB2E81BA", "Running On-Demand G and VT instances"),
    on_demand("P", "L-417A185B", "Running On-Demand P instances"),
    on_demand("Inf", "L-1945791B", "Running On-Demand Inf instances"),
    on_demand("Trn", "L-2C3B7624", "Running On-Demand Trn instances"),
    on_demand("DL", "L-6E869C2A", "Running On-Demand DL instances"),
    on_demand("F", "L-74FC7D96", "Running On-Demand F instances"),
    on_demand("X", "L-7295265B", "Running On-Demand X instances"),
    on_demand("High Memory", "L-43DA4232", "Running On-Demand High Memory instances"),
    on_demand("HPC", "L-F7808C92", "Running On-Demand HPC instances"),
    spot("Standard", "L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests"),
    spot("G and VT", "L-3819A6DF", "All G and VT Spot Instance Requests"),
    spot("P", "L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests"),
    spot("P5", "L-C4BD4855", "All P5 Spot Instance Requests"),
    spot("Inf", "L-B5D1601B", "All Inf Spot Instance Requests"),
    spot("Trn", "L-6B0D517C", "All Trn Spot Instance Requests"),
    spot("DL", "L-85EED4F7", "All DL Spot Instance Requests"),
    spot("F", "L-88CF9481", "All F Spot Instance Requests"),
    spot("X", "L-E3A00192", "All X Spot Instance Requests"),
];

/// The name that the quota of P on Spot had before P5 got one of its own.
const OLDER_P_SPOT: &str = "All P Spot Instance Requests";

const fn on_demand(family: &'static str, code: &'static str, name: &'static str) -> QuotaBucket {
    QuotaBucket { family, spot: false, code, name }
}

const fn spot(family: &'static str, code: &'static str, name: &'static str) -> QuotaBucket {
    QuotaBucket { family, spot: true, code, name }
}

/// The type of a bucket with the most vCPUs, at most `vcpu`, of the family of `like` where one is given;
/// among equals the first by name.
pub fn largest_within(bucket: &QuotaBucket, like: Option<&str>, vcpu: u64) -> Option<&'static str> {
    let fitting = instances::names()
        .filter(|name| like.is_none_or(|like| family(name) == family(like)))
        .filter(|name| group(name, bucket.spot) == Some(bucket.family))
        .filter_map(instances::find)
        .filter(|instance| u64::from(instance.vcpu) <= vcpu);
    fitting.min_by_key(|instance| std::cmp::Reverse(instance.vcpu)).map(|instance| instance.name)
}

/// The quota that a code or, where that is none of these, a name stands for. Codes do not change; names
/// did.
pub fn bucket(code: Option<&str>, name: Option<&str>) -> Option<&'static QuotaBucket> {
    let by_code = BUCKETS.iter().find(|bucket| Some(bucket.code) == code);
    let name =
        if name == Some(OLDER_P_SPOT) { Some("All P4, P3 and P2 Spot Instance Requests") } else { name };
    by_code.or_else(|| BUCKETS.iter().find(|bucket| Some(bucket.name) == name))
}

/// The quota group of an instance type; `None` for families with rules of their own, and for markets
/// that a group does not have.
pub fn group(instance_type: &str, spot: bool) -> Option<&'static str> {
    let family = family(instance_type);
    let letters = family.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(family.len());
    match (&family[..letters], spot) {
        ("g" | "gr" | "vt", _) => Some("G and VT"),
        // Spot capacity of the P5 families has a limit of its own, and none is known for newer ones.
        ("p", true) if family.starts_with("p5") => Some("P5"),
        ("p", true) if matches!(family.as_bytes().get(1), Some(b'2'..=b'4')) => Some("P"),
        ("p", true) => None,
        ("p", false) => Some("P"),
        ("inf", _) => Some("Inf"),
        ("trn", _) => Some("Trn"),
        ("dl", _) => Some("DL"),
        ("f", _) => Some("F"),
        ("x", _) => Some("X"),
        ("u", false) => Some("High Memory"),
        ("hpc", false) => Some("HPC"),
        ("a" | "c" | "d" | "h" | "i" | "m" | "r" | "t" | "z", _) => Some("Standard"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::aws::instances::names;
    use std::collections::BTreeSet;

    #[test]
    fn families_count_against_their_group() {
        for (instance_type, on_demand, spot) in [
            ("m5.xlarge", Some("Standard"), Some("Standard")),
            ("c7i-flex.large", Some("Standard"), Some("Standard")),
            ("i3en.xlarge", Some("Standard"), Some("Standard")),
            ("im4gn.large", None, None),
            ("mac2.metal", None, None),
            ("g6e.xlarge", Some("G and VT"), Some("G and VT")),
            ("gr6.4xlarge", Some("G and VT"), Some("G and VT")),
            ("vt1.3xlarge", Some("G and VT"), Some("G and VT")),
            ("p4d.24xlarge", Some("P"), Some("P")),
            ("p5en.48xlarge", Some("P"), Some("P5")),
            ("p6-b200.48xlarge", Some("P"), None),
            ("inf2.xlarge", Some("Inf"), Some("Inf")),
            ("trn1n.32xlarge", Some("Trn"), Some("Trn")),
            ("dl1.24xlarge", Some("DL"), Some("DL")),
            ("x2gd.large", Some("X"), Some("X")),
            ("u-6tb1.metal", Some("High Memory"), None),
            ("u7i-12tb.224xlarge", Some("High Memory"), None),
            ("hpc7g.4xlarge", Some("HPC"), None),
            ("", None, None),
        ] {
            assert_eq!(group(instance_type, false), on_demand, "{instance_type} on demand");
            assert_eq!(group(instance_type, true), spot, "{instance_type} spot");
        }
    }

    #[test]
    fn every_group_has_its_bucket() {
        let mut met = BTreeSet::new();
        for (name, spot) in names().flat_map(|name| [(name, false), (name, true)]) {
            let Some(family) = group(name, spot) else { continue };
            let bucket = BUCKETS.iter().find(|bucket| (bucket.family, bucket.spot) == (family, spot));
            met.insert(*bucket.unwrap_or_else(|| panic!("{name} has no bucket {family}")));
        }
        let unmet: Vec<_> = BUCKETS.iter().filter(|bucket| !met.contains(*bucket)).collect();
        assert!(unmet.is_empty(), "{unmet:?}");
    }

    #[test]
    fn the_largest_size_that_fits_is_of_the_same_family() {
        let g_and_vt = bucket(Some("L-DB2E81BA"), None).unwrap();
        let of = |like, vcpu| largest_within(g_and_vt, like, vcpu);
        assert_eq!(of(Some("g5.48xlarge"), 7), Some("g5.xlarge"));
        assert_eq!(of(Some("g5.xlarge"), 8), Some("g5.2xlarge"));
        assert_eq!(of(Some("g5.xlarge"), 3), None);
        assert_eq!(of(Some("g5.xlarge"), u64::MAX), Some("g5.48xlarge"));
        assert_eq!(of(Some("g.xlarge"), 100), None);
        assert_eq!(of(Some("m5.xlarge"), 100), None);
        assert_eq!(of(None, 4), Some("g4ad.xlarge"));
        assert_eq!(of(None, 0), None);
    }

    #[test]
    fn a_code_counts_before_a_name() {
        let family = |code, name| bucket(code, name).map(|bucket| (bucket.family, bucket.spot));
        let running_p = Some("Running On-Demand P instances");
        assert_eq!(family(Some("L-DB2E81BA"), running_p), Some(("G and VT", false)));
        assert_eq!(family(Some("L-00000000"), running_p), Some(("P", false)));
        assert_eq!(family(None, Some(OLDER_P_SPOT)), Some(("P", true)));
        assert_eq!(family(Some("L-0263D0A3"), Some("EC2-VPC Elastic IPs")), None);
        assert_eq!(family(None, None), None);
    }
}
