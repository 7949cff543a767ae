//! Trees on disk, with what real and hostile trees hold.

mod common;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use common::Folder;
use volary_model::ProblemKind;
use volary_source::{DiskTree, Limits, Listing, Tree, unescape};

fn open(folder: &Folder) -> DiskTree {
    DiskTree::open(folder.path(), &[], Limits::default()).unwrap()
}

fn paths(listing: &Listing) -> Vec<&str> {
    listing.files.iter().map(|file| &*file.path).collect()
}

fn left_out<'a>(listing: &'a Listing, part_of_reason: &str) -> Vec<&'a str> {
    let fitting = listing.not_judged.iter().filter(|one| one.reason.contains(part_of_reason));
    fitting.flat_map(|one| one.paths.iter().map(|path| &**path)).collect()
}

#[test]
fn files_are_listed_in_the_order_of_their_paths() {
    let folder = Folder::new();
    folder.write("b/x.tf", "x").write("b.tf", "").write("a/z.yaml", "zz").write(".github/workflows/ci.yml", "on: push");
    let listing = open(&folder).list();
    assert_eq!(paths(&listing), [".github/workflows/ci.yml", "a/z.yaml", "b.tf", "b/x.tf"]);
    assert_eq!(listing.files[1].size, 2);
    assert!(listing.problems.is_empty() && listing.not_judged.is_empty());
}

#[test]
fn ignore_rules_hold_outside_a_repository_too() {
    let folder = Folder::new();
    folder
        .write(".gitignore", "\u{FEFF}*.tfvars\n!keep.tfvars\n/build/\n# a comment\n[\n")
        .write("a.tfvars", "")
        .write("keep.tfvars", "")
        .write("build/x.tf", "")
        .write("sub/build/y.tf", "")
        .write("sub/.gitignore", "y.tf\n!a.tfvars\n")
        .write("sub/deep/y.tf", "")
        .write("sub/deep/a.tfvars", "")
        .write(".ignore", "main.tf")
        .write("main.tf", "");
    let tree = open(&folder);
    let listing = tree.list();
    assert_eq!(
        paths(&listing),
        [".gitignore", ".ignore", "keep.tfvars", "main.tf", "sub/.gitignore", "sub/deep/a.tfvars"]
    );
    assert_eq!(left_out(&listing, ".gitignore"), ["a.tfvars", "build", "sub/build/y.tf", "sub/deep/y.tf"]);
    // Ignored files can still be read.
    assert_eq!(tree.read("build/x.tf").unwrap(), b"");
    assert_eq!(tree.folder("sub/build").len(), 1);
}

#[test]
fn a_repository_inside_the_tree_has_its_own_rules() {
    let folder = Folder::new();
    folder.write(".gitignore", "*.tf\n").write("a.tf", "").write("inner/.git/HEAD", "").write("inner/b.tf", "");
    assert_eq!(paths(&open(&folder).list()), [".gitignore", "inner/b.tf"]);
}

#[test]
fn metadata_and_downloads_are_not_walked_and_still_readable() {
    let folder = Folder::new();
    folder
        .write(".git/config", "")
        .write("web/node_modules/p/x.yaml", "")
        .write("infra/.terraform/modules/modules.json", "{}")
        .write("infra/main.tf", "")
        .write("node_modules.tf", "");
    let tree = open(&folder);
    let listing = tree.list();
    assert_eq!(paths(&listing), ["infra/main.tf", "node_modules.tf"]);
    assert_eq!(left_out(&listing, "installed"), ["infra/.terraform", "web/node_modules"]);
    assert_eq!(tree.read("infra/.terraform/modules/modules.json").unwrap(), b"{}");
}

#[test]
fn targets_narrow_the_list_and_not_what_can_be_read() {
    let folder = Folder::new();
    folder
        .write(".gitignore", "*.log\nskipped/\n")
        .write("a/one.tf", "1")
        .write("a/two.log", "")
        .write("b/three.tf", "3")
        .write("skipped/four.tf", "4");
    let list = |targets: &[&str]| {
        let targets: Vec<PathBuf> = targets.iter().map(PathBuf::from).collect();
        let tree = DiskTree::open(folder.path(), &targets, Limits::default()).unwrap();
        assert_eq!(tree.read("b/three.tf").unwrap(), b"3");
        paths(&tree.list()).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(&["a"]), ["a/one.tf"]);
    assert_eq!(list(&["b/three.tf", "a/two.log"]), ["a/two.log", "b/three.tf"]);
    assert_eq!(list(&["a", "a/one.tf", "."]), [".gitignore", "a/one.tf", "b/three.tf"]);
    assert_eq!(list(&["skipped"]), ["skipped/four.tf"]);
    assert_eq!(list(&[folder.path().join("a").to_str().unwrap()]), ["a/one.tf"]);
}

