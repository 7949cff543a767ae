use super::*;
use volary_model::FileId;

fn read(text: &str) -> (Body, Vec<Issue>) {
    parse(FileId(0), text)
}

/// The text that a span covers.
fn at(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn value(text: &str) -> ExprKind {
    let source = format!("a = {text}\n");
    let (body, issues) = read(&source);
    assert!(issues.is_empty(), "{text}: {issues:?}");
    body.attributes[0].value.kind.clone()
}

fn text(kind: ExprKind) -> String {
    match kind {
        ExprKind::Text(text) => text.to_string(),
        ExprKind::Document(document) => document.text.to_string(),
        ExprKind::Template(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text, _) => text.to_string(),
                _ => "<>".to_owned(),
            })
            .collect(),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_node_knows_where_it_is_written() {
    let source = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x-${var.name}\"\n  tags   = { a = f(1) }\n}\n";
    let (body, issues) = read(source);
    assert!(issues.is_empty());
    let block = &body.blocks[0];
    assert_eq!(at(source, block.header), "resource \"aws_s3_bucket\" \"b\"");
    assert_eq!(at(source, block.extent), source.trim_end());
    assert_eq!(at(source, block.labels[1].span), "\"b\"");
    let bucket = &block.body.attributes[0];
    assert_eq!(at(source, bucket.name_span), "bucket");
    assert_eq!(at(source, bucket.value.span), "\"x-${var.name}\"");
    let ExprKind::Template(parts) = &bucket.value.kind else { panic!("{:?}", bucket.value) };
    let Part::Interpolation(inner) = &parts[1] else { panic!("{parts:?}") };
    assert_eq!(at(source, inner.span), "var.name");
    let ExprKind::Object(items) = &block.body.attributes[1].value.kind else { panic!() };
    assert_eq!(at(source, items[0].key.span), "a");
    assert_eq!(at(source, items[0].value.span), "f(1)");
}

#[test]
fn escapes_and_heredocs_are_resolved() {
    assert_eq!(text(value(r#""a\n\t\"\\\u00e9 $${x} %%{y}""#)), "a\n\t\"\\\u{e9} ${x} %{y}");
    assert_eq!(text(value("<<EOT\n  a\n b\nEOT")), "  a\n b\n");
    assert_eq!(text(value("<<-EOT\n    a\n\n      b\n    EOT")), "a\n\n  b\n");
    assert_eq!(text(value("<<-EOT\n    a ${x}\n    b\n  EOT")), "a <>\nb\n");
    assert_eq!(text(value("<<EOT\nEOT")), "");
    // A marker inside of a line does not end it.
    assert_eq!(text(value("<<EOT\nx EOT\nEOT")), "x EOT\n");
}

/// What the file holds at the places of every byte of a text.
fn written(source: &str, text: &str, at: &volary_model::TextAt) -> String {
    let place = |start: usize, c: char| at.place(start, start + c.len_utf8()).map(|place| place.span);
    let spans = text.char_indices().map(|(start, c)| place(start, c));
    spans.map(|span| span.map_or("?", |span| &source[span.start as usize..span.end as usize])).collect()
}

#[test]
fn heredocs_that_may_hold_documents_know_where_their_characters_are() {
    for (literal, expected) in [
        ("<<EOT\n{\n  \"a\": \"$${b} \u{e9}\"\n}\nEOT", "{\n  \"a\": \"${b} \u{e9}\"\n}\n"),
        ("<<-EOT\n    {\r\n\n      \"a\": 1\n    }\n    EOT", "{\r\n\n  \"a\": 1\n}\n"),
        ("<<EOT\na: 1\nb: 2\nEOT", "a: 1\nb: 2\n"),
    ] {
        let source = format!("v = {literal}\n");
        let (body, issues) = read(&source);
        assert!(issues.is_empty(), "{issues:?}");
        let ExprKind::Document(document) = &body.attributes[0].value.kind else { panic!("{literal}") };
        assert_eq!(&*document.text, expected);
        assert_eq!(document.at.length(), expected.len());
        assert_eq!(written(&source, expected, &document.at), expected);
    }
    for literal in ["<<EOT\nword\nEOT", "<<EOT\n#!/bin/sh\nls\nEOT", "\"{\\\"a\\\": 1}\""] {
        assert!(matches!(value(literal), ExprKind::Text(_)), "{literal}");
    }
    let source = "v = <<-EOT\n  {\n    \"a\": \"${b ~}  \n  c\",\n    \"d\": ${\"x\"}\n  }\n  EOT\n";
    let ExprKind::Template(parts) = read(source).0.attributes[0].value.kind.clone() else { panic!() };
    for (index, expected) in [(0, "{\n  \"a\": \""), (2, "c\",\n  \"d\": "), (4, "\n}\n")] {
        let Part::Text(text, Some(at)) = &parts[index] else { panic!("{parts:?}") };
        assert_eq!(&**text, expected);
        assert_eq!(written(source, text, at), expected);
    }
}

#[test]
fn blanks_are_stripped_where_templates_say_so() {
    assert_eq!(text(value("\"a  ${~ x ~}  b\"")), "a<>b");
    let ExprKind::Template(parts) = value("<<EOT\n%{ for i in x ~}\nserver ${i}\n%{ endfor ~}\nEOT") else { panic!() };
    let [Part::For(None, name, _, content)] = &*parts else { panic!("{parts:?}") };
    assert_eq!(&**name, "i");
    assert!(matches!(&content[0], Part::Text(text, _) if &**text == "server "));
    assert!(matches!(&content[2], Part::Text(text, _) if &**text == "\n"));
}

#[test]
fn a_broken_value_costs_that_value() {
    let source = "a = 1\nb = [1, }\nc = \"\\q\"\nd = (1 + \ne = 4\nx \"y\" {\n  f = 1 2\n  g = 3\n}\n";
    let (body, issues) = read(source);
    let names: Vec<&str> = body.attributes.iter().map(|attribute| &*attribute.name).collect();
    assert_eq!(names[..3], ["a", "b", "c"]);
    assert_eq!(body.attributes[1].value.kind, ExprKind::Unreadable);
    assert_eq!(body.attributes[2].value.kind, ExprKind::Unreadable);
    let block = &body.blocks[0].body;
    assert_eq!(block.attribute("f").map(|f| &f.value.kind), Some(&ExprKind::Unreadable));
    assert!(matches!(block.attribute("g").map(|g| &g.value.kind), Some(ExprKind::Number(_))));
    assert!(issues.len() >= 4, "{issues:?}");
    assert!(issues.iter().all(|issue| issue.kind == ProblemKind::Syntax && !issue.help.is_empty()));
}

#[test]
fn a_broken_block_costs_that_block() {
    for broken in [
        "resource \"a\" \"b\" {\n  x = 1\n",
        "resource \"a\" \"b\" {\n  x {\n}\n",
        "resource \"a\" {{\n}\n",
        "resource a b c = 1\n",
        "resource \"a\" \"b\" {\n  1x = 2\n}\n",
        "resource \"a\" \"b\" {\n  x = <<EOT\n no end\n}\n",
        "resource \"a\" \"b\n{}\n",
        "}\n",
        "???\n",
    ] {
        let source = format!("one {{\n  a = 1\n}}\n{broken}\nvariable \"two\" {{\n  b = 2\n}}\n");
        let (body, issues) = read(&source);
        let kinds: Vec<&str> = body.blocks.iter().map(|block| &*block.kind).collect();
        assert_eq!(kinds, ["one", "variable"], "{broken}\n{issues:?}");
        // A heredoc without an end breaks its value and then the block around it.
        assert!((1..=2).contains(&issues.len()), "{broken}\n{issues:?}");
        assert_eq!(body.unreadable.len(), 1, "{broken}");
    }
}

#[test]
fn truncated_files_keep_what_is_before() {
    let source = "a {\n  x = 1\n}\nb {\n  y = [1, \"${z}\"]\n  c {\n    d = <<EOT\n t\nEOT\n  }\n}\n";
    for length in 0..source.len() {
        let (body, issues) = read(&source[..length]);
        if length >= 14 {
            assert_eq!(&*body.blocks[0].kind, "a", "{length}");
        }
        assert!(issues.len() <= 2, "{length}: {issues:?}");
    }
    // A file cut at any byte but the last two is broken.
    assert!(read(&source[..source.len() - 2]).1.len() == 1);
}

#[test]
fn duplicates_line_ends_and_marks() {
    let (body, issues) = read("\u{feff}a = 1\r\na = 2\r\nb {\r\n  c = \"x\"\r\n}\r\n");
    assert_eq!(issues.len(), 1);
    assert!(matches!(body.attribute("a").map(|a| &a.value.kind), Some(ExprKind::Number(n)) if n.as_i64() == Some(2)));
    assert_eq!(&*body.blocks[0].kind, "b");
    assert!(read("").0.is_empty() && read("\n\n# x\n/* y").0.is_empty());
}

#[test]
fn deep_and_long_input_is_refused_not_followed() {
    let deep = 10_000;
    for (open, close) in
        [("[", "]"), ("(", ")"), ("{a=", "}"), ("f(", ")"), ("!", ""), ("\"${", "}\""), ("x ? 1 : ", "")]
    {
        let source = format!("a = {}1{}\nb = 1\n", open.repeat(deep), close.repeat(deep));
        let (body, issues) = read(&source);
        assert_eq!(issues[0].kind, ProblemKind::Limit, "{open}");
        assert!(body.attribute("b").is_some(), "{open}");
    }
    let source = format!("{}{}\nvariable \"v\" {{\n}}\n", "a {\n".repeat(deep), "}\n".repeat(deep));
    let (body, issues) = read(&source);
    assert!(issues.iter().any(|issue| issue.kind == ProblemKind::Limit));
    assert!(body.blocks.iter().any(|block| &*block.kind == "variable"));
    let (_, issues) = read(&format!("a = {}1\n", "1 + ".repeat(deep)));
    assert_eq!(issues[0].kind, ProblemKind::Limit);
    let (body, issues) = read(&"x".repeat(MAX_BYTES + 1));
    assert_eq!((body.unreadable.len(), issues[0].kind), (1, ProblemKind::Limit));
}

#[test]
fn work_stays_linear_on_hostile_texts() {
    let lines = 40_000;
    for line in [
        "a = <<X\n",
        "a = \"\n",
        "a = [\n",
        "a {\n",
        "a = /*\n",
        "a \"${\n",
        "%{\n",
        "a = \"${\"${\n",
        "= =\n",
        "a = f(<<X\n",
    ] {
        let started = std::time::Instant::now();
        let _ = read(&line.repeat(lines));
        assert!(started.elapsed().as_secs() < 10, "{line:?} took {:?}", started.elapsed());
    }
}

#[test]
fn json_syntax_gives_the_same_tree() {
    let source = r#"{
      "//": "a comment",
      "variable": {"region": {"type": "list(string)", "default": "${literal}"}},
      "locals": {"a": "${var.region}-x"},
      "resource": {"aws_s3_bucket": {"b": {"bucket": "${local.a}", "count": 2, "tags": {"k": true}}}},
      "provider": [{"aws": {"alias": "a"}}, {"aws": {"alias": "b"}}],
      "terraform": {"backend": {"s3": {"encrypt": true}}, "required_providers": {"aws": {"source": "hashicorp/aws"}}}
    }"#;
    let (body, issues) = from_json(FileId(0), source);
    assert!(issues.is_empty(), "{issues:?}");
    let kinds: Vec<&str> = body.blocks.iter().map(|block| &*block.kind).collect();
    assert_eq!(kinds, ["variable", "locals", "resource", "provider", "provider", "terraform"]);
    let variable = &body.blocks[0].body;
    assert!(matches!(variable.attribute("type").map(|t| &t.value.kind), Some(ExprKind::Call(_))));
    assert_eq!(text(variable.attribute("default").expect("default").value.kind.clone()), "${literal}");
    let resource = &body.blocks[2];
    assert_eq!(resource.labels.iter().map(|label| &*label.text).collect::<Vec<_>>(), ["aws_s3_bucket", "b"]);
    assert_eq!(at(source, resource.header), "\"b\"");
    assert!(matches!(resource.body.attribute("bucket").map(|b| &b.value.kind), Some(ExprKind::Template(_))));
    assert_eq!(&*body.blocks[5].body.blocks[0].labels[0].text, "s3");

    let (body, issues) = from_json(FileId(0), "{\"resource\": 1, \"locals\": {\"a\": \"${\"}");
    assert!(!issues.is_empty() && !body.unreadable.is_empty());
    let (body, _) = from_json(FileId(0), "{\"resource\": 1, \"locals\": {\"a\": \"${\"}}");
    assert_eq!(body.blocks[0].body.attributes[0].value.kind, ExprKind::Unreadable);
    let (body, _) = variables_from_json(FileId(0), "{\"module\": {\"x\": \"${y}\"}}");
    assert_eq!(&*body.attributes[0].name, "module");
}

/// Mutations of valid texts: no panic, spans inside of the text, work bounded. `VOLARY_FUZZ_ROUNDS` runs more.
#[test]
fn mutated_texts_never_panic() {
    const SEEDS: [&str; 3] = [
        "resource \"a\" \"b\" {\n  c = [for k, v in x : \"${k}-%{if v}y%{else}n%{endif}\" if v != null]\n  d { e = <<-EOT\n    é ${f(1, 2...)}\n    EOT\n  }\n}\n",
        "locals {\n  a = { b = 1, \"c\" : x ? -1.5 : !y, (d) = z[0].*.w[*].v }\n  e = x.0.y /* c */ // d\n}\n# end\n",
        "module \"m\" {\r\n  source = \"./m\"\r\n  x = provider::p::f(\"\\u00e9\\n$${a}\")\r\n}\r\n",
    ];
    const ALPHABET: [&str; 40] = [
        "{", "}", "[", "]", "(", ")", "\"", "\\", "${", "%{", "~}", "<<X\n", "X\n", "\n", "\r\n", "=", "=>", ":", "::",
        ",", ".", "...", ".*", "[*]", "?", "!", "-", "&&", "||", "#", "/*", "*/", "for ", " in ", " if ", "endif", "é",
        "\u{0}", "9", "_",
    ];
    let rounds = std::env::var("VOLARY_FUZZ_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000_u32);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for round in 0..rounds {
        let mut letters: Vec<char> = SEEDS[random(SEEDS.len())].chars().collect();
        for _ in 0..=random(6) {
            let from = random(letters.len() + 1);
            let to = (from + random(8)).min(letters.len());
            let new: Vec<char> = match random(3) {
                0 => Vec::new(),
                1 => ALPHABET[random(ALPHABET.len())].chars().collect(),
                _ => SEEDS[random(SEEDS.len())].chars().skip(random(60)).take(random(30)).collect(),
            };
            letters.splice(from..to, new);
        }
        let source: String = letters.into_iter().collect();
        let (body, issues) = read(&source);
        for issue in &issues {
            assert!(issue.span.end as usize <= source.len(), "round {round}: {source:?}");
            assert!(source.is_char_boundary(issue.span.start as usize), "round {round}: {source:?}");
        }
        for block in &body.blocks {
            assert!(block.extent.contains(&block.header), "round {round}: {source:?}");
            let _ = at(&source, block.extent);
        }
        let _ = from_json(FileId(0), &source);
    }
}
