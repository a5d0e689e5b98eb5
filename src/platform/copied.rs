//! Takes the providerSpec out of what people copy: a bare value, a whole MachineSet as `oc get`
//! prints it, or a List with one MachineSet.
//!
//! Nothing else of a MachineSet is used: names, replicas, labels and taints come from the pool. What
//! falls away is remembered, so that one note can name it.

use super::schema::note;
use super::{placeholders, rules};
use crate::diag::{Finding, Findings};
use crate::yaml::{FileId, Node, Position};

const CLUSTER_LABEL: &str = "machine.openshift.io/cluster-api-cluster";

/// Kinds that hold something like a providerSpec and still are no MachineSet, with what to do.
const REFUSED_KINDS: &[(&str, &str)] = &[
    ("Machine", "copy the MachineSet that made it: its name is in the Machine's `ownerReferences`"),
    ("MachineDeployment", "copy a MachineSet of machine.openshift.io: Cluster API is another API"),
    (
        "ControlPlaneMachineSet",
        "copy a MachineSet of worker nodes: control plane machines have other profiles and groups",
    ),
    ("NodePool", "copy nothing: with hosted control planes there are no MachineSets"),
    ("MachinePool", "copy a MachineSet that the MachinePool made, from the cluster itself"),
];

/// What the API server writes in `metadata`.
const SERVER_OWNED: &[&str] = &[
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// How the annotations begin that operators and tools own.
const OPERATOR_OWNED: &[&str] = &[
    "argocd.argoproj.io/",
    "autoscaling.openshift.io/",
    "capacity.cluster-autoscaler.kubernetes.io/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "machine.openshift.io/GPU",
    "machine.openshift.io/cluster-api-autoscaler-node-group-",
    "machine.openshift.io/maxPods",
    "machine.openshift.io/memoryMb",
    "machine.openshift.io/vCPU",
];

/// A providerSpec that was taken out of a file, with what the file says about it.
#[derive(Debug, Clone)]
pub struct Copied {
    /// The file.
    pub file: FileId,
    /// The providerSpec as it stands there.
    pub provider_spec: Node,
    /// Server-owned fields and operator-owned annotations that fall away, each named once.
    pub dropped: Vec<String>,
    /// Settings of the MachineSet that a pool states itself and that are not taken over.
    pub not_taken: Vec<String>,
    /// The values of the cluster label, wherever the MachineSet has it.
    pub cluster_labels: Vec<(String, Position)>,
    /// The MachineSet's annotations, if there are any.
    pub annotations: Option<Node>,
    /// Where placeholders stand; they were reported, and nothing more is to be said of those places.
    pub placeholders: Vec<Position>,
}

impl Copied {
    /// The annotation of that name.
    pub fn annotation(&self, name: &str) -> Option<&Node> {
        self.annotations.as_ref()?.get(name)
    }

    /// The name that the file gives to its own cluster, if it is not `ours`.
    pub fn foreign_cluster(&self, ours: &str) -> Option<&str> {
        self.cluster_labels.iter().map(|(label, _)| &**label).find(|label| *label != ours)
    }

    /// The note that names what falls away, `noise` of the providerSpec included; `None` if nothing does.
    pub fn note(&self, noise: &[String]) -> Option<Finding> {
        let dropped: Vec<&str> = self.dropped.iter().chain(noise).map(String::as_str).collect();
        let mut parts = Vec::new();
        if !dropped.is_empty() {
            parts.push(format!("dropped from the copied file: {}", quoted(&dropped)));
        }
        if !self.not_taken.is_empty() {
            let names: Vec<&str> = self.not_taken.iter().map(String::as_str).collect();
            parts.push(format!("not taken over, a pool states it itself: {}", quoted(&names)));
        }
        (!parts.is_empty()).then(|| {
            Finding::new(&rules::NOISE_DROPPED, parts.join("; "))
                .at(Position::whole_file(self.file))
                .help("leave the file as it is: none of it reaches the output")
        })
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Takes the providerSpec out of the documents of one file.
///
/// Gives `None` with an error when there is none, or more than one, or when the file holds another
/// kind of object.
pub fn unwrap_copied(documents: &[Node], file: FileId, findings: &mut Findings) -> Option<Copied> {
    let object = single_object(documents, file, findings)?;
    check_kind(object, findings)?;
    let mut copied = Copied {
        file,
        provider_spec: Node::null(),
        dropped: Vec::new(),
        not_taken: Vec::new(),
        cluster_labels: Vec::new(),
        annotations: None,
        placeholders: placeholders::report(object, findings),
    };
    let value = provider_spec(object, findings)?;
    copied.provider_spec = value.clone();
    if !std::ptr::eq(value, object) {
        read_envelope(object, &mut copied);
    }
    Some(copied)
}

fn refuse(message: impl Into<String>, position: Position, help: impl Into<String>, findings: &mut Findings) {
    findings.push(Finding::new(&rules::NOT_A_PROVIDER_SPEC, message).at(position).help(help));
}

/// The one object of the documents, a List unwrapped.
fn single_object<'a>(documents: &'a [Node], file: FileId, findings: &mut Findings) -> Option<&'a Node> {
    let mut objects: Vec<&Node> = Vec::new();
    for document in documents.iter().filter(|document| !document.is_null()) {
        match document.get("items").and_then(Node::as_seq) {
            Some(items) if kind(document).is_none_or(|kind| kind.ends_with("List")) => objects.extend(items),
            _ => objects.push(document),
        }
    }
    match objects[..] {
        [object] => Some(object),
        [] => {
            let help = "copy one MachineSet: oc get machineset NAME -n openshift-machine-api -o yaml";
            refuse("there is no object in the copied file", Position::whole_file(file), help, findings);
            None
        }
        [first, second, ..] => {
            let names: Vec<String> = objects.iter().map(|object| describe(object)).collect();
            findings.push(
                Finding::new(
                    &rules::SEVERAL_COPIED_OBJECTS,
                    format!("{} objects in the copied file: {}", objects.len(), names.join(", ")),
                )
                .at(second.position)
                .related(first.position, "the first one")
                .help("keep one MachineSet in the file; zones differ only in what a pool states"),
            );
            None
        }
    }
}

fn kind(object: &Node) -> Option<&str> {
    object.get("kind")?.as_str()
}

fn describe(object: &Node) -> String {
    let kind = kind(object).unwrap_or("object without a kind");
    match object.find(&["metadata", "name"]).and_then(Node::as_str) {
        Some(name) => format!("{kind} `{name}`"),
        None => kind.to_owned(),
    }
}

fn check_kind(object: &Node, findings: &mut Findings) -> Option<()> {
    let Some(kind) = kind(object) else { return Some(()) };
    let place = object.locate(&["kind"]);
    if let Some((_, help)) = REFUSED_KINDS.iter().find(|(refused, _)| *refused == kind) {
        refuse(format!("a {kind} is no template for a MachineSet"), place, *help, findings);
        return None;
    }
    if kind != "MachineSet" {
        return Some(());
    }
    let api_version = object.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
    match api_version.split_once('/') {
        Some(("machine.openshift.io", _)) => Some(()),
        _ => {
            refuse(
                format!("a MachineSet of apiVersion `{api_version}` is not one of the Machine API"),
                object.locate(&["apiVersion"]),
                "copy it from the cluster as it is today, where it is machine.openshift.io/v1beta1: oc get machineset.machine.openshift.io NAME -n openshift-machine-api -o yaml",
                findings,
            );
            None
        }
    }
}

fn provider_spec<'a>(object: &'a Node, findings: &mut Findings) -> Option<&'a Node> {
    const WRAPPED: &[&str] = &["spec", "template", "spec", "providerSpec", "value"];
    let wrapped = object.get("spec").is_some() || kind(object) == Some("MachineSet");
    let path = match () {
        () if wrapped => WRAPPED,
        () if object.get("providerSpec").is_some() => &["providerSpec", "value"][..],
        () => &[],
    };
    match object.find(path) {
        Some(value) if value.as_map().is_some_and(|entries| !entries.is_empty()) => Some(value),
        _ => {
            let message = if path.is_empty() {
                "the copied file holds no map".to_owned()
            } else {
                format!("the copied {} has no map at `{}`", kind(object).unwrap_or("object"), path.join("."))
            };
            let help = "copy a whole MachineSet: oc get machineset NAME -n openshift-machine-api -o yaml";
            refuse(message, object.locate(path), help, findings);
            None
        }
    }
}

