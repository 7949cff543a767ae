//! Steps: scripts, blocks around steps, steps of plugins and libraries.

use std::sync::Arc;

use volary_model::{Data, Origin, Role, Value};

use super::Builder;
use super::syntax::{Argument, Block, Call, Expression, ExpressionKind, Statement, StatementKind};
use super::values::{Bound, Names};
use crate::model::{
    Action, Artifact, Checkout, Condition, Direction, Expr, ExprKind, Found, Input, JobId, Phase, SecretKind,
    SecretUse, Setting, Step, StepId, Text, UsesKind,
};

/// Steps of Jenkins and of plugins that nearly every installation has. A name that is none of these may be a step of a
/// library.
const KNOWN: &[&str] = &[
    "node",
    "stage",
    "pipeline",
    "echo",
    "error",
    "sh",
    "bat",
    "powershell",
    "pwsh",
    "script",
    "dir",
    "deleteDir",
    "cleanWs",
    "checkout",
    "git",
    "stash",
    "unstash",
    "archiveArtifacts",
    "archive",
    "unarchive",
    "copyArtifacts",
    "fingerprint",
    "junit",
    "xunit",
    "publishHTML",
    "recordIssues",
    "scanForIssues",
    "publishIssues",
    "publishCoverage",
    "recordCoverage",
    "cobertura",
    "jacoco",
    "catchError",
    "warnError",
    "unstable",
    "timeout",
    "retry",
    "sleep",
    "waitUntil",
    "lock",
    "milestone",
    "input",
    "build",
    "parallel",
    "withEnv",
    "withCredentials",
    "sshagent",
    "withSonarQubeEnv",
    "waitForQualityGate",
    "timestamps",
    "ansiColor",
    "wrap",
    "tool",
    "tools",
    "readFile",
    "writeFile",
    "fileExists",
    "readJSON",
    "writeJSON",
    "readYaml",
    "writeYaml",
    "readProperties",
    "readMavenPom",
    "findFiles",
    "zip",
    "unzip",
    "touch",
    "pwd",
    "isUnix",
    "mail",
    "emailext",
    "slackSend",
    "office365ConnectorSend",
    "properties",
    "container",
    "podTemplate",
    "containerTemplate",
    "ws",
    "nodejs",
    "withMaven",
    "configFileProvider",
    "withKubeConfig",
    "withAWS",
    "withDockerRegistry",
    "withDockerContainer",
    "withDockerServer",
    "docker.build",
    "docker.image",
    "docker.withRegistry",
    "docker.withServer",
    "docker.withTool",
    "dependencyCheck",
    "dependencyCheckPublisher",
    "snykSecurity",
    "checkmarxASTScanner",
    "currentBuild",
    "env",
    "params",
    "scm",
    "println",
    "print",
    "load",
    "library",
    "libraries",
    "httpRequest",
    "sshPublisher",
    "step",
    "each",
    "this",
    // Scanners and deployments of common plugins.
    "nexusPolicyEvaluation",
    "prismaCloudScanImage",
    "prismaCloudPublish",
    "prismaCloudScanCode",
    "twistlockScan",
    "twistlockPublish",
    "aqua",
    "aquaMicroscanner",
    "anchore",
    "veracode",
    "veracodePipelineScan",
    "fortifyScan",
    "fortifyTranslate",
    "fortifyUpload",
    "fodStaticAssessment",
    "fodPollResults",
    "probelyScan",
    "sysdigImageScan",
    "dependencyTrackPublisher",
    "checkmarxScan",
    "zapPublisher",
    "kubernetesDeploy",
    "azureWebAppPublish",
    "azureFunctionAppPublish",
    "azureCLI",
    "acrQuickTask",
    "acsDeploy",
    "s3Upload",
    "s3Download",
    "ecrLogin",
    "cfnUpdate",
    "googleStorageUpload",
    "withVault",
    "withAzureKeyvault",
    "azureKeyVault",
    "githubNotify",
    "publishChecks",
    "updateGitlabCommitStatus",
    "gitlabCommitStatus",
    "ansiblePlaybook",
    "rtUpload",
    "rtDownload",
    "rtPublishBuildInfo",
    "xrayScan",
    "rtDockerPush",
    "nexusArtifactUploader",
    "nexusPublisher",
    "jf",
    "acceptGitLabMR",
];

