//! Placeholders that a template left in a copied file.
//!
//! Every key and scalar is looked at, so that one run names all of them. What the server writes
//! (`status`, `managedFields`, the last applied configuration) is not.

use super::field_path::Path;
use super::rules;
use crate::diag::{Finding, Findings};
use crate::spec::check::{has_sign_of_placeholder, placeholder};
use crate::yaml::{Node, Position, Value};

/// Words that stand for a value wherever they occur as a whole token.
const WORDS: &[&str] = &[
    "AVAILABILITY_ZONE",
    "AWS_REGION",
    "CLUSTERNAME",
    "CLUSTER_NAME",
    "FIXME",
    "INFRASTRUCTURE_ID",
    "INFRA_NAME",
    "INSTANCE_TYPE",
    "PLACEHOLDER",
    "clusterID",
    "infrastructureID",
];
/// Words that stand for a value when they are all of it; as a part they occur in real tags.
const WHOLE_WORDS: &[&str] = &["AMI", "AMI_ID", "REGION", "TBD", "TODO", "XXX", "ZONE"];
/// How tokens begin that stand for a value.
const PREFIXES: &[&str] = &["YOUR_", "your_"];
/// What the API server writes, and so no template.
const SERVER_OWNED: &[&str] =
    &["status", "managedFields", "kubectl.kubernetes.io/last-applied-configuration"];

/// Reports every placeholder below `node` and gives the places, so that no second finding is made of
/// a value that only waits to be filled in.
pub fn report(node: &Node, findings: &mut Findings) -> Vec<Position> {
    let mut places = Vec::new();
    walk(node, &Path::Root, findings, &mut places);
    places
}

fn walk(node: &Node, path: &Path<'_>, findings: &mut Findings, places: &mut Vec<Position>) {
    match &node.value {
        Value::Map(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| !SERVER_OWNED.contains(&&*key.name)) {
                let path = Path::Field(path, &key.name);
                look(&key.name, key.position, &path, findings, places);
                walk(value, &path, findings, places);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &Path::Item(path, index), findings, places);
            }
        }
        Value::Str(text) => look(text, node.position, path, findings, places),
        _ => {}
    }
}

fn look(
    text: &str,
    position: Position,
    path: &Path<'_>,
    findings: &mut Findings,
    places: &mut Vec<Position>,
) {
    let Some(placeholder) = find(text) else { return };
    places.push(position);
    findings.push(
        Finding::new(
            &rules::PLACEHOLDER_LEFT,
            format!("`{path}` still has the placeholder `{placeholder}`"),
        )
        .at(position)
        .help(
            "copy the value from a running MachineSet: oc get machineset NAME -n openshift-machine-api -o yaml",
        ),
    );
}

/// The first placeholder in a text: what the spec language knows as one, and the idioms of templates
/// for whole MachineSets.
pub fn find(text: &str) -> Option<&str> {
    // Every word above has two capitals in a row or an underscore.
    if !has_sign_of_placeholder(text) {
        return None;
    }
    shell_variable(text)
        .or_else(|| placeholder(text))
        .or_else(|| WHOLE_WORDS.iter().find(|word| **word == text).copied())
        .or_else(|| {
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|token| {
                WORDS.contains(token) || PREFIXES.iter().any(|prefix| token.starts_with(prefix))
            })
        })
}

/// `$INFRA_ID`: a dollar sign and at least two capital letters.
fn shell_variable(text: &str) -> Option<&str> {
    let start = text.find('$')?;
    let name = text[start + 1..].find(|c: char| !c.is_ascii_uppercase() && c != '_');
    let end = name.map_or(text.len(), |length| start + 1 + length);
    (end > start + 2).then(|| &text[start..end])
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_placeholders_of_real_templates_are_found() {
        for (text, placeholder) in [
            ("<infrastructure_id>-worker-sg", "<infrastructure_id>"),
            ("node-role.kubernetes.io/<role>", "<role>"),
            ("${CLUSTER_ID}-worker", "${CLUSTER_ID}"),
            (
                "${trimspace(data.local_file.infra_id.content)}-x",
                "${trimspace(data.local_file.infra_id.content)}",
            ),
            ("{{ infra_id }}-worker", "{{ infra_id }"),
            ("$INFRA_ID-worker", "$INFRA_ID"),
            ("kubernetes.io/cluster/CLUSTERID", "CLUSTERID"),
            ("INFRANAME-worker-profile", "INFRANAME"),
            ("REPLACE_ME_WITH_AMI", "REPLACE_ME_WITH_AMI"),
            ("your_infrastructure_id-private", "your_infrastructure_id"),
            ("CLUSTER_NAME-CLUSTER_ID-node", "CLUSTER_ID"),
            ("REGION", "REGION"),
        ] {
            assert_eq!(find(text), Some(placeholder), "{text}");
        }
    }

    #[test]
    fn real_values_are_no_placeholders() {
        for text in [
            "prod-7kx2p-worker-profile",
            "OpenShift_4.6_Workshop__Small_",
            "user+generic@example.com",
            "price < 5 and > 3",
            "cost$5",
            "kubernetes.io/cluster/prod-7kx2p",
            "{\"a\":{\"b\":1}}",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
