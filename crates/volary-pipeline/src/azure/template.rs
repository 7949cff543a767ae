//! Templates: where they lie, what is passed to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Call, Data, Origin, Reason, ReasonKind, Role, Value};

use super::build::Builder;
use super::node::{Context, Node, NodeData, Pair};
use super::scope::{Bound, Scope};
use crate::model::{Found, HiddenPlace, Host, Parameter, PipelineKind, Repository, Text, Uses, UsesKind};
use crate::reader::{as_list, entry, span};

/// The file that paths of templates are relative to.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) repository: Option<Arc<Repository>>,
    pub(super) path: Arc<str>,
}

/// A template that was found.
pub(super) struct Opened {
    pub(super) body: Node,
    pub(super) context: Context,
}

impl Builder<'_, '_> {
    /// Opens the template that an element names. It is noted among what is used, read or not.
    pub(super) fn open(
        &mut self,
        node: &Node,
        kind: UsesKind,
        context: &Context,
    ) -> Result<Opened, Box<(Uses, Reason)>> {
        let (mut uses, home) = self.reference(node, kind, context);
        let found = match &uses.found {
            Found::Missing(reason) => Err(reason.clone()),
            _ => self.reader.follow(uses.at, context.depth),
        };
        let document = found.and_then(|()| self.reader.look_up(home.repository.as_deref(), &home.path));
        match document {
            Ok(document) => {
                uses.found = Found::Read(document.file);
                self.pipeline.uses.push(uses.clone());
                let root = self.reader.yaml(&document, Dialect::Yaml12).first().cloned();
                let root = root.unwrap_or_else(|| Value::at(Data::Null, uses.at));
                let name = format!("template `{}`", uses.written.canonical());
                let mut through = context.through.to_vec();
                through.push(Call { name: name.into(), span: uses.at });
                let inner = Context {
                    guards: context.guards.clone(),
                    through: through.into(),
                    depth: context.depth + 1,
                    home: Arc::new(home),
                };
                let scope = self.bind(&root, node, &uses);
                let body = self.body_of_template(&root, &scope, &inner);
                Ok(Opened { body, context: inner })
            }
            Err(reason) => {
                if home.repository.is_none() && reason.kind == ReasonKind::Unreadable {
                    let message = format!("there is no template `{}`", home.path);
                    self.reader.issue(uses.at, message, "Azure refuses the pipeline; correct the path.");
                }
                uses.found = Found::Missing(reason.clone());
                self.pipeline.uses.push(uses.clone());
                Err(Box::new((uses, reason)))
            }
        }
    }

    /// `template: path@alias`, taken apart.
    fn reference(&mut self, node: &Node, kind: UsesKind, context: &Context) -> (Uses, Home) {
        let pair = node.pair("template");
        let written = pair.and_then(super::build::text_of).unwrap_or_else(|| Text::literal("", node.origin.clone()));
        let at = pair.map_or_else(|| node.span(), |pair| pair.node.span());
        let mut uses = Uses {
            kind,
            written: written.clone(),
            name: written.canonical().into(),
            reference: None,
            repository: None,
            path: Arc::from(""),
            at,
            found: Found::External,
        };
        let home = Home { repository: None, path: Arc::from("") };
        let Some(text) = written.known().or_else(|| written.usually()).filter(|text| !text.trim().is_empty()) else {
            let reason = written.holes().next().map(|hole| hole.reason.clone());
            let reason = reason.unwrap_or_else(|| Reason::new(ReasonKind::Unreadable, "a template without a name"));
            uses.found = Found::Missing(reason);
            return (uses, home);
        };
        let text = text.trim().replace('\\', "/");
        let (path, alias) = match text.rsplit_once('@') {
            Some((path, alias)) => (path, Some(alias)),
            None => (text.as_str(), None),
        };
        let repository = match alias {
            None => context.home.repository.clone(),
            Some(alias) if alias.eq_ignore_ascii_case("self") => None,
            Some(alias) => match self.aliases.get(&alias.to_lowercase()) {
                Some(repository) => Some(repository.clone()),
                None => {
                    let help = "Declare it under `resources: repositories:`.";
                    if self.is_complete() {
                        self.reader.issue(at, format!("no repository of this pipeline is named `{alias}`"), help);
                    }
                    Some(Arc::new(Repository {
                        host: Host::AzureRepos,
                        name: alias.into(),
                        reference: None,
                        alias: Some(alias.into()),
                    }))
                }
            },
        };
        // A path is relative to the file that names it, with an alias or a slash before it to the repository.
        let folder = match context.home.path.rsplit_once('/') {
            Some((folder, _)) if alias.is_none() && !path.starts_with('/') => folder,
            _ => "",
        };
        let path: Arc<str> = normal(folder, path).into();
        uses.name = path.clone();
        uses.path = path.clone();
        uses.reference = repository.as_ref().and_then(|repository| {
            let reference = repository.reference.clone()?;
            Some(Text::literal(reference, Origin::at(at, Role::Attribute)))
        });
        uses.repository.clone_from(&repository);
        (uses, Home { repository, path })
    }

