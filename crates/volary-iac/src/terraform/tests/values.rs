use super::*;

/// The value of `v` in a root module with these definitions before it.
fn local(before: &str, expression: &str) -> String {
    root(&format!("{before}\nresource \"t_r\" \"r\" {{\n  v = {expression}\n}}\n")).show("t_r.r", "v")
}

#[test]
fn expressions_have_the_values_that_terraform_gives() {
    for (expression, expected) in [
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("7 % 4 == 3 && !(1 > 2) || false", "true"),
        ("-(3) + 10 / 4", "-0.5"),
        ("true ? \"a\" : \"b\"", "\"a\""),
        ("\"x-${1 + 1}-${true}\"", "\"x-2-true\""),
        ("\"${[1, 2]}\"", "[1, 2]"),
        ("\"%{if 1 > 2}a%{else}b%{endif}%{for i, v in [\"x\", \"y\"]}${i}${v}%{endfor}\"", "\"b0x1y\""),
        ("[for i, v in [\"a\", \"b\"] : \"${i}${v}\" if v != \"a\"]", "[\"1b\"]"),
        ("{for k, v in {b = 1, a = 2} : upper(k) => v + 1}", "{A: 3, B: 2}"),
        ("{for v in [\"aa\", \"ab\", \"b\"] : substr(v, 0, 1) => v...}", "{a: [\"aa\", \"ab\"], b: [\"b\"]}"),
        ("[{a = [1, 2]}, {a = [3]}][*].a[0]", "[1, 3]"),
        ("[{a = {b = 1}}].*.a.b", "[1]"),
        ("null[*]", "[]"),
        ("{a = {\"b.c\" = 1}}.a[\"b.c\"]", "1"),
        ("[1, 2].1", "2"),
        ("max([1, 5, 3]...)", "5"),
        ("try({}.a, [1][3], \"c\")", "\"c\""),
        ("can({a = 1}.b) ? 1 : 2", "2"),
        ("jsonencode({a = [1, true, null]})", "\"{\\\"a\\\":[1,true,null]}\""),
        ("{(\"a\") = 1, 2 = 3}", "{a: 1, 2: 3}"),
        ("\"1\" == 1", "false"),
        ("[1] == [1]", "true"),
        ("path.module", "\".\""),
        ("terraform.workspace", "?outside(terraform.workspace)!+"),
        ("{}.a", "?error(an object without `a`)"),
        ("1 / 0", "?error(a division by zero)"),
        ("nonsense(1)", "?error(nonsense: there is no function of this name)"),
    ] {
        assert_eq!(local("", expression), expected, "{expression}");
    }
}

#[test]
fn unknowns_keep_what_is_known_of_them() {
    let variables = "variable \"u\" {}\nvariable \"t\" {\n  type = string\n  nullable = false\n}\nvariable \"l\" {\n  type = list(string)\n}\n";
    for (expression, expected) in [
        ("var.u", "?var(u)"),
        ("\"a-${var.u}-b\"", "?var(u)!+~a-*-b"),
        ("var.u ? \"ax\" : \"ay\"", "?var(u)!+~a*"),
        ("var.u ? 1 : 1", "1"),
        ("var.u ? [] : [1]", "?var(u)!<=1"),
        ("false && var.u", "false"),
        ("var.u || true", "true"),
        ("var.u && true", "?var(u)!"),
        ("!var.u", "?var(u)!"),
        ("var.t == null", "false"),
        ("var.t", "?var(t)!"),
        ("[for x in var.l : x]", "?var(l)!"),
        ("[for x in [1, 2, 3] : x if x == 1 || x == var.u]", "?var(u)!+<=3 holds [1]"),
        ("{a = 1, (var.u) = 2}", "?var(u)!+<=2 holds {a: 1}"),
        ("{a = 1, (var.u) = 2}.a", "1"),
        ("var.l[*]", "?var(l)!"),
        ("var.u.a.b", "?var(u)"),
        ("[\"a\", \"ab\"][var.u]", "?var(u)!+~a*"),
        ("try(var.u.a, \"x\")", "?var(u)"),
        ("try(\"x\", var.u)", "\"x\""),
        ("can(var.u.a)", "?var(u)!"),
        ("length([var.u, 1])", "2"),
        ("missing.thing.id", "?outside(missing.thing.id)!+"),
        ("try(missing.thing.list[0], 1)", "?outside(missing.thing.list.0)"),
        ("local.missing", "?outside(local.missing)"),
        ("var.missing", "?var(missing)"),
    ] {
        assert_eq!(local(variables, expression), expected, "{expression}");
    }
}

