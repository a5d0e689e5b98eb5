//! Placeholders that were not filled in.

use crate::diag::{Finding, Findings};
use crate::spec::rules;
use crate::yaml::{Node, Value};

/// The placeholder in a text, if there is one: `<infra_id>`, `${X}`, `$(X)`, `{{ x }}`, `INFRANAME`,
/// `REPLACE_ME`, `CHANGEME`, `CLUSTERID`.
pub fn placeholder(text: &str) -> Option<&str> {
    if !has_sign_of_placeholder(text) {
        return None;
    }
    bracketed(text, "${", '}')
        .or_else(|| bracketed(text, "$(", ')'))
        .or_else(|| bracketed(text, "{{", '}'))
        .or_else(|| angled(text))
        .or_else(|| word(text))
}

/// Whether a text has one of the signs without which there is no placeholder, two capitals in a row among
/// them; hardly any other text does.
pub fn has_sign_of_placeholder(text: &str) -> bool {
    let mut after_capital = false;
    text.bytes().any(|byte| {
        let capital = byte.is_ascii_uppercase();
        let sign = matches!(byte, b'$' | b'{' | b'<' | b'_') || capital && after_capital;
        after_capital = capital;
        sign
    })
}

fn bracketed<'a>(text: &'a str, open: &str, close: char) -> Option<&'a str> {
    let start = text.find(open)?;
    let end = text[start..].find(close)?;
    Some(&text[start..=start + end])
}

fn angled(text: &str) -> Option<&str> {
    let start = text.find('<')?;
    let end = start + text[start..].find('>')?;
    let inside = &text[start + 1..end];
    // `<infra_id>` and `<your role>`, but not `a < b and c > d`.
    let is_name = inside.starts_with(|c: char| c.is_ascii_alphanumeric())
        && inside.ends_with(|c: char| c.is_ascii_alphanumeric())
        && inside.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | '/'));
    is_name.then(|| &text[start..=end])
}

fn word(text: &str) -> Option<&str> {
    const WHOLE: [&str; 6] =
        ["INFRANAME", "INFRA_ID", "INFRAID", "CLUSTERID", "CLUSTER_ID", "infrastructure_id"];
    const BEGINNING: [&str; 5] = ["REPLACE_", "REPLACE-", "REPLACEME", "CHANGEME", "CHANGE_ME"];
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.find(|c: char| c.is_ascii_alphanumeric())?;
        let tail = &rest[start..];
        let length = tail.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(tail.len());
        let token = &tail[..length];
        if WHOLE.contains(&token) || BEGINNING.iter().any(|begin| tail.starts_with(begin)) {
            return Some(token);
        }
        rest = &tail[length..];
    }
    None
}

/// Reports every placeholder in a tree, keys included.
pub fn placeholders(node: &Node, findings: &mut Findings) {
    match &node.value {
        Value::Str(text) => {
            if let Some(found) = placeholder(text) {
                findings.push(
                    Finding::new(
                        &rules::PLACEHOLDER,
                        format!("the placeholder `{found}` is still in `{text}`"),
                    )
                    .at(node.position)
                    .help("write the real value"),
                );
            }
        }
        Value::Seq(items) => items.iter().for_each(|item| placeholders(item, findings)),
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Some(found) = placeholder(&key.name) {
                    findings.push(
                        Finding::new(
                            &rules::PLACEHOLDER,
                            format!("the placeholder `{found}` is still in the key `{}`", key.name),
                        )
                        .at(key.position)
                        .help("write the real key"),
                    );
                }
                placeholders(value, findings);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn what_people_forget_to_fill_in_is_found() {
        for text in [
            "<infra_id>",
            "a-${X}-b",
            "{{ infraID }}",
            "INFRANAME-worker",
            "REPLACE_ME",
            "REPLACEME-worker-profile",
            "x-CLUSTERID",
        ] {
            assert!(placeholder(text).is_some(), "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in
            ["prod-7kx2p", "a < b", "ami-0123456789abcdef0", "replace-me-not-really", "<>", "$5", "->"]
        {
            assert!(placeholder(text).is_none(), "{text}");
        }
    }
}
