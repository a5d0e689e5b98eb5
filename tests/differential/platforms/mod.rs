//! The platforms: one entry each.

mod aws;

use super::edit::Edit;
use serde_json::Value as Json;
use std::path::Path;

/// What the generator has to know of a platform.
pub struct Platform {
    /// What it is called in the report.
    pub name: &'static str,
    /// What `cluster.platform` and the Infrastructure object call it.
    pub operators_name: &'static str,
    /// The kind of its providerSpec.
    pub provider_spec_kind: &'static str,
    /// The folder of real MachineSets below the shared folder.
    pub corpus: &'static str,
    /// The file of the sample that begins the list of providerSpecs.
    pub sample: &'static str,
    /// Reads off a providerSpec where its machines run.
    pub place: fn(&Json) -> Option<Place>,
    /// Values that mean something to the platform, each written into its field by itself.
    pub words: fn() -> Vec<(&'static str, Vec<Json>)>,
    /// Fields that are judged together; every combination of their values may come, null for absent.
    pub products: fn() -> Vec<Product>,
    /// Markets and other settings of a pool that change the providerSpec.
    pub wishes: fn() -> Vec<Wish>,
    /// Pools for the changes of the pools themselves.
    pub pools: fn(&Place) -> Json,
    /// Settings of such pools and of the autoscaler, by dotted path.
    pub pool_words: fn() -> Vec<(&'static str, Vec<Json>)>,
    /// What a pool's own settings do to the copied providerSpec when nobody checks anything.
    pub written: fn(&mut Json, pool: &Json, zone: &Json),
}

/// Fields that are judged together.
pub struct Product {
    /// Whether every combination comes in every run; the others are drawn.
    pub whole: bool,
    /// The fields, as dotted paths, with their values.
    pub fields: Vec<(&'static str, Vec<Json>)>,
}

/// What a pool may ask of its machines.
pub struct Wish {
    /// Written into the pool.
    pub pool: Json,
    /// The keys of the providerSpec that it changes: every change of them comes beside it in every run.
    pub reaches: &'static [&'static str],
}

/// Where machines run.
#[derive(Debug, Clone)]
pub struct Place {
    /// The region.
    pub region: String,
    /// The zone.
    pub zone: String,
    /// The instance type.
    pub instance_type: String,
}

/// Every platform.
pub static ALL: &[Platform] = &[aws::AWS];

impl Product {
    /// How many combinations there are.
    pub fn count(&self) -> usize {
        self.fields.iter().map(|(_, values)| values.len()).product()
    }

    /// Each value of each field by itself.
    pub fn each(&self) -> Vec<Edit> {
        self.fields
            .iter()
            .flat_map(|(path, values)| values.iter().map(|value| Edit::put(path, value)))
            .collect()
    }

    /// One of the combinations.
    pub fn combination(&self, mut number: usize) -> Vec<Edit> {
        let mut edits = Vec::with_capacity(self.fields.len());
        for (path, values) in &self.fields {
            edits.push(Edit::put(path, &values[number % values.len()]));
            number /= values.len();
        }
        edits
    }
}

/// The files of a corpus folder, in the order of their names.
pub fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}
