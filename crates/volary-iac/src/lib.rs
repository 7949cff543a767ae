//! Infrastructure as code as units of resources.

pub mod dockerfile;
mod entries;
mod image;
pub mod kubernetes;
pub mod terraform;
