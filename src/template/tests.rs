//! The template language, case by case.

mod limits;

use super::{Budget, Context, Template, rules};
use crate::diag::{Findings, Page, Section};
use crate::json::{Value as Json, json};
use crate::yaml::{self, FileId, Key, Limits, Node, Position, Value};

/// A template in the shape of `template`, every text of it double-quoted on a line of its own.
fn template(template: &Json) -> (Node, String) {
    let mut source = String::new();
    let mut line = 1;
    let node = node(template, &mut source, &mut line);
    (node, source)
}

fn node(value: &Json, source: &mut String, line: &mut u32) -> Node {
    let start = u32::try_from(source.len()).unwrap();
    let at = |line: u32, source: &str| Position {
        line,
        column: 1,
        start,
        end: u32::try_from(source.len()).unwrap(),
        ..Position::default()
    };
    let (plain, value) = match value {
        Json::Null => (true, Value::Null),
        Json::Bool(value) => (true, Value::Bool(*value)),
        Json::Number(value) => (true, value.as_i64().map_or(Value::Float(0.5), Value::Int)),
        Json::String(text) => {
            source.push_str(&value.to_string());
            let node = Node::new(at(*line, source), Value::Str(text.as_str().into()));
            source.push('\n');
            *line += 1;
            return node;
        }
        Json::Array(items) => {
            (false, Value::Seq(items.iter().map(|item| node(item, source, line)).collect()))
        }
        Json::Object(entries) => {
            let mut nodes = Vec::new();
            for (name, value) in entries {
                let key = Key { name: name.as_str().into(), position: at(*line, source) };
                nodes.push((key, node(value, source, line)));
            }
            (false, Value::Map(nodes))
        }
    };
    Node { plain, ..Node::new(at(*line, source), value) }
}

fn context() -> Context {
    Context::new(&json!({
        "env": "prod",
        "yes": true,
        "nothing": null,
        "count": 3,
        "half": 0.5,
        "huge": 1e21,
        "unsigned": u64::MAX,
        "taints": [{"key": "nvidia.com/gpu", "value": null}, {"key": "x", "value": "no"}],
        "driver": {"version": "550.10", "enabled": true, "repository": null},
        "weird": "a: b\n- \"c\" #{{ env }}",
        "empty": [],
    }))
}

fn rendered(shape: Json) -> Option<Json> {
    let (node, source) = template(&shape);
    let mut findings = Findings::new();
    let value = super::render(&node, &source, &context(), &mut Budget::default(), &mut findings);
    value.unwrap_or_else(|_| panic!("{shape}: {findings:?}"))
}

/// Code, line, column and message of each finding.
fn refused(shape: Json) -> Vec<(&'static str, u32, u32, String)> {
    let (node, source) = template(&shape);
    let mut findings = Findings::new();
    let value = super::render(&node, &source, &context(), &mut Budget::default(), &mut findings);
    assert!(value.is_err(), "{shape} gives {value:?}");
    assert!(findings.has_errors());
    let said = |finding: &crate::diag::Finding| {
        let position = finding.primary.as_ref().map(|label| label.position).unwrap_or_default();
        (finding.rule.code, position.line, position.column, finding.message.clone())
    };
    findings.iter().map(said).collect()
}

fn refusal(scalar: &str) -> (&'static str, u32, String) {
    let mut all = refused(json!([scalar]));
    assert_eq!(all.len(), 1, "{all:?}");
    let (code, _, column, message) = all.remove(0);
    (code, column, message)
}

fn value(scalar: &str) -> Json {
    rendered(json!([scalar])).unwrap()[0].clone()
}

