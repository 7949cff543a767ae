//! Function calls.

use std::cell::Cell;
use std::sync::Arc;

use volary_document::hcl::{Call, Expr};
use volary_model::{Data, Origin, Reason, ReasonKind, Span, Value};

use super::evaluator::Evaluator;
use super::expression::{Eval, made};
use super::files::Lookup;
use super::functions::{self, CallError, CallLimits, either};
use super::operators;
use super::references::{partial, referring};
use super::scope::Scope;
use super::types::Constraint;

impl<'m> Evaluator<'m> {
    pub(super) fn call(&mut self, call: &'m Call, span: Span, scope: Scope<'_>) -> Eval {
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        match name {
            "try" => return self.first_that_works(&call.arguments, span, scope),
            "can" => return self.works(&call.arguments, span, scope),
            "convert" if call.arguments.len() == 2 => {
                let value = self.eval(&call.arguments[0], scope)?;
                let constraint = Constraint::read(&call.arguments[1]);
                return Ok(constraint.convert(value, &mut |expr| self.value(expr, scope)));
            }
            _ => {}
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.eval(argument, scope)?);
        }
        if call.expand
            && let Some(last) = arguments.pop()
        {
            match &last.data {
                Data::List(list) => {
                    if !self.charge(list.len()) {
                        return Ok(self.over_limit(span, scope.role));
                    }
                    arguments.extend(list.iter().cloned());
                }
                Data::Unknown(unknown) => {
                    self.doubts += 1;
                    let result = functions::unknown_result(name, unknown.reason.clone());
                    arguments.push(last.clone());
                    return Ok(made(Data::Unknown(Arc::new(result)), arguments.iter(), span, scope.role));
                }
                _ => return Err(CallError::new(format!("{name}: `...` behind something that is no list"))),
            }
        }
        let sizes = arguments.iter().map(|argument| match &argument.data {
            Data::List(list) => list.len(),
            Data::Map(map) => map.len(),
            Data::Text(text) => text.len() / 64,
            _ => 1,
        });
        let work = sizes.sum();
        if !self.charge(work) {
            return Ok(self.over_limit(span, scope.role));
        }
        let lookup = self.lookup(span);
        let context = functions::Call { span, limits: CallLimits::default(), files: Some(&lookup) };
        let result = functions::call(&call.name, &arguments, &context);
        self.charge(usize::try_from(lookup.used.get()).unwrap_or(usize::MAX));
        let mut value = result?;
        // What is not known may still fail.
        self.doubts += u32::from(value.as_unknown().is_some());
        if value.origin.span() == Some(span) {
            value.origin.role = scope.role;
            return Ok(value);
        }
        if value.origin.span().is_some_and(|at| span.contains(&at)) && value.origin.from.is_none() {
            return Ok(Value { origin: Origin::at(span, scope.role), ..value });
        }
        Ok(value.used_at(span, scope.role))
    }

    /// The files of the tree as this root module sees them.
    pub(super) fn lookup(&self, span: Span) -> Lookup<'m> {
        Lookup { files: self.files, root: &self.root.folder, span, used: Cell::new(0) }
    }

    /// `try`: the first argument without an error. What may fail only with values that are not known leaves open which
    /// one it is.
    fn first_that_works(&mut self, arguments: &'m [Expr], span: Span, scope: Scope<'_>) -> Eval {
        let mut open: Vec<Value> = Vec::new();
        let mut failed = CallError::new("try: every argument fails");
        for argument in arguments {
            let before = self.doubts;
            let result = self.eval(argument, scope);
            let doubtful = self.doubts != before;
            match result {
                Ok(value) if !doubtful => {
                    if open.is_empty() {
                        return Ok(value.used_at(span, scope.role));
                    }
                    open.push(value);
                    break;
                }
                Ok(value) => open.push(value),
                Err(error) => failed = error,
            }
        }
        let Some(first) = open.first() else { return Err(failed) };
        if open.len() == 1 && arguments.len() == 1 {
            return Ok(first.clone().used_at(span, scope.role));
        }
        let values: Vec<&Value> = open.iter().collect();
        let mut work = 2_000;
        if values.len() > 1 && values[1..].iter().all(|value| operators::equal(first, value, &mut work) == Some(true)) {
            return Ok(first.clone().used_at(span, scope.role));
        }
        let reason = values.iter().find_map(|value| operators::first_reason(value));
        let reason = reason.unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "try"));
        let (references, sensitive) = partial(values.iter().copied());
        let unknown = Data::Unknown(Arc::new(either(&values, reason)));
        let value = made(unknown, values.iter().copied(), span, scope.role);
        Ok(referring(value, references, sensitive))
    }

    /// `can`: whether the argument has no error.
    fn works(&mut self, arguments: &'m [Expr], span: Span, scope: Scope<'_>) -> Eval {
        let [argument] = arguments else { return Err(CallError::new("can: takes one argument")) };
        let before = self.doubts;
        let result = self.eval(argument, scope);
        let data = match result {
            Err(_) => Data::Bool(false),
            Ok(_) if self.doubts == before => Data::Bool(true),
            Ok(value) => {
                let reason = operators::first_reason(&value);
                let reason = reason.unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "can"));
                operators::unknown(reason, volary_model::Type::Bool)
            }
        };
        Ok(Value::new(data, Origin::at(span, scope.role)))
    }
}
