//! What a folder defines, before anything is evaluated: its variables, locals, resources, calls and outputs by name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_document::hcl::{Attribute, Block, Expr, ExprKind};
use volary_model::{FileId, Span};

use super::Folder;

/// Whether a definition is created or only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    pub(super) mode: Mode,
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) block: Cow<'a, Block>,
}

impl Resource<'_> {
    /// The address in its folder: `aws_s3_bucket.b`, `data.aws_ami.a`.
    pub(super) fn definition(&self) -> String {
        match self.mode {
            Mode::Managed => format!("{}.{}", self.kind, self.name),
            Mode::Data => format!("data.{}.{}", self.kind, self.name),
            Mode::Ephemeral => format!("ephemeral.{}.{}", self.kind, self.name),
        }
    }
}

/// A block that is known by its first label: a variable, output or module call.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) name: Arc<str>,
    pub(super) block: Cow<'a, Block>,
}

/// A provider that the module asks for.
#[derive(Debug)]
pub(super) struct RequiredProvider<'a> {
    pub(super) name: Arc<str>,
    pub(super) source: Option<Arc<str>>,
    pub(super) version: Option<Arc<str>>,
    pub(super) attribute: &'a Attribute,
}

/// Positions of resources of one type by name, for each mode.
type ResourceNames = HashMap<Arc<str>, [Option<usize>; 3]>;

/// A module: everything that the files of one folder define.
#[derive(Debug, Default)]
pub(super) struct Module<'a> {
    pub(super) folder: Arc<str>,
    pub(super) variables: Vec<Named<'a>>,
    pub(super) outputs: Vec<Named<'a>>,
    pub(super) calls: Vec<Named<'a>>,
    pub(super) locals: Vec<&'a Attribute>,
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) providers: Vec<&'a Block>,
    pub(super) settings: Vec<&'a Block>,
    pub(super) required_providers: Vec<RequiredProvider<'a>>,
    /// Versions of providers that a lock file pins, by the provider's source without its host.
    pub(super) locked: BTreeMap<Arc<str>, Arc<str>>,
    /// There is a `.terraform.lock.hcl`.
    pub(super) has_lock_file: bool,
    /// Parts that could not be read.
    pub(super) unreadable: Vec<(Arc<str>, Span)>,
    /// Where to point when nothing more exact is there: the start of the first file.
    pub(super) start: Option<Span>,
    variable_index: HashMap<Arc<str>, usize>,
    output_index: HashMap<Arc<str>, usize>,
    call_index: HashMap<Arc<str>, usize>,
    local_index: HashMap<Arc<str>, usize>,
    resource_index: HashMap<Arc<str>, ResourceNames>,
}

