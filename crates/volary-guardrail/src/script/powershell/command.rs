//! Commands of PowerShell.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell;

use super::super::calls::Called;
use super::super::lower::{Body, Function};
use super::super::places::one_line;
use super::super::programs;
use super::super::simple::written_words;
use super::super::tree::{Act, FrameKind, Kind, NodeId, Simple, Word};
use super::Reader;
use super::expression::Built;
use super::lexer::TokenKind;
use crate::recognise::{unwrap, written};

type Tokens = Range<usize>;

/// Cmdlets whose output follows from their input.
const FILTERS: &[&str] = &[
    "get-content",
    "gc",
    "cat",
    "type",
    "convertfrom-json",
    "convertto-json",
    "convertfrom-csv",
    "import-csv",
    "where-object",
    "where",
    "?",
    "select-object",
    "select",
    "measure-object",
    "measure",
    "sort-object",
    "sort",
    "group-object",
    "group",
    "foreach-object",
    "foreach",
    "%",
    "select-string",
    "sls",
    "out-null",
    "out-string",
    "out-default",
    "format-table",
    "format-list",
    "ft",
    "fl",
    "select-xml",
    "get-item",
    "get-childitem",
    "gci",
    "ls",
    "dir",
    "join-string",
    "compare-object",
    "get-unique",
    "convertto-html",
    "join-path",
    "resolve-path",
    "new-object",
];

/// Cmdlets that write their input to a file.
const WRITERS: &[&str] = &[
    "out-file",
    "set-content",
    "add-content",
    "tee-object",
    "tee",
    "export-csv",
    "sc",
    "ac",
    "copy-item",
    "move-item",
];

impl Reader<'_, '_> {
    /// A command or expression.
    pub(super) fn element(&mut self, tokens: Tokens) -> NodeId {
        if tokens.is_empty() || !self.lowerer.room() {
            return self.nothing(&tokens);
        }
        if self.is_expression(&tokens) {
            return self.expression(&tokens);
        }
        // `cmd || exit 1`
        let word = self.text(tokens.start).to_ascii_lowercase();
        if self.kind(tokens.start) == Some(TokenKind::Word) && matches!(word.as_str(), "exit" | "throw" | "return") {
            return self.leaving(&word, tokens.start, tokens.start + 1..tokens.end);
        }
        self.command(&tokens)
    }

    fn expression(&mut self, tokens: &Tokens) -> NodeId {
        let source = self.source(tokens).to_ascii_lowercase();
        // `[Environment]::Exit(1)`
        if source.starts_with("[environment]::exit(") || source.starts_with("[system.environment]::exit(") {
            let code = source.rsplit('(').next().unwrap_or_default().trim_end_matches([')', ' ']).to_owned();
            let words = vec![Word::text("exit"), Word::text(code)];
            return self.add(Kind::Simple(Simple { act: Act::Exit, words, ..Simple::default() }), tokens);
        }
        // Parentheses around commands.
        let open = self.kind(tokens.start) == Some(TokenKind::OpenParen)
            || self.kind(tokens.start) == Some(TokenKind::OpenSub);
        if open && self.partners[tokens.start] + 1 == tokens.end {
            return self.block(tokens.start + 1..tokens.end - 1);
        }
        let built = self.words(tokens);
        let words: Vec<Word> =
            std::iter::once(Word::default()).chain(built.words.iter().map(|one| built.word(one))).collect();
        let before = built.before();
        self.add(Kind::Simple(Simple { act: Act::Echo, words, before, ..Simple::default() }), tokens)
    }

