//! Terraform's kubernetes provider: the same facets from its blocks.

use volary_model::Unit;

/// Adds facets.
pub fn facets_of_terraform(unit: &mut Unit) {
    let _ = unit;
}
