//! Statements of PowerShell.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::super::lower::{Body, Function};
use super::super::places::one_line;
use super::super::tree::{Act, Arm, Kind, Member, NodeId, Piece, ShellOption, Simple, Word};
use super::Reader;
use super::expression::variable_name;
use super::lexer::TokenKind;

/// A range of tokens.
type Tokens = Range<usize>;

impl Reader<'_, '_> {
    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub(super) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|token| self.unit.text.get(token.range.clone())).unwrap_or_default()
    }

    /// The text of several tokens.
    pub(super) fn source(&self, tokens: &Tokens) -> &str {
        let (Some(first), Some(last)) =
            (self.tokens.get(tokens.start), tokens.end.checked_sub(1).and_then(|at| self.tokens.get(at)))
        else {
            return "";
        };
        self.unit.text.get(first.range.start..last.range.end).unwrap_or_default()
    }

    pub(super) fn span(&self, tokens: &Tokens) -> volary_model::Span {
        let start = self.tokens.get(tokens.start).map_or(self.unit.text.len(), |token| token.range.start);
        let last = tokens.end.checked_sub(1).and_then(|at| self.tokens.get(at));
        let end = last.map_or(start, |token| token.range.end.max(start));
        self.unit.places.span(start..end)
    }

    pub(super) fn add(&mut self, kind: Kind, tokens: &Tokens) -> NodeId {
        let span = self.span(tokens);
        let written = one_line(&self.lowerer.shown(self.source(tokens)));
        self.lowerer.add(kind, span, written)
    }

    pub(super) fn nothing(&mut self, tokens: &Tokens) -> NodeId {
        let span = self.span(tokens);
        self.lowerer.nothing(span)
    }

    /// The statements among some tokens.
    pub(super) fn block(&mut self, tokens: Tokens) -> NodeId {
        if !self.lowerer.room() {
            return self.nothing(&tokens);
        }
        self.lowerer.depth += 1;
        let mut nodes = Vec::new();
        let mut at = tokens.start;
        while at < tokens.end && self.lowerer.room() {
            if matches!(
                self.kind(at),
                Some(TokenKind::End | TokenKind::CloseBrace | TokenKind::CloseParen | TokenKind::Comma)
            ) {
                at += 1;
                continue;
            }
            let before = at;
            nodes.push(self.statement(&mut at, tokens.end));
            at = at.max(before + 1);
        }
        self.lowerer.depth -= 1;
        self.add(Kind::Sequence(nodes), &tokens)
    }

    /// The inside of the bracket at `at`; `at` moves behind it.
    fn inside(&mut self, at: &mut usize, end: usize, open: TokenKind) -> Option<Tokens> {
        while *at < end && self.kind(*at) == Some(TokenKind::End) {
            *at += 1;
        }
        if *at >= end || self.kind(*at) != Some(open) {
            return None;
        }
        let close = self.partners[*at].min(end);
        let inside = *at + 1..close;
        *at = (close + 1).min(end);
        Some(inside)
    }

    fn body(&mut self, at: &mut usize, end: usize) -> NodeId {
        match self.inside(at, end, TokenKind::OpenBrace) {
            Some(inside) => self.block(inside),
            None => self.nothing(&(*at..*at)),
        }
    }

    /// Whether the next token, behind ends of lines, is this word; `at` moves behind it.
    fn word_is(&self, at: &mut usize, end: usize, word: &str) -> bool {
        let mut next = *at;
        while next < end && self.kind(next) == Some(TokenKind::End) {
            next += 1;
        }
        let is = next < end && self.kind(next) == Some(TokenKind::Word) && self.text(next).eq_ignore_ascii_case(word);
        if is {
            *at = next + 1;
        }
        is
    }

    fn statement(&mut self, at: &mut usize, end: usize) -> NodeId {
        let start = *at;
        let word = match self.kind(start) {
            Some(TokenKind::Word) => self.text(start).to_ascii_lowercase(),
            _ => String::new(),
        };
        match word.as_str() {
            "if" => {
                *at += 1;
                let mut arms = Vec::new();
                let mut otherwise = None;
                let mut ends = Vec::new();
                while let Some(inside) = self.inside(at, end, TokenKind::OpenParen) {
                    let condition = self.condition(&inside);
                    let before = self.lowerer.scope.clone();
                    let body = self.body(at, end);
                    ends.push(std::mem::replace(&mut self.lowerer.scope, before));
                    arms.push((condition, body));
                    if self.word_is(at, end, "elseif") {
                        continue;
                    }
                    if self.word_is(at, end, "else") {
                        otherwise = Some(self.body(at, end));
                    }
                    break;
                }
                ends.iter().for_each(|scope| self.lowerer.scope.join(scope));
                self.add(Kind::If { arms, otherwise }, &(start..*at))
            }
            "foreach" if self.kind(start + 1) == Some(TokenKind::OpenParen) => {
                *at += 1;
                let Some(inside) = self.inside(at, end, TokenKind::OpenParen) else {
                    return self.nothing(&(start..*at));
                };
                self.foreach(start, inside, at, end)
            }
            "for" | "while" => {
                *at += 1;
                let inside = self.inside(at, end, TokenKind::OpenParen);
                let condition = match inside.filter(|_| word == "while") {
                    Some(inside) => self.condition(&inside),
                    None => self.simple_act(Act::True, &(start..*at)),
                };
                let before = self.lowerer.scope.clone();
                let body = self.body(at, end);
                self.lowerer.scope.join(&before);
                self.add(Kind::Loop { condition, body, until: false, shifts: false }, &(start..*at))
            }
            "do" => {
                *at += 1;
                let body = self.body(at, end);
                if self.word_is(at, end, "while") || self.word_is(at, end, "until") {
                    let _ = self.inside(at, end, TokenKind::OpenParen);
                }
                let items = vec![(Word::default(), body)];
                self.add(Kind::Each { variable: None, items, before: Vec::new() }, &(start..*at))
            }
            "switch" => {
                *at += 1;
                while *at < end && self.kind(*at) == Some(TokenKind::Word) {
                    *at += 1;
                }
                self.switch(start, at, end)
            }
            "try" => {
                *at += 1;
                let body = self.body(at, end);
                let (mut catch, mut finally) = (None, None);
                while self.word_is(at, end, "catch") {
                    while *at < end && matches!(self.kind(*at), Some(TokenKind::Word | TokenKind::Comma)) {
                        *at += 1;
                    }
                    let one = self.body(at, end);
                    catch = catch.or(Some(one));
                }
                if self.word_is(at, end, "finally") {
                    finally = Some(self.body(at, end));
                }
                self.add(Kind::Try { body, catch, finally }, &(start..*at))
            }
            "function" | "filter" => {
                *at += 1;
                let name = self.text(*at).to_ascii_lowercase();
                *at += 1;
                let mut parameters = Vec::new();
                if let Some(inside) = self.inside(at, end, TokenKind::OpenParen) {
                    parameters = self.parameters(&inside);
                }
                if let Some(inside) = self.inside(at, end, TokenKind::OpenBrace) {
                    let range = self.bytes(&inside);
                    let body = Body::PowerShell(range, parameters);
                    let function = Function { unit: self.unit.clone(), body };
                    Rc::make_mut(&mut self.lowerer.scope.functions).insert(name.into(), function);
                }
                self.nothing(&(start..*at))
            }
            "param" => {
                *at += 1;
                let _ = self.inside(at, end, TokenKind::OpenParen);
                self.nothing(&(start..*at))
            }
            "begin" | "process" | "end" if self.kind(start + 1) == Some(TokenKind::OpenBrace) => {
                *at += 1;
                self.body(at, end)
            }
            "exit" | "return" | "throw" | "break" | "continue" => {
                *at += 1;
                let rest = self.rest(at, end);
                self.leaving(&word, start, rest)
            }
            _ => {
                if let Some(made) = self.assignment(at, end) {
                    return made;
                }
                self.chain(at, end)
            }
        }
    }

    fn bytes(&self, tokens: &Tokens) -> Range<usize> {
        let start = self.tokens.get(tokens.start).map_or(0, |token| token.range.start);
        let last = tokens.end.checked_sub(1).and_then(|at| self.tokens.get(at));
        start..last.map_or(start, |token| token.range.end.max(start))
    }

    /// The names of parameters in `param(...)`.
    pub(super) fn parameters(&self, tokens: &Tokens) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        let mut at = tokens.start;
        let mut fresh = true;
        while at < tokens.end {
            match self.kind(at) {
                Some(TokenKind::Comma) => fresh = true,
                Some(TokenKind::Variable) if fresh => {
                    names.push(variable_name(self.text(at)).into());
                    fresh = false;
                }
                _ => at = self.partners.get(at).copied().unwrap_or(at),
            }
            at += 1;
        }
        names
    }

    /// The tokens up to the end of the statement; `at` moves behind them.
    pub(super) fn rest(&mut self, at: &mut usize, end: usize) -> Tokens {
        let start = *at;
        while *at < end {
            match self.kind(*at) {
                Some(TokenKind::End) => {
                    // A pipe at the end of a line goes on, and so does one at the start of the next.
                    let before = at.checked_sub(1).and_then(|before| self.kind(before));
                    let after = self.kind(*at + 1);
                    let joins = |kind| {
                        matches!(kind, Some(TokenKind::Pipe | TokenKind::AndAnd | TokenKind::OrOr | TokenKind::Comma))
                    };
                    if *at > start && (joins(before) || matches!(after, Some(TokenKind::Pipe))) {
                        *at += 1;
                        continue;
                    }
                    break;
                }
                Some(TokenKind::CloseBrace | TokenKind::CloseParen) => break,
                _ => *at = self.partners[*at].min(end.saturating_sub(1)) + 1,
            }
        }
        *at = (*at).min(end);
        start..*at
    }

    pub(super) fn leaving(&mut self, word: &str, start: usize, rest: Tokens) -> NodeId {
        let all = start..rest.end.max(start + 1);
        let act = match word {
            "exit" => Act::Exit,
            "throw" => Act::Throw,
            "break" => Act::Break,
            "continue" => Act::Continue,
            _ => Act::Return,
        };
        let mut words = vec![Word::text(word)];
        let mut before = Vec::new();
        if word == "exit" && !rest.is_empty() {
            let (value, inner) = self.value(&rest);
            before = inner;
            words.push(value);
        }
        let shown = self.add(Kind::Simple(Simple { act, words, before, ..Simple::default() }), &all);
        if word == "return" && !rest.is_empty() {
            let mut at = rest.start;
            let value = self.chain(&mut at, rest.end);
            return self.add(Kind::Sequence(vec![value, shown]), &all);
        }
        shown
    }

    pub(super) fn simple_act(&mut self, act: Act, tokens: &Tokens) -> NodeId {
        self.add(Kind::Simple(Simple { act, ..Simple::default() }), tokens)
    }

    /// `$x = ...`, `[int]$x += ...`, `$env:X = ...`, `$x++`
    fn assignment(&mut self, at: &mut usize, end: usize) -> Option<NodeId> {
        let start = *at;
        let mut name_at = start;
        while self.kind(name_at) == Some(TokenKind::Word) && self.text(name_at).starts_with('[') {
            name_at += 1;
        }
        if self.kind(name_at) != Some(TokenKind::Variable) {
            return None;
        }
        let mut next = name_at + 1;
        while self.kind(next) == Some(TokenKind::Word) && !self.tokens.get(next).is_some_and(|token| token.spaced) {
            next += 1;
        }
        let name = variable_name(self.text(name_at));
        let environment = self.text(name_at).to_ascii_lowercase().starts_with("$env:");
        let member = next > name_at + 1;
        if member && self.text(next - 1).ends_with("++") && next <= end {
            *at = next;
            let word = Word { pieces: vec![Piece::Computed(vec![name.as_str().into()])] };
            let simple =
                Simple { act: Act::Assign, assignments: vec![(name.as_str().into(), word)], ..Simple::default() };
            self.unknown(&name, &(start..next));
            return Some(self.add(Kind::Simple(simple), &(start..next)));
        }
        if next >= end || self.kind(next) != Some(TokenKind::Assign) {
            return None;
        }
        let grows = self.text(next).len() > 1;
        *at = next + 1;
        while *at < end && self.kind(*at) == Some(TokenKind::End) {
            *at += 1;
        }
        if name.eq_ignore_ascii_case("ErrorActionPreference")
            || name.eq_ignore_ascii_case("PSNativeCommandUseErrorActionPreference")
        {
            let rest = self.rest(at, end);
            let value = self.source(&rest).trim_matches(['\'', '"', '$']).to_ascii_lowercase();
            let (option, on) = if name.to_ascii_lowercase().starts_with('e') {
                (ShellOption::Errexit, value == "stop" || value == "1")
            } else {
                (ShellOption::Native, value == "true")
            };
            return Some(
                self.add(
                    Kind::Simple(Simple { act: Act::Set(vec![(option, on)]), ..Simple::default() }),
                    &(start..*at),
                ),
            );
        }
        let value_start = *at;
        let is_statement = self.kind(*at) == Some(TokenKind::Word)
            && matches!(
                self.text(*at).to_ascii_lowercase().as_str(),
                "if" | "switch" | "foreach" | "try" | "while" | "for" | "do"
            );
        let (mut word, before);
        if is_statement {
            let made = self.statement(at, end);
            word = Word { pieces: vec![Piece::Output(0)] };
            before = vec![made];
            self.unknown(&name, &(start..*at));
        } else {
            let rest = self.rest(at, end);
            (word, before) = self.value(&rest);
            match self.known(&rest).filter(|_| !grows && !member) {
                Some(value) => self.lowerer.scope.set(&name, value),
                None => self.unknown(&name, &(value_start..*at)),
            }
        }
        if environment {
            self.lowerer.scope.export(&name);
        }
        if grows || member {
            word.pieces.insert(0, Piece::Computed(vec![name.as_str().into()]));
        }
        let assignments = vec![(name.as_str().into(), word)];
        let simple = Simple { act: Act::Assign, assignments, before, ..Simple::default() };
        Some(self.add(Kind::Simple(simple), &(start..*at)))
    }

    fn unknown(&mut self, name: &str, tokens: &Tokens) {
        let reason = volary_model::Reason::new(volary_model::ReasonKind::NotEvaluated, format!("${{{name}}}"));
        let origin = volary_model::Origin::at(self.span(tokens), volary_model::Role::Attribute);
        self.lowerer.scope.set(name, volary_model::Value::unknown(reason, origin));
    }

    fn foreach(&mut self, start: usize, inside: Tokens, at: &mut usize, end: usize) -> NodeId {
        let name = variable_name(self.text(inside.start));
        let list = (inside.start + 2).min(inside.end)..inside.end;
        let items = self.items(&list);
        let (value, before) = self.value(&list);
        let body_at = *at;
        let mut made = Vec::new();
        match items.filter(|items| items.len() <= self.lowerer.limits.items) {
            Some(items) => {
                for item in items {
                    let text = item.as_text().unwrap_or_default().to_owned();
                    self.lowerer.scope.set(&name, item);
                    *at = body_at;
                    made.push((Word::text(text), self.body(at, end)));
                }
            }
            None => {
                self.unknown(&name, &list);
                let mut value = value;
                value.pieces.push(Piece::Computed(Vec::new()));
                made.push((value, self.body(at, end)));
            }
        }
        if made.is_empty() {
            let _ = self.body(at, end);
        }
        self.add(Kind::Each { variable: Some(name.into()), items: made, before }, &(start..*at))
    }

    fn switch(&mut self, start: usize, at: &mut usize, end: usize) -> NodeId {
        let Some(inside) = self.inside(at, end, TokenKind::OpenParen) else { return self.nothing(&(start..*at)) };
        let (subject, before) = self.value(&inside);
        let Some(cases) = self.inside(at, end, TokenKind::OpenBrace) else { return self.nothing(&(start..*at)) };
        let mut arms = Vec::new();
        let mut next = cases.start;
        let scope = self.lowerer.scope.clone();
        let mut ends = Vec::new();
        while next < cases.end {
            if self.kind(next) == Some(TokenKind::End) {
                next += 1;
                continue;
            }
            let head = next;
            while next < cases.end && self.kind(next) != Some(TokenKind::OpenBrace) {
                next += 1;
            }
            let pattern = self.source(&(head..next)).trim().trim_matches(['\'', '"']).to_owned();
            let before = next;
            let body = self.body(&mut next, cases.end);
            next = next.max(before + 1);
            ends.push(std::mem::replace(&mut self.lowerer.scope, scope.clone()));
            let pattern = if pattern.eq_ignore_ascii_case("default") { "*".to_owned() } else { pattern };
            arms.push(Arm { patterns: vec![Word::text(pattern)], body });
        }
        ends.iter().for_each(|scope| self.lowerer.scope.join(scope));
        self.add(Kind::Case { subject, arms, before }, &(start..*at))
    }

    /// Pipelines joined by `&&` and `||`.
    pub(super) fn chain(&mut self, at: &mut usize, end: usize) -> NodeId {
        let all = self.rest(at, end);
        let mut members: Vec<(Option<bool>, Tokens)> = Vec::new();
        let mut from = all.start;
        let mut operator = None;
        let mut next = all.start;
        while next < all.end {
            match self.kind(next) {
                Some(kind @ (TokenKind::AndAnd | TokenKind::OrOr)) => {
                    members.push((operator, from..next));
                    operator = Some(kind == TokenKind::AndAnd);
                    from = next + 1;
                    next += 1;
                }
                _ => next = self.partners[next].min(all.end - 1) + 1,
            }
        }
        members.push((operator, from..all.end));
        let mut members = members.into_iter();
        let Some((_, first)) = members.next() else { return self.nothing(&all) };
        let first = self.pipeline(first);
        let rest: Vec<Member> = members
            .map(|(and, tokens)| {
                let whole = tokens.start.saturating_sub(1)..tokens.end;
                let at = self.span(&whole);
                let written = one_line(&self.lowerer.shown(self.source(&whole)));
                Member { and: and == Some(true), node: self.pipeline(tokens), at, written }
            })
            .collect();
        if rest.is_empty() { first } else { self.add(Kind::Joined { first, rest }, &all) }
    }

    /// Commands and expressions joined by pipes.
    pub(super) fn pipeline(&mut self, tokens: Tokens) -> NodeId {
        let mut parts = Vec::new();
        let mut from = tokens.start;
        let mut next = tokens.start;
        while next < tokens.end {
            if self.kind(next) == Some(TokenKind::Pipe) {
                parts.push(from..next);
                from = next + 1;
                next += 1;
            } else {
                next = self.partners[next].min(tokens.end - 1) + 1;
            }
        }
        parts.push(from..tokens.end);
        let made: Vec<NodeId> = parts.into_iter().map(|part| self.element(part)).collect();
        match made.as_slice() {
            [one] => *one,
            _ => self.add(Kind::Pipeline(made), &tokens),
        }
    }
}
