//! A small project with two waivable errors and a waivable warning, and what is run on it.

use super::support::{self, stderr, stdout};
use serde_json::Value as Json;
use std::path::Path;
use std::process::Output;

pub const HEADER: &str = "apiVersion: poolsmith.dev/v1alpha1\nkind: Waivers\nwaivers:\n";
/// Two waivable errors, at 5:18 and 11:5, a pool each, and a waivable warning without a pool.
pub const CASE: &str = "apiVersion: poolsmith.dev/v1alpha1
kind: ClusterPools
pools:
  general:
    machineRole: worker
  burst:
    class: burst
    providerSpecFrom: worker
    instanceType: m6i.xlarge
    zones: [us-west-2a]
    size: {min: 0, max: 200}
accelerators:
  nvidia:
    channel: stable
";
pub const ROLE: &str = "- code: SPC022\n  scope: {pool: general}\n  reason: the installer's own\n  owner: platform\n  expires: \"2027-03-31\"\n";
pub const SIZE: &str = "- code: SPC019\n  scope: {path: values/case.yaml#pools.burst.size}\n  reason: a passing peak\n  owner: builds\n  expires: \"2027-01-31\"\n";
pub const CHANNEL: &str = "- code: OLM004\n  scope: {path: values/case.yaml#accelerators.nvidia.channel}\n  reason: the catalogue is mirrored\n  owner: platform\n  expires: \"2027-03-31\"\n";

/// A small project with two waivable errors and a waivable warning.
pub struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    pub fn new() -> Project {
        let directory = tempfile::tempdir().unwrap();
        support::copy(&support::repository().join("tests/rule-pages/base"), directory.path());
        let project = Project { directory };
        project.write("values/case.yaml", CASE);
        project
    }

    /// With this list of waivers.
    pub fn waiving(waivers: &[&str]) -> Project {
        let project = Project::new();
        project.waive(waivers);
        project
    }

    /// With a second environment `other`.
    pub fn with_another(self) -> Project {
        let text = self.read("poolsmith.yaml");
        let (environments, argocd) = text.split_once("argocd:\n").unwrap();
        self.write(
            "poolsmith.yaml",
            &format!(
                "{environments}  other:\n    values: [values/other.yaml, values/case.yaml]\n    output: rendered/other\n    argocd: {{destination: {{name: other}}, controllerServiceAccount: {{name: argocd-manager, namespace: kube-system}}}}\nargocd:\n{argocd}"
            ),
        );
        self
    }

    pub fn waive(&self, waivers: &[&str]) {
        self.write("waivers.yaml", &format!("{HEADER}{}", waivers.concat()));
    }

    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root().join(path), text).unwrap();
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replace(from, to));
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        support::poolsmith(self.root(), arguments)
    }

    /// The exit code of `check` and its findings, one a line.
    pub fn check(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(&[&["check", "--format", "concise"], arguments].concat());
        (output.status.code().unwrap(), stderr(&output))
    }

    /// The exit code of `check` and the codes that it shows.
    pub fn codes(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let (exit, shown) = self.check(arguments);
        let code = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
        (exit, shown.lines().filter_map(code).collect())
    }

    pub fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&stdout(&self.run(&[&["check", "--format", "json"], arguments].concat())))
            .unwrap()
    }
}

pub fn generate(project: &Project, environment: &str) -> Output {
    let variables = [("ARGOCD_ENV_POOLSMITH_ENV", environment), ("ARGOCD_ENV_POOLSMITH_BUNDLE", "capacity")];
    support::poolsmith_with(project.root(), &["cmp", "generate"], &variables)
}
