//! Colour palettes.

/// A colour.
#[derive(Debug, Clone, Copy)]
pub struct Colour(pub u8, pub u8, pub u8);
