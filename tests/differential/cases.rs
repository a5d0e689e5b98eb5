//! The cases of a run: first everything that can be done to the sample, then drawn ones.

use super::base::Base;
use super::case::{Case, Subject};
use super::edit::{Change, Edit};
use super::mutate::everywhere;
use super::numbers::Numbers;
use super::platforms::{Platform, Product, Wish};
use serde_json::{Value as Json, json};

/// Everything that the cases of a platform are drawn from.
pub struct Source<'b> {
    bases: Vec<Drawn<'b>>,
    products: Vec<Product>,
    wishes: Vec<Wish>,
}

/// A project with all single changes of it, as far as it renders as it is: changes of what is refused
/// anyway tell little.
struct Drawn<'b> {
    base: &'b Base,
    provider_spec: Vec<Edit>,
    pools: Vec<Edit>,
}

impl<'b> Source<'b> {
    /// The cases around these projects, the sample's first.
    pub fn new(platform: &Platform, bases: &'b [Base]) -> Source<'b> {
        let bases = bases
            .iter()
            .map(|base| {
                let renders =
                    |subject| Case { base, subject, edits: Vec::new(), wish: None }.run().refused.is_empty();
                let only_if = |sound: bool, edits: Vec<Edit>| if sound { edits } else { Vec::new() };
                let of_spec = [
                    everywhere(&base.provider_spec),
                    words((platform.words)()),
                    (platform.products)().iter().flat_map(Product::each).collect(),
                ]
                .concat();
                // No judge knows what becomes of the accelerators.
                let is_judged = |edit: &Edit| edit.path.first().is_none_or(|step| step != "accelerators");
                let of_pools = [
                    everywhere(&base.all_pools).into_iter().filter(is_judged).collect(),
                    words((platform.pool_words)()),
                    words(pool_words()),
                    renames(),
                ]
                .concat();
                Drawn {
                    base,
                    provider_spec: only_if(renders(Subject::ProviderSpec), of_spec),
                    pools: only_if(renders(Subject::Pools), of_pools),
                }
            })
            .collect();
        Source { bases, products: (platform.products)(), wishes: (platform.wishes)() }
    }

    /// How many projects render as they are: with a plain pool, and with pools of every kind.
    pub fn sound(&self) -> (usize, usize) {
        let with_one = self.bases.iter().filter(|drawn| !drawn.provider_spec.is_empty());
        let with_all = self.bases.iter().filter(|drawn| !drawn.pools.is_empty());
        (with_one.count(), with_all.count())
    }

    /// The cases that come in every run: every project as it is, and of the first one every single change
    /// and the combinations that are few.
    pub fn fixed(&self) -> Vec<Case<'b>> {
        let mut cases = Vec::new();
        for drawn in &self.bases {
            for subject in [Subject::ProviderSpec, Subject::Pools] {
                cases.push(Case { base: drawn.base, subject, edits: Vec::new(), wish: None });
            }
        }
        let Some(first) = self.bases.first() else { return cases };
        let base = first.base;
        for wish in &self.wishes {
            cases.push(Case {
                base,
                subject: Subject::ProviderSpec,
                edits: Vec::new(),
                wish: Some(wish.pool.clone()),
            });
            let is_reached =
                |edit: &&Edit| edit.path.first().is_some_and(|key| wish.reaches.contains(&key.as_str()));
            for edit in first.provider_spec.iter().filter(is_reached) {
                let wish = Some(wish.pool.clone());
                cases.push(Case { base, subject: Subject::ProviderSpec, edits: vec![edit.clone()], wish });
            }
        }
        for (subject, edits) in
            [(Subject::ProviderSpec, &first.provider_spec), (Subject::Pools, &first.pools)]
        {
            for edit in edits.iter().filter(|edit| subject != Subject::Pools || is_told_apart(edit)) {
                cases.push(Case { base, subject, edits: vec![edit.clone()], wish: None });
                // The limits of the cluster refuse great numbers before anything else can.
                if edit.path.get(2).is_some_and(|step| step == "size") {
                    let without_limits = Edit::put("autoscaler.resourceLimits", &Json::Null);
                    cases.push(Case { base, subject, edits: vec![edit.clone(), without_limits], wish: None });
                }
            }
        }
        for product in self.products.iter().filter(|product| product.whole) {
            for number in 0..product.count() {
                let edits = product.combination(number);
                cases.push(Case { base, subject: Subject::ProviderSpec, edits, wish: None });
            }
        }
        cases
    }

