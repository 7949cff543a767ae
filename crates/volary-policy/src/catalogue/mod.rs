//! What policies may rely on: per kind the attributes, their types, earlier names, defaults, and how kinds belong together.

mod arm;
mod describe;
mod load;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Type, Value};

use crate::path::Path;
use crate::version::Range;

pub(crate) use arm::{Arm, ArmCondition, ArmPath, ArmPlace, ArmStep, ArmType, ArmTypes};
pub(crate) use types::type_name;

/// The attribute catalogue: facts about kinds, taken from the documentation of the providers.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub(crate) kinds: BTreeMap<Arc<str>, Arc<Kind>>,
    /// Kind to the kinds that are merged into it.
    pub(crate) parts: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// The kinds that stand for a resource type of Azure Resource Manager.
    pub(crate) arm_types: ArmTypes,
}

impl Catalogue {
    pub(crate) fn kind(&self, kind: &str) -> Option<&Arc<Kind>> {
        self.kinds.get(kind)
    }

    /// The names of all kinds, sorted.
    pub fn kind_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.kinds.keys()
    }
}

/// Attributes by name.
pub(crate) type Attributes = BTreeMap<Arc<str>, Attribute>;

/// One kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kind {
    pub(crate) attributes: Attributes,
    /// Attributes whose known values identify a resource of the kind.
    pub(crate) identity: Vec<Arc<str>>,
    pub(crate) part_of: Option<PartOf>,
    /// The resource type of Azure Resource Manager that it stands for.
    pub(crate) arm: Option<ArmType>,
    /// Named relations to other subjects.
    pub(crate) relations: BTreeMap<Arc<str>, Vec<Link>>,
    /// Something is to be done to values of the kind before they are judged.
    pub(crate) active: bool,
}

/// A kind that only configures another one.
#[derive(Clone, Debug)]
pub(crate) struct PartOf {
    pub(crate) kinds: Vec<Arc<str>>,
    pub(crate) by: Path,
    /// Where it is merged; empty at the top.
    pub(crate) at: Vec<Arc<str>>,
    pub(crate) many: bool,
}

/// How a named relation finds its other end.
#[derive(Clone, Debug)]
pub(crate) enum Link {
    /// A label selector (a plain map, or `matchLabels` and `matchExpressions`) chooses subjects of the same namespace.
    Selector(Path),
    /// Subjects are named, in the same namespace unless one is given.
    Name {
        /// Where the elements are that hold a name; the subject itself where absent.
        elements: Option<Path>,
        name: Path,
        kind: KindOf,
        namespace: Option<Path>,
    },
}

/// Which kind a name belongs to.
#[derive(Clone, Debug)]
pub(crate) enum KindOf {
    Any,
    Is(Arc<str>),
    At(Path),
}

/// One attribute or block.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) ty: Type,
    pub(crate) block: Block,
    /// What a block, object, or an object in a list or map holds.
    pub(crate) attributes: Attributes,
    /// Documented defaults with the provider versions that they hold for.
    pub(crate) defaults: Vec<(Option<Range>, Value)>,
    /// Absent means that the provider chooses.
    pub(crate) computed: bool,
    /// Earlier names, newest first.
    pub(crate) was: Vec<Earlier>,
    pub(crate) sensitive: bool,
    /// What names an element in fingerprints: attributes whose values are joined.
    pub(crate) key: Vec<Arc<str>>,
    /// The value is a text that holds JSON or YAML.
    pub(crate) text: Option<TextForm>,
    /// Where objects of Azure Resource Manager hold it.
    pub(crate) arm: Option<Arm>,
    /// Something is to be done to it, or to what it holds, before it is judged.
    pub(crate) active: bool,
}

/// How a schema allows a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// It is no block.
    No,
    /// At most once.
    Once,
    /// Any number of times.
    Many,
}

/// An earlier name of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// Steps; from the resource where `rooted`, else beside the current name.
    pub(crate) steps: Vec<Arc<str>>,
    pub(crate) rooted: bool,
    /// It meant the opposite (`disable_x` for `x_enabled`).
    pub(crate) inverted: bool,
}

/// The language of a text that holds structured data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextForm {
    Json,
    Yaml,
}

/// What a path has come to, as far as the catalogue knows. Where it knows nothing there is no shape.
#[derive(Clone, Debug)]
pub(crate) struct Shape<'c> {
    pub(crate) ty: Type,
    pub(crate) attributes: Option<&'c Attributes>,
    pub(crate) text: Option<TextForm>,
    pub(crate) key: &'c [Arc<str>],
}

impl Kind {
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape { ty: Type::Object(Vec::new()), attributes: Some(&self.attributes), text: None, key: &[] }
    }
}

impl Attribute {
    pub(crate) fn shape(&self) -> Shape<'_> {
        let ty = match self.block {
            Block::No => self.ty.clone(),
            Block::Once => Type::Object(Vec::new()),
            Block::Many => Type::List(Box::new(Type::Object(Vec::new()))),
        };
        let attributes = (!self.attributes.is_empty()).then_some(&self.attributes);
        Shape { ty, attributes, text: self.text, key: &self.key }
    }
}

/// Why a path cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No such attribute; the names that there are.
    Unknown(Vec<Arc<str>>),
    /// The path runs through a list of several.
    Several,
    /// A text that the catalogue does not declare to hold JSON or YAML.
    Text,
    /// A single value has no attributes.
    Scalar,
}

impl<'c> Shape<'c> {
    /// One element of a list or entry of a map; of anything else the thing itself.
    pub(crate) fn element(&self) -> Option<Shape<'c>> {
        match &self.ty {
            Type::List(element) | Type::Map(element) => {
                if **element == Type::Any && self.attributes.is_none() {
                    return None;
                }
                Some(Shape { ty: (**element).clone(), ..self.clone() })
            }
            Type::Any => None,
            _ => Some(self.clone()),
        }
    }

    /// An attribute of it. `Ok(None)`: nothing is known from here on.
    pub(crate) fn step(&self, name: &str, index: Option<u32>) -> Result<Option<Shape<'c>>, Wrong> {
        match &self.ty {
            Type::List(_) => match index {
                Some(_) => Ok(self.element()),
                None => Err(Wrong::Several),
            },
            Type::Map(_) => Ok(self.element()),
            Type::Any => Ok(None),
            Type::Object(_) => {
                let Some(attributes) = self.attributes else { return Ok(None) };
                match attributes.get(name) {
                    Some(attribute) => Ok(Some(attribute.shape())),
                    // A block that stands once reads the same with a position.
                    None if index == Some(0) => Ok(Some(self.clone())),
                    None => Err(Wrong::Unknown(attributes.keys().cloned().collect())),
                }
            }
            Type::Text if self.text.is_some() => Ok(None),
            Type::Text => Err(Wrong::Text),
            Type::Bool | Type::Number => Err(Wrong::Scalar),
        }
    }
}