    fn body_of_template(&mut self, root: &Value, scope: &Scope, context: &Context) -> Node {
        if root.as_map().is_none() {
            return Node::null(root.origin.clone());
        }
        // Variables of a template belong to whoever includes it: they are in its body.
        let mut scope = scope.clone();
        scope.variables = Arc::new(self.statics.clone());
        let entries = root.as_map().map(|map| map.entries()).unwrap_or_default();
        let body: Vec<_> = entries.iter().filter(|entry| &*entry.key != "parameters").cloned().collect();
        let node = self.expand(&Value::map(body, root.origin.clone()), &scope);
        if context.depth > 0 && node.pair("resources").is_some() {
            self.resources(&node);
        }
        node
    }

    /// The parameters that a file declares, in either form.
    pub(super) fn parameters(&mut self, root: &Value) -> Vec<(Parameter, Option<Node>)> {
        let Some(found) = entry(root, "parameters") else { return Vec::new() };
        let parameter = |name: &Value, at, ty: Arc<str>, default: Option<&Value>, values: Vec<Value>| Parameter {
            name: name.as_text().unwrap_or_default().into(),
            at,
            ty,
            default: default.cloned(),
            required: default.is_none(),
            values,
            of: Arc::from(""),
        };
        let mut declared = Vec::new();
        if let Some(list) = found.value.as_list() {
            for item in list {
                let Some(name) = item.get("name") else { continue };
                let name_text = crate::model::scalar_text(name).unwrap_or_default();
                let name = Value::text(name_text, name.origin.clone());
                let ty = item.get("type").and_then(Value::as_text).unwrap_or("string").into();
                let values =
                    item.get("values").map_or(Vec::new(), |value| as_list(value).into_iter().cloned().collect());
                declared.push(parameter(&name, span(&name), ty, item.get("default"), values));
            }
        } else if let Some(map) = found.value.as_map() {
            // The older form: a name with its default.
            for one in map.entries() {
                let at = one.key_span.unwrap_or_else(|| span(&one.value));
                let name = Value::text(one.key.clone(), Origin::at(at, Role::Attribute));
                declared.push(parameter(&name, at, Arc::from(""), Some(&one.value), Vec::new()));
            }
        }
        declared
            .into_iter()
            .map(|parameter| {
                let node = parameter.default.as_ref().map(|value| self.expand(value, &Scope::default()));
                let node = node.map(|node| typed(node, &parameter.ty));
                (parameter, node)
            })
            .collect()
    }

