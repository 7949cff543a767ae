//! Functions on maps.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use volary_model::{Data, Entry, Map, Reason, Type, Unknown, Value};

use super::args::{self, Answer, Args, Outcome, Stop, arranged};
use super::collection::{member, one_of};
use super::compare::{Budget, sorted};
use super::convert;

/// What an unknown map certainly holds.
fn held(value: &Value) -> Option<&Map> {
    value.holds().and_then(Value::as_map)
}

pub(super) fn keys(args: &Args<'_>) -> Outcome {
    let texts = |map: &Map| -> Vec<Value> {
        sorted(map).into_iter().map(|(key, _)| args.fresh(Data::Text(key.into()))).collect()
    };
    match args.map(0) {
        Ok(map) => Ok(Answer::Arranged(Data::List(Arc::new(texts(map))))),
        Err(Stop::Unknown(reason)) => Ok(members(args, reason, texts)?),
        Err(error) => Err(error),
    }
}

pub(super) fn values(args: &Args<'_>) -> Outcome {
    let values = |map: &Map| -> Vec<Value> { sorted(map).into_iter().map(|(_, value)| value.clone()).collect() };
    match args.map(0) {
        Ok(map) => arranged(values(map)),
        Err(Stop::Unknown(reason)) => Ok(members(args, reason, values)?),
        Err(error) => Err(error),
    }
}

/// The keys or values of a map that is not known.
fn members(args: &Args<'_>, reason: Reason, of: impl Fn(&Map) -> Vec<Value>) -> Result<Answer, Stop> {
    let value = args.at(0)?;
    let certain = held(value).map(of).unwrap_or_default();
    let unknown = value.as_unknown();
    let most = unknown.and_then(|unknown| unknown.at_most).map(|most| most as usize);
    Ok(match args.open_list(certain, reason, most) {
        Answer::Open(mut result, holds) => {
            result.not_empty |= unknown.is_some_and(|unknown| unknown.not_empty);
            Answer::Open(result, holds)
        }
        other => other,
    })
}

pub(super) fn lookup(args: &Args<'_>) -> Outcome {
    let value = args.at(0)?;
    let default = args.values.get(2);
    let map = match args.map(0) {
        Ok(map) => map,
        Err(Stop::Unknown(reason)) => {
            let found = args.text(1).ok().and_then(|key| held(value)?.get(&key).cloned());
            if let Some(found) = found {
                return Ok(Answer::Part(found));
            }
            let mut unknown = Unknown::new(reason);
            if let Some(Type::Map(inner)) = value.as_unknown().map(|unknown| &unknown.ty)
                && default.is_none_or(|default| super::known::type_of(default) == **inner)
            {
                unknown.ty = (**inner).clone();
            }
            return Ok(Answer::Made(Data::Unknown(Arc::new(unknown))));
        }
        Err(error) => return Err(error),
    };
    match args.text(1) {
        Ok(key) => match (map.get(&key), default) {
            (Some(found), _) => Ok(Answer::Part(found.clone())),
            (None, Some(default)) => Ok(Answer::Part(default.clone())),
            (None, None) => Stop::error(format!("there is no key {key:?}")),
        },
        Err(Stop::Unknown(reason)) => {
            let mut candidates: Vec<&Value> = sorted(map).into_iter().map(|(_, value)| value).collect();
            candidates.extend(default);
            match candidates.as_slice() {
                [] => Stop::error("the map is empty"),
                _ => one_of(&candidates, reason),
            }
        }
        Err(error) => Err(error),
    }
}

pub(super) fn map(args: &Args<'_>) -> Outcome {
    let (pairs, rest) = args.values.as_chunks::<2>();
    if !rest.is_empty() {
        return Stop::error("a key has no value");
    }
    let values = convert::unified(pairs.iter().map(|[_, value]| value))?;
    let mut entries = Vec::with_capacity(pairs.len());
    for ([key, _], value) in pairs.iter().zip(values) {
        entries.push(args.entry(convert::to_text(key)?, value));
    }
    Ok(Answer::Arranged(Data::Map(Arc::new(Map::new(entries)))))
}

pub(super) fn matchkeys(args: &Args<'_>) -> Outcome {
    let (values, keys, wanted) = (args.list(0)?, args.list(1)?, args.list(2)?);
    if values.len() != keys.len() {
        return Stop::error("the lists of values and keys differ in length");
    }
    let mut budget = Budget::new(args.context);
    let mut kept = Vec::new();
    let mut open = None;
    for (value, key) in values.iter().zip(keys) {
        match member(wanted, key, &mut budget) {
            Some(true) => kept.push(value.clone()),
            Some(false) => {}
            None => open = open.or_else(|| Some(args::first_reason([key].into_iter().chain(wanted)))),
        }
    }
    match open {
        Some(reason) => Ok(args.open_list(kept, reason, Some(values.len()))),
        None => arranged(kept),
    }
}

