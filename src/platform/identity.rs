//! Strings that say which cluster and which account a providerSpec belongs to.
//!
//! An infrastructure name is a cluster name, cut at 21 characters, a hyphen and five random characters
//! of the alphabet that Kubernetes draws its name endings from: no vowels, no 0, 1 and 3
//! (k8s.io/apimachinery `pkg/util/rand`; openshift/installer `pkg/asset/installconfig/clusterid.go`).
//! That alphabet keeps ordinary words from looking like one.

use super::{ClusterFacts, rules};
use crate::diag::{Finding, Findings};
use crate::yaml::{Node, Position, Value};
use memchr::{memchr, memchr_iter};
use std::fmt;

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
    let mut best = None;
    let mut start = 0;
    for part in token.split('-') {
        let end = start + part.len();
        let is_random = part.len() == RANDOM_LENGTH && part.bytes().all(|b| RANDOM_ALPHABET.contains(&b));
        // The name before it, and the hyphen.
        if is_random && (2..=NAME_LENGTH + 1).contains(&start) {
            best = token.get(..end);
        }
        start = end + 1;
    }
    best
}

/// Where `needle` stands in `text` without a letter, digit or (before it) hyphen at its side.
pub fn whole_token(text: &str, needle: &str) -> Option<std::ops::Range<usize>> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let starts = memchr_iter(*needle.first()?, text).filter(|start| text[*start..].starts_with(needle));
    starts.map(|start| start..start + needle.len()).find(|range| {
        let before = range.start.checked_sub(1).and_then(|at| text.get(at));
        let after = text.get(range.end);
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
            && after.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// Reports a text that names another cluster.
pub fn check_text(
    text: &str,
    position: Position,
    path: &dyn fmt::Display,
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

/// Reports account ids of another account, bare, in ARNs and in names, and ARNs of another region,
/// wherever they stand below `node`.
pub fn check_accounts(node: &Node, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    match &node.value {
        Value::Map(entries) => entries.iter().for_each(|(_, value)| check_accounts(value, facts, findings)),
        Value::Seq(items) => items.iter().for_each(|item| check_accounts(item, facts, findings)),
        Value::Str(text) => check_account_text(text, node.position, facts, findings),
        _ => {}
    }
}

fn check_account_text(text: &str, position: Position, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    // Neither an ARN nor an account is without a colon or as many digits as an account has.
    let has_digits =
        || text.len() >= ACCOUNT_LENGTH && text.bytes().filter(u8::is_ascii_digit).count() >= ACCOUNT_LENGTH;
    if memchr(b':', text.as_bytes()).is_none() && !has_digits() {
        return;
    }
    let arns: Vec<&str> = text.match_indices("arn:").filter_map(|(start, _)| text.get(start..)).collect();
    for arn in &arns {
        check_arn(arn, position, facts, findings);
    }
    // In an ARN the account has its place; what else has twelve digits there is a part of a name.
    if arns.is_empty()
        && let Some(ours) = facts.account_id
        && let Some(account) = account_ids(text).find(|account| *account != ours)
    {
        let message = if account == text {
            format!("`{text}` is another account, where the cluster's is {ours}")
        } else {
            format!("`{text}` names account {account}, but the cluster's is {ours}")
        };
        findings.push(another_account(message, position, facts));
    }
}

fn another_account(message: String, position: Position, facts: &ClusterFacts<'_>) -> Finding {
    let finding = Finding::new(&rules::ANOTHER_ACCOUNT, message)
        .at(position)
        .help("name something of the cluster's own account, or correct `cluster.accountID`");
    with_fact(finding, facts, "accountID", "the cluster's account")
}

/// What in a text that is no ARN has the form of an account id: twelve digits between hyphens and the
/// like. The end of a UUID may look like one, and so may the minute in the name of an image.
/// How many digits the number of an account has.
const ACCOUNT_LENGTH: usize = 12;

fn account_ids(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| !is_uuid(word));
    let parts = words.flat_map(|word| word.split('-')).filter(|part| is_account(part));
    parts.filter(move |part| *part == text || !is_minute(part))
}

fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_LENGTH && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_uuid(word: &str) -> bool {
    let lengths = word.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Whether twelve digits are year, month, day, hour and minute of this century, as release images have them.
fn is_minute(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u8>().ok());
    number(0..2) == Some(20)
        && number(4..6).is_some_and(|month| (1..=12).contains(&month))
        && number(6..8).is_some_and(|day| (1..=31).contains(&day))
        && number(8..10).is_some_and(|hour| hour < 24)
        && number(10..12).is_some_and(|minute| minute < 60)
}

fn check_arn(text: &str, position: Position, facts: &ClusterFacts<'_>, findings: &mut Findings) {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, _, region, account, _] = parts[..] else { return };
    // `aws` stands for what the cloud itself owns.
    let is_foreign = !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit());
    if let Some(ours) = facts.account_id
        && is_foreign
        && account != ours
    {
        let message = format!("`{text}` belongs to account {account}, but the cluster's is {ours}");
        findings.push(another_account(message, position, facts));
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
    use super::{account_ids, foreign_infra_id, whole_token};

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
        let found =
            foreign_infra_id("cluster-lab-659k-metal-sg", "prod-7kx2p", Some("cluster-lab-659k-metal"));
        assert_eq!(found, Some("cluster-lab-659k-metal"));
    }

    #[test]
    fn an_account_id_is_found_bare_and_in_names() {
        for (text, expected) in [
            ("210987654321", vec!["210987654321"]),
            ("worker-210987654321-profile", vec!["210987654321"]),
            ("bucket/210987654321/x", vec!["210987654321"]),
            ("1234abcd-12ab-34cd-56ef-123456789012", vec![]),
            ("rhcos-418.94.202501221327-0-x86_64", vec![]),
            ("202501221327", vec!["202501221327"]),
            ("rhcos-202599221327", vec!["202599221327"]),
            ("ami-0123456789abcdef0", vec![]),
            ("2109876543210", vec![]),
            ("é-x", vec![]),
        ] {
            assert_eq!(account_ids(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn tokens_end_where_letters_and_digits_end() {
        assert_eq!(whole_token("x-us-east-1a", "us-east-1a"), None);
        assert_eq!(whole_token("a/us-east-1a-b", "us-east-1a"), Some(2..12));
        assert_eq!(whole_token("us-east-1ab", "us-east-1a"), None);
        assert_eq!(whole_token("é", ""), None);
    }
}