    /// The drawn case of that number: one to three changes of one of the projects.
    pub fn drawn(&self, seed: u64, number: u64) -> Case<'b> {
        let mut numbers = Numbers::of(seed, number);
        let how = numbers.below(10);
        let sound =
            |drawn: &&Drawn<'_>| !(if how < 3 { &drawn.pools } else { &drawn.provider_spec }).is_empty();
        let sound: Vec<&Drawn<'_>> = self.bases.iter().filter(sound).collect();
        let drawn = *numbers.pick(&sound);
        let base = drawn.base;
        let singles = |edits: &[Edit], numbers: &mut Numbers| -> Vec<Edit> {
            let count = [1, 1, 1, 2, 2, 3][numbers.below(6)];
            (0..count).map(|_| numbers.pick(edits).clone()).collect()
        };
        if how < 3 {
            let edits = singles(&drawn.pools, &mut numbers);
            return Case { base, subject: Subject::Pools, edits, wish: None };
        }
        let mut edits = if how < 6 {
            let product = numbers.pick(&self.products);
            product.combination(numbers.below(product.count()))
        } else {
            singles(&drawn.provider_spec, &mut numbers)
        };
        if how == 6 {
            edits.push(numbers.pick(&drawn.provider_spec).clone());
        }
        let wish = (numbers.below(3) == 0).then(|| numbers.pick(&self.wishes).pool.clone());
        Case { base, subject: Subject::ProviderSpec, edits, wish }
    }
}

/// Whether a change of the pools differs from one of the first pool by more than the pool's name.
fn is_told_apart(edit: &Edit) -> bool {
    let step = |index: usize| edit.path.get(index).map_or("", String::as_str);
    match (step(0), step(1)) {
        ("pools", "steady" | "") | ("autoscaler", _) => true,
        ("pools", "elastic") => ["", "size", "market", "zones", "expanderPriority"].contains(&step(2)),
        ("pools", "adopted") => ["adopt", "size"].contains(&step(2)),
        ("pools", "gpu") => ["accelerator", "class", "size"].contains(&step(2)),
        _ => edit.path.len() < 2,
    }
}

fn words(words: Vec<(&str, Vec<Json>)>) -> Vec<Edit> {
    words
        .into_iter()
        .flat_map(|(path, values)| values.into_iter().map(move |value| Edit::set(path, value)))
        .collect()
}

/// Names that a pool may or may not have.
fn renames() -> Vec<Edit> {
    let names = ["a", "0", "a.b", "a_b", "-a", "a-", "Ä", "a b"].map(str::to_owned);
    let long = [30, 40, 50, 63, 64, 253].map(|length| "n".repeat(length));
    names
        .into_iter()
        .chain(long)
        .flat_map(|name| {
            ["steady", "elastic"].map(|pool| Edit {
                path: vec!["pools".to_owned(), pool.to_owned()],
                change: Change::Rename(name.clone()),
            })
        })
        .collect()
}

