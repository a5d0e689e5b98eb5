//! What Argo CD tells a plugin: the environment and the bundle.
//!
//! Argo CD sends the parameters of an Application as JSON in `ARGOCD_APP_PARAMETERS` (the text `null`
//! where the plugin section has none) and each of them as `PARAM_<NAME>`; entries of the plugin's `env`
//! arrive with the prefix `ARGOCD_ENV_` (argo-cd `reposerver/repository/repository.go`,
//! `getPluginParamEnvs`). A default that the plugin announces is never sent.

use crate::render::Bundle;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The environment variables that are read; no other one is.
pub const DECLARED_VARIABLES: [&str; 7] = [
    "ARGOCD_APP_PARAMETERS",
    "PARAM_ENV",
    "PARAM_BUNDLE",
    "ARGOCD_ENV_POOLSMITH_ENV",
    "ARGOCD_ENV_POOLSMITH_BUNDLE",
    "POOLSMITH_ENV",
    "POOLSMITH_BUNDLE",
];

/// What the plugin is to render.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The environment.
    pub environment: String,
    /// The bundle.
    pub bundle: Bundle,
}

/// Reads the parameters, or says everything that is wrong with them.
pub(super) fn read(variables: &BTreeMap<String, String>) -> Result<Wanted, Vec<String>> {
    let mut problems = Vec::new();
    let announced = announced(variables, &mut problems);
    let environment = one("env", "ENV", &announced, variables, &mut problems);
    let bundle = one("bundle", "BUNDLE", &announced, variables, &mut problems);
    let bundle = bundle.and_then(|name| match Bundle::from_name(&name) {
        Some(bundle) => Some(bundle),
        None => {
            let known = Bundle::ALL.map(Bundle::as_str).join(", ");
            problems.push(format!("there is no bundle `{}`: choose one of {known}", shown(&name)));
            None
        }
    });
    match (environment, bundle) {
        (Some(environment), Some(bundle)) if problems.is_empty() => Ok(Wanted { environment, bundle }),
        _ => Err(problems),
    }
}

/// The parameters that Argo CD sent as JSON, by name.
fn announced(variables: &BTreeMap<String, String>, problems: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let Some(text) = variables.get("ARGOCD_APP_PARAMETERS").filter(|text| !text.trim().is_empty()) else {
        return found;
    };
    let items = match serde_json::from_str::<Json>(text) {
        Ok(Json::Null) => return found,
        Ok(Json::Array(items)) => items,
        _ => {
            problems.push("ARGOCD_APP_PARAMETERS is not a list of parameters in JSON".to_owned());
            return found;
        }
    };
    for item in items {
        let name = item["name"].as_str().unwrap_or_default();
        if name != "env" && name != "bundle" {
            problems.push(format!("there is no parameter `{}`: the plugin takes `env` and `bundle`", shown(name)));
            continue;
        }
        match item["string"].as_str() {
            Some(value) if found.get(name).is_some_and(|other| other != value) => {
                problems.push(format!("the parameter `{name}` is given twice"));
            }
            Some(value) => {
                found.insert(name.to_owned(), value.to_owned());
            }
            None => problems.push(format!("the parameter `{name}` is not a string: write it under `string`")),
        }
    }
    found
}

/// The one value that all ways of giving it agree on.
fn one(
    name: &str,
    suffix: &str,
    announced: &BTreeMap<String, String>,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<String>,
) -> Option<String> {
    let given = |variable: String| {
        let value = variables.get(&variable).filter(|value| !value.is_empty())?;
        Some((variable, value.clone()))
    };
    let ways: Vec<(String, String)> = [
        announced.get(name).filter(|value| !value.is_empty()).map(|value| (format!("parameter `{name}`"), value.clone())),
        given(format!("PARAM_{suffix}")),
        given(format!("ARGOCD_ENV_POOLSMITH_{suffix}")),
        given(format!("POOLSMITH_{suffix}")),
    ]
    .into_iter()
    .flatten()
    .collect();
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
    Some(first.clone())
}

/// A value as it can be shown: on one line, and not without end.
fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().count() > 80 {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(pairs: &[(&str, &str)]) -> Result<Wanted, Vec<String>> {
        read(&pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn capacity_of_prod() -> Result<Wanted, Vec<String>> {
        Ok(Wanted { environment: "prod".to_owned(), bundle: Bundle::Capacity })
    }

    #[test]
    fn every_way_of_giving_a_parameter_is_understood() {
        let json = r#"[{"name":"env","string":"prod"},{"name":"bundle","string":"capacity"}]"#;
        assert_eq!(read_from(&[("ARGOCD_APP_PARAMETERS", json)]), capacity_of_prod());
        assert_eq!(
            read_from(&[
                ("ARGOCD_APP_PARAMETERS", json),
                ("PARAM_ENV", "prod"),
                ("PARAM_BUNDLE", "capacity"),
            ]),
            capacity_of_prod()
        );
        assert_eq!(
            read_from(&[
                ("ARGOCD_APP_PARAMETERS", "null"),
                ("ARGOCD_ENV_POOLSMITH_ENV", "prod"),
                ("ARGOCD_ENV_POOLSMITH_BUNDLE", "capacity"),
            ]),
            capacity_of_prod()
        );
        assert_eq!(read_from(&[("POOLSMITH_ENV", "prod"), ("POOLSMITH_BUNDLE", "capacity")]), capacity_of_prod());
    }

    #[test]
    fn what_is_missing_is_named_with_both_ways_to_give_it() {
        let problems = read_from(&[("ARGOCD_APP_PARAMETERS", "null")]).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("POOLSMITH_ENV") && problems[0].contains("ARGOCD_ENV_POOLSMITH_ENV"));
    }

    #[test]
    fn contradictions_and_wrong_types_are_refused() {
        let json = r#"[{"name":"env","string":"prod"},{"name":"bundle","array":["capacity"]},{"name":"x","string":""}]"#;
        let problems = read_from(&[("ARGOCD_APP_PARAMETERS", json), ("POOLSMITH_ENV", "dev")]).unwrap_err();
        assert!(problems.iter().any(|problem| problem.contains("says `prod`") && problem.contains("says `dev`")));
        assert!(problems.iter().any(|problem| problem.contains("`bundle` is not a string")));
        assert!(problems.iter().any(|problem| problem.contains("no parameter `x`")));
        assert!(read_from(&[("ARGOCD_APP_PARAMETERS", "{")]).is_err());
    }
}