#[test]
fn roots_and_targets_that_are_not_there_are_named() {
    let folder = Folder::new();
    folder.write("file", "");
    let fails = |root: &str, target: &str| {
        let targets = [PathBuf::from(target)];
        DiskTree::open(&folder.path().join(root), &targets, Limits::default()).unwrap_err()
    };
    assert_eq!(fails("", "absent").kind, ProblemKind::Unreadable);
    assert_eq!(fails("absent", ".").kind, ProblemKind::Unreadable);
    assert_eq!(&*fails("file", ".").message, "this is not a folder");
    assert!(fails("", "..").message.contains("out of the folder"));
    assert!(fails("", "/").message.contains("out of the folder"));
}

#[test]
fn nothing_outside_of_the_root_is_read() {
    let folder = Folder::new();
    folder.write("root/a.tf", "").write("secret", "s");
    let tree = DiskTree::open(&folder.path().join("root"), &[], Limits::default()).unwrap();
    let absolute = folder.path().join("secret");
    for path in
        ["../secret", "a/../../secret", absolute.to_str().unwrap(), "a.tf/../../secret", "\\x2e\\x2e/secret", "a\0"]
    {
        assert!(tree.read(path).is_err(), "{path}");
        assert!(!tree.exists(path), "{path}");
        assert!(tree.folder(path).is_empty(), "{path}");
    }
    assert!(tree.exists("a.tf") && tree.exists("") && tree.exists("./a.tf"));
}

#[test]
fn large_files_are_a_limit_and_large_binaries_nothing() {
    let folder = Folder::new();
    folder.write("big.yaml", &"a: 1\n".repeat(100)).write("small.yaml", "a: 1\n");
    let limits = Limits { file_bytes: 100, ..Limits::default() };
    let tree = DiskTree::open(folder.path(), &[], limits).unwrap();
    assert_eq!(tree.list().files.len(), 2);
    let problem = tree.read("big.yaml").unwrap_err();
    assert_eq!((problem.kind, &*problem.path, problem.fails), (ProblemKind::Limit, "big.yaml", true));
    assert_eq!(tree.read_if("big.yaml", &|_| false).unwrap(), None);
    assert_eq!(tree.read_if("big.yaml", &|_| true).unwrap_err().kind, ProblemKind::Limit);
    assert_eq!(tree.read_if("small.yaml", &|start| start == b"a: 1\n").unwrap().unwrap(), b"a: 1\n");
}

#[test]
fn a_file_is_read_whole_after_its_start_was_looked_at() {
    let folder = Folder::new();
    let text = "0123456789\n".repeat(3000);
    folder.write("long.yaml", &text);
    assert_eq!(open(&folder).read_if("long.yaml", &|start| start.len() == 8192).unwrap().unwrap(), text.as_bytes());
}

#[test]
fn a_file_that_vanishes_is_a_problem_of_that_file() {
    let folder = Folder::new();
    folder.write("a.tf", "").write("b.tf", "b");
    let tree = open(&folder);
    assert_eq!(tree.list().files.len(), 2);
    fs::remove_file(folder.path().join("a.tf")).unwrap();
    let problem = tree.read("a.tf").unwrap_err();
    assert_eq!((&*problem.path, &*problem.message, problem.fails), ("a.tf", "the file is not there", true));
    assert_eq!(tree.read("b.tf").unwrap(), b"b");
}

#[test]
fn folders_nested_too_deep_are_named() {
    let folder = Folder::new();
    folder.write("1/2/3/4/deep.tf", "").write("1/2/ok.tf", "");
    let tree = DiskTree::open(folder.path(), &[], Limits { depth: 3, ..Limits::default() }).unwrap();
    let listing = tree.list();
    assert_eq!(paths(&listing), ["1/2/ok.tf"]);
    assert_eq!(&*listing.problems[0].path, "1/2/3/4");
    assert_eq!(listing.problems[0].kind, ProblemKind::Limit);
}

