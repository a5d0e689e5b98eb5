//! Which EC2 quota an instance type counts against. Limits are in vCPUs, one per group, region,
//! account and market (AWS Service Quotas, service `ec2`).

use super::instances::family;

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
    use super::group;

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
}
