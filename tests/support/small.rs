//! A small project of a test's own, and what poolsmith says of it.
//!
//! The cluster is `prod-x7k2p` in us-east-2. `values/cluster.yaml` holds its facts, `values/pools.yaml`
//! is the test's, and one copied providerSpec is there under the name `worker`.

use super::{Sample, poolsmith_with, repository, stderr, stdout};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::ops::Deref;
use std::process::Output;

/// The file that a test writes its pools into.
pub const POOLS: &str = "values/pools.yaml";
/// The file with the facts of the cluster.
pub const CLUSTER: &str = "values/cluster.yaml";
/// The copied providerSpec.
pub const WORKER: &str = "provider-specs/worker.yaml";
/// The project file.
pub const PROJECT: &str = "poolsmith.yaml";

const HEAD: &str = "apiVersion: poolsmith.dev/v1alpha1\nkind: ClusterPools\n";

/// A project in a temporary directory.
pub struct Small {
    project: Sample,
}

impl Deref for Small {
    type Target = Sample;

    fn deref(&self) -> &Sample {
        &self.project
    }
}

impl Small {
    /// The project with `pools` below the two lines that every value file begins with: its first line is
    /// line 3 of [`POOLS`].
    pub fn new(pools: &str) -> Small {
        let small = Small { project: Sample::of(&repository().join("tests/small-project"), &["."]) };
        small.pools(pools);
        small
    }

    /// Writes the test's own value file.
    pub fn pools(&self, pools: &str) {
        self.write(POOLS, &format!("{HEAD}{pools}"));
    }

    /// Removes a file or a directory of it.
    pub fn remove(&self, path: &str) {
        let path = self.root().join(path);
        let removed =
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.expect("it was there");
    }

    /// `file:line:column` of the first `text` in a file.
    #[track_caller]
    pub fn at(&self, path: &str, text: &str) -> String {
        let whole = self.read(path);
        let start = whole.find(text).unwrap_or_else(|| panic!("{path} does not hold {text:?}:\n{whole}"));
        let line = whole[..start].matches('\n').count() + 1;
        let column = whole[..start].chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{path}:{line}:{column}")
    }

