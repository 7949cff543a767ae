use volary_model::{Data, FileId, ProblemKind};

use super::*;

fn read(text: &str) -> (Vec<Value>, Vec<Issue>) {
    parse(FileId(0), text, Dialect::Yaml11)
}

fn good(text: &str) -> Vec<Value> {
    let (documents, issues) = read(text);
    assert_eq!(issues, []);
    documents
}

fn source<'t>(text: &'t str, value: &Value) -> &'t str {
    let span = value.origin.span().unwrap();
    &text[span.start as usize..span.end as usize]
}

#[test]
fn documents_have_values_with_spans() {
    let text = "a: 'x y'\nb:\n  - 1\n  - c: |\n      line\n      two\n\n# end\n---\nd: {e: [f, \"g\"]}\n";
    let documents = good(text);
    assert_eq!(documents.len(), 2);
    let a = documents[0].get("a").unwrap();
    assert_eq!((a.as_text(), source(text, a)), (Some("x y"), "'x y'"));
    let list = documents[0].get("b").unwrap();
    assert_eq!(source(text, list), "- 1\n  - c: |\n      line\n      two");
    let block = list.as_list().unwrap()[1].get("c").unwrap();
    assert_eq!((block.as_text(), source(text, block)), (Some("line\ntwo\n"), "line\n      two"));
    let flow = documents[1].get("d").unwrap();
    assert_eq!(source(text, flow), "{e: [f, \"g\"]}");
    let key = documents[1].as_map().unwrap().entry("d").unwrap().key_span.unwrap();
    assert_eq!(&text[key.start as usize..key.end as usize], "d");
}

#[test]
fn byte_offsets_survive_wide_characters_and_carriage_returns() {
    let text = "ä: ö\r\nb: 'ü'\r\nc:\r\n- é\r\n";
    let documents = good(text);
    assert_eq!(source(text, documents[0].get("ä").unwrap()), "ö");
    assert_eq!(source(text, documents[0].get("b").unwrap()), "'ü'");
    assert_eq!(source(text, &documents[0].get("c").unwrap().as_list().unwrap()[0]), "é");
}

#[test]
fn duplicate_keys_stay_and_the_last_counts() {
    let documents = good("a: 1\na: 2\n");
    assert_eq!(documents[0].as_map().unwrap().len(), 2);
    assert_eq!(documents[0].get("a").and_then(Value::as_number).and_then(|n| n.as_i64()), Some(2));
}

#[test]
fn keys_are_text_as_written() {
    let documents = good("on: 1\n80: 2\n'null': 3\n? [a, b]\n: 4\n");
    let keys: Vec<_> = documents[0].as_map().unwrap().entries().iter().map(|entry| &*entry.key).collect();
    assert_eq!(keys, ["on", "80", "null", "[a, b]"]);
}

#[test]
fn aliases_have_their_own_place_and_their_anchors_behind_it() {
    let text = "a: &x {b: 1}\nc: *x\n";
    let documents = good(text);
    let alias = documents[0].get("c").unwrap();
    assert_eq!(source(text, alias), "*x");
    let from = alias.origin.from.as_ref().unwrap().span().unwrap();
    assert_eq!(&text[from.start as usize..from.end as usize], "{b: 1}");
}

#[test]
fn merge_keys_never_hide_written_ones() {
    let text =
        "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\nw: {<<: *x, a: 9}\nq: {\"<<\": 1}\n";
    let documents = good(text);
    let shown = |key: &str| {
        let map = documents[0].get(key).unwrap().as_map().unwrap();
        let pairs = map.entries().iter().map(|e| format!("{}{}", e.key, e.value.as_number().unwrap()));
        pairs.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown("z"), "a1 b1 c3");
    assert_eq!(shown("w"), "b1 a9");
    assert_eq!(shown("q"), "<<1");
}

#[test]
fn tags_are_kept_and_core_tags_applied() {
    let documents = good("a: !Ref b\nc: !!str 1\nd: !Sub [x]\ne: !!int \"7\"\nf: !GetAtt {g: h}\n");
    let get = |key| documents[0].get(key).unwrap();
    assert_eq!((get("a").as_text(), get("a").tag()), (Some("b"), Some("Ref")));
    assert_eq!((get("c").as_text(), get("c").tag()), (Some("1"), None));
    assert_eq!(get("d").tag(), Some("Sub"));
    assert_eq!(get("e").as_number().and_then(|n| n.as_i64()), Some(7));
    assert_eq!(get("f").tag(), Some("GetAtt"));
}

#[test]
fn empty_documents_and_texts() {
    assert_eq!(good("").len(), 0);
    assert_eq!(good("# only\n").len(), 0);
    let documents = good("---\n---\na: 1\n");
    assert_eq!(documents.len(), 2);
    assert!(documents[0].is_null());
    assert_eq!(good("---\r\na: 1\r\n...\r\n---\r\nb: 2\r\n").len(), 2);
}

