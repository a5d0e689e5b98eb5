use super::super::Value;
use super::*;

fn read(text: &str) -> (Option<Vec<Node>>, Vec<Finding>) {
    let mut findings = Findings::new();
    let documents = parse(text, FileId(3), &Limits::default(), &mut findings);
    (documents, findings.into_iter().collect())
}

fn good(text: &str) -> Node {
    let (documents, findings) = read(text);
    assert!(findings.is_empty(), "{text:?}: {findings:?}");
    let mut documents = documents.unwrap();
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

/// `CODE line:column` of each finding.
fn faults(text: &str) -> Vec<String> {
    read(text).1.iter().map(fault).collect()
}

fn fault(finding: &Finding) -> String {
    let place = finding.primary.as_ref().unwrap().position;
    assert_eq!(place.file, FileId(3));
    format!("{} {}:{}", finding.rule.code, place.line, place.column)
}

/// Line, column and source text of the value at `path`.
fn place<'t>(text: &'t str, path: &[&str]) -> (u32, u32, &'t str) {
    shown(text, good(text).find(path).unwrap().position)
}

fn shown(text: &str, position: Position) -> (u32, u32, &str) {
    (position.line, position.column, &text[position.start as usize..position.end as usize])
}

#[test]
fn an_empty_file_has_no_documents() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n# nothing\n---\n...\n", "\u{feff}"] {
        let (documents, findings) = read(text);
        assert!(documents.unwrap().is_empty(), "{text:?}");
        assert!(findings.is_empty());
    }
}

