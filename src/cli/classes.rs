//! `poolsmith classes`: the pool classes, with all that they preset.

use super::output::{Gate, Shown, complain, data, show};
use super::{Exit, Surroundings, selection};
use crate::diag::{Findings, Format, Sources};
use crate::spec::class::{AcceleratorKind, Bounds};
use crate::spec::pool::Taint;
use crate::spec::preset::Classes;
use crate::spec::size::{Market, Per, Size};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// Prints the classes, the project's own among them where there is a project.
pub(super) fn run(project: &Option<PathBuf>, surroundings: &mut Surroundings<'_>) -> Exit {
    let opened = selection::open(project, surroundings);
    // Outside of a project the built-in classes are what there is; a project that was found or named,
    // and is faulty, is not passed over.
    let outside = project.is_none()
        && opened.findings.iter().any(|finding| finding.rule == &crate::load::rules::PROJECT_MISSING);
    let classes = match opened.workspace {
        Some(workspace) => Some(workspace.classes),
        None if outside => Classes::load(None, &mut Sources::default(), &mut Findings::new()),
        None => {
            let sorted = opened.findings.into_sorted(&opened.sources);
            let (findings, sources) = (&sorted, &opened.sources);
            let shown = Shown { findings, sources, environments: &[], root: None, threads: 1 };
            if show(&shown, Format::Human, false, surroundings).is_err() {
                // Nobody listens on stderr; the exit code still tells.
            }
            return Gate::ERRORS.exit(&sorted);
        }
    };
    let Some(classes) = classes else {
        complain("the built-in classes cannot be read", surroundings);
        return Exit::Internal;
    };
    let descriptions: Vec<String> =
        classes.typed.classes.keys().map(|name| describe(&classes, name)).collect();
    data(&descriptions.join("\n"), surroundings)
}

/// A class with what it has from those that it extends.
fn describe(classes: &Classes, name: &str) -> String {
    let summary = classes.typed.classes.get(name).map(|class| class.summary.as_str()).unwrap_or_default();
    let mut text = format!("{name}: {summary}\n");
    let preset = classes.preset(name).unwrap_or_default();
    let bounds = classes.inherited(name, |class| class.bounds);
    let lines = [
        ("nodes", bounds.map(|Bounds { min, max }| format!("{min} to {max}"))),
        ("size", preset.size.map(size)),
        ("market", preset.market.as_ref().map(market)),
        ("accelerator", classes.inherited(name, |class| class.accelerator).map(accelerator)),
        ("machine role", preset.machine_role),
        ("node labels", pairs(&preset.node_labels)),
        ("model labels", classes.inherited(name, |class| listed(&class.model_labels))),
        ("taints", listed(&preset.taints.iter().map(taint).collect::<Vec<_>>())),
        ("annotations", pairs(&preset.machine_set_annotations)),
        (
            "health check",
            preset.health_check.map(|check| if check.enabled { "yes" } else { "no" }.to_owned()),
        ),
    ];
    for (label, value) in lines {
        if let Some(value) = value {
            let _ = writeln!(text, "  {label:<13} {value}");
        }
    }
    text
}

fn size(size: Size) -> String {
    let per = match size.per() {
        Some(Per::Zone) => " in each zone",
        Some(Per::Total) => " in total",
        None => "",
    };
    match size {
        Size::Fixed { fixed, .. } => format!("{fixed}{per}"),
        Size::Autoscaled { min, max, .. } => format!("{min} to {max}{per}"),
    }
}

fn market(market: &Market) -> String {
    match market {
        Market::OnDemand => "onDemand".to_owned(),
        Market::Spot(None) => "spot".to_owned(),
        Market::Spot(Some(options)) => match &options.max_price {
            Some(price) => format!("spot up to {} US dollars an hour", price.as_str()),
            None => "spot".to_owned(),
        },
        Market::CapacityBlock(reservation) => format!("capacity block {reservation}"),
    }
}

fn accelerator(kind: AcceleratorKind) -> String {
    match kind {
        AcceleratorKind::Nvidia => "NVIDIA GPU, with its taint unless `dedicated: false`",
        AcceleratorKind::Neuron => "AWS Neuron, with its taint unless `dedicated: false`",
    }
    .to_owned()
}

fn taint(taint: &Taint) -> String {
    let value = taint.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
    format!("{}{value}:{}", taint.key, taint.effect.as_str())
}

fn pairs(map: &BTreeMap<String, String>) -> Option<String> {
    listed(&map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>())
}

fn listed(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| items.join(", "))
}
