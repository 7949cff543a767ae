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
    /// The body of a loop or `switch`.
    Loop(Block),
    /// `name = value`, `def name = value`.
    Assignment {
        name: Range<usize>,
        value: Expression,
    },
    /// `def name(...) { ... }`
    Function {
        name: Range<usize>,
        body: Block,
    },
    /// `return`, `throw` with what follows.
    Leave {
        word: Range<usize>,
        value: Option<Expression>,
    },
    /// Anything else.
    Other,
}

/// Statements in braces.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) statements: Vec<Statement>,
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
            return Block { statements: Vec::new(), range };
        }
        self.depth += 1;
        self.at = open + 1;
        self.closure_parameters(close);
        let statements = self.statements(close);
        self.depth -= 1;
        self.at = (close + 1).min(self.tokens.len());
        Block { statements, range }
    }

    /// `a, b ->` at the start of a closure.
    fn closure_parameters(&mut self, end: usize) {
        let mut at = self.at;
        while at + 1 < end.min(self.at + 16) {
            match self.tokens[at].kind {
                Kind::Sign(b'-') if self.tokens[at + 1].kind == Kind::Sign(b'>') => {
                    self.at = at + 2;
                    return;
                }
                Kind::Name | Kind::Sign(b',' | b'=') | Kind::Line | Kind::Plain(_) => at += 1,
                _ => return,
            }
        }
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
        Block { statements, range: self.between(first, self.at) }
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
            "for" | "while" | "switch" => {
                self.at += 1;
                self.brackets(end);
                StatementKind::Loop(self.body(end))
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
            self.brackets(end);
            if self.next_is(end, |parser| parser.sign(b'{')) {
                let body = self.block();
                return StatementKind::Function { name, body };
            }
            return StatementKind::Other;
        }
        self.assigned(name, end)
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
        let mut call = Call { name, name_range, arguments: Vec::new(), own: 0, block: None, range: 0..0 };
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
        // `+` joins texts.
        let mut operands: Option<Vec<Operand>> = None;
        while self.sign(b'+') && self.at < end {
            let before = self.between(first, self.at);
            let list = operands.get_or_insert_with(|| operand(&kind, before));
            self.at += 1;
            self.skip_newlines(end);
            let start = self.at;
            let next = self.primary(end);
            let range = self.between(start, self.at);
            list.extend(operand(&next, range));
        }
        if let Some(list) = operands {
            let is_text = list.iter().any(|operand| matches!(operand, Operand::Quoted { .. }));
            kind = if is_text { ExpressionKind::Text(list) } else { ExpressionKind::Other };
        }
        self.depth -= 1;
        // Operators behind it make it something that is not followed.
        let ends = |kind: Option<Kind>| {
            matches!(kind, None | Some(Kind::Line) | Some(Kind::Sign(b',' | b')' | b']' | b'}' | b';' | b'{' | b':')))
        };
        if self.at < end && !ends(self.kind()) {
            while self.at < end && !ends(self.kind()) {
                self.skip_one();
            }
            kind = ExpressionKind::Other;
        }
        Some(Expression { kind, range: self.between(first, self.at.max(first + 1)) })
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
