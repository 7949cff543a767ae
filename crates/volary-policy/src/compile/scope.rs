//! What the compiler knows of the place of a condition: names in scope, and what the catalogue says of the values.

use std::sync::Arc;

use volary_model::Span;

use crate::catalogue::{Catalogue, Kind, Shape, Wrong};
use crate::path::{Meta, Path, Root, Step};
use crate::source::Source;
use crate::suggest;

/// What is known of the values of a place: one shape for each kind that it may belong to. None: nothing is known.
pub(super) type Shapes<'c> = Vec<Option<Shape<'c>>>;

/// A place in the condition tree.
#[derive(Clone)]
pub(super) struct Place<'c> {
    /// The innermost element, related resource or the subject.
    pub(super) here: Frame<'c>,
    /// What encloses it, outermost first.
    pub(super) outer: Vec<Frame<'c>>,
    pub(super) catalogue: &'c Catalogue,
    /// Everything tested must be in the catalogue.
    pub(super) own: bool,
}

/// One level of scope.
#[derive(Clone)]
pub(super) struct Frame<'c> {
    pub(super) name: Option<Arc<str>>,
    /// The kinds of the nearest resource.
    pub(super) kinds: Vec<Arc<str>>,
    pub(super) shapes: Shapes<'c>,
}

impl<'c> Frame<'c> {
    /// A subject of some kinds.
    pub(super) fn of(kinds: &[Arc<str>], catalogue: &'c Catalogue) -> Self {
        let shapes = kinds.iter().map(|kind| catalogue.kind(kind).map(|kind: &'c Arc<Kind>| kind.shape())).collect();
        Self { name: None, kinds: kinds.to_vec(), shapes }
    }
}

impl<'c> Place<'c> {
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.frames().any(|frame| frame.name.as_deref() == Some(name))
    }

    /// From the innermost outwards.
    fn frames(&self) -> impl Iterator<Item = &Frame<'c>> {
        std::iter::once(&self.here).chain(self.outer.iter().rev())
    }

    fn frame(&self, root: &Root) -> &Frame<'c> {
        match root {
            Root::Here => &self.here,
            Root::Subject => self.outer.first().unwrap_or(&self.here),
            Root::Named(name) => self.frames().find(|frame| frame.name.as_ref() == Some(name)).unwrap_or(&self.here),
        }
    }

    /// The same place one level further in.
    pub(super) fn inside(&self, frame: Frame<'c>) -> Self {
        let mut outer = self.outer.clone();
        outer.push(self.here.clone());
        Self { here: frame, outer, ..self.clone() }
    }

    /// Reads a path and follows it through the catalogue.
    pub(super) fn path(&self, source: &mut Source, text: &str, span: Span) -> Option<(Path, Shapes<'c>)> {
        let path = match Path::parse(text, &|name| self.has_name(name)) {
            Ok(path) => path,
            Err(message) => {
                source.problem(span, message, "");
                return None;
            }
        };
        let frame = self.frame(&path.root);
        let (shapes, _) = self.follow(source, &path, frame, span)?;
        Some((path, shapes))
    }

    /// The shapes at the end of a path, and the kinds of the resource that it ends in.
    pub(super) fn follow(
        &self,
        source: &mut Source,
        path: &Path,
        frame: &Frame<'c>,
        span: Span,
    ) -> Option<(Shapes<'c>, Vec<Arc<str>>)> {
        let mut kinds = frame.kinds.clone();
        let mut shapes = frame.shapes.clone();
        let mut names = kinds.clone();
        for (position, step) in path.steps.iter().enumerate() {
            match step {
                Step::Meta(meta) => {
                    kinds = self.linked(meta);
                    names = kinds.clone();
                    shapes = match meta {
                        Meta::Owner | Meta::Link(_) => Frame::of(&kinds, self.catalogue).shapes,
                        _ => Vec::new(),
                    };
                }
                Step::All => {
                    let pairs = |shape: &Option<Shape<'c>>| {
                        shape.as_ref().is_some_and(|shape| matches!(shape.ty, volary_model::Type::Map(_)))
                    };
                    // The entries of a map are pairs; what they hold is not checked.
                    if shapes.iter().any(pairs) {
                        return Some((Vec::new(), kinds));
                    }
                    shapes = shapes.iter().map(|shape| shape.as_ref().and_then(Shape::element)).collect();
                }
                Step::Name(name, index) => {
                    let mut next = Vec::with_capacity(shapes.len());
                    for (which, shape) in shapes.iter().enumerate() {
                        let Some(shape) = shape else {
                            next.push(None);
                            continue;
                        };
                        match shape.step(name, *index) {
                            Ok(shape) => next.push(shape),
                            Err(Wrong::Unknown(_)) if !self.own => next.push(None),
                            Err(wrong) => {
                                let of = names.get(which).cloned().unwrap_or_default();
                                self.report(source, path, position, name, &of, &wrong, span);
                                return None;
                            }
                        }
                    }
                    shapes = next;
                }
            }
        }
        Some((shapes, kinds))
    }

    #[expect(clippy::too_many_arguments, reason = "one message made of everything that is known of the step")]
    fn report(
        &self,
        source: &mut Source,
        path: &Path,
        position: usize,
        name: &str,
        kind: &str,
        wrong: &Wrong,
        span: Span,
    ) {
        let before =
            Path { root: path.root.clone(), steps: path.steps[..position].to_vec(), text: path.text.clone() }.shown();
        let (message, help) = match wrong {
            Wrong::Unknown(names) => {
                let place = if before.is_empty() { format!("`{kind}`") } else { format!("`{before}` of `{kind}`") };
                let help = suggest::help(name, names.iter().map(|name| &**name));
                (
                    format!("{place} has no attribute `{name}` in the catalogue"),
                    format!("{help} A new attribute needs an entry in catalog/attributes."),
                )
            }
            Wrong::Several => (
                format!("`{path}` runs through `{before}`, a list of several"),
                "Use `each`, `some`, `has` or `only`, or a position as in `rules.0.name`.".to_owned(),
            ),
            Wrong::Text => (
                format!("`{path}` goes on inside `{before}`, which is a text"),
                "If the text is JSON or YAML, the catalogue says so: `text: json`.".to_owned(),
            ),
            Wrong::Scalar => (format!("`{before}` is a single value; it has no `{name}`"), String::new()),
        };
        source.problem(span, message, help);
    }

    /// The kinds that a tie leads to, where the catalogue has them.
    fn linked(&self, meta: &Meta) -> Vec<Arc<str>> {
        let Meta::Link(name) = meta else { return Vec::new() };
        let single = name.strip_suffix('s').unwrap_or(name);
        let candidates = [name.to_string(), format!("k8s.{single}"), format!("dockerfile.{single}")];
        candidates
            .iter()
            .find_map(|candidate| self.catalogue.kinds.get_key_value(candidate.as_str()))
            .map(|(name, _)| vec![name.clone()])
            .unwrap_or_default()
    }
}
