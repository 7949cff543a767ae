//! Ownership as GitHub and GitLab document it.

use volary_governance::{CodeOwners, Flavour};

fn owners(text: &str, flavour: Flavour, path: &str) -> String {
    CodeOwners::parse(text, flavour).owners(path).join(" ")
}

/// Each: file, path, owners.
fn assert_all(flavour: Flavour, cases: &[(&str, &str, &str)]) {
    for (text, path, expected) in cases {
        assert_eq!(owners(text, flavour, path), *expected, "{text:?} on {path}");
    }
}

/// GitHub's own example, as its documentation explains it.
const EXAMPLE: &str = "\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
";

#[test]
fn github_reads_its_own_example() {
    let cases = [
        ("README.md", "@global-owner1 @global-owner2"),
        ("src/deep/er/main.rs", "@global-owner1 @global-owner2"),
        ("index.js", "@js-owner"),
        ("src/a/index.js", "@js-owner"),
        ("main.go", "docs@example.com"),
        ("notes.txt", "@octo-org/octocats"),
        ("build/logs/one.log", "@octocat"),
        ("build/other.log", "@global-owner1 @global-owner2"),
        ("docs/getting-started.md", "@doctocat"),
        ("docs/build-app/troubleshooting.md", "@doctocat"),
        ("src/apps/x/y.c", "@octocat"),
        ("scripts/run", "@doctocat @octocat"),
        ("deeply/nested/logs/x", "@octocat"),
        ("logs", "@octocat"),
        ("apps/a.c", "@octocat"),
        ("apps/github", ""),
        ("apps/github/x.c", ""),
        ("apps/githubber", "@octocat"),
    ];
    for (path, expected) in cases {
        assert_eq!(owners(EXAMPLE, Flavour::GitHub, path), expected, "{path}");
    }
}

#[test]
fn github_patterns() {
    assert_all(
        Flavour::GitHub,
        &[
            // The last match wins, wherever it stands.
            ("* @a\n/x @b\n* @c\n", "x", "@c"),
            ("/x @b\n", "y", ""),
            // `docs/*` takes files directly there and nothing deeper.
            ("docs/* @a\n", "docs/x.md", "@a"),
            ("docs/* @a\n", "docs/sub/x.md", ""),
            ("docs/* @a\n", "src/docs/x.md", ""),
            ("/* @a\n", "x.md", "@a"),
            ("/* @a\n", "docs/x.md", ""),
            ("* @a\n", "docs/x.md", "@a"),
            // A folder covers what lies below it; without a slash it matches at any depth.
            ("apps/ @a\n", "x/apps/y/z", "@a"),
            ("apps/ @a\n", "apps", ""),
            ("apps @a\n", "x/apps/y", "@a"),
            ("apps @a\n", "x/apps", "@a"),
            ("/apps @a\n", "x/apps/y", ""),
            ("/apps @a\n", "apps/y", "@a"),
            ("apps/github @a\n", "apps/github/x", "@a"),
            ("apps/github @a\n", "src/apps/github/x", ""),
            ("apps/github/ @a\n", "apps/github/x", "@a"),
            // Two asterisks.
            ("** @a\n", "a/b", "@a"),
            ("**/logs @a\n", "logs/x", "@a"),
            ("**/logs @a\n", "a/b/logs", "@a"),
            ("docs/** @a\n", "docs/a/b", "@a"),
            ("docs/** @a\n", "docs", ""),
            ("a/**/z @a\n", "a/z", "@a"),
            ("a/**/z @a\n", "a/b/c/z/d", "@a"),
            ("/a/**/*.tf @a\n", "a/b/main.tf", "@a"),
            ("/a/**/*.tf @a\n", "a/main.tf", "@a"),
            ("a/*** @a\n", "a/b", ""),
            // Wildcards stay within a part.
            ("*.tf @a\n", "a/b/main.tf", "@a"),
            ("/*.tf @a\n", "a/main.tf", ""),
            ("a/*.tf @a\n", "a/main.tf", "@a"),
            ("a/*.tf @a\n", "a/b/main.tf", ""),
            ("a/*/c @a\n", "a/b/c/d", "@a"),
            ("a/*/c @a\n", "a/b/b/c", ""),
            ("ma?n.tf @a\n", "main.tf", "@a"),
            ("main.t* @a\n", "x/main.tfvars", "@a"),
            // Case matters.
            ("/Docs/ @a\n", "docs/x", ""),
            // What does not work on GitHub.
            ("* @a\n!x @b\n", "x", "@a"),
            ("[ab].tf @a\n", "a.tf", ""),
            ("[ab].tf @a\n", "[ab].tf", "@a"),
            ("app/[slug]/ @a\n", "app/[slug]/page.tsx", "@a"),
            ("\\#x @a\n", "#x", ""),
            // Spaces.
            ("a\\ b/ @a\n", "a b/c", "@a"),
            ("/a\\ b.md @a\n", "a b.md", "@a"),
            ("a\tb @a\n", "a", ""),
            ("a\t@a\t@b\n", "a", "@a @b"),
            // Comments and owners.
            ("x @a # the team @b\n", "x", "@a"),
            ("x @a #@b\n", "x", "@a"),
            ("x @a#b\n", "x", "@a"),
            ("x#y @a\n", "x#y", "@a"),
            ("* @a\nx # nobody\n", "x", ""),
            ("* @a\nx\n", "x", ""),
            ("* @a\nx @b nobody\n", "x", "@a"),
            ("* @a\nx @b/c/d\n", "x", "@a"),
            ("x @o/t.e-a_m u@e.org\n", "x", "@o/t.e-a_m u@e.org"),
            ("/ @a\n", "x", ""),
            ("* @a\r\n/x @b\r\n", "x", "@b"),
            ("\u{FEFF}* @a\n", "x", "@a"),
            ("   x @a\n", "x", "@a"),
            ("", "x", ""),
        ],
    );
}

