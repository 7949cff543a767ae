//! What a module declares and calls, and what is refused in it.

use std::collections::BTreeSet;

use super::lexer::{Placed, Token, tokens};

/// Braces and brackets may be nested so deep: the parser takes twice the time for each level.
const MAX_NESTING: usize = 10;

/// Functions whose answer is not the same every time, or that reach out of the policy.
const IMPURE: &[&str] = &[
    "http.send",
    "io.jwt.encode_sign",
    "io.jwt.encode_sign_raw",
    "io.jwt.decode_verify",
    "net.lookup_ip_addr",
    "opa.runtime",
    "rand.intn",
    "test.sleep",
    "time.now_ns",
    "uuid.rfc4122",
];

/// Rules that report something, after Conftest: `deny`, `warn`, `violation` and the same with `_name` behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegoKind {
    /// `deny`
    Deny,
    /// `violation`
    Violation,
    /// `warn`
    Warn,
}

/// A rule that reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reporter {
    pub(super) name: String,
    pub(super) kind: RegoKind,
    pub(super) line: u32,
}

/// A function with the functions that its text calls.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: u32,
    /// Full names where they are known: `data.lib.f`.
    pub(super) calls: BTreeSet<String>,
}

/// What is known of a module before it is parsed.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) reporters: Vec<Reporter>,
    pub(super) functions: Vec<Function>,
    /// It reads `input.review`, as Gatekeeper gives it.
    pub(super) reviews: bool,
    /// Line, what is wrong, what to do.
    pub(super) refused: Option<(u32, String, &'static str)>,
}

/// Reads a module's outline.
pub(super) fn outline(text: &str) -> Outline {
    let tokens = tokens(text);
    let mut outline = Outline::default();
    let package = package(text, &tokens);
    let imports = imports(text, &tokens);
    let mut depth: Vec<bool> = Vec::new();
    let mut round = 0_usize;
    for (index, placed) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        let calls = next.is_some_and(|next| next.token == Token::Sign(b'(') && !next.spaced);
        match &placed.token {
            Token::Sign(b'(') => round += 1,
            Token::Sign(b')') => round = round.saturating_sub(1),
            Token::Sign(b'{' | b'[') => {
                // `a[0]` is no literal and costs the parser nothing.
                let is_index =
                    placed.token == Token::Sign(b'[') && !placed.spaced && index > 0 && ends_value(&tokens[index - 1]);
                depth.push(!is_index);
                if outline.refused.is_none() && depth.iter().filter(|literal| **literal).count() > MAX_NESTING {
                    let message = format!("braces and brackets are nested more than {MAX_NESTING} deep");
                    outline.refused =
                        Some((placed.line, message, "Move large literals into a file of their own, or flatten them."));
                }
            }
            Token::Sign(b'}' | b']') => drop(depth.pop()),
            Token::Name(range) => {
                let name = &text[range.clone()];
                outline.reviews |= name == "input.review" || name.starts_with("input.review.");
                if calls && IMPURE.contains(&name) && outline.refused.is_none() {
                    let message = format!("`{name}` does not give the same answer every time");
                    let help = "Policies are judged without network, clock and chance; leave the call out.";
                    outline.refused = Some((placed.line, message, help));
                }
                let is_head = placed.first && depth.is_empty() && round == 0;
                if is_head {
                    head(name, placed, calls, &package, &mut outline);
                } else if calls && let Some(function) = outline.functions.last_mut() {
                    function.calls.insert(full_name(name, &package, &imports));
                }
            }
            _ => {}
        }
    }
    outline
}

