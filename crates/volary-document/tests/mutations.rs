//! Mutated documents: no parser may panic, run away, or give a place outside of its text.
//!
//! The seed is fixed, so every run tests the same inputs. `VOLARY_FUZZ_ROUNDS` sets how many there are for each parser,
//! `VOLARY_FUZZ_SEED` another start.

use volary_document::{dockerfile, hcl, json, shell, yaml};
use volary_model::{Data, FileId, Span, TextAt, Value};

const FILE: FileId = FileId(0);

const YAML: &[&str] = &[
    "a: &x {b: 'c', d: \"e\\n\"}\nf:\n  <<: *x\n  g: !Ref h\n---\n- |\n  text\n  more\n- >-\n  folded\n- *y\n...\n",
    "apiVersion: v1\nkind: List\nitems:\n- {kind: Pod, metadata: {name: é, labels: {1: yes}}}\n? [k]\n: 0o17\n# end\n",
    "a: |\n  {\n\n    \"b\": [\"é\"]\n  }\nc: '{\"d\": 1}'\ne:\n- |2-\n    k: 1\r\n   l: x\r\nf: {\"g\": \"[1]\"}\n",
    "%YAML 1.2\n%TAG !e! tag:x,2000:\n--- !e!f\na: !!str 1\nb: !<x> [~, .5, 1_0, 0x1]\r\nc: \"\\u00e9\\\n  d\"\r\n",
];
const JSON: &[&str] = &[
    "{\"a\": [1, -2.5e3, true, null, \"\\u00e9\\n\"], /* c */ \"b\": {\"c\": {}, \"d\": []}, // e\n \"a\": 1,}",
    "[[[{\"é\": \"\\ud83d\\ude00\"}]], \"x\"]",
];
const DOCKERFILES: &[&str] = &[
    "# syntax=x\n# escape=`\nARG A=1\nFROM --platform=$P x:${A:-b} AS c\nRUN a && `\n # d\n\n b | c\nCOPY --from=c [\"a\", \"b\"]\n",
    "FROM x\r\nRUN <<EOF bash\r\necho ${A} 'é'\r\nEOF\r\nCOPY <<-\"B\" <<C /d\n\tx\n\tB\ny\nC\nONBUILD RUN [\"a\", \"b\"]\nENV A \"b c\\\" d\" \\\n e\nHEALTHCHECK --interval=5s CMD curl x || exit 1\n",
];
const HCL: &[&str] = &[
    "a = <<EOF\n{\"b\": \"$${c}é\",\n \"d\": ${e ~}  \n, %{ if f ~}\n 1 %{ else }2\n%{~ endif }}\nEOF\n",
    "x \"y\" {\n  p = <<-EOF\r\n    {\r\n\r\n      \"q\": 1,\t\"é\": [\r\n    ${r}]}\r\n  EOF\r\n  s = [<<T\nk: 1\nl: 2\nT\n  ]\n}\n",
];
const SCRIPTS: &[&str] = &[
    "set -euo pipefail\nif a; then b | c && d || ! e & else f; fi\nfor x in 1 \"$2\" $(g); do h > /i 2>&1; done\ncase $x in a|b) j;; *) k ;; esac\n",
    "cat <<EOF | tee x && y\n$A ${B:-$(z)} é\nEOF\nfn() { local a=1; [[ -f \"$a\" && $b =~ c ]]; (( a++ )); }\nA=1 B=\"x $(y `z`)\" sudo sh -c 'a \"b\"' <(c) <<< \"d\"\n",
    "while read -r l; do echo \"${l%%x}\" $'a\\tb' {1..3} \\\n --c; done < f\nuntil false; do :; done; (a; { b; })\n",
];

/// xorshift64*: enough for choosing mutations.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs a check over mutations of the seeds.
fn mutate(seeds: &[&str], tokens: &[&str], check: impl Fn(&str)) {
    let mut random = Random(number("VOLARY_FUZZ_SEED", 0x5EED_0001) | 1);
    for _ in 0..number("VOLARY_FUZZ_ROUNDS", 2_000) {
        let mut bytes = seeds[random.below(seeds.len())].as_bytes().to_vec();
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len() + 1);
            let end = (at + 1 + random.below(12)).min(bytes.len());
            match random.below(7) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at.min(end)..end)),
                2 => bytes.insert(at, b" \n\t\"'{}[]()$`\\#:-&*|<>=,;!%@"[random.below(28)]),
                3 => {
                    let token = tokens[random.below(tokens.len())].as_bytes();
                    bytes.splice(at..at, token.iter().copied());
                }
                4 => {
                    let piece = bytes[at.min(end)..end].repeat(1 + random.below(40));
                    bytes.splice(at..at, piece);
                }
                5 if !bytes.is_empty() => {
                    let at = random.below(bytes.len());
                    bytes[at] ^= 1 << random.below(7);
                }
                _ => {
                    let other = seeds[random.below(seeds.len())].as_bytes();
                    let from = random.below(other.len());
                    bytes.splice(at..at, other[from..].iter().take(60).copied());
                }
            }
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

fn within(text: &str, span: Span) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
}