    fn command(&mut self, tokens: &Tokens) -> NodeId {
        let mut from = tokens.start;
        let called = self.kind(from) == Some(TokenKind::Call);
        let sourced = self.kind(from) == Some(TokenKind::Word) && self.text(from) == ".";
        if called || sourced {
            from += 1;
        }
        let span = self.span(tokens);
        let shown = one_line(&self.lowerer.shown(self.source(tokens)));
        // `& { ... }`
        if self.kind(from) == Some(TokenKind::OpenBrace) {
            let close = self.partners[from].min(tokens.end);
            return self.block(from + 1..close);
        }
        let (arguments, redirects) = self.split(&(from..tokens.end));
        let mut built = Built::default();
        for part in &arguments {
            let more = self.words(part);
            built.words.extend(more.words);
            built.inner.extend(more.inner);
        }
        let blocks: Vec<Tokens> = self.blocks(&(from..tokens.end));
        let command = shell::Command {
            name: built.words.first().cloned(),
            arguments: built.words.iter().skip(1).cloned().collect(),
            assignments: Vec::new(),
        };
        let words: Vec<Word> = built.words.iter().map(|one| built.word(one)).collect();
        let mut simple = Simple { words, before: built.before(), ..Simple::default() };
        self.redirections(&redirects, &mut simple);
        let name = command.name.as_ref().and_then(shell::Word::literal).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if sourced {
            let unit = self.unit.clone();
            return self.lowerer.powershell_sourced(&unit, &command, simple, span, &shown);
        }
        if let Some(function) = self.lowerer.scope.functions.get(lower.as_str()).cloned() {
            return self.call(&lower, &function, &built, simple, span, &shown);
        }
        if let Some(act) = self.cmdlet(&lower, &command, &mut simple) {
            simple.act = act;
            let made = self.add(Kind::Simple(simple), tokens);
            return self.with_blocks(made, &lower, blocks, tokens);
        }
        let unit = self.unit.clone();
        let invocation = self.lowerer.invocation(&command, &unit.places);
        let program = unwrap(&invocation);
        if let Some(script) = &program.script {
            let text = written(script);
            let places = super::super::places::Places::One(script.origin.span().unwrap_or(span));
            let kind =
                FrameKind::Process { language: super::super::tree::Language::Posix, errexit: false, pipefail: false };
            let made = self.lowerer.inner_script(&text, places, Some(kind), span);
            return self.lowerer.within(made, simple, span, &shown);
        }
        let found = self.lowerer.called(&program, &invocation, &simple.words, &unit, span, &shown);
        let opaque = match found {
            Called::Frame(made) => return self.lowerer.within(made, simple, span, &shown),
            Called::Before(made) => {
                let id = self.lowerer.register(&program, &invocation, span, &shown, None);
                simple.command = Some(id);
                let own = self.add(Kind::Simple(simple), tokens);
                return self.lowerer.and(made, own, span, &shown);
            }
            Called::Opaque(why) => Some(why),
            Called::No => None,
        };
        simple.act =
            if is_cmdlet(&lower) { Act::Cmdlet } else { programs::act(&program, &written_words(&invocation), &[]) };
        if opaque.is_some() && matches!(simple.act, Act::Plain) {
            simple.act = Act::Program;
        }
        simple.command = Some(self.lowerer.register(&program, &invocation, span, &shown, opaque));
        let made = self.add(Kind::Simple(simple), tokens);
        self.with_blocks(made, &lower, blocks, tokens)
    }

    /// What stands in script blocks that a command is given runs once.
    fn with_blocks(&mut self, made: NodeId, name: &str, blocks: Vec<Tokens>, tokens: &Tokens) -> NodeId {
        let only_asks = matches!(
            name,
            "where-object"
                | "where"
                | "?"
                | "select-object"
                | "select"
                | "sort-object"
                | "sort"
                | "group-object"
                | "measure-object"
        );
        if blocks.is_empty() || only_asks {
            return made;
        }
        let mut nodes = vec![made];
        for block in blocks {
            let body = self.block(block);
            let items = vec![(Word::default(), body)];
            nodes.push(self.add(Kind::Each { variable: None, items, before: Vec::new() }, tokens));
        }
        self.add(Kind::Sequence(nodes), tokens)
    }

    /// The script blocks among some tokens, not tables.
    fn blocks(&self, tokens: &Tokens) -> Vec<Tokens> {
        let mut blocks = Vec::new();
        let mut at = tokens.start;
        while at < tokens.end {
            if self.kind(at) == Some(TokenKind::OpenBrace) && !self.text(at).starts_with('@') {
                blocks.push(at + 1..self.partners[at].min(tokens.end));
            }
            at = self.partners[at].min(tokens.end - 1) + 1;
        }
        blocks
    }