#[test]
fn an_expression_alone_keeps_its_type() {
    for (scalar, expected) in [
        ("{{ env }}", json!("prod")),
        ("{{ yes }}", json!(true)),
        ("{{ not yes }}", json!(false)),
        ("{{ count }}", json!(3)),
        ("{{ count + 1 }}", json!(4)),
        ("{{ half }}", json!(0.5)),
        ("{{ driver.version }}", json!("550.10")),
        ("{{ driver['version'] }}", json!("550.10")),
        ("{{ taints }}", json!([{"key": "nvidia.com/gpu"}, {"key": "x", "value": "no"}])),
        ("{{ taints[1] }}", json!({"key": "x", "value": "no"})),
        ("{{ taints | map(attribute='key') | list }}", json!(["nvidia.com/gpu", "x"])),
        (
            "{{ taints | selectattr('value', 'none') | map(attribute='key') | join(',') }}",
            json!("nvidia.com/gpu"),
        ),
        ("{{ empty }}", json!([])),
        ("{{ {'b': 1, 'a': {'c': none}} }}", json!({"b": 1, "a": {}})),
        ("{{ 'a' if driver.enabled else 'b' }}", json!("a")),
        ("{{ driver.repository or 'quay.io' }}", json!("quay.io")),
        ("{{ count | string }}", json!("3")),
        ("{{ yes | string }}", json!("true")),
        ("{{ 'key' in taints[0] }}", json!(true)),
        ("{{ weird }}", json!("a: b\n- \"c\" #{{ env }}")),
        ("{{ '}}' }}", json!("}}")),
        ("{{ '{{' }}", json!("{{")),
    ] {
        assert_eq!(value(scalar), expected, "{scalar}");
    }
}

#[test]
fn expressions_inside_text_give_text_and_numbers() {
    assert_eq!(value("cluster-{{ env }}-{{ count }}"), json!("cluster-prod-3"));
    assert_eq!(value("{{ env }}{{ env }}"), json!("prodprod"));
    assert_eq!(value(" {{ env }}"), json!(" prod"));
    assert_eq!(value("{{ half }} {{ huge }}"), json!("0.5 1000000000000000000000.0"));
    assert_eq!(value("x {{ weird }}"), json!("x a: b\n- \"c\" #{{ env }}"));
    assert_eq!(value("no } }} { expression"), json!("no } }} { expression"));
    for scalar in ["x {{ yes }}", "x {{ nothing }}", "x {{ taints }}", "x {{ driver }}"] {
        let (code, column, message) = refusal(scalar);
        assert_eq!((code, column), ("SRC040", 7), "{message}");
    }
}

#[test]
fn null_removes_in_maps_and_lists() {
    let shape = json!({
        "kept": {"gone": null, "also": "{{ nothing }}"},
        "list": ["a", "{{ driver.repository }}", null, ["{{ nothing }}"]],
        "static": {"a": [1, null], "b": null, "c": 0.5},
    });
    assert_eq!(rendered(shape), Some(json!({"kept": {}, "list": ["a", []], "static": {"a": [1], "c": 0.5}})));
    assert_eq!(rendered(json!("{{ nothing }}")), None);
}

#[test]
fn a_condition_drops_its_map() {
    let kept = |condition: &str| rendered(json!({"$if": condition, "a": "{{ env }}"}));
    assert_eq!(kept("{{ yes }}"), Some(json!({"a": "prod"})));
    assert_eq!(kept("yes and count == 3"), Some(json!({"a": "prod"})));
    assert_eq!(kept("{{ not yes }}"), None);
    assert_eq!(kept("env == 'dev'"), None);
    // What is dropped is not evaluated.
    let shape = json!({
        "a": {"x": "{{ driver.repository.name }}", "$if": "driver.repository is not none"},
        "b": [{"$if": "not yes", "y": 1}, {"$if": "yes", "y": 2}],
    });
    assert_eq!(rendered(shape), Some(json!({"b": [{"y": 2}]})));
}

#[test]
fn a_condition_is_true_or_false_and_nothing_else() {
    for (condition, column) in [("{{ count }}", 5), ("taints", 2), ("{{ nothing }}", 5), ("{{ env }}", 5)] {
        let findings = refused(json!({"$if": condition, "a": "{{ nope }}"}));
        assert_eq!((findings[0].0, findings[0].2), ("SRC044", column), "{findings:?}");
        // What it holds is looked at all the same.
        assert_eq!(findings[1].0, "SRC041");
    }
    for shape in
        [json!({"$if": true}), json!({"$if": "a {{ yes }}"}), json!({"$If": "yes"}), json!({"$for": "x"})]
    {
        assert_eq!(refused(shape)[0].0, "SRC044");
    }
    assert_eq!(refused(json!({"$if": "{{ yes"}))[0].0, "SRC040");
    assert_eq!(refused(json!({"$if": "yes +"}))[0].0, "SRC040");
    assert_eq!(refused(json!({"$if": "yse"}))[0].0, "SRC041");
}

