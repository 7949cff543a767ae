//! The catalogue for people: what a policy can see of a kind.

use std::fmt::Write as _;

use volary_model::Data;

use super::{Attributes, Block, Catalogue, type_name};

impl Catalogue {
    /// What a policy can see of a kind, one attribute a line; `None` where the catalogue has no such kind.
    pub fn describe(&self, kind: &str) -> Option<String> {
        let known = self.kind(kind)?;
        let mut text = format!("{kind}\n");
        attributes(&known.attributes, 1, &mut text);
        if let Some(part) = &known.part_of {
            let kinds: Vec<&str> = part.kinds.iter().map(|kind| &**kind).collect();
            let _ = writeln!(text, "  configures {}", kinds.join(", "));
        }
        for part in self.parts.get(kind).into_iter().flatten() {
            let _ = writeln!(text, "  is configured by {part} as well");
        }
        Some(text)
    }

    /// The kind whose name is most like this one, where one is near enough to be meant.
    pub fn similar(&self, kind: &str) -> Option<&str> {
        crate::suggest::nearest(kind, self.kind_names().map(|name| &**name))
    }
}

fn attributes(all: &Attributes, depth: usize, text: &mut String) {
    for (name, attribute) in all {
        let indent = "  ".repeat(depth);
        let ty = match attribute.block {
            Block::No => type_name(&attribute.ty),
            Block::Once => "block".to_owned(),
            Block::Many => "list of blocks".to_owned(),
        };
        let _ = write!(text, "{indent}{name}: {ty}");
        if let Some((_, value)) = attribute.defaults.last() {
            let _ = match &value.data {
                Data::Text(default) => write!(text, ", default \"{default}\""),
                Data::Bool(default) => write!(text, ", default {default}"),
                Data::Number(default) => write!(text, ", default {default}"),
                _ => write!(text, ", has a default"),
            };
        }
        if attribute.computed {
            text.push_str(", chosen by the provider when absent");
        }
        if attribute.sensitive {
            text.push_str(", never shown");
        }
        text.push('\n');
        attributes(&attribute.attributes, depth + 1, text);
    }
}
