//! The state of evaluating one unit: module instances, what was evaluated in them, and the work that is left.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use volary_document::Issue;
use volary_document::hcl::{Attribute, Block, Expr};
use volary_model::{Call, Data, Gap, Origin, ProblemKind, Reason, ReasonKind, Role, Span, Subject, Unknown, Value};

use super::TreeFiles;
use super::expand::{Children, Expanded};
use super::functions::CallError;
use super::modules::Module;
use super::roots::Root;
use super::scope::{Repetition, Scope, Slot};
use super::types::Constraint;
use super::{Input, Limits};

/// Expressions within expressions, through all references: what the stack of an evaluating thread certainly holds.
pub(super) const DEPTH: u32 = 10_000;
/// The stack of a thread that evaluates. Only what is used of it takes memory.
pub(super) const STACK: usize = 256 * 1024 * 1024;
/// Module calls within module calls.
const MODULES_DEEP: usize = 32;
/// Problems told of one unit.
const PROBLEMS: usize = 1_000;
/// Values in one value, and its depth: values share their parts, so that few expressions can say a lot.
const NODES: usize = 200_000;
const NESTED: usize = 64;

/// One use of a module.
pub(super) struct Instance<'m> {
    pub(super) module: &'m Module<'m>,
    /// Instance and position of the call.
    pub(super) parent: Option<(usize, usize)>,
    /// `each` and `count` for the arguments of the call.
    pub(super) repetition: Repetition,
    /// What its addresses start with: `` or `module.net[0].`.
    pub(super) prefix: Arc<str>,
    /// The names of the calls: `net.inner`.
    pub(super) key: String,
    pub(super) calls: Arc<[Call]>,
    /// Why it is not known whether it exists.
    pub(super) conditional: Option<Reason>,
    variables: Vec<Slot<Value>>,
    locals: Vec<Slot<Value>>,
    outputs: Vec<Slot<Value>>,
    pub(super) resources: Vec<Slot<Arc<Expanded>>>,
    pub(super) children: Vec<Slot<Arc<Children>>>,
}

/// Versions of providers by folder and local name.
type Versions = HashMap<(Arc<str>, Arc<str>), Option<Arc<str>>>;

/// Evaluates one unit. Everything is evaluated when it is first asked for, and once.
pub(super) struct Evaluator<'m> {
    pub(super) input: &'m Input,
    pub(super) modules: &'m BTreeMap<Arc<str>, Module<'m>>,
    pub(super) limits: &'m Limits,
    pub(super) root: &'m Root<'m>,
    pub(super) files: Option<&'m dyn TreeFiles>,
    pub(super) instances: Vec<Instance<'m>>,
    /// Expressions and elements that may still be evaluated.
    work: u64,
    depth: u32,
    /// Instances of resources and modules so far.
    pub(super) created: usize,
    /// How often something was read that may not exist: `try` must not rely on it.
    pub(super) doubts: u32,
    pub(super) subjects: Vec<Subject>,
    pub(super) gaps: Vec<Gap>,
    pub(super) problems: Vec<Issue>,
    pub(super) versions: Versions,
    /// Folders whose module-wide subjects are made.
    pub(super) described: BTreeSet<Arc<str>>,
}

