//! The other commands.

mod common;

use common::{BAD_STORAGE, Tree};

#[test]
fn explain_a_policy_an_alias_and_a_finding() {
    let tree = Tree::new(&[("main.tf", BAD_STORAGE)]);
    let policy = tree.run(&["explain", "azure-storage-min-tls"]);
    assert_eq!(policy.code, 0, "{}", policy.err);
    for part in ["Why:", "Fix:", "An example that is fine", "Known elsewhere"] {
        assert!(policy.out.contains(part), "{part}: {}", policy.out);
    }
    let alias = tree.run(&["explain", "CKV_AZURE_44"]);
    assert_eq!(alias.out, policy.out);
    let place = tree.run(&["explain", "main.tf:3"]);
    assert_eq!(place.code, 0, "{}", place.err);
    assert!(place.out.contains("Which values decided:"), "{}", place.out);
    let unknown = tree.run(&["explain", "azure-storage-nonsense"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean"), "{}", unknown.err);
}

#[test]
fn a_new_policy_starts_with_its_examples() {
    let tree = Tree::new(&[]);
    let run = tree.run(&["policy", "new", "own-check", "--judges", "azurerm_storage_account", "--folder", "mine"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(tree.join("mine/own-check.yaml").exists());
    let again = tree.run(&["policy", "new", "own-check", "--judges", "azurerm_storage_account", "--folder", "mine"]);
    assert_eq!(again.code, 2, "nothing is overwritten");
    let test = tree.run(&["policy", "test", "mine"]);
    assert_eq!(test.code, 0, "a new policy's examples hold: {}{}", test.out, test.err);
}

#[test]
fn the_pack_lists_and_its_examples_hold() {
    let tree = Tree::new(&[]);
    let list = tree.run(&["policy", "list"]);
    assert_eq!(list.code, 0, "{}", list.err);
    assert!(list.out.lines().count() > 180, "at least 180 policies");
    let test = tree.run(&["policy", "test"]);
    assert_eq!(test.code, 0, "{}{}", test.out, test.err);
}

#[test]
fn another_version_of_the_pack_is_compared() {
    let tree = Tree::new(&[
        ("infra/main.tf", BAD_STORAGE),
        (
            "pack/policies/azure/own.yaml",
            "id: own-name\ntitle: Storage account is called bad\njudges: azurerm_storage_account\nseverity: low\ntier: default\nconfidence: certain\nforbid: {name: bad}\nmessage: \"is called {name}\"\nwhy: Because.\nfix: {text: Rename it.}\n",
        ),
        (
            "pack/catalog/attributes/azurerm/own.yaml",
            "azurerm_storage_account:\n  attributes:\n    name: {type: string}\n",
        ),
    ]);
    let run = tree.run(&["policy", "diff", "--pack", "pack", "infra"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("would be new") && run.out.contains("own-name"), "{}", run.out);
    assert!(run.out.contains("would be gone"), "{}", run.out);
}

#[test]
fn schema_completions_and_manual() {
    let tree = Tree::new(&[]);
    assert!(tree.run(&["schema"]).out.contains("\"$schema\""));
    let input = tree.run(&["schema", "input", "azurerm_storage_account"]);
    assert!(input.out.contains("min_tls_version"), "{}{}", input.out, input.err);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(!tree.run(&["completions", shell]).out.is_empty());
    }
    assert!(tree.run(&["man"]).out.contains(".TH"));
    assert_eq!(tree.run(&["--version"]).code, 0);
    assert_eq!(tree.run(&["--help"]).code, 0);
}
