//! Where the parts of policy documents are written that stand in texts.

use volary_iac::terraform::{TreeFiles, units_reading};
use volary_model::Origin;

use super::*;

/// Files of a root module in the folder `` and of a module in `m`, with files beside them.
struct Texts(Vec<(&'static str, String)>);

impl Texts {
    fn one(text: &str) -> Self {
        Self(vec![("main.tf", text.to_owned())])
    }

    fn unit(&self) -> Unit {
        let mut folders: BTreeMap<Arc<str>, Folder> = BTreeMap::new();
        for (index, (path, text)) in self.0.iter().enumerate().filter(|(_, (path, _))| path.ends_with(".tf")) {
            let file = FileId(index as u32);
            let (body, issues) = hcl::parse(file, text);
            assert!(issues.is_empty(), "{issues:?}");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let body = SourceBody { file, name: "main.tf".into(), body: Arc::new(body) };
            folders.entry(folder.into()).or_default().files.push(body);
        }
        let input = Input { folders, ..Input::default() };
        let evaluated = units_reading(&input, &Limits::default(), Some(self));
        let (catalogue, _) = Catalogue::load(&[]);
        prepare(evaluated.units.into_iter().next().unwrap(), &catalogue).unit().clone()
    }

    /// The texts of the places of a value, last use first, each with its file and line.
    fn chain(&self, origin: &Origin) -> String {
        let place = |origin: &Origin| {
            let span = origin.span().unwrap();
            let (path, text) = &self.0[span.file.0 as usize];
            let (start, end) = (span.start as usize, span.end as usize);
            let first = text[start..end].lines().next().unwrap_or_default();
            format!("{path}:{} {first}", text[..start].matches('\n').count() + 1)
        };
        origin.steps().map(place).collect::<Vec<_>>().join(" < ")
    }

    /// The chain of the first value of a list of the only statement.
    fn first(&self, field: &str) -> String {
        let unit = self.unit();
        let [statement] = of_kind(&unit, "iam.statement")[..] else { panic!("one statement") };
        let value = statement.values.get(field).unwrap();
        let value = value.as_list().and_then(<[Value]>::first).unwrap_or(value);
        self.chain(&value.get("value").unwrap_or(value).origin)
    }
}

impl TreeFiles for Texts {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let found = self.0.iter().find(|(known, _)| *known == path);
        found.map(|(_, text)| text.as_bytes().into())
    }

    fn below(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn file(&self, path: &str, _: &str) -> Option<FileId> {
        self.0.iter().position(|(known, _)| *known == path).map(|index| FileId(index as u32))
    }
}

const DOCUMENT: &str = r#"{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:*"
      ],
      "Principal": {"AWS": "*"},
      "Resource": "arn:aws:s3:::${var.b}/*"
    }
  ]
}
"#;

