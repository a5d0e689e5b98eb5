//! What Argo CD does with an Application that names the plugin: its variables, after argo-cd
//! `reposerver/repository/repository.go` (`getPluginEnvs`, `populatePluginAppDetails`) and
//! `pkg/apis/application/v1alpha1/types.go` (`ApplicationSourcePluginParameters.Environ`).

use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::process::Output;

/// The variables of one call.
pub type Variables = Vec<(String, String)>;

/// An Application whose source is the plugin, with this plugin section.
pub fn application(plugin: &Json) -> Json {
    at(".", plugin)
}

/// The same with its path in the repository.
pub fn at(path: &str, plugin: &Json) -> Json {
    json!({
        "metadata": {"name": "cluster-capacity-prod", "namespace": "openshift-gitops"},
        "spec": {
            "project": "cluster-capacity-prod",
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "openshift-machine-api"},
            "source": {
                "repoURL": "https://git.example.com/platform/pools.git", "targetRevision": "main", "path": path,
                "plugin": plugin,
            },
        },
    })
}

/// The plugin section with parameters, as rendered Applications have it.
pub fn parameters(env: &str, bundle: &str) -> Json {
    json!({"name": "poolsmith", "parameters": [
        {"name": "env", "string": env}, {"name": "bundle", "string": bundle},
    ]})
}

/// The plugin section with an environment and without parameters.
pub fn environment(env: &str, bundle: &str) -> Json {
    json!({"name": "poolsmith", "env": [
        {"name": "POOLSMITH_ENV", "value": env}, {"name": "POOLSMITH_BUNDLE", "value": bundle},
    ]})
}

/// What `init`, `generate` and `discover` are called with.
pub fn for_generate(application: &Json) -> Variables {
    let (spec, source) = (&application["spec"], &application["spec"]["source"]);
    let mut variables = named(&[
        ("ARGOCD_APP_NAME", &application["metadata"]["name"]),
        ("ARGOCD_APP_NAMESPACE", &spec["destination"]["namespace"]),
        ("ARGOCD_APP_PROJECT_NAME", &spec["project"]),
        ("ARGOCD_APP_REVISION", &json!("9fceb02d0ae598e95dc970b74767f19372d61af8")),
        ("ARGOCD_APP_REVISION_SHORT", &json!("9fceb02")),
        ("ARGOCD_APP_REVISION_SHORT_8", &json!("9fceb02d")),
        ("ARGOCD_APP_SOURCE_REPO_URL", &source["repoURL"]),
        ("ARGOCD_APP_SOURCE_PATH", &source["path"]),
        ("ARGOCD_APP_SOURCE_TARGET_REVISION", &source["targetRevision"]),
        ("KUBE_VERSION", &json!("1.33.4")),
        ("KUBE_API_VERSIONS", &json!("v1,apps/v1,machine.openshift.io/v1beta1")),
    ]);
    variables.extend(of_plugin(&source["plugin"]));
    variables
}

/// What the query for the parameter page is called with.
pub fn for_parameter_page(application: &Json) -> Variables {
    let source = &application["spec"]["source"];
    let mut variables = named(&[
        ("ARGOCD_APP_NAME", &application["metadata"]["name"]),
        ("ARGOCD_APP_SOURCE_REPO_URL", &source["repoURL"]),
        ("ARGOCD_APP_SOURCE_PATH", &source["path"]),
        ("ARGOCD_APP_SOURCE_TARGET_REVISION", &source["targetRevision"]),
    ]);
    variables.extend(of_plugin(&source["plugin"]));
    variables
}

/// The plugin's own part: its environment with a prefix, its parameters as one JSON text and one by one.
fn of_plugin(plugin: &Json) -> Variables {
    let mut variables = Variables::new();
    if plugin.is_null() {
        return variables;
    }
    for entry in plugin["env"].as_array().into_iter().flatten() {
        variables.push((format!("ARGOCD_ENV_{}", text(&entry["name"])), text(&entry["value"])));
    }
    // A list that is not there is a nil slice, which Go writes as `null`.
    variables.push(("ARGOCD_APP_PARAMETERS".to_owned(), go_json(&plugin["parameters"])));
    for parameter in plugin["parameters"].as_array().into_iter().flatten() {
        let base = format!("PARAM_{}", escaped(&text(&parameter["name"])));
        if let Some(value) = parameter["string"].as_str() {
            variables.push((base.clone(), value.to_owned()));
        }
        for (key, value) in parameter["map"].as_object().into_iter().flatten() {
            variables.push((format!("{base}_{}", escaped(key)), text(value)));
        }
        for (index, value) in parameter["array"].as_array().into_iter().flatten().enumerate() {
            variables.push((format!("{base}_{index}"), text(value)));
        }
    }
    variables
}

/// Go's `json.Marshal` of a map: keys sorted, and three characters escaped for web pages.
fn go_json(value: &Json) -> String {
    fn sorted(value: &Json) -> Json {
        match value {
            Json::Object(fields) => {
                let mut keys: Vec<_> = fields.keys().collect();
                keys.sort();
                let fields = keys.into_iter().map(|key| (key.clone(), sorted(&fields[key])));
                Json::Object(fields.collect::<Map<_, _>>())
            }
            Json::Array(items) => items.iter().map(sorted).collect(),
            other => other.clone(),
        }
    }
    sorted(value).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn escaped(name: &str) -> String {
    let kept = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.to_uppercase().chars().map(|c| if kept(c) { c } else { '_' }).collect()
}

fn named(pairs: &[(&str, &Json)]) -> Variables {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Runs `poolsmith cmp …` in a directory with these variables alone.
pub fn cmp(directory: &Path, command: &str, variables: &Variables) -> Output {
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    crate::support::poolsmith_with(directory, &["cmp", command], &variables)
}