/// What stands at the place of each character is that character.
fn check_places(text: &str, written: &str, at: &TextAt) {
    assert_eq!(at.length(), written.len(), "{text:?}");
    for (start, c) in written.char_indices() {
        let end = start + c.len_utf8();
        if let Some(place) = at.place(start, end).filter(|place| place.verbatim) {
            let found = text.get(place.span.start as usize..place.span.end as usize);
            assert_eq!(found, written.get(start..end), "{place:?} in {text:?}");
        }
    }
}

fn check_value(text: &str, value: &Value) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        within(text, value.origin.span().unwrap());
        if let (Some(written), Some(at)) = (value.as_text(), value.text_at()) {
            check_places(text, written, at);
        }
        match &value.data {
            Data::List(list) => open.extend(list.iter()),
            Data::Map(map) => {
                for entry in map.entries() {
                    entry.key_span.into_iter().for_each(|span| within(text, span));
                    open.push(&entry.value);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn yaml_survives_mutations() {
    mutate(
        YAML,
        &["- ", ": ", "? ", "<<: *x", "&x ", "*x", "---\n", "...\n", "!!int ", "|\n", ">2+\n", "{{", "\u{85}"],
        |text| {
            for dialect in [yaml::Dialect::Yaml11, yaml::Dialect::Yaml12] {
                let (documents, issues) = yaml::parse(FILE, text, dialect);
                documents.iter().for_each(|value| check_value(text, value));
                issues.iter().for_each(|issue| within(text, issue.span));
            }
            yaml::is_templated(text);
        },
    );
}

#[test]
fn json_survives_mutations() {
    mutate(JSON, &["{\"a\":", "[", "null", "\\u", "//", "/*", "1e999", "-", "\"\""], |text| {
        let (value, issues) = json::parse(FILE, text);
        value.iter().for_each(|value| check_value(text, value));
        issues.iter().for_each(|issue| within(text, issue.span));
    });
}

fn check_body(text: &str, body: &hcl::Body) {
    let mut bodies = vec![body];
    let mut open: Vec<&hcl::Expr> = Vec::new();
    while let Some(body) = bodies.pop() {
        open.extend(body.attributes.iter().map(|attribute| &attribute.value));
        bodies.extend(body.blocks.iter().map(|block| &block.body));
    }
    let mut parts: Vec<&hcl::Part> = Vec::new();
    while let Some(expr) = open.pop() {
        within(text, expr.span);
        match &expr.kind {
            hcl::ExprKind::Document(document) => check_places(text, &document.text, &document.at),
            hcl::ExprKind::Template(template) => parts.extend(template.iter()),
            hcl::ExprKind::List(items) => open.extend(items.iter()),
            _ => {}
        }
        while let Some(part) = parts.pop() {
            match part {
                hcl::Part::Text(written, at) => at.iter().for_each(|at| check_places(text, written, at)),
                hcl::Part::Interpolation(expr) => open.push(expr),
                hcl::Part::If(_, then, otherwise) => parts.extend(then.iter().chain(otherwise.iter())),
                hcl::Part::For(_, _, _, content) => parts.extend(content.iter()),
            }
        }
    }
}

#[test]
fn hcl_survives_mutations() {
    mutate(
        HCL,
        &["<<-EOF\n", "EOF\n", "${", "~}", "%{ if a }", "%{ endif ~}", "$${", "  ", "\r\n", "{\n", "\""],
        |text| {
            let (body, issues) = hcl::parse(FILE, text);
            check_body(text, &body);
            issues.iter().for_each(|issue| within(text, issue.span));
        },
    );
}

#[test]
fn dockerfiles_survive_mutations() {
    mutate(
        DOCKERFILES,
        &["RUN ", "<<EOF\n", "EOF\n", "\\\n", "`\n", "# x\n", "ONBUILD ", "${A:-", "}", "[\"", "\"]", "--a=b "],
        |text| {
            let (file, issues) = dockerfile::parse(FILE, text);
            issues.iter().for_each(|issue| within(text, issue.span));
            for instruction in &file.instructions {
                [instruction.span, instruction.name_span, instruction.text_span]
                    .iter()
                    .for_each(|span| within(text, *span));
                assert_eq!(instruction.text.len(), (instruction.text_span.end - instruction.text_span.start) as usize);
                instruction.flags.iter().for_each(|flag| within(text, flag.span));
                instruction.heredocs.iter().for_each(|heredoc| within(text, heredoc.span));
                for word in instruction.words.iter().chain(instruction.exec.iter().flatten()) {
                    within(text, word.span);
                    dockerfile::pieces(&word.text, file.escape);
                }
            }
        },
    );
}

#[test]
fn scripts_survive_mutations() {
    mutate(
        SCRIPTS,
        &[
            "$(", "${", "`", "<<EOF\n", "EOF\n", "if ", "then ", "fi\n", "do ", "done\n", "&& ", "|| ", "| ", "((",
            "sh -c '",
        ],
        |text| {
            let script = shell::parse(text);
            for (index, node) in script.nodes.iter().enumerate() {
                assert!(text.get(node.range.clone()).is_some(), "{:?} in {text:?}", node.range);
                for child in &node.children {
                    assert!(child.0 as usize > index);
                    assert_eq!(script.node(*child).parent, Some(shell::NodeId(index as u32)));
                }
            }
            for (_, command) in script.commands() {
                let words: Vec<_> = command.name.iter().chain(&command.arguments).cloned().collect();
                if let Some(inner) = shell::effective(&words).inner {
                    shell::parse(&inner.text);
                }
            }
        },
    );
}
