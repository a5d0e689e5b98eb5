//! Nothing that we emit is misread: awkward strings and numbers through three foreign readers.
//!
//! kubectl stands for Go (`sigs.k8s.io/yaml`, which Argo CD uses too), PyYAML for YAML 1.1 (its C loader
//! is libyaml, its pure one an implementation of its own), and yaml_serde for the second reader that
//! every render goes through. `kubectl annotate --local` needs no cluster. A reader that is missing is
//! skipped with a printed line, unless `CI` is set.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod awkward;

use awkward::{HAND_PICKED, Random};
use poolsmith::yaml::{emit_document, verify};
use serde_json::{Map, Number, Value, json};
use std::io::{Error, Write as _};
use std::process::{Command, Stdio};
use std::{fs, thread};

const GENERATED: usize = 50_000;
/// PyYAML's pure loader reads some 100 KB a second, so it gets every hand-picked string and a part of
/// the generated ones.
const FOR_THE_PURE_LOADER: usize = 30;

/// Reads YAML texts from a JSON list on stdin and prints what they hold as a JSON list.
const PYTHON: &str = r#"
import json, sys, yaml
which = sys.argv[1]
loader = getattr(yaml, "CSafeLoader", None) if which == "c" else yaml.SafeLoader
if loader is None:
    sys.exit("no C loader")
read = []
for text in json.load(sys.stdin):
    try:
        read.append(yaml.load(text, loader))
    except Exception as error:
        read.append("cannot be read: %s" % error)
json.dump(read, sys.stdout, default=repr)
"#;

#[test]
fn no_reader_takes_what_we_emit_for_anything_else() {
    let documents = documents();
    let texts: Vec<String> =
        documents.iter().map(|document| emit_document(&document.clone().into()).unwrap()).collect();
    for (text, document) in texts.iter().zip(&documents) {
        assert_eq!(verify(text, &document.clone().into()), Ok(()), "{text}");
    }
    thread::scope(|scope| {
        let readers = [
            ("kubectl", scope.spawn(|| kubectl(&texts)), documents.len()),
            ("PyYAML, libyaml", scope.spawn(|| python(&texts, "c")), documents.len()),
            ("PyYAML", scope.spawn(|| python(&texts[..FOR_THE_PURE_LOADER], "pure")), FOR_THE_PURE_LOADER),
        ];
        for (name, reader, count) in readers {
            let Some(read) = available(name, reader.join().expect("the reader's thread ends")) else {
                continue;
            };
            assert_eq!(read.len(), count, "{name}");
            let misread = misread(&documents[..count], &read);
            assert!(
                misread.is_empty(),
                "{name} misreads {}: {:#?}",
                misread.len(),
                &misread[..misread.len().min(20)]
            );
        }
    });
}

/// Why there is an emitter of our own: what the usual one writes is taken for something else.
#[test]
fn the_usual_emitter_is_misread() {
    // One document a string and place, since some texts cannot be read at all.
    let as_value = HAND_PICKED.iter().map(|text| json!({"values": {"k": text}}));
    let as_key = HAND_PICKED.iter().map(|text| json!({"values": {*text: "v"}}));
    let documents: Vec<Value> =
        as_value.chain(as_key).enumerate().map(|(i, object)| identified(i, object)).collect();
    let usual: Vec<String> =
        documents.iter().map(|document| serde_yaml::to_string(document).unwrap()).collect();
    let ours: Vec<String> =
        documents.iter().map(|document| emit_document(&document.clone().into()).unwrap()).collect();
    let count = |texts: &[String]| {
        let read = available("kubectl", kubectl(texts))?;
        let (values, keys) = documents.split_at(HAND_PICKED.len());
        let (read_values, read_keys) = read.split_at(HAND_PICKED.len());
        Some((misread(values, read_values).len(), misread(keys, read_keys).len()))
    };
    if let (Some(usual), Some(ours)) = (count(&usual), count(&ours)) {
        println!(
            "of {} strings kubectl misreads, as value and as key: {usual:?} by serde_yaml's emitter, {ours:?} by ours",
            HAND_PICKED.len()
        );
        assert!(usual.0 > 0 && usual.1 > 0);
        assert_eq!(ours, (0, 0));
    }
}

/// Every hand-picked string as value, key and list item, then the generated ones and names, each with numbers.
fn documents() -> Vec<Value> {
    let mut random = Random::new();
    let picked: Vec<String> = HAND_PICKED.iter().map(|&text| text.to_owned()).collect();
    let mut groups = vec![picked, long_strings()];
    groups.push((0..2_000).map(|_| random.name()).collect());
    groups.extend((0..GENERATED / 125).map(|_| (0..125).map(|_| random.text()).collect()));
    groups.extend((0..GENERATED / 125).map(|_| (0..125).map(|_| random.name()).collect()));
    groups.iter().enumerate().map(|(i, strings)| identified(i, holding(strings))).collect()
}

