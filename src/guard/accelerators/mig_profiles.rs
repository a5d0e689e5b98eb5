//! Which partitions a GPU model has, by the names under which the operator's own ConfigMap has them.
//!
//! Source: NVIDIA/gpu-operator `assets/state-mig-manager/0400_configmap.yaml` and the device ids in it.

/// A model as a label value begins with it, and its profiles.
type Profiles = (&'static str, &'static [&'static str]);

const EIGHTY: &[&str] = &["1g.10gb", "1g.10gb.me", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"];

/// The models that can be partitioned.
const MODELS: [Profiles; 8] = [
    ("nvidia-a100-40gb", &["1g.5gb", "1g.5gb.me", "1g.10gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb"]),
    ("nvidia-a100-80gb", EIGHTY),
    ("nvidia-a30", &["1g.6gb", "1g.6gb.me", "2g.12gb", "2g.12gb.me", "4g.24gb"]),
    ("nvidia-b200", &["1g.23gb", "1g.23gb.me", "1g.45gb", "2g.45gb", "3g.90gb", "4g.90gb", "7g.180gb"]),
    ("nvidia-gb200", &["1g.23gb", "1g.23gb.me", "1g.47gb", "2g.47gb", "3g.93gb", "4g.93gb", "7g.186gb"]),
    ("nvidia-h100", EIGHTY),
    ("nvidia-h200", &["1g.18gb", "1g.18gb.me", "1g.35gb", "2g.35gb", "3g.71gb", "4g.71gb", "7g.141gb"]),
    (
        "nvidia-rtx-pro-6000",
        &[
            "1g.24gb",
            "1g.24gb.gfx",
            "1g.24gb.me",
            "1g.24gb.me.all",
            "1g.24gb-me",
            "2g.48gb",
            "2g.48gb.gfx",
            "2g.48gb.me.all",
            "2g.48gb-me",
            "4g.96gb",
            "4g.96gb.gfx",
        ],
    ),
];

/// Further profiles of the ConfigMap, of models that no catalogue here knows: H100 NVL, GH200, GB200.
const OTHERS: [&str; 22] = [
    "1g.12gb",
    "1g.12gb.me",
    "2g.24gb",
    "3g.47gb",
    "4g.47gb",
    "7g.94gb",
    "3g.48gb",
    "3g.95gb",
    "4g.48gb",
    "4g.95gb",
    "7g.96gb",
    "7g.189gb",
    "1g.36gb",
    "2g.36gb",
    "3g.72gb",
    "4g.72gb",
    "7g.144gb",
    "1g.18gb",
    "1g.18gb.me",
    "1g.47gb",
    "2g.47gb",
    "1g.24gb",
];

/// The profiles of a model; nothing when the model is not known.
pub fn of_model(model: &str) -> Option<&'static [&'static str]> {
    MODELS.iter().find(|(known, _)| *known == model).map(|(_, profiles)| *profiles)
}

/// Whether some model has a profile of that name.
pub fn is_profile(name: &str) -> bool {
    OTHERS.contains(&name) || MODELS.iter().any(|(_, profiles)| profiles.contains(&name))
}

/// The names that the operator's own ConfigMap has.
pub fn configurations() -> impl Iterator<Item = String> {
    let profiles = MODELS.iter().flat_map(|(_, profiles)| profiles.iter()).chain(&OTHERS);
    profiles
        .map(|profile| format!("all-{profile}"))
        .chain(["all-balanced", "all-disabled", "all-enabled"].map(str::to_owned))
}
