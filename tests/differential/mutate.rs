//! Every change that can be made to one place of a tree, whatever the tree means.

use super::edit::{Change, Edit, Path};
use serde_json::{Value as Json, json};

/// All changes of all places of a tree, the tree itself included, in a fixed order.
pub fn everywhere(tree: &Json) -> Vec<Edit> {
    let mut edits = Vec::new();
    walk(tree, &Vec::new(), &mut edits);
    edits
}

fn walk(value: &Json, path: &Path, edits: &mut Vec<Edit>) {
    let mut add = |path: &Path, change| edits.push(Edit { path: path.clone(), change });
    for other in instead_of(value) {
        add(path, Change::Set(other));
    }
    if let Some(last) = path.last() {
        add(path, Change::Remove);
        if last.parse::<usize>().is_ok() {
            add(path, Change::Repeat);
        } else {
            for name in misspelt(last) {
                add(path, Change::Rename(name));
            }
        }
    }
    let below = |step: String| {
        let mut path = path.clone();
        path.push(step);
        path
    };
    match value {
        Json::Object(map) => {
            add(&below("nobodyKnowsThis".to_owned()), Change::Set(json!("x")));
            for (key, value) in map {
                walk(value, &below(key.clone()), edits);
            }
        }
        Json::Array(list) => {
            for extra in [json!(null), json!({}), json!("x")] {
                add(&below(list.len().to_string()), Change::Set(extra));
            }
            for (index, value) in list.iter().enumerate() {
                walk(value, &below(index.to_string()), edits);
            }
        }
        _ => {}
    }
}

/// Ways in which people write a key wrongly.
fn misspelt(key: &str) -> Vec<String> {
    let mut names = vec![key.to_uppercase(), key.to_lowercase(), format!("{key}s"), format!("{key} ")];
    let mut letters: Vec<char> = key.chars().collect();
    if letters.len() > 2 {
        letters.swap(1, 2);
        names.push(letters.into_iter().collect());
    }
    names.retain(|name| name != key);
    names.dedup();
    names
}

/// What else can stand where `value` stands: other types, empty and odd values, values at the limits.
fn instead_of(value: &Json) -> Vec<Json> {
    let mut others = vec![
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!(true),
        json!("text"),
        json!(7),
        json!(1.5),
        json!([null]),
        json!({"a": "b"}),
        json!([value]),
    ];
    match value {
        Json::String(text) => {
            others.extend([json!(" "), json!("a b"), json!("-"), json!("é\u{2028}"), json!("x".repeat(64))]);
            others.extend([
                json!("x".repeat(254)),
                json!("y".repeat(2048)),
                json!("a/b"),
                json!("123"),
                json!("false"),
            ]);
            let first = text.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            let rest: String = text.chars().skip(1).collect();
            others.extend([json!(text.to_uppercase()), json!(first + &rest), json!(format!("{text} "))]);
            others.extend([
                json!(format!(" {text}")),
                json!(format!("{text}x")),
                json!(format!("-{text}")),
                json!(rest),
            ]);
        }
        Json::Number(number) => {
            others.extend(
                [0, 1, -1, 2, i64::from(i32::MAX), i64::from(i32::MIN), i64::MAX, i64::MIN].map(Json::from),
            );
            others.extend([json!(i64::from(i32::MAX) + 1), json!(i64::from(i32::MIN) - 1), json!(u32::MAX)]);
            others.extend([
                json!(u64::MAX),
                json!(1e30),
                json!(number.to_string()),
                json!(format!("{number}%")),
            ]);
            if let Some(number) = number.as_i64() {
                others.extend([number.saturating_add(1), number.saturating_sub(1), -number].map(Json::from));
            }
        }
        Json::Bool(flag) => others.extend([json!(!flag), json!(flag.to_string()), json!("yes"), json!(0)]),
        Json::Array(list) => {
            let times =
                |count: usize| -> Json { list.iter().cycle().take(list.len() * count).cloned().collect() };
            others.extend([json!(list.iter().rev().collect::<Vec<_>>()), times(2), times(51)]);
            others.extend(list.first().cloned());
        }
        Json::Object(map) => others.extend(map.values().next().cloned()),
        Json::Null => {}
    }
    let mut unlike: Vec<Json> = Vec::with_capacity(others.len());
    for other in others {
        if other != *value && !unlike.contains(&other) {
            unlike.push(other);
        }
    }
    unlike
}