/// The blocks that a folder's files define, in the order of the files' names, with those of override files merged in.
impl<'a> Module<'a> {
    pub(super) fn new(folder: &Arc<str>, content: &'a Folder) -> Self {
        let mut module = Self { folder: folder.clone(), ..Self::default() };
        let mut files: Vec<_> = content.files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name).then(a.file.cmp(&b.file)));
        module.unreadable.extend(content.unreadable.iter().cloned());
        for source in files.iter().filter(|source| !is_override(&source.name)) {
            if &*source.name == ".terraform.lock.hcl" {
                module.read_locks(&source.body.blocks);
                module.has_lock_file = true;
                continue;
            }
            module.start.get_or_insert(Span::new(source.file, 0, 0));
            for span in &source.body.unreadable {
                module.unreadable.push((source.name.clone(), *span));
            }
            for block in &source.body.blocks {
                module.add(block);
            }
        }
        module.index();
        for source in files.iter().filter(|source| is_override(&source.name)) {
            for span in &source.body.unreadable {
                module.unreadable.push((source.name.clone(), *span));
            }
            for block in &source.body.blocks {
                module.merge(block);
            }
        }
        module
    }

    fn add(&mut self, block: &'a Block) {
        let named = |index| block.label(index).cloned();
        match (&*block.kind, named(0), named(1)) {
            ("resource", Some(kind), Some(name)) => self.add_resource(Mode::Managed, kind, name, block),
            ("data", Some(kind), Some(name)) => self.add_resource(Mode::Data, kind, name, block),
            ("ephemeral", Some(kind), Some(name)) => self.add_resource(Mode::Ephemeral, kind, name, block),
            ("variable", Some(name), None) => self.variables.push(Named { name, block: Cow::Borrowed(block) }),
            ("output", Some(name), None) => self.outputs.push(Named { name, block: Cow::Borrowed(block) }),
            ("module", Some(name), None) => self.calls.push(Named { name, block: Cow::Borrowed(block) }),
            ("provider", Some(_), None) => self.providers.push(block),
            ("locals", None, None) => self.locals.extend(&block.body.attributes),
            ("terraform", None, None) => self.add_settings(block),
            // A data source inside of a check is one like any other.
            ("check", Some(_), None) => {
                for inner in block.body.blocks("data") {
                    self.add(inner);
                }
            }
            _ => {}
        }
    }

    fn add_resource(&mut self, mode: Mode, kind: Arc<str>, name: Arc<str>, block: &'a Block) {
        self.resources.push(Resource { mode, kind, name, block: Cow::Borrowed(block) });
    }

    fn add_settings(&mut self, block: &'a Block) {
        self.settings.push(block);
        for providers in block.body.blocks("required_providers") {
            for attribute in &providers.body.attributes {
                let (source, version) = match &attribute.value.kind {
                    // Before Terraform 0.13 the version stood alone.
                    ExprKind::Text(version) => (None, Some(version.clone())),
                    ExprKind::Object(_) => {
                        (literal_entry(&attribute.value, "source"), literal_entry(&attribute.value, "version"))
                    }
                    _ => (None, None),
                };
                let name = attribute.name.clone();
                self.required_providers.push(RequiredProvider { name, source, version, attribute });
            }
        }
    }

    /// `provider "registry.terraform.io/hashicorp/aws" { version = "5.1.0" }`
    fn read_locks(&mut self, blocks: &'a [Block]) {
        for block in blocks.iter().filter(|block| &*block.kind == "provider") {
            let version = block.body.attribute("version").map(|attribute| &attribute.value.kind);
            if let (Some(source), Some(ExprKind::Text(version))) = (block.label(0), version) {
                let source = source.split_once('/').map_or(&**source, |(_, rest)| rest);
                self.locked.insert(source.into(), version.clone());
            }
        }
    }

    /// Names to positions. Where a name stands twice, which Terraform refuses, the first is what references mean.
    fn index(&mut self) {
        fn names<'n>(all: impl Iterator<Item = &'n Arc<str>>) -> HashMap<Arc<str>, usize> {
            let mut index = HashMap::new();
            for (position, name) in all.enumerate() {
                index.entry(name.clone()).or_insert(position);
            }
            index
        }
        self.variable_index = names(self.variables.iter().map(|named| &named.name));
        self.output_index = names(self.outputs.iter().map(|named| &named.name));
        self.call_index = names(self.calls.iter().map(|named| &named.name));
        self.local_index = names(self.locals.iter().map(|attribute| &attribute.name));
        for (position, resource) in self.resources.iter().enumerate() {
            let of_kind = self.resource_index.entry(resource.kind.clone()).or_default();
            let positions = of_kind.entry(resource.name.clone()).or_default();
            positions[resource.mode as usize].get_or_insert(position);
        }
    }

    /// Merges a block of an override file into the one that it names.
    fn merge(&mut self, block: &'a Block) {
        let label = |index: usize| block.label(index).map(|label| &**label).unwrap_or_default();
        let target = match &*block.kind {
            "resource" => self.resource(Mode::Managed, label(0), label(1)).map(|at| &mut self.resources[at].block),
            "data" => self.resource(Mode::Data, label(0), label(1)).map(|at| &mut self.resources[at].block),
            "variable" => self.variable(label(0)).map(|at| &mut self.variables[at].block),
            "output" => self.output(label(0)).map(|at| &mut self.outputs[at].block),
            "module" => self.call(label(0)).map(|at| &mut self.calls[at].block),
            "locals" => {
                for attribute in &block.body.attributes {
                    match self.local_index.get(&attribute.name) {
                        Some(at) => self.locals[*at] = attribute,
                        None => {
                            self.local_index.insert(attribute.name.clone(), self.locals.len());
                            self.locals.push(attribute);
                        }
                    }
                }
                return;
            }
            _ => None,
        };
        let Some(target) = target else {
            self.add(block);
            self.index();
            return;
        };
        let target = target.to_mut();
        for attribute in &block.body.attributes {
            target.body.attributes.retain(|known| known.name != attribute.name);
            target.body.attributes.push(attribute.clone());
        }
        // Blocks of one type replace all of that type.
        target.body.blocks.retain(|known| block.body.blocks.iter().all(|new| new.kind != known.kind));
        target.body.blocks.extend(block.body.blocks.iter().cloned());
    }

    pub(super) fn variable(&self, name: &str) -> Option<usize> {
        self.variable_index.get(name).copied()
    }

    pub(super) fn output(&self, name: &str) -> Option<usize> {
        self.output_index.get(name).copied()
    }

    pub(super) fn call(&self, name: &str) -> Option<usize> {
        self.call_index.get(name).copied()
    }

    pub(super) fn local(&self, name: &str) -> Option<usize> {
        self.local_index.get(name).copied()
    }

    pub(super) fn resource(&self, mode: Mode, kind: &str, name: &str) -> Option<usize> {
        self.resource_index.get(kind)?.get(name)?[mode as usize]
    }

    /// Whether the folder defines anything that makes it a module.
    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty()
            && self.outputs.is_empty()
            && self.calls.is_empty()
            && self.locals.is_empty()
            && self.resources.is_empty()
            && self.providers.is_empty()
            && self.settings.is_empty()
            && self.unreadable.is_empty()
    }

    /// Where to point when nothing more exact is there.
    pub(super) fn place(&self) -> Span {
        self.start.or_else(|| self.unreadable.first().map(|(_, span)| *span)).unwrap_or(Span::new(FileId(0), 0, 0))
    }
}

/// The source of a module call, where it is a literal text.
pub(super) fn source_of(call: &Block) -> Option<&Arc<str>> {
    match &call.body.attribute("source")?.value.kind {
        ExprKind::Text(source) => Some(source),
        _ => None,
    }
}

/// Whether a source names a folder beside the caller.
pub fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// `override.tf`, `*_override.tf` and their JSON and OpenTofu forms.
fn is_override(name: &str) -> bool {
    let stem = [".tf.json", ".tofu.json", ".tf", ".tofu"].iter().find_map(|end| name.strip_suffix(end));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// A literal text in an object expression.
pub(super) fn literal_entry(object: &Expr, key: &str) -> Option<Arc<str>> {
    let ExprKind::Object(items) = &object.kind else { return None };
    items.iter().rev().find_map(|item| match (&item.key.kind, &item.value.kind) {
        (ExprKind::Text(name), ExprKind::Text(value)) if **name == *key => Some(value.clone()),
        _ => None,
    })
}