    /// A command's words apart from its redirections, each of which is its operator and its target.
    fn split(&self, tokens: &Tokens) -> (Vec<Tokens>, Vec<(usize, Tokens)>) {
        let (mut words, mut redirects) = (Vec::new(), Vec::new());
        let mut from = tokens.start;
        let mut at = tokens.start;
        while at < tokens.end {
            match self.kind(at) {
                Some(TokenKind::Merge) => {
                    words.push(from..at);
                    at += 1;
                    from = at;
                }
                Some(TokenKind::Redirect) => {
                    words.push(from..at);
                    let operator = at;
                    at += 1;
                    let start = at;
                    while at < tokens.end && (at == start || !self.tokens[at].spaced) {
                        at = self.partners[at].min(tokens.end - 1) + 1;
                    }
                    redirects.push((operator, start..at));
                    from = at;
                }
                _ => at = self.partners[at].min(tokens.end - 1) + 1,
            }
        }
        words.push(from..tokens.end);
        (words, redirects)
    }

    fn redirections(&mut self, redirects: &[(usize, Tokens)], simple: &mut Simple) {
        for (operator, target) in redirects {
            let stdout = !matches!(self.text(*operator).as_bytes().first(), Some(b'2'..=b'6'));
            let built = self.words(target);
            let Some(word) = built.words.first().map(|one| built.word(one)) else { continue };
            simple.silent |= stdout;
            if word.literal().as_deref() != Some("") {
                simple.writes.push(word);
            }
        }
    }

    /// Cmdlets that matter to the flow; nothing for programs.
    fn cmdlet(&mut self, name: &str, command: &shell::Command, simple: &mut Simple) -> Option<Act> {
        let literal = |wanted: &str| {
            let at = command
                .arguments
                .iter()
                .position(|word| word.literal().is_some_and(|text| text.eq_ignore_ascii_case(wanted)))?;
            command.arguments.get(at + 1).and_then(shell::Word::literal)
        };
        Some(match name {
            "write-host" | "write-output" | "echo" | "write" | "write-verbose" | "write-warning"
            | "write-information" | "write-debug" => {
                // The text is the first word that is no option.
                simple.words.retain(|word| {
                    !word
                        .literal()
                        .is_some_and(|text| text.starts_with('-') && text.len() > 1 && !text.starts_with("--"))
                });
                Act::Echo
            }
            "write-error" => match literal("-erroraction").map(|action| action.to_ascii_lowercase()).as_deref() {
                Some("stop") => Act::Throw,
                Some(_) => Act::True,
                None => Act::Raise,
            },
            "set-location" | "cd" | "sl" | "push-location" | "pushd" => {
                let unit = self.unit.clone();
                let invocation = self.lowerer.invocation(command, &unit.places);
                let folder = invocation.words.iter().skip(1).find(|word| !written(&word.value).starts_with('-'));
                self.lowerer.scope.folder = folder.and_then(|folder| self.lowerer.folder(&folder.value, &unit));
                Act::Cmdlet
            }
            "pop-location" | "popd" => {
                self.lowerer.scope.folder = self.lowerer.input.folder.clone();
                Act::Cmdlet
            }
            "test-path" | "get-command" | "test-connection" => Act::Cmdlet,
            _ if FILTERS.contains(&name) => Act::Filter,
            "tee-object" | "tee" if literal("-variable").is_some() => {
                let kept = literal("-variable").unwrap_or_default().to_ascii_lowercase();
                Act::Keep(super::expression::variable_name(&format!("${kept}")).into())
            }
            _ if WRITERS.contains(&name) => {
                let path = ["-filepath", "-path", "-literalpath", "-destination"]
                    .iter()
                    .find_map(|option| literal(option))
                    .map(Word::text);
                let positional = || {
                    let words = command.arguments.iter().zip(simple.words.iter().skip(1));
                    words.filter(|(word, _)| !word.prefix().starts_with('-')).map(|(_, word)| word.clone()).next()
                };
                simple.writes.extend(path.or_else(positional));
                Act::Filter
            }
            _ => return None,
        })
    }

