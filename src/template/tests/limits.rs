//! What a template may cost, and that nothing in it can exhaust the machine or the stack.

use super::*;

#[test]
fn bombs_are_stopped() {
    let started = std::time::Instant::now();
    let grow = " | replace('a', 'aaaaaaaaaaaaaaaa')".repeat(12);
    for scalar in [
        format!("{{{{ 'a'{grow} }}}}"),
        format!("x {{{{ 'a'{grow} | length }}}}"),
        format!("{{{{ ['a', 'a']{} | length }}}}", " | join('aaaa')".repeat(3) + &grow),
        format!("{{{{ {} }}}}", "'abcdefgh' + ".repeat(20_000) + "'a'"),
    ] {
        let (code, _, message) = refusal(&scalar);
        assert!(matches!(code, "SRC043" | "SRC040"), "{scalar:.60}: {message}");
        assert!(message.len() < 200, "{message}");
    }
    // Nothing repeats a list or a text.
    for scalar in
        ["{{ [1] * 100000000 }}", "{{ 2 in [1] * 100000000 }}", "{{ 'a' * 100000000 }}", "{{ 2 ** 200 }}"]
    {
        assert_eq!(refusal(scalar).0, "SRC040", "{scalar}");
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn the_budget_holds_for_the_sum() {
    let many = json!(vec!["{{ weird | replace('a', weird) | replace('b', weird) | length }}"; 50]);
    assert!(rendered(many.clone()).is_some());
    let with = |budget: Budget| {
        let (node, source) = template(&many);
        let mut findings = Findings::new();
        let mut budget = budget;
        let result = super::super::render(&node, &source, &context(), &mut budget, &mut findings);
        let codes: Vec<_> = findings.iter().map(|finding| finding.rule.code).collect();
        (result.is_ok(), codes)
    };
    assert_eq!(with(Budget { fuel: 100, ..Budget::default() }), (false, vec!["SRC043"]));
    assert_eq!(with(Budget { values: 20, ..Budget::default() }), (false, vec!["SRC043"]));
    assert_eq!(with(Budget { fuel: 0, values: 0, bytes: 0 }), (false, vec!["SRC043"]));
    let mut budget = Budget::default();
    let (node, source) = template(&json!({"a": "constant", "b": ["{{ env }}"]}));
    let template = Template::compile(&node, &source, &mut Findings::new()).unwrap();
    let before = budget.clone();
    template.render(&context(), &mut budget, &mut Findings::new()).unwrap();
    assert_eq!(before.values - budget.values, 4);
    assert!(budget.fuel < before.fuel && budget.fuel > before.fuel - 20);
}

#[test]
fn failing_expressions_are_charged() {
    let findings = refused(json!(vec!["{{ nope.x }}"; 1000]));
    assert_eq!(findings.len(), 201);
    assert_eq!(findings.last().unwrap().0, "SRC043");
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| (0..depth).fold(json!("{{ env }}"), |inner, _| json!([inner]));
    assert!(rendered(deep(99)).is_some());
    assert_eq!(refused(deep(200))[0].0, "SRC043");
    let nested = format!("{{{{ {}1{} }}}}", "[".repeat(70), "]".repeat(70));
    assert_eq!(refusal(&nested).0, "SRC043");
    let nested = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(refusal(&nested).0, "SRC043");
}

#[test]
fn the_length_of_an_expression_is_bounded_however_it_is_written() {
    let chain = |terms: usize| vec!["count == 3"; terms].join(" and ");
    assert_eq!(value(&format!("{{{{ {} }}}}", chain(68))), json!(true));
    assert_eq!(refusal(&format!("{{{{ {} }}}}", chain(50_000))).0, "SRC043");
    assert_eq!(refusal(&format!("x {{{{ {} }}}}", chain(50_000))).0, "SRC043");
    for condition in [chain(50_000), format!("{{{{ {} }}}}", chain(50_000))] {
        assert_eq!(refused(json!({"$if": condition, "a": 1}))[0].0, "SRC043");
    }
}

#[test]
fn the_longest_expression_is_never_too_deep_for_the_stack() {
    let fill = |unit: &str, end: &str| format!("{}{end}", unit.repeat((1024 - end.len()) / unit.len()));
    for expression in [
        fill("-", "1"),
        fill("not ", "yes"),
        fill("1+", "1"),
        fill("(", "1"),
        fill("[", "1"),
        fill("{1:", "1"),
        fill("1 if yes else ", "1"),
        fill("a.", "b"),
        fill("a[", "b"),
        fill("a(", "b"),
        fill("1<", "1"),
        fill("1 in ", "1"),
        fill("yes and ", "yes"),
        format!("1{}", "|int".repeat(255)),
        format!("1{}", " is none".repeat(127)),
        format!("taints{}", "[0:]".repeat(250)),
    ] {
        let (node, source) = template(&json!([format!("{{{{ {expression} }}}}"), {"$if": expression}]));
        let mut findings = Findings::new();
        _ = super::super::render(&node, &source, &context(), &mut Budget::default(), &mut findings);
    }
}