/// Steps that conditions run.
const ASKED: [&str; 5] = ["sh", "bat", "powershell", "pwsh", "waitForQualityGate"];

/// The length of a call up to the bracket that closes the one at `open`, blanks before it left out; texts may hold brackets.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let (mut depth, mut quote) = (0usize, None);
    let mut at = open;
    while at < text.len() {
        match (text[at], quote) {
            (b'\\', Some(_)) => at += 1,
            (byte @ (b'\'' | b'"'), None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'(', None) => depth += 1,
            (b')', None) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a name is that of a step which every Jenkins or a common plugin has, or of no step at all.
pub(super) fn is_known(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    KNOWN.contains(&name) || KNOWN.contains(&first) || name.contains('.')
}

impl Builder<'_, '_> {
    /// Adds the steps of a block to a job.
    pub(super) fn steps(&mut self, block: &Block, phase: &Phase, within: Option<StepId>, job: JobId) {
        for statement in &block.statements {
            if self.reader.node(self.source.span(&statement.range)).is_err() {
                return;
            }
            self.step(statement, phase, within, job);
        }
    }

    pub(super) fn add(&mut self, mut step: Step, phase: &Phase, within: Option<StepId>, job: JobId) -> StepId {
        step = step.placed(phase, within);
        step.through = self.through.clone();
        self.reader.weigh(&step);
        let steps = &mut self.pipeline.jobs[job.0 as usize].steps;
        steps.push(step);
        StepId(steps.len() as u32 - 1)
    }

    pub(super) fn block(
        &mut self,
        name: &str,
        statement: &Statement,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) -> StepId {
        let at = self.source.span(&statement.range);
        self.add(Step::new(Action::Block(name.into()), at, at), phase, within, job)
    }

    fn step(&mut self, statement: &Statement, phase: &Phase, within: Option<StepId>, job: JobId) {
        match &statement.kind {
            StatementKind::Call(call) => {
                self.call(call, phase, within, job);
            }
            StatementKind::Assignment { name, value } => {
                let mut given = None;
                if let ExpressionKind::Call(call) = &value.kind {
                    let from = self.pipeline.jobs[job.0 as usize].steps.len();
                    given = self.call(call, phase, within, job);
                    self.remember_image(name, call);
                    if !self.source.slice(&value.range).ends_with(".status") {
                        self.result_name(name, job, from);
                    }
                }
                self.result(name, value, statement, phase, within, job);
                let written = self.source.slice(name).to_owned();
                // What is put into a map under a name that is computed is taken to run here.
                if let (ExpressionKind::Closure(block), true) = (&value.kind, written.contains('[')) {
                    let id = self.block("closure", statement, phase, within, job);
                    self.perhaps(block, phase, Some(id), job);
                }
                let found = given.unwrap_or_else(|| self.evaluate(value));
                self.assigned(&written, value, found);
            }
            StatementKind::If(branches) => {
                let mut before: Vec<Expr> = Vec::new();
                let outer = self.source.names.clone();
                let mut ways: Vec<Names> = Vec::new();
                let mut open = true;
                for (condition, block) in branches {
                    let name = if condition.is_some() { "if" } else { "else" };
                    let asked = condition.as_ref().and_then(|range| self.asked(range, phase, within, job));
                    let id = self.block(name, statement, phase, within, job);
                    let at = self.source.span(&block.range);
                    self.source.names.clone_from(&outer);
                    let outer = asked.map(|source| std::mem::replace(&mut self.source, source));
                    let found = self.branch(condition.as_ref(), block, &mut before);
                    if let Some(outer) = outer {
                        self.source = outer;
                    }
                    let decided = found.decided();
                    let step = &mut self.pipeline.jobs[job.0 as usize].steps[id.0 as usize];
                    step.at = at;
                    step.activation.condition = Some(found);
                    self.steps(block, phase, Some(id), job);
                    if decided != Some(false) {
                        ways.push(self.source.names.clone());
                    }
                    if decided == Some(true) || condition.is_none() {
                        open = false;
                    }
                }
                if open {
                    ways.push(outer);
                }
                self.join_names(ways);
            }
            StatementKind::Try { body, catch, finally } => {
                let id = self.block("try", statement, phase, within, job);
                // A `catch` that does not fail again swallows what failed.
                if let Some(at) = self.swallows(catch.as_ref()) {
                    self.pipeline.jobs[job.0 as usize].steps[id.0 as usize].continue_on_error = Some(tolerated(at));
                }
                self.steps(body, phase, Some(id), job);
                let after = self.source.names.clone();
                for (name, block) in [("catch", catch), ("finally", finally)] {
                    if let Some(block) = block {
                        let id = self.block(name, statement, phase, within, job);
                        self.pipeline.jobs[job.0 as usize].steps[id.0 as usize].at = self.source.span(&block.range);
                        self.steps(block, phase, Some(id), job);
                    }
                }
                let last = self.source.names.clone();
                self.join_names(vec![after, last]);
            }
            StatementKind::Loop { item, body } => {
                let id = self.block("loop", statement, phase, within, job);
                let items = item.as_ref().map(|(name, items)| (std::slice::from_ref(name), self.evaluate(items)));
                match items {
                    Some((names, items)) => self.each(names, &items, body, phase, Some(id), job),
                    None => self.perhaps(body, phase, Some(id), job),
                }
            }
            StatementKind::Leave { value: Some(Expression { kind: ExpressionKind::Call(call), .. }), .. } => {
                self.call(call, phase, within, job);
            }
            StatementKind::Value(value) => self.collected(value, phase, within, job),
            _ => {}
        }
    }

    /// Steps that a condition runs (`if (sh(script: '...', returnStatus: true) != 0)`) stand before it. The source in which
    /// the condition asks for them by a name.
    fn asked(
        &mut self,
        range: &std::ops::Range<usize>,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) -> Option<super::text::Source> {
        let calls = super::syntax::calls_in(&self.source.text, range.clone(), &ASKED);
        if calls.is_empty() || self.reader.node(self.source.span(range)).is_err() {
            return None;
        }
        let mut text = self.source.text.to_string();
        for call in calls {
            let from = self.pipeline.jobs[job.0 as usize].steps.len();
            self.call(&call, phase, within, job);
            let own = call.name.split('.').next().unwrap_or_default().len();
            // What is chained behind it (`.trim()`, `.status`) is not part of the name.
            let bracket = text.get(call.range.clone()).and_then(|slice| closing(slice.as_bytes(), own));
            let Some(length) = bracket else { continue };
            let name = format!("r{}", call.range.start);
            if name.len() > length {
                continue;
            }
            let written = format!("{name:length$}");
            let part = call.range.start..call.range.start + length;
            // Ends of lines between the brackets are none of the condition.
            text.replace_range(part, &written);
            let at = Origin::at(self.source.span(&call.name_range), Role::Attribute);
            if let [step] = self.pipeline.jobs[job.0 as usize].steps.get_mut(from..).unwrap_or_default() {
                step.id = Some(Text::literal(name.as_str(), at));
            }
        }
        Some(super::text::Source { text: text.into(), ..self.source.clone() })
    }

    /// What a step gives goes by the name of the variable.
    fn result_name(&mut self, name: &std::ops::Range<usize>, job: JobId, from: usize) {
        let written = self.source.slice(name);
        if !written.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return;
        }
        let text = Text::literal(written, Origin::at(self.source.span(name), Role::Attribute));
        let steps = self.pipeline.jobs[job.0 as usize].steps.get_mut(from..).unwrap_or_default();
        if let [step] = steps {
            step.id = Some(text);
        }
    }

    /// `currentBuild.result = 'SUCCESS'` is a step of its own.
    fn result(
        &mut self,
        name: &std::ops::Range<usize>,
        value: &Expression,
        statement: &Statement,
        phase: &Phase,
        within: Option<StepId>,
        job: JobId,
    ) {
        let written = self.source.slice(name).to_owned();
        if !matches!(written.as_str(), "currentBuild.result" | "currentBuild.currentResult") {
            return;
        }
        let at = self.source.span(name);
        let uses = self.uses(
            UsesKind::Step,
            Text::literal(written.as_str(), Origin::at(at, Role::Attribute)),
            &written,
            at,
            Found::External,
        );
        let mut step = Step::new(Action::Uses(uses), self.source.span(&statement.range), at);
        let text = self.source.text(self.reader, value);
        step.inputs.push(Input::of("result".into(), None, text));
        self.add(step, phase, within, job);
    }

    /// The condition of a branch: its own, and none of those before it. `before` gets its own.
    pub(super) fn branch(
        &mut self,
        condition: Option<&std::ops::Range<usize>>,
        block: &Block,
        before: &mut Vec<Expr>,
    ) -> Condition {
        let at = self.source.span(&block.range);
        let own = condition.map(|range| self.groovy(range));
        let not = |expr: &Expr| Expr::new(ExprKind::Not(Box::new(expr.clone())), expr.at);
        // Of long chains the last ones say enough; what is left out only makes it less certain.
        let from = before.len().saturating_sub(20);
        let mut all: Vec<Expr> = before[from..].iter().map(not).collect();
        all.extend(own.clone());
        before.extend(own);
        let expr = if all.len() == 1 { all.remove(0) } else { Expr::new(ExprKind::And(all), at) };
        let text = condition.map_or("else", |range| self.source.slice(range));
        Condition { text: crate::reader::folded(text).into(), at: expr.at, key: None, expr }
    }

    /// The place of a `catch` that does not fail again: it swallows what failed.
    pub(super) fn swallows(&self, catch: Option<&Block>) -> Option<volary_model::Span> {
        let catch = catch.filter(|catch| !self.fails_again(catch))?;
        Some(self.source.span(&(catch.range.start..catch.range.start)))
    }

    /// Whether a block fails the build again.
    fn fails_again(&self, block: &Block) -> bool {
        let mut open: Vec<&Statement> = block.statements.iter().collect();
        while let Some(statement) = open.pop() {
            match &statement.kind {
                StatementKind::Leave { word, .. } if self.source.slice(word) == "throw" => return true,
                StatementKind::Call(call) => {
                    if matches!(call.name.as_str(), "error" | "unstable") {
                        return true;
                    }
                    if self.source.slice(&call.range).contains("exit 1") {
                        return true;
                    }
                    open.extend(call.block.iter().flat_map(|block| &block.statements));
                }
                StatementKind::Assignment { name, value } => {
                    let failed = self.source.slice(&value.range).to_ascii_uppercase();
                    if self.source.slice(name) == "currentBuild.result" && failed.contains("FAIL") {
                        return true;
                    }
                }
                StatementKind::If(branches) => open.extend(branches.iter().flat_map(|(_, block)| &block.statements)),
                _ => {}
            }
        }
        false
    }

    /// Adds what a call does; the value that it gives back, where it is known.
    fn call(&mut self, call: &Call, phase: &Phase, within: Option<StepId>, job: JobId) -> Option<Bound> {
        if call.name.starts_with('@') {
            return None;
        }
        // `sh(...).trim()` is `sh`.
        if let Some((first, _)) = call.name.split_once('.').filter(|(first, _)| ASKED.contains(first)) {
            let bare = Call {
                name: first.to_owned(),
                name_range: call.name_range.start..call.name_range.start + first.len(),
                arguments: call.arguments.get(..call.own).unwrap_or_default().to_vec(),
                ..call.clone()
            };
            return self.call(&bare, phase, within, job);
        }
        let at = self.source.span(&call.range);
        let key = self.source.span(&call.name_range);
        if matches!(call.name.as_str(), "sh" | "bat" | "powershell" | "pwsh") {
            if let Some(script) = self.script(call) {
                let mut step = Step::new(Action::Script(Box::new(script)), at, key);
                step.inputs = self.inputs(call);
                if let Some(label) = call.named("label") {
                    step.name = Some(self.source.text(self.reader, label));
                }
                self.add(step, phase, within, job);
            }
            return None;
        }
        if let Some(value) = self.called(call, phase, within, job) {
            return Some(value);
        }
        let steps = self.image_steps(call);
        if !steps.is_empty() {
            for step in steps {
                self.add(step, phase, within, job);
            }
            return None;
        }
        if self.looped(call, phase, within, job) {
            return None;
        }
        let mut step = Step::new(self.action(call), at, key);
        step.inputs = self.inputs(call);
        self.facts(call, &mut step);
        let id = self.add(step, phase, within, job);
        if let Some(block) = &call.block {
            self.steps(block, phase, Some(id), job);
        }
        // `parallel a: { ... }`, `waitUntil({ ... })`
        for argument in &call.arguments {
            match &argument.value.kind {
                ExpressionKind::Closure(block) => self.steps(block, phase, Some(id), job),
                // `parallel branches`
                ExpressionKind::Name(_) | ExpressionKind::Map(_) if call.name == "parallel" => {
                    let value = self.evaluate(&argument.value);
                    self.closures_of(&value, phase, id, job);
                }
                // `parallel names.collectEntries { ... }`
                ExpressionKind::Call(inner) if call.name == "parallel" => {
                    self.looped(inner, phase, Some(id), job);
                }
                _ => {}
            }
        }
        None
    }

    /// What a step is: a block around others, a step of a plugin, or one of a library.
    fn action(&mut self, call: &Call) -> Action {
        let at = self.source.span(&call.name_range);
        let written = Text::literal(call.name.as_str(), Origin::at(at, Role::Attribute));
        if call.name == "build" {
            let job = call.named("job").or_else(|| call.first());
            let name = job.map(|job| self.source.text(self.reader, job));
            let name = name.unwrap_or_else(|| written.clone());
            let shown = name.canonical();
            let reason = volary_model::Reason::new(volary_model::ReasonKind::Outside, format!("the job {shown}"));
            return Action::Uses(self.uses(UsesKind::Pipeline, name, &shown, at, Found::Missing(reason)));
        }
        if let Some(uses) = self.class_call(call) {
            return Action::Uses(uses);
        }
        if is_known(&call.name) {
            if call.block.is_some() {
                return Action::Block(call.name.as_str().into());
            }
            return Action::Uses(self.uses(UsesKind::Step, written, &call.name, at, Found::External));
        }
        let name = call.name.clone();
        match self.library_step(&name) {
            Some((library, found)) => {
                let mut uses = self.library_uses(call, &library, &name);
                uses.found = match found {
                    Ok(document) => Found::Program(document.file),
                    Err(reason) => Found::Missing(reason),
                };
                Action::Uses(uses)
            }
            None => Action::Uses(self.uses(UsesKind::Step, written, &name, at, Found::External)),
        }
    }

    pub(super) fn inputs(&mut self, call: &Call) -> Vec<Input> {
        let mut inputs = Vec::new();
        let mut position = 0;
        let named: Vec<&Argument> = call.pairs();
        for argument in named {
            let Some((name, range)) = &argument.name else { continue };
            if matches!(argument.value.kind, ExpressionKind::Closure(_)) {
                continue;
            }
            let text = self.source.text(self.reader, &argument.value);
            inputs.push(Input::of(name.as_str().into(), Some(self.source.span(range)), text));
        }
        for argument in call.arguments.iter().filter(|argument| argument.name.is_none()) {
            if matches!(argument.value.kind, ExpressionKind::Closure(_) | ExpressionKind::Map(_)) {
                continue;
            }
            let text = self.source.text(self.reader, &argument.value);
            inputs.push(Input::of(position.to_string().into(), None, text));
            position += 1;
        }
        inputs
    }

    /// Tolerance, secrets, sources and files of the steps that everybody knows.
    fn facts(&mut self, call: &Call, step: &mut Step) {
        let at = step.at;
        let input = |step: &Step, name: &str| step.input(name).map(|input| input.text.clone());
        match call.name.as_str() {
            "catchError" | "warnError" => step.continue_on_error = Some(tolerated(step.key)),
            "retry" => step.retry = step.input("0").map(|input| Setting::of(input.text.clone(), None)),
            "timeout" => step.timeout = step.input("time").map(|input| Setting::of(input.text.clone(), input.key)),
            "dir" => step.working_directory = input(step, "0"),
            "checkout" | "git" => {
                step.checkout = Some(Checkout {
                    repository: input(step, "url").or_else(|| input(step, "0").filter(|_| call.name == "git")),
                    reference: input(step, "branch"),
                    path: None,
                    persist_credentials: None,
                    submodules: None,
                    depth: None,
                    nothing: false,
                });
            }
            "stash" | "archiveArtifacts" => {
                let paths = input(step, "includes")
                    .or_else(|| input(step, "artifacts"))
                    .or_else(|| input(step, "0").filter(|_| call.name == "archiveArtifacts"));
                let name = input(step, "name").or_else(|| input(step, "0"));
                step.artifact = Some(Artifact {
                    direction: Direction::Publish,
                    name,
                    paths: paths.into_iter().collect(),
                    from: None,
                    at,
                });
            }
            "unstash" | "copyArtifacts" => {
                step.artifact = Some(Artifact {
                    direction: Direction::Download,
                    name: input(step, "name").or_else(|| input(step, "0")),
                    paths: input(step, "filter").into_iter().collect(),
                    from: input(step, "projectName"),
                    at,
                });
            }
            _ => {}
        }
        // A credential is named by its id wherever it stands.
        let mut open: Vec<(&Argument, Option<Arc<str>>)> = call.arguments.iter().map(|one| (one, None)).collect();
        let mut found = Vec::new();
        let mut budget = 1_000;
        while let Some((argument, into)) = open.pop() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            let name = argument.name.as_ref().map(|(name, _)| name.as_str()).unwrap_or_default();
            if matches!(
                name,
                "credentialsId" | "credentials" | "credentialId" | "sshCredentialsId" | "registryCredentialsId"
            ) && matches!(argument.value.kind, ExpressionKind::Text(_))
            {
                found.push((&argument.value, into.clone()));
            }
            match &argument.value.kind {
                ExpressionKind::List(list) => {
                    for value in list {
                        match &value.kind {
                            ExpressionKind::Call(inner) => {
                                let into =
                                    inner.named("variable").or_else(|| inner.named("passwordVariable")).map(|value| {
                                        Arc::<str>::from(self.source.slice(&value.range).trim_matches(['\'', '"']))
                                    });
                                open.extend(inner.arguments.iter().map(|one| (one, into.clone())));
                            }
                            ExpressionKind::Map(inner) => open.extend(inner.iter().map(|one| (one, None))),
                            ExpressionKind::Text(_) if call.name == "sshagent" => found.push((value, None)),
                            _ => {}
                        }
                    }
                }
                ExpressionKind::Map(inner) => open.extend(inner.iter().map(|one| (one, None))),
                ExpressionKind::Call(inner) => open.extend(inner.arguments.iter().map(|one| (one, None))),
                _ => {}
            }
        }
        // `docker.withRegistry(url, 'id')`, `withCredentials` with a text, `sshagent('id')`.
        let plain: Vec<&Expression> =
            call.arguments.iter().filter(|argument| argument.name.is_none()).map(|argument| &argument.value).collect();
        match (call.name.as_str(), plain.as_slice()) {
            ("docker.withRegistry" | "withDockerRegistry", [_, id, ..]) => found.push((id, None)),
            ("sshagent", [id]) if matches!(id.kind, ExpressionKind::Text(_)) => found.push((id, None)),
            _ => {}
        }
        let mut secrets: Vec<SecretUse> = Vec::new();
        for (value, into) in found {
            let name = self.source.text(self.reader, value);
            let at = self.source.span(&value.range);
            secrets.push(SecretUse { name, kind: SecretKind::Credential, at, into });
        }
        secrets.sort_by_key(|secret| secret.at);
        step.secrets.extend(secrets);
    }
}

/// That something goes on whatever happens in it.
pub(super) fn tolerated(at: volary_model::Span) -> Setting {
    let origin = Origin::at(at, Role::Attribute);
    let value = Value::new(Data::Bool(true), origin.clone());
    let text = Text { pieces: Vec::new(), origin, data: Some(value.clone()) };
    Setting { key: Some(at), value, text }
}
