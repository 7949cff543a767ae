//! Whose files they are: what a repository ships, what its tests need, what it copied from elsewhere.
//!
//! Files of tests are broken or unsafe on purpose, and nobody deploys them; copies of dependencies belong to somebody
//! else. The tier `default` leaves both out and says so; the later tiers judge them like the rest.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_source::FileEntry;

use crate::classify::classify;

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Part of what the repository ships.
    Own,
    /// A test, or the data of one.
    Test,
    /// Copied from another project by a package manager.
    Dependency,
}

/// Folders that only tests have. `test` is not among them: it may be the name of an environment.
const TESTS: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__snapshots__",
    "__tests__",
    "e2e-tests",
    "fixture",
    "fixtures",
    "golden",
    "integration-tests",
    "integration_tests",
    "molecule",
    "test-data",
    "test-fixture",
    "test-fixtures",
    "test_data",
    "test_fixtures",
    "testdata",
    "testfixtures",
    "tests",
    "unit-tests",
    "unit_tests",
];

/// Neighbours of a folder `test` that say that it is an environment.
const ENVIRONMENTS: &[&str] = &[
    "acc",
    "acceptance",
    "dev",
    "develop",
    "development",
    "int",
    "integration",
    "live",
    "non-prod",
    "nonprod",
    "pre-prod",
    "preprod",
    "prd",
    "prod",
    "production",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "stg",
    "uat",
];

/// Tells the role of every file of a tree.
pub(crate) struct Roles {
    /// Folders `vendor` that a package manager fills.
    vendored: BTreeSet<String>,
    /// A folder `test` at the top holds tests.
    test_at_top: bool,
    /// What the user named is never left out.
    scope: Vec<Arc<str>>,
}

impl Roles {
    /// Looks at the names of all files.
    pub(crate) fn of(entries: &[FileEntry], scope: &[Arc<str>]) -> Self {
        let mut vendored = BTreeSet::new();
        let mut in_test = BTreeSet::new();
        let mut in_environments = BTreeSet::new();
        for entry in entries {
            if let Some((top, rest)) = entry.path.split_once('/')
                && classify(rest).is_supported()
            {
                match top.to_ascii_lowercase().as_str() {
                    "test" => _ = in_test.insert(rest),
                    top if ENVIRONMENTS.contains(&top) => _ = in_environments.insert(rest),
                    _ => {}
                }
            }
            for marker in ["modules.txt", "autoload.php"] {
                if let Some(folder) = entry.path.strip_suffix(marker).and_then(|path| path.strip_suffix('/'))
                    && (folder == "vendor" || folder.ends_with("/vendor"))
                {
                    vendored.insert(folder.to_owned());
                }
            }
        }
        Self { vendored, test_at_top: in_test.is_disjoint(&in_environments), scope: scope.to_vec() }
    }

    /// The role of a file, told from its path below what the user named.
    pub(crate) fn role(&self, path: &str) -> Role {
        let below =
            |target: &Arc<str>| path.strip_prefix(&**target)?.strip_prefix('/').map(|rest| path.len() - rest.len());
        // The longest target counts: naming a folder of tests asks for it.
        let start = self.scope.iter().filter_map(below).max().unwrap_or(0);
        if self.scope.iter().any(|target| **target == *path) {
            return Role::Own;
        }
        let mut at = start;
        let mut role = Role::Own;
        for part in path[start..].split('/') {
            let end = at + part.len();
            if end == path.len() {
                break;
            }
            let name = part.to_ascii_lowercase();
            match name.as_str() {
                "node_modules" | "bower_components" => return Role::Dependency,
                "vendor" if self.vendored.contains(&path[..end]) => return Role::Dependency,
                "test" | "e2e" if at == 0 && self.test_at_top => role = Role::Test,
                name if TESTS.contains(&name) => role = Role::Test,
                _ => {}
            }
            at = end + 1;
        }
        role
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(paths: &[&str], scope: &[&str]) -> Roles {
        let entries: Vec<FileEntry> =
            paths.iter().map(|path| FileEntry { path: (*path).into(), size: 0, link: None }).collect();
        Roles::of(&entries, &scope.iter().map(|path| Arc::from(*path)).collect::<Vec<_>>())
    }

    #[test]
    fn tests_are_told_from_environments() {
        let plain = roles(&["main.tf", "test/fixtures/main.tf"], &[]);
        assert_eq!(plain.role("test/simple/main.tf"), Role::Test);
        assert_eq!(plain.role("pkg/api/testdata/pod.yaml"), Role::Test);
        assert_eq!(plain.role("modules/net/Tests/main.tf"), Role::Test);
        assert_eq!(plain.role("overlays/test/web.yaml"), Role::Own);
        assert_eq!(plain.role("latest/contest.tf"), Role::Own);
        assert_eq!(plain.role("tests"), Role::Own);
        let mixed = roles(&["staging/src/k8s.io/api/x.yaml", "test/e2e/y.yaml"], &[]);
        assert_eq!(mixed.role("test/e2e/y.yaml"), Role::Test);
        let environments = roles(&["prod/main.tf", "test/main.tf"], &[]);
        assert_eq!(environments.role("test/main.tf"), Role::Own);
    }

    #[test]
    fn what_the_user_names_is_judged() {
        let roles = roles(&["tests/a/main.tf"], &["tests/a"]);
        assert_eq!(roles.role("tests/a/main.tf"), Role::Own);
        assert_eq!(roles.role("tests/a/fixtures/main.tf"), Role::Test);
        let file = self::roles(&["testdata/pod.yaml"], &["testdata/pod.yaml"]);
        assert_eq!(file.role("testdata/pod.yaml"), Role::Own);
    }

    #[test]
    fn copies_of_dependencies() {
        let roles = roles(&["vendor/modules.txt", "deploy/vendor/app.yaml"], &[]);
        assert_eq!(roles.role("vendor/k8s.io/x/pod.yaml"), Role::Dependency);
        assert_eq!(roles.role("web/node_modules/x/Dockerfile"), Role::Dependency);
        assert_eq!(roles.role("deploy/vendor/app.yaml"), Role::Own);
    }
}
