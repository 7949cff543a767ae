//! From words to a tree.

use std::ops::Range;
use std::sync::Arc;

use volary_model::{Data, Number, Origin, Reason, ReasonKind, Role, Span, Value};

use super::lexer::{Token, words};
use crate::limits::Limits;
use crate::model::{Comparison, Expr, ExprKind, Status};

/// Whose expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// GitHub's and Azure's: functions, names with dots, texts in single quotes.
    Functions,
    /// GitLab's: variables with a dollar, patterns between slashes.
    Variables,
    /// The conditions that pipelines of Jenkins write in Groovy.
    Groovy,
}

/// A parsed expression, or why it is none.
pub(crate) struct Parsed {
    /// The expression; `ExprKind::Unknown` where it is none.
    pub(crate) expr: Expr,
    /// What is wrong and where, and whether a limit was reached.
    pub(crate) error: Option<(String, Span, bool)>,
}

/// Parses an expression. `place` tells where bytes of the text are written.
pub(crate) fn parse(text: &str, grammar: Grammar, limits: &Limits, place: &dyn Fn(Range<usize>) -> Span) -> Parsed {
    let whole = place(0..text.len());
    // Every word is a part, so that longer texts are not even split.
    if text.len() > limits.expression_nodes.saturating_mul(20) {
        return failed(text, whole, ("the expression is too long".to_owned(), whole, true));
    }
    let words = words(text, grammar);
    let mut parser = Parser { words: &words, at: 0, end: text.len(), grammar, limits, place, depth: 0 };
    if words.len() > limits.expression_nodes {
        return failed(text, whole, ("the expression has too many parts".to_owned(), whole, true));
    }
    match parser.any().and_then(|expr| parser.finish().map(|()| expr)) {
        Ok(expr) => Parsed { expr, error: None },
        Err(error) => failed(text, whole, error),
    }
}

fn failed(text: &str, at: Span, error: (String, Span, bool)) -> Parsed {
    let kind = if error.2 { ReasonKind::Limit } else { ReasonKind::NotEvaluated };
    let about: Arc<str> = if error.2 { error.0.as_str().into() } else { shortened(text).into() };
    Parsed { expr: Expr::new(ExprKind::Unknown(Reason::new(kind, about)), at), error: Some(error) }
}

/// The start of a long text.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= 80 {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(79).collect();
    short.push('…');
    short
}

type Error = (String, Span, bool);

