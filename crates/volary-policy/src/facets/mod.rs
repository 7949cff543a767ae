//! Views that resources of many kinds share, computed from their values when a unit is prepared.

mod iam;
mod make;
mod network;
mod source;
#[cfg(test)]
mod tests;
mod values;

use volary_model::Unit;

use crate::prepare::References;

/// Adds the facets to a unit. Renames are applied, parts are merged and defaults filled in; references resolve through
/// `references`, whose ids stay valid because facets are only added behind the subjects that are there.
pub(crate) fn add(unit: &mut Unit, references: &References) {
    network::add(unit, references);
    iam::add(unit, references);
}
