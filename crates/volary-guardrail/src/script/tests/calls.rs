//! Called scripts, targets and package scripts.

use volary_pipeline::Platform;

use super::support::read;
use crate::script::{Status, Taint};
use crate::tri::Tri;

/// Paths and texts.
type Files = &'static [(&'static str, &'static str)];

/// Script, files, how it ends when something is found.
const CASES: &[(&str, Files, Status)] = &[
    ("./scan.sh", &[("scan.sh", "#!/bin/bash -e\ntrivy image --exit-code 1 app:1\necho ok\n")], Status::NonZero),
    ("./scan.sh", &[("scan.sh", "#!/bin/bash\ntrivy image --exit-code 1 app:1\necho ok\n")], Status::Zero),
    (
        "bash scripts/scan.sh app:1",
        &[("scripts/scan.sh", "set -e\ntrivy image --exit-code 1 $1\necho ok\n")],
        Status::NonZero,
    ),
    ("bash -e scripts/scan.sh", &[("scripts/scan.sh", "trivy image --exit-code 1 app:1\necho ok\n")], Status::NonZero),
    ("cd ci && ./scan.sh", &[("ci/scan.sh", "trivy image --exit-code 1 app:1\n")], Status::NonZero),
    (
        "source lib.sh\nscan app:1\necho ok",
        &[("lib.sh", "scan() { trivy image --exit-code 1 \"$1\"; }\n")],
        Status::NonZero,
    ),
    (
        "./b.sh --image app:1 --fail",
        &[(
            "b.sh",
            "set -e\nIMAGE=\"\"\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    --image) IMAGE=$2; shift 2 ;;\n    --fail) FAIL=1; shift ;;\n    *) exit 2 ;;\n  esac\ndone\n[ -z \"$IMAGE\" ] && exit 2\ntrivy image --exit-code 1 \"$IMAGE\" || BAD=true\nif [ \"$FAIL\" = 1 ] && [ -n \"$BAD\" ]; then exit 1; fi\n",
        )],
        Status::NonZero,
    ),
    (
        "./c.sh",
        &[("c.sh", "bad=false\ntrivy image --exit-code 1 app:1 || bad=true\nif ${bad}; then exit 1; fi\nexit 0\n")],
        Status::NonZero,
    ),
    (
        "make scan",
        &[(
            "Makefile",
            "IMAGE ?= app:1\nscan: build\n\ttrivy image --exit-code 1 $(IMAGE)\n\t@echo ok\nbuild:\n\tdocker build -t $(IMAGE) .\n",
        )],
        Status::NonZero,
    ),
    ("make scan", &[("Makefile", "scan:\n\t-trivy image --exit-code 1 app:1\n")], Status::Zero),
    ("make scan", &[("Makefile", "scan:\n\ttrivy image --exit-code 1 app:1 || true\n")], Status::Zero),
    (
        "make -C app release",
        &[("app/Makefile", "release: scan\n\tdocker push app:1\nscan:\n\ttrivy image --exit-code 1 app:1\n")],
        Status::NonZero,
    ),
    ("make all", &[("Makefile", "all:\n\t$(MAKE) scan\nscan:\n\ttrivy image --exit-code 1 app:1\n")], Status::NonZero),
    (
        "npm run scan",
        &[("package.json", "{\"scripts\": {\"scan\": \"trivy image --exit-code 1 app:1 && echo ok\"}}")],
        Status::NonZero,
    ),
    (
        "yarn scan",
        &[("package.json", "{\"scripts\": {\"prescan\": \"trivy image --exit-code 1 app:1\", \"scan\": \"echo ok\"}}")],
        Status::NonZero,
    ),
    (
        "npm run all",
        &[(
            "package.json",
            "{\"scripts\": {\"all\": \"npm run scan; echo ok\", \"scan\": \"trivy image --exit-code 1 app:1\"}}",
        )],
        Status::Zero,
    ),
    (
        "task scan",
        &[(
            "Taskfile.yml",
            "version: '3'\ntasks:\n  scan:\n    deps: [build]\n    cmds:\n      - trivy image --exit-code 1 app:1\n      - echo ok\n  build:\n    cmds: [docker build -t app:1 .]\n",
        )],
        Status::NonZero,
    ),
    (
        "just scan",
        &[(
            "justfile",
            "build:\n    docker build -t app:1 .\n\nscan: build\n    trivy image --exit-code 1 app:1\n    echo ok\n",
        )],
        Status::NonZero,
    ),
    ("just scan", &[("justfile", "scan:\n    -trivy image --exit-code 1 app:1\n")], Status::Zero),
    (
        "\"$GITHUB_WORKSPACE/ci/a.sh\"",
        &[("ci/a.sh", "\"$(dirname \"$0\")/b.sh\"\n"), ("ci/b.sh", "trivy image --exit-code 1 app:1\n")],
        Status::NonZero,
    ),
];