impl<'m> Evaluator<'m> {
    pub(super) fn new(
        input: &'m Input,
        modules: &'m BTreeMap<Arc<str>, Module<'m>>,
        limits: &'m Limits,
        root: &'m Root<'m>,
        files: Option<&'m dyn TreeFiles>,
    ) -> Self {
        let mut evaluator = Self {
            input,
            modules,
            limits,
            root,
            files,
            instances: Vec::new(),
            work: limits.work_per_unit,
            depth: 0,
            created: 0,
            doubts: 0,
            subjects: Vec::new(),
            gaps: Vec::new(),
            problems: Vec::new(),
            versions: HashMap::new(),
            described: BTreeSet::new(),
        };
        if let Some(module) = modules.get(&root.folder) {
            evaluator.add_instance(module, None, Repetition::default(), "".into(), String::new(), Arc::new([]), None);
        }
        evaluator
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn add_instance(
        &mut self,
        module: &'m Module<'m>,
        parent: Option<(usize, usize)>,
        repetition: Repetition,
        prefix: Arc<str>,
        key: String,
        calls: Arc<[Call]>,
        conditional: Option<Reason>,
    ) -> usize {
        fn slots<T>(count: usize) -> Vec<Slot<T>> {
            std::iter::repeat_with(|| Slot::Empty).take(count).collect()
        }
        let instance = Instance {
            module,
            parent,
            repetition,
            prefix,
            key,
            calls,
            conditional,
            variables: slots(module.variables.len()),
            locals: slots(module.locals.len()),
            outputs: slots(module.outputs.len()),
            resources: slots(module.resources.len()),
            children: slots(module.calls.len()),
        };
        self.charge(module.variables.len() + module.locals.len() + module.outputs.len() + module.resources.len());
        self.instances.push(instance);
        self.instances.len() - 1
    }

    /// Takes work; `false` when there is none left.
    pub(super) fn charge(&mut self, amount: usize) -> bool {
        let enough = self.work >= amount as u64;
        self.work = self.work.saturating_sub(amount as u64);
        enough
    }

    /// Work done so far.
    pub(super) fn used(&self) -> u64 {
        self.limits.work_per_unit - self.work
    }

    /// Whether all work is used up.
    pub(super) fn exhausted(&self) -> bool {
        self.work == 0
    }

    /// One expression deeper; `false` where that is too deep or too much.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= DEPTH || !self.charge(1) {
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// What stands for a value that limits forbid.
    pub(super) fn over_limit(&self, span: Span, role: Role) -> Value {
        let about = if self.work == 0 { "the work for one unit" } else { "references nested too deeply" };
        Value::unknown(Reason::new(ReasonKind::Limit, about), Origin::at(span, role))
    }

    pub(super) fn problem(&mut self, span: Span, kind: ProblemKind, message: String, help: &str) {
        if self.problems.len() >= PROBLEMS {
            return;
        }
        self.problems.push(Issue { span, kind, message, help: help.to_owned() });
    }

    pub(super) fn gap(&mut self, reason: Reason, span: Span, address: &str) {
        let address = address.strip_suffix('.').unwrap_or(address);
        self.gaps.push(Gap { reason, span, address: address.into() });
    }

    /// Whether a module already is among the callers of an instance, or too many are.
    pub(super) fn is_recursive(&self, instance: usize, folder: &str) -> bool {
        let mut at = Some(instance);
        let mut deep = 0;
        while let Some(instance) = at {
            let instance = &self.instances[instance];
            deep += 1;
            if *instance.module.folder == *folder || deep > MODULES_DEEP {
                return true;
            }
            at = instance.parent.map(|(parent, _)| parent);
        }
        false
    }

    /// A value that is kept: one that stands for too much becomes unknown.
    pub(super) fn kept(&mut self, value: Value) -> Value {
        if !matches!(value.data, Data::List(_) | Data::Map(_)) && value.note.is_none() {
            return value;
        }
        let mut open = vec![(&value, 0)];
        let mut nodes = 0;
        let mut deepest = 0;
        while let Some((value, depth)) = open.pop() {
            nodes += 1;
            deepest = deepest.max(depth);
            if nodes > NODES || deepest > NESTED {
                break;
            }
            match &value.data {
                Data::List(list) => open.extend(list.iter().map(|value| (value, depth + 1))),
                Data::Map(map) => open.extend(map.entries().iter().map(|entry| (&entry.value, depth + 1))),
                _ => {}
            }
            if let Some(note) = value.note.as_deref() {
                open.extend(note.decoded.iter().chain(&note.holds).map(|value| (value, depth + 1)));
            }
        }
        self.charge(nodes / 2);
        if nodes > NODES || deepest > NESTED {
            let reason = Reason::new(ReasonKind::Limit, "a value with too many parts");
            return Value::unknown(reason, value.origin.clone());
        }
        value
    }

    /// An expression as the value of something that is kept: an error becomes an unknown value.
    pub(super) fn value(&mut self, expr: &'m Expr, scope: Scope<'_>) -> Value {
        // An error here ends the plan; no `try` around a reference to it can catch it.
        let doubts = self.doubts;
        let value = match self.eval(expr, scope) {
            Ok(value) => value,
            Err(error) => failed(&error, expr.span, scope.role),
        };
        self.doubts = doubts;
        self.kept(value.used_at(expr.span, scope.role))
    }

    fn in_circle(&self, address: String, span: Span, role: Role) -> Value {
        let about = format!("{address}, which refers to itself");
        Value::unknown(Reason::new(ReasonKind::NotEvaluated, about), Origin::at(span, role))
    }

    /// The value of a variable of a module instance.
    pub(super) fn variable(&mut self, at: usize, name: &str, span: Span, role: Role) -> Value {
        let instance = &mut self.instances[at];
        let Some(index) = instance.module.variable(name) else {
            let reason = Reason::new(ReasonKind::VariableWithoutValue, name);
            return Value::unknown(reason, Origin::at(span, role));
        };
        match std::mem::replace(&mut instance.variables[index], Slot::Busy) {
            Slot::Done(value) => {
                instance.variables[index] = Slot::Done(value.clone());
                value
            }
            Slot::Busy => self.in_circle(format!("var.{name}"), span, role),
            Slot::Empty => {
                let block = &*instance.module.variables[index].block;
                let value = self.compute_variable(at, name, block);
                let value = self.kept(value);
                self.instances[at].variables[index] = Slot::Done(value.clone());
                value
            }
        }
    }

    fn compute_variable(&mut self, at: usize, name: &str, block: &'m Block) -> Value {
        let empty = Repetition::default();
        let in_module = Scope { module: at, repetition: &empty, frame: None, role: Role::VariableDefault };
        let given = match self.instances[at].parent {
            Some((parent, call)) => {
                let argument = self.instances[parent].module.calls[call].block.body.attribute(name);
                argument.map(|argument| {
                    let repetition = self.instances[at].repetition.clone();
                    let scope =
                        Scope { module: parent, repetition: &repetition, frame: None, role: Role::ModuleArgument };
                    self.value(&argument.value, scope)
                })
            }
            None => {
                let files = self.root.variable_files.iter().rev();
                let written = files.filter_map(|file| file.body.attribute(name)).next();
                written.map(|attribute| self.value(&attribute.value, Scope { role: Role::VariableFile, ..in_module }))
            }
        };
        let literal = |attribute: Option<&Attribute>| {
            attribute.and_then(|attribute| match attribute.value.kind {
                volary_document::hcl::ExprKind::Bool(truth) => Some(truth),
                _ => None,
            })
        };
        let nullable = literal(block.body.attribute("nullable")).unwrap_or(true);
        let given = given.filter(|value| nullable || !value.is_null());
        let default = block.body.attribute("default");
        let value = match (given, default) {
            (Some(value), _) => value,
            (None, Some(default)) => self.value(&default.value, in_module),
            (None, None) => {
                let reason = Reason::new(ReasonKind::VariableWithoutValue, name);
                Value::unknown(reason, Origin::at(block.header, Role::Block))
            }
        };
        let value = match block.body.attribute("type") {
            Some(attribute) => {
                let constraint = Constraint::read(&attribute.value);
                constraint.convert(value, &mut |expr| self.value(expr, in_module))
            }
            None => value,
        };
        let value = if nullable { value } else { not_null(value) };
        if literal(block.body.attribute("sensitive")) == Some(true) {
            return value.with_note(|note| note.sensitive = true);
        }
        value
    }

    /// A local value of a module instance.
    pub(super) fn local(&mut self, at: usize, name: &str, span: Span, role: Role) -> Value {
        let instance = &mut self.instances[at];
        let Some(index) = instance.module.local(name) else {
            let reason = Reason::new(ReasonKind::Outside, format!("local.{name}"));
            return Value::unknown(reason, Origin::at(span, role));
        };
        match std::mem::replace(&mut instance.locals[index], Slot::Busy) {
            Slot::Done(value) => {
                instance.locals[index] = Slot::Done(value.clone());
                value
            }
            Slot::Busy => self.in_circle(format!("local.{name}"), span, role),
            Slot::Empty => {
                let attribute = instance.module.locals[index];
                let empty = Repetition::default();
                let scope = Scope { module: at, repetition: &empty, frame: None, role: Role::Local };
                let value = self.value(&attribute.value, scope);
                self.instances[at].locals[index] = Slot::Done(value.clone());
                value
            }
        }
    }

    /// An output of a module instance.
    pub(super) fn output(&mut self, at: usize, name: &str, span: Span, role: Role) -> Result<Value, CallError> {
        let instance = &mut self.instances[at];
        let module = instance.module;
        let Some(index) = module.output(name) else {
            if !module.unreadable.is_empty() {
                let reason = Reason::new(ReasonKind::Unreadable, &*module.folder);
                return Ok(Value::unknown(reason, Origin::at(span, role)));
            }
            return Err(CallError::new(format!("the module has no output `{name}`")));
        };
        Ok(match std::mem::replace(&mut instance.outputs[index], Slot::Busy) {
            Slot::Done(value) => {
                instance.outputs[index] = Slot::Done(value.clone());
                value
            }
            Slot::Busy => {
                let address = format!("{}{name}", instance.prefix);
                self.in_circle(address, span, role)
            }
            Slot::Empty => {
                let block = &*module.outputs[index].block;
                let empty = Repetition::default();
                let scope = Scope { module: at, repetition: &empty, frame: None, role: Role::Output };
                let value = match block.body.attribute("value") {
                    Some(attribute) => self.value(&attribute.value, scope),
                    None => Value::new(Data::Null, Origin::at(block.header, Role::Block)),
                };
                self.instances[at].outputs[index] = Slot::Done(value.clone());
                value
            }
        })
    }
}

/// An unknown value of a variable that cannot be null.
fn not_null(value: Value) -> Value {
    let Data::Unknown(unknown) = &value.data else { return value };
    let unknown = Unknown { not_null: true, ..(**unknown).clone() };
    Value { data: Data::Unknown(Arc::new(unknown)), ..value }
}

/// The value that stands for an expression that fails.
pub(super) fn failed(error: &CallError, span: Span, role: Role) -> Value {
    Value::unknown(Reason::new(ReasonKind::NotEvaluated, error.about.clone()), Origin::at(span, role))
}