#[test]
fn variables_take_their_values_from_where_terraform_takes_them() {
    let tree = tree(&[
        (
            "main.tf",
            "variable \"a\" { default = 1 }\nvariable \"b\" { default = 1 }\nvariable \"c\" { default = 1 }\nvariable \"d\" {\n  default = 1\n  nullable = false\n}\nresource \"t_r\" \"r\" {\n  v = [var.a, var.b, var.c, var.d]\n}\n",
        ),
        ("terraform.tfvars", "a = 2\nb = 2\nd = null\n"),
        ("z.auto.tfvars", "b = 4\n"),
        ("a.auto.tfvars.json", "{\"b\": 3, \"a\": 3}"),
    ]);
    assert_eq!(tree.names(), ["."]);
    assert_eq!(tree.show("t_r.r", "v"), "[3, 4, 1, 1]");
    assert_eq!(tree.chain("t_r.r", "v.1"), "Attribute main.tf:9:15 <- VariableFile z.auto.tfvars:1:5");
    assert_eq!(tree.chain("t_r.r", "v.2"), "Attribute main.tf:9:22 <- VariableDefault main.tf:3:26");
}

#[test]
fn types_convert_values() {
    let convert = |ty: &str, value: &str| {
        root(&format!(
            "variable \"v\" {{\n  type = {ty}\n  default = {value}\n}}\nresource \"t_r\" \"r\" {{\n  v = var.v\n}}\n"
        ))
        .show("t_r.r", "v")
    };
    for (ty, value, expected) in [
        ("string", "1", "\"1\""),
        ("number", "\"2\"", "2"),
        ("bool", "\"true\"", "true"),
        ("list(string)", "[1, true]", "[\"1\", \"true\"]"),
        ("set(string)", "[\"b\", \"a\", \"b\"]", "[\"a\", \"b\"]"),
        ("map(number)", "{a = \"1\"}", "{a: 1}"),
        ("tuple([string, number])", "[1, \"2\"]", "[\"1\", 2]"),
        (
            "object({a = string, b = optional(number, 5), c = optional(string)})",
            "{a = 1, d = 2}",
            "{a: \"1\", b: 5, c: null}",
        ),
        ("object({a = optional(object({b = optional(bool, true)}), {})})", "{}", "{a: {b: true}}"),
        ("map(object({a = optional(string, \"x\")}))", "{k = {}, l = {a = null}}", "{k: {a: \"x\"}, l: {a: \"x\"}}"),
        ("list(string)", "\"x\"", "?type(not a list)"),
        ("object({a = string})", "{}", "?type(an object without `a`)"),
        ("any", "[1]", "[1]"),
        ("\"list\"", "[1]", "[1]"),
    ] {
        assert_eq!(convert(ty, value), expected, "{ty} {value}");
    }
    let tree = root(
        "variable \"v\" {\n  type = map(object({n = number}))\n}\nresource \"t_r\" \"r\" {\n  v = var.v[\"k\"].n\n  w = var.v\n}\n",
    );
    let unknown = tree.value("t_r.r", "v").as_unknown().expect("unknown").clone();
    assert_eq!(unknown.ty, volary_model::Type::Number);
}

#[test]
fn sensitive_values_stay_sensitive() {
    let tree = root(
        "variable \"p\" {\n  sensitive = true\n  default = \"x\"\n}\nlocals {\n  a = \"${var.p}-y\"\n  b = { k = var.p }\n}\nresource \"t_r\" \"r\" {\n  a = local.a\n  b = local.b.k\n  c = upper(var.p)\n  d = var.p == \"x\" ? \"1\" : \"2\"\n  e = \"plain\"\n}\n",
    );
    for name in ["a", "b", "c", "d"] {
        assert!(tree.value("t_r.r", name).is_sensitive(), "{name}");
    }
    assert!(!tree.value("t_r.r", "e").is_sensitive());
}