/// Entries in the order in which their keys came, each key once with its last value.
#[derive(Default)]
struct Merged {
    entries: Vec<Entry>,
    places: HashMap<Arc<str>, usize>,
}

impl Merged {
    fn add(&mut self, map: &Map) {
        for entry in map.entries() {
            match self.places.get(&entry.key) {
                Some(place) => self.entries[*place] = entry.clone(),
                None => {
                    self.places.insert(entry.key.clone(), self.entries.len());
                    self.entries.push(entry.clone());
                }
            }
        }
    }
}

pub(super) fn merge(args: &Args<'_>) -> Outcome {
    let mut merged = Merged::default();
    let mut open = None;
    let mut most = Some(0_usize);
    let mut not_empty = false;
    for index in 0..args.len() {
        let value = args.at(index)?;
        if value.is_null() {
            continue;
        }
        match args.map(index) {
            Ok(map) => {
                merged.add(map);
                args.within(merged.entries.len())?;
                most = most.map(|most| most + map.len());
                not_empty |= !map.is_empty();
            }
            Err(Stop::Unknown(reason)) => {
                let unknown = value.as_unknown();
                let size = unknown.and_then(|unknown| unknown.at_most);
                if size == Some(0) {
                    continue;
                }
                // Every value that came before may be replaced by one of this map.
                merged = Merged::default();
                if let Some(map) = held(value) {
                    merged.add(map);
                }
                most = most.and_then(|most| Some(most.saturating_add(size? as usize)));
                not_empty |= unknown.is_some_and(|unknown| unknown.not_null && unknown.not_empty);
                open = open.or(Some(reason));
            }
            Err(error) => return Err(error),
        }
    }
    let Some(reason) = open else { return Ok(Answer::Arranged(Data::Map(Arc::new(Map::new(merged.entries))))) };
    let mut unknown = Unknown::new(reason);
    unknown.ty = Type::Map(Box::new(Type::Any));
    unknown.not_null = true;
    unknown.not_empty = not_empty;
    unknown.at_most = most.and_then(|most| u32::try_from(most).ok());
    Ok(Answer::Open(unknown, Value::map(merged.entries, args.origin())))
}

/// A map from text to lists of texts, turned around.
pub(super) fn transpose(args: &Args<'_>) -> Outcome {
    let mut turned: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    let mut count = 0;
    for (key, value) in sorted(args.map(0)?) {
        let list = match convert::as_list(value) {
            Ok(list) => list,
            Err(Stop::Error(about)) => return Stop::error(format!("a value of the map {about}")),
            Err(stop) => return Err(stop),
        };
        for text in list {
            count += 1;
            args.within(count)?;
            let keys = turned.entry(convert::to_text(text)?).or_default();
            keys.push(key.into());
        }
    }
    let entries = turned.into_iter().map(|(text, mut keys)| {
        keys.sort();
        keys.dedup();
        let keys = keys.into_iter().map(|key| args.fresh(Data::Text(key))).collect();
        args.entry(text, args.fresh(Data::List(Arc::new(keys))))
    });
    Ok(Answer::Made(Data::Map(Arc::new(entries.collect()))))
}

pub(super) fn zipmap(args: &Args<'_>) -> Outcome {
    let keys = args.list(0)?;
    let keys: Vec<Arc<str>> = keys.iter().map(convert::to_text).collect::<Result<_, _>>()?;
    let mut merged = Merged::default();
    match args.list(1) {
        Ok(values) if values.len() == keys.len() => {
            for (key, value) in keys.into_iter().zip(values) {
                merged.add(&Map::new(vec![args.entry(key, value.clone())]));
            }
        }
        Ok(_) => return Stop::error("the lists of keys and values differ in length"),
        Err(Stop::Unknown(reason)) => {
            let value = args.made_of([args.at(1)?], Data::Unknown(Arc::new(Unknown::new(reason))));
            for key in keys {
                let value = value.clone();
                merged.add(&Map::new(vec![args.entry(key, value)]));
            }
        }
        Err(error) => return Err(error),
    }
    Ok(Answer::Arranged(Data::Map(Arc::new(Map::new(merged.entries)))))
}
