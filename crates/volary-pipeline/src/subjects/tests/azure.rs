use volary_model::{Unit, Value};

use super::{at, code, of, text, truth, unit_of};
use crate::Platform;

fn unit(text: &str, others: &[(&str, &str)]) -> Unit {
    unit_of(Platform::Azure, "azure-pipelines.yml", text, others)
}

#[test]
fn what_is_put_into_scripts() {
    let unit = unit(
        "parameters:\n- name: any\n  type: string\n- name: few\n  type: string\n  values: [a, b]\nvariables:\n  \
         title: $(Build.SourceVersionMessage)\nsteps:\n- script: a ${{ parameters.any }} ${{ parameters.few }} \
         $(title) $(Build.BuildId) $(group.value)\n- pwsh: b ${{ variables['Build.SourceBranch'] }}\n- task: Bash@3\n  \
         inputs:\n    filePath: x.sh\n    arguments: $(Build.RequestedFor)\n  env:\n    A: $(Build.SourceBranch)\n",
        &[],
    );
    assert_eq!(
        code(&unit),
        [
            ("${{ parameters.any }}", "caller"),
            ("${{ parameters.few }}", "none"),
            ("$(Build.SourceVersionMessage)", "anybody"),
            ("$(Build.BuildId)", "none"),
            ("$(group.value)", "settings"),
            ("${{ variables['Build.SourceBranch'] }}", "writer"),
            ("$(Build.RequestedFor)", "writer"),
        ]
    );
    assert_eq!(of(&unit, "pipeline.expression").len(), 8);
}

#[test]
fn variables_that_are_made_of_each_other_end() {
    let mut text = String::from("variables:\n");
    for index in 0..200 {
        text.push_str(&format!("  v{index}: ${{{{ variables.v{} }}}} $(v{})\n", (index + 1) % 200, (index + 7) % 200));
    }
    text.push_str("  self: $[ variables.self ]\nsteps:\n- script: x $(v3) $(self)\n");
    assert!(!of(&unit(&text, &[]), "pipeline.step").is_empty());
}

#[test]
fn steps_are_told_in_the_file_in_which_they_stand() {
    let template = "parameters:\n- name: steps\n  type: stepList\nsteps:\n- script: outer\n- ${{ parameters.steps }}\n\
                    - ${{ each step in parameters.steps }}:\n  - ${{ step }}\n";
    let root = "pr: [main]\nsteps:\n- template: t.yml\n  parameters:\n    steps:\n    - script: inner\n- script: own\n";
    let unit = unit(root, &[("t.yml", template)]);
    let scripts: Vec<Option<&str>> = of(&unit, "pipeline.step").iter().map(|step| text(&step.values, "run")).collect();
    assert_eq!(scripts, [Some("inner"), Some("own")]);
    let workflow = of(&unit, "pipeline.workflow")[0];
    assert_eq!(text(&workflow.values, "includes/0/from"), Some("own"));
    assert_eq!(truth(&workflow.values, "public"), Some(true));
}

#[test]
fn steps_of_a_job_that_a_template_makes() {
    let template = "parameters:\n- name: steps\n  type: stepList\njobs:\n- job: a\n  steps: ${{ parameters.steps }}\n\
                    - job: b\n  steps: ${{ parameters.steps }}\n";
    let root = "extends:\n  template: t.yml\n  parameters:\n    steps:\n    - script: inner\n";
    let unit = unit(root, &[("t.yml", template)]);
    assert_eq!(of(&unit, "pipeline.step").len(), 1);
    assert!(of(&unit, "pipeline.job").is_empty());
}

#[test]
fn sources_containers_and_pools() {
    let unit = unit(
        "resources:\n  repositories:\n  - repository: t\n    type: github\n    name: a/t\n    ref: refs/heads/main\n  containers:\n  \
         - container: c\n    image: node\n    options: --privileged\npool: farm\njobs:\n- job: a\n  container: c\n  steps:\n  \
         - script: x\n- job: b\n  steps:\n  - script: y\n  - checkout: self\n    persistCredentials: true\n  - script: z\n- template: x.yml@t\n",
        &[],
    );
    let steps = of(&unit, "pipeline.step");
    let sources: Vec<Option<bool>> = steps.iter().map(|step| truth(&step.values, "has_sources")).collect();
    assert_eq!(sources, [Some(true), Some(false), Some(false), Some(true)]);
    assert_eq!(truth(&steps[2].values, "checkout/persist_credentials"), Some(true));
    let containers = of(&unit, "pipeline.container");
    assert_eq!(containers.len(), 1);
    assert_eq!(text(&containers[0].values, "role"), Some("resource"));
    let jobs = of(&unit, "pipeline.job");
    assert_eq!(truth(&jobs[0].values, "runner/self_hosted"), Some(true));
    assert!(at(&jobs[1].values, "runner").is_none());
    let workflow = of(&unit, "pipeline.workflow")[0];
    assert_eq!(text(&workflow.values, "resources/0/ref_kind"), Some("branch"));
    assert_eq!(truth(&workflow.values, "resources/0/holds_templates"), Some(true));
    assert_eq!(truth(&workflow.values, "public"), Some(false));
    assert_eq!(text(&workflow.values, "pull_requests"), Some("implied"));
}

#[test]
fn groups_tokens_and_connections() {
    let unit = unit(
        "variables:\n- group: g\n- name: t\n  value: $(System.AccessToken)\nstages:\n- stage: s\n  variables:\n  - group: h\n  jobs:\n  \
         - job: a\n    steps:\n    - task: AzureCLI@2\n      inputs: {azureSubscription: prod, scriptType: bash, inlineScript: az x}\n    \
         - script: x\n      env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}\n",
        &[],
    );
    let workflow = of(&unit, "pipeline.workflow")[0];
    assert_eq!(text(&workflow.values, "groups/0"), Some("g"));
    assert_eq!(text(&workflow.values, "token_variables/0"), Some("t"));
    assert_eq!(text(&of(&unit, "pipeline.stage")[0].values, "groups/0"), Some("h"));
    let steps = of(&unit, "pipeline.step");
    assert_eq!(text(&steps[0].values, "connections/0"), Some("prod"));
    assert_eq!(text(&steps[0].values, "uses/name"), Some("azurecli"));
    assert_eq!(at(&steps[0].values, "token").and_then(Value::as_bool), Some(false));
    assert_eq!(truth(&steps[1].values, "token"), Some(true));
}
