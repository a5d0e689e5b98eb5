//! Capacity annotations of a copied MachineSet that contradict its instance type or each other.
//!
//! They are never carried over: the render step writes fresh ones. But a contradiction says that the
//! instance type was changed in place, and the autoscaler of the cluster plans with the old one until
//! it is mended (cluster-autoscaler-operator `pkg/controller/machineautoscaler/machinetarget.go`
//! copies them once and never refreshes the copies).

use super::{Copied, Instance, rules};
use crate::diag::{Finding, Findings};
use crate::spec::scalars::{MinorVersion, VersionRange};
use crate::yaml::Node;

/// The prefix of the annotations that the autoscaler brought.
pub(crate) const UPSTREAM: &str = "capacity.cluster-autoscaler.kubernetes.io/";
/// The prefix of OpenShift's own.
pub(crate) const OPENSHIFT: &str = "machine.openshift.io/";
/// From here on the autoscaler believes the upstream annotations, before only OpenShift's own
/// (openshift/kubernetes-autoscaler, release branches).
const UPSTREAM_WINS: MinorVersion = MinorVersion::new(4, 20);

/// The pairs that say the same thing, the unit in which both are compared, and how each is read.
pub(crate) struct Pair {
    /// OpenShift's own name, behind its prefix.
    pub(crate) openshift: &'static str,
    /// The autoscaler's name, behind its prefix.
    pub(crate) upstream: &'static str,
    /// What both are compared in.
    pub(crate) unit: &'static str,
    /// Reads OpenShift's own.
    pub(crate) read_openshift: fn(&str) -> Option<u128>,
    /// Reads the autoscaler's.
    pub(crate) read_upstream: fn(&str) -> Option<u128>,
    instance: fn(&Instance) -> u128,
}

/// Bytes in a MiB.
pub(crate) const MIB: u128 = 1 << 20;

/// CPU, memory and GPUs, in this order.
pub(crate) const PAIRS: &[Pair] = &[
    Pair {
        openshift: "vCPU",
        upstream: "cpu",
        unit: "thousandths of a vCPU",
        read_openshift: thousandths,
        read_upstream: thousandths,
        instance: |instance| u128::from(instance.vcpu) * 1000,
    },
    Pair {
        openshift: "memoryMb",
        upstream: "memory",
        unit: "bytes",
        read_openshift: |text| text.parse::<u64>().ok().map(|mib| u128::from(mib) * MIB),
        read_upstream: bytes,
        instance: |instance| u128::from(instance.memory_mib) * MIB,
    },
    Pair {
        openshift: "GPU",
        upstream: "gpu-count",
        unit: "GPUs",
        read_openshift: whole,
        read_upstream: whole,
        instance: |instance| u128::from(instance.gpus),
    },
];

/// Reports contradictions between the annotations of a copied MachineSet, and between them and the
/// instance type that it copied.
pub fn check(copied: &Copied, instance: Option<&Instance>, version: VersionRange, findings: &mut Findings) {
    for pair in PAIRS {
        let openshift = annotation(copied, OPENSHIFT, pair.openshift, pair.read_openshift);
        let upstream = annotation(copied, UPSTREAM, pair.upstream, pair.read_upstream);
        for stated in [&openshift, &upstream].into_iter().flatten() {
            check_readable(stated, findings);
            if let (Some(instance), Some(value)) = (instance, stated.value)
                && value != (pair.instance)(instance)
            {
                let message = format!(
                    "annotation `{}` says {}, but a {} has {}",
                    stated.name,
                    amount(value, pair.unit),
                    instance.name,
                    amount((pair.instance)(instance), pair.unit)
                );
                findings.push(
                    Finding::new(&rules::STALE_CAPACITY_ANNOTATION, message).at(stated.node.position).help(
                        format!(
                            "remove `{}` from the live MachineSet and copy it again: poolsmith writes capacity afresh",
                            stated.name
                        ),
                    ),
                );
            }
        }
        if let (Some(openshift), Some(upstream)) = (&openshift, &upstream)
            && let (Some(left), Some(right)) = (openshift.value, upstream.value)
            && left != right
        {
            contradiction(openshift, upstream, pair.unit, version, findings);
        }
    }
    check_gpu_type(copied, findings);
}

struct Stated<'a> {
    name: String,
    node: &'a Node,
    text: String,
    value: Option<u128>,
}

fn annotation<'a>(
    copied: &'a Copied,
    prefix: &str,
    name: &str,
    read: fn(&str) -> Option<u128>,
) -> Option<Stated<'a>> {
    let name = format!("{prefix}{name}");
    let node = copied.annotation(&name)?;
    let text = match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    };
    let value = read(text.trim());
    Some(Stated { name, node, text, value })
}

