//! Mutated records: no panic, bounded work, and nothing that was malformed is taken for more than it says.

mod common;

use common::{Random, files, today};
use volary_governance::{Baseline, CodeOwners, Config, Exceptions, Flavour, Records, comments, decide};

const SEEDS: &[&str] = &[
    "tier: strict\nfail-on: high\nexclude: [examples/**, '[a-z]*/x?']\ndisable:\n  a: b\nseverity: {c: low}\n",
    "policy: p\nsubject: {path: 'a/**/[!b]*.tf', module: 'module.a[0].module.b[\"x\"]'}\nreason: r\nowner: o\ncreated: 2026-01-01\nexpires: 2026-12-31\n",
    "{\"fingerprint\":\"00112233445566778899aabbccddeeff\",\"policy\":\"p\",\"path\":\"a\",\"severity\":\"low\",\"digest\":\"00112233445566778899aabbccddeeff\",\"pack\":\"1\",\"instances\":[[\"u\",\"a\"]]}\n",
    "# c\n* @a\n/a\\ b/**/x @o/t u@e.org # c\n[Sec][2] @d\n^[Opt]\n*.tf\n!x/[a-z]/\n",
    "a { # volary:ignore p,q until=2026-12-31 reason=\"r\\\"x\"\n  /* checkov:skip=CKV_1:x */ b = <<EOT\n}\nEOT\n}\n#tfsec:ignore:a:exp:2026-12-31 trivy:ignore:*\n",
    "kind: List\nitems:\n- metadata:\n    annotations:\n      checkov.io/skip1: CKV_1=x # nosec B105\n---\n# kics-scan ignore-block\n- a:\n  - b\n",
    "FROM a\n# kics-scan disable=a,b\nRUN x \\\n # pragma: allowlist nextline secret\n y\n<!-- volary:ignore x -->\n",
];

const PIECES: &[&str] = &[
    "\n",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\u{FEFF}",
    "é",
    "\u{202E}",
    "#",
    "//",
    "/*",
    "*/",
    "<!--",
    "-->",
    "\"",
    "'",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "*",
    "**",
    "?",
    "!",
    ":",
    "- ",
    "---\n",
    "<<EOT\n",
    "until=",
    "reason=",
    "volary:ignore ",
    "nosec",
    "@",
    "/",
    "..",
    "&a",
    "*a",
    "<<: ",
    "|\n",
    "9999-99-99",
    "2026-11-24",
    "null",
    "module.",
    "-1",
    "1e999",
];

fn mutate(seed: &str, random: &mut Random) -> String {
    let mut text: Vec<char> = seed.chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(text.len() + 1);
        match random.below(5) {
            0 if !text.is_empty() => {
                let end = (at + random.below(20)).min(text.len());
                text.drain(at.min(end)..end);
            }
            1 => {
                let end = (at + random.below(60)).min(text.len());
                let copy: Vec<char> = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, copy);
            }
            2 => text.truncate(at),
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                text.splice(at..at, piece.chars());
            }
        }
    }
    text.into_iter().collect()
}

const PATHS: &[&str] = &["a.tf", "a.yaml", "Dockerfile", "a.md", "a.json", "a.txt"];

fn feed(text: &str) {
    let (config, _) = Config::parse("c", text);
    config.excludes("examples/a/b.tf");
    let (exceptions, _) = Exceptions::parse([("e/x.yaml", text)]);
    for exception in exceptions.iter() {
        assert!(!exception.reason.is_empty() && !exception.owner.is_empty(), "{text:?}");
        assert!(text.contains(&exception.expires.to_string()), "{text:?}");
    }
    let (baseline, _) = Baseline::parse("b", text);
    assert_eq!(Baseline::parse("b", &baseline.to_text()).0, baseline, "{text:?}");
    for flavour in [Flavour::GitHub, Flavour::GitLab] {
        let owners = CodeOwners::parse(text, flavour);
        owners.owners("a b/c/x");
        owners.owners("");
    }
    let lines = text.split('\n').count() as u32;
    for path in PATHS {
        for comment in comments::scan(path, text).0 {
            assert!(comment.first <= comment.last && (1..=lines).contains(&comment.line), "{text:?}");
            assert!(comment.last <= lines || comment.last == u32::MAX, "{text:?}");
            assert!(comment.tool != comments::Tool::Volary || comment.until.is_some(), "{text:?}");
        }
    }
    let records = Records { config, exceptions, baseline, ..Records::default() };
    let policy = common::policy("p", &["CKV_1"]);
    let mut findings = [common::finding(&policy, "a.tf", 2, (1, 3), "module.a[0].x.y[\"b\"]")];
    decide(&mut findings, &records, &files(&[("a.tf", text)]), today());
}

#[test]
fn mutated_records_are_read_as_far_as_they_go() {
    let mut random = Random(7);
    for seed in SEEDS {
        feed(seed);
        for _ in 0..600 {
            feed(&mutate(seed, &mut random));
        }
    }
}

#[test]
fn every_prefix_is_read() {
    for seed in SEEDS {
        for (at, _) in seed.char_indices() {
            feed(&seed[..at]);
        }
    }
}

#[test]
fn hostile_records_take_little_work() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(50_000),
        "- ".repeat(50_000),
        "**/a/".repeat(20_000),
        format!("* {}", "@a ".repeat(100_000)),
        "[s] @a\n".repeat(20_000),
        (0..200_000).map(|number| format!("[{number}] @a\n")).collect(),
        format!("* {}", (0..200_000).map(|number| format!("@{number} ")).collect::<String>()),
        (0..5_000).map(|number| SEEDS[2].replace("\"digest\":\"0011", &format!("\"digest\":\"{number:04}"))).collect(),
        "# volary:ignore a until=2026-12-31 reason=\"r\"\n".repeat(20_000),
        "a { # nosec\n".repeat(20_000),
        "x nosec ".repeat(50_000),
        "#nosec ".repeat(50_000),
        "# kics-scan ignore\n".repeat(20_000),
        "\"".repeat(100_000),
        "/* ".repeat(50_000),
        "<<A\n".repeat(20_000),
        "a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n".to_owned(),
    ] {
        let start = std::time::Instant::now();
        feed(&text);
        let took = start.elapsed();
        assert!(took.as_secs() < 10, "{took:?} for {:?}", &text[..20]);
    }
}
