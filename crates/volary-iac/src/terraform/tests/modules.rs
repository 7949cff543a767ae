use super::*;

#[test]
fn modules_hand_values_in_and_out() {
    let tree = tree(&[
        (
            "main.tf",
            "variable \"cidr\" {\n  default = \"10.0.0.0/8\"\n}\nmodule \"net\" {\n  source = \"./modules/net\"\n  cidr   = var.cidr\n  open   = true\n}\nresource \"t_r\" \"r\" {\n  a = module.net.cidr\n  b = module.net.id\n  c = module.net.missing\n}\n",
        ),
        (
            "modules/net/main.tf",
            "variable \"cidr\" {\n  type = string\n}\nvariable \"open\" {\n  type = bool\n}\nvariable \"other\" {\n  default = 5\n}\nmodule \"inner\" {\n  source = \"../inner\"\n  open   = var.open\n}\nresource \"t_net\" \"n\" {\n  cidr  = var.cidr\n  other = var.other\n  path  = path.module\n}\noutput \"cidr\" {\n  value = t_net.n.cidr\n}\noutput \"id\" {\n  value = t_net.n.id\n}\n",
        ),
        ("modules/inner/main.tf", "variable \"open\" {}\nresource \"t_in\" \"i\" {\n  public = var.open\n}\n"),
    ]);
    assert_eq!(tree.names(), ["."]);
    assert_eq!(tree.addresses("."), ["t_r.r", "module.net.t_net.n", "module.net.module.inner.t_in.i"]);
    let inner = tree.subject("module.net.module.inner.t_in.i");
    assert_eq!((&*inner.definition, &*inner.folder), ("t_in.i", "modules/inner"));
    let calls: Vec<String> =
        inner.calls.iter().map(|call| format!("{} {}", call.name, tree.place(call.span))).collect();
    assert_eq!(calls, ["module \"net\" main.tf:4:1", "module \"inner\" modules/net/main.tf:10:1"]);
    assert_eq!(
        tree.chain("module.net.module.inner.t_in.i", "public"),
        "Attribute modules/inner/main.tf:3:12 <- ModuleArgument modules/net/main.tf:12:12 <- ModuleArgument main.tf:7:12"
    );
    assert_eq!(
        tree.chain("module.net.t_net.n", "cidr"),
        "Attribute modules/net/main.tf:15:11 <- ModuleArgument main.tf:6:12 <- VariableDefault main.tf:2:13"
    );
    assert_eq!(tree.show("module.net.t_net.n", "path"), "\"modules/net\"");
    assert_eq!(tree.show("t_r.r", "a"), "\"10.0.0.0/8\"");
    assert_eq!(tree.references("t_r.r", "a"), "module.net.t_net.n#cidr");
    assert_eq!(tree.references("t_r.r", "b"), "module.net.t_net.n#id");
    assert!(
        tree.chain("t_r.r", "a")
            .starts_with("Attribute main.tf:10:7 <- Output modules/net/main.tf:20:11 <- ResourceAttribute")
    );
    assert_eq!(tree.show("t_r.r", "c"), "?error(the module has no output `missing`)");
}

#[test]
fn modules_are_repeated_too() {
    let tree = tree(&[
        (
            "main.tf",
            "variable \"u\" {}\nmodule \"c\" {\n  source = \"./m\"\n  count = 2\n  name = \"n${count.index}\"\n}\nmodule \"f\" {\n  source = \"./m\"\n  for_each = { a = \"x\" }\n  name = each.value\n}\nmodule \"u\" {\n  source = \"./m\"\n  for_each = var.u\n  name = each.key\n}\nmodule \"z\" {\n  source = \"./m\"\n  count = 0\n  name = \"z\"\n}\nresource \"t_r\" \"r\" {\n  a = module.c[1].name\n  b = module.f[\"a\"].name\n  c = module.c[*].name\n  d = { for k, m in module.f : k => m.name }\n  e = module.u[\"q\"].name\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"name\" {}\nresource \"t_m\" \"m\" {\n  name = var.name\n}\noutput \"name\" {\n  value = t_m.m.name\n}\n",
        ),
    ]);
    assert_eq!(
        tree.addresses("."),
        ["t_r.r", "module.c[0].t_m.m", "module.c[1].t_m.m", "module.f[\"a\"].t_m.m", "module.u.t_m.m"]
    );
    assert!(tree.subject("module.u.t_m.m").conditional.is_some());
    for (path, expected) in [("a", "\"n1\""), ("b", "\"x\""), ("c", "[\"n0\", \"n1\"]"), ("d", "{a: \"x\"}")] {
        assert_eq!(tree.show("t_r.r", path), expected, "{path}");
    }
    assert!(tree.value("t_r.r", "e").as_unknown().is_some());
}

