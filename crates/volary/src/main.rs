//! Volary
fn main() {}
