//! Loading modules: what is refused, what does not parse, what recurses.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use regorus::Engine;
use volary_model::{Confidence, Fix, PolicyInfo, Problem, ProblemKind, Severity, Tier};

use super::module::{Outline, RegoKind, outline};
use super::{RegoPolicies, RegoRule, engine};
use crate::PackText;

/// Longer modules are not read.
const MAX_BYTES: usize = 1 << 20;

impl RegoPolicies {
    /// Loads modules, each in the syntax that it is written in (with or without `if`). Tests (`*_test.rego`) are left out. A
    /// module that is refused or does not parse is a problem; the others are loaded all the same.
    pub fn load(texts: &[PackText]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut modules: Vec<(&PackText, Outline)> = Vec::new();
        for text in texts.iter().filter(|text| !text.path.ends_with("_test.rego")) {
            if text.text.len() > MAX_BYTES {
                problems.push(problem(text, None, "the module has more than 1 MiB", "Split it."));
                continue;
            }
            let mut outline = outline(&text.text);
            match outline.refused.take() {
                Some((line, message, help)) => problems.push(problem(text, Some(line), &message, help)),
                None => modules.push((text, outline)),
            }
        }
        refuse_recursion(&mut modules, &mut problems);
        let mut failed = |text: &PackText, error: &str| {
            let (line, message) = error_line(error);
            let help = "Correct the module; `opa check` and `conftest verify` say more about it.";
            problems.push(problem(text, line, &message, help));
        };
        let mut loaded = engine();
        let mut packages: Vec<Module<'_>> = Vec::new();
        for (text, outline) in modules {
            match parsed(&loaded, text) {
                Ok((engine, package, old_syntax)) => {
                    loaded = engine;
                    packages.push(Module { package, text, outline, old_syntax });
                }
                Err(error) => failed(text, &error),
            }
        }
        match checked(&loaded) {
            Ok(whole) => loaded = whole,
            // One of them does not go with the others: which one shows when they are put together one by one.
            Err(_) => {
                loaded = engine();
                packages.retain(|module| {
                    let added = added(&loaded, module.text, module.old_syntax).and_then(|(engine, _)| checked(&engine));
                    match added {
                        Ok(engine) => loaded = engine,
                        Err(error) => {
                            failed(module.text, &error);
                            return false;
                        }
                    }
                    true
                });
            }
        }
        (Self { rules: rules(&packages), engine: loaded }, problems)
    }
}

/// A module that parses.
struct Module<'t> {
    /// `data.` and its package.
    package: String,
    text: &'t PackText,
    outline: Outline,
    /// Written without `if` and `contains`.
    old_syntax: bool,
}

/// The engine with one more module, in the syntax that it is written in.
fn parsed(loaded: &Engine, text: &PackText) -> Result<(Engine, String, bool), String> {
    let new = match added(loaded, text, false) {
        Ok((engine, package)) => return Ok((engine, package, false)),
        Err(error) => error,
    };
    let old = added(loaded, text, true);
    old.map(|(engine, package)| (engine, package, true)).map_err(|old| {
        let is_new = text.text.contains("rego.v1") || text.text.contains(" if ");
        if is_new { new } else { old }
    })
}

fn added(loaded: &Engine, text: &PackText, old_syntax: bool) -> Result<(Engine, String), String> {
    let attempt = || {
        let mut engine = loaded.clone();
        engine.set_rego_v0(old_syntax);
        let package = engine.add_policy(text.path.to_string(), text.text.to_string());
        package.map(|package| (engine, package)).map_err(|error| plain(&error.to_string()))
    };
    catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|_| Err("the parser failed on this module".to_owned()))
}

/// The engine, ready to evaluate: what only shows when modules are put together is an error here.
fn checked(loaded: &Engine) -> Result<Engine, String> {
    let attempt = || {
        let mut engine = loaded.clone();
        engine.set_rego_v0(false);
        engine.set_input(regorus::Value::Null);
        engine.eval_query("true".to_owned(), false).map_err(|error| plain(&error.to_string()))?;
        Ok(engine)
    };
    catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|_| Err("the compiler failed on this module".to_owned()))
}

