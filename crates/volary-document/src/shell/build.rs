//! From tree-sitter's syntax to a flat list of nodes, without recursion.

use std::cell::RefCell;

use tree_sitter::{Node as Syntax, Parser};

use super::word::{self, Word};
use super::{Assignment, Command, Kind, MAX_OPEN, MAX_SCRIPT, Node, NodeId, Operator, Redirect, Role, Script};

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

pub(super) fn parse(text: &str) -> Script {
    let mut script = Script::default();
    let end = readable(text);
    script.cut = end < text.len();
    let text = &text[..end];
    let tree = PARSER.with_borrow_mut(|slot| {
        let parser = match slot {
            Some(parser) => parser,
            None => {
                let mut parser = Parser::new();
                parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
                slot.insert(parser)
            }
        };
        parser.parse(text, None)
    });
    let mut builder: Builder<'_, '_> = Builder { text, script, open: Vec::new() };
    let root = builder.node(Kind::Sequence, 0..text.len(), &At { parent: None, role: Role::Body, after: None });
    match &tree {
        Some(tree) => {
            builder.sequence(tree.root_node(), root);
            builder.run();
        }
        None => builder.script.errors.push(0..text.len()),
    }
    let mut script = builder.script;
    script.errors.sort_by_key(|range| (range.start, range.end));
    script
}

/// How much of a script is read: whole lines up to the limit, and no statement with more pipes or open brackets than
/// anybody writes. The grammar's recovery from an error takes time with the square of what is open, so a hostile line
/// of a few thousand pipes would cost seconds.
fn readable(text: &str) -> usize {
    let limit = if text.len() > MAX_SCRIPT {
        memchr::memrchr(b'\n', &text.as_bytes()[..MAX_SCRIPT]).unwrap_or(0)
    } else {
        text.len()
    };
    let (mut statement, mut pipes, mut open) = (0, 0usize, 0usize);
    let mut before = b' ';
    for (at, byte) in text.as_bytes()[..limit].iter().copied().enumerate() {
        match byte {
            b'|' => pipes += 1,
            b'(' | b'{' | b'[' => open += 1,
            b')' | b'}' | b']' => open = open.saturating_sub(1),
            b';' | b'\n' if !matches!(before, b'|' | b'\\') => {
                pipes = 0;
                if open == 0 {
                    statement = at + 1;
                }
            }
            _ => {}
        }
        if pipes > MAX_OPEN || open > MAX_OPEN {
            return statement;
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        } else if byte == b'\n' {
            before = b' ';
        }
    }
    limit
}

/// Where a node goes.
#[derive(Clone)]
struct At {
    parent: Option<NodeId>,
    role: Role,
    after: Option<Operator>,
}

/// Syntax that waits to become nodes.
struct Open<'t> {
    syntax: Syntax<'t>,
    at: At,
    background: bool,
    redirects: Vec<Redirect>,
    /// Words behind a heredoc's marker.
    words: Vec<Word>,
    /// Substitutions in heredocs.
    found: Vec<Syntax<'t>>,
}

impl<'t> Open<'t> {
    fn new(syntax: Syntax<'t>, at: At) -> Self {
        Self { syntax, at, background: false, redirects: Vec::new(), words: Vec::new(), found: Vec::new() }
    }
}

struct Builder<'t, 's> {
    text: &'s str,
    script: Script,
    /// Open work, the next one last.
    open: Vec<Open<'t>>,
}