#[test]
fn more_files_than_the_limit_are_cut_at_the_same_place_every_time() {
    let folder = Folder::new();
    for number in 0..30 {
        folder.write(&format!("{}/{number:02}.tf", number % 7), "");
    }
    let list = || {
        let tree = DiskTree::open(folder.path(), &[], Limits { files: 20, ..Limits::default() }).unwrap();
        tree.list()
    };
    let first = list();
    assert_eq!((first.files.len(), first.problems.len()), (20, 1));
    for _ in 0..20 {
        assert_eq!(list(), first);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    #[test]
    fn links_stay_inside_the_tree_and_are_followed_once() {
        let outside = Folder::new();
        outside.write("secret.tf", "secret").write("more/x.tf", "");
        let folder = Folder::new();
        folder.write("common/vars.tf", "v").write("prod/main.tf", "m").write(".git/config", "token");
        let link = |target: &str, name: &str| symlink(target, folder.path().join(name)).unwrap();
        link("../common/vars.tf", "prod/vars.tf");
        link("../common", "prod/shared");
        link("..", "prod/loop");
        link("self", "self");
        link("absent", "broken.tf");
        link(outside.path().join("secret.tf").to_str().unwrap(), "out.tf");
        link(outside.path().join("more").to_str().unwrap(), "more");
        link("/dev/zero", "zero.tf");
        link("../.git/config", "prod/config.yaml");
        let tree = open(&folder);
        let listing = tree.list();
        assert_eq!(paths(&listing), ["common/vars.tf", "prod/main.tf", "prod/vars.tf"]);
        assert_eq!(listing.files[2].link.as_deref(), Some("common/vars.tf"));
        assert_eq!(left_out(&listing, "out of the tree"), ["more", "out.tf", "prod/config.yaml", "zero.tf"]);
        assert_eq!(left_out(&listing, "nowhere"), ["broken.tf", "self"]);
        assert!(listing.problems.is_empty());
        // What lies behind a link inside the tree can be read, what lies behind others cannot.
        assert_eq!(tree.read("prod/vars.tf").unwrap(), b"v");
        assert_eq!(tree.read("prod/shared/vars.tf").unwrap(), b"v");
        assert_eq!(tree.read("prod/loop/prod/loop/prod/main.tf").unwrap(), b"m");
        assert_eq!(
            tree.folder("prod/shared").iter().map(|file| &*file.path).collect::<Vec<_>>(),
            ["prod/shared/vars.tf"]
        );
        for path in ["out.tf", "more/x.tf", "zero.tf", "self", "broken.tf"] {
            assert!(tree.read(path).is_err(), "{path}");
            assert!(!tree.exists(path), "{path}");
        }
        assert!(tree.folder("more").is_empty());
        let here: Vec<String> = tree.folder("").iter().map(|file| file.path.to_string()).collect();
        assert!(here.is_empty(), "{here:?}");
    }

    #[test]
    fn links_to_folders_that_nobody_checks_are_named() {
        let folder = Folder::new();
        folder.write("common/a.tf", "").write("prod/main.tf", "");
        symlink("../common", folder.path().join("prod/common")).unwrap();
        symlink("../common/a.tf", folder.path().join("prod/a.tf")).unwrap();
        let tree = DiskTree::open(folder.path(), &["prod".into(), "prod/a.tf".into()], Limits::default()).unwrap();
        let listing = tree.list();
        assert_eq!(paths(&listing), ["prod/a.tf", "prod/main.tf"]);
        assert_eq!(left_out(&listing, "links to folders"), ["prod/common"]);
    }

    #[test]
    fn a_target_behind_a_link_is_judged_where_it_lies() {
        let folder = Folder::new();
        folder.write("releases/5/main.tf", "");
        symlink("releases/5", folder.path().join("current")).unwrap();
        let tree = DiskTree::open(folder.path(), &["current".into()], Limits::default()).unwrap();
        assert_eq!(paths(&tree.list()), ["releases/5/main.tf"]);
    }

    #[test]
    fn a_file_that_becomes_a_link_out_is_refused() {
        let folder = Folder::new();
        let outside = Folder::new();
        outside.write("secret", "s");
        folder.write("a.tf", "");
        let tree = open(&folder);
        tree.list();
        fs::remove_file(folder.path().join("a.tf")).unwrap();
        symlink(outside.path().join("secret"), folder.path().join("a.tf")).unwrap();
        assert!(tree.read("a.tf").unwrap_err().message.contains("out of the folder"));
    }

    #[test]
    fn pipes_sockets_and_devices_are_named_and_never_opened() {
        let folder = Folder::new();
        folder.write("a.tf", "");
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe.tf")).status().unwrap().success());
        let _socket = UnixListener::bind(folder.path().join("s.yaml")).unwrap();
        let tree = open(&folder);
        let listing = tree.list();
        assert_eq!(paths(&listing), ["a.tf"]);
        assert_eq!(left_out(&listing, "pipes"), ["pipe.tf", "s.yaml"]);
        for path in ["pipe.tf", "s.yaml", ""] {
            assert_eq!(&*tree.read(path).unwrap_err().message, "this is not a regular file", "{path}");
        }
        let by_name = DiskTree::open(folder.path(), &["pipe.tf".into()], Limits::default()).unwrap().list();
        assert_eq!(left_out(&by_name, "pipes"), ["pipe.tf"]);
    }

    #[test]
    fn strange_names_are_shown_on_one_line_and_can_be_read() {
        let folder = Folder::new();
        let names: &[&[u8]] = &[b"line\nbreak.tf", b"caf\xe9.yaml", b"back\\slash.tf", b"-rf", b" ", b"esc\x1b[2J.tf"];
        for name in names {
            fs::write(folder.path().join(OsStr::from_bytes(name)), name).unwrap();
        }
        fs::create_dir(folder.path().join(OsStr::from_bytes(b"d\xff\n"))).unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(b"d\xff\n/x.tf")), b"x").unwrap();
        let tree = open(&folder);
        let listing = tree.list();
        assert_eq!(
            paths(&listing),
            [" ", "-rf", "back\\\\slash.tf", "caf\\xe9.yaml", "d\\xff\\n/x.tf", "esc\\u{1b}[2J.tf", "line\\nbreak.tf"]
        );
        for file in listing.files.iter().filter(|file| !file.path.contains('/')) {
            assert_eq!(tree.read(&file.path).unwrap(), unescape(&file.path).as_bytes());
        }
        assert_eq!(tree.read("d\\xff\\n/x.tf").unwrap(), b"x");
        assert_eq!(&*tree.folder("d\\xff\\n")[0].path, "d\\xff\\n/x.tf");
    }

    /// Run by `unreadable_files_and_folders_are_problems` as a user without rights.
    #[test]
    fn as_another_user() {
        let Ok(root) = std::env::var("VOLARY_SOURCE_UNREADABLE") else { return };
        let tree = DiskTree::open(root.as_ref(), &[], Limits::default()).unwrap();
        let listing = tree.list();
        assert_eq!(paths(&listing), ["closed.tf", "open.tf"]);
        let problem = &listing.problems[0];
        assert_eq!((&*problem.path, &*problem.message), ("locked", "the folder may not be read"));
        assert!(problem.fails && problem.kind == ProblemKind::Unreadable && !problem.help.is_empty());
        let problem = tree.read("closed.tf").unwrap_err();
        assert_eq!((&*problem.path, &*problem.message), ("closed.tf", "the file may not be read"));
        assert_eq!(tree.read("open.tf").unwrap(), b"1");
    }

    #[test]
    fn unreadable_files_and_folders_are_problems() {
        use std::os::unix::fs::PermissionsExt;
        use std::os::unix::process::CommandExt;
        let folder = Folder::new();
        folder.write("open.tf", "1").write("closed.tf", "").write("locked/x.tf", "");
        let lock =
            |path: &str, mode| fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
        lock("closed.tf", 0o000);
        lock("locked", 0o000);
        // Root may read everything, so another user looks.
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "unix::as_another_user"])
            .env("VOLARY_SOURCE_UNREADABLE", folder.path())
            .current_dir("/");
        if fs::read_dir(folder.path().join("locked")).is_ok() {
            command.uid(65_534).gid(65_534);
        }
        let result = command.output();
        lock("locked", 0o700);
        match result {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                assert!(output.status.success() && text.contains("1 passed"), "{text}");
            }
            // The other user may not reach the test program itself.
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
        }
    }
}

