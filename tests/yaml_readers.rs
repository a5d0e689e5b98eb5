//! What we take a plain scalar for, held against the readers that it may meet: kubectl (sigs.k8s.io/yaml,
//! which Argo CD uses as well) and PyYAML.
//!
//! A scalar that we do not call ambiguous must mean the same to all three. In CI both must be there.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, reason = "a test, its helpers included")]

use poolsmith::diag::Findings;
use poolsmith::yaml::{FileId, Limits, Node, Value, ambiguous, parse, resolve};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs a command on `input`; `None` when it cannot be run, or fails.
fn run(command: &str, arguments: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new(command)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let owned = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(owned.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        println!("{command}: {errors}");
        return None;
    }
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The `data` of a ConfigMap as kubectl reads it.
fn kubectl(data: &str) -> Option<Map<String, Json>> {
    let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: test}}\ndata:\n{data}");
    let json = run("kubectl", &["annotate", "--local", "-f", "-", "a=b", "-o", "json"], &text)?;
    let object: Json = serde_json::from_str(&json).unwrap();
    Some(object["data"].as_object().unwrap().clone())
}

/// The same as PyYAML reads it; what JSON has no word for is shown as `!type`.
fn pyyaml(data: &str) -> Option<Map<String, Json>> {
    const SCRIPT: &str = "
import json, sys, yaml
def show(x):
    if isinstance(x, dict): return {k if isinstance(k, str) else '!' + repr(k): show(v) for k, v in x.items()}
    if isinstance(x, float) and (x != x or x in (float('inf'), float('-inf'))): return '!' + repr(x)
    return x if isinstance(x, (str, int, float, bool, type(None))) else '!' + type(x).__name__
sys.stdin.reconfigure(encoding='utf-8')
print(json.dumps(show(yaml.safe_load(sys.stdin.read())['data'])))
";
    let json = run("python3", &["-c", SCRIPT], &format!("data:\n{data}"))?;
    Some(serde_json::from_str::<Json>(&json).unwrap().as_object().unwrap().clone())
}

/// Scalars of every shape that some reader has an opinion on, and ordinary text around them.
fn scalars() -> Vec<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    let words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf", "infinity",
        "t", "f", "ok", "x", "e", "ye", "yess", "nope", "only", "offline", "truth",
    ];
    for word in words {
        let capital = word[..1].to_uppercase() + &word[1..];
        all.extend([word.to_owned(), word.to_uppercase(), capital, format!(".{word}"), format!("-{word}")]);
    }
    // All short strings over the characters that numbers, dates and times are made of.
    let alphabet: Vec<char> = "01789_.:-+eExobTZ".chars().collect();
    for a in &alphabet {
        for b in &alphabet {
            all.insert(format!("{a}{b}"));
            for c in &alphabet {
                all.insert(format!("{a}{b}{c}"));
            }
        }
    }
    let heads = ["", "-", "+", "--", "v", "_"];
    let bodies = [
        "0",
        "1",
        "12",
        "0123",
        "08",
        "00",
        "1_000",
        "1__0",
        "0x1F",
        "0X1f",
        "0x_",
        "0xg",
        "0o17",
        "0O17",
        "0o18",
        "0b101",
        "0b2",
        "0B1",
        "1.5",
        "01.5",
        "1.",
        ".5",
        "._5",
        ".5_",
        "1.2.3",
        "10.0.0.1",
        "1e3",
        "1E+3",
        "1.5e3",
        "1.5e+3",
        "1.e3",
        ".5e-3",
        "1e",
        "1e+",
        "1e400",
        "12e10",
        "1:30",
        "01:30",
        "10:00",
        "12:30:45",
        "1:60",
        "190:20:30.15",
        "1:2.5",
        "8080:80",
        "00:11:22:33:44:55",
        "2001-01-01",
        "2001-1-1",
        "2001-1",
        "20010101",
        "2001-01-01T00:00:00Z",
        "2001-12-14t21:59:43.10-05:00",
        "2001-12-14 21:59:43.10 -5",
        "2001-01-01T",
        "2001-01-01-x",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "012345678901",
        "123456789012",
        "4.20",
        "25.10",
        "0.1",
        "0.30000000000000004",
        "1.7976931348623157",
        "us-west-2a",
        "m5.large",
        "cr-0123",
        "1a",
        "1Gi",
        "500m",
        "10%",
        "1,000",
        "1 2",
        "sha256:0a",
        "1/2",
        "a.b",
        "=",
        "<<",
        "~",
        "1.0",
        "100.0",
        "0.0",
        "1.50",
        "3.14159265358979323846",
    ];
    for head in heads {
        for body in bodies {
            for tail in ["", "_", ".", ".0", "e5", "x", ":1", " z"] {
                all.insert(format!("{head}{body}{tail}"));
            }
        }
    }
    // A few thousand at random, the same every time.
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let wide: Vec<char> = "0123456789__..::--++eEfFxXoObBaTtZzyYnN/~".chars().collect();
    for _ in 0..6000 {
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed as usize
        };
        let length = 1 + next() % 8;
        all.insert((0..length).map(|_| wide[next() % wide.len()]).collect());
    }
    all.into_iter().filter(|text| is_plain(text)).collect()
}

