//! Arguments that nobody means well with.

use volary_model::{Data, FileId, Span, Value};

use super::super::table::FUNCTIONS;
use super::super::{Call, CallLimits, FileAnswer, FileLookup, call};
use super::documented::CASES;
use super::{CallError, context, origin, run, value, values};

/// A small generator, the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) as usize % bound.max(1)
    }
}

fn mutated(json: &str, numbers: &mut Numbers) -> String {
    const PIECES: &[&str] = &[
        "9223372036854775807",
        "-1",
        "1e308",
        "0.0000001",
        "\"\"",
        "[]",
        "{}",
        "null",
        "true",
        "\"%99999999d\"",
        "\"%[9]s\"",
        "\"(a*)*b\"",
        "\"[\"",
        "\"/\"",
        "\"//\"",
        "\"\\u0000\"",
        "\"::/0\"",
        "\"0.0.0.0/33\"",
        "\"~\"",
        "\"&{\"",
        "\"\\\"\"",
        "\"{a: &a [*a]}\"",
        "\"é\"",
        "128",
        "-128",
        "\"9999-12-31T23:59:59Z\"",
        "\"1e9h\"",
    ];
    let mut args: Vec<char> = json.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(args.len());
        match numbers.below(3) {
            0 => {
                args.remove(at);
            }
            1 => args.insert(at, ['"', ',', '[', ']', '0', '-', '%', '{', '}', '\\', 'é'][numbers.below(11)]),
            _ => {
                let end = (at + numbers.below(12)).min(args.len());
                args.splice(at..end, PIECES[numbers.below(PIECES.len())].chars());
            }
        }
        if args.is_empty() {
            break;
        }
    }
    args.into_iter().collect()
}

#[test]
fn mutated_arguments_never_panic() {
    let rounds = std::env::var("VOLARY_TEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30_000);
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    let mut run_through = 0;
    for _ in 0..rounds {
        let (name, args, _) = CASES[numbers.below(CASES.len())];
        let Some(args) = super::decode(&mutated(args, &mut numbers), &origin()) else { continue };
        let name = if numbers.below(8) == 0 { FUNCTIONS[numbers.below(FUNCTIONS.len())].name } else { name };
        let _ = run(name, args.as_list().unwrap_or(std::slice::from_ref(&args)));
        run_through += 1;
    }
    assert!(run_through > rounds / 20);
}

/// A value that is small in memory and endless to look through.
fn bomb() -> Value {
    (0..60).fold(value("[\"x\"]"), |inner, _| values(vec![inner.clone(), inner]))
}

fn deep() -> Value {
    (0..2000).fold(value("\"x\""), |inner, _| values(vec![inner]))
}

#[test]
fn shared_and_deep_values_meet_a_limit() {
    for hostile in [bomb(), deep()] {
        for function in FUNCTIONS {
            let count = function.least.max(1).min(function.most);
            for place in 0..count {
                let args: Vec<Value> =
                    (0..count).map(|at| if at == place { hostile.clone() } else { value("[\"a\"]") }).collect();
                let _ = call(function.name, &args, &context());
            }
            let _ = call(function.name, &vec![hostile.clone(); count], &context());
        }
    }
}

#[test]
fn results_do_not_grow_without_bound() {
    let limits = CallLimits { text: 1000, elements: 100, ..CallLimits::default() };
    let context = Call { span: Span::new(FileId(0), 0, 0), limits, files: None };
    let long = Value::text("ab,\n".repeat(240), origin());
    let many = values((0..90).map(|_| long.clone()).collect());
    for (name, args) in [
        ("join", vec![long.clone(), many.clone()]),
        ("format", vec![value("\"%s%s%s\""), long.clone(), long.clone(), long.clone()]),
        ("format", vec![value("\"%4000d\""), value("1")]),
        ("replace", vec![long.clone(), value("\"a\""), long.clone()]),
        ("replace", vec![long.clone(), value("\"/a/\""), long.clone()]),
        ("indent", vec![value("1000000000"), long.clone()]),
        ("split", vec![value("\",\""), long.clone()]),
        ("split", vec![value("\"\""), long.clone()]),
        ("concat", vec![many.clone(), many.clone()]),
        ("flatten", vec![values(vec![many.clone(), many.clone()])]),
        ("setproduct", vec![many.clone(), many.clone(), many.clone()]),
        ("jsonencode", vec![many.clone()]),
        ("yamlencode", vec![many.clone()]),
        ("regexall", vec![value("\"a\""), long.clone()]),
        ("urlencode", vec![long.clone()]),
        ("base64encode", vec![long.clone()]),
    ] {
        let result = call(name, &args, &context).expect(name);
        let Data::Unknown(unknown) = &result.data else { panic!("{name} gave a result beyond the limits") };
        assert_eq!(unknown.reason.kind, volary_model::ReasonKind::Limit, "{name}");
    }
}

struct Tree;

impl FileLookup for Tree {
    fn read(&self, path: &str) -> FileAnswer {
        match path {
            "a.txt" => FileAnswer::Bytes(b"hello".as_slice().into()),
            "binary" => FileAnswer::Bytes([0xFF, 0xFE].as_slice().into()),
            "outside" => FileAnswer::NotKnown(super::reason()),
            _ => FileAnswer::Absent,
        }
    }

    fn below(&self, _: &str) -> Option<Vec<String>> {
        Some(["b.tf", "a.tf", "x/c.tf", "d.txt"].map(str::to_owned).to_vec())
    }

    fn file(&self, _: &str, _: &str) -> Option<FileId> {
        None
    }

    fn render(&self, template: &str, _: Option<FileId>, variables: &Value) -> Result<Value, CallError> {
        let name = variables.get("name").and_then(Value::as_text).unwrap_or_default();
        Ok(Value::text(template.replace('h', name), origin()))
    }
}

#[test]
fn files_are_read_through_the_lookup_only() {
    let context = Call { span: super::span(), limits: CallLimits::default(), files: Some(&Tree) };
    let given = |name: &str, args: &str| match call(name, value(args).as_list().unwrap_or_default(), &context) {
        Ok(value) => super::shown(&value),
        Err(error) => error.about.to_string(),
    };
    assert_eq!(given("file", "[\"a.txt\"]"), "\"hello\"");
    assert_eq!(given("file", "[\"nowhere\"]"), "file: there is no file nowhere");
    assert_eq!(given("file", "[\"binary\"]"), "file: the file is no UTF-8");
    assert_eq!(given("filebase64", "[\"binary\"]"), "\"//4=\"");
    assert_eq!(given("file", "[\"outside\"]"), "?");
    assert_eq!(given("fileexists", "[\"a.txt\"]"), "true");
    assert_eq!(given("fileexists", "[\"b.txt\"]"), "false");
    assert_eq!(given("fileset", "[\".\", \"*.tf\"]"), "[\"a.tf\", \"b.tf\"]");
    assert_eq!(given("fileset", "[\".\", \"**/*.{tf,txt}\"]"), "[\"a.tf\", \"b.tf\", \"d.txt\", \"x/c.tf\"]");
    assert_eq!(given("filemd5", "[\"a.txt\"]"), "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(given("templatefile", "[\"a.txt\", {\"name\": \"j\"}]"), "\"jello\"");
    assert_eq!(given("templatestring", "[\"hi\", {\"name\": \"j\"}]"), "\"ji\"");
    assert_eq!(run("file", &[value("\"a.txt\"")]).map(|value| super::shown(&value)), Ok("?".to_owned()));
}