#[test]
fn the_order_of_threads_does_not_show() {
    let folder = Folder::new();
    for number in 0..200 {
        folder.write(&format!("{}/{}/{number}.tf", number % 13, number % 5), "x");
    }
    folder.write("3/.gitignore", "1/\n").write("4/.gitignore", "*3.tf\n");
    let tree = open(&folder);
    let first = tree.list();
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| tree.list()), first);
    }
    let shared: Arc<dyn Tree> = Arc::new(tree);
    assert_eq!(shared.list(), first);
}

/// What is promised is 300 ms on two cores with optimisation; the bound leaves room for a debug build on a busy machine.
#[test]
fn twenty_thousand_files_are_listed_at_once() {
    let folder = Folder::new();
    for number in 0..20_000 {
        folder.write(&format!("service-{}/module-{}/{number}.tf", number / 400, number / 40 % 10), "");
        if number % 400 == 0 {
            folder.write(&format!("service-{}/.gitignore", number / 400), "*.log\n/build/\n!keep.log\n");
        }
    }
    let tree = open(&folder);
    let start = std::time::Instant::now();
    assert_eq!(tree.list().files.len(), 20_050);
    let took = start.elapsed();
    let listing = tree.list();
    let start = std::time::Instant::now();
    for file in listing.files.iter().filter(|file| file.size == 0) {
        assert_eq!(tree.read(&file.path).unwrap(), b"");
    }
    let read = start.elapsed();
    assert!(took.as_secs() < 5 && read.as_secs() < 10, "listed in {took:?}, read in {read:?}");
}
