//! Making the subjects of facets and tying them to their resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Origin, Reason, Role, Span, Subject, SubjectId, Unit, Value};

use super::values::entry;

/// A facet before it is a subject.
pub(super) struct Facet {
    pub(super) kind: &'static str,
    /// The resource that it is written in.
    pub(super) definer: SubjectId,
    /// The resource that it protects or belongs to.
    pub(super) owner: SubjectId,
    /// The part of the resource that it is: the name of a block and what tells it from others of that name. `None` where
    /// the resource as a whole is the facet.
    pub(super) part: Option<(&'static str, String)>,
    /// The value that the part is read from.
    pub(super) source: Option<Value>,
    pub(super) name: Option<Arc<str>>,
    /// It is not known whether it exists.
    pub(super) conditional: Option<Reason>,
    pub(super) values: Vec<(&'static str, Value)>,
}

/// Adds facets to a unit.
#[derive(Default)]
pub(super) struct Maker {
    /// How often a part was there already: a second one with the same key is told apart by a count.
    seen: BTreeMap<(SubjectId, &'static str, String), u32>,
}

impl Maker {
    /// Adds a facet and the ties to it.
    pub(super) fn add(&mut self, unit: &mut Unit, facet: Facet) -> Option<SubjectId> {
        let definer = unit.subject(facet.definer)?.clone();
        let header = facet.source.as_ref().and_then(|source| source.origin.span()).unwrap_or(definer.header);
        let header = if header.file == definer.header.file { header } else { definer.header };
        let extent = match &facet.source {
            Some(source) if header != definer.header => whole(source, header, definer.extent),
            _ => definer.extent,
        };
        let suffix = match facet.part {
            None => String::new(),
            Some((block, key)) => {
                let count = self.seen.entry((facet.definer, block, key.clone())).or_default();
                *count += 1;
                if *count > 1 { format!("/{block}/{key}#{count}") } else { format!("/{block}/{key}") }
            }
        };
        let id = SubjectId(u32::try_from(unit.subjects.len()).ok()?);
        let origin = Origin::at(header, Role::Block);
        let values = facet.values.into_iter().map(|(key, value)| entry(key, value)).collect();
        unit.subjects.push(Subject {
            kind: facet.kind.into(),
            name: facet.name.unwrap_or_else(|| definer.name.clone()),
            address: format!("{}{suffix}", definer.address).into(),
            definition: format!("{}{suffix}", definer.definition).into(),
            header,
            extent,
            values: Value::map(values, origin),
            conditional: facet.conditional.or_else(|| definer.conditional.clone()),
            owner: Some(facet.owner),
            links: BTreeMap::from([("defined_by".into(), vec![facet.definer])]),
            ..definer
        });
        link(unit, facet.owner, facet.kind, id);
        if facet.definer != facet.owner {
            link(unit, facet.definer, facet.kind, id);
        }
        Some(id)
    }
}

/// Ties a subject to another one by a name.
pub(super) fn link(unit: &mut Unit, from: SubjectId, name: &str, to: SubjectId) {
    if let Some(subject) = unit.subjects.get_mut(from.0 as usize) {
        let ids = subject.links.entry(name.into()).or_default();
        if !ids.contains(&to) {
            ids.push(to);
        }
    }
}

/// Values with more parts than this are not searched to the end for their extent.
const MAX_PARTS: usize = 10_000;

/// From the header of a block to the end of the last value in it.
fn whole(source: &Value, header: Span, limit: Span) -> Span {
    let mut extent = header;
    let mut open = vec![source];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        seen += 1;
        if seen > MAX_PARTS {
            break;
        }
        if let Some(span) = value.origin.span()
            && limit.contains(&span)
            && span.start >= header.start
        {
            extent = extent.to(span);
        }
        match &value.data {
            Data::List(list) => open.extend(list.iter()),
            Data::Map(map) => open.extend(map.entries().iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    extent
}