#[test]
fn modules_that_are_not_here_are_gaps() {
    let files = [
        (
            "main.tf",
            "module \"v\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n  version = \"~> 5.0\"\n}\nmodule \"off\" {\n  source = \"x/y/z\"\n  count = 0\n}\nresource \"t_r\" \"r\" {\n  a = module.v.vpc_id\n  b = [for s in module.v.subnets : s]\n}\n",
        ),
        (
            ".terraform/modules/v/main.tf",
            "output \"vpc_id\" {\n  value = aws_vpc.v.id\n}\nresource \"aws_vpc\" \"v\" {}\n",
        ),
    ];
    let tree = tree_with(&files[..1], &[], &Limits::default());
    assert_eq!(tree.gaps("."), ["module.v: module `terraform-aws-modules/vpc/aws` is not installed here"]);
    assert_eq!(tree.show("t_r.r", "a"), "?remote(terraform-aws-modules/vpc/aws)");
    assert_eq!(tree.show("module.v", "version"), "\"~> 5.0\"");

    let tree = tree_with(&files, &[("", "v", ".terraform/modules/v")], &Limits::default());
    assert_eq!(tree.names(), ["."]);
    assert_eq!(tree.addresses("."), ["t_r.r", "module.v.aws_vpc.v"]);
    assert_eq!(tree.references("t_r.r", "a"), "module.v.aws_vpc.v#id");
}

#[test]
fn roots_are_folders_that_nobody_calls() {
    let tree = tree(&[
        ("examples/a/main.tf", "module \"m\" {\n  source = \"../..\"\n}\n"),
        ("main.tf", "resource \"t_r\" \"r\" {}\n"),
        ("other/main.tf", "resource \"t_r\" \"r\" {}\n"),
        ("circle/a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\nresource \"t_a\" \"a\" {}\n"),
        ("circle/b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
        ("docs/readme.tf", "# nothing\n"),
    ]);
    assert_eq!(tree.names(), ["circle/a", "examples/a", "other"]);
    assert_eq!(tree.addresses("examples/a"), ["module.m.t_r.r"]);
    assert!(tree.problems().iter().any(|problem| problem.contains("calls itself")));
    assert_eq!(tree.addresses("circle/a"), ["t_a.a"]);
}

#[test]
fn variable_files_make_variants() {
    let tree = tree(&[
        ("infra/main.tf", "variable \"size\" {\n  default = 1\n}\nresource \"t_r\" \"r\" {\n  size = var.size\n}\n"),
        ("infra/dev.tfvars", "size = 2\n"),
        ("infra/envs/prod.tfvars", "size = 3\n"),
        ("infra/envs/other.tfvars", "unrelated = 3\n"),
        ("infra/terraform.tfvars", "size = 0\n"),
        ("app/main.tf", "resource \"t_r\" \"r\" {}\n"),
    ]);
    assert_eq!(tree.names(), ["app", "infra (dev.tfvars)", "infra (envs/prod.tfvars)"]);
    let size = |unit: &str| {
        shown(
            tree.unit(unit)
                .subjects
                .iter()
                .find(|s| &*s.kind == "t_r")
                .and_then(|s| s.values.get("size"))
                .expect("size"),
        )
    };
    assert_eq!((size("infra (dev.tfvars)"), size("infra (envs/prod.tfvars)")), ("2".to_owned(), "3".to_owned()));

    let mut many: Vec<(String, &str)> = (0..40).map(|n| (format!("v{n:02}.tfvars"), "size = 2\n")).collect();
    many.push(("main.tf".to_owned(), "variable \"size\" {}\n"));
    let many: Vec<(&str, &str)> = many.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let tree = self::tree(&many);
    assert_eq!(tree.names().len(), 16);
    assert!(tree.problems()[0].contains("24 more variable files"));
}

#[test]
fn overrides_replace_what_they_name() {
    let tree = tree(&[
        (
            "main.tf",
            "resource \"t_r\" \"r\" {\n  a = 1\n  b = local.x\n  c {\n    d = 1\n  }\n}\nlocals {\n  x = 1\n}\n",
        ),
        ("override.tf", "resource \"t_r\" \"r\" {\n  a = 2\n  c {\n    d = 2\n  }\n}\nlocals {\n  x = 5\n}\n"),
    ]);
    assert_eq!(tree.addresses("."), ["t_r.r"]);
    assert_eq!(tree.show("t_r.r", "a"), "2");
    assert_eq!(tree.show("t_r.r", "b"), "5");
    assert_eq!(tree.show("t_r.r", "c"), "[{d: 2}]");
}

#[test]
fn json_syntax_is_evaluated_alike() {
    let tree = tree(&[(
        "main.tf.json",
        "{\"variable\": {\"n\": {\"type\": \"string\", \"default\": \"x\"}}, \"resource\": {\"t_r\": {\"r\": {\"count\": 2, \"name\": \"${var.n}-${count.index}\", \"rule\": [{\"port\": 1}], \"dynamic\": {\"d\": {\"for_each\": [1, 2], \"content\": {\"v\": \"${d.value}\"}}}}}}}",
    )]);
    assert_eq!(tree.addresses("."), ["t_r.r[0]", "t_r.r[1]"]);
    assert_eq!(tree.show("t_r.r[1]", "name"), "\"x-1\"");
    assert_eq!(tree.show("t_r.r[1]", "rule"), "[{port: 1}]");
    assert_eq!(tree.show("t_r.r[1]", "d"), "[{v: 1}, {v: 2}]");
}
