//! Running the binary on trees made for a test.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of its own with the given files.
pub(crate) struct Tree {
    folder: TempDir,
}

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (path, text) in files {
            tree.write(path, text.as_bytes());
        }
        tree
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, bytes).expect("a written file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.join(path)).expect("a readable file")
    }

    /// Runs the binary in the tree.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_volary"));
        command.args(arguments).current_dir(self.path()).env_remove("NO_COLOR").env("COLUMNS", "100");
        Run::of(command.output().expect("the binary runs"))
    }

    /// Runs git in the tree.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What a run gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the binary was not killed"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// `path:line` and message of every problem.
    pub(crate) fn problems(&self) -> Vec<String> {
        let json = self.json();
        let problems = json["problems"].as_array().expect("a list of problems");
        problems
            .iter()
            .map(|problem| {
                let path = problem["path"].as_str().unwrap_or_default();
                format!(
                    "{path}:{}: {}",
                    problem["line"].as_u64().unwrap_or(0),
                    problem["message"].as_str().unwrap_or_default()
                )
            })
            .collect()
    }

    /// Policy ids of all findings with their places.
    pub(crate) fn findings(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().expect("a list of findings");
        findings
            .iter()
            .map(|finding| {
                let location = &finding["location"];
                format!(
                    "{} {}:{}",
                    finding["policy"].as_str().unwrap_or_default(),
                    location["path"].as_str().unwrap_or_default(),
                    location["line"]
                )
            })
            .collect()
    }
}

/// A Terraform file with one finding of the default tier, at line 3.
pub(crate) const BAD_STORAGE: &str = "resource \"azurerm_storage_account\" \"bad\" {\n  name                            = \"bad\"\n  allow_nested_items_to_be_public = true\n}\n";