/// Whether `text` can stand in a file without quotes and arrives whole.
fn is_plain(text: &str) -> bool {
    let mut findings = Findings::new();
    let limits = Limits::default();
    let Some(documents) = parse(&format!("k: {text}\n"), FileId(0), &limits, &mut findings) else {
        return false;
    };
    let node = documents.first().and_then(|node| node.get("k"));
    node.is_some_and(|node| {
        node.plain && node.position.end as usize - node.position.start as usize == text.len()
    })
}

fn numbered(texts: &[&String]) -> String {
    texts.iter().enumerate().map(|(at, text)| format!("  k{at}: {text}\n")).collect()
}

fn is_same(ours: &Value, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(theirs)) => ours == theirs,
        (Value::Int(ours), theirs) => theirs.as_i64() == Some(*ours),
        // JSON has no `1.0` in kubectl's spelling: a whole number comes back without its fraction.
        (Value::Float(ours), theirs) => theirs.is_number() && theirs.as_f64() == Some(*ours),
        (Value::Str(ours), Json::String(theirs)) => **ours == **theirs,
        _ => false,
    }
}

/// Whether both readers answered; in CI they must.
fn available<T>(answer: Option<T>, reader: &str) -> Option<T> {
    if answer.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{reader} is not there, or fails");
        println!("skipped: {reader} is not there");
    }
    answer
}

