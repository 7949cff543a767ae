//! Findings as the engine makes them, in few words.

#![allow(dead_code, reason = "each test program uses a part")]

use std::sync::Arc;

use jiff::civil::{Date, date};
use volary_governance::{block_digest, fingerprint};
use volary_model::{
    Confidence, FileId, Files, Finding, Fix, Instance, Level, LineColumn, Location, PolicyInfo, Severity, SourceFile,
    Span, Status, Tier,
};

pub(crate) fn today() -> Date {
    date(2026, 11, 24)
}

pub(crate) fn policy(id: &str, aliases: &[&str]) -> Arc<PolicyInfo> {
    Arc::new(PolicyInfo {
        id: id.into(),
        title: "Something is wrong".into(),
        severity: Severity::High,
        tier: Tier::Default,
        confidence: Confidence::Certain,
        why: "".into(),
        fix: Fix::default(),
        references: Vec::new(),
        aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
        controls: Vec::new(),
        frameworks: Default::default(),
        judges: Vec::new(),
        source: "".into(),
    })
}

pub(crate) fn location(path: &str, first: u32, last: u32) -> Location {
    Location {
        path: path.into(),
        start: LineColumn { line: first, column: 1 },
        end: LineColumn { line: last, column: 2 },
        span: Span { file: FileId(0), start: 0, end: 0 },
    }
}

/// A finding of `policy` at a line of `path` in a definition that reaches from line `extent.0` to `extent.1`.
pub(crate) fn finding(policy: &Arc<PolicyInfo>, path: &str, line: u32, extent: (u32, u32), address: &str) -> Finding {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Finding {
        fingerprint: fingerprint(&policy.id, folder, address, ""),
        policy: policy.clone(),
        severity: policy.severity,
        level: Level::Block,
        message: "is wrong".into(),
        kind: address.split('.').next().unwrap_or_default().into(),
        address: address.into(),
        path: "".into(),
        location: location(path, line, line),
        extent: location(path, extent.0, extent.1),
        deciders: Vec::new(),
        instances: vec![instance(folder, address)],
        edit: None,
        owners: Vec::new(),
        status: Status::Open,
        digest: block_digest(address),
    }
}

pub(crate) fn instance(unit: &str, address: &str) -> Instance {
    Instance { unit: unit.into(), address: address.into(), calls: Vec::new(), chain: Vec::new(), conditional: None }
}

pub(crate) fn files(texts: &[(&str, &str)]) -> Files {
    Files::new(texts.iter().map(|(path, text)| Arc::new(SourceFile::new(*path, *text))).collect())
}

pub(crate) fn messages(problems: &[volary_model::Problem]) -> Vec<String> {
    problems.iter().map(|one| format!("{}:{} {}", one.path, one.line.unwrap_or(0), one.message)).collect()
}

/// A generator that gives the same numbers every time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}