fn check_readable(stated: &Stated<'_>, findings: &mut Findings) {
    if stated.value.is_none() {
        findings.push(
            Finding::new(
                &rules::STALE_CAPACITY_ANNOTATION,
                format!(
                    "annotation `{}` is `{}`, which the autoscaler cannot read",
                    stated.name, stated.text
                ),
            )
            .at(stated.node.position)
            .help("remove it from the live MachineSet and copy it again: poolsmith writes capacity afresh"),
        );
    }
}

fn contradiction(
    openshift: &Stated<'_>,
    upstream: &Stated<'_>,
    unit: &str,
    version: VersionRange,
    findings: &mut Findings,
) {
    let believes = |version: MinorVersion| {
        let name = if version >= UPSTREAM_WINS { &upstream.name } else { &openshift.name };
        format!("the autoscaler of {}.{} believes `{name}`", version.major, version.minor)
    };
    let help = if (version.min >= UPSTREAM_WINS) == (version.max >= UPSTREAM_WINS) {
        format!("make them agree or remove both: {}", believes(version.min))
    } else {
        format!("make them agree or remove both: {}, {}", believes(version.min), believes(version.max))
    };
    findings.push(
        Finding::new(
            &rules::STALE_CAPACITY_ANNOTATION,
            format!(
                "annotation `{}: {}` contradicts `{}: {}`{}",
                openshift.name,
                openshift.text,
                upstream.name,
                upstream.text,
                amounts(openshift, upstream, unit)
            ),
        )
        .at(openshift.node.position)
        .related(upstream.node.position, "the other one")
        .help(help),
    );
}

/// Both amounts in one unit, where the texts alone do not show that they differ.
fn amounts(openshift: &Stated<'_>, upstream: &Stated<'_>, unit: &str) -> String {
    match (openshift.value, upstream.value) {
        (Some(left), Some(right)) if unit == "bytes" => {
            format!(": {} against {}", amount(left, unit), amount(right, unit))
        }
        _ => String::new(),
    }
}

fn check_gpu_type(copied: &Copied, findings: &mut Findings) {
    let count = format!("{UPSTREAM}gpu-count");
    let kind = format!("{UPSTREAM}gpu-type");
    let Some(node) = copied.annotation(&count) else { return };
    if node.as_str() != Some("0") && copied.annotation(&kind).is_none() {
        findings.push(
            Finding::new(
                &rules::STALE_CAPACITY_ANNOTATION,
                format!("annotation `{count}` stands alone: the operator always writes `{kind}` beside it"),
            )
            .at(node.position)
            .help("remove it from the live MachineSet, so that the operator writes both again"),
        );
    }
}

fn amount(value: u128, unit: &str) -> String {
    match unit {
        "bytes" if value > 0 && value.is_multiple_of(MIB << 10) => format!("{} GiB", value / (MIB << 10)),
        "bytes" if value.is_multiple_of(MIB) => format!("{} MiB", value / MIB),
        "thousandths of a vCPU" if value.is_multiple_of(1000) => format!("{} vCPU", value / 1000),
        _ => format!("{value} {unit}"),
    }
}

fn whole(text: &str) -> Option<u128> {
    text.parse::<u64>().ok().map(u128::from)
}

fn thousandths(text: &str) -> Option<u128> {
    match text.strip_suffix('m') {
        Some(milli) => whole(milli),
        None => whole(text).map(|cores| cores * 1000),
    }
}

/// A Kubernetes quantity of bytes, with a whole number before its suffix.
fn bytes(text: &str) -> Option<u128> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = whole(&text[..digits])?;
    let factor: u128 = match &text[digits..] {
        "" => 1,
        "k" => 1000,
        "M" => 1000_u128.pow(2),
        "G" => 1000_u128.pow(3),
        "T" => 1000_u128.pow(4),
        "Ki" => 1 << 10,
        "Mi" => MIB,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::{amount, bytes, thousandths};

    #[test]
    fn quantities_are_read_as_kubernetes_reads_them() {
        assert_eq!(bytes("32Gi"), Some(32 << 30));
        assert_eq!(bytes("65536"), Some(65536));
        assert_eq!(bytes("1G"), Some(1_000_000_000));
        assert_eq!(bytes("lots"), None);
        assert_eq!(bytes(""), None);
        assert_eq!(thousandths("8"), Some(8000));
        assert_eq!(thousandths("500m"), Some(500));
    }

    #[test]
    fn amounts_are_shown_in_a_familiar_unit() {
        assert_eq!(amount(8000, "thousandths of a vCPU"), "8 vCPU");
        assert_eq!(amount(65536, "bytes"), "65536 bytes");
        assert_eq!(amount(65536 << 20, "bytes"), "64 GiB");
        assert_eq!(amount(65537 << 20, "bytes"), "65537 MiB");
    }
}