#[test]
fn what_does_not_exist_is_an_error_wherever_it_stands() {
    for scalar in [
        "{{ evn }}",
        "{{ driver.versoin }}",
        "{{ driver['versoin'] }}",
        "{{ driver.version.major }}",
        "{{ nothing.x }}",
        "{{ taints[5] }}",
        "{{ taints[5].key }}",
        "{{ [driver.versoin] }}",
        "{{ {'a': {'b': driver.versoin}} }}",
        "{{ taints | map(attribute='effect') | list }}",
        "{{ driver.versoin == 'x' }}",
        "{{ not driver.versoin }}",
        "{{ driver.versoin or 'x' }}",
        "{{ yes and driver.versoin }}",
        "{{ 'a' if driver.versoin else 'b' }}",
        "{{ driver.versoin in taints }}",
        "{{ driver.versoin | length }}",
        "x-{{ driver.versoin }}",
        "{{ 'a' if not yes }}",
        "{{ 'a' if yes }}",
        "{{ ('a' if not yes) == 'b' }}",
        "{{ self }}",
        "{{ loop }}",
    ] {
        let (code, _, message) = refusal(scalar);
        assert_eq!(code, "SRC041", "{scalar}: {message}");
    }
    for scalar in ["{{ driver.versoin is defined }}", "{{ driver.versoin | default('x') }}"] {
        let (code, _, message) = refusal(scalar);
        assert!(matches!(code, "SRC040" | "SRC041"), "{scalar}: {message}");
    }
}

#[test]
fn a_near_name_is_suggested() {
    for (scalar, help) in [
        ("{{ evn }}", Some("write `env`")),
        ("x {{ driver.versoin }}", Some("write `version`")),
        ("{{ not driver.enabeld }}", Some("write `enabled`")),
        ("{{ driver.colour }}", None),
    ] {
        let (node, source) = template(&json!([scalar]));
        let mut findings = Findings::new();
        _ = super::render(&node, &source, &context(), &mut Budget::default(), &mut findings);
        assert_eq!(findings.iter().next().unwrap().help.as_deref(), help, "{scalar}");
    }
}

#[test]
fn faults_are_pointed_at_inside_the_scalar() {
    for (scalar, code, column) in [
        ("{{ env + }}", "SRC040", 9),
        ("abc {{ env | nope }}", "SRC040", 15),
        ("{{ env ~ 'a' }}", "SRC040", 9),
        ("{{ a, b }}", "SRC040", 6),
        ("{{ env }} {{ driver.x }}", "SRC041", 15),
        ("é {{ driver.x.y }}", "SRC041", 13),
        ("\"\n{{ driver.x }}", "SRC041", 9),
        ("{{ count / 0 }}", "SRC040", 5),
        ("{{ env if yes }}", "SRC041", 9),
        ("{{ env", "SRC040", 2),
        ("{{-env }}", "SRC040", 2),
        ("{{ }}", "SRC040", 2),
        ("abc {% if yes %}", "SRC042", 6),
        ("{# env #}", "SRC042", 2),
        ("{{ unsigned }}", "SRC040", 5),
        ("{{ range(3) }}", "SRC040", 5),
        ("{{ driver.items() }}", "SRC040", 11),
        ("{{ env is nope }}", "SRC040", 12),
        ("{{ 2 * 3 }}", "SRC040", 7),
        ("{{ 9223372036854775807 + 1 }}", "SRC040", 5),
        ("{{ {1: 2} }}", "SRC040", 5),
    ] {
        let (found, at, message) = refusal(scalar);
        assert_eq!((found, at), (code, column), "{scalar}: {message}");
    }
}

#[test]
fn all_faults_are_found_at_once() {
    let findings = refused(json!({"a": "{{ x }}", "b": ["{{ y }}", "{{ env }}", "{{ z }}"]}));
    assert_eq!(findings.iter().map(|finding| finding.1).collect::<Vec<_>>(), [1, 2, 4]);
    let findings = refused(json!({"a": "{{ x + }}", "b": ["{% y %}"], "{{ env }}": 1}));
    assert_eq!(findings.iter().map(|finding| finding.0).collect::<Vec<_>>(), ["SRC040", "SRC042", "SRC040"]);
}

#[test]
fn an_expression_cannot_leave_its_brackets() {
    for scalar in ["{{ env], [env }}", "{{ env), (env }}", "{{ env) }}", "{{ (env }}", "{{ env, }}"] {
        assert_eq!(refusal(scalar).0, "SRC040", "{scalar}");
    }
    assert_eq!(value("{{ (1, 2) }}"), json!([1, 2]));
}

