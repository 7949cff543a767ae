//! What `each`, `some` and `count` go through, and relations to other subjects.

use std::sync::Arc;

use volary_model::{Data, Type, Value};

use super::policy::Compiler;
use super::scope::{Frame, Place};
use crate::catalogue::Shape;
use crate::condition::{List, Relation, Tie};
use crate::path::{Meta, Path, Step};
use crate::source::span;

/// Named relations that need no catalogue.
const BUILT_IN_RELATIONS: [&str; 1] = ["same_namespace"];

impl<'c> Compiler<'_, 'c> {
    /// A list and what is known of its elements.
    pub(super) fn list(&mut self, value: &Value, place: &Place<'c>) -> Option<(List, Frame<'c>)> {
        if let Data::Map(_) = value.data {
            let entries = self.source.known_entries(value, "`in`", &["kind", "by", "to"])?;
            let find = |key: &str| entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value);
            return self.relation(value, find("kind"), find("by"), find("to"), place);
        }
        let text = self.source.text(value, "`in`")?;
        let (path, shapes) = place.path(self.source, &text, span(value))?;
        self.check_plural(&path, value)?;
        if let Some(Step::Meta(Meta::Link(_) | Meta::Owner)) = path.steps.last() {
            let frame = Frame::of(&[], place.catalogue);
            let (shapes, kinds) = place.follow(self.source, &path, &frame, span(value))?;
            return Some((List::Path(path), Frame { name: None, kinds, shapes }));
        }
        let mut elements = Vec::with_capacity(shapes.len());
        for shape in shapes {
            match &shape {
                Some(shape) if matches!(shape.ty, Type::Map(_)) && self.own => {
                    self.source.problem(
                        span(value),
                        format!("`{text}` is a map"),
                        format!("Go through its entries with `{text}.*`: each has `key` and `value`."),
                    );
                    return None;
                }
                // With a `*` at the end the elements are there already.
                Some(_) if path.steps.last() == Some(&Step::All) => elements.push(shape),
                _ => elements.push(shape.as_ref().and_then(Shape::element)),
            }
        }
        Some((List::Path(path), Frame { name: None, kinds: place.here.kinds.clone(), shapes: elements }))
    }

    /// Ties stand before any `*`: behind it there are values only.
    fn check_plural(&mut self, path: &Path, value: &Value) -> Option<()> {
        let first = path.steps.iter().position(|step| *step == Step::All).unwrap_or(path.steps.len());
        if path.steps[first..].iter().any(|step| matches!(step, Step::Meta(_))) {
            self.source.problem(
                span(value),
                format!("`{path}`: `$` cannot stand behind `*`"),
                "Use `each` or `some` inside another.",
            );
            return None;
        }
        Some(())
    }

    /// Related subjects and what is known of them.
    pub(super) fn relation(
        &mut self,
        whole: &Value,
        kind: Option<&Value>,
        by: Option<&Value>,
        to: Option<&Value>,
        place: &Place<'c>,
    ) -> Option<(List, Frame<'c>)> {
        let Some(kind) = kind else {
            self.source.problem(span(whole), "a relation needs `kind`", "Name the kind of the related resources.");
            return None;
        };
        let kinds = self.source.texts(kind, "`kind`")?;
        if self.own {
            for name in &kinds {
                self.known_kind(name, span(kind))?;
            }
        }
        let frame = Frame::of(&kinds, place.catalogue);
        let tie = match (by, to) {
            (Some(_), Some(_)) => {
                self.source.problem(
                    span(whole),
                    "`by` and `to` exclude each other",
                    "`by`: the other one refers to this one. `to`: this one refers to the other one.",
                );
                return None;
            }
            (None, None) => Tie::InUnit,
            (Some(value), None) => self.tie(value, &kinds, place, &frame, false)?,
            (None, Some(value)) => self.tie(value, &kinds, place, &frame, true)?,
        };
        Some((List::Related(Relation { kinds, tie }), frame))
    }

    fn tie(
        &mut self,
        value: &Value,
        kinds: &[Arc<str>],
        place: &Place<'c>,
        other: &Frame<'c>,
        outwards: bool,
    ) -> Option<Tie> {
        let text = self.source.text(value, "the path of a relation")?;
        let described = if outwards { &place.here.kinds[..] } else { kinds };
        let in_catalogue = described
            .iter()
            .filter_map(|kind| place.catalogue.kind(kind))
            .any(|kind| kind.relations.contains_key(&text));
        if in_catalogue || BUILT_IN_RELATIONS.contains(&&*text) {
            return Some(Tie::Named { relation: text, outwards });
        }
        if outwards {
            let (path, _) = place.path(self.source, &text, span(value))?;
            self.check_plural(&path, value)?;
            return Some(Tie::To(path));
        }
        // `by` is read in the other one, from where no element of this one is seen.
        let there = Place { here: other.clone(), outer: Vec::new(), catalogue: place.catalogue, own: place.own };
        let (path, _) = there.path(self.source, &text, span(value))?;
        self.check_plural(&path, value)?;
        Some(Tie::By(path))
    }
}
