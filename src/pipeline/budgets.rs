//! What environments count against the limits of their accounts: the steps up to the plan, and the guards
//! that read nothing else.

use super::{Workspace, planned};
use crate::diag::{Findings, Sources};
use crate::guard;
use crate::load::QuotaFile;
use crate::plan::QuotaPlan;

/// What one environment counts against the limits of its account, judged.
#[derive(Debug)]
pub struct Budget {
    /// The environment's name.
    pub environment: String,
    /// The texts that the findings and the places of the limits point into.
    pub sources: Sources,
    /// What is wrong with the input, and what the rules about quotas say.
    pub findings: Findings,
    /// The limits and what counts against them, unless the input was refused.
    pub quotas: Option<QuotaPlan>,
}

/// Counts what the environments `names` take. A quota file in `file` stands for those that the values name.
///
/// With them comes what is wrong between the environments; it points into the project's own files.
pub fn budgets(workspace: &Workspace, names: &[String], file: Option<&QuotaFile>) -> (Vec<Budget>, Findings) {
    let budgets: Vec<Budget> = names.iter().filter_map(|name| budget(workspace, name, file)).collect();
    let counted = budgets.iter().filter_map(|one| Some((one.environment.as_str(), one.quotas.as_ref()?)));
    let mut together = guard::quotas::exceeded_together::check(&workspace.files.tree, counted);
    workspace.acceptance.lift(&workspace.files.sources, &mut together);
    (budgets, together)
}

fn budget(workspace: &Workspace, name: &str, file: Option<&QuotaFile>) -> Option<Budget> {
    let environment = workspace.project.environments.get(name)?;
    let (mut findings, mut sources) = (Findings::new(), workspace.files.sources.clone());
    let planned = planned(workspace, name, environment, file, &mut sources, &mut findings);
    findings.set_environment(name);
    workspace.acceptance.lift(&sources, &mut findings);
    // Without its quota file a table would look as if there were none.
    let planned = planned.filter(|planned| !planned.refused && !findings.has_errors());
    if let Some(planned) = &planned {
        guard::run_group("QTA", &planned.inputs(workspace, name, &[], None), &mut findings);
    }
    findings.set_environment(name);
    workspace.acceptance.lift(&sources, &mut findings);
    let quotas = planned.map(|planned| planned.plan.quotas);
    Some(Budget { environment: name.to_owned(), sources, findings, quotas })
}
