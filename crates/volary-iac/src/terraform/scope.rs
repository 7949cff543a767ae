//! What an expression can see: its module, its instance, and the names that `for` and `dynamic` introduce.

use volary_model::{Role, Value};

/// `each` and `count` of the instance that is evaluated.
#[derive(Clone, Debug, Default)]
pub(super) struct Repetition {
    /// `each.key` and `each.value`.
    pub(super) each: Option<(Value, Value)>,
    /// `count.index`
    pub(super) count: Option<Value>,
}

/// A name that `for` or `dynamic` introduced.
#[derive(Clone, Copy)]
pub(super) struct Frame<'s> {
    pub(super) name: &'s str,
    pub(super) value: &'s Value,
    pub(super) outer: Option<&'s Frame<'s>>,
}

/// What an expression can see.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// The module instance.
    pub(super) module: usize,
    pub(super) repetition: &'s Repetition,
    pub(super) frame: Option<&'s Frame<'s>>,
    /// What the place of the expression is to the values in it.
    pub(super) role: Role,
}

impl<'s> Scope<'s> {
    /// The value of a name that `for` or `dynamic` introduced.
    pub(super) fn named(&self, name: &str) -> Option<&'s Value> {
        let mut frame = self.frame;
        while let Some(inner) = frame {
            if inner.name == name {
                return Some(inner.value);
            }
            frame = inner.outer;
        }
        None
    }

    /// The same with one more name.
    pub(super) fn within<'n>(&self, frame: &'n Frame<'n>) -> Scope<'n>
    where
        's: 'n,
    {
        Scope { frame: Some(frame), ..*self }
    }
}

/// Something that is evaluated once, when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot<T> {
    /// Nobody asked.
    #[default]
    Empty,
    /// Being evaluated: whoever asks now asks in a circle.
    Busy,
    /// The answer.
    Done(T),
}
