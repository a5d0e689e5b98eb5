//! What the changes are made to: a small project around a real providerSpec.

use super::platforms::{self, Place, Platform};
use super::support;
use poolsmith::diag::Findings;
use poolsmith::yaml::{FileId, Limits, parse};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// The file with the copied providerSpec.
pub const PROVIDER_SPEC: &str = "provider-specs/worker.yaml";
/// The file with the facts of the cluster.
pub const CLUSTER: &str = "values/cluster.yaml";
/// The file with the pools.
pub const POOLS: &str = "values/pools.yaml";

/// A project that poolsmith can be asked about.
pub struct Base {
    /// The platform.
    pub platform: &'static Platform,
    /// Where the providerSpec was found.
    pub name: String,
    /// The infrastructure name of its cluster.
    pub infra_id: String,
    /// Where its machines run.
    pub place: Place,
    /// The providerSpec.
    pub provider_spec: Json,
    /// One plain pool, for the changes of the providerSpec.
    pub one_pool: Json,
    /// Pools with every setting, for the changes of the pools.
    pub all_pools: Json,
    directory: tempfile::TempDir,
}

impl Base {
    fn new(platform: &'static Platform, name: String, infra_id: String, provider_spec: Json) -> Option<Base> {
        let place = (platform.place)(&provider_spec)?;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let Place { region, zone, instance_type } = &place;
        let all_pools = (platform.pools)(&place);
        let mut pool = json!({
            "providerSpecFrom": "worker", "instanceType": instance_type, "zones": [zone], "size": {"fixed": 1},
        });
        // The secret tells which MachineConfigPool the machines join, and poolsmith wants to be told.
        let secret = provider_spec["userDataSecret"]["name"]
            .as_str()
            .and_then(|name| name.strip_suffix("-user-data-managed"));
        if let Some(name) = secret {
            pool["machineConfigPool"] = json!(name);
        }
        // As with pools of every kind: what the GPUs of the real ones need is there.
        let one_pool = json!({"pools": {"workers": pool}, "accelerators": all_pools["accelerators"]});
        let project = support::repository().join("tests/small-project/poolsmith.yaml");
        support::copy(&project, &directory.path().join("poolsmith.yaml"));
        let cluster = json!({
            "cluster": {
                "name": "prod", "infraID": infra_id, "platform": platform.operators_name, "region": region,
                "version": "4.22",
            },
            "providerSpecs": {"worker": {"file": PROVIDER_SPEC}},
        });
        for (file, text) in [
            (CLUSTER, values(&cluster)),
            (POOLS, values(&one_pool)),
            (PROVIDER_SPEC, provider_spec.to_string()),
        ] {
            let path = directory.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("the directory");
            std::fs::write(path, text).expect("the file is written");
        }
        Some(Base { platform, name, infra_id, place, provider_spec, one_pool, all_pools, directory })
    }

    /// The root of the project.
    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    /// A file of the project, links resolved, as an overlay names it.
    pub fn file(&self, path: &str) -> PathBuf {
        self.root().canonicalize().expect("the project is there").join(path)
    }
}

/// A value file with these values.
pub fn values(values: &Json) -> String {
    let head = r#""apiVersion": "poolsmith.dev/v1alpha1", "kind": "ClusterPools""#;
    match values.to_string() {
        text if text == "{}" => format!("{{{head}}}"),
        text => text.replacen('{', &format!("{{{head}, "), 1),
    }
}

/// The projects of a platform: around the sample's providerSpec, and around every real one.
pub fn all(platform: &'static Platform) -> Vec<Base> {
    let mut bases = vec![sample(platform)];
    for file in support::shared(platform.corpus).iter().flat_map(|folder| platforms::files(folder)) {
        let text = std::fs::read_to_string(&file).expect("the file is read");
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (infra_id, spec) in provider_specs(&text) {
            if spec["kind"] != platform.provider_spec_kind
                || bases.iter().any(|base| base.provider_spec == spec)
            {
                continue;
            }
            bases.extend(Base::new(platform, name.clone(), infra_id, spec));
        }
    }
    bases
}

/// The project around the sample's providerSpec.
pub fn sample(platform: &'static Platform) -> Base {
    let text =
        std::fs::read_to_string(support::repository().join(platform.sample)).expect("the file is read");
    let (infra_id, spec) = provider_specs(&text).into_iter().next().expect("the sample has a MachineSet");
    Base::new(platform, "sample".to_owned(), infra_id, spec).expect("the sample says where its machines run")
}

/// The providerSpecs of the MachineSets in a text, each with the infrastructure name of its cluster.
fn provider_specs(text: &str) -> Vec<(String, Json)> {
    let mut findings = Findings::new();
    let documents = parse(text, FileId::default(), &Limits::default(), &mut findings).unwrap_or_default();
    let mut found = Vec::new();
    for document in documents {
        let document = Json::from(document.to_json());
        let items = document["items"].as_array().cloned().unwrap_or_else(|| vec![document.clone()]);
        for set in items.iter().filter(|item| item["kind"] == "MachineSet") {
            let template = &set["spec"]["template"];
            let spec = &template["spec"]["providerSpec"]["value"];
            let label = |labels: &Json| {
                labels["machine.openshift.io/cluster-api-cluster"].as_str().map(str::to_owned)
            };
            let profile =
                spec["iamInstanceProfile"]["id"].as_str().and_then(|id| id.strip_suffix("-worker-profile"));
            if let Some(infra_id) = label(&template["metadata"]["labels"])
                .or_else(|| label(&set["metadata"]["labels"]))
                .or_else(|| profile.map(str::to_owned))
            {
                found.push((infra_id, spec.clone()));
            }
        }
    }
    found
}
