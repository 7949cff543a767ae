use super::*;

#[test]
fn count_and_for_each_make_instances() {
    let tree = root(
        "resource \"t_c\" \"c\" {\n  count = 2\n  name = \"n${count.index}\"\n}\nresource \"t_f\" \"f\" {\n  for_each = { a = 1, \"b.c\" = 2 }\n  name = \"${each.key}-${each.value}\"\n}\nresource \"t_s\" \"s\" {\n  for_each = toset([\"y\", \"x\"])\n  name = each.value\n  same = each.key == each.value\n}\nresource \"t_n\" \"n\" {\n  count = 0\n}\nresource \"t_b\" \"b\" {\n  count = \"1\"\n}\nresource \"t_r\" \"r\" {\n  a = t_c.c[1].name\n  b = t_f.f[\"a\"].name\n  c = t_c.c[*].id\n  d = [for k, v in t_f.f : v.arn]\n  e = t_c.c[5].id\n  f = length(t_n.n)\n  g = one(t_n.n[*].id)\n  h = { for k, v in t_f.f : k => v.id }\n  i = values(t_f.f)[*].id\n  j = try(t_n.n[0].id, \"none\")\n}\n",
    );
    assert_eq!(
        tree.addresses("."),
        ["t_c.c[0]", "t_c.c[1]", "t_f.f[\"a\"]", "t_f.f[\"b.c\"]", "t_s.s[\"x\"]", "t_s.s[\"y\"]", "t_b.b[0]", "t_r.r"]
    );
    assert_eq!(&*tree.subject("t_f.f[\"b.c\"]").definition, "t_f.f");
    assert_eq!(tree.show("t_f.f[\"b.c\"]", "name"), "\"b.c-2\"");
    assert_eq!(tree.show("t_s.s[\"x\"]", "same"), "true");
    for (path, expected) in [
        ("a", "\"n1\""),
        ("b", "\"a-1\""),
        ("c", "[?computed(t_c.c[0].id)!+, ?computed(t_c.c[1].id)!+]"),
        ("d", "[?computed(t_f.f[\"a\"].arn)!+, ?computed(t_f.f[\"b.c\"].arn)!+]"),
        ("e", "?error(t_c.c[5] does not exist)"),
        ("f", "0"),
        ("g", "null"),
        ("j", "\"none\""),
    ] {
        assert_eq!(tree.show("t_r.r", path), expected, "{path}");
    }
    assert_eq!(tree.references("t_r.r", "a"), "t_c.c[1]#name");
    assert_eq!(tree.references("t_r.r", "h.a"), "t_f.f[\"a\"]#id");
    assert_eq!(tree.references("t_r.r", "i.1"), "t_f.f[\"b.c\"]#id");
    assert!(tree.subject("t_c.c[0]").conditional.is_none());
}

#[test]
fn instances_that_are_not_known_are_judged_once() {
    let tree = root(
        "variable \"u\" {}\nresource \"t_c\" \"c\" {\n  count = var.u ? 1 : 0\n  name = \"n${count.index}\"\n}\nresource \"t_f\" \"f\" {\n  for_each = var.u\n  name = each.key\n  size = each.value.size\n}\nresource \"t_m\" \"m\" {\n  for_each = merge(var.u, { a = 1 })\n  v = each.value\n}\nresource \"t_p\" \"p\" {\n  for_each = t_f.f\n  parent = each.value.id\n}\nresource \"t_r\" \"r\" {\n  a = t_c.c[0].id\n  b = t_f.f[\"x\"].size\n  c = try(t_c.c[0].id, \"none\")\n  d = t_c.c[*].id\n  e = one(t_c.c[*].arn)\n}\n",
    );
    assert_eq!(tree.addresses("."), ["t_c.c", "t_f.f", "t_m.m[\"a\"]", "t_m.m", "t_p.p", "t_r.r"]);
    assert!(tree.subject("t_c.c").conditional.is_some());
    assert!(tree.subject("t_m.m[\"a\"]").conditional.is_none());
    assert!(tree.subject("t_m.m").conditional.is_some());
    assert_eq!(tree.show("t_c.c", "name"), "?key(t_c.c)!+~n*");
    assert_eq!(tree.show("t_f.f", "size"), "?var(u)");
    assert_eq!(tree.show("t_m.m[\"a\"]", "v"), "1");
    assert_eq!(tree.references("t_p.p", "parent"), "t_f.f#id");
    assert_eq!(tree.references("t_r.r", "a"), "t_c.c#id");
    assert_eq!(tree.show("t_r.r", "b"), "?var(u)");
    // The instance may not be there, so `try` may give either.
    assert_eq!(tree.show("t_r.r", "c"), "?computed(t_c.c.id)!+");
    assert_eq!(tree.references("t_r.r", "d"), "t_c.c#id~");
}

#[test]
fn blocks_of_one_type_are_a_list() {
    let tree = root(
        "resource \"t_r\" \"r\" {\n  name = \"x\"\n  ingress {\n    port = 1\n  }\n  tags = {}\n  ingress {\n    port = 2\n    inner { x = true }\n  }\n  lifecycle {\n    ignore_changes = [tags, ingress[0].port]\n    prevent_destroy = true\n  }\n  provisioner \"local-exec\" {\n    command = \"ls ${self.id}\"\n  }\n  depends_on = [t_x.y]\n  provider = t.w\n}\n",
    );
    assert_eq!(tree.show("t_r.r", "ingress"), "[{port: 1}, {port: 2, inner: [{x: true}]}]");
    assert_eq!(tree.show("t_r.r", "lifecycle.0.ignore_changes"), "[\"tags\", \"ingress[0].port\"]");
    assert_eq!(tree.show("t_r.r", "provisioner.0.type"), "\"local-exec\"");
    let keys: Vec<&str> =
        tree.subject("t_r.r").values.as_map().expect("map").entries().iter().map(|e| &*e.key).collect();
    assert_eq!(keys, ["name", "ingress", "tags", "lifecycle", "provisioner"]);
    assert_eq!(tree.chain("t_r.r", "ingress"), "Block main.tf:3:3");
    assert_eq!(tree.chain("t_r.r", "ingress.1"), "Block main.tf:7:3");
}

