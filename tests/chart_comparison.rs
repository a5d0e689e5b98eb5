//! What the capacity chart renders for the same facts, object by object. Every difference is a line of
//! the table in `docs/chart-comparison.md`, and every line is a difference.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod support;

use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The facts of the chart's values, in the spec language.
const VALUES: &str = "\
apiVersion: poolsmith.dev/v1alpha1
kind: ClusterPools
cluster:
  name: prod
  infraID: prod-7kx2p
  platform: AWS
  region: us-west-2
  version: \"4.20\"
providerSpecs:
  worker: {file: provider-specs/worker-us-west-2a.yaml}
pools:
  gpu-g6e-xlarge:
    class: gpu
    providerSpecFrom: worker
    instanceType: g6e.xlarge
    zones: [us-west-2a]
    size: {fixed: 2}
accelerators:
  nvidia: {channel: v25.10, clusterPolicyName: cluster-policy}
";

/// A difference, as (object, JSON pointer, what the chart has, what we have).
type Difference = (String, String, String, String);

fn ours() -> Vec<Json> {
    let sample = support::Sample::new();
    sample.write("values/common.yaml", VALUES);
    sample.replace(
        "poolsmith.yaml",
        "values: [values/common.yaml, values/prod.yaml]",
        "values: [values/common.yaml]",
    );
    std::fs::remove_dir_all(sample.root().join("golden")).expect("the output of the sample");
    let output = sample.run(&["render", "--env", "prod", "--format", "json"]);
    assert!(output.status.success(), "{}", support::stderr(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn title(object: &Json) -> String {
    format!(
        "{} {}",
        object["kind"].as_str().unwrap_or("?"),
        object["metadata"]["name"].as_str().unwrap_or("?")
    )
}

fn compare(
    title: &str,
    pointer: &str,
    chart: Option<&Json>,
    ours: Option<&Json>,
    into: &mut Vec<Difference>,
) {
    match (chart, ours) {
        (Some(Json::Object(chart)), Some(Json::Object(ours))) => {
            let keys: BTreeSet<&String> = chart.keys().chain(ours.keys()).collect();
            for key in keys {
                let below = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                compare(title, &below, chart.get(key), ours.get(key), into);
            }
        }
        (Some(Json::Array(chart)), Some(Json::Array(ours))) => {
            for index in 0..chart.len().max(ours.len()) {
                compare(title, &format!("{pointer}/{index}"), chart.get(index), ours.get(index), into);
            }
        }
        (chart, ours) if chart == ours => {}
        (chart, ours) => {
            let shown = |value: Option<&Json>| match value {
                None => "(none)".to_owned(),
                Some(Json::Object(map)) if !map.is_empty() => "{…}".to_owned(),
                Some(Json::Array(items)) if !items.is_empty() => "[…]".to_owned(),
                Some(value) => value.to_string(),
            };
            into.push((title.to_owned(), pointer.to_owned(), shown(chart), shown(ours)));
        }
    }
}

/// The lines of the table: | object | where | chart | poolsmith | reason |
fn table() -> Vec<(Difference, String)> {
    let page =
        std::fs::read_to_string(support::repository().join("docs/chart-comparison.md")).unwrap_or_default();
    page.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| object"))
        .map(|line| {
            let cells: Vec<&str> =
                line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
            let cell = |index: usize| cells.get(index).copied().unwrap_or_default().to_owned();
            ((cell(0), cell(1), cell(2), cell(3)), cell(4))
        })
        .collect()
}

#[test]
fn every_difference_from_the_chart_is_explained() {
    let Some(path) = support::shared("corpus/chart/rendered-prod.yaml") else { return };
    let text = std::fs::read_to_string(path).expect("the chart's output");
    let chart: Vec<Json> = serde_yaml::Deserializer::from_str(&text)
        .map(|document| serde::Deserialize::deserialize(document).expect("YAML"))
        .collect();
    let ours = ours();
    let mut differences = Vec::new();
    // The chart's object, and ours where the name differs.
    let renamed = |title: &str| match title {
        "ClusterRole openshift-gitops-argocd-nvidia-clusterpolicy" => {
            "ClusterRole cluster-argocd-capacity".to_owned()
        }
        "ClusterRoleBinding openshift-gitops-argocd-nvidia-clusterpolicy" => {
            "ClusterRoleBinding cluster-argocd-capacity".to_owned()
        }
        title => title.to_owned(),
    };
    for object in &chart {
        let name = title(object);
        let counterpart = ours.iter().find(|ours| title(ours) == renamed(&name));
        if counterpart.is_none() {
            differences.push((name, "/".to_owned(), "{…}".to_owned(), "(none)".to_owned()));
        } else {
            compare(&name, "", Some(object), counterpart, &mut differences);
        }
    }
    let table = table();
    let explained: BTreeSet<&Difference> = table.iter().map(|(difference, _)| difference).collect();
    let found: BTreeSet<&Difference> = differences.iter().collect();
    let line = |(object, pointer, chart, ours): &Difference| {
        format!("| {object} | `{pointer}` | `{chart}` | `{ours}` | ")
    };
    let unexplained: Vec<String> = found.difference(&explained).map(|difference| line(difference)).collect();
    let stale: Vec<String> = explained.difference(&found).map(|difference| line(difference)).collect();
    assert!(unexplained.is_empty(), "without a line in the table:\n{}", unexplained.join("\n"));
    assert!(stale.is_empty(), "lines that are no difference any more:\n{}", stale.join("\n"));
    assert!(table.iter().all(|(_, reason)| !reason.is_empty()), "a line has no reason");
}