#[test]
fn what_is_not_ambiguous_means_the_same_to_every_reader() {
    if available(kubectl("  a: b\n"), "kubectl").is_none()
        || available(pyyaml("  a: b\n"), "PyYAML").is_none()
    {
        return;
    }
    let all = scalars();
    let clear: Vec<&String> = all.iter().filter(|text| ambiguous(text).is_none()).collect();
    println!("{} scalars, {} of them not ambiguous", all.len(), clear.len());
    assert!(clear.len() > 5000 && all.len() - clear.len() > 500);
    let data = numbered(&clear);
    let (kubectl, pyyaml) = (kubectl(&data).unwrap(), pyyaml(&data).unwrap());
    let wrong: Vec<String> = clear
        .iter()
        .enumerate()
        .filter_map(|(at, text)| {
            let (ours, key) = (resolve(text), format!("k{at}"));
            let agreed = is_same(&ours, &kubectl[&key]) && is_same(&ours, &pyyaml[&key]);
            (!agreed).then(|| format!("{text}: {ours:?}, kubectl {}, PyYAML {}", kubectl[&key], pyyaml[&key]))
        })
        .collect();
    assert!(wrong.is_empty(), "{} misread:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_key_that_is_not_refused_is_the_same_key_to_every_reader() {
    let clear: Vec<String> = scalars()
        .into_iter()
        .filter(|text| ambiguous(text).is_none() && matches!(resolve(text), Value::Str(_)))
        .filter(|text| !text.ends_with(':') && !text.starts_with('?'))
        .collect();
    let data: String = clear.iter().map(|text| format!("  {text}: x\n")).collect();
    let Some(kubectl) = available(kubectl(&data), "kubectl") else { return };
    let Some(pyyaml) = available(pyyaml(&data), "PyYAML") else { return };
    for text in &clear {
        assert!(kubectl.contains_key(text), "kubectl misses {text}");
        assert!(pyyaml.contains_key(text), "PyYAML misses {text}");
    }
}

#[test]
fn an_ambiguous_scalar_is_one_that_readers_differ_on_or_an_odd_spelling() {
    if available(kubectl("  a: b\n"), "kubectl").is_none() {
        return;
    }
    // Read alone, since a reader may refuse the whole file for one of them. Text to every reader would be
    // a false alarm.
    let all = scalars();
    let refused: Vec<&String> = all.iter().filter(|text| ambiguous(text).is_some()).collect();
    let harmless = |text: &&&String| !text.contains(".inf") && !text.contains(".nan");
    let special = |text: &&&String| !matches!(text.as_str(), "=" | "<<");
    let asked: Vec<&String> = refused
        .iter()
        .filter(|text| harmless(text) && special(text))
        .copied()
        .filter(|t| !is_infinite(t))
        .collect();
    let data = numbered(&asked);
    let (Some(kubectl), Some(pyyaml)) = (kubectl(&data), pyyaml_lenient(&asked)) else {
        panic!("a reader refuses the file")
    };
    let false_alarms: Vec<&&String> = asked
        .iter()
        .enumerate()
        .filter(|(at, text)| {
            let (key, text) = (format!("k{at}"), Json::from(text.as_str()));
            kubectl[&key] == text && pyyaml[&key] == text && !is_odd_spelling(text.as_str().unwrap())
        })
        .map(|(_, text)| text)
        .collect();
    assert!(false_alarms.is_empty(), "{} false alarms: {false_alarms:?}", false_alarms.len());
}

fn is_infinite(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']).to_lowercase();
    matches!(text.as_str(), ".inf" | ".nan")
}

/// A number of the YAML 1.2 core schema, a word that differs from one of YAML 1.1 in case alone, or what looks
/// like a date or a grouped number.
fn is_odd_spelling(text: &str) -> bool {
    let is_date = text.len() > 7 && text.as_bytes()[4] == b'-';
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_word = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let is_octal = unsigned.strip_prefix("0o").is_some_and(|t| t.bytes().all(|c| (b'0'..b'8').contains(&c)));
    let is_decimal = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().all(|c| c.is_ascii_digit() || b".eE+-".contains(&c))
        && text.parse::<f64>().is_ok();
    is_word || is_date || text.contains('_') || is_octal || is_decimal
}

/// PyYAML's reading of each scalar by itself: it raises on `2001-99-99` and `0x_`.
fn pyyaml_lenient(texts: &[&String]) -> Option<Map<String, Json>> {
    const SCRIPT: &str = "
import json, sys, yaml
out = {}
for at, text in enumerate(json.load(sys.stdin)):
    try: value = yaml.safe_load('k: ' + text)['k']
    except Exception as error: value = '!error'
    out['k%d' % at] = value if isinstance(value, str) else '!' + repr(value)
print(json.dumps(out))
";
    let json = run("python3", &["-c", SCRIPT], &serde_json::to_string(texts).unwrap())?;
    Some(serde_json::from_str::<Json>(&json).unwrap().as_object().unwrap().clone())
}

#[test]
fn block_scalars_and_quotes_are_read_alike() {
    let data = concat!(
        "  a: |\n    one\n\n    two\n\n  b: >-\n    one\n    two\n\n     three\n  c: \"x\\u00e9\\n y\n    z\"\n",
        "  d: 'it''s\n    so'\n  e: plain\n    text\n  f: |+\n    kept\n\n  g: !!str 12\n",
    );
    let mut findings = Findings::new();
    let documents = parse(&format!("data:\n{data}"), FileId(0), &Limits::default(), &mut findings).unwrap();
    assert!(findings.is_empty());
    let ours: Json = documents[0].get("data").map(Node::to_json).unwrap().into();
    if let Some(theirs) = available(kubectl(data), "kubectl") {
        assert_eq!(ours.as_object().unwrap(), &theirs);
    }
    if let Some(theirs) = available(pyyaml(data), "PyYAML") {
        assert_eq!(ours.as_object().unwrap(), &theirs);
    }
}

#[test]
fn a_last_line_without_a_line_break_is_read_as_kubectl_reads_it() {
    let data = "  a: |\n    last";
    let mut findings = Findings::new();
    let documents = parse(&format!("data:\n{data}"), FileId(0), &Limits::default(), &mut findings).unwrap();
    if let Some(theirs) = available(kubectl(data), "kubectl") {
        assert_eq!(documents[0].find(&["data", "a"]).unwrap().to_json(), theirs["a"]);
    }
}