fn policy(expression: &str) -> String {
    format!("resource \"aws_s3_bucket_policy\" \"p\" {{\n  policy = {expression}\n}}\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

#[test]
fn a_statement_in_a_heredoc_has_its_own_lines() {
    for (heredoc, first) in
        [(format!("<<EOF\n{DOCUMENT}EOF"), 1), (format!("<<-EOF\n{}    EOF", indented(DOCUMENT)), 5)]
    {
        let texts = Texts::one(&format!("variable \"b\" {{}}\n{}", policy(&heredoc)));
        assert_eq!(texts.first("actions"), "main.tf:9 \"s3:*\"");
        assert_eq!(texts.first("principals"), "main.tf:11 \"*\"");
        assert_eq!(texts.first("effect"), "main.tf:7 \"Allow\"");
        // What is put in lies behind the part that holds it, and behind no other.
        assert_eq!(texts.first("resources"), "main.tf:12 \"arn:aws:s3:::${var.b}/*\" < main.tf:1 variable \"b\"");
        let unit = texts.unit();
        let statement = of_kind(&unit, "iam.statement")[0];
        let text = &texts.0[0].1;
        let written = &text[statement.extent.start as usize..statement.extent.end as usize];
        assert!(written.starts_with("{\n") && written.ends_with('}') && written.contains("s3:*"), "{written}");
        let line = text[..statement.header.start as usize].rsplit('\n').next().unwrap();
        assert_eq!(line.len(), first + 3, "{line:?}");
        let document = statement.values.get("document").unwrap();
        assert!(texts.chain(&document.origin).starts_with("main.tf:3 <<"));
    }
}

#[test]
fn known_parts_that_are_put_in_keep_the_places_around_them() {
    let known = "variable \"b\" { default = \"logs\" }\n";
    let action = DOCUMENT.replace("\"s3:*\"", "${jsonencode(local.action)}");
    let texts =
        Texts::one(&format!("{known}{}locals {{\n  action = \"s3:*\"\n}}\n", policy(&format!("<<EOF\n{action}EOF"))));
    assert_eq!(texts.first("resources"), "main.tf:12 \"arn:aws:s3:::${var.b}/*\" < main.tf:1 \"logs\"");
    assert_eq!(texts.first("actions"), "main.tf:9 ${jsonencode(local.action)} < main.tf:19 \"s3:*\"");
    assert_eq!(texts.first("principals"), "main.tf:11 \"*\"");
}

#[test]
fn one_quoted_text_is_one_place() {
    let texts = Texts::one(&policy(r#""{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:*\"}}""#));
    assert!(texts.first("actions").starts_with("main.tf:2 \"{\\\"Statement"));
}

#[test]
fn a_text_that_must_not_be_shown_is_one_place() {
    let texts = Texts::one(&format!(
        "variable \"b\" {{\n  sensitive = true\n  default = \"x\"\n}}\n{}",
        policy(&format!("<<EOF\n{DOCUMENT}EOF"))
    ));
    assert!(texts.first("actions").starts_with("main.tf:6 <<EOF"));
}

#[test]
fn texts_keep_their_places_through_variables_locals_and_modules() {
    let document = DOCUMENT.replace("${var.b}", "b");
    let texts = Texts::one(&format!("{}locals {{\n  p = <<EOF\n{document}EOF\n}}\n", policy("local.p")));
    assert_eq!(texts.first("actions"), "main.tf:2 local.p < main.tf:11 \"s3:*\"");
    let texts = Texts::one(&format!(
        "{}variable \"p\" {{\n  type = string\n  default = <<-EOF\n{}  EOF\n}}\n",
        policy("var.p"),
        indented(&document)
    ));
    assert_eq!(texts.first("actions"), "main.tf:2 var.p < main.tf:12 \"s3:*\"");
    let texts = Texts(vec![
        ("main.tf", format!("module \"m\" {{\n  source = \"./m\"\n  p = <<EOF\n{document}EOF\n}}\n")),
        ("m/main.tf", format!("variable \"p\" {{}}\n{}", policy("var.p"))),
    ]);
    assert_eq!(texts.first("actions"), "m/main.tf:3 var.p < main.tf:9 \"s3:*\"");
}

#[test]
fn files_of_the_tree_have_places_too() {
    let document = DOCUMENT.replace("${var.b}", "b");
    let texts = Texts(vec![("main.tf", policy("file(\"p.json\")")), ("p.json", document)]);
    assert_eq!(texts.first("actions"), "main.tf:2 file(\"p.json\") < p.json:6 \"s3:*\"");
    let template = DOCUMENT.replace("var.b", "b");
    for (variables, put_in) in [
        ("{ b = \"x\" }", "\"x\""),
        ("{ b = aws_s3_bucket.b.id }", "aws_s3_bucket.b.id < main.tf:4 resource \"aws_s3_bucket\" \"b\""),
    ] {
        let call = format!("templatefile(\"${{path.module}}/p.tpl\", {variables})");
        let main = format!("{}resource \"aws_s3_bucket\" \"b\" {{}}\n", policy(&call));
        let texts = Texts(vec![("main.tf", main), ("p.tpl", template.clone())]);
        assert_eq!(texts.first("actions"), format!("main.tf:2 {call} < p.tpl:6 \"s3:*\""));
        let resource = format!("main.tf:2 {call} < p.tpl:9 \"arn:aws:s3:::${{b}}/*\" < main.tf:2 {put_in}");
        assert_eq!(texts.first("resources"), resource);
    }
}

#[test]
fn annotations_that_hold_documents_have_places() {
    let text = concat!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n  annotations:\n",
        "    a: |\n      {\n        \"x\": \"y\"\n      }\n",
        "    b: '{\"x\": \"y\"}'\n    c: \"{\\\"x\\\": \\\"y\\\"}\"\n",
    );
    let unit = manifest(text);
    let service = of_kind(&unit, "Service")[0];
    let annotations = service.values.get("metadata").and_then(|metadata| metadata.get("annotations")).unwrap();
    let place = |key: &str| {
        let inner = annotations.get(key).and_then(Value::decoded).and_then(|decoded| decoded.get("x")).unwrap();
        let span = inner.origin.span().unwrap();
        (text[..span.start as usize].matches('\n').count() + 1, &text[span.start as usize..span.end as usize])
    };
    assert_eq!(place("a"), (8, "\"y\""));
    assert_eq!(place("b"), (10, "\"y\""));
    assert_eq!(place("c").0, 11);
}