#[test]
fn references_follow_values() {
    let tree = root(
        "resource \"k_key\" \"k\" {\n  name = \"n\"\n  part {\n    x = 1\n  }\n}\ndata \"d_s\" \"d\" {}\nlocals {\n  key = k_key.k\n}\nresource \"t_r\" \"r\" {\n  a = k_key.k.arn\n  b = k_key.k.name\n  c = \"p/${k_key.k.id}\"\n  d = k_key.k.part[0].x\n  e = k_key.k.part[0].y\n  f = data.d_s.d.z\n  g = local.key.arn\n  h = [k_key.k.id]\n  i = k_key.k\n  j = \"${k_key.k.arn}\"\n  l = k_key.k.tags.x\n}\nresource \"t_r\" \"s\" {\n  a = t_r.r.b\n  b = t_r.r.a\n}\n",
    );
    for (path, expected, references) in [
        ("a", "?computed(k_key.k.arn)!+", "k_key.k#arn"),
        ("b", "\"n\"", "k_key.k#name"),
        ("c", "?computed(k_key.k.id)!+~p/*", "k_key.k#id~"),
        ("d", "1", "k_key.k#part.0.x"),
        ("e", "?computed(k_key.k.part.0.y)", "k_key.k#part.0.y"),
        ("f", "?data(data.d_s.d.z)", "data.d_s.d#z"),
        ("g", "?computed(k_key.k.arn)!+", "k_key.k#arn"),
        ("h.0", "?computed(k_key.k.id)!+", "k_key.k#id"),
        ("i", "{name: \"n\", part: [{x: 1}]}", "k_key.k#"),
        ("j", "?computed(k_key.k.arn)!+", "k_key.k#arn"),
        ("l", "?computed(k_key.k.tags.x)", "k_key.k#tags.x"),
    ] {
        assert_eq!(tree.show("t_r.r", path), expected, "{path}");
        assert_eq!(tree.references("t_r.r", path), references, "{path}");
    }
    assert_eq!(tree.references("t_r.s", "a"), "t_r.r#b k_key.k#name");
    assert_eq!(tree.references("t_r.s", "b"), "t_r.r#a k_key.k#arn");
    assert_eq!(
        tree.chain("t_r.s", "a"),
        "Attribute main.tf:25:7 <- ResourceAttribute main.tf:13:7 <- ResourceAttribute main.tf:2:10"
    );
}

#[test]
fn circles_become_unknown() {
    let tree = root(
        "locals {\n  a = local.b\n  b = [local.a]\n}\nvariable \"v\" { default = var.v }\nresource \"t_r\" \"r\" {\n  a = local.a\n  v = var.v\n  s = t_r.r.x\n}\n",
    );
    assert_eq!(tree.show("t_r.r", "a"), "[?error(local.a, which refers to itself)]");
    assert_eq!(tree.show("t_r.r", "v"), "?error(var.v, which refers to itself)");
    assert_eq!(tree.references("t_r.r", "s"), "t_r.r#x");
}

#[test]
fn origins_name_the_place_of_use_first() {
    let tree = root(
        "variable \"c\" {\n  default = [{ port = 22 }]\n}\nlocals {\n  p = var.c[0].port\n}\nresource \"t_r\" \"r\" {\n  a = local.p\n  b = \"x${local.p}\"\n  c = var.c[0].port > 1 ? true : false\n  d = max(local.p, 1)\n  e = { f = 1 }\n}\n",
    );
    assert_eq!(tree.chain("t_r.r", "a"), "Attribute main.tf:8:7 <- Local main.tf:5:7 <- VariableDefault main.tf:2:23");
    assert!(tree.chain("t_r.r", "b").starts_with("Attribute main.tf:9:7 <- Local main.tf:5:7"));
    assert_eq!(tree.chain("t_r.r", "c"), "Attribute main.tf:10:7 <- VariableDefault main.tf:2:23");
    assert!(tree.chain("t_r.r", "d").starts_with("Attribute main.tf:11:7"));
    assert_eq!(tree.chain("t_r.r", "e.f"), "Attribute main.tf:12:13");
}
