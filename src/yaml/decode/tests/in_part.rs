use super::*;

/// What decoding in part gives: the value, the faults, and where it has holes.
fn in_part<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<String>, Vec<String>) {
    let mut findings = Findings::new();
    let mut node = parse_one(text, FileId(0), &Limits::default(), &mut Findings::new()).unwrap();
    let decoded = decode_in_part::<T>(&mut node, &mut findings, &rules());
    let told = findings.into_iter().map(|finding| {
        format!("{} {}", finding.rule.code, finding.fix.map(|fix| fix.title).unwrap_or_default())
    });
    let holes = decoded.holes.iter().map(|hole| hole.path.join("."));
    (decoded.value, told.collect(), holes.collect())
}

#[test]
fn what_is_certain_is_put_right_and_the_rest_leaves_a_hole() {
    let (spec, told, holes) = in_part::<Spec>(
        "api_version: x\napiVersion: v1\ncluster: {name: a, infra_id: b, version: 4.20}\npools: {}\n",
    );
    assert_eq!(told, ["TST001 rename `infra_id` to `infraID`", "TST003 put `4.20` in quotes", "TST001 "]);
    assert_eq!((holes, spec.unwrap().cluster.version.as_deref()), (vec![], Some("4.20")));
    let (spec, told, holes) =
        in_part::<Spec>("apiVersion: v1\ncluster: {name: a, version: {}, ratio: high}\n");
    assert_eq!(told, ["TST003 ", "TST003 ", "TST002 "]);
    assert_eq!(holes, ["cluster.version", "cluster.ratio", "cluster.infraID"]);
    assert_eq!(spec.unwrap().cluster.name, "a");
}

#[test]
fn a_sound_value_has_neither_repairs_nor_holes() {
    let mut node = parse_one("{a: 1}", FileId(0), &Limits::default(), &mut Findings::new()).unwrap();
    let decoded = decode_in_part::<BTreeMap<String, u8>>(&mut node, &mut Findings::new(), &rules());
    assert!(decoded.flawless && decoded.holes.is_empty());
    assert_eq!(decoded.value.unwrap()["a"], 1);
}

#[test]
fn an_ambiguous_scalar_is_not_told_twice() {
    let mut sources = crate::diag::Sources::default();
    let text = "- yes\n- true\n";
    let file = sources.add("a.yaml", text);
    let mut findings = Findings::new();
    let node = parse_one(text, file, &Limits::default(), &mut findings).unwrap();
    let read = findings.clone().into_sorted(&sources);
    assert_eq!((read.len(), read[0].fix.is_some()), (1, false), "nobody knows yet what it is to be");
    assert_eq!(decode::<Vec<bool>>(&node, &mut findings, &rules()), None);
    let decoded = findings.into_sorted(&sources);
    assert_eq!(decoded.len(), 1);
    assert_eq!(decoded[0].fix.as_ref().unwrap().title, "write `true`");
    assert_eq!(decoded[0].message, read[0].message);
}