/// Refuses the modules of functions that call themselves, directly or through others: the interpreter would overflow its
/// stack, and Rego does not allow it.
fn refuse_recursion(modules: &mut Vec<(&PackText, Outline)>, problems: &mut Vec<Problem>) {
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for function in
        modules.iter().flat_map(|(_, outline)| &outline.functions).filter(|function| !function.name.is_empty())
    {
        calls.entry(&function.name).or_default().extend(function.calls.iter().map(String::as_str));
    }
    let recursive: BTreeSet<String> =
        calls.keys().filter(|name| reaches_itself(name, &calls)).map(|name| (*name).to_owned()).collect();
    modules.retain(|(text, outline)| {
        let found = outline.functions.iter().find(|function| recursive.contains(&function.name));
        if let Some(function) = found {
            let message = format!("function `{}` calls itself", function.name.trim_start_matches("data."));
            problems.push(problem(
                text,
                Some(function.line),
                &message,
                "Rego has no recursion; use `walk`, or unroll it.",
            ));
        }
        found.is_none()
    });
}

fn reaches_itself(start: &str, calls: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for called in calls.get(name).into_iter().flatten() {
            if *called == start {
                return true;
            }
            if seen.insert(*called) {
                open.push(called);
            }
        }
    }
    false
}

/// The rules that report, each once however many modules define it.
fn rules(modules: &[Module<'_>]) -> Vec<Arc<RegoRule>> {
    let reviewing: BTreeSet<&str> =
        modules.iter().filter(|module| module.outline.reviews).map(|module| module.package.as_str()).collect();
    let mut rules: BTreeMap<String, Arc<RegoRule>> = BTreeMap::new();
    for module in modules {
        for reporter in &module.outline.reporters {
            let path = format!("{}.{}", module.package, reporter.name);
            let reviews = reviewing.contains(module.package.as_str());
            rules.entry(path.clone()).or_insert_with(|| {
                let info = info(&path, reporter.kind, module.text, reviews);
                Arc::new(RegoRule { info, kind: reporter.kind, path, reviews })
            });
        }
    }
    rules.into_values().collect()
}

fn info(path: &str, kind: RegoKind, text: &PackText, reviews: bool) -> Arc<PolicyInfo> {
    let name = path.trim_start_matches("data.");
    let judges = if reviews { vec!["kubernetes".into()] } else { Vec::new() };
    Arc::new(PolicyInfo {
        id: format!("rego.{name}").into(),
        title: format!("Rego rule {name}").into(),
        severity: match kind {
            RegoKind::Deny | RegoKind::Violation => Severity::High,
            RegoKind::Warn => Severity::Low,
        },
        tier: Tier::Default,
        confidence: Confidence::Certain,
        why: format!("The rule is defined in {}.", text.path).into(),
        fix: Fix::default(),
        references: Vec::new(),
        aliases: Vec::new(),
        controls: Vec::new(),
        frameworks: BTreeMap::new(),
        judges,
        source: text.path.clone(),
    })
}

fn problem(text: &PackText, line: Option<u32>, message: &str, help: &str) -> Problem {
    Problem {
        path: text.path.clone(),
        line,
        column: None,
        kind: ProblemKind::Policy,
        message: message.into(),
        help: help.into(),
        fails: true,
    }
}

/// The message of an error without the picture of the source around it.
pub(super) fn plain(error: &str) -> String {
    if error.contains("execution exceeded time limit") {
        return "the rule takes too many steps on this document".to_owned();
    }
    let place = error.lines().find_map(|line| line.trim().strip_prefix("--> ")).and_then(|place| {
        let mut parts = place.rsplit(':');
        let _column = parts.next()?;
        parts.next()?.parse::<u32>().ok()
    });
    let message = error.lines().map(str::trim).find_map(|line| line.strip_prefix("error: "));
    let message = message.unwrap_or_else(|| error.lines().next().unwrap_or(error)).trim();
    match place {
        Some(line) => format!("line {line}: {message}"),
        None => message.to_owned(),
    }
}

/// The line that [`plain`] put before a message.
fn error_line(message: &str) -> (Option<u32>, String) {
    let split = message.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
    match split.and_then(|(line, rest)| Some((line.parse().ok()?, rest))) {
        Some((line, rest)) => (Some(line), rest.to_owned()),
        None => (None, message.to_owned()),
    }
}