impl<'t> Builder<'t, '_> {
    fn node(&mut self, kind: Kind, range: std::ops::Range<usize>, at: &At) -> NodeId {
        let id = NodeId(self.script.nodes.len() as u32);
        self.script.nodes.push(Node {
            kind,
            range,
            parent: at.parent,
            role: at.role,
            children: Vec::new(),
            after: at.after,
            background: false,
            redirects: Vec::new(),
        });
        if let Some(parent) = at.parent {
            self.script.nodes[parent.0 as usize].children.push(id);
        }
        id
    }

    fn source(&self, syntax: Syntax<'_>) -> &str {
        self.text.get(syntax.byte_range()).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(open) = self.open.pop() {
            self.statement(open);
        }
    }

    /// Schedules children in their order.
    fn schedule(&mut self, from: usize) {
        self.open[from..].reverse();
    }

    /// Schedules the statements among the children of a container.
    fn sequence(&mut self, container: Syntax<'t>, parent: NodeId) {
        let mut cursor = container.walk();
        let children: Vec<Syntax<'t>> = container.children(&mut cursor).collect();
        self.statements(&children, parent);
    }

    fn statements(&mut self, children: &[Syntax<'t>], parent: NodeId) {
        let from = self.open.len();
        let mut after = None;
        for child in children {
            if child.is_error() {
                self.script.errors.push(child.byte_range());
            }
            match child.kind() {
                "&" => {
                    if let Some(last) = self.open[from..].last_mut() {
                        last.background = true;
                        after = Some(Operator::Background);
                    }
                    continue;
                }
                "comment" | "heredoc_body" | "heredoc_end" | "heredoc_start" | "file_descriptor" => continue,
                _ if !child.is_named() => continue,
                _ => {}
            }
            let at = At { parent: Some(parent), role: Role::Body, after };
            self.open.push(Open::new(*child, at));
            after = Some(Operator::Then);
        }
        self.schedule(from);
    }

    /// A node with a sequence of statements below it.
    fn container(&mut self, kind: Kind, syntax: Syntax<'t>, open: Open<'t>) -> NodeId {
        let id = self.node(kind, syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.sequence(syntax, id);
        id
    }

    fn finish(&mut self, id: NodeId, background: bool, redirects: Vec<Redirect>) {
        let node = &mut self.script.nodes[id.0 as usize];
        node.background |= background;
        node.redirects.extend(redirects);
    }

    fn statement(&mut self, mut open: Open<'t>) {
        let syntax = open.syntax;
        if syntax.kind() == "redirected_statement" {
            self.redirected(open);
            return;
        }
        let words = std::mem::take(&mut open.words);
        let found = std::mem::take(&mut open.found);
        let before = self.script.nodes.len();
        self.made(open);
        if let Some(node) = self.script.nodes.get_mut(before) {
            if let Kind::Command(command) = &mut node.kind {
                command.arguments.extend(words);
            }
            self.substitutions(found, NodeId(before as u32));
        }
    }

    fn made(&mut self, open: Open<'t>) {
        let syntax = open.syntax;
        match syntax.kind() {
            "command" => self.command(open),
            "declaration_command" | "unset_command" => self.declaration(open),
            "test_command" => self.test(open),
            "variable_assignment" | "variable_assignments" => self.assignments(open),
            "list" => self.joined(open, false),
            "pipeline" => self.joined(open, true),
            "negated_command" => {
                self.container(Kind::Negation, syntax, open);
            }
            "subshell" => {
                self.container(Kind::Subshell, syntax, open);
            }
            "compound_statement" => {
                self.container(Kind::Group, syntax, open);
            }
            "if_statement" => self.conditional(open),
            "while_statement" | "for_statement" | "c_style_for_statement" => self.looped(open),
            "case_statement" => self.case(open),
            "function_definition" => self.function(open),
            "command_substitution" => {
                self.container(Kind::Substitution, syntax, open);
            }
            "process_substitution" => {
                self.container(Kind::ProcessSubstitution, syntax, open);
            }
            "do_group" | "program" => {
                self.container(Kind::Sequence, syntax, open);
            }
            "ERROR" => self.broken(open),
            _ => self.words(open),
        }
    }

    /// Members joined by `&&`, `||` or `|`. Left-nested syntax becomes one flat node; a redirection behind the whole is
    /// one of its last member.
    fn joined(&mut self, open: Open<'t>, pipeline: bool) {
        let Open { syntax, at, background, redirects, .. } = open;
        let flat = at.parent.is_some_and(|parent| {
            let kind = &self.script.nodes[parent.0 as usize].kind;
            if pipeline { matches!(kind, Kind::Pipeline) } else { matches!(kind, Kind::AndOr) }
        });
        let kind = if pipeline { Kind::Pipeline } else { Kind::AndOr };
        let (parent, mut after) = match at.parent.filter(|_| flat) {
            Some(parent) => (parent, at.after),
            None => {
                let id = self.node(kind, syntax.byte_range(), &at);
                self.finish(id, background, Vec::new());
                (id, None)
            }
        };
        let from = self.open.len();
        let mut cursor = syntax.walk();
        for child in syntax.children(&mut cursor) {
            match child.kind() {
                "&&" | "||" => after = and_or(child.kind()),
                "|" => after = Some(Operator::Pipe),
                "|&" => after = Some(Operator::PipeBoth),
                "comment" => {}
                _ if child.is_named() => {
                    let at = At { parent: Some(parent), role: Role::Body, after };
                    self.open.push(Open::new(child, at));
                }
                _ => {}
            }
        }
        if let Some(last) = self.open[from..].last_mut() {
            last.redirects = redirects;
            if flat {
                last.background |= background;
            }
        }
        self.schedule(from);
    }

    fn word(&mut self, syntax: Syntax<'t>, found: &mut Vec<Syntax<'t>>) -> Word {
        word::build(syntax, self.text, found)
    }

    /// Schedules the substitutions of a node's words.
    fn substitutions(&mut self, found: Vec<Syntax<'t>>, parent: NodeId) {
        let from = self.open.len();
        for syntax in found {
            let at = At { parent: Some(parent), role: Role::Word, after: None };
            self.open.push(Open::new(syntax, at));
        }
        self.schedule(from);
    }

    fn command(&mut self, open: Open<'t>) {
        let mut command = Command::default();
        let mut found = Vec::new();
        let mut redirects = open.redirects;
        let mut cursor = open.syntax.walk();
        for child in open.syntax.children(&mut cursor) {
            match child.kind() {
                "command_name" => command.name = Some(self.word(child, &mut found)),
                "variable_assignment" => command.assignments.extend(self.assignment(child, &mut found)),
                "file_redirect" | "herestring_redirect" | "heredoc_redirect" => {
                    redirects.push(self.redirect(child, &mut found, &mut command.arguments));
                }
                "comment" => {}
                "subshell" => found.push(child),
                "ERROR" => {
                    self.script.errors.push(child.byte_range());
                    command.arguments.push(self.word(child, &mut found));
                }
                _ => command.arguments.push(self.word(child, &mut found)),
            }
        }
        let id = self.node(Kind::Command(command), open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, redirects);
        self.substitutions(found, id);
    }

    fn declaration(&mut self, open: Open<'t>) {
        let mut command = Command::default();
        let mut found = Vec::new();
        let mut cursor = open.syntax.walk();
        for child in open.syntax.children(&mut cursor) {
            match child.kind() {
                "comment" => {}
                "variable_assignment" => {
                    command.assignments.extend(self.assignment(child, &mut found));
                    command.arguments.push(self.assignment_word(child));
                }
                _ if command.name.is_none() => {
                    command.name = Some(Word::literal_at(self.source(child), child.byte_range()));
                }
                _ => command.arguments.push(self.word(child, &mut found)),
            }
        }
        let id = self.node(Kind::Command(command), open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.substitutions(found, id);
    }

    /// `A=b` as an argument: the name and what is assigned.
    fn assignment_word(&mut self, syntax: Syntax<'t>) -> Word {
        // Substitutions of the value are found by `assignment`.
        let mut ignored = Vec::new();
        let mut word = Word { range: syntax.byte_range(), ..Word::default() };
        let mut text = String::new();
        let mut cursor = syntax.walk();
        for child in syntax.children(&mut cursor) {
            if child.kind() == "=" || child.kind() == "+=" || child.kind() == "variable_name" {
                text.push_str(self.source(child));
            } else {
                let value = self.word(child, &mut ignored);
                word.quoted |= value.quoted;
                word.parts.push(word::Part::Literal(std::mem::take(&mut text)));
                word.parts.extend(value.parts);
            }
        }
        if !text.is_empty() {
            word.parts.push(word::Part::Literal(text));
        }
        word
    }

    fn assignment(&mut self, syntax: Syntax<'t>, found: &mut Vec<Syntax<'t>>) -> Option<Assignment> {
        let name = self.source(syntax.child_by_field_name("name")?).to_owned();
        let value = syntax.child_by_field_name("value").map(|value| self.word(value, found));
        Some(Assignment { name, value, range: syntax.byte_range() })
    }

    fn assignments(&mut self, open: Open<'t>) {
        let mut command = Command::default();
        let mut found = Vec::new();
        if open.syntax.kind() == "variable_assignment" {
            command.assignments.extend(self.assignment(open.syntax, &mut found));
        } else {
            let mut cursor = open.syntax.walk();
            for child in open.syntax.named_children(&mut cursor) {
                command.assignments.extend(self.assignment(child, &mut found));
            }
        }
        let id = self.node(Kind::Command(command), open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.substitutions(found, id);
    }

    /// A test: its operators and operands as arguments.
    fn test(&mut self, open: Open<'t>) {
        let mut command = Command::default();
        let mut found = Vec::new();
        let mut waiting = vec![open.syntax];
        while let Some(syntax) = waiting.pop() {
            match syntax.kind() {
                "test_command"
                | "binary_expression"
                | "unary_expression"
                | "parenthesized_expression"
                | "redirected_statement"
                | "ternary_expression"
                | "postfix_expression" => {
                    let from = waiting.len();
                    let mut cursor = syntax.walk();
                    waiting.extend(syntax.children(&mut cursor));
                    waiting[from..].reverse();
                }
                "comment" | "]" | "]]" | "))" => {}
                _ if command.name.is_none() => {
                    command.name = Some(Word::literal_at(self.source(syntax), syntax.byte_range()));
                }
                _ => command.arguments.push(self.word(syntax, &mut found)),
            }
        }
        let id = self.node(Kind::Command(command), open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.substitutions(found, id);
    }

    /// A redirection. The grammar counts words behind its target to it (`cmd > file word`); they go to `words`.
    fn redirect(&mut self, syntax: Syntax<'t>, found: &mut Vec<Syntax<'t>>, words: &mut Vec<Word>) -> Redirect {
        let mut redirect =
            Redirect { operator: String::new(), descriptor: None, target: None, range: syntax.byte_range() };
        let mut cursor = syntax.walk();
        for child in syntax.children(&mut cursor) {
            match child.kind() {
                "file_descriptor" => redirect.descriptor = Some(self.source(child).to_owned()),
                "heredoc_start" | "heredoc_end" | "file_redirect" | "herestring_redirect" | "pipeline" => {}
                "ERROR" => self.script.errors.push(child.byte_range()),
                "heredoc_body" => redirect.target = Some(self.heredoc(syntax, child, found)),
                _ if !child.is_named() && redirect.operator.is_empty() => {
                    redirect.operator = self.source(child).to_owned();
                }
                _ if syntax.kind() == "heredoc_redirect" => {}
                _ if redirect.target.is_none() => redirect.target = Some(self.word(child, found)),
                _ if child.is_named() => words.push(self.word(child, found)),
                _ => {}
            }
        }
        redirect
    }

    /// The text of a heredoc; without expansions where its marker is quoted.
    fn heredoc(&mut self, redirect: Syntax<'t>, body: Syntax<'t>, found: &mut Vec<Syntax<'t>>) -> Word {
        let mut cursor = redirect.walk();
        let quoted = redirect
            .children(&mut cursor)
            .any(|child| child.kind() == "heredoc_start" && self.source(child).contains(['\'', '"', '\\']));
        if quoted || body.named_child_count() == 0 {
            return Word { quoted, ..Word::literal_at(self.source(body), body.byte_range()) };
        }
        self.word(body, found)
    }

    /// A statement with redirections behind it. Behind a heredoc's marker the statement may go on: with words, with a
    /// pipe, with `&&`.
    fn redirected(&mut self, open: Open<'t>) {
        let Open { syntax, mut at, background, mut redirects, mut words, mut found } = open;
        let mut body = None;
        let mut pipes = Vec::new();
        let mut joined: Vec<(Operator, Syntax<'t>)> = Vec::new();
        let mut cursor = syntax.walk();
        for child in syntax.children(&mut cursor) {
            match child.kind() {
                "heredoc_redirect" => {
                    redirects.push(self.redirect(child, &mut found, &mut words));
                    let mut inner = child.walk();
                    let mut operator = None;
                    for part in child.children(&mut inner) {
                        match part.kind() {
                            "file_redirect" | "herestring_redirect" => {
                                redirects.push(self.redirect(part, &mut found, &mut words));
                            }
                            "pipeline" => pipes.extend(piped(part, &mut joined)),
                            "&&" | "||" => operator = and_or(part.kind()),
                            "heredoc_start" | "heredoc_body" | "heredoc_end" | "file_descriptor" | "comment" => {}
                            _ if part.is_named() => match operator.take() {
                                Some(operator) => joined.push((operator, part)),
                                None => words.push(self.word(part, &mut found)),
                            },
                            _ => {}
                        }
                    }
                }
                "file_redirect" | "herestring_redirect" => redirects.push(self.redirect(child, &mut found, &mut words)),
                _ if child.is_named() && body.is_none() && child.kind() != "comment" => body = Some(child),
                _ => {}
            }
        }
        if !joined.is_empty() && !self.in_and_or(at.parent) {
            let id = self.node(Kind::AndOr, syntax.byte_range(), &at);
            at = At { parent: Some(id), role: Role::Body, after: None };
        }
        let outer = at.clone();
        if !pipes.is_empty() {
            let id = self.node(Kind::Pipeline, syntax.byte_range(), &at);
            at = At { parent: Some(id), role: Role::Body, after: None };
        }
        let Some(body) = body else {
            let id = self.node(Kind::Command(Command::default()), syntax.byte_range(), &at);
            self.finish(id, background, redirects);
            self.substitutions(found, id);
            return;
        };
        // What follows is scheduled first: the body is to be the next.
        let from = self.open.len();
        let pipeline = at.parent;
        for part in pipes {
            let at = At { parent: pipeline, role: Role::Body, after: Some(Operator::Pipe) };
            self.open.push(Open::new(part, at));
        }
        for (operator, part) in joined {
            let at = At { after: Some(operator), ..outer.clone() };
            self.open.push(Open::new(part, at));
        }
        self.schedule(from);
        self.open.push(Open { syntax: body, at, background, redirects, words, found });
    }

    fn in_and_or(&self, id: Option<NodeId>) -> bool {
        id.is_some_and(|id| matches!(self.script.nodes[id.0 as usize].kind, Kind::AndOr))
    }

    /// `if` with its `elif`s and `else`.
    fn conditional(&mut self, open: Open<'t>) {
        let id = self.node(Kind::If, open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        let mut role = Role::Condition;
        let mut part: Vec<Syntax<'t>> = Vec::new();
        let mut cursor = open.syntax.walk();
        let mut parts = Vec::new();
        for child in open.syntax.children(&mut cursor) {
            match child.kind() {
                "if" | "fi" => {}
                "then" => {
                    parts.push((role, std::mem::take(&mut part)));
                    role = Role::Then;
                }
                "elif_clause" => {
                    parts.push((role, std::mem::take(&mut part)));
                    let mut inner = child.walk();
                    role = Role::Condition;
                    for child in child.children(&mut inner) {
                        match child.kind() {
                            "elif" => {}
                            "then" => {
                                parts.push((role, std::mem::take(&mut part)));
                                role = Role::Then;
                            }
                            _ => part.push(child),
                        }
                    }
                }
                "else_clause" => {
                    parts.push((role, std::mem::take(&mut part)));
                    role = Role::Else;
                    let mut inner = child.walk();
                    part.extend(child.children(&mut inner).filter(|child| child.kind() != "else"));
                }
                _ => part.push(child),
            }
        }
        parts.push((role, part));
        self.parts(id, parts);
    }

    /// Sequences below a node, each with its role.
    fn parts(&mut self, parent: NodeId, parts: Vec<(Role, Vec<Syntax<'t>>)>) {
        let mut blocks = Vec::new();
        for (role, children) in parts {
            let (Some(first), Some(last)) = (children.first(), children.last()) else { continue };
            let range = first.start_byte()..last.end_byte();
            let id = self.node(Kind::Sequence, range, &At { parent: Some(parent), role, after: None });
            blocks.push((id, children));
        }
        for (id, children) in blocks.into_iter().rev() {
            self.statements(&children, id);
        }
    }

    fn looped(&mut self, open: Open<'t>) {
        let mut found = Vec::new();
        let mut condition = Vec::new();
        let mut words = Vec::new();
        let mut variable = String::new();
        let mut body = Vec::new();
        let is_while = open.syntax.kind() == "while_statement";
        let mut cursor = open.syntax.walk();
        for child in open.syntax.children(&mut cursor) {
            match child.kind() {
                "do_group" | "compound_statement" => {
                    let mut inner = child.walk();
                    body.extend(
                        child.children(&mut inner).filter(|child| !matches!(child.kind(), "do" | "done" | "{" | "}")),
                    );
                }
                "while" | "until" | "comment" => {}
                "variable_name" if variable.is_empty() => variable = self.source(child).to_owned(),
                _ if is_while => condition.push(child),
                _ if child.is_named() && open.syntax.kind() == "for_statement" => {
                    words.push(self.word(child, &mut found));
                }
                _ if child.is_named() => word::substitutions(child, &mut found),
                _ => {}
            }
        }
        let kind = if is_while { Kind::Loop } else { Kind::For { variable, words } };
        let id = self.node(kind, open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.parts(id, vec![(Role::Condition, condition), (Role::Body, body)]);
        self.substitutions(found, id);
    }

    fn case(&mut self, open: Open<'t>) {
        let mut found = Vec::new();
        let mut items = Vec::new();
        let mut cursor = open.syntax.walk();
        for child in open.syntax.children(&mut cursor) {
            if child.kind() == "case_item" {
                // What stands before the parenthesis are patterns.
                let mut inner = child.walk();
                let statements = child.children(&mut inner).skip_while(|part| part.kind() != ")").skip(1);
                items.push((Role::Then, statements.filter(|part| part.is_named()).collect()));
            }
        }
        let word = open.syntax.child_by_field_name("value").map(|value| self.word(value, &mut found));
        let id = self.node(Kind::Case { word }, open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.parts(id, items);
        self.substitutions(found, id);
    }

    fn function(&mut self, open: Open<'t>) {
        let name = open.syntax.child_by_field_name("name").map(|name| self.source(name).to_owned()).unwrap_or_default();
        let id = self.node(Kind::Function { name }, open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        if let Some(body) = open.syntax.child_by_field_name("body") {
            let at = At { parent: Some(id), role: Role::Body, after: None };
            self.open.push(Open::new(body, at));
        }
    }

    /// Something that is no shell: statements in it are read, loose words make a command.
    fn broken(&mut self, open: Open<'t>) {
        let id = self.node(Kind::Sequence, open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        let mut cursor = open.syntax.walk();
        let mut words: Vec<Syntax<'t>> = Vec::new();
        let mut statements = Vec::new();
        for child in open.syntax.children(&mut cursor) {
            match child.kind() {
                "word" | "command_name" | "concatenation" | "string" | "raw_string" | "number" | "simple_expansion"
                | "expansion" => words.push(child),
                _ => {
                    self.loose(&mut words, id);
                    if child.is_named() {
                        statements.push(child);
                    }
                }
            }
        }
        self.loose(&mut words, id);
        self.statements(&statements, id);
    }

    fn loose(&mut self, words: &mut Vec<Syntax<'t>>, parent: NodeId) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let range = first.start_byte()..last.end_byte();
        let mut found = Vec::new();
        let mut built: Vec<Word> = Vec::new();
        for syntax in words.drain(..) {
            built.push(word::build(syntax, self.text, &mut found));
        }
        let mut built = built.into_iter();
        let command = Command { name: built.next(), arguments: built.collect(), assignments: Vec::new() };
        let at = At { parent: Some(parent), role: Role::Body, after: None };
        let id = self.node(Kind::Command(command), range, &at);
        self.substitutions(found, id);
    }

    /// Any other syntax where a statement was expected: a word alone.
    fn words(&mut self, open: Open<'t>) {
        let mut found = Vec::new();
        let name = self.word(open.syntax, &mut found);
        let command = Command { name: Some(name), ..Command::default() };
        let id = self.node(Kind::Command(command), open.syntax.byte_range(), &open.at);
        self.finish(id, open.background, open.redirects);
        self.substitutions(found, id);
    }
}

fn and_or(token: &str) -> Option<Operator> {
    match token {
        "&&" => Some(Operator::And),
        "||" => Some(Operator::Or),
        _ => None,
    }
}

/// The commands that a heredoc's command is piped to. In `a <<X | b && c` the grammar puts the list into the pipe:
/// what follows its first member is handed to `joined`.
fn piped<'t>(pipeline: Syntax<'t>, joined: &mut Vec<(Operator, Syntax<'t>)>) -> Vec<Syntax<'t>> {
    let mut cursor = pipeline.walk();
    let mut members: Vec<Syntax<'t>> = pipeline.named_children(&mut cursor).collect();
    let mut behind = Vec::new();
    while let Some(last) = members.last().copied().filter(|last| last.kind() == "list") {
        let mut cursor = last.walk();
        let parts: Vec<Syntax<'t>> = last.children(&mut cursor).collect();
        let (Some(first), Some(end)) = (parts.first(), parts.last()) else { break };
        let Some(operator) = parts.iter().find_map(|part| and_or(part.kind())) else { break };
        behind.push((operator, *end));
        members.pop();
        members.push(*first);
    }
    joined.extend(behind.into_iter().rev());
    members
}
