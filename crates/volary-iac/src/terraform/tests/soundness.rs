//! What is known of a value in spite of unknown variables holds for every value that they can have.

use super::*;
use volary_model::{TextPart, Type, Unknown};

/// Whether a value that was computed fits what was said before the variables were known.
fn fits(said: &Value, value: &Value) -> bool {
    match (&said.data, &value.data) {
        (Data::Unknown(unknown), _) => fits_unknown(unknown, said.holds(), value),
        (_, Data::Unknown(_)) => false,
        (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| fits(a, b)),
        (Data::Map(a), Data::Map(b)) => {
            a.entries().iter().all(|entry| b.get(&entry.key).is_some_and(|value| fits(&entry.value, value)))
                && b.entries().iter().all(|entry| a.get(&entry.key).is_some())
        }
        _ => shown(said) == shown(value),
    }
}

fn fits_unknown(unknown: &Unknown, holds: Option<&Value>, value: &Value) -> bool {
    let size = match &value.data {
        Data::Null => return !unknown.not_null,
        Data::Text(text) => Some(text.len()),
        Data::List(list) => Some(list.len()),
        Data::Map(map) => Some(map.len()),
        _ => None,
    };
    let scalar = matches!(
        (&unknown.ty, &value.data),
        (Type::Bool, Data::Bool(_)) | (Type::Number, Data::Number(_)) | (Type::Text, Data::Text(_))
    );
    let collection = matches!(
        (&unknown.ty, &value.data),
        (Type::List(_), Data::List(_)) | (Type::Map(_) | Type::Object(_), Data::Map(_))
    );
    let typed = unknown.ty == Type::Any || scalar || collection;
    let text = match (&value.data, unknown.text.is_empty()) {
        (_, true) => true,
        (Data::Text(text), false) => matches(&unknown.text, text),
        _ => false,
    };
    let held = match (holds.map(|holds| &holds.data), &value.data) {
        (None, _) => true,
        (Some(Data::List(certain)), Data::List(list)) => {
            let mut rest = list.iter();
            certain.iter().all(|certain| rest.any(|value| fits(certain, value)))
        }
        (Some(Data::Map(certain)), Data::Map(map)) => {
            certain.entries().iter().all(|entry| map.get(&entry.key).is_some_and(|value| fits(&entry.value, value)))
        }
        _ => false,
    };
    let most =
        unknown.at_most.is_none_or(|most| size.is_none_or(|size| size <= most as usize || value.as_text().is_some()));
    typed && text && held && most && !(unknown.not_empty && size == Some(0))
}

fn matches(parts: &[TextPart], text: &str) -> bool {
    match parts {
        [] => text.is_empty(),
        [TextPart::Known(known), rest @ ..] => text.strip_prefix(&**known).is_some_and(|text| matches(rest, text)),
        [TextPart::Hole, rest @ ..] => {
            (0..=text.len()).any(|at| text.is_char_boundary(at) && matches(rest, &text[at..]))
        }
    }
}

