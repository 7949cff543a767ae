use volary_model::Unit;

use super::{code, of, text, truth, unit_of};
use crate::Platform;

fn unit(text: &str, others: &[(&str, &str)]) -> Unit {
    unit_of(Platform::GitLab, ".gitlab-ci.yml", text, others)
}

#[test]
fn defaults_and_hidden_jobs_are_told_once() {
    let unit = unit(
        "default:\n  image: ruby\n  before_script:\n    - setup\n.base:\n  variables: {A: b}\n  services: [redis]\none:\n  extends: .base\n  \
         script: [first]\ntwo:\n  extends: .base\n  script: [second]\n",
        &[],
    );
    let runs: Vec<Option<&str>> = of(&unit, "pipeline.step").iter().map(|step| text(&step.values, "run")).collect();
    assert_eq!(runs, [Some("setup"), Some("first"), Some("second")]);
    assert_eq!(of(&unit, "pipeline.container").len(), 2);
    let jobs = of(&unit, "pipeline.job");
    let names: Vec<(Option<&str>, Option<&str>)> =
        jobs.iter().map(|job| (text(&job.values, "name"), text(&job.values, "kind"))).collect();
    assert_eq!(
        names,
        [
            (Some("default"), Some("part")),
            (Some(".base"), Some("part")),
            (Some("one"), Some("plain")),
            (Some("two"), Some("plain")),
        ]
    );
    assert_eq!(text(&jobs[1].values, "env/A"), Some("b"));
    assert_eq!(text(&jobs[2].values, "env/A"), None);
}

#[test]
fn included_files_are_told_where_they_stand() {
    let root = "include:\n  - local: /ci/base.yml\none:\n  extends: .base\n  script: [first]\n";
    let base = ".base:\n  image: ruby\nother:\n  script: [x]\n";
    let root = unit(root, &[("ci/base.yml", base)]);
    assert_eq!(of(&root, "pipeline.step").len(), 1);
    assert!(of(&root, "pipeline.container").is_empty());
    let own = unit_of(Platform::GitLab, "ci/base.yml", base, &[]);
    assert_eq!(of(&own, "pipeline.container").len(), 1);
    assert_eq!(of(&own, "pipeline.step").len(), 1);
}

#[test]
fn inputs_in_scripts() {
    let unit = unit(
        "spec:\n  inputs:\n    any:\n    few:\n      options: [a]\n---\nx:\n  script:\n    - a $[[ inputs.any ]] $[[ inputs.few ]] $CI_COMMIT_TITLE\n    \
         - b $[[ inputs.any | expand_vars ]]\n",
        &[],
    );
    assert_eq!(
        code(&unit),
        [("$[[ inputs.any ]]", "caller"), ("$[[ inputs.few ]]", "none"), ("$[[ inputs.any | expand_vars ]]", "caller"),]
    );
    let last = of(&unit, "pipeline.expression")[2];
    assert_eq!(text(&last.values, "calls/0/function"), Some("expand_vars"));
}

#[test]
fn values_that_are_read_twice() {
    let unit = unit(
        "variables:\n  TITLE: $CI_MERGE_REQUEST_TITLE\nx:\n  script:\n    - eval \"x $TITLE\"\n    - sh -c 'y $CI_COMMIT_TITLE'\n    - bash -ec \"z $CI_COMMIT_REF_NAME\"\n    \
         - eval \"$(ssh-agent)\"\n    - ssh a@b \"w ${CI_COMMIT_TAG:-none}\"\n",
        &[],
    );
    let step = of(&unit, "pipeline.step")[0];
    let found: Vec<(Option<&str>, Option<&str>)> = (0..4)
        .map(|at| {
            let name = text(&step.values, &format!("read_twice/{at}/name"));
            (name, text(&step.values, &format!("read_twice/{at}/taint")))
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("TITLE"), Some("anybody")),
            (Some("CI_COMMIT_REF_NAME"), Some("writer")),
            (Some("CI_COMMIT_TAG"), Some("writer")),
            (None, None)
        ]
    );
}

#[test]
fn includes_say_how_they_are_pinned() {
    let unit = unit(
        "include:\n  - remote: https://a.example/x.yml\n  - integrity: sha256-x\n    remote: https://a.example/y.yml\n  - component: h/g/p/c@1.0\n  - project: g/p\n    file: a.yml\n  \
         - template: Jobs/SAST.gitlab-ci.yml\nx:\n  script: [y]\n",
        &[],
    );
    let workflow = of(&unit, "pipeline.workflow")[0];
    let field = |index: usize, name: &str| text(&workflow.values, &format!("includes/{index}/{name}"));
    assert_eq!(truth(&workflow.values, "includes/0/has_checksum"), Some(false));
    assert_eq!(truth(&workflow.values, "includes/1/has_checksum"), Some(true));
    assert_eq!((field(2, "kind"), field(2, "ref_kind")), (Some("component"), Some("version")));
    assert_eq!((field(3, "from"), field(3, "ref_kind")), (Some("repository"), Some("none")));
    assert_eq!(field(4, "from"), Some("platform"));
}
