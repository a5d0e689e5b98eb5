//! Strings that say which cluster and which account a providerSpec belongs to.
//!
//! An infrastructure name is a cluster name, cut at 21 characters, a hyphen and five random characters
//! of the alphabet that Kubernetes draws its name endings from: no vowels, no 0, 1 and 3
//! (k8s.io/apimachinery `pkg/util/rand`; openshift/installer `pkg/asset/installconfig/clusterid.go`).
//! That alphabet keeps ordinary words from looking like one.

use super::{ClusterFacts, rules};
use crate::diag::{Finding, Findings};
use crate::yaml::{Node, Position, Value};

const RANDOM_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const RANDOM_LENGTH: usize = 5;
const NAME_LENGTH: usize = 21;

/// What in `text` looks like the infrastructure name of another cluster than `ours`.
///
/// `known_foreign` is a name that the file itself gives to its cluster; it is found in any shape.
pub fn foreign_infra_id<'t>(text: &'t str, ours: &str, known_foreign: Option<&str>) -> Option<&'t str> {
    if let Some(range) = known_foreign.filter(|id| *id != ours).and_then(|id| whole_token(text, id)) {
        return text.get(range);
    }
    // What is ours is cut out first: a name such as `cluster-wj75v-vbcnk` has the shape twice.
    if let Some(range) = whole_token(text, ours) {
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        return foreign_infra_id(before, ours, None).or_else(|| foreign_infra_id(after, ours, None));
    }
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').find_map(shaped)
}

/// The longest beginning of a token that is shaped like an infrastructure name.
fn shaped(token: &str) -> Option<&str> {
    let token = token.trim_start_matches('-');
    let ends = token.match_indices('-').map(|(at, _)| at).chain([token.len()]);
    let mut best = None;
    for end in ends {
        let candidate = &token[..end];
        if let Some((name, random)) = candidate.rsplit_once('-')
            && random.len() == RANDOM_LENGTH
            && random.bytes().all(|b| RANDOM_ALPHABET.contains(&b))
            && (1..=NAME_LENGTH).contains(&name.len())
        {
            best = Some(candidate);
        }
    }
    best
}

/// Where `needle` stands in `text` without a letter, digit or (before it) hyphen at its side.
pub fn whole_token(text: &str, needle: &str) -> Option<std::ops::Range<usize>> {
    if needle.is_empty() {
        return None;
    }
    text.match_indices(needle).map(|(start, _)| start..start + needle.len()).find(|range| {
        let before = text[..range.start].chars().next_back();
        let after = text[range.end..].chars().next();
        before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-')
            && after.is_none_or(|c| !c.is_ascii_alphanumeric())
    })
}

/// Reports a text that names another cluster.
pub fn check_text(
    text: &str,
    position: Position,
    path: &str,
    known_foreign: Option<&str>,
    facts: &ClusterFacts<'_>,
    findings: &mut Findings,
) {
    let Some(foreign) = foreign_infra_id(text, facts.infra_id, known_foreign) else { return };
    let finding = Finding::new(
        &rules::ANOTHER_CLUSTERS_NAME,
        format!(
            "`{path}` names `{foreign}`, which looks like another cluster's infraID: this one's is `{}`",
            facts.infra_id
        ),
    )
    .at(position)
    .help("copy the providerSpec from a MachineSet of this cluster, or waive the rule for something that the clusters share");
    findings.push(with_fact(finding, facts, "infraID", "this cluster's infraID"));
}

/// Reports ARNs of another account or region, wherever they stand below `node`.
pub fn check_arns(node: &Node, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    match &node.value {
        Value::Map(entries) => entries.iter().for_each(|(_, value)| check_arns(value, facts, findings)),
        Value::Seq(items) => items.iter().for_each(|item| check_arns(item, facts, findings)),
        Value::Str(text) => check_arn(text, node.position, facts, findings),
        _ => {}
    }
}

fn check_arn(text: &str, position: Position, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, _, region, account, _] = parts[..] else { return };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    if let Some(ours) = facts.account_id
        && is_account
        && account != ours
    {
        let finding = Finding::new(
            &rules::ANOTHER_ACCOUNT,
            format!("`{text}` belongs to account {account}, but the cluster's is {ours}"),
        )
        .at(position)
        .help("name something of the cluster's own account, or correct `cluster.accountID`");
        findings.push(with_fact(finding, facts, "accountID", "the cluster's account"));
    }
    if !region.is_empty() && region != facts.region {
        let finding = Finding::new(
            &rules::ANOTHER_REGION,
            format!("`{text}` lies in region {region}, but the cluster's is {}", facts.region),
        )
        .at(position)
        .help(format!("name something in {}, or correct `cluster.region`", facts.region));
        findings.push(with_fact(finding, facts, "region", "the cluster's region"));
    }
}

/// Adds the place where a fact of the cluster was stated.
pub fn with_fact(finding: Finding, facts: &ClusterFacts<'_>, key: &str, text: &str) -> Finding {
    match facts.place(&[key]) {
        Some(position) => finding.related(position, text),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::{foreign_infra_id, whole_token};

    #[test]
    fn another_infra_id_is_found_wherever_it_stands_in_a_name() {
        for (text, foreign) in [
            ("odh-cl2-mtlgs-worker-profile", "odh-cl2-mtlgs"),
            ("kubernetes.io/cluster/build09-x76d4", "build09-x76d4"),
            ("cluster-wj75v-vbcnk-subnet-private-us-east-2b", "cluster-wj75v-vbcnk"),
            ("preprod-7kx2p-lb", "preprod-7kx2p"),
        ] {
            assert_eq!(foreign_infra_id(text, "prod-7kx2p", None), Some(foreign), "{text}");
        }
    }

    #[test]
    fn our_own_and_ordinary_names_are_left_alone() {
        for text in [
            "prod-7kx2p-private-us-west-2a",
            "kubernetes.io/cluster/prod-7kx2p",
            "shared-worker-profile",
            "vpc-private-us-east-1-bos-wlz-1",
            "tag:Name",
            "",
        ] {
            assert_eq!(foreign_infra_id(text, "prod-7kx2p", None), None, "{text}");
        }
        let ours = "cluster-wj75v-vbcnk";
        assert_eq!(foreign_infra_id("cluster-wj75v-vbcnk-node", ours, None), None);
    }

    #[test]
    fn a_name_that_the_file_gives_itself_needs_no_shape() {
        let found = foreign_infra_id("cluster-lab-659k-metal-sg", "prod-7kx2p", Some("cluster-lab-659k-metal"));
        assert_eq!(found, Some("cluster-lab-659k-metal"));
    }

    #[test]
    fn tokens_end_where_letters_and_digits_end() {
        assert_eq!(whole_token("x-us-east-1a", "us-east-1a"), None);
        assert_eq!(whole_token("a/us-east-1a-b", "us-east-1a"), Some(2..12));
        assert_eq!(whole_token("us-east-1ab", "us-east-1a"), None);
        assert_eq!(whole_token("é", ""), None);
    }
}
