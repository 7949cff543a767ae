//! What a newcomer sees first: the example of the README in every form that people read.

mod common;

use common::Tree;

/// The example of the repository, copied so that it is a tree of its own.
fn shop() -> Tree {
    let tree = Tree::new(&[]);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
    for path in
        ["infra/main.tf", "infra/variables.tf", "infra/modules/network/main.tf", "k8s/web.yaml", "web/Dockerfile"]
    {
        tree.write(path, &std::fs::read(root.join(path)).expect("the example"));
    }
    tree
}

/// Versions change with every release and pack; the rest must not change unseen.
fn stable(text: &str) -> String {
    text.lines()
        .map(|line| if line.starts_with("volary ") || line.contains("policies 20") { "VERSIONS" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_first_screen() {
    let run = shop().run(&["check"]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(stable(&run.out));
}

#[test]
fn the_details() {
    insta::assert_snapshot!(stable(&shop().run(&["check", "--details"]).out));
}

#[test]
fn the_explanation_of_a_finding() {
    insta::assert_snapshot!(stable(&shop().run(&["explain", "infra/modules/network/main.tf:17"]).out));
}

#[test]
fn the_marks_in_pipelines() {
    insta::assert_snapshot!("github", stable(&shop().run(&["check", "--format", "github"]).out));
    insta::assert_snapshot!("azure", stable(&shop().run(&["check", "--format", "azure"]).out));
}

#[test]
fn the_help() {
    let tree = Tree::new(&[]);
    insta::assert_snapshot!("help", tree.run(&["--help"]).out);
    insta::assert_snapshot!("help-check", tree.run(&["check", "--help"]).out);
}
