//! What Argo CD tells a plugin: the environment and the bundle.
//!
//! Argo CD sends the parameters of an Application as JSON in `ARGOCD_APP_PARAMETERS` (the text `null`
//! where the plugin section has none) and each of them as `PARAM_<NAME>`; entries of the plugin's `env`
//! arrive with the prefix `ARGOCD_ENV_` (argo-cd `reposerver/repository/repository.go`,
//! `getPluginParamEnvs`; `pkg/apis/application/v1alpha1/types.go`,
//! `ApplicationSourcePluginParameters.Environ`). A default that the plugin announces is never sent. Some
//! versions pass a variable on that has no value, others leave it out: empty is not given.

use super::super::selection::shown;
use crate::diag::nearest;
use crate::render::Bundle;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The environment variables that are read; no other one is.
pub const DECLARED_VARIABLES: [&str; 8] = [
    "ARGOCD_APP_PARAMETERS",
    "PARAM_ENV",
    "PARAM_BUNDLE",
    "ARGOCD_ENV_POOLSMITH_ENV",
    "ARGOCD_ENV_POOLSMITH_BUNDLE",
    "POOLSMITH_ENV",
    "POOLSMITH_BUNDLE",
    SOURCE_PATH,
];

/// The path of the Application inside the repository: it bounds the search for the project, and nothing
/// else depends on it.
pub(super) const SOURCE_PATH: &str = "ARGOCD_APP_SOURCE_PATH";

/// The parameters.
const NAMES: [&str; 2] = ["env", "bundle"];

/// What the plugin is to render.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// The environment, if it is given without contradiction.
    pub environment: Option<String>,
    /// The bundle, if it is given without contradiction and there is one of that name.
    pub bundle: Option<Bundle>,
    /// Everything that is wrong; with a problem nothing may be rendered.
    pub problems: Vec<String>,
}

/// Reads the parameters.
pub(super) fn read(variables: &BTreeMap<String, String>) -> Parameters {
    let mut problems = Vec::new();
    let stated = stated(variables, &mut problems);
    let environment = one("env", "ENV", &stated, variables, &mut problems);
    let bundle = one("bundle", "BUNDLE", &stated, variables, &mut problems);
    let bundle = bundle.and_then(|name| {
        let bundle = Bundle::from_name(&name);
        if bundle.is_none() {
            let known = Bundle::ALL.map(Bundle::as_str).join(", ");
            problems.push(format!("there is no bundle `{}`: choose one of {known}", shown(&name)));
        }
        bundle
    });
    Parameters { environment, bundle, problems }
}

/// The parameters that Argo CD sent as JSON, by name; one that is wrong is there without a value.
fn stated(
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<String>,
) -> BTreeMap<&'static str, Option<String>> {
    let mut found = BTreeMap::new();
    let text = variables.get("ARGOCD_APP_PARAMETERS").map_or("", |text| text.trim());
    let items = match serde_json::from_str::<Option<Vec<Map<String, Json>>>>(text) {
        Ok(items) => items.unwrap_or_default(),
        Err(_) if text.is_empty() => return found,
        // The text may hold anything, and what is said here is shown to users.
        Err(_) => {
            problems.push("ARGOCD_APP_PARAMETERS is not a list of parameters in JSON".to_owned());
            return found;
        }
    };
    for item in &items {
        let given = item.get("name").and_then(Json::as_str).unwrap_or_default();
        let Some(name) = NAMES.into_iter().find(|name| *name == given) else {
            let meant = nearest(given, NAMES).map_or_else(String::new, |meant| format!(": write `{meant}`"));
            problems.push(format!(
                "there is no parameter `{}`, the plugin takes `env` and `bundle`{meant}",
                shown(given)
            ));
            continue;
        };
        let value = match string_of(item) {
            Ok(value) => Some(value.to_owned()),
            Err(wrong) => {
                problems.push(format!("the parameter `{name}` {wrong}"));
                None
            }
        };
        if let Some(other) = found.insert(name, value.clone())
            && other != value
        {
            problems.push(format!("the parameter `{name}` is given twice with different values"));
        }
    }
    found
}

/// The value of a parameter, which Argo CD knows as a string, an array or a map.
fn string_of(parameter: &Map<String, Json>) -> Result<&str, &'static str> {
    if ["array", "map"].iter().any(|key| parameter.contains_key(*key)) {
        return Err("is a list or a map: write its value under `string` alone");
    }
    match parameter.get("string") {
        Some(Json::String(value)) => Ok(value),
        Some(_) => Err("is not a string: put its value in quotes"),
        None => Err("has no value: write it under `string`"),
    }
}

