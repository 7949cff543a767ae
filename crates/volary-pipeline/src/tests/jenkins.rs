//! Jenkins.

use super::{clean, read_files, shown};
use crate::{Event, Platform, SecretKind, VariableKind};

#[test]
fn a_declarative_pipeline() {
    let read = clean(
        Platform::Jenkins,
        &[(
            "Jenkinsfile",
            "\
@Library('shared@v1') _
// a comment { with a brace
pipeline {
  agent { docker { image 'node:20'; args '-u root' } }
  environment {
    IMAGE = 'app'
    TOKEN = credentials('deploy-token')
  }
  parameters { booleanParam(name: 'SCAN', defaultValue: false) }
  triggers { cron('H 1 * * *') }
  stages {
    stage('Build') {
      steps {
        sh \"docker build -t ${IMAGE}:${env.BUILD_NUMBER} .\"
        sh '''#!/bin/bash
          set -o pipefail
          make | tee log
        '''
      }
    }
    stage('Checks') {
      parallel {
        stage('Scan') {
          when { expression { return params.SCAN } }
          steps {
            catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE') {
              sh 'trivy image app'
            }
            script {
              def status = sh(script: \"snyk test\", returnStatus: true)
              if (status != 0) { error 'bad' } else { echo 'fine' }
              try { sh 'a' } catch (e) { echo 'b' }
            }
          }
        }
        stage('Lint') { steps { sh 'lint' } }
      }
    }
    stage('Deploy') {
      when { branch 'main'; not { changeRequest() } }
      input { message 'Sure?' }
      steps {
        withCredentials([string(credentialsId: 'kube', variable: 'K')]) { sh 'kubectl apply -f .' }
        deployIt env: 'prod'
        build job: 'downstream', wait: false
      }
      post { failure { sh 'undo' } }
    }
  }
  post { always { cleanWs() } }
}
",
        )],
    );
    assert_eq!(
        read.describe(),
        "\
stage Build
stage Checks after [0]
stage Scan if when { expression { return params.SCAN } }
stage Lint
stage Deploy after [1] if when { branch 'main'; not { changeRequest() } }
job Build
  14 Sh -e: docker build -t app:${env.BUILD_NUMBER} .
  15 Bash: #!/bin/bash;           set -o pipefail;           make | tee log
job Scan
  26 block catchError tolerated
    buildResult=SUCCESS
    stageResult=UNSTABLE
  27 in 0 Sh -e: trivy image app
  29 block script
  30 in 2 Sh -e: snyk test
  31 in 2 block if if status != 0
  31 in 4 uses error
    0=bad
  31 in 2 block else if else
  31 in 6 uses echo
    0=fine
  32 in 2 block try tolerated
  32 in 8 Sh -e: a
  32 in 2 block catch
  32 in 10 uses echo
    0=b
job Lint
  36 Sh -e: lint
job Deploy
  43 block withCredentials
    0=${[string(credentialsId: 'kube', variable: 'K')]} [RunTime]
  43 in 0 Sh -e: kubectl apply -f .
  44 uses deployIt
    env=prod
  45 uses downstream
    job=downstream
    wait=false
  47 Post(\"failure\") Sh -e: undo
post post
  50 Post(\"always\") uses cleanWs
"
    );
    let pipeline = &read.pipeline;
    assert_eq!(pipeline.triggers[0].event, Event::Schedule);
    assert_eq!(pipeline.variables[1].kind, VariableKind::Secret);
    assert_eq!(pipeline.secrets[0].name.canonical(), "deploy-token");
    let scan = &pipeline.jobs[1];
    assert!(scan.steps[3].script().unwrap().status_is_returned.as_ref().unwrap().truth() == Some(true));
    let deploy = &pipeline.jobs[3];
    assert_eq!(deploy.steps[0].secrets[0].kind, SecretKind::Credential);
    assert_eq!(deploy.steps[0].secrets[0].into.as_deref(), Some("K"));
    assert!(deploy.steps[2].uses().unwrap().is_missing(), "a step of a library that was not given");
    assert!(pipeline.stages[4].manual.is_some());
    assert_eq!(pipeline.jobs[0].runner.as_ref().unwrap().container.as_ref().unwrap().image.canonical(), "node:20");
    let hole = pipeline.jobs[0].steps[0].script().unwrap().text.holes().next().unwrap().clone();
    assert_eq!(read.line(hole.at), 14);
}

#[test]
fn scripted_pipelines_have_stages_too() {
    let read = clean(
        Platform::Jenkins,
        &[(
            "Jenkinsfile",
            "\
def image = 'app'
node('linux') {
  checkout scm
  stage('Build') { sh \"docker build -t $image .\" }
  try {
    stage('Scan') { scan() }
  } finally {
    junit '*.xml'
  }
  if (env.BRANCH_NAME == 'main') {
    catchError { stage('Deploy') { sh 'deploy' } }
  }
}
def scan() {
  sh 'trivy image app || true'
}
",
        )],
    );
    assert_eq!(
        read.describe(),
        "\
stage Build after [0]
stage Scan after [1]
stage Deploy after [3] if env.BRANCH_NAME == 'main'
job 
  3 uses checkout
    0=${scm} [RunTime]
job Build
  4 Sh -e: docker build -t app .
job Scan
  6 block scan
  15 in 0 Sh -e: trivy image app || true
job 
  8 uses junit
    0=*.xml
job Deploy
  11 Sh -e: deploy
"
    );
    assert_eq!(read.pipeline.jobs[4].continue_on_error.as_ref().unwrap().truth(), Some(true));
    assert!(read.pipeline.jobs[2].continue_on_error.is_none());
    assert_eq!(read.pipeline.jobs[1].runner.as_ref().unwrap().labels[0].canonical(), "linux");
}

#[test]
fn the_pipeline_of_a_library_step() {
    let files = [
        ("Jenkinsfile", "@Library('acme@main') _\nstandardPipeline(image: 'x')\n"),
        (
            "acme:vars/standardPipeline.groovy",
            "def call(Map config) {\n  pipeline {\n    agent any\n    stages { stage('A') { steps { sh \"build ${config.image}\" } } }\n  }\n}\n",
        ),
    ];
    let read = clean(Platform::Jenkins, &files);
    assert_eq!(read.describe(), "stage A\njob A\n  4 Sh -e: build x\n");
    assert_eq!(read.pipeline.jobs[0].through.len(), 1);
    let read = clean(Platform::Jenkins, &files[..1]);
    assert_eq!(read.pipeline.hidden.last().unwrap().place, crate::HiddenPlace::Anywhere);
}

#[test]
fn brackets_that_do_not_close_are_said() {
    let read = read_files(
        Platform::Jenkins,
        &[("Jenkinsfile", "pipeline {\n  stages {\n    stage('A') { steps { sh 'x' }\n  }\n}\n")],
    );
    assert_eq!(read.messages(), ["1: this bracket is never closed"]);
    assert_eq!(shown(&read.pipeline.jobs[0].steps[0].script().unwrap().text), "x");
}

#[test]
fn conditions_are_read_with_and_without_return() {
    let conditions = [
        "env.BRANCH_NAME == 'main'",
        "return env.BRANCH_NAME == 'main' && !params.DRY",
        "params.A || params.B",
        "BRANCH_NAME ==~ /main|release-.*/",
        "currentBuild.result == null || currentBuild.result == 'SUCCESS'",
    ];
    for condition in conditions {
        let text = format!(
            "pipeline {{ agent any\n stages {{ stage('a') {{ when {{ expression {{ {condition} }} }}\n steps {{ sh 'a' }} }} }} }}"
        );
        let read = clean(Platform::Jenkins, &[("Jenkinsfile", &text)]);
        let found = read.pipeline.stages[0].activation.condition.as_ref().expect("a condition");
        let unknown = found.expr.walk().iter().any(|part| matches!(part.kind, crate::ExprKind::Unknown(_)));
        assert!(!unknown, "{condition}: {:?}", found.expr);
    }
}

#[test]
fn images_of_the_docker_plugin_keep_their_name() {
    let text = "\
node {
  def name = 'reg/app'
  def app
  stage('Build') {
    app = docker.build name + \":${env.BUILD_NUMBER}\"
    def out = sh script: 'trivy image x', returnStdout: true
  }
  stage('Push') {
    docker.withRegistry('https://reg', 'cred') {
      app.push()
      app.push('latest')
    }
    docker.image('other:1').push()
    docker.build('third:1', '.').push 'stable'
    list.push('x')
  }
}
";
    let read = clean(Platform::Jenkins, &[("Jenkinsfile", text)]);
    let steps: Vec<String> = read
        .pipeline
        .jobs
        .iter()
        .flat_map(|job| &job.steps)
        .filter_map(|step| {
            let inputs: Vec<String> =
                step.inputs.iter().map(|input| format!("{}={}", input.name, shown(&input.text))).collect();
            Some(format!("{} {}", step.uses()?.name, inputs.join(" ")))
        })
        .collect();
    assert_eq!(
        steps,
        [
            "docker.build 0=reg/app:${env.BUILD_NUMBER} [RunTime]",
            "docker.image.push image=reg/app:${env.BUILD_NUMBER} [RunTime]",
            "docker.image.push image=reg/app:${env.BUILD_NUMBER} [RunTime] tag=latest",
            "docker.image.push image=other:1",
            "docker.build 0=third:1",
            "docker.image.push image=third:1 tag=stable",
            "list.push 0=x",
        ]
    );
    assert_eq!(read.pipeline.jobs.iter().flat_map(|job| &job.steps).filter(|step| step.script().is_some()).count(), 1);
}

#[test]
fn steps_of_libraries_stand_where_they_are_called() {
    let files = [
        (
            "Jenkinsfile",
            "\
@Library('acme@v1') _
def helper(String name, boolean hard = true) {
  sh \"check ${name} ${hard ? '--fail' : '--report'}\"
}
pipeline {
  agent any
  environment { IMAGE = \"reg/app:${env.BUILD_NUMBER}\" }
  stages {
    stage('A') {
      steps {
        scanImage(image: env.IMAGE, soft: true)
        scanImage image: 'other'
        withTool('trivy') { sh 'inner' }
        helper('x')
        helper('y', false)
        log.info('hello')
        script {
          def full = nameOf('app')
          sh \"push ${full}\"
          ['a', 'b'].each { svc -> sh \"scan ${svc}\" }
          for (n in [1, 2]) { sh \"run ${n}\" }
          def branches = [:]
          branches[\"p\"] = { sh 'later' }
          parallel branches
        }
      }
    }
  }
}
",
        ),
        (
            "acme:vars/scanImage.groovy",
            "\
def call(Map args) {
  def all = [level: 'HIGH', soft: false] + args
  if (!all.image) { error 'image' }
  if (all.soft) { echo 'soft' }
  def code = all.soft ? 0 : 1
  sh \"trivy image --exit-code ${code} --severity ${all.level} ${all.image} ${args.tag ?: 'latest'}\"
}
",
        ),
        ("acme:vars/withTool.groovy", "def call(String name, Closure body) {\n  sh \"install ${name}\"\n  body()\n}\n"),
        ("acme:vars/log.groovy", "def info(String text) {\n  sh \"log ${text}\"\n}\n"),
        ("acme:vars/nameOf.groovy", "def call(String name) {\n  return \"reg/${name}:1\"\n}\n"),
    ];
    let read = clean(Platform::Jenkins, &files);
    let scripts: Vec<String> = read
        .pipeline
        .jobs
        .iter()
        .flat_map(|job| &job.steps)
        .filter_map(|step| step.script())
        .map(|script| script.text.canonical())
        .collect();
    assert_eq!(
        scripts,
        [
            "trivy image --exit-code 0 --severity HIGH reg/app:${env.BUILD_NUMBER} latest",
            "trivy image --exit-code 1 --severity HIGH other latest",
            "install trivy",
            "inner",
            "check x --fail",
            "check y --report",
            "log hello",
            "push reg/app:1",
            "scan a",
            "scan b",
            "run 1",
            "run 2",
            "later",
        ]
    );
    let steps = &read.pipeline.jobs[0].steps;
    let decided = steps.iter().filter_map(|step| step.activation.condition.as_ref()).map(crate::Condition::decided);
    assert_eq!(
        decided.collect::<Vec<_>>(),
        [Some(false), Some(true), Some(false), Some(false)],
        "conditions on arguments are decided"
    );
    assert!(steps[0].uses().is_some_and(|uses| matches!(uses.found, crate::Found::Read(_))));
    assert_eq!(steps[3].through.len(), 1);
    assert!(steps.iter().any(|step| step.script().is_some_and(|one| one.text.is("inner")) && step.through.is_empty()));
}

#[test]
fn configuration_in_a_closure_reaches_the_pipeline_of_a_library() {
    let files = [
        ("Jenkinsfile", "servicePipeline {\n  name = 'orders'\n  scan = false\n}\n"),
        (
            "shared:vars/servicePipeline.groovy",
            "\
def call(body) {
  def config = [:]
  body.resolveStrategy = Closure.DELEGATE_FIRST
  body.delegate = config
  body()
  pipeline {
    agent any
    stages {
      stage('Scan') {
        when { expression { config.scan != false } }
        steps { sh \"scan ${config.name}\" }
      }
    }
  }
}
",
        ),
    ];
    let read = clean(Platform::Jenkins, &files);
    assert_eq!(read.pipeline.jobs[0].steps[0].script().unwrap().text.canonical(), "scan orders");
    assert_eq!(read.pipeline.stages[0].activation.condition.as_ref().and_then(crate::Condition::decided), Some(false));
}

#[test]
fn steps_that_a_condition_runs_stand_before_it() {
    let text = "\
node {
  stage('Scan') {
    if (sh(script: 'trivy image --exit-code 1 a', returnStatus: true) != 0) {
      error 'found'
    }
    if (waitForQualityGate().status != 'OK') { error 'gate' }
    def text = sh(script: 'trivy image b', returnStdout: true).trim()
  }
}
";
    let read = clean(Platform::Jenkins, &[("Jenkinsfile", text)]);
    let steps = &read.pipeline.jobs[0].steps;
    assert!(steps[0].script().is_some_and(|script| script.status_is_returned.is_some()));
    let id = steps[0].id.as_ref().and_then(crate::Text::known).unwrap();
    let condition = steps[1].activation.condition.as_ref().unwrap();
    let asks = |condition: &crate::Condition, name: &str| {
        condition.expr.walk().iter().any(|part| part.name().is_some_and(|found| found == name))
    };
    assert!(asks(condition, &id), "{:?}", condition.expr);
    assert!(condition.text.contains("returnStatus") || condition.text.starts_with('r'), "{}", condition.text);
    assert!(steps.last().is_some_and(|step| step.script().is_some_and(|one| one.text.is("trivy image b"))));
    let gate =
        steps.iter().position(|step| step.uses().is_some_and(|uses| &*uses.name == "waitForQualityGate")).unwrap();
    let name = format!("{}.status", steps[gate].id.as_ref().and_then(crate::Text::known).unwrap());
    assert!(asks(steps[gate + 1].activation.condition.as_ref().unwrap(), &name));
}

#[test]
fn classes_of_libraries_are_hidden() {
    let text = "\
@Library('acme@v1') _
import com.acme.Scanner
def made = new Scanner(this)
node {
  stage('Scan') {
    made.scan('a')
    new com.acme.Scanner(this).scan('b')
    def date = new java.text.SimpleDateFormat('yyyy')
    date.format(1)
  }
}
";
    let files = [("Jenkinsfile", text), ("acme:src/com/acme/Scanner.groovy", "class Scanner { def scan(x) {} }\n")];
    for count in [1, 2] {
        let read = clean(Platform::Jenkins, &files[..count]);
        let uses = read.pipeline.jobs.iter().flat_map(|job| &job.steps).filter_map(|step| step.uses());
        let missing: Vec<&str> = uses.filter(|uses| uses.is_missing()).map(|uses| &*uses.name).collect();
        assert_eq!(missing, ["made.scan", "new com.acme.Scanner.scan"]);
    }
}
