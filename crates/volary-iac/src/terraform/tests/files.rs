use super::*;
use crate::terraform::{TreeFiles, units_reading};

struct Texts(BTreeMap<String, String>);

impl TreeFiles for Texts {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.0.get(path).map(|text| text.as_bytes().into())
    }

    fn below(&self, folder: &str) -> Option<Vec<String>> {
        let prefix = format!("{folder}/");
        Some(self.0.keys().filter_map(|path| path.strip_prefix(&prefix)).map(ToOwned::to_owned).collect())
    }
}

#[test]
fn functions_read_files_of_the_tree() {
    let source = "variable \"u\" {}\nresource \"t_r\" \"r\" {\n  a = file(\"${path.module}/policies/p.json\")\n  b = templatefile(\"policies/t.tpl\", { name = \"x\", ports = [1, 2], u = var.u })\n  c = file(\"../../outside\")\n  d = file(\"missing\")\n  e = fileset(\"policies\", \"*.json\")\n  f = fileexists(\"missing\")\n  g = templatestring(\"hi $${n}\", { n = 1 })\n  h = templatefile(\"policies/bad.tpl\", {})\n  i = templatefile(\"policies/t.tpl\", var.u)\n}\n";
    let mut files = Files::default();
    let file = files.add(SourceFile::new("infra/main.tf", source));
    let (body, issues) = hcl::parse(file, source);
    assert!(issues.is_empty());
    let mut input = Input::default();
    let source = SourceBody { file, name: "main.tf".into(), body: Arc::new(body) };
    input.folders.insert("infra".into(), Folder { files: vec![source], ..Folder::default() });
    let texts = [
        ("infra/policies/p.json", "{\"a\": 1}"),
        ("infra/policies/t.tpl", "${name}%{ for p in ports }:${p}%{ endfor } ${upper(u)}"),
        ("infra/policies/bad.tpl", "${var.x} ${"),
    ];
    let texts = Texts(texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
    let tree = Tree { files, evaluated: units_reading(&input, &Limits::default(), Some(&texts)) };
    for (path, expected) in [
        ("a", "\"{\\\"a\\\": 1}\""),
        ("b", "?var(u)!+~x:1:2 *"),
        ("c", "?outside(../../outside)!"),
        ("d", "?outside(missing)!"),
        ("e", "[\"p.json\"]"),
        ("f", "?outside(missing)!"),
        ("g", "\"hi 1\""),
    ] {
        assert_eq!(tree.show("t_r.r", path), expected, "{path}");
    }
    assert!(tree.show("t_r.r", "h").starts_with("?error(templatefile"));
    assert!(tree.value("t_r.r", "i").as_unknown().is_some());
}
