//! Hostile and broken input: the rest of the tree is still judged, the problem is named, the exit code says so.

mod common;

use common::{BAD_STORAGE, Run, Tree};

const CHECK: &[&str] = &["check", "--format", "json"];

/// A tree with one good finding beside what is under test.
fn beside(files: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(files);
    tree.write("good/bad-storage.tf", BAD_STORAGE.as_bytes());
    tree
}

fn assert_rest_judged(run: &Run) {
    assert!(
        run.findings().iter().any(|finding| finding.ends_with("good/bad-storage.tf:3")),
        "the rest of the tree was not judged: {} {}",
        run.out,
        run.err
    );
    assert_eq!(run.code, 1, "a blocking finding outweighs problems");
}

/// The problem is named, the rest is judged; alone, the exit code is 2.
fn assert_problem(path: &str, text: &[u8], expected: &str) {
    let tree = beside(&[]);
    tree.write(path, text);
    let run = tree.run(CHECK);
    assert_rest_judged(&run);
    let problems = run.problems();
    assert!(problems.iter().any(|problem| problem.starts_with(path) && problem.contains(expected)), "{problems:?}");
    let alone = Tree::new(&[]);
    alone.write(path, text);
    let run = alone.run(CHECK);
    assert_eq!(run.code, 2, "{} {}", run.out, run.err);
}

#[test]
fn empty_files_are_fine() {
    let tree = Tree::new(&[
        ("a.tf", ""),
        ("b.yaml", ""),
        ("c.json", ""),
        ("Dockerfile", ""),
        ("d.tf.json", ""),
        ("e.tfvars", ""),
    ]);
    let run = tree.run(CHECK);
    assert_eq!(run.findings(), Vec::<String>::new());
    assert!(
        run.problems().iter().all(|problem| problem.starts_with("c.json")
            || problem.starts_with("Dockerfile")
            || problem.starts_with("d.tf.json")),
        "{:?}",
        run.problems()
    );
}

#[test]
fn truncated_files_are_named_with_their_line() {
    assert_problem("x/a.tf", b"resource \"a\" \"b\" {\n  x = [1,\n", "x/a.tf:");
    assert_problem("x/a.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {name: [\n", "x/a.yaml:");
    assert_problem("x/a.json", b"{\"apiVersion\": \"v1\",\n \"kind\": ", "x/a.json:");
}

#[test]
fn one_bad_block_costs_one_block() {
    let tree = Tree::new(&[]);
    tree.write("main.tf", format!("resource \"a\" \"b\" {{\n  x = = 1\n}}\n\n{BAD_STORAGE}").as_bytes());
    let run = tree.run(CHECK);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.problems().iter().any(|problem| problem.starts_with("main.tf:2")), "{:?}", run.problems());
}

#[test]
fn fifty_megabytes_of_yaml_are_refused() {
    let line = "- {name: value, other: value}\n";
    assert_problem("big.yaml", line.repeat(50_000_000 / line.len()).as_bytes(), "bytes");
}

#[test]
fn an_alias_bomb_is_bounded() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
    }
    assert_problem("bomb.yaml", text.as_bytes(), "bomb.yaml:");
}

