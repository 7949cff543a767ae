//! Statements of Groovy: calls with arguments and blocks, conditions, assignments. Tolerant: what is none of these is
//! skipped, and only a bracket that never closes is reported.

use std::ops::Range;

use super::lexer::{Kind, Token, tokens};

/// A statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum StatementKind {
    Call(Call),
    /// `if` with its branches: a condition (none of an `else`) and statements.
    If(Vec<(Option<Range<usize>>, Block)>),
    /// `try`, with `catch` and `finally`.
    Try {
        body: Block,
        catch: Option<Block>,
        finally: Option<Block>,
    },
    /// The body of a loop or `switch`; of a loop over items the name of one and the items.
    Loop {
        item: Option<(String, Expression)>,
        body: Block,
    },
    /// `name = value`, `def name = value`.
    Assignment {
        name: Range<usize>,
        value: Expression,
    },
    /// `def name(...) { ... }`
    Function {
        name: Range<usize>,
        parameters: Vec<Formal>,
        body: Block,
    },
    /// A list or map that stands alone: the last value of a closure.
    Value(Expression),
    /// `return`, `throw` with what follows.
    Leave {
        word: Range<usize>,
        value: Option<Expression>,
    },
    /// Anything else.
    Other,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub(super) struct Formal {
    pub(super) name: String,
    /// The type as it is written; empty where none is.
    pub(super) ty: String,
    pub(super) default: Option<Expression>,
}

/// Statements in braces.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) statements: Vec<Statement>,
    /// The names of what a closure is given.
    pub(super) parameters: Vec<String>,
    pub(super) range: Range<usize>,
}

/// `name(arguments) { block }` in all its forms.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The name with dots.
    pub(super) name: String,
    pub(super) name_range: Range<usize>,
    pub(super) arguments: Vec<Argument>,
    /// How many of the arguments belong to the first method, where others are chained behind it.
    pub(super) own: usize,
    pub(super) block: Option<Block>,
    /// What the method is called on, where that is no name: a list that is written there.
    pub(super) receiver: Option<Box<Expression>>,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<(String, Range<usize>)>,
    pub(super) value: Expression,
}

#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) kind: ExpressionKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum ExpressionKind {
    /// Texts and other operands joined by `+`; a text alone is a list of one.
    Text(Vec<Operand>),
    Bool(bool),
    Number,
    List(Vec<Expression>),
    Map(Vec<Argument>),
    Call(Box<Call>),
    Closure(Block),
    /// A name with dots.
    Name(String),
    /// `a ?: b`
    Elvis(Box<Expression>, Box<Expression>),
    /// `condition ? a : b`
    Choice(Range<usize>, Box<Expression>, Box<Expression>),
    /// Values other than texts that are joined by `+`.
    Sum(Vec<Expression>),
    /// Anything else, as it is written.
    Other,
}

/// An operand of a text that is put together.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A text in quotes: whether values are put into it, the length of its quotes, its bytes with them.
    Quoted { template: bool, quotes: u8, range: Range<usize> },
    /// Anything else.
    Other(Range<usize>),
}