struct Parser<'t> {
    words: &'t [(Token, Range<usize>)],
    at: usize,
    end: usize,
    grammar: Grammar,
    limits: &'t Limits,
    place: &'t dyn Fn(Range<usize>) -> Span,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.words.get(self.at).map(|(token, _)| token)
    }

    fn range(&self) -> Range<usize> {
        self.words.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    fn here(&self) -> Span {
        (self.place)(self.range())
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Error> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}` is missing"))) }
    }

    fn unexpected(&self, message: &str) -> Error {
        (message.to_owned(), self.here(), false)
    }

    fn finish(&self) -> Result<(), Error> {
        if self.at < self.words.len() { Err(self.unexpected("the expression ends before this")) } else { Ok(()) }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= self.limits.expression_depth {
            let limit = self.limits.expression_depth;
            return Err((format!("the expression is nested deeper than {limit} levels"), self.here(), true));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn any(&mut self) -> Result<Expr, Error> {
        self.deeper(|parser| parser.list("||", &|parser| parser.list("&&", &Self::comparison)))
    }

    /// Operands joined by one operator.
    fn list(&mut self, sign: &str, operand: &dyn Fn(&mut Self) -> Result<Expr, Error>) -> Result<Expr, Error> {
        let first = operand(self)?;
        let mut list = vec![first];
        while self.sign(sign) {
            list.push(operand(self)?);
        }
        if list.len() == 1 {
            return list.pop().ok_or_else(|| self.unexpected("an expression is missing"));
        }
        let at = list[0].at.to(list[list.len() - 1].at);
        Ok(Expr::new(if sign == "||" { ExprKind::Or(list) } else { ExprKind::And(list) }, at))
    }

    fn comparison(&mut self) -> Result<Expr, Error> {
        let left = self.unary()?;
        let comparison = match self.peek() {
            Some(Token::Sign("==")) => Comparison::Equal,
            Some(Token::Sign("!=")) => Comparison::NotEqual,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::LessOrEqual,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::GreaterOrEqual,
            Some(Token::Sign("=~" | "==~")) => Comparison::Matches,
            Some(Token::Sign("!~")) => Comparison::MatchesNot,
            _ => return Ok(left),
        };
        let whole = matches!(self.peek(), Some(Token::Sign("==~")));
        self.at += 1;
        let mut right = self.unary()?;
        if whole {
            right = from_end_to_end(right);
        }
        let at = left.at.to(right.at);
        Ok(Expr::new(ExprKind::Compare(comparison, Box::new(left), Box::new(right)), at))
    }

    fn unary(&mut self) -> Result<Expr, Error> {
        let at = self.here();
        if self.sign("!") {
            let inner = self.deeper(Self::unary)?;
            let at = at.to(inner.at);
            return Ok(Expr::new(ExprKind::Not(Box::new(inner)), at));
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Result<Expr, Error> {
        let mut expr = self.primary()?;
        let mut links = 0;
        loop {
            let start = expr.at;
            if self.sign(".") {
                let at = self.here();
                let key = match self.peek() {
                    Some(Token::Name(name)) => Some(Arc::<str>::from(name.as_str())),
                    Some(Token::Number(number)) => Some(number.to_string().into()),
                    Some(Token::Sign("*")) => None,
                    _ => return Err(self.unexpected("a name is missing behind the dot")),
                };
                self.at += 1;
                if self.grammar == Grammar::Groovy && matches!(self.peek(), Some(Token::Sign("("))) {
                    let method = key.unwrap_or_default();
                    let mut arguments = vec![expr];
                    self.at += 1;
                    arguments.extend(self.arguments()?);
                    expr = Expr::new(ExprKind::Call(method.to_ascii_lowercase().into(), arguments), start.to(at));
                } else {
                    expr = match key {
                        Some(key) => into(expr, key, start.to(at), at),
                        None => index(expr, Expr::new(ExprKind::Wildcard, at), start.to(at)),
                    };
                }
            } else if self.sign("[") {
                let key = if self.sign("*") { Expr::new(ExprKind::Wildcard, start) } else { self.any()? };
                let at = start.to(self.here());
                self.expect("]")?;
                expr = match key.literal().and_then(Value::as_text) {
                    Some(text) => into(expr, text.into(), at, key.at),
                    None => index(expr, key, at),
                };
            } else {
                return Ok(expr);
            }
            links += 1;
            if links > self.limits.expression_depth {
                return Err(("the expression is nested too deep".to_owned(), self.here(), true));
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, Error> {
        let at = self.here();
        let Some(token) = self.peek().cloned() else { return Err(self.unexpected("an expression is missing")) };
        self.at += 1;
        let literal =
            |data: Data| Ok(Expr::new(ExprKind::Literal(Value::new(data, Origin::at(at, Role::Attribute))), at));
        match token {
            Token::Text(text) => literal(Data::Text(text.into())),
            Token::Pattern(text) => literal(Data::Text(text.into())),
            Token::Version(text) => literal(Data::Text(text.into())),
            Token::Number(number) => literal(Data::Number(Number::from_f64(number))),
            Token::Variable(name) => Ok(Expr::new(ExprKind::Name(vec![name.into()]), at)),
            Token::Sign("(") => {
                let inner = self.any()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Name(name) if self.sign("(") => {
                let arguments = self.arguments()?;
                let before =
                    self.words.get(self.at.saturating_sub(1)).map_or(at, |(_, range)| (self.place)(range.clone()));
                Ok(call(&name, arguments, at.to(before)))
            }
            Token::Name(name) => match name.as_str() {
                _ if name.eq_ignore_ascii_case("true") => literal(Data::Bool(true)),
                _ if name.eq_ignore_ascii_case("false") => literal(Data::Bool(false)),
                _ if name.eq_ignore_ascii_case("null") => literal(Data::Null),
                _ => Ok(Expr::new(ExprKind::Name(vec![name.into()]), at)),
            },
            Token::Wrong(character) => {
                self.at -= 1;
                let message = match character {
                    '\'' | '"' => "the text that starts here does not end".to_owned(),
                    _ => format!("`{character}` has no meaning in an expression"),
                };
                Err(self.unexpected(&message))
            }
            Token::Sign(sign) => {
                self.at -= 1;
                Err(self.unexpected(&format!("an expression is missing before `{sign}`")))
            }
        }
    }

    /// The arguments behind an opening bracket, and the closing one.
    fn arguments(&mut self) -> Result<Vec<Expr>, Error> {
        let mut arguments = Vec::new();
        if self.sign(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.any()?);
            if self.sign(")") {
                return Ok(arguments);
            }
            self.expect(",")?;
        }
    }
}

/// A pattern that has to match the whole text.
fn from_end_to_end(pattern: Expr) -> Expr {
    let ExprKind::Literal(value) = &pattern.kind else { return pattern };
    let Some(text) = value.as_text() else { return pattern };
    let inner = text.strip_prefix('/').and_then(|inner| inner.strip_suffix('/')).unwrap_or(text);
    let value = Value { data: Data::Text(format!("/^(?:{inner})$/").into()), ..value.clone() };
    Expr::new(ExprKind::Literal(value), pattern.at)
}

/// An element by a name that is known.
fn into(expr: Expr, key: Arc<str>, at: Span, key_at: Span) -> Expr {
    match expr.kind {
        ExprKind::Name(mut parts) => {
            parts.push(key);
            Expr::new(ExprKind::Name(parts), at)
        }
        _ => {
            let key = Value::text(key, Origin::at(key_at, Role::Attribute));
            index(expr, Expr::new(ExprKind::Literal(key), key_at), at)
        }
    }
}

fn index(expr: Expr, key: Expr, at: Span) -> Expr {
    Expr::new(ExprKind::Index(Box::new(expr), Box::new(key)), at)
}

/// A function, as an operator or a question about the status where it is one.
fn call(name: &str, mut arguments: Vec<Expr>, at: Span) -> Expr {
    let name = name.to_ascii_lowercase();
    let comparison = match name.as_str() {
        "eq" => Some(Comparison::Equal),
        "ne" => Some(Comparison::NotEqual),
        "lt" => Some(Comparison::Less),
        "le" => Some(Comparison::LessOrEqual),
        "gt" => Some(Comparison::Greater),
        "ge" => Some(Comparison::GreaterOrEqual),
        _ => None,
    };
    let kind = match (name.as_str(), comparison, arguments.len()) {
        (_, Some(comparison), 2) => {
            let right = arguments.pop();
            let left = arguments.pop();
            match (left, right) {
                (Some(left), Some(right)) => ExprKind::Compare(comparison, Box::new(left), Box::new(right)),
                _ => ExprKind::Call(name.into(), Vec::new()),
            }
        }
        ("and", ..) => ExprKind::And(arguments),
        ("or", ..) => ExprKind::Or(arguments),
        ("not", _, 1) => match arguments.pop() {
            Some(inner) => ExprKind::Not(Box::new(inner)),
            None => ExprKind::Call(name.into(), Vec::new()),
        },
        ("success" | "succeeded", ..) => ExprKind::Status(Status::Success, arguments),
        ("failure" | "failed", ..) => ExprKind::Status(Status::Failure, arguments),
        ("always", ..) => ExprKind::Status(Status::Always, arguments),
        ("cancelled" | "canceled", ..) => ExprKind::Status(Status::Cancelled, arguments),
        ("succeededorfailed", ..) => ExprKind::Status(Status::Finished, arguments),
        _ => ExprKind::Call(name.into(), arguments),
    };
    Expr::new(kind, at)
}
