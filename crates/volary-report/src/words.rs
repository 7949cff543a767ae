//! Sentences that several formats share.

use std::collections::BTreeMap;

use volary_model::{Acceptance, Finding, Level, Location, NotJudged, Problem, Report, Severity, Status, Versions};

/// `1 place`, `3 places`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The words of a text on one line: policies write their texts over several.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `path:line`.
pub(crate) fn place(location: &Location) -> String {
    format!("{}:{}", location.path, location.start.line)
}

/// Open findings that are shown: those at level `audit` are recorded only.
pub(crate) fn shown(report: &Report) -> impl Iterator<Item = &Finding> {
    report.open().filter(|finding| finding.level != Level::Audit)
}

/// Whether the finding makes the run fail.
pub(crate) fn fails(report: &Report, finding: &Finding) -> bool {
    finding.status == Status::Open && finding.level == Level::Block && finding.severity >= report.fail_on
}

/// `2 critical, 5 high`, worst first; empty without findings.
pub(crate) fn severities<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let parts: Vec<String> =
        counts.iter().rev().map(|(severity, number)| count(*number, severity.as_str(), severity.as_str())).collect();
    parts.join(", ")
}

/// The first line of a report: how many findings, where, how bad, how many fail the run.
pub(crate) fn headline(report: &Report) -> String {
    let findings: Vec<&Finding> = shown(report).collect();
    let since = report.since.as_deref().map(|since| format!(" introduced since {since}")).unwrap_or_default();
    if findings.is_empty() {
        return format!("No findings{since}: {}.", judged(report));
    }
    let mut files: Vec<&str> = findings.iter().map(|finding| &*finding.location.path).collect();
    files.sort_unstable();
    files.dedup();
    let failing = findings.iter().filter(|finding| fails(report, finding)).count();
    let fail = match failing {
        0 => "none fails this run".to_owned(),
        1 if findings.len() == 1 => "it fails this run".to_owned(),
        all if all == findings.len() => "all fail this run".to_owned(),
        1 => "1 fails this run".to_owned(),
        some => format!("{} this run", count(some, "fails", "fail")),
    };
    format!(
        "{}{since} in {}: {}; {fail}.",
        count(findings.len(), "finding", "findings"),
        count(files.len(), "file", "files"),
        severities(findings.iter().copied()),
    )
}

/// What was judged.
pub(crate) fn judged(report: &Report) -> String {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let files = count(number(report.counts.files), "file", "files");
    let resources = count(number(report.counts.resources), "resource", "resources");
    match (report.counts.files, report.policies.len()) {
        (0, _) => "nothing was judged, because no file of a supported format was read".to_owned(),
        (_, 0) => format!("{files} read, and nothing in them that a policy judges"),
        (_, policies) => format!("{resources} in {files} judged by {}", count(policies, "policy", "policies")),
    }
}

/// Findings of the baseline, in one sentence.
pub(crate) fn baselined(report: &Report) -> Option<String> {
    let number = report.findings.iter().filter(|finding| finding.status == Status::Baselined).count();
    (number > 0).then(|| format!("Baseline: {}, known before and not counted.", count(number, "finding", "findings")))
}

/// Accepted findings, in one sentence with the next expiry.
pub(crate) fn accepted(report: &Report) -> Option<String> {
    let acceptances: Vec<&Acceptance> = report.findings.iter().filter_map(acceptance).collect();
    if acceptances.is_empty() {
        return None;
    }
    let next = acceptances.iter().filter_map(|acceptance| acceptance.until.as_deref()).min();
    let next = next.map(|date| format!(", the first ends {date}")).unwrap_or_default();
    Some(format!("Accepted: {} by exception{next}.", count(acceptances.len(), "finding", "findings")))
}

/// Findings that are only recorded, in one sentence.
pub(crate) fn audited(report: &Report) -> Option<String> {
    let number = report.open().filter(|finding| finding.level == Level::Audit).count();
    (number > 0).then(|| format!("Recorded only: {}, listed in the JSON report.", count(number, "finding", "findings")))
}