#[test]
fn gitlab_sections_and_patterns() {
    let sections =
        "* @all\n/docs/ @docs\n[Data] @data\ndb/\n*.sql @sql\n^[Ops][2] @ops\n*.tf\n!*.test.tf\n[data]\n/x\n";
    assert_all(
        Flavour::GitLab,
        &[
            (sections, "a.c", "@all"),
            (sections, "docs/a.md", "@docs"),
            (sections, "x/db/schema", "@all @data"),
            (sections, "db/a.sql", "@all @sql"),
            (sections, "main.tf", "@all @ops"),
            (sections, "main.test.tf", "@all"),
            (sections, "x", "@all @data"),
            // A relative pattern matches anywhere.
            ("docs/x @a\n", "src/docs/x", "@a"),
            ("README.md @a\n", "a/b/README.md", "@a"),
            ("/README.md @a\n", "a/README.md", ""),
            // A folder needs its slash.
            ("/docs @a\n", "docs/x", ""),
            ("/docs @a\n", "docs", "@a"),
            ("/docs/ @a\n", "docs/x/y", "@a"),
            ("lib/ @a\n", "a/lib/b/c", "@a"),
            ("/docs/* @a\n", "docs/x", "@a"),
            ("/docs/* @a\n", "docs/x/y", ""),
            ("/docs/** @a\n", "docs/x/y", ""),
            ("/docs/**/*.md @a\n", "docs/x/y/z.md", "@a"),
            ("/docs/**/*.md @a\n", "docs/z.md", "@a"),
            ("/db/**/index.md @a\n", "db/a/b/index.md", "@a"),
            ("* @a\n", "a/b/.hidden", "@a"),
            ("*.rb @a\n", "a/b.rb", "@a"),
            ("[ab]*.rb @a\n", "x/b1.rb", "@a"),
            ("[!ab]*.rb @a\n", "x/b1.rb", ""),
            // Escapes.
            ("\\#x @a\n", "#x", "@a"),
            ("a\\ b/ @a\n", "x/a b/c", "@a"),
            // An exclusion counts wherever it stands in its section.
            ("!pom.xml\n* @a\n", "pom.xml", ""),
            ("* @a\n!pom.xml\n", "x/pom.xml", ""),
            ("[A]\n* @a\n!x\n[B]\n* @b\n", "x", "@b"),
            // Owners: names, groups, roles, addresses; comments are read as well.
            ("x @@maintainer @g/s/t u@e.org word\n", "x", "@@maintainer @g/s/t u@e.org"),
            ("x @a # see @b\n", "x", "@a @b"),
            // The last entry counts; without owners it takes them away.
            ("x @a\nx @b\n", "x", "@b"),
            ("x @a\nx\n", "x", ""),
            ("[A][]\nx @a\n", "x", "@a"),
        ],
    );
}

#[test]
fn lines_with_a_fault_are_named() {
    let owners = CodeOwners::parse("!x @a\n\ny someone\nz @ok\n", Flavour::GitHub);
    let lines: Vec<_> = owners.problems(".github/CODEOWNERS").iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [Some(1), Some(3)]);
    assert!(CodeOwners::parse("[] @a\n[A][x]\n", Flavour::GitLab).problems("CODEOWNERS").len() == 2);
}

#[test]
fn a_file_of_three_megabytes_does_not_count() {
    let text = format!("* @a\n{}", "# filler\n".repeat(400_000));
    let owners = CodeOwners::parse(&text, Flavour::GitHub);
    assert!(owners.owners("x").is_empty());
    assert_eq!(owners.problems("CODEOWNERS").len(), 1);
}

#[test]
fn the_first_place_counts() {
    let there = |files: &'static [&'static str]| CodeOwners::locate(move |path| files.contains(&path));
    assert_eq!(there(&["docs/CODEOWNERS", "CODEOWNERS"]), Some(("CODEOWNERS", Flavour::GitHub)));
    assert_eq!(there(&[".github/CODEOWNERS", "CODEOWNERS"]), Some((".github/CODEOWNERS", Flavour::GitHub)));
    assert_eq!(there(&[".gitlab-ci.yml", "CODEOWNERS"]), Some(("CODEOWNERS", Flavour::GitLab)));
    assert_eq!(there(&[".gitlab/CODEOWNERS"]), Some((".gitlab/CODEOWNERS", Flavour::GitLab)));
    assert_eq!(there(&["README.md"]), None);
}