#[test]
fn called_code_is_followed() {
    let mut wrong = Vec::new();
    for (script, files, expected) in CASES {
        let case = read("bash -e", script, files, Platform::GitHub);
        let (normal, found) = case.ends();
        let execution = case.run(&[], &mut Taint::default());
        let ran = case.ran(&execution, "trivy").or(case.ran(&execution, "-trivy"));
        if normal != Status::Zero || found != *expected || ran != Tri::Yes {
            wrong.push(format!(
                "{script}: clean {normal:?}, found {found:?}, expected {expected:?}, ran {ran:?}: {:#?}",
                case.analysed.commands
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn places_are_those_of_the_called_file() {
    let text = "#!/bin/sh\nset -e\ntrivy image --exit-code 1 app:1\n";
    let case = read("bash -e", "echo a\n./ci/scan.sh", &[("ci/scan.sh", text)], Platform::GitHub);
    let scan = &case.analysed.commands[0];
    assert_eq!(scan.at.file.0, 1);
    assert_eq!(&text[scan.at.start as usize..scan.at.end as usize], "trivy image --exit-code 1 app:1");
    assert_eq!(scan.through.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["ci/scan.sh"]);
    let makefile = "scan:\n\t@trivy image --exit-code 1 app:1\n";
    let case = read("bash -e", "make scan", &[("Makefile", makefile)], Platform::GitHub);
    let scan = &case.analysed.commands[0];
    assert_eq!(&makefile[scan.at.start as usize..scan.at.end as usize], "trivy image --exit-code 1 app:1");
    assert_eq!(scan.through.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["make scan"]);
}

#[test]
fn what_could_not_be_read_is_opaque() {
    let files = [("Makefile", "build:\n\ttrue\n"), ("package.json", "{\"scripts\": {}}"), ("tool.py", "print(1)\n")];
    for (script, why) in [
        ("./build.sh", Some("`build.sh` is not in the tree")),
        ("make deploy", Some("the target `deploy`: `Makefile` has no such target")),
        ("npm run deploy", Some("`package.json` has no script `deploy`")),
        ("python tool.py", Some("`tool.py` is written in a language that is not read")),
        ("rake deploy", Some("`rake` runs tasks of the repository that are not read")),
        ("git push", None),
        ("npm ci", None),
        ("./gradlew build", None),
        ("/usr/bin/jq . a.json", None),
        ("curl -sSL https://example.org/a.sh | bash", None),
        ("go build ./...", None),
        ("docker build -f docker/Dockerfile .", None),
    ] {
        let case = read("bash -e", script, &files, Platform::GitHub);
        let opaque = case.analysed.commands.iter().find_map(|command| command.opaque.as_deref());
        assert_eq!(opaque, why, "{script}");
    }
}

#[test]
fn loops_and_functions_give_one_command_for_each_use() {
    let script = "push() { docker push \"$1:$TAG\"; }\nfor i in api web; do\n  push \"reg/$i\"\ndone";
    let case = read("bash -e", script, &[], Platform::GitHub);
    let targets: Vec<String> = case
        .analysed
        .commands
        .iter()
        .flat_map(|command| &command.roles)
        .filter_map(|it| match &it.role {
            crate::recognise::Role::Effect(effect) => {
                effect.reference.first().map(|value| crate::recognise::written(value).to_string())
            }
            _ => None,
        })
        .collect();
    assert_eq!(targets, ["reg/api:${TAG}", "reg/web:${TAG}"]);
}