/// A rule or function that begins here.
fn head(name: &str, placed: &Placed, calls: bool, package: &str, outline: &mut Outline) {
    if matches!(name, "package" | "import" | "default" | "else") {
        return;
    }
    // Every rule closes the function before it; a rule that is no function is never part of a cycle of calls.
    let full = if calls { format!("{package}.{name}") } else { String::new() };
    outline.functions.push(Function { name: full, line: placed.line, calls: BTreeSet::new() });
    if calls {
        return;
    }
    let word = name.split('.').next().unwrap_or(name);
    let kind = match word.split('_').next() {
        Some("deny") => RegoKind::Deny,
        Some("warn") => RegoKind::Warn,
        Some("violation") => RegoKind::Violation,
        _ => return,
    };
    if word.split('_').skip(1).all(|part| !part.is_empty())
        && !outline.reporters.iter().any(|reporter| reporter.name == word)
    {
        outline.reporters.push(Reporter { name: word.to_owned(), kind, line: placed.line });
    }
}

fn ends_value(placed: &Placed) -> bool {
    matches!(placed.token, Token::Name(_) | Token::Text(_) | Token::Sign(b')' | b']' | b'}'))
}

/// `data.` and the path of the package.
fn package(text: &str, tokens: &[Placed]) -> String {
    let mut tokens = tokens.iter();
    while let Some(placed) = tokens.next() {
        let is_package = matches!(&placed.token, Token::Name(range) if &text[range.clone()] == "package");
        if let (true, Some(Placed { token: Token::Name(path), .. })) = (is_package, tokens.clone().next()) {
            return format!("data.{}", &text[path.clone()]);
        }
    }
    "data".to_owned()
}

/// The names that imports give, with what they stand for.
fn imports(text: &str, tokens: &[Placed]) -> Vec<(String, String)> {
    let name = |placed: Option<&Placed>| match placed.map(|placed| &placed.token) {
        Some(Token::Name(range)) => Some(&text[range.clone()]),
        _ => None,
    };
    let mut imports = Vec::new();
    for (index, placed) in tokens.iter().enumerate() {
        if !placed.first || name(Some(placed)) != Some("import") {
            continue;
        }
        let Some(path) = name(tokens.get(index + 1)) else { continue };
        let alias = match name(tokens.get(index + 2)) {
            Some("as") => name(tokens.get(index + 3)),
            _ => path.rsplit('.').next(),
        };
        imports.extend(alias.map(|alias| (alias.to_owned(), path.to_owned())));
    }
    imports
}

fn full_name(name: &str, package: &str, imports: &[(String, String)]) -> String {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    if first == "data" {
        return name.to_owned();
    }
    let imported = imports.iter().find(|(alias, _)| alias == first).map(|(_, path)| path);
    match (imported, rest) {
        (Some(path), Some(rest)) => format!("{path}.{rest}"),
        (Some(path), None) => path.clone(),
        (None, _) => format!("{package}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_has_rules_functions_and_calls() {
        let text = "package a.b\nimport data.lib.k as kube\n\ndeny[msg] {\n  kube.f(input.review)\n  msg := g(1)\n}\n\
                    warn_tags contains msg if { true }\nviolation_ = 1\ng(x) = y {\n  y := kube.h(x)\n}\n";
        let outline = outline(text);
        let names: Vec<&str> = outline.reporters.iter().map(|reporter| &*reporter.name).collect();
        assert_eq!(names, ["deny", "warn_tags"]);
        assert!(outline.reviews);
        let g = outline.functions.iter().find(|function| function.name == "data.a.b.g").unwrap();
        assert_eq!(g.calls.iter().collect::<Vec<_>>(), ["data.lib.k.h"]);
        assert!(outline.refused.is_none());
    }

    #[test]
    fn deep_literals_and_impure_functions_are_refused() {
        let deep = format!("package a\nx = {}1{}", "[".repeat(11), "]".repeat(11));
        assert_eq!(outline(&deep).refused.unwrap().0, 2);
        assert!(outline("package a\nx = y[a[b[c[d[e[f[g[h[i[j[k[l]]]]]]]]]]]]").refused.is_none());
        assert!(outline("package a\ndeny { time.now_ns() > 1 }").refused.is_some());
        assert!(outline("package a\n# time.now_ns()\ndeny { \"time.now_ns()\" == 1 }").refused.is_none());
    }
}