/// The acceptance of an accepted finding.
pub(crate) fn acceptance(finding: &Finding) -> Option<&Acceptance> {
    match &finding.status {
        Status::Accepted(acceptance) => Some(acceptance),
        Status::Open | Status::Baselined => None,
    }
}

/// `exception net-1 until 2027-01-01 by @team: reason`.
pub(crate) fn accepted_by(acceptance: &Acceptance) -> String {
    let mut out = match &*acceptance.id {
        "comment" => "comment in the code".to_owned(),
        id => format!("exception {id}"),
    };
    if let Some(until) = &acceptance.until {
        out.push_str(&format!(" until {until}"));
    }
    if let Some(owner) = &acceptance.owner {
        out.push_str(&format!(" by {owner}"));
    }
    format!("{out}: {}", acceptance.reason)
}

/// Reasons why judgements could not be decided, most frequent first, with their indices into `report.undecided`.
pub(crate) fn reasons(report: &Report) -> Vec<(String, Vec<usize>)> {
    let mut by_reason: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, undecided) in report.undecided.iter().enumerate() {
        let reason = undecided.reasons.first().map_or_else(|| "no reason is known".to_owned(), ToString::to_string);
        by_reason.entry(reason).or_default().push(index);
    }
    let mut sorted: Vec<(String, Vec<usize>)> = by_reason.into_iter().collect();
    sorted.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    sorted
}

/// Undecided judgements, in one sentence with the most frequent reason.
pub(crate) fn undecided(report: &Report) -> Option<String> {
    let reasons = reasons(report);
    let (first, places) = reasons.first()?;
    let all = report.undecided.len();
    let mostly = if places.len() == all { "" } else { "mostly " };
    let fail = if report.fail_on_undecided { "; this fails the run" } else { "" };
    let what = count(all, "question", "questions");
    Some(format!("Not decided: {what}, {mostly}because {first}{fail}."))
}

/// What was not judged, in one sentence.
pub(crate) fn not_judged(report: &Report) -> Option<String> {
    if report.not_judged.is_empty() {
        return None;
    }
    let parts: Vec<String> = report.not_judged.iter().map(not_judged_part).collect();
    Some(format!("Not judged: {}.", parts.join("; ")))
}

/// `Helm chart templates (format not yet supported): 12`: the number behind, so that the words are right for one and many.
pub(crate) fn not_judged_part(part: &NotJudged) -> String {
    match part.paths.len() {
        0 => part.reason.to_string(),
        number => format!("{}: {}", part.reason, grouped(number)),
    }
}

/// `path:line: message`.
pub(crate) fn problem(problem: &Problem) -> String {
    match (&*problem.path, problem.line) {
        ("", _) => problem.message.to_string(),
        (path, None) => format!("{path}: {}", problem.message),
        (path, Some(line)) => format!("{path}:{line}: {}", problem.message),
    }
}

/// Problems, in one sentence with the gravest.
pub(crate) fn problems(report: &Report) -> Option<String> {
    let gravest = report.problems.iter().find(|problem| problem.fails).or(report.problems.first())?;
    let text = problem(gravest);
    Some(match report.problems.len() {
        1 => format!("Problem: {text}"),
        number => format!("Problems ({number}): {text}"),
    })
}

/// The versions of binary and policies.
pub(crate) fn versions(report: &Report) -> String {
    versions_line(&report.versions)
}

/// The versions of binary and policies.
pub(crate) fn versions_line(versions: &Versions) -> String {
    let digest: String = versions.pack_digest.chars().take(12).collect();
    let digest = if digest.is_empty() { digest } else { format!(" ({digest})") };
    format!("volary {}, policies {}{digest}", versions.binary, versions.pack)
}

/// All one-line sentences about what is not an open finding.
pub(crate) fn remarks(report: &Report) -> Vec<String> {
    [baselined(report), accepted(report), audited(report), undecided(report), not_judged(report), problems(report)]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn large_numbers_have_separators() {
        assert_eq!(count(1, "place", "places"), "1 place");
        assert_eq!(count(0, "place", "places"), "0 places");
        assert_eq!(count(1_234_567, "place", "places"), "1,234,567 places");
    }
}
