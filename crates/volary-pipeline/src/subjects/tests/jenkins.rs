use volary_model::Unit;

use super::{at, code, of, text, truth, unit_of};
use crate::Platform;

fn unit(text: &str) -> Unit {
    unit_of(Platform::Jenkins, "Jenkinsfile", text, &[])
}

#[test]
fn what_groovy_puts_into_scripts() {
    let unit = unit(
        "pipeline {\n  agent any\n  parameters { string(name: 'V', defaultValue: '1')\n choice(name: 'C', choices: ['a']) }\n  environment { T = \"${env.CHANGE_TITLE}\" }\n  stages {\n    \
         stage('a') {\n      steps {\n        sh \"x ${params.V} ${params.C} ${T} ${env.BRANCH_NAME} ${BUILD_NUMBER}\"\n        sh 'y ${CHANGE_TITLE}'\n        \
         sh \"z ${env.BRANCH_NAME.replaceAll('/', '-')} ${version}\"\n      }\n    }\n  }\n}\n",
    );
    assert_eq!(
        code(&unit),
        [
            ("${params.V}", "caller"),
            ("${params.C}", "none"),
            ("${env.CHANGE_TITLE}", "anybody"),
            ("${env.BRANCH_NAME}", "writer"),
            ("${BUILD_NUMBER}", "none"),
            ("${env.BRANCH_NAME.replaceAll('/', '-')}", "run"),
            ("${version}", "run"),
        ]
    );
}

#[test]
fn secrets_reach_the_steps_inside_of_their_block() {
    let unit = unit(
        "node('master') {\n  withCredentials([usernamePassword(credentialsId: 'id', usernameVariable: 'U', passwordVariable: 'P')]) {\n    dir('x') {\n      sh \"a ${P}\"\n    }\n  }\n  \
         sh \"b ${P}\"\n}\n",
    );
    let secret: Vec<Option<bool>> =
        of(&unit, "pipeline.expression").iter().map(|one| truth(&one.values, "secret")).collect();
    assert_eq!(secret, [Some(true), Some(false)]);
    let script = of(&unit, "pipeline.step").into_iter().find(|step| at(&step.values, "run").is_some()).unwrap();
    assert_eq!(text(&script.values, "secrets/0"), Some("id"));
    assert_eq!(text(&script.values, "secret_env/0"), Some("P"));
    assert_eq!(text(&of(&unit, "pipeline.job")[0].values, "runner/labels/0"), Some("master"));
}

#[test]
fn agents_and_results() {
    let unit = unit(
        "@Library('l@main') _\npipeline {\n  agent any\n  stages {\n    stage('a') {\n      steps { sh 'x' }\n      post { failure { script { currentBuild.result = 'SUCCESS' } } }\n    }\n    \
         stage('b') {\n      agent { docker { image 'node'; args '--privileged' } }\n      steps { sh 'y' }\n    }\n  }\n}\n",
    );
    let jobs = of(&unit, "pipeline.job");
    assert_eq!(text(&jobs[0].values, "runner/text"), Some("any"));
    assert_eq!(text(&jobs[1].values, "runner/text"), Some(""));
    let containers = of(&unit, "pipeline.container");
    assert_eq!(text(&containers[0].values, "options"), Some("--privileged"));
    let steps = of(&unit, "pipeline.step");
    let result = steps.iter().find(|step| text(&step.values, "uses/name") == Some("currentbuild.result")).unwrap();
    assert_eq!(text(&result.values, "phase"), Some("post failure"));
    assert_eq!(text(&result.values, "with/result"), Some("SUCCESS"));
    let workflow = of(&unit, "pipeline.workflow")[0];
    assert_eq!(text(&workflow.values, "includes/0/ref_kind"), Some("branch"));
}
