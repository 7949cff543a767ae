use volary_pipeline::Platform;

use super::same;

fn stages(head: &str, stages: &[(&str, &str)]) -> String {
    let stages: String = stages
        .iter()
        .map(|(name, when)| format!("stage('{name}') {{ when {{ {when} }}\n steps {{ sh 'a' }} }}\n"))
        .collect();
    format!("pipeline {{ agent any\n{head}\nstages {{\n{stages}}} }}\n")
}

#[test]
fn branches_and_changes() {
    same(
        Platform::Jenkins,
        &stages(
            "triggers { cron('H 3 * * *') }
            parameters { booleanParam(name: 'DEPLOY', defaultValue: true) }",
            &[
                ("Scan", "changeRequest target: 'main'"),
                ("Deploy", "branch 'main'"),
                ("Release", "branch pattern: 'release-\\\\d+', comparator: 'REGEXP'"),
                ("Nightly", "triggeredBy 'TimerTrigger'"),
                ("Not", "not { anyOf { branch 'main'; changeRequest() } }"),
                ("Env", "expression { env.BRANCH_NAME == 'main' && params.DEPLOY }"),
            ],
        ),
        "the nightly run: Deploy Nightly Env
        a push to `main`: Deploy Env
        a push to `release-\\d+`: Release Not
        a push to any branch: Not
        a pull request to `main`: Scan
        a pull request to any branch:
        a manual run of `main`: Deploy Env
        a manual run of `release-\\d+`: Release Not
        a manual run of any branch: Not
        a manual run with `DEPLOY` off: Deploy",
    );
}

#[test]
fn tags_and_parameters() {
    same(
        Platform::Jenkins,
        &stages(
            "parameters { booleanParam(name: 'DEPLOY', defaultValue: false)\n choice(name: 'ENV', choices: ['test', 'prod']) }",
            &[
                ("Tag", "buildingTag()"),
                ("Deploy", "expression { return params.DEPLOY }"),
                ("Prod", "allOf { branch 'main'; environment name: 'ENV', value: 'prod' }"),
            ],
        ),
        "a push to `main`:
        a push to any branch:
        a tag: Tag
        a manual run of `main`:
        a manual run of any branch:
        a manual run of any tag: Tag
        a manual run with `DEPLOY` on: Deploy
        a manual run with `ENV` set to `prod`: Prod
        a manual run of any branch with `DEPLOY` on: Deploy
        a manual run of any tag with `DEPLOY` on: Tag Deploy
        a manual run with `DEPLOY` on and `ENV` set to `prod`: Deploy Prod",
    );
}

#[test]
fn conditions_in_groovy() {
    same(
        Platform::Jenkins,
        &stages(
            "",
            &[
                ("Whole", "expression { BRANCH_NAME ==~ /main|hotfix-.*/ }"),
                ("Part", "expression { return env.BRANCH_NAME.startsWith('hotfix-') }"),
                ("Plugin", "expression { currentBuild.result == null || currentBuild.result == 'SUCCESS' }"),
                ("File", "expression { fileExists('Dockerfile') }"),
            ],
        ),
        "a push to `main`: Whole Plugin File
        a push to `hotfix-*`: Whole Part Plugin File
        a push to any branch: Plugin File
        a manual run of `main`: Whole Plugin File
        a manual run of `hotfix-*`: Whole Part Plugin File
        a manual run of any branch: Plugin File
        a push to `main`: Whole Plugin
        a push to `hotfix-*`: Whole Part Plugin
        a push to any branch: Plugin
        a manual run of `main`: Whole Plugin
        a manual run of `hotfix-*`: Whole Part Plugin
        a manual run of any branch: Plugin",
    );
}
