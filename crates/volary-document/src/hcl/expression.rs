//! Expressions.

use std::sync::Arc;

use volary_model::Number;

use super::ast::{BinaryOp, Call, Expr, ExprKind, For, Item, Step, Traversal, UnaryOp};
use super::cursor::{Cursor, Failure, Read};

/// At most so many operators in a row: each makes the tree one level deeper.
const OPERATORS: u32 = 400;

/// The names of key and value of a `for`.
type ForNames = (Option<Arc<str>>, Arc<str>);

impl Cursor<'_> {
    /// An expression. With `newlines`, the ends of lines mean nothing, as inside of brackets.
    pub(super) fn expression(&mut self, newlines: bool) -> Read<Expr> {
        self.deeper()?;
        self.blanks(newlines);
        let condition = self.operators(0, newlines)?;
        let before = self.at;
        self.blanks(newlines);
        let expr = if self.peek() == Some(b'?') {
            self.at += 1;
            let then = self.expression(newlines)?;
            // A line may end before the colon: inside of brackets, and nobody can mean anything else outside of them.
            self.blanks(true);
            if !self.eat(":") {
                return Err(Failure::new(self.at, "expected `:` and the other value of the conditional"));
            }
            self.blanks(true);
            let otherwise = self.expression(newlines)?;
            let span = condition.span.to(otherwise.span);
            Expr { span, kind: ExprKind::Conditional(Box::new([condition, then, otherwise])) }
        } else {
            self.at = before;
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    /// Operands and operators that bind at least as tightly as `level`.
    fn operators(&mut self, level: u8, newlines: bool) -> Read<Expr> {
        let mut left = self.unary(newlines)?;
        let mut count = 0;
        loop {
            let before = self.at;
            self.blanks(newlines);
            let Some((operator, binds, length)) = self.operator().filter(|(_, binds, _)| *binds >= level) else {
                self.at = before;
                return Ok(left);
            };
            count += 1;
            if count > OPERATORS {
                return Err(Failure::limit(self.at, format!("more than {OPERATORS} operators in one expression")));
            }
            self.at += length;
            self.blanks(newlines);
            let right = self.operators(binds + 1, newlines)?;
            let span = left.span.to(right.span);
            left = Expr { span, kind: ExprKind::Binary(operator, Box::new([left, right])) };
        }
    }

    /// The operator here, how tightly it binds and its length.
    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        let next = self.peek_at(1);
        Some(match self.peek()? {
            b'|' if next == Some(b'|') => (BinaryOp::Or, 0, 2),
            b'&' if next == Some(b'&') => (BinaryOp::And, 1, 2),
            b'=' if next == Some(b'=') => (BinaryOp::Equal, 2, 2),
            b'!' if next == Some(b'=') => (BinaryOp::NotEqual, 2, 2),
            b'<' if next == Some(b'=') => (BinaryOp::LessOrEqual, 3, 2),
            b'<' => (BinaryOp::Less, 3, 1),
            b'>' if next == Some(b'=') => (BinaryOp::GreaterOrEqual, 3, 2),
            b'>' => (BinaryOp::Greater, 3, 1),
            b'+' => (BinaryOp::Add, 4, 1),
            b'-' => (BinaryOp::Subtract, 4, 1),
            b'*' => (BinaryOp::Multiply, 5, 1),
            b'/' => (BinaryOp::Divide, 5, 1),
            b'%' => (BinaryOp::Remainder, 5, 1),
            _ => return None,
        })
    }

    fn unary(&mut self, newlines: bool) -> Read<Expr> {
        let operator = match self.peek() {
            Some(b'-') => UnaryOp::Negate,
            Some(b'!') => UnaryOp::Not,
            _ => return self.postfix(newlines),
        };
        self.deeper()?;
        let start = self.at;
        self.at += 1;
        self.blanks(newlines);
        let operand = self.unary(newlines)?;
        self.depth -= 1;
        let kind = match (operator, operand.kind) {
            (UnaryOp::Negate, ExprKind::Number(Number::Float(number))) => ExprKind::Number(Number::Float(-number)),
            (UnaryOp::Negate, ExprKind::Number(Number::Int(number))) if number > i64::MIN => {
                ExprKind::Number(Number::Int(-number))
            }
            (operator, kind) => ExprKind::Unary(operator, Box::new(Expr { span: operand.span, kind })),
        };
        Ok(Expr { span: self.since(start), kind })
    }

    /// A term and the steps taken from it.
    fn postfix(&mut self, newlines: bool) -> Read<Expr> {
        let start = self.at;
        let source = self.term(newlines)?;
        let mut steps = Vec::new();
        loop {
            let before = self.at;
            self.blanks(newlines);
            match self.peek() {
                Some(b'.') if !self.starts_with("...") => {
                    self.at += 1;
                    self.blanks(newlines);
                    steps.push(self.attribute_step()?);
                }
                Some(b'[') => {
                    self.at += 1;
                    self.blanks(true);
                    if self.peek() == Some(b'*') {
                        self.at += 1;
                        steps.push(Step::FullSplat);
                    } else {
                        steps.push(Step::Index(self.expression(true)?));
                    }
                    self.blanks(true);
                    if !self.eat("]") {
                        return Err(Failure::new(self.at, "expected `]`"));
                    }
                }
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        if steps.is_empty() {
            return Ok(source);
        }
        let traversal = Traversal { source, steps: steps.into() };
        Ok(Expr { span: self.since(start), kind: ExprKind::Traversal(Box::new(traversal)) })
    }

    /// What stands behind a dot.
    fn attribute_step(&mut self) -> Read<Step> {
        let start = self.at;
        if self.eat("*") {
            return Ok(Step::AttributeSplat);
        }
        if let Some(name) = self.identifier() {
            return Ok(Step::Attribute(self.shared(name)));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        match Number::parse(&self.text[start..self.at]) {
            Some(index) => Ok(Step::Index(Expr { span: self.since(start), kind: ExprKind::Number(index) })),
            None => Err(Failure::new(start, "expected the name of an attribute behind `.`")),
        }
    }

    fn term(&mut self, newlines: bool) -> Read<Expr> {
        let start = self.at;
        let Some(byte) = self.peek() else {
            return Err(Failure::new(self.at, "expected a value"));
        };
        match byte {
            b'"' => self.quoted(),
            b'0'..=b'9' => self.number(),
            b'[' => self.list(),
            b'{' => self.object(),
            b'(' => {
                self.at += 1;
                let mut inner = self.expression(true)?;
                self.blanks(true);
                if !self.eat(")") {
                    return Err(Failure::new(self.at, "expected `)`"));
                }
                inner.span = self.since(start);
                Ok(inner)
            }
            b'<' if self.peek_at(1) == Some(b'<') => self
                .heredoc_expression()?
                .ok_or_else(|| Failure::new(start, "expected the end marker of a heredoc behind `<<`")),
            _ => match self.identifier() {
                Some(name) => self.named(start, name, newlines),
                None => Err(Failure::new(start, "expected a value")),
            },
        }
    }

    fn number(&mut self) -> Read<Expr> {
        let start = self.at;
        let digits = |cursor: &mut Self| {
            while cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                cursor.at += 1;
            }
        };
        digits(self);
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            digits(self);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
            if self.peek_at(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1 + sign;
                digits(self);
            }
        }
        match Number::parse(&self.text[start..self.at]) {
            Some(number) => Ok(Expr { span: self.since(start), kind: ExprKind::Number(number) }),
            None => Err(Failure::new(start, "the number is too large")),
        }
    }

    /// A keyword, function call or name that ends at the current position.
    fn named(&mut self, start: usize, name: &str, newlines: bool) -> Read<Expr> {
        let kind = match name {
            "null" => ExprKind::Null,
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            _ => {
                let mut end = self.at;
                while self.starts_with("::") {
                    self.at += 2;
                    if self.identifier().is_none() {
                        return Err(Failure::new(self.at, "expected the name of a function behind `::`"));
                    }
                    end = self.at;
                }
                let name = self.shared(&self.text[start..end]);
                self.blanks(newlines);
                if self.peek() == Some(b'(') {
                    return self.call(start, name);
                }
                self.at = end;
                ExprKind::Name(name)
            }
        };
        Ok(Expr { span: self.since(start), kind })
    }

    fn call(&mut self, start: usize, name: Arc<str>) -> Read<Expr> {
        self.at += 1;
        let mut arguments = Vec::new();
        let mut expand = false;
        loop {
            self.blanks(true);
            if self.eat(")") {
                break;
            }
            arguments.push(self.expression(true)?);
            self.blanks(true);
            if self.eat("...") {
                expand = true;
                self.blanks(true);
                self.eat(",");
                self.blanks(true);
                if !self.eat(")") {
                    return Err(Failure::new(self.at, "expected `)` behind `...`"));
                }
                break;
            }
            if !self.eat(",") {
                self.blanks(true);
                if self.eat(")") {
                    break;
                }
                return Err(Failure::new(self.at, "expected `,` or `)` behind an argument"));
            }
        }
        let call = Call { name, arguments: arguments.into(), expand };
        Ok(Expr { span: self.since(start), kind: ExprKind::Call(Box::new(call)) })
    }

    /// Whether a `for` stands here; the position is behind it then.
    fn for_keyword(&mut self) -> bool {
        let before = self.at;
        if self.identifier() == Some("for") && matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            // `for = 1` is an entry of an object that is named so.
            let behind = self.at;
            self.blanks(true);
            if self.peek() != Some(b'=') && self.peek() != Some(b':') {
                self.at = behind;
                return true;
            }
        }
        self.at = before;
        false
    }

    /// `k, v in`, for expressions and directives.
    pub(super) fn for_names(&mut self) -> Read<ForNames> {
        let mut names = [None, None];
        for slot in &mut names {
            self.blanks(true);
            let Some(name) = self.identifier() else {
                return Err(Failure::new(self.at, "expected a name behind `for`"));
            };
            *slot = Some(self.shared(name));
            self.blanks(true);
            if !self.eat(",") {
                break;
            }
        }
        if self.identifier() != Some("in") {
            return Err(Failure::new(self.at, "expected `in`"));
        }
        match names {
            [Some(key), Some(value)] => Ok((Some(key), value)),
            [Some(value), None] | [None, Some(value)] => Ok((None, value)),
            [None, None] => Err(Failure::new(self.at, "expected a name behind `for`")),
        }
    }

    fn list(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 1;
        self.blanks(true);
        if self.for_keyword() {
            return self.for_expression(start, b']');
        }
        let mut items = Vec::new();
        loop {
            self.blanks(true);
            if self.eat("]") {
                break;
            }
            items.push(self.expression(true)?);
            self.blanks(true);
            if !self.eat(",") {
                if self.eat("]") {
                    break;
                }
                return Err(Failure::new(self.at, "expected `,` or `]` behind an element"));
            }
        }
        Ok(Expr { span: self.since(start), kind: ExprKind::List(items.into()) })
    }

    fn for_expression(&mut self, start: usize, close: u8) -> Read<Expr> {
        let (key_name, value_name) = self.for_names()?;
        let collection = self.expression(true)?;
        self.blanks(true);
        if !self.eat(":") {
            return Err(Failure::new(self.at, "expected `:` behind the collection of `for`"));
        }
        let mut value = self.expression(true)?;
        let mut key = None;
        let mut group = false;
        self.blanks(true);
        if close == b'}' {
            if !self.eat("=>") {
                return Err(Failure::new(self.at, "expected `=>` behind the key"));
            }
            key = Some(std::mem::replace(&mut value, self.expression(true)?));
            self.blanks(true);
            group = self.eat("...");
            self.blanks(true);
        }
        let mut condition = None;
        let before = self.at;
        if self.identifier() == Some("if") {
            condition = Some(self.expression(true)?);
            self.blanks(true);
        } else {
            self.at = before;
        }
        if self.peek() != Some(close) {
            return Err(Failure::new(self.at, format!("expected `{}` at the end of `for`", char::from(close))));
        }
        self.at += 1;
        let content = For { key_name, value_name, collection, key, value, group, condition };
        Ok(Expr { span: self.since(start), kind: ExprKind::For(Box::new(content)) })
    }

    fn object(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 1;
        self.blanks(true);
        if self.for_keyword() {
            return self.for_expression(start, b'}');
        }
        let mut items = Vec::new();
        loop {
            self.blanks(true);
            if self.eat("}") {
                break;
            }
            let key = self.object_key()?;
            self.blanks(true);
            if !self.eat("=") && !self.eat(":") {
                return Err(Failure::new(self.at, "expected `=` behind the key of an object"));
            }
            self.blanks(true);
            let value = self.expression(false)?;
            items.push(Item { key, value });
            self.blanks(false);
            if !self.eat(",") && !self.at_line_end() && self.peek() != Some(b'}') {
                return Err(Failure::new(self.at, "expected the end of the line, `,` or `}` behind a value"));
            }
        }
        Ok(Expr { span: self.since(start), kind: ExprKind::Object(items.into()) })
    }

    /// A key: a bare name is a text, all else an expression.
    fn object_key(&mut self) -> Read<Expr> {
        let start = self.at;
        if let Some(name) = self.identifier() {
            let end = self.at;
            self.blanks(false);
            let separator = match self.peek() {
                Some(b'=') => self.peek_at(1) != Some(b'='),
                Some(b':') => self.peek_at(1) != Some(b':'),
                _ => false,
            };
            if separator {
                self.at = end;
                let text = self.shared(name);
                return Ok(Expr { span: self.since(start), kind: ExprKind::Text(text) });
            }
            self.at = start;
        }
        self.deeper()?;
        let key = self.operators(0, false)?;
        self.depth -= 1;
        Ok(key)
    }
}