    /// The scope of a template that is called.
    fn bind(&mut self, root: &Value, call: &Node, uses: &Uses) -> Scope {
        let declared = self.parameters(root);
        let given = call.get("parameters").map(Node::pairs).unwrap_or_default();
        let mut names = BTreeMap::new();
        for (parameter, default) in &declared {
            let found: Vec<&Pair> =
                given.iter().filter(|pair| pair.key.eq_ignore_ascii_case(&parameter.name)).collect();
            let bound = match given_node(&found) {
                Some(node) => Some(typed(node, &parameter.ty)),
                None => default.clone().map(|node| from_default(node, parameter)),
            };
            let node = bound.unwrap_or_else(|| {
                if self.is_complete() && given.iter().all(|pair| pair.guards.is_empty()) {
                    self.reader.issue(
                        uses.at,
                        format!("the template `{}` needs the parameter `{}`", uses.name, parameter.name),
                        "Azure refuses the pipeline; pass the parameter.",
                    );
                }
                Node::null(Origin::at(uses.at, Role::ModuleArgument))
            });
            names.insert(parameter.name.to_lowercase(), (parameter.name.clone(), Bound::Given(node)));
        }
        for pair in given {
            if declared.iter().any(|(parameter, _)| parameter.name.eq_ignore_ascii_case(&pair.key)) {
                continue;
            }
            // The older form, and none at all, take whatever is passed.
            if root.get("parameters").is_none_or(|declared| declared.as_list().is_none()) {
                let bound = Bound::Given(pair.node.clone());
                names.insert(pair.key.to_lowercase(), (pair.key.clone(), bound));
                continue;
            }
            if !self.is_complete() || !pair.guards.is_empty() {
                continue;
            }
            self.reader.issue(
                pair.key_at,
                format!("the template `{}` has no parameter `{}`", uses.name, pair.key),
                "Azure refuses the pipeline; correct the name or declare the parameter.",
            );
        }
        Scope { parameters: Arc::new(names), ..Scope::default() }
    }

    /// Whether the file is a whole pipeline, so that what it refers to has to be there: a template alone is completed by
    /// those who include it.
    pub(super) fn is_complete(&self) -> bool {
        self.pipeline.kind == PipelineKind::Pipeline
    }

    /// Notes a template that could not be read where it would put something.
    pub(super) fn hidden(&mut self, uses: &Uses, reason: &Reason, place: HiddenPlace) {
        let hidden = crate::model::Hidden { uses: uses.clone(), reason: reason.clone(), place };
        self.pipeline.hidden.push(hidden);
    }

    /// The context of what a caller passes to a template that could not be read.
    pub(super) fn unread(&self, uses: &Uses, context: &Context) -> Context {
        let mut through = context.through.to_vec();
        through
            .push(Call { name: format!("template `{}` (not read)", uses.written.canonical()).into(), span: uses.at });
        Context { through: through.into(), depth: context.depth + 1, ..context.clone() }
    }
}

/// What is passed: of several under conditions the first, as not known.
fn given_node(found: &[&Pair]) -> Option<Node> {
    let first = found.iter().rev().find(|pair| pair.guards.is_empty()).or(found.first())?;
    if first.guards.is_empty() || first.node.text().is_none() {
        return Some(first.node.clone());
    }
    super::build::text_of(first).map(Node::scalar)
}

/// A default as the template's users see it.
fn from_default(node: Node, parameter: &Parameter) -> Node {
    match &node.data {
        NodeData::Scalar(text) => {
            let origin = Origin::through(parameter.at, Role::VariableDefault, &node.origin);
            let mut text = Text { origin: origin.clone(), ..(**text).clone() };
            text.data = text.data.map(|value| Value { origin: origin.clone(), ..value });
            Node { data: NodeData::Scalar(Arc::new(text)), origin }
        }
        _ => node,
    }
}

/// A text as the type of its parameter has it.
fn typed(node: Node, ty: &str) -> Node {
    let Some(text) = node.text() else { return node };
    let Some(known) = text.known().filter(|_| text.data.is_none()) else { return node };
    let data = match ty {
        "boolean" if known.eq_ignore_ascii_case("true") => Data::Bool(true),
        "boolean" if known.eq_ignore_ascii_case("false") => Data::Bool(false),
        "number" => match volary_model::Number::parse(known.trim()) {
            Some(number) => Data::Number(number),
            None => return node,
        },
        _ => return node,
    };
    let mut text = text.clone();
    text.data = Some(Value::new(data, text.origin.clone()));
    Node::scalar(text)
}

/// A path relative to a folder, without dots.
fn normal(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
