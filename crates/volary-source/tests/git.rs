//! Trees of git revisions. Repositories are made with the `git` command.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Folder;
use volary_model::ProblemKind;
use volary_source::{DiskTree, GitTree, Limits, MemoryTree, Tree, changed_paths, merge_base, repository_root};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@e.org",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "core.autocrlf=false",
        ])
        .args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .env_remove("GIT_DIR")
        .output()
        .expect("the `git` command");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn commit(folder: &Folder) -> String {
    git(folder.path(), &["add", "-A", "-f", "."]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "c"]);
    git(folder.path(), &["rev-parse", "HEAD"])
}

fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    folder
}

fn at(folder: &Folder, revision: &str, targets: &[&str]) -> GitTree {
    let targets: Vec<PathBuf> = targets.iter().map(PathBuf::from).collect();
    GitTree::open(folder.path(), revision, &targets, Limits::default()).unwrap()
}

fn paths(tree: &dyn Tree) -> Vec<String> {
    tree.list().files.iter().map(|file| file.path.to_string()).collect()
}

#[test]
fn a_revision_is_read_without_the_checkout() {
    let folder = repository();
    folder
        .write("a/main.tf", "old")
        .write("a/gone.tf", "g")
        .write(".gitignore", "*.tfvars\n")
        .write("x.tfvars", "tracked");
    folder.write("node_modules/p/x.yaml", "");
    let base = commit(&folder);
    folder.write("a/main.tf", "newer").write("a/new.tf", "n");
    std::fs::remove_file(folder.path().join("a/gone.tf")).unwrap();
    let before = git(folder.path(), &["status", "--porcelain"]);
    let tree = at(&folder, &base, &[]);
    assert_eq!(paths(&tree), [".gitignore", "a/gone.tf", "a/main.tf", "x.tfvars"]);
    assert_eq!(tree.list().files[2].size, 3);
    assert_eq!(tree.list().not_judged[0].paths, ["node_modules".into()]);
    assert_eq!(tree.read("a/main.tf").unwrap(), b"old");
    assert_eq!(tree.read("a/../a/./main.tf").unwrap(), b"old");
    assert_eq!(tree.read("a/new.tf").unwrap_err().kind, ProblemKind::Unreadable);
    assert_eq!(tree.read("a").unwrap_err().kind, ProblemKind::Unreadable);
    assert!(tree.read("../x").is_err() && tree.read("/etc/passwd").is_err() && !tree.exists("../x"));
    assert!(tree.exists("a") && tree.exists("a/main.tf") && !tree.exists("b") && tree.exists(""));
    let here: Vec<_> = tree.folder("a").iter().map(|file| file.path.to_string()).collect();
    assert_eq!(here, ["a/gone.tf", "a/main.tf"]);
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), before);
}

#[test]
fn targets_and_folders_inside_the_repository_narrow_the_tree() {
    let folder = repository();
    folder.write("a/one.tf", "").write("a/b/two.tf", "").write("ab/three.tf", "").write("four.tf", "");
    commit(&folder);
    assert_eq!(paths(&at(&folder, "HEAD", &["a"])), ["a/b/two.tf", "a/one.tf"]);
    assert_eq!(paths(&at(&folder, "HEAD", &["four.tf", "a/b"])), ["a/b/two.tf", "four.tf"]);
    assert_eq!(paths(&at(&folder, "HEAD", &["absent"])), [""; 0]);
    let absolute = folder.path().join("ab");
    assert_eq!(paths(&at(&folder, "HEAD", &[absolute.to_str().unwrap()])), ["ab/three.tf"]);
    let inner = GitTree::open(&folder.path().join("a"), "HEAD", &[], Limits::default()).unwrap();
    assert_eq!(paths(&inner), ["b/two.tf", "one.tf"]);
    assert!(inner.read("one.tf").is_ok() && inner.read("../four.tf").is_err());
    assert!(GitTree::open(folder.path(), "HEAD", &["/etc".into()], Limits::default()).is_err());
}

#[test]
fn unknown_revisions_and_repositories_are_named() {
    let folder = repository();
    folder.write("a.tf", "");
    let fails = |revision: &str| GitTree::open(folder.path(), revision, &[], Limits::default()).err().unwrap();
    assert!(fails("HEAD").message.contains("`HEAD`"));
    commit(&folder);
    let problem = fails("no-such-branch");
    assert_eq!(&*problem.message, "git does not know the revision `no-such-branch`");
    assert!(problem.help.contains("origin/main"));
    assert!(GitTree::open(folder.path(), "HEAD:a.tf", &[], Limits::default()).is_err());
    let empty = Folder::new();
    assert!(GitTree::open(empty.path(), "HEAD", &[], Limits::default()).is_err());
}

#[test]
fn large_files_are_a_limit() {
    let folder = repository();
    folder.write("big.tf", &"x".repeat(101)).write("ok.tf", &"x".repeat(100));
    commit(&folder);
    let limits = Limits { file_bytes: 100, ..Limits::default() };
    let tree = GitTree::open(folder.path(), "HEAD", &[], limits).unwrap();
    assert_eq!(tree.read("big.tf").unwrap_err().kind, ProblemKind::Limit);
    assert_eq!(tree.read("ok.tf").unwrap().len(), 100);
    let few = GitTree::open(folder.path(), "HEAD", &[], Limits { files: 1, ..Limits::default() }).unwrap().list();
    assert_eq!((few.files.len(), few.problems[0].kind), (0, ProblemKind::Limit));
}