#[test]
fn dynamic_blocks_are_made_from_their_collection() {
    let tree = root(
        "variable \"u\" {}\nvariable \"ports\" {\n  default = [22, 443]\n}\nresource \"t_r\" \"r\" {\n  rule {\n    port = 1\n  }\n  dynamic \"rule\" {\n    for_each = var.ports\n    content {\n      port = rule.value\n      at   = rule.key\n    }\n  }\n  dynamic \"outer\" {\n    for_each = { a = [1], b = [2, 3] }\n    iterator = o\n    content {\n      name = o.key\n      dynamic \"inner\" {\n        for_each = o.value\n        content {\n          v = \"${o.key}${inner.value}\"\n        }\n      }\n    }\n  }\n  dynamic \"none\" {\n    for_each = []\n    content {}\n  }\n  open {\n    p = 1\n  }\n  dynamic \"open\" {\n    for_each = var.u\n    content {\n      p = open.value\n      k = k_key.k.id\n    }\n  }\n  dynamic \"maybe\" {\n    for_each = var.u ? [1] : []\n    content {\n      p = 1\n    }\n  }\n}\n",
    );
    assert_eq!(tree.show("t_r.r", "rule"), "[{port: 1}, {port: 22, at: 0}, {port: 443, at: 1}]");
    assert_eq!(
        tree.show("t_r.r", "outer"),
        "[{name: \"a\", inner: [{v: \"a1\"}]}, {name: \"b\", inner: [{v: \"b2\"}, {v: \"b3\"}]}]"
    );
    assert!(tree.subject("t_r.r").values.get("none").is_none());
    assert_eq!(tree.show("t_r.r", "open"), "?var(u)!+ holds [{p: 1}]");
    assert_eq!(tree.references("t_r.r", "open"), "k_key.k#id~");
    assert_eq!(tree.show("t_r.r", "maybe"), "?var(u)!<=1");
    assert_eq!(tree.chain("t_r.r", "rule.1"), "Block main.tf:9:3 <- VariableDefault main.tf:3:14");
    assert_eq!(tree.chain("t_r.r", "rule.1.port"), "Attribute main.tf:12:14 <- VariableDefault main.tf:3:14");
}

#[test]
fn data_sources_are_subjects_with_unknown_answers() {
    let tree = root(
        "data \"aws_thing\" \"a\" {\n  owners = [\"self\"]\n}\nresource \"t_r\" \"r\" {\n  ami = data.aws_thing.a.id\n  o = data.aws_thing.a.owners[0]\n}\n",
    );
    assert_eq!(&*tree.subject("data.aws_thing.a").kind, "data.aws_thing");
    assert_eq!(&*tree.subject("data.aws_thing.a").provider, "aws");
    assert_eq!(tree.show("t_r.r", "ami"), "?data(data.aws_thing.a.id)!+");
    assert_eq!(tree.show("t_r.r", "o"), "\"self\"");
}

#[test]
fn policy_documents_are_computed() {
    let tree = root(
        "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"s3:*\"]\n    resources = [\"*\"]\n  }\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n",
    );
    let policy = tree.value("aws_iam_policy.p", "policy");
    assert!(policy.as_text().is_some_and(|text| text.contains("s3:*")), "{}", shown(policy));
    assert!(policy.decoded().is_some());
}

#[test]
fn versions_of_providers_come_from_locks_and_constraints() {
    let tree = tree(&[
        (
            "main.tf",
            "terraform {\n  required_providers {\n    azurerm = {\n      source = \"hashicorp/azurerm\"\n      version = \"~> 4.0\"\n    }\n    aws = \"~> 5.0\"\n  }\n  backend \"s3\" {\n    encrypt = true\n  }\n}\nprovider \"aws\" {\n  alias = \"w\"\n  region = \"x\"\n}\nresource \"azurerm_x\" \"a\" {}\nresource \"aws_x\" \"a\" {}\nresource \"google_x\" \"a\" {}\nmodule \"m\" {\n  source = \"./m\"\n}\n",
        ),
        (".terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/azurerm\" {\n  version = \"4.12.0\"\n}\n"),
        (
            "m/main.tf",
            "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      version = \">= 4.9\"\n    }\n  }\n}\nresource \"aws_x\" \"b\" {}\n",
        ),
    ]);
    let version = |address: &str| tree.subject(address).provider_version.as_deref().map(ToOwned::to_owned);
    assert_eq!(version("azurerm_x.a").as_deref(), Some("= 4.12.0"));
    assert_eq!(version("aws_x.a").as_deref(), Some("~> 5.0"));
    assert_eq!(version("google_x.a"), None);
    assert_eq!(version("module.m.aws_x.b").as_deref(), Some("~> 5.0, >= 4.9"));
    assert_eq!(tree.show("backend.s3", "encrypt"), "true");
    assert_eq!(tree.show("provider.aws.w", "region"), "\"x\"");
    assert_eq!(tree.show("required_provider.azurerm", "version"), "\"~> 4.0\"");
    assert_eq!(tree.show("module.m", "source"), "\"./m\"");
    assert_eq!(tree.show("terraform", "backend"), "\"s3\"");
}