/// What was read, and what was wrong: a place and a message.
pub(super) struct Script {
    pub(super) statements: Vec<Statement>,
    pub(super) errors: Vec<(Range<usize>, &'static str, bool)>,
}

/// Words before a declaration.
const MODIFIERS: [&str; 8] = ["def", "static", "final", "private", "public", "protected", "synchronized", "void"];

/// How deep brackets may be nested.
const DEPTH: usize = 60;

/// Parses a file.
pub(super) fn parse(text: &str) -> Script {
    let tokens = tokens(text);
    let ends = matching(&tokens);
    let mut parser = Parser { text, tokens: &tokens, ends: &ends.0, at: 0, depth: 0, errors: ends.1 };
    let statements = parser.statements(tokens.len());
    Script { statements, errors: parser.errors }
}

/// The calls of these names in a part of a text, outermost first, as far as they stand beside each other.
pub(super) fn calls_in(text: &str, part: Range<usize>, names: &[&str]) -> Vec<Call> {
    let Some(slice) = text.get(part.clone()).filter(|slice| names.iter().any(|name| slice.contains(name))) else {
        return Vec::new();
    };
    let mut tokens = tokens(slice);
    for token in &mut tokens {
        token.range = token.range.start + part.start..token.range.end + part.start;
    }
    let ends = matching(&tokens);
    let mut parser = Parser { text, tokens: &tokens, ends: &ends.0, at: 0, depth: 0, errors: Vec::new() };
    let mut found = Vec::new();
    while parser.at < tokens.len() {
        let before = parser.at;
        let opens = tokens.get(before + 1).is_some_and(|token| token.kind == Kind::Sign(b'('));
        let member = before > 0 && tokens[before - 1].kind == Kind::Sign(b'.');
        if opens && !member && names.contains(&parser.word()) {
            found.extend(parser.call(tokens.len(), false));
        }
        parser.at = parser.at.max(before + 1);
    }
    found
}

/// The expression that stands in a part of a text.
pub(super) fn expression_in(text: &str, part: Range<usize>) -> Option<Expression> {
    let mut tokens = tokens(text.get(part.clone())?);
    for token in &mut tokens {
        token.range = token.range.start + part.start..token.range.end + part.start;
    }
    let ends = matching(&tokens);
    let mut parser = Parser { text, tokens: &tokens, ends: &ends.0, at: 0, depth: 0, errors: Vec::new() };
    let found = parser.expression(tokens.len());
    found.filter(|_| parser.at >= tokens.len())
}

type Errors = Vec<(Range<usize>, &'static str, bool)>;

/// For every opening bracket the index of its closing one, or of the end.
fn matching(tokens: &[Token]) -> (Vec<usize>, Errors) {
    let mut ends = vec![tokens.len(); tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut errors = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign(b'(' | b'[' | b'{') => open.push(index),
            Kind::Sign(close @ (b')' | b']' | b'}')) => {
                let wanted = match close {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                // Brackets between that do not close end here too.
                match open.iter().rposition(|index| tokens[*index].kind == Kind::Sign(wanted)) {
                    Some(position) => {
                        for left in open.drain(position..).collect::<Vec<_>>() {
                            ends[left] = index;
                        }
                    }
                    None => errors.push((token.range.clone(), "this bracket closes nothing", false)),
                }
            }
            _ => {}
        }
    }
    if let Some(index) = open.first() {
        errors.push((tokens[*index].range.clone(), "this bracket is never closed", false));
    }
    (ends, errors)
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    ends: &'t [usize],
    at: usize,
    depth: usize,
    errors: Errors,
}

impl<'t> Parser<'t> {
    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn word(&self) -> &'t str {
        match self.tokens.get(self.at) {
            Some(token) if token.kind == Kind::Name => &self.text[token.range.clone()],
            _ => "",
        }
    }

    fn sign(&self, sign: u8) -> bool {
        self.kind() == Some(Kind::Sign(sign))
    }

    fn range_at(&self, index: usize) -> Range<usize> {
        self.tokens.get(index).map_or(self.text.len()..self.text.len(), |token| token.range.clone())
    }

    /// From the start of one word to the end of another one.
    fn between(&self, first: usize, behind: usize) -> Range<usize> {
        let start = self.range_at(first).start;
        let end = if behind > first { self.range_at(behind - 1).end } else { start };
        start..end.max(start)
    }

    fn skip_lines(&mut self, end: usize) {
        while self.at < end && (self.kind() == Some(Kind::Line) || self.sign(b';')) {
            self.at += 1;
        }
    }

    /// Whether the next thing, behind ends of lines, is this; then it is the next.
    fn next_is(&mut self, end: usize, is: impl Fn(&Self) -> bool) -> bool {
        let before = self.at;
        while self.at < end && self.kind() == Some(Kind::Line) {
            self.at += 1;
        }
        if self.at < end && is(self) {
            return true;
        }
        self.at = before;
        false
    }

    fn statements(&mut self, end: usize) -> Vec<Statement> {
        let mut statements = Vec::new();
        self.skip_lines(end);
        while self.at < end {
            let before = self.at;
            let statement = self.statement(end);
            if let Some(statement) = statement {
                statements.push(statement);
            }
            if self.at == before {
                self.at += 1;
            }
            self.skip_lines(end);
        }
        statements
    }

    /// The block that opens at the next brace.
    fn block(&mut self) -> Block {
        let open = self.at;
        let close = self.ends[open];
        let range = self.between(open, close.saturating_add(1).min(self.tokens.len()));
        if self.depth >= DEPTH {
            self.errors.push((self.range_at(open), "blocks are nested deeper than is read", true));
            self.at = (close + 1).min(self.tokens.len());
            return Block { range, ..Block::default() };
        }
        self.depth += 1;
        self.at = open + 1;
        let parameters = self.closure_parameters(close);
        let statements = self.statements(close);
        self.depth -= 1;
        self.at = (close + 1).min(self.tokens.len());
        Block { statements, parameters, range }
    }

    /// `a, b ->` at the start of a closure.
    fn closure_parameters(&mut self, end: usize) -> Vec<String> {
        let mut at = self.at;
        let mut names: Vec<String> = Vec::new();
        let mut next = true;
        while at + 1 < end.min(self.at + 16) {
            match self.tokens[at].kind {
                Kind::Sign(b'-') if self.tokens[at + 1].kind == Kind::Sign(b'>') => {
                    self.at = at + 2;
                    return names;
                }
                Kind::Name => {
                    // Of `String name` the last word is the name.
                    if !next {
                        names.pop();
                    }
                    names.push(self.slice(&self.tokens[at]).to_owned());
                    next = false;
                    at += 1;
                }
                Kind::Sign(b',') => {
                    next = true;
                    at += 1;
                }
                Kind::Sign(b'=') | Kind::Line | Kind::Plain(_) => at += 1,
                _ => return Vec::new(),
            }
        }
        Vec::new()
    }

    /// A block in braces, or one statement.
    fn body(&mut self, end: usize) -> Block {
        if self.next_is(end, |parser| parser.sign(b'{')) {
            return self.block();
        }
        self.skip_lines(end);
        let first = self.at;
        if self.depth >= DEPTH {
            self.errors.push((self.range_at(first), "statements are nested deeper than is read", true));
            self.at = end;
            return Block::default();
        }
        self.depth += 1;
        let statements: Vec<Statement> = self.statement(end).into_iter().collect();
        self.depth -= 1;
        Block { statements, range: self.between(first, self.at), ..Block::default() }
    }

    /// What stands in the next round brackets.
    fn brackets(&mut self, end: usize) -> Option<Range<usize>> {
        if !self.next_is(end, |parser| parser.sign(b'(')) {
            return None;
        }
        let close = self.ends[self.at];
        let range = self.between(self.at + 1, close.max(self.at + 1));
        self.at = (close + 1).min(end);
        Some(range)
    }

    fn statement(&mut self, end: usize) -> Option<Statement> {
        let first = self.at;
        let kind = match self.word() {
            "if" => {
                let mut branches = Vec::new();
                self.at += 1;
                let condition = self.brackets(end);
                branches.push((condition, self.body(end)));
                while self.next_is(end, |parser| parser.word() == "else") {
                    self.at += 1;
                    if self.next_is(end, |parser| parser.word() == "if") {
                        self.at += 1;
                        let condition = self.brackets(end);
                        branches.push((condition, self.body(end)));
                    } else {
                        branches.push((None, self.body(end)));
                        break;
                    }
                }
                StatementKind::If(branches)
            }
            "try" => {
                self.at += 1;
                let body = self.body(end);
                let mut catch = None;
                let mut finally = None;
                while self.next_is(end, |parser| matches!(parser.word(), "catch" | "finally")) {
                    let is_catch = self.word() == "catch";
                    self.at += 1;
                    if is_catch {
                        self.brackets(end);
                        catch = Some(self.body(end));
                    } else {
                        finally = Some(self.body(end));
                    }
                }
                StatementKind::Try { body, catch, finally }
            }
            word @ ("for" | "while" | "switch") => {
                self.at += 1;
                let item = if word == "for" { self.items(end) } else { None };
                if item.is_none() {
                    self.brackets(end);
                }
                StatementKind::Loop { item, body: self.body(end) }
            }
            "return" | "throw" => {
                let range = self.range_at(self.at);
                self.at += 1;
                let value = self.value_on_line(end);
                StatementKind::Leave { word: range, value }
            }
            "import" | "package" | "class" | "interface" | "enum" => {
                self.skip_line(end);
                StatementKind::Other
            }
            "def" | "static" | "final" | "private" | "public" | "protected" | "synchronized" | "void" => {
                while self.tokens.get(self.at + 1).is_some_and(|token| MODIFIERS.contains(&self.slice(token))) {
                    self.at += 1;
                }
                self.declaration(end)
            }
            _ if self.is_function(end) => self.declaration(end),
            _ if self.sign(b'@') => {
                // An annotation: `@Library('x') _` is read as a call of that name.
                self.at += 1;
                let call = self.call(end, false);
                if self.word() == "_" {
                    self.at += 1;
                }
                match call {
                    Some(mut call) => {
                        call.name = format!("@{}", call.name);
                        StatementKind::Call(call)
                    }
                    None => StatementKind::Other,
                }
            }
            "" if self.sign(b'[') => self.collection(end),
            "" => {
                self.skip_value(end);
                StatementKind::Other
            }
            _ => self.simple(end),
        };
        Some(Statement { kind, range: self.between(first, self.at) })
    }

    fn slice(&self, token: &Token) -> &'t str {
        &self.text[token.range.clone()]
    }

