//! The other side: whoever says what the operators' code thinks of an object.

use super::base::Base;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Says what stands against an object.
pub trait Judge {
    /// Everything that stands against it: errors, warnings, and what would be stored otherwise than written.
    fn complaints(&mut self, base: &Base, object: &Json) -> Vec<String>;
}

/// `conformance/cmd/judge` as a process of its own.
pub struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    asked: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what a judge may answer is stated in full")]
struct Answer {
    id: u64,
    admitted: bool,
    errors: Vec<String>,
    warnings: Vec<String>,
    rewritten: Vec<String>,
    #[serde(default)]
    defaulted: Json,
}

impl Process {
    /// Starts the judge.
    pub fn start(program: &Path) -> Process {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the judge {} does not start: {error}", program.display()));
        let questions = child.stdin.take().expect("a pipe was asked for");
        let answers = BufReader::new(child.stdout.take().expect("a pipe was asked for"));
        Process { child, questions, answers, asked: 0 }
    }
}

impl Judge for Process {
    fn complaints(&mut self, base: &Base, object: &Json) -> Vec<String> {
        self.asked += 1;
        let question = json!({
            "id": self.asked,
            "object": object,
            "infraID": base.infra_id,
            "platform": base.platform.operators_name,
            "region": base.place.region,
        });
        writeln!(self.questions, "{question}").expect("the judge listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the judge answers");
        let answer: Answer = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the judge gives no verdict ({error}): {line}"));
        assert_eq!(answer.id, self.asked, "the judge answers another question");
        assert_eq!(answer.admitted, answer.errors.is_empty(), "the judge contradicts itself: {line}");
        [answer.errors, answer.warnings, answer.rewritten].concat()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A judge that remembers: most cases differ from each other in one of many objects.
pub struct Remembering<J> {
    judge: J,
    verdicts: HashMap<(String, String), Vec<String>>,
}

impl<J: Judge> Remembering<J> {
    /// Puts a memory before a judge.
    pub fn new(judge: J) -> Remembering<J> {
        Remembering { judge, verdicts: HashMap::new() }
    }
}

impl<J: Judge> Judge for Remembering<J> {
    fn complaints(&mut self, base: &Base, object: &Json) -> Vec<String> {
        let key = (base.infra_id.clone(), object.to_string());
        if let Some(known) = self.verdicts.get(&key) {
            return known.clone();
        }
        let complaints = self.judge.complaints(base, object);
        self.verdicts.insert(key, complaints.clone());
        complaints
    }
}