#[test]
fn nothing_that_was_said_of_an_unknown_turns_out_wrong() {
    let expressions = [
        "var.a",
        "\"x${var.a}y\"",
        "\"${var.a}${var.b}\"",
        "var.a == var.b",
        "var.a != null",
        "var.a == \"p\" ? \"pq\" : \"pr\"",
        "var.c && var.d",
        "var.c || !var.d",
        "!var.c",
        "var.n + 1",
        "var.n > 2 || var.n <= 2",
        "-var.n",
        "var.n == 1 ? null : var.a",
        "var.l[*]",
        "[for x in var.l : upper(x)]",
        "[for x in var.l : x if x != \"p\"]",
        "[for x in [\"p\", \"q\", var.a] : x if x != var.b]",
        "{ for x in var.l : x => 1 }",
        "{ (var.a) = 1, k = 2 }",
        "{ (var.a) = 1, k = 2 }.k",
        "[\"p\", \"q\"][var.n]",
        "var.l[0]",
        "try(var.l[0], \"none\")",
        "try(var.m.k, var.m.j, \"none\")",
        "can(var.l[1])",
        "can(var.m.k)",
        "var.m.k",
        "lookup(var.m, \"k\", \"d\")",
        "length(var.l)",
        "length([var.a, var.b])",
        "concat(var.l, [\"z\"])",
        "concat([\"z\"], var.l)[0]",
        "merge(var.m, { z = \"1\" })",
        "merge({ z = \"1\" }, var.m)",
        "join(\"-\", var.l)",
        "join(\"-\", [var.a, \"z\"])",
        "split(\"-\", \"z-${var.a}\")",
        "upper(\"z${var.a}\")",
        "coalesce(var.a, \"z\")",
        "jsonencode({ a = var.a })",
        "jsonencode(var.l)",
        "contains(var.l, \"p\")",
        "contains([\"p\", var.a], \"p\")",
        "toset(var.l)",
        "keys(var.m)",
        "values(var.m)",
        "distinct(concat(var.l, var.l))",
        "flatten([[\"z\"], var.l])",
        "compact(var.l)",
        "var.c ? [] : [1]",
        "var.c ? { a = 1 } : { a = 1, b = 2 }",
        "var.c ? var.a : \"pz\"",
        "replace(\"z${var.a}\", \"z\", \"q\")",
        "format(\"%s-%s\", var.a, \"z\")",
        "element([\"p\", \"q\"], var.n)",
        "slice([1, 2, 3], 0, var.n)",
        "range(var.n)",
        "max(var.n, 3)",
        "tostring(var.n)",
        "substr(\"abc${var.a}\", 0, 2)",
        "trimprefix(\"z${var.a}\", \"z\")",
        "startswith(\"z${var.a}\", \"z\")",
        "alltrue([var.c, var.d])",
        "anytrue([var.c, true])",
        "one(var.l)",
        "zipmap([\"k\"], [var.a])",
        "\"%{if var.c}p%{else}q%{endif}\"",
        "\"%{for x in var.l}<${x}>%{endfor}\"",
        "[for k, v in var.m : \"${k}=${v}\"]",
        "{ for k, v in var.m : upper(k) => v if v != \"p\" }",
        "var.c ? 1 : 1",
        "var.l == var.l",
        "var.l != []",
        "sort(var.l)",
        "reverse(var.l)",
        "setunion(var.l, [\"z\"])",
        "cidrsubnet(\"10.0.0.0/8\", 8, var.n)",
        "{ for x in var.l : \"g\" => x... }",
        "regexall(\"p\", var.a)",
        "nonsensitive(var.a)",
        "try(tonumber(var.a), 0)",
        "lower(\"${var.a}Z\")",
    ];
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let types = "variable \"a\" {\n  type = string\n}\nvariable \"b\" {\n  type = string\n}\nvariable \"c\" {\n  type = bool\n}\nvariable \"d\" {\n  type = bool\n}\nvariable \"n\" {\n  type = number\n}\nvariable \"l\" {\n  type = list(string)\n}\nvariable \"m\" {\n  type = map(string)\n}\n";
    let mut source = format!("{types}resource \"t_r\" \"r\" {{\n");
    for (index, expression) in expressions.iter().enumerate() {
        source.push_str(&format!("  v{index} = {expression}\n"));
    }
    source.push_str("  dynamic \"block\" {\n    for_each = var.l\n    content {\n      x = block.value\n    }\n  }\n  block {\n    x = \"static\"\n  }\n}\n");
    let said = root(&source);
    let rounds = std::env::var("VOLARY_FUZZ_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(60_u32);
    let texts = ["null", "\"\"", "\"p\"", "\"q\"", "\"k\"", "\"pq-z\""];
    let lists = ["null", "[]", "[\"p\"]", "[\"p\", \"q\", \"p\"]", "[\"\", \"z\"]"];
    let maps = ["null", "{}", "{ k = \"p\" }", "{ j = \"q\", z = \"9\" }", "{ k = \"\", K = \"x\" }"];
    let truths = ["true", "false"];
    let numbers = ["0", "1", "2", "3"];
    for _ in 0..rounds {
        let variables = format!(
            "a = {}\nb = {}\nc = {}\nd = {}\nn = {}\nl = {}\nm = {}\n",
            texts[random(6)],
            texts[random(6)],
            truths[random(2)],
            truths[random(2)],
            numbers[random(4)],
            lists[random(5)],
            maps[random(5)],
        );
        let known = tree(&[("main.tf", &source), ("terraform.tfvars", &variables)]);
        let values = known.subject("t_r.r").values.as_map().expect("a map");
        for entry in said.subject("t_r.r").values.as_map().expect("a map").entries() {
            // Where the expression fails there is no plan at all.
            let Some(value) = values.get(&entry.key).filter(|value| value.is_known()) else { continue };
            let index = entry.key[1..].parse::<usize>().ok();
            let expression = index.map_or("dynamic block", |index| expressions[index]);
            assert!(
                fits(&entry.value, value),
                "{expression} was said to be {}, but is {} with\n{variables}",
                shown(&entry.value),
                shown(value)
            );
        }
    }
}