#[test]
fn what_differs_is_found() {
    let folder = repository();
    folder.write("same.tf", "1").write("size.tf", "1").write("text.tf", "1").write("gone.tf", "1").write("m/x.tf", "1");
    let base = commit(&folder);
    folder.write("size.tf", "22").write("text.tf", "2").write("new.tf", "1");
    std::fs::remove_file(folder.path().join("gone.tf")).unwrap();
    let tree = at(&folder, &base, &[]);
    let expected = ["gone.tf", "new.tf", "size.tf", "text.tf"];
    let head = DiskTree::open(folder.path(), &[], Limits::default()).unwrap();
    let changed: Vec<_> = changed_paths(&tree, &head).iter().map(ToString::to_string).collect();
    assert_eq!(changed, expected);
    commit(&folder);
    let changed: Vec<_> = changed_paths(&tree, &at(&folder, "HEAD", &[])).iter().map(ToString::to_string).collect();
    assert_eq!(changed, expected);
    assert_eq!(changed_paths(&tree, &MemoryTree::default()).len(), 5);
}

#[test]
fn the_commit_that_a_branch_started_from_is_found() {
    let folder = repository();
    let start = commit(&folder);
    git(folder.path(), &["checkout", "-q", "-b", "work"]);
    folder.write("a", "");
    commit(&folder);
    git(folder.path(), &["checkout", "-q", "main"]);
    folder.write("b", "");
    commit(&folder);
    assert_eq!(merge_base(folder.path(), "main", "work").unwrap(), start);
    assert!(merge_base(folder.path(), "main", "absent").is_err());
    git(folder.path(), &["checkout", "-q", "--orphan", "other"]);
    commit(&folder);
    assert!(merge_base(folder.path(), "main", "other").unwrap_err().help.contains("git fetch"));
}

#[test]
fn a_shallow_clone_says_what_is_missing() {
    let folder = repository();
    let first = commit(&folder);
    folder.write("a.tf", "");
    commit(&folder);
    let clones = Folder::new();
    let url = format!("file://{}", folder.path().display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let clone = clones.path().join("clone");
    assert!(GitTree::open(&clone, "HEAD", &[], Limits::default()).is_ok());
    let problem = GitTree::open(&clone, &first, &[], Limits::default()).err().unwrap();
    assert!(problem.help.contains("Only a part of the history"), "{problem:?}");
}

#[test]
fn worktrees_and_packed_repositories_are_read() {
    let folder = repository();
    for number in 0..50 {
        folder.write(&format!("f{number}.tf"), &"line\n".repeat(number));
    }
    commit(&folder);
    git(folder.path(), &["gc", "-q"]);
    let other = Folder::new();
    let tree = other.path().join("tree");
    git(folder.path(), &["worktree", "add", "-q", "-b", "side", tree.to_str().unwrap()]);
    assert_eq!(repository_root(&tree.join("f1.tf")).as_deref(), Some(tree.as_path()));
    let read = GitTree::open(&tree, "side", &[], Limits::default()).unwrap();
    assert_eq!(read.list().files.len(), 50);
    assert_eq!(read.read("f49.tf").unwrap().len(), 49 * 5);
}

#[test]
fn the_root_of_a_repository_is_found_from_below() {
    let folder = repository();
    folder.write("a/b/c.tf", "");
    assert_eq!(repository_root(&folder.path().join("a/b/c.tf")).as_deref(), Some(folder.path()));
    assert_eq!(repository_root(folder.path()).as_deref(), Some(folder.path()));
    assert_eq!(repository_root(&folder.path().join("absent")), None);
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_as_on_disk() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let inner = repository();
    inner.write("inner.tf", "");
    commit(&inner);
    let folder = repository();
    folder.write("common/vars.tf", "v").write("prod/main.tf", "m");
    let link = |target: &str, name: &str| symlink(target, folder.path().join(name)).unwrap();
    link("../common/vars.tf", "prod/vars.tf");
    link("../common", "prod/shared");
    link("..", "prod/loop");
    link("self", "self");
    link("absent", "broken.tf");
    link("/etc/passwd", "out.tf");
    link("../up.tf", "up.tf");
    std::fs::write(folder.path().join(OsStr::from_bytes(b"caf\xe9\n.tf")), "c").unwrap();
    git(folder.path(), &["submodule", "--quiet", "add", inner.path().to_str().unwrap(), "sub"]);
    commit(&folder);
    let tree = at(&folder, "HEAD", &[]);
    let listing = tree.list();
    assert_eq!(paths(&tree), [".gitmodules", "caf\\xe9\\n.tf", "common/vars.tf", "prod/main.tf", "prod/vars.tf"]);
    assert_eq!(listing.files[4].link.as_deref(), Some("common/vars.tf"));
    assert_eq!(tree.read("caf\\xe9\\n.tf").unwrap(), b"c");
    assert_eq!(tree.read("prod/vars.tf").unwrap(), b"v");
    assert_eq!(tree.read("prod/shared/vars.tf").unwrap(), b"v");
    assert_eq!(tree.read("prod/loop/prod/loop/prod/main.tf").unwrap(), b"m");
    assert_eq!(&*tree.folder("prod/shared")[0].path, "prod/shared/vars.tf");
    for path in ["self", "broken.tf", "out.tf", "up.tf", "sub", "sub/inner.tf"] {
        assert!(tree.read(path).is_err(), "{path}");
    }
    let reasons: Vec<_> = listing.not_judged.iter().map(|one| (&*one.reason, one.paths.len())).collect();
    let expected = [
        ("links that lead nowhere", 2),
        ("links that lead out of the tree", 2),
        ("submodules (repositories of their own)", 1),
    ];
    assert_eq!(reasons, expected);
    // The same files with the same links as on disk; the submodule's own files are only there.
    let disk = DiskTree::open(folder.path(), &[], Limits::default()).unwrap().list();
    let own: Vec<_> = disk.files.into_iter().filter(|file| !file.path.starts_with("sub/")).collect();
    assert_eq!(own, listing.files);
}