    fn call(
        &mut self,
        name: &str,
        function: &Function,
        built: &Built,
        simple: Simple,
        at: volary_model::Span,
        shown: &Arc<str>,
    ) -> NodeId {
        let Body::PowerShell(range, parameters) = &function.body else { return self.lowerer.nothing(at) };
        let key: Arc<str> = format!("{name}()").into();
        if self.lowerer.open.contains(&key) || !self.lowerer.afford(range.len()) {
            self.lowerer.cut = true;
            return self.lowerer.nothing(at);
        }
        let mut parameters = parameters.clone();
        if parameters.is_empty() {
            parameters = self.declared(function, range);
        }
        let command =
            shell::Command { arguments: built.words.iter().skip(1).cloned().collect(), ..shell::Command::default() };
        let values = self.lowerer.invocation(&command, &self.unit.places).words;
        let mut assignments = Vec::new();
        let mut free = parameters.iter();
        let outer = self.lowerer.scope.clone();
        let mut position = 0;
        while position < values.len() {
            let text = written(&values[position].value);
            let option = text
                .strip_prefix('-')
                .map(str::to_ascii_lowercase)
                .filter(|name| parameters.iter().any(|known| **known == **name));
            let (parameter, at) = match option {
                Some(option) => {
                    position += 1;
                    (Some(Arc::from(option)), position)
                }
                None => (free.next().cloned(), position),
            };
            position += 1;
            let (Some(parameter), Some(argument)) = (parameter, values.get(at)) else { continue };
            self.lowerer.scope.set(&parameter, argument.value.clone());
            if let (true, Some(word)) =
                (values.len() + 1 == built.words.len() && Self::is_one(argument.words), simple.words.get(at + 1))
            {
                assignments.push((parameter, word.clone()));
            }
        }
        self.lowerer.open.push(key);
        let body = self.lowerer.powershell_part(&function.unit, range.clone());
        self.lowerer.open.pop();
        let functions = self.lowerer.scope.functions.clone();
        self.lowerer.scope = outer;
        self.lowerer.scope.functions = functions;
        let how = Simple { assignments, ..simple };
        let framed = self.lowerer.frame(FrameKind::Function, None, body, at);
        self.lowerer.within(framed, how, at, shown)
    }

    /// The parameters that the body of a function declares.
    fn declared(&mut self, function: &Function, range: &Range<usize>) -> Vec<Arc<str>> {
        let text = function.unit.text.get(range.clone()).unwrap_or_default();
        let head: String = text.chars().take(4_000).collect();
        let Some(at) = head.to_ascii_lowercase().find("param") else { return Vec::new() };
        let (tokens, _) = super::lexer::tokens(head.get(at + 5..).unwrap_or_default());
        let partners = super::partners(&tokens);
        let Some(open) = tokens.iter().position(|token| token.kind == TokenKind::OpenParen) else { return Vec::new() };
        let close = partners[open].min(tokens.len());
        let text: Arc<str> = head.get(at + 5..).unwrap_or_default().into();
        let unit = super::super::lower::Unit { text, ..(*function.unit).bare() };
        let reader =
            Reader { lowerer: self.lowerer, unit: Rc::new(unit), tokens: Rc::new(tokens), partners: Rc::new(partners) };
        reader.parameters(&(open + 1..close))
    }
}

/// `Verb-Noun`
fn is_cmdlet(name: &str) -> bool {
    const VERBS: &[&str] = &[
        "new",
        "set",
        "get",
        "add",
        "remove",
        "invoke",
        "start",
        "stop",
        "publish",
        "install",
        "update",
        "import",
        "export",
        "test",
        "assert",
        "connect",
        "disconnect",
        "enable",
        "disable",
        "register",
        "save",
        "find",
        "copy",
        "move",
        "restart",
        "wait",
        "expand",
        "compress",
        "push",
        "pop",
        "clear",
        "select",
        "use",
        "write",
        "read",
        "out",
        "show",
        "sync",
        "grant",
        "revoke",
        "deploy",
        "build",
        "uninstall",
    ];
    name.split_once('-').is_some_and(|(verb, noun)| VERBS.contains(&verb) && !noun.contains(['/', '.', '\\']))
}