/// A document that has each of `strings` in each kind of place, and a few numbers.
fn holding(strings: &[String]) -> Value {
    let map: Map<String, Value> =
        strings.iter().zip(strings.iter().rev()).map(|(key, value)| (key.clone(), json!(value))).collect();
    let maps: Map<String, Value> =
        strings.iter().step_by(9).map(|key| (key.clone(), json!([{ key: { key: key } }, [[key]]]))).collect();
    json!({"values": {"list": strings, "map": map, "maps": maps, "numbers": numbers()}})
}

fn identified(index: usize, mut object: Value) -> Value {
    object["apiVersion"] = json!("poolsmith.dev/v1");
    object["kind"] = json!("Readers");
    object["metadata"] = json!({"name": format!("n{index}")});
    object
}

/// Around the limit for keys in the short form (1,024 characters), and far beyond.
fn long_strings() -> Vec<String> {
    let mut strings: Vec<String> = [998, 999, 1000, 1001, 1022, 1023, 1024, 1025, 1026, 10_240]
        .iter()
        .flat_map(|&length| ["k", "é", "\u{1}", "#"].map(|unit| unit.repeat(length)))
        .collect();
    strings.push("lorem ipsum ".repeat(900));
    strings.push("lorem ipsum\n".repeat(900));
    strings
}

fn numbers() -> Vec<Value> {
    let integers = [0, 1, -1, 7, 10, 644, 0o644, i64::MIN, i64::MAX, i64::MIN + 1, 1 << 53, (1 << 53) + 1];
    let decimals = [
        0.0,
        1.0,
        -1.5,
        0.1,
        100.0,
        1e15,
        1e16,
        1e21,
        1.5e300,
        f64::MAX,
        1e-7,
        -2.5e-10,
        5e-324,
        123_456_789.125,
        0.300_000_000_000_000_04,
    ];
    let decimals = decimals.into_iter().map(|float| Value::Number(Number::from_f64(float).unwrap()));
    integers.into_iter().map(Value::from).chain(decimals).collect()
}

/// What each text holds to kubectl, in the order given; text that says so where it cannot be read.
fn kubectl(texts: &[String]) -> Result<Vec<Value>, Error> {
    let folder = tempfile::tempdir()?;
    for (i, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{i:06}.yaml")), text)?;
    }
    let output = Command::new("kubectl")
        .args(["annotate", "--local", "--output=json", "added=by-kubectl", "--filename"])
        .arg(folder.path())
        .output()?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    let mut read = vec![json!("cannot be read"); texts.len()];
    if output.stdout.is_empty() && !texts.is_empty() {
        return Err(Error::other(complaints.into_owned()));
    }
    for object in serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
        let mut object = object.map_err(Error::other)?;
        let metadata = object["metadata"].as_object_mut().ok_or_else(|| Error::other("no metadata"))?;
        metadata.remove("annotations");
        let name = metadata["name"].as_str().and_then(|name| name.strip_prefix('n')).unwrap_or_default();
        let index: usize = name.parse().map_err(Error::other)?;
        read[index] = object;
    }
    Ok(read)
}

fn python(texts: &[String], loader: &str) -> Result<Vec<Value>, Error> {
    let mut child = Command::new("python3")
        .args(["-c", PYTHON, loader])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or_else(|| Error::other("no stdin"))?;
    // Python reads all of it before it writes.
    let sent = stdin.write_all(&serde_json::to_vec(texts)?);
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    sent?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a reader read, or none with a printed line where it is missing and may be.
fn available(name: &str, read: Result<Vec<Value>, Error>) -> Option<Vec<Value>> {
    match read {
        Ok(read) => Some(read),
        Err(error) if std::env::var_os("CI").is_some() => panic!("{name} must be there in CI: {error}"),
        Err(error) => {
            println!("skipped: {name}: {error}");
            None
        }
    }
}

/// What differs, document by document.
fn misread(expected: &[Value], read: &[Value]) -> Vec<String> {
    let mut differences = Vec::new();
    for (expected, read) in expected.iter().zip(read) {
        compare(expected, read, &mut differences);
    }
    differences
}

/// Compares without regard to the order of keys; numbers by value, since JSON has no decimals.
fn compare(expected: &Value, read: &Value, differences: &mut Vec<String>) {
    match (expected, read) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            for (key, value) in a {
                match b.get(key) {
                    Some(other) => compare(value, other, differences),
                    None => differences.push(format!("key {key:?} is lost")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).for_each(|(a, b)| compare(a, b, differences));
        }
        (Value::Number(a), Value::Number(b)) if !(a.is_i64() && b.is_i64()) && a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        (a, b) => differences.push(format!("{a:.200} became {b:.200}")),
    }
}