/// The one value that all ways of giving it agree on.
fn one(
    name: &'static str,
    suffix: &str,
    stated: &BTreeMap<&'static str, Option<String>>,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<String>,
) -> Option<String> {
    let parameter = match stated.get(name) {
        // What is wrong with it has been said.
        Some(None) => return None,
        Some(Some(value)) => Some((format!("parameter `{name}`"), value)),
        None => None,
    };
    let given = |variable: String| variables.get(&variable).map(|value| (variable, value));
    let ways = [
        parameter,
        given(format!("PARAM_{suffix}")),
        given(format!("ARGOCD_ENV_POOLSMITH_{suffix}")),
        given(format!("POOLSMITH_{suffix}")),
    ];
    let ways: Vec<(String, &String)> =
        ways.into_iter().flatten().filter(|(_, value)| !value.is_empty()).collect();
    let Some((first_way, first)) = ways.first() else {
        problems.push(format!(
            "neither the plugin parameter `{name}` nor the plugin environment POOLSMITH_{suffix} (which arrives as ARGOCD_ENV_POOLSMITH_{suffix}) is set"
        ));
        return None;
    };
    if let Some((way, other)) = ways.iter().find(|(_, other)| other != first) {
        problems.push(format!(
            "{first_way} says `{}` and {way} says `{}`: set one of them",
            shown(first),
            shown(other)
        ));
        return None;
    }
    Some((*first).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(pairs: &[(&str, &str)]) -> Parameters {
        read(&pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn capacity_of_prod() -> Parameters {
        let (environment, bundle) = (Some("prod".to_owned()), Some(Bundle::Capacity));
        Parameters { environment, bundle, problems: Vec::new() }
    }

    #[test]
    fn every_way_of_giving_a_parameter_is_understood() {
        let json = r#"[{"name":"env","string":"prod"},{"name":"bundle","string":"capacity"}]"#;
        let ways: [&[(&str, &str)]; 6] = [
            &[("ARGOCD_APP_PARAMETERS", json)],
            &[("ARGOCD_APP_PARAMETERS", json), ("PARAM_ENV", "prod"), ("PARAM_BUNDLE", "capacity")],
            &[("PARAM_ENV", "prod"), ("PARAM_BUNDLE", "capacity")],
            &[
                ("ARGOCD_APP_PARAMETERS", "null"),
                ("ARGOCD_ENV_POOLSMITH_ENV", "prod"),
                ("ARGOCD_ENV_POOLSMITH_BUNDLE", "capacity"),
            ],
            &[("POOLSMITH_ENV", "prod"), ("POOLSMITH_BUNDLE", "capacity")],
            &[("ARGOCD_APP_PARAMETERS", json), ("ARGOCD_ENV_POOLSMITH_ENV", ""), ("PARAM_BUNDLE", "")],
        ];
        for way in ways {
            assert_eq!(read_from(way), capacity_of_prod(), "{way:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named_with_both_ways_to_give_it() {
        for nothing in
            ["", " ", "null", "[]", r#"[{"name":"env","string":""},{"name":"bundle","string":""}]"#]
        {
            let problems = read_from(&[("ARGOCD_APP_PARAMETERS", nothing)]).problems;
            assert_eq!(problems.len(), 2, "{nothing}");
            assert!(
                problems[0].contains("POOLSMITH_ENV") && problems[0].contains("ARGOCD_ENV_POOLSMITH_ENV")
            );
        }
    }

    #[test]
    fn contradictions_and_wrong_types_are_refused_all_at_once() {
        let json = r#"[{"name":"env","string":"prod"},{"name":"bundle","array":["capacity"]},{"name":"Env","string":""},{}]"#;
        let problems = read_from(&[("ARGOCD_APP_PARAMETERS", json), ("POOLSMITH_ENV", "dev")]).problems;
        for part in
            ["`prod` and POOLSMITH_ENV says `dev`", "`bundle` is a list", "write `env`", "parameter ``"]
        {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:?}");
        }
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn a_parameter_has_one_value() {
        let bundle = r#"{"name":"bundle","string":"capacity"}"#;
        let twice = |second: &str| {
            let json = format!(r#"[{{"name":"env","string":"prod"}},{second},{bundle}]"#);
            read_from(&[("ARGOCD_APP_PARAMETERS", &json)])
        };
        assert_eq!(twice(r#"{"name":"env","string":"prod"}"#), capacity_of_prod());
        for wrong in [
            r#"{"name":"env","string":"dev"}"#,
            r#"{"name":"env"}"#,
            r#"{"name":"env","string":"prod","map":{}}"#,
            r#"{"name":"env","string":7}"#,
        ] {
            assert!(!twice(wrong).problems.is_empty(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_list_of_parameters_is_refused_and_not_shown() {
        for text in ["{", "{}", "7", "[hunter2]", r#"["hunter2"]"#, r#""hunter2""#, "true"] {
            let problems = read_from(&[("ARGOCD_APP_PARAMETERS", text)]).problems;
            assert!(problems[0].contains("is not a list of parameters"), "{text}: {problems:?}");
            assert!(!problems.concat().contains("hunter2"));
        }
    }
}