#[test]
fn a_broken_document_costs_only_itself() {
    let (documents, issues) = read("a: 1\n---\nb: [1, 2\nc: }\n---\nd: 4\n---\ne: 'x\n---\nf: 6\n");
    let keys: Vec<_> = documents.iter().map(|d| d.as_map().unwrap().entries()[0].key.to_string()).collect();
    assert_eq!(keys, ["a", "d", "f"]);
    assert_eq!(issues.len(), 2);
    assert!(issues.iter().all(|issue| issue.kind == ProblemKind::Syntax && !issue.help.is_empty()));
    let (documents, issues) = read("a: |\n  ---\n  x\nb: @y\n");
    assert_eq!((documents.len(), issues.len()), (0, 1));
}

#[test]
fn an_unknown_alias_is_an_issue_and_an_unknown_value() {
    let (documents, issues) = read("a: *x\nb: 1\n");
    assert_eq!(issues.len(), 1);
    assert!(documents[0].get("a").unwrap().as_unknown().is_some());
    assert!(documents[0].get("b").is_some());
    let (documents, issues) = read("a: &x [*x]\n");
    assert_eq!((documents.len(), issues.len()), (1, 1));
}

#[test]
fn alias_bombs_end_at_the_budget() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let (documents, issues) = read(&text);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].kind, ProblemKind::Limit);
    let mut open = vec![&documents[0]];
    let mut nodes = 0;
    while let Some(value) = open.pop() {
        nodes += 1;
        match &value.data {
            Data::List(list) => open.extend(list.iter()),
            Data::Map(map) => open.extend(map.entries().iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    assert!(nodes < 2 * MAX_EXPANSION, "{nodes}");
    // Merges count too.
    let mut text = String::from("a0: &a0 {k0: 1, l0: 2}\n");
    for level in 1..200 {
        text.push_str(&format!("a{level}: &a{level} {{<<: *a{}, k{level}: *a{}}}\n", level - 1, level - 1));
    }
    let (_, issues) = read(&text);
    assert_eq!(issues.len(), 1);
}

#[test]
fn deep_nesting_is_refused() {
    for text in
        ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000), "a:\n".repeat(2), "? ".repeat(100_000)]
    {
        let (_, issues) = read(&text);
        assert!(text.len() < 10 || !issues.is_empty());
    }
    let deep = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
    let (_, issues) = read(&deep);
    assert_eq!(issues[0].kind, ProblemKind::Limit);
}

#[test]
fn too_many_nodes_stop_the_reading() {
    let (documents, issues) = read(&format!("a: 1\n---\n{}", "- a\n".repeat(MAX_NODES + 10)));
    assert_eq!((documents.len(), issues.len()), (1, 1));
    assert_eq!(issues[0].kind, ProblemKind::Limit);
}

#[test]
fn many_broken_documents_are_read_in_one_go() {
    let (documents, issues) = read(&"---\na: [\n---\nb: 1\n".repeat(2_000));
    assert!(issues.len() <= 50 && !documents.is_empty());
}

/// What the file holds at the places of every byte of a text; `?` where that is not known.
fn written(source: &str, value: &Value) -> String {
    let (text, at) = (value.as_text().unwrap(), value.text_at().unwrap());
    assert_eq!(at.length(), text.len());
    let place = |start: usize, c: char| at.place(start, start + c.len_utf8()).filter(|place| place.verbatim);
    let spans = text.char_indices().map(|(start, c)| place(start, c).map(|place| place.span));
    spans.map(|span| span.map_or("?", |span| &source[span.start as usize..span.end as usize])).collect()
}

#[test]
fn scalars_that_hold_documents_know_where_their_characters_are() {
    let source = concat!(
        "a: |\n    {\n\n      \"x\": \"\u{e9}\"\n    }\n",
        "b: '{\"x\": 1}'\n",
        "c:\n  - |-\n   k: 1\n   l: 2\n",
        "d: |2\n    x: 1\n    y: 2\n",
        "e: \"{\\\"x\\\": 1}\"\n",
        "f: >\n  {\n  }\n",
        "g: '{''x'': 1}'\n",
        "h: word\n",
        "i: |\n  #!/bin/sh\n  ls\n",
        "j: |+\n  [1,\n  2]\n\n",
    );
    let (documents, issues) = parse(FileId(0), source, Dialect::Yaml11);
    assert!(issues.is_empty(), "{issues:?}");
    let map = documents[0].as_map().unwrap();
    for key in ["a", "b", "d", "j"] {
        let value = map.get(key).unwrap();
        assert_eq!(written(source, value), value.as_text().unwrap(), "{key}");
    }
    let inner = &map.get("c").unwrap().as_list().unwrap()[0];
    assert_eq!(written(source, inner), "k: 1\nl: 2");
    for key in ["e", "f", "g", "h", "i"] {
        assert!(map.get(key).unwrap().text_at().is_none(), "{key}");
    }
    let crlf = "a: |\r\n  {\r\n  }\r\n";
    let (documents, _) = parse(FileId(0), crlf, Dialect::Yaml11);
    assert_eq!(written(crlf, documents[0].get("a").unwrap()), "{?}?");
    // The last line may have no end.
    let open = "a: |\n  [1,\n  2]";
    let (documents, _) = parse(FileId(0), open, Dialect::Yaml11);
    assert!(written(open, documents[0].get("a").unwrap()).starts_with("[1,\n2]"));
}
