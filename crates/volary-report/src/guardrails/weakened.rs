//! The classes of weakened guardrails in words.

/// Id and description of a class, for machines that show them to people.
pub(crate) fn class(class: &str) -> (&'static str, &'static str) {
    match class {
        "W1" => ("weakening/tolerance", "The failure of a guardrail is tolerated"),
        "W2" => ("weakening/swallowed-exit-code", "A command swallows the exit code of a guardrail"),
        "W3" => ("weakening/forced-result", "The result of a guardrail is set to success"),
        "W4" => ("weakening/condition", "A guardrail is switched off, or runs under a narrower condition"),
        "W5" => ("weakening/soft-option", "A guardrail is told not to fail"),
        "W6" => ("weakening/removed", "A guardrail was removed, or nothing waits for it any more"),
        "W7" => ("weakening/trigger", "A guardrail is started less often"),
        "W8" => ("weakening/threshold", "A guardrail fails only on graver findings"),
        "W9" => ("weakening/ignore-file", "A file tells a guardrail to ignore findings"),
        "W10" => ("weakening/suppression-comment", "A comment tells a guardrail to ignore findings"),
        "W11" => ("weakening/permission", "A guardrail lacks a permission that it needs"),
        "W12" => ("weakening/replaced-tool", "The tool of a guardrail was replaced"),
        "W13" => ("weakening/shadow-check", "Something else reports under the name of a required check"),
        "W14" => ("weakening/platform-setting", "A setting of the platform that guards was weakened"),
        "W15" => ("weakening/same-change", "A change brings a violation and its own suppression"),
        _ => ("weakening/other", "A guardrail is weakened"),
    }
}
