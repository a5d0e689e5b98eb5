//! A case: a project, what is changed in it, and what poolsmith says of the result.

use super::base::{self, Base};
use super::edit::Edit;
use super::plain;
use poolsmith::diag::{Finding, Findings, Severity};
use poolsmith::load::Overlay;
use poolsmith::pipeline::{Workspace, render_all};
use serde_json::Value as Json;
use std::fmt;
use std::sync::Arc;

/// A changed project.
#[derive(Clone)]
pub struct Case<'b> {
    /// The project.
    pub base: &'b Base,
    /// Which of its files is changed.
    pub subject: Subject,
    /// The changes.
    pub edits: Vec<Edit>,
    /// What the pool asks of its machines beside that, where the providerSpec is changed.
    pub wish: Option<Json>,
}

/// The file that is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The copied providerSpec, in a project with one plain pool.
    ProviderSpec,
    /// The values with the pools, all settings stated.
    Pools,
}

/// What poolsmith says, and what the judges are to be shown.
pub struct Outcome {
    /// The errors, each as rule code and message; empty if it rendered.
    pub refused: Vec<(&'static str, String)>,
    /// The objects that it rendered.
    pub rendered: Vec<Json>,
    /// The objects as they would be without poolsmith.
    pub plain: Vec<Json>,
}

impl Case<'_> {
    /// What the changes are made to, by the kind of object that they reach.
    pub fn kind(&self) -> &'static str {
        if self.subject == Subject::ProviderSpec {
            return "providerSpec";
        }
        let step =
            |index: usize| self.edits.first().and_then(|edit| edit.path.get(index)).map(String::as_str);
        match (step(0), step(2)) {
            (Some("autoscaler"), _) => "ClusterAutoscaler",
            (_, Some("healthCheck")) => "MachineHealthCheck",
            (_, Some("size")) => "MachineAutoscaler",
            _ => "MachineSet",
        }
    }

    /// The changed providerSpec and the changed values.
    fn inputs(&self) -> (Json, Json) {
        let (mut spec, mut values) = match self.subject {
            Subject::ProviderSpec => (self.base.provider_spec.clone(), self.base.one_pool.clone()),
            Subject::Pools => (self.base.provider_spec.clone(), self.base.all_pools.clone()),
        };
        let changed = match self.subject {
            Subject::ProviderSpec => &mut spec,
            Subject::Pools => &mut values,
        };
        self.edits.iter().for_each(|edit| edit.apply(changed));
        if let Some(wish) = &self.wish {
            plain::merge(&mut values["pools"]["workers"], wish);
        }
        (spec, values)
    }

    /// Asks poolsmith.
    pub fn run(&self) -> Outcome {
        let (spec, values) = self.inputs();
        let overlay: Overlay =
            [(base::PROVIDER_SPEC, spec.to_string()), (base::POOLS, base::values(&values))]
                .into_iter()
                .map(|(file, text)| (self.base.file(file), Arc::from(text)))
                .collect();
        let mut findings = Findings::new();
        let (_, workspace) = Workspace::open_over(self.base.root(), &overlay, &mut findings);
        let mut told: Vec<Finding> = findings.iter().cloned().collect();
        let mut rendered = Vec::new();
        if let Some(workspace) = workspace {
            let names = ["prod".to_owned()];
            let (renderings, _, together) = render_all(&workspace, &names, 1, &|rendering| rendering);
            told.extend(together.iter().cloned());
            for rendering in renderings {
                told.extend(rendering.findings.iter().cloned());
                rendered.extend(rendering.objects.into_iter().map(|object| Json::from(object.value)));
            }
        }
        let errors = told.into_iter().filter(|finding| finding.severity == Severity::Error);
        let refused: Vec<_> = errors.map(|finding| (finding.rule.code, finding.message)).collect();
        let plain = plain::objects(&plain::Inputs {
            platform: self.base.platform,
            infra_id: &self.base.infra_id,
            provider_spec: &spec,
            values: &values,
        });
        if !refused.is_empty() {
            rendered.clear();
        }
        Outcome { refused, rendered, plain }
    }
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.base.name, self.kind())?;
        if self.edits.is_empty() {
            write!(f, " as it is")?;
        }
        for (index, edit) in self.edits.iter().enumerate() {
            write!(f, "{} {edit}", if index == 0 { ":" } else { ";" })?;
        }
        match &self.wish {
            Some(wish) if wish.as_object().is_some_and(|wish| !wish.is_empty()) => {
                write!(f, "; pool with {wish}")
            }
            _ => Ok(()),
        }
    }
}
