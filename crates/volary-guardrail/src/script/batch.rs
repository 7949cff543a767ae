//! Scripts of Windows' command interpreter.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell::{self, Part};
use volary_model::{Origin, Reason, ReasonKind, Role, Span, Value};

use super::lower::{Lowerer, Unit};
use super::places::one_line;
use super::tree::{Act, How, Kind, Member, NodeId, Simple, Test, Word};
use super::words::{is_name, word};

impl Lowerer<'_> {
    /// A script as a whole.
    pub(super) fn batch(&mut self, unit: &Rc<Unit>) -> NodeId {
        let mut reader = Reader { lowerer: self, unit: unit.clone(), text: unit.text.clone(), at: 0 };
        reader.block(false)
    }
}

/// Reads statements from front to back.
struct Reader<'l, 'a> {
    lowerer: &'l mut Lowerer<'a>,
    unit: Rc<Unit>,
    text: Arc<str>,
    at: usize,
}

impl Reader<'_, '_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span(&self, range: &Range<usize>) -> Span {
        self.unit.places.span(range.clone())
    }

    fn add(&mut self, kind: Kind, range: &Range<usize>) -> NodeId {
        let span = self.span(range);
        let text = self.text.get(range.clone()).unwrap_or_default();
        let shown = one_line(&self.lowerer.shown(text));
        self.lowerer.add(kind, span, shown)
    }

    fn blank(&mut self, lines: bool) {
        let skip = |c: char| matches!(c, ' ' | '\t' | '\r' | '@') || lines && c == '\n';
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(skip).len();
    }

    /// Statements up to the end, or to the parenthesis that closes a block.
    fn block(&mut self, inner: bool) -> NodeId {
        let start = self.at;
        if !self.lowerer.room() {
            self.at = self.text.len();
            let span = self.span(&(start..start));
            return self.lowerer.nothing(span);
        }
        self.lowerer.depth += 1;
        let mut nodes = Vec::new();
        loop {
            self.blank(true);
            if self.at >= self.text.len() || !self.lowerer.room() {
                self.at = if self.lowerer.cut { self.text.len() } else { self.at };
                break;
            }
            if self.rest().starts_with(')') {
                self.at += 1;
                if inner {
                    break;
                }
                continue;
            }
            let before = self.at;
            nodes.extend(self.statement());
            if self.at == before {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
        self.lowerer.depth -= 1;
        let end = self.at;
        self.add(Kind::Sequence(nodes), &(start..end))
    }

    /// Commands joined by `&`, `&&`, `||` and `|`.
    fn statement(&mut self) -> Option<NodeId> {
        let start = self.at;
        let mut all = vec![self.piped()?];
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.blank(false);
            let rest = self.rest();
            let (and, length) = if rest.starts_with("&&") {
                (Some(true), 2)
            } else if rest.starts_with("||") {
                (Some(false), 2)
            } else if rest.starts_with('&') {
                (None, 1)
            } else {
                break;
            };
            let from = self.at;
            self.at += length;
            let Some(node) = self.piped() else { break };
            match and {
                Some(and) => {
                    let range = from..self.at;
                    let written = one_line(self.text.get(range.clone()).unwrap_or_default());
                    members.push(Member { and, node, at: self.span(&range), written });
                }
                None => {
                    let first = self.joined(&mut all, &mut members, start);
                    all = vec![first, node];
                    let range = start..self.at;
                    let both = self.add(Kind::Sequence(std::mem::take(&mut all)), &range);
                    all = vec![both];
                }
            }
        }
        Some(self.joined(&mut all, &mut members, start))
    }

    fn joined(&mut self, all: &mut Vec<NodeId>, members: &mut Vec<Member>, start: usize) -> NodeId {
        let first = all.pop().unwrap_or_default();
        if members.is_empty() {
            return first;
        }
        let range = start..self.at;
        self.add(Kind::Joined { first, rest: std::mem::take(members) }, &range)
    }

    fn piped(&mut self) -> Option<NodeId> {
        let start = self.at;
        let mut members = vec![self.one()?];
        loop {
            self.blank(false);
            if !self.rest().starts_with('|') || self.rest().starts_with("||") {
                break;
            }
            self.at += 1;
            members.extend(self.one());
        }
        if members.len() == 1 {
            return members.pop();
        }
        let range = start..self.at;
        Some(self.add(Kind::Pipeline(members), &range))
    }

    fn one(&mut self) -> Option<NodeId> {
        self.blank(false);
        let start = self.at;
        if self.rest().starts_with('(') {
            self.at += 1;
            return Some(self.block(true));
        }
        let head: String = self.rest().chars().take_while(|c| c.is_ascii_alphabetic()).collect();
        match head.to_ascii_lowercase().as_str() {
            "rem" => {
                self.line();
                None
            }
            "if" => {
                self.at += 2;
                Some(self.conditional(start))
            }
            "for" => {
                self.at += 3;
                Some(self.looped(start))
            }
            _ if self.rest().starts_with(':') => {
                self.line();
                None
            }
            _ => Some(self.command(start)),
        }
    }

    fn line(&mut self) {
        self.at = self.rest().find('\n').map_or(self.text.len(), |end| self.at + end);
    }

    /// The next word, quotes included.
    fn next(&mut self) -> Range<usize> {
        self.blank(false);
        let start = self.at;
        let mut quoted = false;
        for (at, c) in self.rest().char_indices() {
            let ends = !quoted && (c.is_whitespace() || matches!(c, '&' | '|' | ')') || c == '(' && at > 0);
            if ends {
                self.at = start + at;
                return start..self.at;
            }
            quoted ^= c == '"';
            if c == '\n' {
                self.at = start + at;
                return start..self.at;
            }
        }
        self.at = self.text.len();
        start..self.at
    }

    fn is_next(&mut self, word: &str) -> bool {
        let before = self.at;
        let range = self.next();
        let is = self.text.get(range).is_some_and(|text| text.eq_ignore_ascii_case(word));
        if !is {
            self.at = before;
        }
        is
    }

    /// `if [/i] [not] errorlevel 1 ...`, `if "%A%"=="b" (...) else (...)`
    fn conditional(&mut self, start: usize) -> NodeId {
        let mut negated = false;
        while self.is_next("/i") || {
            let not = self.is_next("not");
            negated ^= not;
            not
        } {}
        let mut test = if self.is_next("errorlevel") {
            let number = self.next();
            let number = self.text.get(number).unwrap_or_default().trim().to_owned();
            let left = Word { pieces: vec![super::tree::Piece::Variable("?".into())] };
            if number == "0" {
                Test::Filled(Word::text("1"))
            } else {
                Test::Compare { left, how: How::Differs, right: Word::text("0") }
            }
        } else if self.is_next("exist") {
            let file = self.next();
            Test::File(self.as_word(&file))
        } else if self.is_next("defined") {
            let name = self.next();
            let name = self.text.get(name).unwrap_or_default();
            Test::Filled(Word { pieces: vec![super::tree::Piece::Variable(name.into())] })
        } else {
            self.comparison()
        };
        if negated {
            test = Test::Not(Box::new(test));
        }
        let range = start..self.at;
        let condition = self.add(Kind::Simple(Simple { act: Act::Test(test), ..Simple::default() }), &range);
        let before = self.lowerer.scope.clone();
        let body = self.branch();
        let after = std::mem::replace(&mut self.lowerer.scope, before);
        let mut otherwise = None;
        let here = self.at;
        self.blank(false);
        if self.is_next("else") {
            otherwise = self.branch();
        } else {
            self.at = here;
        }
        self.lowerer.scope.join(&after);
        let range = start..self.at;
        let body = body.unwrap_or_else(|| self.add(Kind::Sequence(Vec::new()), &range));
        self.add(Kind::If { arms: vec![(condition, body)], otherwise }, &range)
    }

    /// The command of a branch; nested `if`s count to the depth.
    fn branch(&mut self) -> Option<NodeId> {
        if !self.lowerer.room() {
            self.line();
            return None;
        }
        self.lowerer.depth += 1;
        let made = self.statement();
        self.lowerer.depth -= 1;
        made
    }

    fn comparison(&mut self) -> Test {
        let left = self.next();
        let text = self.text.get(left.clone()).unwrap_or_default().to_owned();
        if let Some((a, b)) = text.split_once("==") {
            let middle = left.start + a.len();
            let right = if b.is_empty() { self.next() } else { middle + 2..left.end };
            return Test::Compare {
                left: self.as_word(&(left.start..middle)),
                how: How::Equal,
                right: self.as_word(&right),
            };
        }
        let operator = self.next();
        let operator = self.text.get(operator).unwrap_or_default().to_ascii_lowercase();
        let rest = operator.strip_prefix("==").map(str::to_owned);
        let how = match operator.as_str() {
            "neq" => How::Differs,
            "equ" => How::Same,
            "gtr" => How::More,
            "geq" => How::MoreOrSame,
            "lss" => How::Less,
            "leq" => How::LessOrSame,
            _ => How::Equal,
        };
        let left = self.as_word(&left);
        let right = match rest {
            Some(rest) if !rest.is_empty() => Word::text(rest.trim_matches('"')),
            _ => {
                let right = self.next();
                self.as_word(&right)
            }
        };
        Test::Compare { left, how, right }
    }

    /// `for %%i in (a b c) do ...`
    fn looped(&mut self, start: usize) -> NodeId {
        let mut name = String::new();
        while self.at < self.text.len() {
            let range = self.next();
            let text = self.text.get(range.clone()).unwrap_or_default().to_owned();
            if let Some(variable) = text.strip_prefix("%%").or_else(|| text.strip_prefix('%')) {
                name = format!("%{variable}");
            }
            if text.eq_ignore_ascii_case("in") || range.is_empty() {
                break;
            }
        }
        self.blank(false);
        let mut items = Vec::new();
        if self.rest().starts_with('(') {
            let close = self.rest().find(')').map_or(self.text.len(), |end| self.at + end);
            let list = self.text.get(self.at + 1..close).unwrap_or_default().to_owned();
            items.extend(list.split([' ', ',', ';', '\t', '\n']).filter(|item| !item.is_empty()).map(str::to_owned));
            self.at = (close + 1).min(self.text.len());
        }
        let _ = self.is_next("do");
        let body_at = self.at;
        let plain = items.iter().all(|item| !item.contains(['%', '*', '?', '!', '\'', '/']));
        let mut made = Vec::new();
        if plain && !items.is_empty() && items.len() <= self.lowerer.limits.items {
            for item in items {
                let origin = Origin::at(self.span(&(start..body_at)), Role::Attribute);
                self.lowerer.scope.set(&name, Value::text(item.as_str(), origin));
                self.at = body_at;
                let node = self.branch();
                made.extend(node.map(|node| (Word::text(item), node)));
            }
        } else {
            let node = self.branch();
            made.extend(node.map(|node| (Word::default(), node)));
        }
        let range = start..self.at;
        self.add(
            Kind::Each { variable: (!name.is_empty()).then(|| name.into()), items: made, before: Vec::new() },
            &range,
        )
    }

    /// A word with its variables.
    fn parts(&self, range: &Range<usize>) -> shell::Word {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let mut built = shell::Word { range: range.clone(), quoted: source.contains('"'), ..shell::Word::default() };
        let mut text = String::new();
        let mut rest = source;
        while let Some(c) = rest.chars().next() {
            // What the platform put in.
            let hole = rest.strip_prefix("${__").and_then(|inner| inner.split_once('}'));
            if let Some((name, behind)) = hole {
                built.parts.push(Part::Literal(std::mem::take(&mut text)));
                built.parts.push(Part::Variable { name: format!("__{name}"), quoted: true });
                rest = behind;
                continue;
            }
            let marked = matches!(c, '%' | '!').then(|| rest[1..].split_once(c)).flatten();
            let named = marked.filter(|(name, _)| is_name(name.split(':').next().unwrap_or_default()));
            if let Some((name, behind)) = named {
                built.parts.push(Part::Literal(std::mem::take(&mut text)));
                let name = name.split(':').next().unwrap_or_default();
                let name = if name.eq_ignore_ascii_case("errorlevel") { "?" } else { name };
                built.parts.push(Part::Variable { name: name.to_owned(), quoted: true });
                rest = behind;
                continue;
            }
            if c == '%' {
                let bare = rest.trim_start_matches('%');
                if let Some(letter) = bare.chars().next().filter(char::is_ascii_alphanumeric) {
                    built.parts.push(Part::Literal(std::mem::take(&mut text)));
                    let name = if letter.is_ascii_digit() { letter.to_string() } else { format!("%{letter}") };
                    built.parts.push(Part::Variable { name, quoted: true });
                    rest = &bare[1..];
                    continue;
                }
            }
            if !matches!(c, '"' | '^') {
                text.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
        built.parts.push(Part::Literal(text));
        built.parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        built
    }

    fn as_word(&self, range: &Range<usize>) -> Word {
        word(&self.parts(range), &|_| None)
    }

    fn command(&mut self, start: usize) -> NodeId {
        let mut words: Vec<shell::Word> = Vec::new();
        let mut simple = Simple::default();
        loop {
            // A caret at the end of a line joins it with the next one.
            self.blank(false);
            if let Some(rest) = self.rest().strip_prefix('^')
                && rest.starts_with(['\n', '\r'])
            {
                self.at += 1;
                self.blank(true);
                continue;
            }
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(['\n', '&', '|', ')']) {
                break;
            }
            let redirect = rest.trim_start_matches(['1', '2']);
            if redirect.starts_with(['>', '<']) && rest.len() - redirect.len() < 2 {
                let stderr = rest.starts_with('2');
                let reads = redirect.starts_with('<');
                let operator = redirect.len() - redirect.trim_start_matches(['>', '<']).len();
                self.at += rest.len() - redirect.len() + operator;
                if self.rest().starts_with('&') {
                    self.at += 2;
                    continue;
                }
                let target = self.next();
                let file = self.as_word(&target);
                if reads {
                    simple.reads.push(file);
                } else {
                    simple.silent |= !stderr;
                    if !file.literal().is_some_and(|name| name.eq_ignore_ascii_case("nul")) {
                        simple.writes.push(file);
                    }
                }
                continue;
            }
            let range = self.next();
            if range.is_empty() {
                break;
            }
            words.push(self.parts(&range));
        }
        let range = start..self.at;
        let span = self.span(&range);
        let shown = one_line(&self.lowerer.shown(self.text.get(range.clone()).unwrap_or_default()));
        let name = words.first().and_then(shell::Word::literal).unwrap_or_default().to_ascii_lowercase();
        if name == "call" && words.len() > 1 {
            words.remove(0);
        }
        simple.words = words.iter().map(|one| word(one, &|_| None)).collect();
        let name = words.first().and_then(shell::Word::literal).unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "exit" => {
                simple.words.retain(|word| !word.literal().is_some_and(|text| text.eq_ignore_ascii_case("/b")));
                simple.act = Act::Exit;
            }
            "echo" | "echo." | "title" | "prompt" => simple.act = Act::Echo,
            "set" => {
                let text = self.text.get(range.clone()).unwrap_or_default().trim_start().get(3..).unwrap_or_default();
                let text = text.trim().trim_matches('"');
                if let Some((name, value)) =
                    text.split_once('=').filter(|_| !text.to_ascii_lowercase().starts_with("/p"))
                {
                    let computed = name.trim_start().to_ascii_lowercase().starts_with("/a");
                    let name = name
                        .trim()
                        .trim_start_matches("/a")
                        .trim_start_matches("/A")
                        .trim()
                        .trim_end_matches(['+', '-'])
                        .to_owned();
                    let from = range.end - self.text.get(range.clone()).unwrap_or_default().len();
                    let place = self.text.get(range.clone()).unwrap_or_default().rfind(value).unwrap_or(0) + from;
                    let built = self.parts(&(place..place + value.len()));
                    let number = value.trim().parse::<i64>().is_ok();
                    let assigned = if computed && !number {
                        Word { pieces: vec![super::tree::Piece::Computed(super::words::names(value))] }
                    } else {
                        word(&built, &|_| None)
                    };
                    let known = word(&built, &|_| None).literal();
                    let origin = Origin::at(span, Role::Attribute);
                    let value = match known.filter(|_| !computed) {
                        Some(text) => Value::text(text, origin),
                        None => Value::unknown(Reason::new(ReasonKind::NotEvaluated, format!("%{name}%")), origin),
                    };
                    self.lowerer.scope.set(&name, value);
                    self.lowerer.scope.export(&name);
                    simple.assignments.push((name.into(), assigned));
                }
                simple.act = Act::Assign;
            }
            "cd" | "chdir" | "pushd" => {
                let unit = self.unit.clone();
                let command = shell::Command { arguments: words.split_off(1), ..shell::Command::default() };
                let invocation = self.lowerer.invocation(&command, &unit.places);
                let folder =
                    invocation.words.iter().find(|word| word.value.as_text().is_none_or(|text| !text.starts_with('/')));
                self.lowerer.scope.folder = folder.and_then(|folder| self.lowerer.folder(&folder.value, &unit));
            }
            "popd" => self.lowerer.scope.folder = self.lowerer.input.folder.clone(),
            "setlocal" | "endlocal" | "shift" | "chcp" | "cls" | "pause" | "md" | "mkdir" | "rd" | "rmdir" | "del"
            | "" => {}
            "goto" => return self.jump(&words, span, &range),
            _ => {
                let mut words = words.into_iter();
                let command =
                    shell::Command { name: words.next(), arguments: words.collect(), assignments: Vec::new() };
                let unit = self.unit.clone();
                return self.lowerer.unwrapped(&unit, &command, simple, span, &shown);
            }
        }
        self.add(Kind::Simple(simple), &range)
    }

    /// `goto label`: what stands behind the label, to the end.
    fn jump(&mut self, words: &[shell::Word], span: Span, range: &Range<usize>) -> NodeId {
        let label = words.get(1).and_then(shell::Word::literal).unwrap_or_default();
        let label = label.trim_start_matches(':').to_ascii_lowercase();
        let end = self.add(Kind::Simple(Simple { act: Act::Exit, ..Simple::default() }), range);
        if label == "eof" {
            return end;
        }
        let mut place = 0;
        let mut found = None;
        for line in self.text.split_inclusive('\n') {
            let name = line.trim().strip_prefix(':').map(|name| name.trim().to_ascii_lowercase());
            place += line.len();
            if name.as_deref() == Some(label.as_str()) {
                found = Some(place);
                break;
            }
        }
        let key: Arc<str> = format!(":{label}").into();
        let Some(place) = found else { return end };
        // Jumps back are loops, which run once.
        if place <= range.start || self.lowerer.open.contains(&key) || !self.lowerer.afford(self.text.len()) {
            return self.lowerer.nothing(span);
        }
        self.lowerer.open.push(key);
        let after = std::mem::replace(&mut self.at, place);
        let scope = self.lowerer.scope.clone();
        let body = self.block(false);
        self.lowerer.scope = scope;
        self.at = after;
        self.lowerer.open.pop();
        self.add(Kind::Sequence(vec![body, end]), range)
    }
}
