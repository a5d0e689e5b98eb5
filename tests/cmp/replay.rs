//! What Argo CD sends, replayed: the plugin gives the bytes of `render`.

use crate::argo_cd::{
    self, Variables, application, at, cmp, environment, for_generate, for_parameter_page, parameters,
};
use crate::support::{Sample, poolsmith, repository, stderr, stdout};
use serde_json::{Value as Json, json};

const BUNDLES: [&str; 4] = ["rbac", "accelerators", "capacity", "argocd"];

/// What `render` gives for a bundle, or nothing where it holds no object.
fn rendered(env: &str, bundle: &str) -> Option<String> {
    let output = poolsmith(repository(), &["render", "--env", env, "--bundle", bundle]);
    output.status.success().then(|| stdout(&output))
}

#[track_caller]
fn gives(expected: &str, variables: &Variables) {
    let output = cmp(repository(), "generate", variables);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{variables:?}");
    assert!(stdout(&output) == expected, "other bytes than `render` with {variables:?}");
}

fn only(variables: Variables, names: &[&str]) -> Variables {
    variables.into_iter().filter(|(name, _)| names.iter().any(|kept| name.starts_with(kept))).collect()
}

#[test]
fn every_form_of_the_parameters_gives_the_bytes_of_render() {
    let mut bundles = 0;
    for (env, bundle) in ["prod", "dev"].iter().flat_map(|env| BUNDLES.map(|bundle| (*env, bundle))) {
        let Some(expected) = rendered(env, bundle) else { continue };
        bundles += 1;
        let sent = for_generate(&application(&parameters(env, bundle)));
        gives(&expected, &sent);
        gives(&expected, &only(sent.clone(), &["ARGOCD_APP_"]));
        gives(&expected, &only(sent.clone(), &["ARGOCD_APP_PARAMETERS"]));
        gives(&expected, &only(sent, &["PARAM_"]));
        let sent = for_generate(&application(&environment(env, bundle)));
        assert!(sent.iter().any(|(name, value)| name == "ARGOCD_APP_PARAMETERS" && value == "null"));
        gives(&expected, &sent);
        gives(&expected, &only(sent, &["ARGOCD_ENV_"]));
        // By hand, to see what Argo CD would get.
        let bare = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        gives(&expected, &vec![bare("POOLSMITH_ENV", env), bare("POOLSMITH_BUNDLE", bundle)]);
        // Both at once, agreeing.
        let mut both = parameters(env, bundle);
        both["env"] = environment(env, bundle)["env"].clone();
        gives(&expected, &for_generate(&application(&both)));
    }
    assert_eq!(bundles, 7, "the sample has lost a bundle, or won one");
}

#[test]
fn parameters_and_environment_may_each_give_a_part() {
    let plugin = json!({
        "name": "poolsmith",
        "parameters": [{"name": "bundle", "string": "capacity"}, {"name": "env", "string": ""}],
        "env": [{"name": "POOLSMITH_ENV", "value": "prod"}, {"name": "POOLSMITH_BUNDLE", "value": ""}],
    });
    gives(&rendered("prod", "capacity").unwrap(), &for_generate(&application(&plugin)));
}

#[test]
fn the_rendered_applications_call_the_plugin_as_it_is() {
    let output =
        poolsmith(repository(), &["render", "--env", "dev", "--bundle", "argocd", "--format", "json"]);
    let objects: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    let applications: Vec<&Json> = objects.iter().filter(|object| object["kind"] == "Application").collect();
    assert_eq!(applications.len(), 2);
    for application in applications {
        let plugin = &application["spec"]["source"]["plugin"];
        let bundle = plugin["parameters"][1]["string"].as_str().unwrap();
        gives(&rendered("dev", bundle).unwrap(), &for_generate(application));
        let page = cmp(repository(), "parameters", &for_parameter_page(application));
        assert!(page.status.success(), "{}", stderr(&page));
    }
}

#[test]
fn nothing_else_in_the_environment_matters() {
    let expected = rendered("prod", "capacity").unwrap();
    let mut sent = for_generate(&application(&parameters("prod", "capacity")));
    let others = [
        ("HOME", "/nowhere"),
        ("TZ", "Asia/Kathmandu"),
        ("LANG", "tr_TR.UTF-8"),
        ("TMPDIR", "/nowhere"),
        ("RUST_LOG", "trace"),
        ("CLICOLOR_FORCE", "1"),
        ("TERM", "xterm-256color"),
        ("PATH", ""),
        ("POOLSMITH_PROJECT", "/nowhere"),
        ("ARGOCD_ENV_HOME", "x"),
        ("ARGOCD_ENV_PROJECT", "a b\n'\""),
    ];
    sent.extend(others.map(|(name, value)| (name.to_owned(), value.to_owned())));
    gives(&expected, &sent);
}

