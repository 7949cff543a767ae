//! What an attacker could steal or destroy, by which path, and what would stop it.
//!
//! [`fact`] is what is known of a delivery (with its evidence), [`solve`] the algorithms over ground attack steps.

pub mod fact;
pub mod solve;