    /// `(name in items)` and `(Type name : items)` of a loop.
    fn items(&mut self, end: usize) -> Option<(String, Expression)> {
        let before = self.at;
        if !self.next_is(end, |parser| parser.sign(b'(')) {
            return None;
        }
        let close = self.ends[self.at].min(end);
        self.at += 1;
        let mut name = None;
        while self.at < close && self.kind() == Some(Kind::Name) && self.word() != "in" {
            name = Some(self.word().to_owned());
            self.at += 1;
        }
        let between = self.word() == "in" || self.sign(b':');
        if let (Some(name), true) = (name, between) {
            self.at += 1;
            let items = self.expression(close);
            if let Some(items) = items.filter(|_| self.at >= close) {
                self.at = (close + 1).min(end);
                return Some((name, items));
            }
        }
        self.at = before;
        None
    }

    /// A list or map at the start of a statement, and what is called on it.
    fn collection(&mut self, end: usize) -> StatementKind {
        let first = self.at;
        let close = self.ends[self.at].min(end);
        // A destructuring, an index: anything else that is none.
        let method = self.dot_at(close + 1) && self.tokens.get(close + 2).is_some_and(|token| token.kind == Kind::Name);
        if !method {
            let value = self.expression(end);
            self.skip_value(end);
            return value.map_or(StatementKind::Other, StatementKind::Value);
        }
        self.at = close + 2;
        let Some(mut call) = self.call(end, true) else {
            self.skip_value(end);
            return StatementKind::Other;
        };
        let behind = self.at;
        self.at = first;
        call.receiver = self.bare_list(end).map(Box::new);
        self.at = behind;
        call.range = self.between(first, self.at);
        StatementKind::Call(call)
    }