#[test]
fn deep_json_and_hcl_are_refused() {
    assert_problem(
        "deep.json",
        format!("{{\"apiVersion\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes(),
        "deep.json:",
    );
    assert_problem(
        "deep/deep.tf",
        format!("locals {{\n  a = {}1{}\n}}\n", "[".repeat(10_000), "]".repeat(10_000)).as_bytes(),
        "deep/deep.tf:",
    );
    assert_problem(
        "deep/blocks.tf",
        format!("{}{}", "a {\n".repeat(10_000), "}\n".repeat(10_000)).as_bytes(),
        "deep/blocks.tf:",
    );
}

#[test]
fn a_module_that_includes_itself_ends() {
    let tree = beside(&[
        ("loop/main.tf", "module \"again\" {\n  source = \"./\"\n}\n"),
        ("pair/a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("pair/b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    let run = tree.run(CHECK);
    assert_rest_judged(&run);
}

#[test]
fn ten_million_instances_are_bounded() {
    let tree = beside(&[(
        "many/main.tf",
        "resource \"azurerm_storage_account\" \"many\" {\n  count = 10000000\n  name = \"a${count.index}\"\n  allow_nested_items_to_be_public = true\n}\n",
    )]);
    let run = tree.run(CHECK);
    assert_rest_judged(&run);
    assert!(
        run.problems()
            .iter()
            .any(|problem| problem.starts_with("many/main.tf:") && problem.contains("10000000 instances")),
        "{:?}",
        run.problems()
    );
}

#[test]
fn invalid_text_is_named() {
    assert_problem("x/latin1.tf", b"# caf\xe9\nlocals {\n}\n", "x/latin1.tf:1");
    assert_problem("x/nul.yaml", b"a: b\0c\n", "x/nul.yaml:1");
}

#[test]
fn carriage_returns_and_byte_order_marks_change_nothing() {
    let text = BAD_STORAGE.replace('\n', "\r\n");
    let tree = Tree::new(&[]);
    tree.write("main.tf", [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat().as_slice());
    let run = tree.run(CHECK);
    assert!(run.findings().iter().any(|finding| finding.ends_with("main.tf:3")), "{:?}", run.findings());
    assert_eq!(run.problems(), Vec::<String>::new());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_not_followed_in_circles_or_out_of_the_tree() {
        let outside = Tree::new(&[("secret.tf", BAD_STORAGE)]);
        let tree = beside(&[]);
        symlink(tree.path(), tree.join("circle")).expect("a link");
        symlink(outside.path(), tree.join("out")).expect("a link");
        symlink(outside.join("secret.tf"), tree.join("out.tf")).expect("a link");
        symlink("nowhere", tree.join("dangling.tf")).expect("a link");
        let run = tree.run(CHECK);
        assert_rest_judged(&run);
        let findings = run.findings();
        assert!(findings.iter().all(|finding| finding.contains(" good/")), "{findings:?}");
        assert!(run.out.contains("out.tf"), "a link out of the tree is listed as not judged");
    }

    #[test]
    fn special_files_are_not_opened() {
        let tree = beside(&[]);
        let made = Command::new("mkfifo").arg(tree.join("pipe.tf")).status();
        assert!(made.expect("mkfifo runs").success());
        symlink("/dev/zero", tree.join("zero.tf")).expect("a link");
        let run = tree.run(CHECK);
        assert_rest_judged(&run);
        assert!(run.out.contains("pipe.tf"), "a special file is listed");
    }

    #[test]
    fn strange_names_are_escaped() {
        let tree = beside(&[]);
        tree.write("new\nline/main.tf", BAD_STORAGE.as_bytes());
        tree.write(OsStr::from_bytes(b"by\xfftes.tf"), BAD_STORAGE.as_bytes());
        let run = tree.run(CHECK);
        assert_rest_judged(&run);
        let findings = run.findings().join("\n");
        assert!(findings.contains("\\xff") || findings.contains("\\xFF"), "{findings}");
        assert!(findings.contains("new\\nline"), "{findings}");
    }

    #[test]
    fn unreadable_files_are_named() {
        use std::os::unix::fs::PermissionsExt;
        let tree = beside(&[("closed/main.tf", BAD_STORAGE), ("shut.tf", BAD_STORAGE)]);
        for path in ["closed", "shut.tf"] {
            std::fs::set_permissions(tree.join(path), std::fs::Permissions::from_mode(0o0)).expect("permissions");
        }
        // A privileged user reads everything; then there is nothing to test.
        let privileged = std::fs::read(tree.join("shut.tf")).is_ok();
        let run = tree.run(CHECK);
        std::fs::set_permissions(tree.join("closed"), std::fs::Permissions::from_mode(0o755)).expect("permissions");
        assert_rest_judged(&run);
        if !privileged {
            let problems = run.problems().join("\n");
            assert!(problems.contains("shut.tf") && problems.contains("closed"), "{problems}");
        }
    }

    #[test]
    fn a_closed_standard_output_is_no_panic() {
        let tree = beside(&[]);
        let status = Command::new("sh")
            .args(["-c", "exec \"$0\" check --format json >&-"])
            .arg(env!("CARGO_BIN_EXE_volary"))
            .current_dir(tree.path())
            .output()
            .expect("sh runs");
        assert_eq!(status.status.code(), Some(1));
        assert!(!String::from_utf8_lossy(&status.stderr).contains("panicked"));
    }

    #[test]
    fn a_full_disk_is_told() {
        let tree = Tree::new(&[("a.txt", "nothing here\n")]);
        let run = tree.run(&["check", "--format", "json", "--output", "/dev/full"]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("/dev/full"), "{}", run.err);
        tree.write("main.tf", BAD_STORAGE.as_bytes());
        let run = tree.run(&["check", "--format", "json", "--output", "/dev/full"]);
        assert_eq!(run.code, 1, "a blocking finding outweighs a report that could not be written");
    }
}

#[test]
fn a_hundred_thousand_findings_are_reported() {
    let block =
        "resource \"azurerm_storage_account\" \"a@\" {\n  name = \"a@\"\n  allow_nested_items_to_be_public = true\n}\n";
    let tree = Tree::new(&[]);
    for file in 0..50 {
        let text: String = (0..150).map(|n| block.replace('@', &format!("{file}x{n}"))).collect();
        tree.write(format!("f{file}.tf"), text.as_bytes());
    }
    for format in ["text", "sarif"] {
        let run = tree.run(&["check", "--tier", "strict", "--format", format]);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(!run.out.is_empty());
    }
}

#[test]
fn null_anywhere_in_a_manifest_is_no_panic() {
    let lines = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata:",
        "  name: web",
        "spec:",
        "  template:",
        "    spec:",
        "      containers:",
        "        - name: a",
        "          image: b",
    ];
    let files: Vec<(String, String)> = (2..lines.len())
        .map(|cut| {
            let mut text = lines[..cut].join("\n");
            if let Some(at) = text.rfind(':') {
                text.truncate(at + 1);
            }
            (format!("m{cut}.yaml"), format!("{text} null\n"))
        })
        .collect();
    let tree = beside(&[]);
    for (path, text) in &files {
        tree.write(path, text.as_bytes());
    }
    let run = tree.run(CHECK);
    assert_rest_judged(&run);
    assert_eq!(run.problems(), Vec::<String>::new());
}

#[test]
fn wrong_arguments_end_with_two() {
    let tree = Tree::new(&[]);
    for arguments in [
        &["check", "nowhere"][..],
        &["check", "--format", "pdf"],
        &["check", "--tier", "x"],
        &["nonsense"],
        &["check", "--since", "nowhere"],
    ] {
        let run = tree.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.out);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn data_that_nobody_would_judge_does_not_fail_a_run() {
    let tree = Tree::new(&[
        ("schemas/secret.json", "404: Not Found"),
        ("templates/task.json", "[{\"image\": \"${image}\", \"cpu\": ${cpu}}]"),
        ("templates/store.yaml", "project: %PROJECT%\n"),
        ("image/Dockerfile", "FROM BASEIMAGE\nCROSS_BUILD_COPY qemu /usr/bin/\n"),
        ("pkg/testdata/broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"),
    ]);
    let run = tree.run(CHECK);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let problems = run.problems();
    assert!(problems.iter().any(|problem| problem.starts_with("schemas/secret.json:1")), "{problems:?}");
    assert!(!problems.iter().any(|problem| problem.starts_with("pkg/")), "{problems:?}");
}

#[test]
fn tests_wait_for_a_later_tier_unless_they_are_named() {
    let tree = Tree::new(&[]);
    tree.write("modules/net/tests/main.tf", BAD_STORAGE.as_bytes());
    tree.write("environments/test/main.tf", BAD_STORAGE.as_bytes());
    let found = |arguments: &[&str]| {
        let run = tree.run(&[CHECK, arguments].concat());
        let findings = run.findings();
        ["modules/net/tests/main.tf:3", "environments/test/main.tf:3"]
            .map(|place| findings.iter().any(|finding| finding.ends_with(place)))
    };
    assert_eq!(found(&[]), [false, true]);
    assert_eq!(found(&["--tier", "recommended"]), [true, true]);
    // Without a repository around it, what is named is the root.
    let named = tree.run(&[CHECK, &["modules/net/tests"]].concat());
    assert!(named.findings().iter().any(|finding| finding.ends_with("main.tf:3")), "{}", named.out);
}

#[test]
fn a_broken_policy_of_the_user_is_told_where_there_is_nothing_to_judge() {
    let tree = Tree::new(&[("mine/broken.yaml", "id: broken\ntitle: x\n"), ("empty/README", "nothing\n")]);
    let run = tree.run(&["check", "empty", "--policies", "mine", "--format", "json"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.problems().iter().any(|problem| problem.contains("mine/broken.yaml")), "{:?}", run.problems());
}