    /// Runs poolsmith in it with these environment variables alone.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        poolsmith_with(self.root(), arguments, variables)
    }

    /// What `check` finds.
    pub fn check(&self) -> Report {
        let output = self.run(&["check", "--format", "json"]);
        Report::of(&output, &output.stdout)
    }

    /// What `render --out` finds while it writes the committed output, or refuses to.
    pub fn render_out(&self) -> Report {
        let output = self.run(&["render", "--out", "--message-format", "json"]);
        assert_eq!(stdout(&output), "", "`--out` leaves stdout alone");
        Report::of(&output, &output.stderr)
    }

    /// Writes the committed output; the values must be in order.
    #[track_caller]
    pub fn commit(&self) -> Report {
        let report = self.render_out();
        assert_eq!(report.exit, 0, "{}", report.list());
        report
    }

    /// Expects the project to be refused with `exit`: nothing on stdout, nothing written.
    #[track_caller]
    pub fn refused(&self, exit: i32) -> Report {
        let output = self.run(&["render", "--message-format", "json"]);
        assert_eq!(stdout(&output), "", "something reached stdout");
        let report = Report::of(&output, &output.stderr);
        assert_eq!(report.exit, exit, "{}", report.list());
        assert!(report.findings.iter().any(|finding| finding.severity == "error"), "{}", report.list());
        report
    }

    /// The rendered objects; the project must be in order.
    #[track_caller]
    pub fn objects(&self) -> Objects {
        let output = self.run(&["render", "--format", "json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        Objects(serde_json::from_slice(&output.stdout).expect("the objects are JSON"))
    }

    /// The rendered manifests as text; the project must be in order.
    #[track_caller]
    pub fn manifests(&self) -> String {
        let output = self.run(&["render"]);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    }
}

/// What one run said.
pub struct Report {
    /// The exit code.
    pub exit: i32,
    /// The findings, in their order.
    pub findings: Vec<Found>,
}

/// A finding.
#[derive(Debug)]
pub struct Found {
    pub code: String,
    pub severity: String,
    pub message: String,
    pub help: String,
    pub notes: String,
    pub object: String,
    /// `file:line:column`, or the file alone, or nothing.
    pub place: String,
}

impl Report {
    #[track_caller]
    fn of(output: &Output, report: &[u8]) -> Report {
        let exit = output.status.code().expect("poolsmith ended by itself");
        let json: Json = serde_json::from_slice(report)
            .unwrap_or_else(|error| panic!("no report ({error}), exit {exit}: {}", stderr(output)));
        let findings = json["findings"].as_array().expect("a list of findings");
        Report { exit, findings: findings.iter().map(Found::of).collect() }
    }

    /// The only finding of that code.
    #[track_caller]
    pub fn only(&self, code: &str) -> &Found {
        match self.of_code(code)[..] {
            [found] => found,
            _ => panic!("not one {code}, but\n{}", self.list()),
        }
    }

    /// The findings of that code.
    pub fn of_code(&self, code: &str) -> Vec<&Found> {
        self.findings.iter().filter(|found| found.code == code).collect()
    }

    /// The codes of all errors, in their order.
    pub fn errors(&self) -> Vec<&str> {
        let errors = self.findings.iter().filter(|found| found.severity == "error");
        errors.map(|found| found.code.as_str()).collect()
    }

    /// All findings, one a line.
    pub fn list(&self) -> String {
        self.findings.iter().fold(format!("exit {}\n", self.exit), |mut list, found| {
            let _ = writeln!(list, "{} {} {}: {}", found.severity, found.code, found.place, found.message);
            let _ = writeln!(list, "    help: {}\n    notes: {}", found.help, found.notes);
            list
        })
    }
}

impl Found {
    fn of(json: &Json) -> Found {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let location = &json["location"];
        let mut place = text(&location["path"]);
        if let (Some(line), Some(column)) = (location["line"].as_u64(), location["column"].as_u64()) {
            let _ = write!(place, ":{line}:{column}");
        }
        let notes = json["notes"].as_array().cloned().unwrap_or_default();
        Found {
            code: text(&json["code"]),
            severity: text(&json["severity"]),
            message: text(&json["message"]),
            help: text(&json["help"]),
            notes: notes.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("\n"),
            object: text(&json["object"]["name"]),
            place,
        }
    }

    /// Expects the place and what the message and the help hold.
    #[track_caller]
    pub fn is(&self, place: &str, message: &[&str], help: &[&str]) -> &Found {
        assert_eq!(self.place, place, "{self:?}");
        for part in message {
            assert!(self.message.contains(part), "the message lacks {part:?}: {self:?}");
        }
        for part in help {
            assert!(self.help.contains(part), "the help lacks {part:?}: {self:?}");
        }
        self
    }

    /// Expects what the notes hold.
    #[track_caller]
    pub fn noting(&self, notes: &[&str]) -> &Found {
        for part in notes {
            assert!(self.notes.contains(part), "the notes lack {part:?}: {self:?}");
        }
        self
    }
}

/// Rendered objects.
pub struct Objects(pub Vec<Json>);

impl Objects {
    /// The objects of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<&Json> {
        self.0.iter().filter(|object| object["kind"] == kind).collect()
    }

    /// The object of that kind and name.
    #[track_caller]
    pub fn get(&self, kind: &str, name: &str) -> &Json {
        let found = self.of_kind(kind).into_iter().find(|object| object["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("there is no {kind} {name} among {:?}", self.names()))
    }

    /// The only object of that kind.
    #[track_caller]
    pub fn only(&self, kind: &str) -> &Json {
        match self.of_kind(kind)[..] {
            [object] => object,
            _ => panic!("not one {kind} among {:?}", self.names()),
        }
    }

    /// What the MachineSets' `replicas` are, in the order of their names.
    pub fn replicas(&self) -> Vec<(String, u64)> {
        let named = |set: &&Json| {
            let name = set["metadata"]["name"].as_str().expect("a name").to_owned();
            (name, set["spec"]["replicas"].as_u64().expect("replicas are written"))
        };
        let mut replicas: Vec<_> = self.of_kind("MachineSet").iter().map(named).collect();
        replicas.sort();
        replicas
    }

    /// The Application that syncs the bundle `capacity`.
    #[track_caller]
    pub fn capacity_application(&self) -> &Json {
        self.get("Application", "cluster-capacity-prod")
    }

    fn names(&self) -> Vec<String> {
        let name = |object: &Json| format!("{}/{}", object["kind"], object["metadata"]["name"]);
        self.0.iter().map(name).collect()
    }
}

/// What an object's annotation says; empty where it has none.
pub fn annotation<'a>(object: &'a Json, key: &str) -> &'a str {
    object["metadata"]["annotations"][key].as_str().unwrap_or_default()
}