#[test]
fn the_application_may_lie_anywhere_in_the_project() {
    let repository = Sample::of(repository(), &[]);
    let project = repository.root().join("clusters/pools");
    for part in ["poolsmith.yaml", "values", "provider-specs", "quotas", "golden"] {
        std::fs::create_dir_all(&project).unwrap();
        crate::support::copy(&crate::support::repository().join(part), &project.join(part));
    }
    let expected = rendered("prod", "rbac").unwrap();
    for path in
        ["clusters/pools", "./clusters/pools/", "clusters/pools/values", "clusters/pools/golden/prod/rbac"]
    {
        let sent = for_generate(&at(path, &parameters("prod", "rbac")));
        let output = cmp(&repository.root().join(path), "generate", &sent);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{path}");
        assert!(stdout(&output) == expected, "{path}");
    }
    // With the annotation manifest-generate-paths the copy may begin at the project: Argo CD still states
    // the whole path.
    let sent = for_generate(&at("clusters/pools", &parameters("prod", "rbac")));
    let alone = Sample::new();
    assert!(stdout(&cmp(alone.root(), "generate", &sent)) == expected);
}

#[test]
fn the_files_may_have_the_modes_that_argo_cd_gives_them() {
    use std::os::unix::fs::PermissionsExt;
    fn plain(path: &std::path::Path) {
        if path.is_dir() {
            std::fs::read_dir(path).unwrap().for_each(|entry| plain(&entry.unwrap().path()));
        } else {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o444)).unwrap();
        }
    }
    let sample = Sample::new();
    plain(sample.root());
    let output = cmp(sample.root(), "generate", &for_generate(&application(&parameters("prod", "rbac"))));
    assert!(stdout(&output) == rendered("prod", "rbac").unwrap(), "{}", stderr(&output));
}

/// The announcement, by parameter.
fn announced(variables: &Variables) -> Vec<Json> {
    let output = cmp(repository(), "parameters", variables);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert_eq!(stdout(&output).lines().count(), 1, "Argo CD reads one JSON text");
    let list: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    for item in &list {
        // What argo-cd `reposerver/repository/repository.proto`, ParameterAnnouncement, knows.
        let known =
            ["name", "title", "tooltip", "required", "itemType", "collectionType", "string", "array", "map"];
        assert!(item.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{item}");
        assert_eq!((&item["required"], &item["collectionType"]), (&json!(true), &json!("string")));
        assert!(item.get("string").is_none(), "a default would be shown and never sent");
    }
    list
}

#[test]
fn the_parameter_page_offers_what_the_repository_has() {
    let names =
        |list: &[Json]| list.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let nothing = announced(&for_parameter_page(&application(&json!({"name": "poolsmith"}))));
    assert_eq!(names(&nothing), ["env", "bundle"]);
    assert_eq!(nothing[0]["tooltip"], "One of: dev, prod");
    assert_eq!(nothing[1]["tooltip"], "One of: rbac, accelerators, capacity, argocd");
    assert_eq!(announced(&Vec::new()), nothing, "without any variable");
    let dev = announced(&for_parameter_page(&application(&parameters("dev", "capacity"))));
    assert_eq!(dev[1]["tooltip"], "One of: rbac, capacity, argocd", "what dev holds");
    assert_eq!(announced(&for_generate(&application(&parameters("dev", "capacity")))), dev);
    // Whoever mends a wrong parameter needs the choices most.
    for wrong in
        [argo_cd::parameters("prd", "capacity"), argo_cd::parameters("", "x"), json!({"parameters": [{}]})]
    {
        assert_eq!(announced(&for_parameter_page(&application(&wrong))), nothing, "{wrong}");
    }
}

#[test]
fn the_parameter_page_shows_while_an_environment_is_broken() {
    let sample = Sample::new();
    sample.write("values/prod.yaml", "apiVersion: poolsmith.dev/v1alpha1\nkind: ClusterPools\npools: [\n");
    let output = cmp(sample.root(), "parameters", &Vec::new());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert!(stdout(&output).contains("One of: dev, prod"));
    assert!(stdout(&output).contains("One of: rbac, accelerators, capacity, argocd"));
}
