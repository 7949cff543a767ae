//! Images of the Docker plugin: `docker.build('name')` and `docker.image('name')` are values that are pushed later.

use std::ops::Range;

use volary_model::{Origin, Role};

use super::Builder;
use super::syntax::{Argument, Call, Expression};
use crate::model::{Action, Found, Input, Step, Text, UsesKind};

/// What can be done with an image that others see.
const METHODS: [&str; 3] = ["push", "pull", "tag"];

/// The arguments of a call that have no name.
fn plain(arguments: &[Argument]) -> impl Iterator<Item = &Expression> {
    arguments.iter().filter(|argument| argument.name.is_none()).map(|argument| &argument.value)
}

impl Builder<'_, '_> {
    /// Remembers the image that a variable holds from here on.
    pub(super) fn remember_image(&mut self, variable: &Range<usize>, call: &Call) {
        let variable = self.source.slice(variable).to_owned();
        self.images.remove(&variable);
        if !call.name.starts_with("docker.build") && !call.name.starts_with("docker.image") {
            return;
        }
        if let Some(image) = plain(&call.arguments[..call.own.min(call.arguments.len())]).next() {
            let image = self.source.text(self.reader, image);
            self.images.insert(variable, image);
        }
    }

    /// `image.push('tag')`, `docker.image('name').push()`, `docker.build('name').push()`: the steps that these are, with
    /// the name of the image as an input. None of other calls.
    pub(super) fn image_steps(&mut self, call: &Call) -> Vec<Step> {
        let Some((holder, method)) = call.name.rsplit_once('.').filter(|_| call.block.is_none()) else {
            return Vec::new();
        };
        if !METHODS.contains(&method) {
            return Vec::new();
        }
        let chained = matches!(holder, "docker.build" | "docker.image");
        let (own, rest) = call.arguments.split_at(if chained { call.own.min(call.arguments.len()) } else { 0 });
        let image = match plain(own).next().filter(|_| chained) {
            Some(image) => Some(self.source.text(self.reader, image)),
            None => self.images.get(holder).cloned(),
        };
        let Some(image) = image else { return Vec::new() };
        let mut steps = Vec::new();
        if holder == "docker.build" {
            steps.push(self.image_step(call, "docker.build", vec![Input::of("0".into(), None, image.clone())]));
        }
        let mut inputs = vec![Input::of("image".into(), None, image)];
        if let Some(tag) = plain(rest).next() {
            let tag = self.source.text(self.reader, tag);
            inputs.push(Input::of("tag".into(), None, tag));
        }
        steps.push(self.image_step(call, &format!("docker.image.{method}"), inputs));
        steps
    }

    fn image_step(&self, call: &Call, name: &str, inputs: Vec<Input>) -> Step {
        let at = self.source.span(&call.name_range);
        let written = Text::literal(call.name.as_str(), Origin::at(at, Role::Attribute));
        let uses = self.uses(UsesKind::Step, written, name, at, Found::External);
        let mut step = Step::new(Action::Uses(uses), self.source.span(&call.range), at);
        step.inputs = inputs;
        step
    }
}