    /// The list or map that opens here, without what is chained behind it.
    fn bare_list(&mut self, end: usize) -> Option<Expression> {
        let close = self.ends[self.at].min(end);
        self.expression(close + 1)
    }

    /// `Type name(...) {`
    fn is_function(&self, end: usize) -> bool {
        let kind = |at: usize| self.tokens.get(at).filter(|_| at < end).map(|token| token.kind);
        if kind(self.at) != Some(Kind::Name)
            || kind(self.at + 1) != Some(Kind::Name)
            || kind(self.at + 2) != Some(Kind::Sign(b'('))
        {
            return false;
        }
        let typed = self.word().starts_with(|c: char| c.is_ascii_uppercase())
            || matches!(self.word(), "int" | "long" | "boolean" | "double");
        typed && kind(self.ends[self.at + 2] + 1) == Some(Kind::Sign(b'{'))
    }

    /// `def name = value`, `def name(...) { ... }`, `def (a, b) = ...`.
    fn declaration(&mut self, end: usize) -> StatementKind {
        self.at += 1;
        // A type may stand before the name.
        if self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Name) {
            self.at += 1;
        }
        let name = self.range_at(self.at);
        if self.kind() != Some(Kind::Name) && !matches!(self.kind(), Some(Kind::Plain(_) | Kind::Template(_))) {
            self.skip_value(end);
            return StatementKind::Other;
        }
        self.at += 1;
        if self.sign(b'(') {
            let parameters = self.formals(end);
            if self.next_is(end, |parser| parser.sign(b'{')) {
                let body = self.block();
                return StatementKind::Function { name, parameters, body };
            }
            return StatementKind::Other;
        }
        self.assigned(name, end)
    }

    /// The parameters in the brackets that open here.
    fn formals(&mut self, end: usize) -> Vec<Formal> {
        let close = self.ends[self.at].min(end);
        self.at += 1;
        let mut formals = Vec::new();
        while self.at < close && formals.len() < 100 {
            let (mut name, mut ty, mut inner) = (String::new(), String::new(), 0usize);
            while self.at < close && !self.sign(b'=') && (inner > 0 || !self.sign(b',')) {
                match self.kind() {
                    Some(Kind::Name) if inner == 0 => {
                        ty = std::mem::replace(&mut name, self.word().to_owned());
                    }
                    Some(Kind::Sign(b'<')) => inner += 1,
                    Some(Kind::Sign(b'>')) => inner = inner.saturating_sub(1),
                    _ => {}
                }
                self.at += 1;
            }
            let mut default = None;
            if self.sign(b'=') && self.at < close {
                self.at += 1;
                default = self.expression(close);
            }
            while self.at < close && !self.sign(b',') {
                self.skip_one();
            }
            self.at += 1;
            if !name.is_empty() {
                formals.push(Formal { name, ty, default });
            }
        }
        self.at = (close + 1).min(end);
        formals
    }

    fn assigned(&mut self, name: Range<usize>, end: usize) -> StatementKind {
        if self.sign(b'=') && self.tokens.get(self.at + 1).is_none_or(|token| token.kind != Kind::Sign(b'=')) {
            self.at += 1;
            self.skip_newlines(end);
            if let Some(value) = self.command_value(end).or_else(|| self.expression(end)) {
                return StatementKind::Assignment { name, value };
            }
        }
        self.skip_value(end);
        StatementKind::Other
    }

    /// `sh script: '...'` and `docker.build name + ':1'` behind an equals sign: a call whose arguments have no brackets.
    fn command_value(&mut self, end: usize) -> Option<Expression> {
        let first = self.at;
        let name = |index: usize| index < end && self.tokens[index].kind == Kind::Name;
        if !name(first) || matches!(self.word(), "new" | "true" | "false" | "null" | "switch" | "if" | "!") {
            return None;
        }
        let mut next = first + 1;
        while next + 1 < end && self.tokens[next].kind == Kind::Sign(b'.') && name(next + 1) {
            next += 2;
        }
        let argument = self.tokens.get(next).filter(|_| next < end).is_some_and(|token| match token.kind {
            Kind::Plain(_) | Kind::Template(_) => true,
            Kind::Name => !matches!(&self.text[token.range.clone()], "in" | "as" | "instanceof" | "!"),
            _ => false,
        });
        if !argument {
            return None;
        }
        let call = self.call(end, true)?;
        let range = call.range.clone();
        Some(Expression { kind: ExpressionKind::Call(Box::new(call)), range })
    }

    fn skip_newlines(&mut self, end: usize) {
        while self.at < end && self.kind() == Some(Kind::Line) {
            self.at += 1;
        }
    }

    /// A call, an assignment, or an expression.
    fn simple(&mut self, end: usize) -> StatementKind {
        let first = self.at;
        // `new Name(...).method(...)`
        if self.word() == "new" && self.at + 1 < end {
            self.at += 1;
            let call = self.call(end, true);
            self.skip_value(end);
            return match call {
                Some(call) => StatementKind::Call(Call { name: format!("new {}", call.name), ..call }),
                None => StatementKind::Other,
            };
        }
        // `Type name = value`
        let typed = self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Name)
            && self.tokens.get(self.at + 2).is_some_and(|token| token.kind == Kind::Sign(b'='));
        if typed {
            let name = self.range_at(self.at + 1);
            self.at += 2;
            return self.assigned(name, end);
        }
        let mut name_end = self.at + 1;
        while name_end + 1 < end
            && self.tokens[name_end].kind == Kind::Sign(b'.')
            && self.tokens[name_end + 1].kind == Kind::Name
        {
            name_end += 2;
        }
        let is_sign =
            |index: usize, sign: u8| self.tokens.get(index).is_some_and(|token| token.kind == Kind::Sign(sign));
        if is_sign(name_end, b'=') && !is_sign(name_end + 1, b'=') && !is_sign(name_end + 1, b'~') {
            let name = self.between(first, name_end);
            self.at = name_end;
            return self.assigned(name, end);
        }
        // `name[key] = value`
        if is_sign(name_end, b'[') && self.range_at(name_end).start == self.range_at(name_end - 1).end {
            let behind = self.ends[name_end].saturating_add(1);
            if behind < end && is_sign(behind, b'=') && !is_sign(behind + 1, b'=') && !is_sign(behind + 1, b'~') {
                let name = self.between(first, behind);
                self.at = behind;
                return self.assigned(name, end);
            }
        }
        match self.call(end, true) {
            Some(call) => StatementKind::Call(call),
            None => {
                self.skip_value(end);
                StatementKind::Other
            }
        }
    }

    /// A call. `command` allows arguments without brackets. What is chained behind it (`.trim()`) is skipped.
    fn call(&mut self, end: usize, command: bool) -> Option<Call> {
        let first = self.at;
        if self.kind() != Some(Kind::Name) {
            return None;
        }
        self.at += 1;
        let mut name = self.text[self.range_at(first)].to_owned();
        let mut name_end = self.at;
        loop {
            let dotted = self.sign(b'.') || (self.sign(b'?') && self.dot_at(self.at + 1));
            if !dotted {
                break;
            }
            let next = self.at + if self.sign(b'.') { 1 } else { 2 };
            if self.tokens.get(next).is_none_or(|token| token.kind != Kind::Name) || next >= end {
                break;
            }
            name.push('.');
            name.push_str(&self.text[self.range_at(next)]);
            self.at = next + 1;
            name_end = self.at;
        }
        let name_range = self.between(first, name_end);
        let mut call =
            Call { name, name_range, arguments: Vec::new(), own: 0, block: None, receiver: None, range: 0..0 };
        let mut is_call = false;
        if self.sign(b'(') {
            let close = self.ends[self.at].min(end);
            self.at += 1;
            call.arguments = self.arguments(close);
            self.at = (close + 1).min(end);
            is_call = true;
        } else if command && self.at < end && self.starts_argument() {
            call.arguments = self.command_arguments(end);
            is_call = true;
        }
        call.own = call.arguments.len();
        // A block may stand on the next line only behind brackets or a section's name.
        if self.sign(b'{') || (command && self.next_is(end, |parser| parser.sign(b'{'))) {
            call.block = Some(self.block());
            is_call = true;
        }
        // `.inside { ... }`, `.trim()`: the block of what is chained counts, its name is added.
        while self.sign(b'.') && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Name) {
            call.name.push('.');
            call.name.push_str(&self.text[self.range_at(self.at + 1)]);
            self.at += 2;
            if self.sign(b'(') {
                let close = self.ends[self.at].min(end);
                self.at += 1;
                call.arguments.extend(self.arguments(close));
                self.at = (close + 1).min(end);
            } else if command && self.at < end && matches!(self.kind(), Some(Kind::Plain(_) | Kind::Template(_))) {
                call.arguments.extend(self.command_arguments(end));
            }
            if self.sign(b'{') {
                let block = self.block();
                call.block.get_or_insert(block);
            }
            is_call = true;
        }
        call.range = self.between(first, self.at);
        // A name alone is a call too where statements stand: `deleteDir`, `any`.
        (is_call || command).then_some(call)
    }

    fn dot_at(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Sign(b'.'))
    }

    /// Whether an argument without brackets can start here.
    fn starts_argument(&self) -> bool {
        match self.kind() {
            Some(Kind::Plain(_) | Kind::Template(_) | Kind::Number | Kind::Name) => true,
            // `name [` is an index unless a blank stands between.
            Some(Kind::Sign(b'[')) => {
                let before = self.range_at(self.at - 1).end;
                self.range_at(self.at).start > before
            }
            _ => false,
        }
    }

    /// Arguments without brackets, up to the end of the line; a comma goes on to the next line.
    fn command_arguments(&mut self, end: usize) -> Vec<Argument> {
        let mut arguments = Vec::new();
        while self.at < end {
            let before = self.at;
            match self.argument(end) {
                Some(argument) => arguments.push(argument),
                None => break,
            }
            if self.sign(b',') {
                self.at += 1;
                self.skip_newlines(end);
                continue;
            }
            if self.at == before {
                break;
            }
            if !matches!(self.kind(), None | Some(Kind::Line) | Some(Kind::Sign(b';' | b'{' | b'}'))) {
                self.skip_value(end);
            }
            break;
        }
        arguments
    }

    /// Arguments in brackets, up to the closing one.
    fn arguments(&mut self, close: usize) -> Vec<Argument> {
        let mut arguments = Vec::new();
        if self.depth >= DEPTH {
            self.errors.push((self.range_at(self.at), "brackets are nested deeper than is read", true));
            self.at = close;
            return arguments;
        }
        self.depth += 1;
        while self.at < close {
            self.skip_newlines(close);
            if self.at >= close {
                break;
            }
            let before = self.at;
            if let Some(argument) = self.argument(close) {
                arguments.push(argument);
            }
            while self.at < close && !self.sign(b',') {
                self.skip_one();
            }
            self.at = (self.at.max(before) + 1).min(close);
        }
        self.depth -= 1;
        arguments
    }

    fn argument(&mut self, end: usize) -> Option<Argument> {
        let named = self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Sign(b':'))
            && self.at + 1 < end
            && matches!(self.kind(), Some(Kind::Name | Kind::Plain(_) | Kind::Template(_) | Kind::Number));
        let name = named.then(|| {
            let range = self.range_at(self.at);
            (self.text[range.clone()].trim_matches(['\'', '"']).to_owned(), range)
        });
        if named {
            self.at += 2;
            self.skip_newlines(end);
        }
        let value = self.expression(end)?;
        Some(Argument { name, value })
    }

    fn value_on_line(&mut self, end: usize) -> Option<Expression> {
        if matches!(self.kind(), None | Some(Kind::Line)) || self.at >= end {
            return None;
        }
        let value = self.expression(end);
        self.skip_value(end);
        value
    }

    /// An expression, up to a comma, the end of the line or a bracket.
    fn expression(&mut self, end: usize) -> Option<Expression> {
        if self.at >= end {
            return None;
        }
        if self.depth >= DEPTH {
            self.errors.push((self.range_at(self.at), "values are nested deeper than is read", true));
            self.skip_one();
            return None;
        }
        self.depth += 1;
        let first = self.at;
        let mut kind = self.primary(end);
        // `+` joins texts, maps and lists.
        let mut parts: Vec<Expression> = Vec::new();
        while self.sign(b'+') && self.at < end {
            if parts.is_empty() {
                let range = self.between(first, self.at);
                parts.push(Expression { kind: std::mem::replace(&mut kind, ExpressionKind::Other), range });
            }
            self.at += 1;
            self.skip_newlines(end);
            let start = self.at;
            let next = self.primary(end);
            parts.push(Expression { kind: next, range: self.between(start, self.at) });
        }
        if !parts.is_empty() {
            let operands: Vec<Operand> =
                parts.iter().flat_map(|part| operand(&part.kind, part.range.clone())).collect();
            let is_text = operands.iter().any(|operand| matches!(operand, Operand::Quoted { .. }));
            kind = if is_text { ExpressionKind::Text(operands) } else { ExpressionKind::Sum(parts) };
        }
        // `value as Type` is the value.
        while self.at + 1 < end && self.word() == "as" {
            self.at += 2;
        }
        let mut inner = Expression { kind, range: self.between(first, self.at.max(first + 1)) };
        // Operators behind it make it something that is not followed.
        let ends = |kind: Option<Kind>| {
            matches!(kind, None | Some(Kind::Line) | Some(Kind::Sign(b',' | b')' | b']' | b'}' | b';' | b'{' | b':')))
        };
        if self.at < end && !ends(self.kind()) && !self.asks() {
            while self.at < end && !ends(self.kind()) && !self.asks() {
                self.skip_one();
                // An operator at the end of a line goes on in the next one.
                if self.kind() == Some(Kind::Line) && self.joins(self.at - 1) {
                    self.skip_newlines(end);
                }
            }
            inner = Expression { kind: ExpressionKind::Other, range: self.between(first, self.at) };
        }
        if self.at < end && self.asks() {
            inner = self.choice(inner, first, end);
        }
        self.depth -= 1;
        Some(inner)
    }

    /// Whether a question mark stands here that is no part of a name.
    fn asks(&self) -> bool {
        self.sign(b'?') && !self.dot_at(self.at + 1)
    }

    /// Whether a word joins what stands before it with what follows.
    fn joins(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| matches!(token.kind, Kind::Sign(b'&' | b'|')))
    }

    /// What stands behind a question mark: another value, or two of them.
    fn choice(&mut self, before: Expression, first: usize, end: usize) -> Expression {
        self.at += 1;
        if self.sign(b':') {
            self.at += 1;
            self.skip_newlines(end);
            let other = self.expression(end);
            let range = self.between(first, self.at);
            let kind = other.map(|other| ExpressionKind::Elvis(Box::new(before), Box::new(other)));
            return Expression { kind: kind.unwrap_or(ExpressionKind::Other), range };
        }
        self.skip_newlines(end);
        let yes = self.expression(end);
        self.skip_newlines(end);
        let mut no = None;
        if self.sign(b':') && self.at < end {
            self.at += 1;
            self.skip_newlines(end);
            no = self.expression(end);
        }
        let range = self.between(first, self.at);
        let kind = match (yes, no) {
            (Some(yes), Some(no)) => ExpressionKind::Choice(before.range, Box::new(yes), Box::new(no)),
            _ => ExpressionKind::Other,
        };
        Expression { kind, range }
    }

    fn primary(&mut self, end: usize) -> ExpressionKind {
        let Some(token) = self.tokens.get(self.at).filter(|_| self.at < end) else { return ExpressionKind::Other };
        let range = token.range.clone();
        match token.kind {
            Kind::Plain(quotes) | Kind::Template(quotes) => {
                let template = matches!(token.kind, Kind::Template(_));
                self.at += 1;
                self.chained(end);
                ExpressionKind::Text(vec![Operand::Quoted { template, quotes, range }])
            }
            Kind::Number => {
                self.at += 1;
                ExpressionKind::Number
            }
            Kind::Name => match self.word() {
                word @ ("true" | "false") => {
                    self.at += 1;
                    ExpressionKind::Bool(word == "true")
                }
                "new" | "!" => {
                    self.at += 1;
                    self.skip_one();
                    ExpressionKind::Other
                }
                _ => {
                    let first = self.at;
                    let call = self.call(end, false);
                    match call {
                        Some(call) => ExpressionKind::Call(Box::new(call)),
                        None => {
                            let mut name = self.text[self.range_at(first)].to_owned();
                            self.at = first + 1;
                            while self.sign(b'.')
                                && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Name)
                            {
                                name.push('.');
                                name.push_str(&self.text[self.range_at(self.at + 1)]);
                                self.at += 2;
                            }
                            ExpressionKind::Name(name)
                        }
                    }
                }
            },
            Kind::Sign(b'[') => {
                let close = self.ends[self.at].min(end);
                self.at += 1;
                let arguments = self.arguments(close);
                self.at = (close + 1).min(self.tokens.len());
                self.chained(end);
                if arguments.iter().any(|argument| argument.name.is_some()) {
                    ExpressionKind::Map(arguments)
                } else {
                    ExpressionKind::List(arguments.into_iter().map(|argument| argument.value).collect())
                }
            }
            Kind::Sign(b'{') => ExpressionKind::Closure(self.block()),
            Kind::Sign(b'(') => {
                let close = self.ends[self.at].min(end);
                self.at += 1;
                self.skip_newlines(close);
                let inner = self.expression(close);
                self.skip_newlines(close);
                let whole = self.at >= close;
                self.at = (close + 1).min(self.tokens.len());
                self.chained(end);
                match inner {
                    Some(inner) if whole => inner.kind,
                    _ => ExpressionKind::Other,
                }
            }
            _ => {
                self.at += 1;
                ExpressionKind::Other
            }
        }
    }

    /// Methods behind a value (`.trim()`, `.stripIndent()`): they are skipped.
    fn chained(&mut self, end: usize) {
        while self.at < end
            && self.sign(b'.')
            && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Name)
        {
            self.at += 2;
            if self.sign(b'(') {
                self.skip_one();
            }
        }
    }

    /// Skips a word, or everything in a bracket.
    fn skip_one(&mut self) {
        self.at = match self.kind() {
            Some(Kind::Sign(b'(' | b'[' | b'{')) => self.ends[self.at].max(self.at) + 1,
            _ => self.at + 1,
        }
        .min(self.tokens.len());
    }

    /// Skips to the end of the statement.
    fn skip_value(&mut self, end: usize) {
        while self.at < end && !matches!(self.kind(), None | Some(Kind::Line) | Some(Kind::Sign(b';'))) {
            self.skip_one();
        }
    }

    fn skip_line(&mut self, end: usize) {
        while self.at < end && self.kind() != Some(Kind::Line) {
            if self.sign(b'{') {
                self.skip_one();
                return;
            }
            self.at += 1;
        }
    }
}

fn operand(kind: &ExpressionKind, range: Range<usize>) -> Vec<Operand> {
    match kind {
        ExpressionKind::Text(list) => list.clone(),
        _ => vec![Operand::Other(range)],
    }
}

impl Call {
    /// The argument with this name.
    pub(super) fn named(&self, name: &str) -> Option<&Expression> {
        self.arguments
            .iter()
            .find(|argument| argument.name.as_ref().is_some_and(|(found, _)| found == name))
            .map(|argument| &argument.value)
    }

    /// The first argument without a name.
    pub(super) fn first(&self) -> Option<&Expression> {
        self.arguments.iter().find(|argument| argument.name.is_none()).map(|argument| &argument.value)
    }

    /// The arguments with names, those of a map that is passed included.
    pub(super) fn pairs(&self) -> Vec<&Argument> {
        let mut pairs = Vec::new();
        for argument in &self.arguments {
            match (&argument.name, &argument.value.kind) {
                (Some(_), _) => pairs.push(argument),
                (None, ExpressionKind::Map(inner)) => pairs.extend(inner.iter()),
                _ => {}
            }
        }
        pairs
    }
}
