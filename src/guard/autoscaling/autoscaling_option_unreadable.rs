//! ASC036: an option of a node group that the autoscaler does not understand.
//!
//! Source: kubernetes-autoscaler `cloudprovider/openshift/openshift_nodegroup.go` (GetOptions): what cannot
//! be read is logged and ignored.

use crate::diag::{Finding, Findings, nearest};
use crate::guard::Subject;
use crate::render::{Object, Origin};
use crate::rule;
use crate::spec::scalars::Duration;

rule! {
    /// An option that is ignored.
    pub RULE = "ASC036", "autoscaling-option-unreadable", Error,
    "an autoscaling option of a MachineSet is one that the autoscaler knows, with a value that it can read"
}

const PREFIX: &str = "machine.openshift.io/autoscaling-options-";
const DURATIONS: [&str; 3] = ["scaledownunneededtime", "scaledownunreadytime", "maxnodeprovisiontime"];
const RATIOS: [&str; 2] = ["scaledownutilizationthreshold", "scaledowngpuutilizationthreshold"];

/// Checks the options of every MachineSet.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for object in subject.of_kind("MachineSet") {
        for (key, value) in object.value["metadata"]["annotations"].as_object().into_iter().flatten() {
            let Some(option) = key.strip_prefix(PREFIX) else { continue };
            let Some((what, help)) = fault(option, value.as_str()) else { continue };
            let message = format!("the option `{option}` of MachineSet `{}` {what}", object.name());
            let mut finding = Finding::new(&RULE, message).help(help);
            if let Some(place) = place(subject, object, key) {
                finding = finding.at(place);
            }
            findings.push(subject.about(finding, object));
        }
    }
}

fn place(subject: &Subject<'_>, object: &Object, key: &str) -> Option<crate::yaml::Position> {
    let Origin::Pool { pool, .. } = &object.origin else { return None };
    let annotations = subject.values.find(&["pools", pool, "machineSetAnnotations"])?;
    annotations.entry(key).map(|(key, _)| key.position)
}

fn fault(option: &str, value: Option<&str>) -> Option<(String, String)> {
    let known = DURATIONS.contains(&option) || RATIOS.contains(&option);
    if !known {
        let help = match nearest(option, DURATIONS.into_iter().chain(RATIOS)) {
            Some(near) => format!("write `{PREFIX}{near}`"),
            None => format!("choose one of: {}, {}", DURATIONS.join(", "), RATIOS.join(", ")),
        };
        return Some(("is not known to the autoscaler, which ignores it".to_owned(), help));
    }
    let text = value.unwrap_or_default();
    let readable = if DURATIONS.contains(&option) {
        Duration::try_from(text.to_owned()).is_ok()
    } else {
        text.parse::<f64>().is_ok_and(|ratio| (0.0..=1.0).contains(&ratio))
    };
    let help = if DURATIONS.contains(&option) {
        "write a time such as `30m`"
    } else {
        "write a share such as \"0.5\""
    };
    (!readable)
        .then(|| (format!("is `{text}`, which the autoscaler cannot read and ignores"), help.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_and_readable() {
        for (option, value) in [
            ("scaledownunneededtime", "30m"),
            ("maxnodeprovisiontime", "1h5m"),
            ("scaledownutilizationthreshold", "0.4"),
        ] {
            assert_eq!(fault(option, Some(value)), None, "{option}: {value}");
        }
        for (option, value) in [
            ("scaledownunneededtime", "30"),
            ("maxnodeprovisiontime", "1d"),
            ("scaledownutilizationthreshold", "40%"),
            ("scaledownutilizationthreshold", "NaN"),
            ("scaleDownUnneededTime", "30m"),
            ("", ""),
        ] {
            assert!(fault(option, Some(value)).is_some(), "{option}: {value}");
        }
        assert!(fault("maxnodeprovisiontime", None).is_some());
    }
}