/// Remembers what stands around the providerSpec.
fn read_envelope(object: &Node, copied: &mut Copied) {
    for metadata in
        [&["metadata"][..], &["spec", "template", "metadata"], &["spec", "template", "spec", "metadata"]]
    {
        for (key, _) in object.find(metadata).and_then(Node::as_map).unwrap_or_default() {
            if SERVER_OWNED.iter().any(|name| name.eq_ignore_ascii_case(&key.name)) {
                note(&mut copied.dropped, format!("metadata.{}", key.name));
            }
        }
    }
    if let Some(annotations) = object.find(&["metadata", "annotations"]) {
        for (key, _) in annotations.as_map().unwrap_or_default() {
            let owned = OPERATOR_OWNED.iter().any(|prefix| key.name.starts_with(prefix));
            note(if owned { &mut copied.dropped } else { &mut copied.not_taken }, key.name.to_string());
        }
        copied.annotations = Some(annotations.clone());
    }
    for path in [
        &["metadata", "labels"][..],
        &["spec", "selector", "matchLabels"],
        &["spec", "template", "metadata", "labels"],
    ] {
        if let Some(label) = object.find(path).and_then(|labels| labels.get(CLUSTER_LABEL))
            && let Some(text) = label.as_str()
        {
            copied.cluster_labels.push((text.trim().to_owned(), label.position));
        }
    }
    if object.get("status").is_some() {
        note(&mut copied.dropped, "status".to_owned());
    }
    read_spec(object, copied);
}

fn read_spec(object: &Node, copied: &mut Copied) {
    let entries = |path: &[&str]| object.find(path).and_then(Node::as_map).unwrap_or_default();
    for (key, _) in entries(&["spec"]) {
        if !matches!(&*key.name, "replicas" | "selector" | "template") {
            note(&mut copied.not_taken, format!("spec.{}", key.name));
        }
    }
    for (key, value) in entries(&["spec", "template", "spec"]) {
        let empty = value.is_null()
            || value.as_map().is_some_and(<[_]>::is_empty)
            || value.as_seq().is_some_and(<[_]>::is_empty);
        match &*key.name {
            "providerSpec" | "metadata" => {}
            // A field of the first releases, pruned by the API since.
            "versions" => note(&mut copied.dropped, "versions".to_owned()),
            name if empty => note(&mut copied.dropped, name.to_owned()),
            name => note(&mut copied.not_taken, name.to_owned()),
        }
    }
    for (key, value) in entries(&["spec", "template", "spec", "metadata"]) {
        if matches!(&*key.name, "labels" | "annotations") && value.as_map().is_some_and(|map| !map.is_empty())
        {
            note(&mut copied.not_taken, format!("node {}", key.name));
        }
    }
}