#[test]
fn values_have_their_types() {
    let node =
        good("a: [1, -2, 4.20, true, ~, null, text, \"3\", '4', , {b: }]\n".replace(", ,", ",").as_str());
    assert_eq!(node.to_json().to_string(), r#"{"a":[1,-2,4.2,true,null,null,"text","3","4",{"b":null}]}"#);
    assert_eq!(node.find(&["a", "2"]).unwrap().raw.as_deref(), Some("4.20"));
    assert!(node.find(&["a", "6"]).unwrap().plain);
    assert!(!node.find(&["a", "7"]).unwrap().plain);
}

#[test]
fn positions_count_characters_and_ranges_count_bytes() {
    let text = "ä: {ö: \"ü\", x: z}\nb: 漢字 # c\nc: z\n";
    assert_eq!(place(text, &["ä", "ö"]), (1, 8, "\"ü\""));
    assert_eq!(place(text, &["ä", "x"]), (1, 16, "z"));
    assert_eq!(place(text, &["b"]), (2, 4, "漢字"));
    assert_eq!(place(text, &["c"]), (3, 4, "z"));
    assert_eq!(place(text, &["ä"]), (1, 4, "{ö: \"ü\", x: z}"));
    assert_eq!(shown(text, good(text).locate_key(&["c"])), (3, 1, "c"));
}

#[test]
fn positions_hold_after_a_byte_order_mark_and_with_windows_lines() {
    let text = "\u{feff}a: 'é'\r\nb:\r\n  - x\r\n  - \"y\"\r\n";
    assert_eq!(place(text, &["a"]), (1, 4, "'é'"));
    assert_eq!(shown(text, good(text).locate_key(&["a"])), (1, 1, "a"));
    assert_eq!(place(text, &["b", "0"]), (3, 5, "x"));
    assert_eq!(place(text, &["b", "1"]), (4, 5, "\"y\""));
    assert_eq!(place(text, &["b"]), (3, 3, "- x\r\n  - \"y\""));
}

#[test]
fn a_quoted_scalar_over_several_lines_has_its_quotes() {
    let text = "a: \"one\n  two\"\nb: three\n  four\n";
    assert_eq!(place(text, &["a"]), (1, 4, "\"one\n  two\""));
    assert_eq!(place(text, &["b"]), (3, 4, "three\n  four"));
}

#[test]
fn a_block_scalar_starts_at_its_header() {
    let text = "é: # a | b\n  &x !!str |-  # c > d\n  one\n\n  two\nb:\n- >2+\n    x\n\nc: |\n\n\nd: 1\n";
    assert_eq!(place(text, &["é"]), (2, 12, "|-  # c > d\n  one\n\n  two"));
    assert_eq!(place(text, &["b", "0"]), (7, 3, ">2+\n    x"));
    assert_eq!(place(text, &["c"]).0, 10);
    assert_eq!(place(text, &["d"]), (13, 4, "1"));
    let text = "a: |\r\n  x\r\nb: >\r\n  y\r\n";
    assert_eq!(place(text, &["a"]), (1, 4, "|\r\n  x"));
    assert_eq!(place(text, &["b"]), (3, 4, ">\r\n  y"));
}

#[test]
fn a_missing_value_stands_behind_its_key() {
    let text = "a:\nb: ~\n";
    assert_eq!(place(text, &["a"]), (1, 2, ""));
    assert_eq!(place(text, &["b"]), (2, 4, "~"));
}

#[test]
fn a_duplicate_key_names_both_lines() {
    let text = "a: 1\nb:\n  c: 1\n  \"c\": 2\na: 3\n";
    let (documents, findings) = read(text);
    assert_eq!(findings.iter().map(fault).collect::<Vec<_>>(), ["SRC002 4:3", "SRC002 5:1"]);
    assert_eq!(findings[1].message, "the key `a` is given in line 1 and again in line 5");
    assert_eq!(findings[1].related[0].position.line, 1);
    assert_eq!(documents.unwrap()[0].to_json().to_string(), r#"{"a":1,"b":{"c":1}}"#);
    let large: String = (0..100).chain([57]).map(|i| format!("k{i}: x\n")).collect();
    assert_eq!(faults(&large), ["SRC002 101:1"]);
}

#[test]
fn an_ambiguous_scalar_is_refused_with_its_quoted_form() {
    let (documents, findings) = read("a: yes\nb: 0123\non: \"on\"\nc: 'no'\n");
    let found: Vec<String> = findings.iter().map(fault).collect();
    assert_eq!(found, ["SRC003 1:4", "SRC003 2:4", "SRC003 3:1"]);
    let help = findings[0].help.as_deref().unwrap();
    assert_eq!(help, "write `true` if that is meant, or \"yes\", in quotes, if it is text");
    let help = findings[1].help.as_deref().unwrap();
    assert_eq!(help, "write \"0123\", in quotes, if it is text, or a number in plain decimal digits");
    assert_eq!(documents.unwrap()[0].get("a").unwrap().as_str(), Some("yes"));
}

#[test]
fn tags_of_text_maps_and_lists_are_read_and_others_refused() {
    assert_eq!(
        good("a: !!str 12\nb: !!map {}\nc: !!seq []\n").to_json().to_string(),
        r#"{"a":"12","b":{},"c":[]}"#
    );
    assert_eq!(
        faults("a: !vault x\nb: !!int 3\nc: !Ref {d: e}\ne: ! f\n!k g: h\n"),
        ["SRC004 1:4", "SRC004 2:4", "SRC004 3:4", "SRC004 4:4", "SRC004 5:1"]
    );
}

#[test]
fn keys_are_text() {
    let (documents, findings) = read("1: a\ntrue: b\n[x]: c\n? {y: z}\n: d\ne: f\n4.20: g\n");
    let found: Vec<String> = findings.iter().map(fault).collect();
    assert_eq!(found, ["SRC005 1:1", "SRC005 2:1", "SRC005 3:1", "SRC005 4:3", "SRC005 7:1"]);
    assert_eq!(findings[4].help.as_deref(), Some("write \"4.20\", in quotes"));
    let json = documents.unwrap()[0].to_json().to_string();
    assert_eq!(json, r#"{"1":"a","true":"b","e":"f","4.20":"g"}"#);
    assert_eq!(faults("a: &a b\n*a : c\n"), ["SRC005 2:1"]);
    assert_eq!(faults(": a\n"), ["SRC005 1:1"]);
}

#[test]
fn a_bare_placeholder_is_named_as_one() {
    let (documents, findings) = read("a: {{ .Values.x }}\nb: \"{{ y }}\"\nc: [{{ z }}]\n");
    assert_eq!(findings.iter().map(fault).collect::<Vec<_>>(), ["SRC005 1:4", "SRC005 3:5"]);
    assert_eq!(findings[0].message, "`{{ .Values.x }}` without quotes is a map to YAML, not text");
    assert_eq!(findings[0].help.as_deref(), Some("write \"{{ .Values.x }}\", in quotes"));
    let json = documents.unwrap()[0].to_json().to_string();
    assert_eq!(json, r#"{"a":"{{ .Values.x }}","b":"{{ y }}","c":["{{ z }}"]}"#);
    let (_, findings) = read("a: {{ x }}-y\n");
    assert_eq!(findings.iter().map(fault).collect::<Vec<_>>(), ["SRC005 1:4", "SRC001 1:11"]);
    assert_eq!(findings[0].help.as_deref(), Some("write \"{{ x }}-y\", in quotes"));
    assert_eq!(findings[1].help.as_deref(), Some("put the whole value that holds `{{ … }}` in quotes"));
}

#[test]
fn anchors_and_merges_are_resolved() {
    let node = good(
        "base: &b {x: 1, w: 2}\nmore: &m {w: 3, z: 4}\na:\n  <<: [*b, *m]\n  x: 0\nc: {<<: *m}\nd: *b\n\"<<\": q\n",
    );
    assert_eq!(node.get("a").unwrap().to_json().to_string(), r#"{"x":0,"w":2,"z":4}"#);
    assert_eq!(node.get("c").unwrap().to_json().to_string(), r#"{"w":3,"z":4}"#);
    assert_eq!(node.get("d").unwrap().to_json().to_string(), r#"{"x":1,"w":2}"#);
    assert_eq!(node.get("<<").unwrap().as_str(), Some("q"));
    assert_eq!(node.find(&["a", "w"]).unwrap().position.line, 1);
}

#[test]
fn a_misused_alias_is_refused() {
    assert_eq!(faults("a: *nowhere\n"), ["SRC008 1:4"]);
    assert_eq!(faults("a: &a [*a]\n"), ["SRC008 1:8"]);
    assert_eq!(faults("a: {<<: 1}\nb: &b [x]\nc: {<<: *b}\n"), ["SRC008 1:9", "SRC008 2:8"]);
    assert_eq!(faults("a: &a {}\nb:\n  <<: *a\n  <<: *a\n"), ["SRC002 4:3"]);
    assert_eq!(faults("a: &a 1\n---\nb: *a\n"), ["SRC008 3:4"]);
}

#[test]
fn aliases_are_paid_for() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let (documents, findings) = read(&bomb);
    assert!(documents.is_none());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "the file has more than 200000 nodes, aliases expanded");
}

#[test]
fn depth_counts_through_aliases() {
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    assert_eq!(faults(&deep), ["SRC006 1:66"]);
    let block: String = (0..70).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert_eq!(faults(&block).len(), 1);
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..80 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let (documents, findings) = read(&chain);
    assert!(documents.is_none());
    assert_eq!(findings[0].message, "maps and lists are nested more than 64 deep");
}

#[test]
fn sizes_are_bounded() {
    let limits = Limits { bytes: 20, nodes: 10, depth: 3, documents: 2 };
    let refused = |text: &str| {
        let mut findings = Findings::new();
        let documents = parse(text, FileId(3), &limits, &mut findings);
        documents.is_none().then(|| findings.into_iter().map(|f| f.message).collect::<Vec<_>>())
    };
    assert_eq!(refused("a: 1"), None);
    assert_eq!(
        refused("a: 123456789012345678").unwrap(),
        ["the file has 21 bytes, more than the 20 that are read"]
    );
    assert_eq!(
        refused("[1,2,3,4,5,6,7,8,9,0]"),
        Some(vec!["the file has 21 bytes, more than the 20 that are read".to_owned()])
    );
    assert_eq!(refused("[1,2,3,4,5,6,7,8,9]"), None);
    assert_eq!(refused("[,1,2,3,4,5,6,7,8,9]").unwrap().len(), 1);
    assert_eq!(refused("--- a\n--- b\n--- c").unwrap(), ["the file has more than 2 documents"]);
}

#[test]
fn a_syntax_error_has_its_place_and_the_next_document_is_read() {
    let (documents, findings) = read("a: [1\n---\nb: yes\n---\nc: 'x\n");
    assert!(documents.is_none());
    assert_eq!(findings.iter().map(fault).collect::<Vec<_>>(), ["SRC001 1:4", "SRC003 3:4", "SRC001 5:4"]);
    assert_eq!(faults("é: b: c\n"), ["SRC001 1:5"]);
    assert_eq!(faults("a: @b\n"), ["SRC001 1:4"]);
    assert_eq!(faults("a:\n\tb: c\n").len(), 1);
}

#[test]
fn one_document_is_exactly_one() {
    let one = |text: &str| {
        let mut findings = Findings::new();
        let node = parse_one(text, FileId(3), &Limits::default(), &mut findings);
        (node.map(|node| node.to_json().to_string()), findings.iter().map(fault).collect::<Vec<_>>())
    };
    assert_eq!(one("a: 1\n"), (Some(r#"{"a":1}"#.to_owned()), vec![]));
    assert_eq!(one("---\n# x\n---\na: 1\n---\n"), (Some(r#"{"a":1}"#.to_owned()), vec![]));
    assert_eq!(one("# x\n"), (None, vec!["SRC007 0:0".to_owned()]));
    assert_eq!(one("a: 1\n---\n\nb: 2\n"), (None, vec!["SRC007 4:1".to_owned()]));
}

#[test]
fn findings_are_capped() {
    let text: String = (0..5000).map(|i| format!("k{i}: yes\n")).collect();
    assert_eq!(faults(&text).len(), 200);
}

#[test]
fn a_last_line_needs_no_line_break() {
    assert_eq!(good("a: |\n  text").get("a").unwrap().as_str(), Some("text\n"));
    assert!(matches!(good("a").value, Value::Str(_)));
}
