use super::*;

#[test]
fn a_module_that_includes_itself_ends() {
    let tree = tree(&[
        (
            "main.tf",
            "module \"me\" {\n  source = \"./\"\n}\nmodule \"m\" {\n  source = \"./m\"\n}\nresource \"t_r\" \"r\" {\n  a = module.me.x\n}\n",
        ),
        ("m/main.tf", "module \"up\" {\n  source = \"../\"\n}\n"),
    ]);
    assert_eq!(tree.addresses("."), ["t_r.r"]);
    assert_eq!(tree.problems().len(), 2);
    assert_eq!(tree.gaps(".").len(), 2);
}

#[test]
fn modules_that_multiply_are_bounded() {
    let mut files = Vec::new();
    for level in 0..24 {
        let call = format!(
            "module \"a\" {{\n  source = \"../m{0}\"\n}}\nmodule \"b\" {{\n  source = \"../m{0}\"\n}}\n",
            level + 1
        );
        files.push((format!("m{level}/main.tf"), call));
    }
    files.push(("m24/main.tf".to_owned(), "resource \"t_r\" \"r\" {}\n".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let limits = Limits { instances_per_unit: 500, threads: 1, ..Limits::default() };
    let tree = tree_with(&files, &[], &limits);
    assert!(tree.unit("m0").subjects.len() < 2_000);
    assert!(!tree.unit("m0").gaps.is_empty());
}

#[test]
fn huge_counts_are_bounded() {
    let tree = root(
        "resource \"t_r\" \"r\" {\n  count = 10000000\n  n = count.index\n}\nresource \"t_s\" \"s\" {\n  a = t_r.r[5].n\n}\n",
    );
    assert_eq!(tree.addresses(".").len(), 1_001);
    assert!(tree.problems()[0].contains("10000000"));
    assert_eq!(tree.gaps("."), ["t_r.r: a limit was reached: the instances of t_r.r"]);
    assert_eq!(tree.show("t_s.s", "a"), "5");
    for count in ["-1", "1e300", "null", "\"x\"", "[]", "{}"] {
        let _ = root(&format!(
            "resource \"t_r\" \"r\" {{\n  count = {count}\n}}\nresource \"t_f\" \"f\" {{\n  for_each = {count}\n}}\n"
        ));
    }
}

#[test]
fn chains_of_references_are_followed_and_bounded() {
    let chain = |length: usize| {
        let mut text = String::from("locals {\n  l0 = 1\n");
        for n in 1..=length {
            text.push_str(&format!("  l{n} = local.l{} + 1\n", n - 1));
        }
        text.push_str(&format!("}}\nresource \"t_r\" \"r\" {{\n  v = local.l{length}\n}}\n"));
        root(&text).show("t_r.r", "v")
    };
    assert_eq!(chain(300), "301");
    assert!(chain(20_000).starts_with("?limit"));
}

#[test]
fn values_that_multiply_are_bounded() {
    let doubling = |step: &str| {
        let mut text = String::from("locals {\n  l0 = \"xxxxxxxxxxxxxxxx\"\n  m0 = [1, 2, 3, 4]\n");
        for n in 1..60 {
            text.push_str(&format!("  l{n} = {}\n", step.replace('@', &format!("local.l{}", n - 1))));
        }
        text.push_str("}\nresource \"t_r\" \"r\" {\n  v = local.l59\n}\n");
        root(&text).show("t_r.r", "v")
    };
    for step in [
        "\"${@}${@}\"",
        "[@, @]",
        "{ a = @, b = @ }",
        "concat([@], [@], [@])",
        "jsonencode([@, @])",
        "[for x in [1, 2] : @]",
    ] {
        let shown = doubling(step);
        assert!(shown.contains("?limit"), "{step}: {}", &shown[..shown.len().min(200)]);
    }
    let limits = Limits { work_per_unit: 500_000, threads: 1, ..Limits::default() };
    let source = "locals {\n  r = range(1000)\n  x = [for a in local.r : [for b in local.r : [for c in local.r : a + b + c]]]\n}\nresource \"t_r\" \"r\" {\n  v = length(local.x)\n}\nresource \"t_s\" \"s\" {\n  name = \"a\"\n}\n";
    let loops = tree_with(&[("main.tf", source)], &[], &limits);
    assert_eq!(loops.evaluated.units.len(), 1);
}

#[test]
fn broken_files_keep_the_rest() {
    let tree = tree(&[
        ("a.tf", "resource \"t_a\" \"a\" {\n  x = [1,\n}\n"),
        ("b.tf", "\u{feff}resource \"t_b\" \"b\" {\r\n  x = \"1\"\r\n  y = <<EOT\r\nz\r\nEOT\r\n}\r\n"),
        ("c.tf", ""),
        ("d.tf", "resource \"t_d\" \"d\" {\n  x = \"\\q\"\n  y = 2\n}\n"),
    ]);
    assert_eq!(tree.addresses("."), ["t_b.b", "t_d.d"]);
    assert_eq!(tree.show("t_d.d", "x"), "?unreadable(the expression)");
    assert_eq!(tree.show("t_d.d", "y"), "2");
    assert_eq!(tree.gaps(".").len(), 1);
}

#[test]
fn the_answer_does_not_depend_on_threads() {
    let files: Vec<(String, String)> = (0..12)
        .map(|n| (format!("r{n:02}/main.tf"), format!("locals {{\n  a = [for x in range({n}) : \"v${{x}}\"]\n}}\nresource \"t_r\" \"r\" {{\n  for_each = toset(local.a)\n  v = each.key\n  w = module.x.y\n}}\nmodule \"x\" {{\n  source = \"a/b/c\"\n}}\n")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let all: Vec<String> = [1, 2, 7]
        .iter()
        .map(|threads| {
            format!("{:?}", tree_with(&files, &[], &Limits { threads: *threads, ..Limits::default() }).evaluated)
        })
        .collect();
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}

/// Mutations of a tree: no panic, bounded work, references and spans in order. `VOLARY_FUZZ_ROUNDS` runs more.
#[test]
fn mutated_trees_never_panic() {
    const MAIN: &str = "variable \"u\" {}\nvariable \"o\" {\n  type = object({ a = optional(list(string), [\"x\"]), b = number })\n  default = { b = 1 }\n}\nlocals {\n  m = { for k, v in var.o.a : k => upper(v) if v != \"\" }\n  t = \"a-${var.u}-%{for x in var.o.a}${x}%{endfor}\"\n}\nresource \"aws_x\" \"y\" {\n  for_each = toset(var.o.a)\n  name = try(each.value.q, local.t, \"z\")\n  dynamic \"rule\" {\n    for_each = var.u\n    content {\n      p = rule.value[0]\n    }\n  }\n}\nmodule \"m\" {\n  source = \"./m\"\n  count = 2\n  in = aws_x.y[\"x\"].name\n}\noutput \"o\" {\n  value = [module.m[*].out, one(aws_x.y[*]), module.m[0].out]\n}\n";
    const INNER: &str = "variable \"in\" {\n  type = string\n}\nresource \"aws_z\" \"z\" {\n  count = var.in == \"q\" ? 1 : 0\n  v = jsonencode({ a = var.in, b = data.d.e.f })\n}\noutput \"out\" {\n  value = aws_z.z[*].id\n}\n";
    let words: Vec<&str> =
        MAIN.split_inclusive([' ', '.', '\n']).chain(INNER.split_inclusive([' ', '.', '\n'])).collect();
    let rounds = std::env::var("VOLARY_FUZZ_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_u32);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for round in 0..rounds {
        let mut texts = Vec::new();
        for source in [MAIN, INNER] {
            let mut parts: Vec<&str> = source.split_inclusive([' ', '.', '\n']).collect();
            for _ in 0..random(5) {
                let from = random(parts.len() + 1);
                let to = (from + random(3)).min(parts.len());
                let new = match random(4) {
                    0 => vec![],
                    1 => vec![
                        ["null ", "{} ", "[] ", "-1 ", "var.u ", "each.value ", "[*]", "...", "\"${", "} ", "!"]
                            [random(11)],
                    ],
                    _ => vec![words[random(words.len())]],
                };
                parts.splice(from..to, new);
            }
            texts.push(parts.concat());
        }
        let limits = Limits { work_per_unit: 200_000, threads: 1, ..Limits::default() };
        let tree = tree_with(&[("main.tf", &texts[0]), ("m/main.tf", &texts[1])], &[], &limits);
        for problem in tree.problems() {
            assert!(!problem.contains("failed"), "round {round}: {problem}\n{}\n{}", texts[0], texts[1]);
        }
        for unit in &tree.evaluated.units {
            for subject in &unit.subjects {
                assert!(subject.values.as_map().is_some());
                let _ = shown(&subject.values);
            }
        }
    }
}

#[test]
fn chains_of_resources_are_followed_and_bounded() {
    for (length, complete) in [(300, true), (5_000, false)] {
        let mut text = String::from("resource \"t_r\" \"r0\" {\n  v = \"x\"\n}\n");
        for n in 1..=length {
            text.push_str(&format!("resource \"t_r\" \"r{n}\" {{\n  v = [for x in [jsonencode({{ a = [upper(t_r.r{}.v)] }})] : \"${{x}}\"][0] == \"\" ? \"y\" : t_r.r{}.v\n}}\n", n - 1, n - 1));
        }
        // Asked from the end, so that each needs the one before it.
        text.push_str(&format!("locals {{\n  last = t_r.r{length}.v\n}}\n"));
        let text = format!("resource \"a_first\" \"f\" {{\n  v = local.last\n}}\n{text}");
        let shown = root(&text).show("a_first.f", "v");
        assert_eq!(shown == "\"x\"", complete, "{length}: {shown}");
    }
}
