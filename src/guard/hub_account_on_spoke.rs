//! On a cluster that Argo CD manages from elsewhere, rights go to the account that it uses there.
//!
//! Argo CD acts on a registered cluster as the account of the credentials that it was registered with:
//! `argocd cluster add` makes `argocd-manager` in `kube-system` (argoproj/argo-cd
//! `util/clusterauth/clusterauth.go`). A service account of the hub does not exist on the spoke.

use super::Subject;
use super::environments::is_in_cluster;
use crate::diag::{Finding, Findings};
use crate::rule;
use crate::spec::project::{Destination, ServiceAccount};

rule! {
    /// Rights for an account that is not there.
    pub RULE = "CLU040", "hub-account-on-spoke", Warning, waivable,
    "the account that is granted rights on another cluster is the one that Argo CD uses there"
}

/// Checks an environment that is applied to a cluster other than Argo CD's own.
pub fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let argocd = &subject.plan.argocd;
    if is_in_cluster(&argocd.destination) || argocd.controller_service_account != ServiceAccount::default() {
        return;
    }
    let cluster = match &argocd.destination {
        Destination::Server(url) => url,
        Destination::Name(name) => name,
    };
    let account = &argocd.controller_service_account;
    let message = format!(
        "rights on the cluster `{cluster}` go to `{}/{}`, an account of the cluster that Argo CD runs in",
        account.namespace, account.name
    );
    let own = ["environments", subject.environment, "argocd", "destination"];
    let place = match subject.project.find(&own) {
        Some(_) => subject.project.locate_key(&own),
        None => subject.project.locate_key(&["argocd", "destination"]),
    };
    findings.push(Finding::new(&RULE, message).at(place).help(
        "state the account of the credentials that the cluster was registered with, such as `controllerServiceAccount: {name: argocd-manager, namespace: kube-system}`",
    ));
}