#[test]
fn unquoted_scalars_are_constant() {
    let plain = |text: &str| Node { plain: true, ..Node::new(Position::default(), Value::Str(text.into())) };
    let mut findings = Findings::new();
    let mut render = |node| super::render(&node, "", &context(), &mut Budget::default(), &mut findings);
    assert_eq!(render(plain("a } b")), Ok(Some(json!("a } b"))));
    assert!(render(plain("a {{ env }}")).is_err());
}

#[test]
fn a_template_renders_the_same_every_time() {
    let (node, source) =
        template(&json!({"a": "{{ driver }}", "b": ["{{ count }}-{{ env }}"], "c": {"$if": "yes"}}));
    let template = Template::compile(&node, &source, &mut Findings::new()).unwrap();
    let render =
        || template.render(&context(), &mut Budget::default(), &mut Findings::new()).unwrap().unwrap();
    let first = render();
    assert_eq!(first.to_string(), render().to_string());
    assert_eq!(first.to_string(), r#"{"a":{"version":"550.10","enabled":true},"b":["3-prod"],"c":{}}"#);
}

/// What the blocks of a section give: the findings as `CODE file:line:column`.
fn findings_of(section: &Section<'_>) -> Vec<String> {
    let block = section.blocks.iter().find(|block| block.info == "yaml templates/case.yaml").unwrap();
    let mut findings = Findings::new();
    let node = yaml::parse_one(block.text, FileId(0), &Limits::default(), &mut findings).unwrap();
    let context = Context::new(&json!({"cluster": {"name": "prod"}}));
    let result = super::render(&node, block.text, &context, &mut Budget::default(), &mut findings);
    assert_eq!(result.is_err(), findings.has_errors());
    let said = |finding: &crate::diag::Finding| {
        let at = finding.primary.as_ref().unwrap().position;
        format!("{} templates/case.yaml:{}:{}", finding.rule.code, at.line, at.column)
    };
    findings.iter().map(said).collect()
}

#[test]
fn every_rule_has_a_page_with_a_bad_and_a_good_case() {
    for rule in rules::ALL {
        let page = Page::parse(rule.page).unwrap();
        assert_eq!((page.code, page.slug), (rule.code, rule.slug));
        let example = page.section("Example").unwrap();
        let expected = example.blocks.iter().find(|block| block.info == "findings").unwrap();
        assert_eq!(findings_of(example), expected.text.lines().collect::<Vec<_>>(), "{}", rule.code);
        assert_eq!(findings_of(page.section("Instead").unwrap()), [""; 0], "{}", rule.code);
    }
}

#[test]
fn places_are_right_in_a_real_file() {
    let source = "# é\nspec:\n  list:\n  - 'it''s {{ nope }}'\n  - \"\\u00e9\\t{{ nope }}\"\n  text: |\n    {{ nope }}\n  folded: \"a\n    {{ nope }}\"\n";
    let mut findings = Findings::new();
    let node = yaml::parse_one(source, FileId(0), &Limits::default(), &mut findings).unwrap();
    assert!(findings.is_empty());
    let template = Template::compile(&node, source, &mut findings).unwrap();
    template.render(&context(), &mut Budget::default(), &mut findings).unwrap_err();
    let place = |finding: &crate::diag::Finding| {
        let at = finding.primary.as_ref().unwrap().position;
        (at.line, at.column, source[at.start as usize..at.end as usize].to_owned())
    };
    let places: Vec<_> = findings.iter().map(place).collect();
    assert_eq!(places[0], (4, 15, "nope".to_owned()));
    assert_eq!(places[1], (5, 17, "nope".to_owned()));
    // Over several lines it is the scalar itself.
    assert_eq!(places[2..].iter().map(|place| place.0).collect::<Vec<_>>(), [6, 8]);
}

mod random {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_scalar_makes_it_panic(
            scalar in "((\\{\\{|\\}\\}|env|driver|taints|\\.|\\[|\\]|\\(|\\)|,|'|\"| |1|\\||join|if|else|not|é|\\{|\\}|%|:|\\*|-|\n){0,14})",
        ) {
            let (node, source) = template(&json!({"$if": "yes", "k": scalar, "c": {"$if": scalar}}));
            let mut findings = Findings::new();
            let result = crate::template::render(&node, &source, &context(), &mut Budget::default(), &mut findings);
            prop_assert_eq!(result.is_err(), findings.has_errors());
        }
    }
}