/// Settings that are the same on every platform.
fn pool_words() -> Vec<(&'static str, Vec<Json>)> {
    let durations = json!([
        "0",
        "0s",
        "1ns",
        "1us",
        "1µs",
        "1μs",
        "1ms",
        "1m",
        "1h30m",
        "1.5h",
        "1.h",
        ".5h",
        "1d",
        "-1m",
        "+1m",
        "10",
        "m",
        "1M",
        "1h1h",
        "1m1h",
        "2562047h47m16s",
        "2562048h",
        "9223372036s",
        "9223372037s",
        "9999999999999999999s",
        "9223372036854775807ns",
        "9223372036854775808ns",
        "1 h",
        " 1h",
        "1h ",
        "0.0000000001ns",
        "1e3s",
        "0x1s",
        "١h",
        "00001h",
    ]);
    let ratios = json!([
        "0",
        "0.0",
        "0.1",
        "0.5",
        "0.99999999999999999999",
        "1",
        "1.0",
        ".5",
        "0.",
        "0,5",
        "50%",
        "0.5x",
        "-0.5",
        "+0.5",
        "5e-1",
        0.5,
        0,
        1,
        0.00001,
        "00.5",
        "0.00000000000000000000001",
        "NaN",
        "Inf",
        "0x1p-2",
        "0_0.5",
    ]);
    let counts = json!([
        0,
        1,
        2,
        3,
        4,
        5,
        40,
        61,
        1000,
        2147483647_i64,
        2147483648_i64,
        4294967295_i64,
        4294967296_i64,
        -1
    ]);
    let ranges = json!([
        {"min": 0, "max": 0}, {"min": 0, "max": 1}, {"min": 2, "max": 1}, {"min": -1, "max": 1}, {"min": 1}, {"max": 1}, {},
        {"min": 0, "max": 2147483647_i64}, {"min": 0, "max": 2147483648_i64}, {"min": 2147483648_i64, "max": 2147483648_i64},
        {"min": 0, "max": 4294967295_i64}, {"min": "0", "max": "1"}, {"min": 0, "max": 100000},
    ]);
    let texts = json!([
        "a",
        "",
        " ",
        "a/b",
        "a/b/c",
        "/a",
        "a/",
        "x".repeat(63),
        "x".repeat(64),
        "-a",
        "a-",
        "a_b",
        "a.b",
        "A",
        "ä",
        "a b",
        "a:b",
        "a=b",
        "true",
        "1",
        "nvidia.com/gpu",
        "nvidia.com/gpu:NoSchedule",
    ]);
    let lists = |text: &str| json!([[], [text], [text, text], [text, "another"], [""], ["a b"], ["/"], "x"]);
    let label_maps = json!([
        {"a": "b"}, {"": "b"}, {"a": ""}, {"a": " "}, {"a": "b c"}, {"a b": "c"}, {"a/b": "c"}, {"A/b": "c"}, {"a/b/c": "d"}, {"/a": "b"}, {"a/": "b"},
        {"a": "x".repeat(63)}, {"a": "x".repeat(64)}, {"a": "-x"}, {"a": "x-"}, {"a": "ä"}, {"a": 1}, {"a": true}, {"a": null},
        {"x".repeat(63): "a"}, {"x".repeat(64): "a"}, {format!("{}/a", "x".repeat(253)): "a"}, {format!("{}.{}/a", "x".repeat(63), "y".repeat(63)): "a"},
        {format!("{}/a", ["z".repeat(63), "z".repeat(63), "z".repeat(63), "z".repeat(63)].join(".")): "a"},
        {"kubernetes.io/hostname": "a"}, {"node-role.kubernetes.io/infra": ""}, {"argocd.argoproj.io/sync-options": "Prune=true"},
        {"machine.openshift.io/cluster-api-cluster": "another"}, {"machine.openshift.io/cluster-api-machineset": "another"},
        {"a": "x".repeat(70000)}, {"a": "x".repeat(270_000)},
        {"machine.openshift.io/autoscaling-options-scaledownutilizationthreshold": "2"},
        {"machine.openshift.io/cluster-api-autoscaler-node-group-min-size": "5"}, {"machine.openshift.io/vCPU": "x"},
        {"capacity.cluster-autoscaler.kubernetes.io/cpu": "4"},
    ]);
    let taints = json!([
        [], [{"key": "a", "effect": "NoSchedule"}], [{"key": "a", "value": "", "effect": "NoExecute"}], [{"key": "a"}], [{"effect": "NoSchedule"}],
        [{"key": "", "effect": "NoSchedule"}], [{"key": "a b", "effect": "NoSchedule"}], [{"key": "a", "value": "b c", "effect": "NoSchedule"}],
        [{"key": "a", "effect": "noschedule"}], [{"key": "a", "effect": "Never"}], [{"key": "a", "effect": ""}],
        [{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoSchedule"}], [{"key": "a", "value": "1", "effect": "NoSchedule"}, {"key": "a", "value": "2", "effect": "NoSchedule"}],
        [{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoExecute"}], [{"key": "a", "value": 1, "effect": "NoSchedule"}],
        [{"key": "a", "value": "x".repeat(64), "effect": "NoSchedule"}], [{"key": "a", "effect": "NoSchedule", "timeAdded": "2026-01-01T00:00:00Z"}],
        [{"key": "a", "operator": "Exists", "effect": "NoSchedule"}],
    ]);
    let sizes = json!([
        {"fixed": 0}, {"fixed": 1}, {"fixed": 2147483647_i64}, {"fixed": 2147483648_i64}, {"fixed": 4294967295_i64}, {"fixed": -1}, {"fixed": 1.5},
        {"min": 0, "max": 0}, {"min": 0, "max": 1}, {"min": 1, "max": 1}, {"min": 2, "max": 1}, {"min": -1, "max": 1}, {"max": 1}, {"min": 1}, {},
        {"min": 0, "max": 2147483647_i64, "per": "zone"}, {"min": 0, "max": 2147483648_i64, "per": "zone"}, {"min": 0, "max": 4294967295_i64, "per": "zone"},
        {"min": 0, "max": 3, "per": "total"}, {"min": 0, "max": 1, "per": "total"}, {"min": 0, "max": 4, "initial": 5}, {"min": 1, "max": 4, "initial": 0}, 3, "3",
    ]);
    let list = |values: &Json| values.as_array().cloned().unwrap_or_default();
    let mut words = Vec::new();
    for path in [
        "autoscaler.maxNodeProvisionTime",
        "autoscaler.scaleDown.delayAfterAdd",
        "autoscaler.scaleDown.delayAfterDelete",
        "autoscaler.scaleDown.delayAfterFailure",
        "autoscaler.scaleDown.unneededTime",
        "autoscaler.scaleUp.newPodScaleUpDelay",
        "pools.steady.healthCheck.nodeStartupTimeout",
        "pools.steady.healthCheck.unhealthyTimeout",
    ] {
        words.push((path, list(&durations)));
    }
    words.push(("autoscaler.scaleDown.utilizationThreshold", list(&ratios)));
    for path in [
        "autoscaler.podPriorityThreshold",
        "autoscaler.maxPodGracePeriod",
        "autoscaler.logVerbosity",
        "autoscaler.resourceLimits.maxNodesTotal",
        "pools.elastic.expanderPriority",
        "pools.steady.healthCheck.maxUnhealthy",
    ] {
        words.push((path, list(&counts)));
    }
    for path in [
        "autoscaler.resourceLimits.cores",
        "autoscaler.resourceLimits.memory",
        "autoscaler.resourceLimits.gpus.nvidia-a10g",
    ] {
        words.push((path, list(&ranges)));
    }
    words.push(("autoscaler.resourceLimits.gpus", list(&json!([
        {}, {"nvidia.com/gpu": {"min": 0, "max": 4}}, {"": {"min": 0, "max": 4}}, {"a b": {"min": 0, "max": 4}}, {"x".repeat(64): {"min": 0, "max": 4}},
        {"nvidia-t4": {"min": 0, "max": 4}}, {"nvidia-t4": {"min": 0, "max": 0}}, {"-a": {"min": 1, "max": 2}},
    ]))));
    for path in ["autoscaler.balancingIgnoredLabels", "autoscaler.startupTaints"] {
        words.push((path, list(&lists("example.com/rack"))));
    }
    words.push((
        "autoscaler.expanders",
        list(&json!([
            [],
            ["Random"],
            ["Priority"],
            ["LeastWaste", "Random", "Priority"],
            ["Random", "Random"],
            ["LeastWaste", "Random", "Priority", "Random"],
            ["Price"],
            ["random"],
            [""],
            "Random",
        ])),
    ));
    words
        .push(("autoscaler.enforceNodeGroupMinSize", list(&json!(["Enabled", "Disabled", "enabled", true]))));
    words.push(("autoscaler.scaleDown", list(&json!([{"enabled": false}, {"enabled": false, "unneededTime": "1d"}, {}, {"unneededTime": "1m"}]))));
    words.push(("autoscaler.unneededTime", list(&json!(["10m"]))));
    words.push(("autoscaler.scaleDown.unnededTime", list(&json!(["10m"]))));
    for path in [
        "pools.steady.nodeLabels",
        "pools.elastic.nodeLabels",
        "pools.steady.machineLabels",
        "pools.steady.machineSetAnnotations",
    ] {
        words.push((path, list(&label_maps)));
    }
    for path in ["pools.steady.taints", "pools.elastic.taints"] {
        words.push((path, list(&taints)));
    }
    for path in ["pools.steady.size", "pools.elastic.size", "pools.adopted.size"] {
        words.push((path, list(&sizes)));
    }
    for path in [
        "pools.steady.machineRole",
        "pools.steady.machineConfigPool",
        "pools.gpu.accelerator",
        "pools.steady.providerSpecFrom",
        "pools.steady.class",
        "pools.steady.healthCheck.maxUnhealthy",
    ] {
        words.push((path, list(&texts)));
    }
    words.push((
        "pools.steady.healthCheck.maxUnhealthy",
        list(&json!(["0%", "40%", "99%", "100%", "101%", "%", "-1%", "1.5%", "40 %", "040%", "4294967296%"])),
    ));
    words.push(("pools.steady.retiringZones", list(&json!([{"us-west-2c": 3}, {"us-west-2c": 2147483648_i64}, {"us-west-2c": -1}, {"nowhere": 1}, []]))));
    words.push((
        "pools.steady.deletePolicy",
        list(&json!(["Random", "Newest", "Oldest", "newest", "Never", ""])),
    ));
    words.push(("pools.steady.state", list(&json!(["active", "retiring", "gone"]))));
    words
}
