//! Who chooses the variables that Azure Pipelines, GitLab CI and Jenkins set.
//!
//! Facts: <https://learn.microsoft.com/azure/devops/pipelines/build/variables>,
//! <https://docs.gitlab.com/ci/variables/predefined_variables/>,
//! <https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables> and the environment of the plugins for
//! multibranch pipelines, GitLab and pull requests of GitHub.

use super::taint::Taint;
use crate::Platform;

/// Who chooses a variable that the platform sets, by its name as texts or scripts of that platform write it.
pub(super) fn variable(platform: Platform, name: &str) -> Taint {
    match platform {
        Platform::GitHub => github(name),
        Platform::Azure => azure(name),
        Platform::GitLab => gitlab(name),
        Platform::Jenkins => jenkins(name),
    }
}

/// The variables of a shell that GitHub sets.
fn github(name: &str) -> Taint {
    match name {
        "GITHUB_HEAD_REF" => Taint::Anybody,
        "GITHUB_REF" | "GITHUB_REF_NAME" | "GITHUB_BASE_REF" => Taint::Writer,
        _ => Taint::None,
    }
}

fn azure(name: &str) -> Taint {
    // A script reads `Build.SourceBranchName` as `BUILD_SOURCEBRANCHNAME`.
    let plain: String = name.chars().filter(|one| !matches!(one, '.' | '_')).collect::<String>().to_lowercase();
    match plain.as_str() {
        "buildsourceversionmessage"
        | "buildsourceversionauthor"
        | "systempullrequestsourcebranch"
        | "systempullrequestsourcebranchname"
        | "systempullrequestsourcerepositoryuri" => Taint::Anybody,
        "buildsourcebranch"
        | "buildsourcebranchname"
        | "buildrequestedfor"
        | "buildrequestedforemail"
        | "buildqueuedby"
        | "systempullrequesttargetbranch"
        | "systempullrequesttargetbranchname" => Taint::Writer,
        _ => Taint::None,
    }
}

fn gitlab(name: &str) -> Taint {
    match name {
        "CI_COMMIT_MESSAGE"
        | "CI_COMMIT_TITLE"
        | "CI_COMMIT_DESCRIPTION"
        | "CI_COMMIT_AUTHOR"
        | "CI_COMMIT_TAG_MESSAGE"
        | "CI_MERGE_REQUEST_TITLE"
        | "CI_MERGE_REQUEST_DESCRIPTION"
        | "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"
        | "CI_MERGE_REQUEST_LABELS"
        | "CI_MERGE_REQUEST_MILESTONE"
        | "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME"
        | "GITLAB_USER_NAME"
        | "TRIGGER_PAYLOAD" => Taint::Anybody,
        "CI_COMMIT_BRANCH"
        | "CI_COMMIT_REF_NAME"
        | "CI_COMMIT_TAG"
        | "CI_BUILD_REF_NAME"
        | "CI_BUILD_TAG"
        | "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" => Taint::Writer,
        _ => Taint::None,
    }
}

fn jenkins(name: &str) -> Taint {
    match name {
        "CHANGE_TITLE"
        | "CHANGE_BRANCH"
        | "CHANGE_AUTHOR"
        | "CHANGE_AUTHOR_DISPLAY_NAME"
        | "CHANGE_AUTHOR_EMAIL"
        | "CHANGE_FORK"
        | "GIT_AUTHOR_NAME"
        | "GIT_AUTHOR_EMAIL"
        | "GIT_COMMITTER_NAME"
        | "GIT_COMMITTER_EMAIL"
        | "ghprbPullTitle"
        | "ghprbPullDescription"
        | "ghprbPullLongDescription"
        | "ghprbSourceBranch"
        | "ghprbCommentBody"
        | "ghprbActualCommitAuthor"
        | "ghprbActualCommitAuthorEmail"
        | "ghprbPullAuthorLogin"
        | "gitlabSourceBranch"
        | "gitlabBranch"
        | "gitlabMergeRequestTitle"
        | "gitlabMergeRequestDescription"
        | "gitlabTriggerPhrase"
        | "gitlabUserName"
        | "gitlabUserEmail"
        | "gitlabSourceRepoName"
        | "bitbucketSourceBranch"
        | "bitbucketPullRequestTitle" => Taint::Anybody,
        "BRANCH_NAME" | "GIT_BRANCH" | "GIT_LOCAL_BRANCH" | "TAG_NAME" | "CHANGE_TARGET" => Taint::Writer,
        _ => Taint::None,
    }
}
