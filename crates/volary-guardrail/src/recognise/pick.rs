//! Finding what something is done to.

use std::sync::Arc;

use volary_model::{Data, TextPart, Value};

use super::invocation::{Pieces, prefix, scalar, written};
use super::settings::Context;
use super::tool::{Pick, PickBase};
use super::unwrap::tail;

/// Most values of one pick.
const MAX_VALUES: usize = 256;

impl Context<'_> {
    /// The values of some picks, without repetition. Where there are none, the one that stands for it.
    pub(crate) fn picks(&self, picks: &[Pick], otherwise: Option<&str>) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for pick in picks {
            for value in self.pick(pick) {
                if values.len() < MAX_VALUES && !values.iter().any(|known| written(known) == written(&value)) {
                    values.push(value);
                }
            }
        }
        match otherwise {
            Some(text) if values.is_empty() => vec![Value::text(text, self.origin.clone())],
            _ => values,
        }
    }

    fn pick(&self, pick: &Pick) -> Vec<Value> {
        let values = match &pick.base {
            PickBase::Operands { from, to } => {
                let operands = self.operands();
                let to = to.unwrap_or(operands.len()).min(operands.len());
                operands.get(*from..to).unwrap_or_default().iter().map(|value| (*value).clone()).collect()
            }
            PickBase::LastOperand => self.operands().last().map(|value| (*value).clone()).into_iter().collect(),
            PickBase::Setting(name) => self.several(name),
            PickBase::Template(template) => self.template(template),
        };
        values.into_iter().filter_map(|value| cut(pick, value)).collect()
    }

    /// All values of a setting; a list, or a text of several lines, is several.
    fn several(&self, name: &str) -> Vec<Value> {
        let found = self.find(name);
        let mut values = Vec::new();
        for value in found.values {
            match &value.data {
                Data::List(list) => values.extend(list.iter().cloned()),
                Data::Null | Data::Bool(_) => {}
                Data::Text(text) if text.contains('\n') || text.contains(',') => {
                    let pieces = text.split(['\n', ',']).map(str::trim).filter(|piece| !piece.is_empty());
                    values.extend(pieces.map(|piece| Value { data: Data::Text(piece.into()), ..value.clone() }));
                }
                Data::Text(text) if text.trim().is_empty() => {}
                Data::Text(text) if text.trim().len() < text.len() => {
                    values.push(Value { data: Data::Text(text.trim().into()), ..value.clone() });
                }
                _ => values.push(value),
            }
        }
        values
    }

    /// A text with settings in it; a setting with several values gives several texts, one without gives none.
    fn template(&self, template: &str) -> Vec<Value> {
        let mut texts: Vec<(Vec<Value>, usize)> = vec![(Vec::new(), 0)];
        let mut rest = template;
        while !rest.is_empty() {
            let (literal, name, behind) = match rest.split_once('{') {
                Some((literal, behind)) => {
                    let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
                    (literal, Some(name), behind)
                }
                None => (rest, None, ""),
            };
            rest = behind;
            for (parts, _) in &mut texts {
                parts.push(Value::text(literal, self.origin.clone()));
            }
            let Some(name) = name else { continue };
            let (name, after) = name.split_once(" after ").map_or((name, None), |(name, after)| (name, Some(after)));
            let (name, repository) = match name.strip_suffix(" repository") {
                Some(name) => (name, true),
                None => (name, false),
            };
            let mut values = match name.strip_prefix("operand") {
                Some("") => self.operands().first().map(|value| (*value).clone()).into_iter().collect(),
                Some(at) if at.starts_with(' ') => {
                    let at = at.trim().parse::<usize>().ok().and_then(|at| at.checked_sub(1));
                    at.and_then(|at| self.operands().get(at).map(|value| (*value).clone())).into_iter().collect()
                }
                _ => self.several(name),
            };
            if let Some(after) = after {
                let pick =
                    Pick { base: PickBase::Template("".into()), after: Some(after.into()), with: Some(after.into()) };
                values = values.into_iter().filter_map(|value| cut(&pick, value)).collect();
            }
            if repository {
                values = values.into_iter().map(without_tag).collect();
            }
            texts = texts
                .iter()
                .flat_map(|(parts, count)| {
                    values.iter().map(move |value| {
                        let mut parts = parts.clone();
                        parts.push(value.clone());
                        (parts, count + 1)
                    })
                })
                .take(MAX_VALUES)
                .collect();
        }
        let join = |(parts, _): (Vec<Value>, usize)| {
            let mut pieces = Pieces::default();
            let written_at = parts.iter().find(|part| part.origin != *self.origin);
            let origin = written_at.map_or_else(|| self.origin.clone(), |part| part.origin.clone());
            for part in &parts {
                pieces.value(part);
            }
            pieces.finish(origin)
        };
        texts.into_iter().map(join).collect()
    }
}

/// What stands behind a text, or behind the first of several; nothing where the value must hold another text and does not.
fn cut(pick: &Pick, value: Value) -> Option<Value> {
    if let Some(with) = &pick.with {
        let known = match value.as_unknown() {
            Some(unknown) => unknown.reason.about.contains(&**with),
            None => scalar(&value).is_some_and(|text| text.contains(&**with)),
        };
        if !known {
            return None;
        }
    }
    let Some(after) = &pick.after else { return Some(value) };
    let start = prefix(&value).to_owned();
    // A scheme (`docker:`, `oci://`) stands in front, everything else anywhere.
    let found = after.split('|').find_map(|after| {
        let scheme = after.ends_with([':', '/']);
        let at = if scheme { start.starts_with(after).then_some(0) } else { start.find(after) };
        at.map(|at| at + after.len())
    });
    match found {
        Some(end) => Some(tail(&value, end, &start[end..])),
        None => Some(value),
    }
}

/// An image without its tag and digest.
fn without_tag(value: Value) -> Value {
    if let Some(text) = value.as_text() {
        let end = tag(text);
        return Value { data: Data::Text(text[..end].into()), ..value.clone() };
    }
    let Some(unknown) = value.as_unknown() else { return value };
    let about = &unknown.reason.about;
    let end = tag(about);
    if end == about.len() {
        return value;
    }
    let mut cut = volary_model::Unknown::clone(unknown);
    cut.reason.about = about[..end].into();
    // What is literal up to the place of the tag.
    let last = cut.text.iter().rposition(|part| matches!(part, TextPart::Known(text) if text.contains([':', '@'])));
    cut.text.truncate(last.map_or(0, |last| last + 1));
    if let Some(TextPart::Known(text)) = cut.text.last_mut() {
        *text = text[..tag(text)].into();
    }
    cut.text.retain(|part| !matches!(part, TextPart::Known(text) if text.is_empty()));
    Value { data: Data::Unknown(Arc::new(cut)), ..value.clone() }
}

/// Where the tag or digest of an image starts; what stands in brackets (`${TAG:-latest}`) is one piece.
fn tag(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut end = text.len();
    for (at, c) in text.char_indices().rev() {
        match c {
            '}' | ')' => depth += 1,
            '{' | '(' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => break,
            ':' | '@' if depth == 0 => end = at,
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn the_tag_of_an_image_is_found() {
        for (text, wanted) in [
            ("reg:5000/app:1", "reg:5000/app"),
            ("reg:5000/app", "reg:5000/app"),
            ("app@sha256:1", "app"),
            ("app:1@sha256:1", "app"),
            ("${IMAGE:-app:1}", "${IMAGE:-app:1}"),
            ("${REG}/app:${TAG:-a/b}", "${REG}/app"),
        ] {
            assert_eq!(&text[..tag(text)], wanted);
        }
    }
}
