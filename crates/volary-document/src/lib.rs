//! Parsed files with spans, within limits.
//!
//! Every parser takes a decoded text and returns what it could read together with what was wrong; none opens a path,
//! none panics, none recurses without a bound. Spans are byte ranges of the decoded text.

mod decode;
pub mod dockerfile;
pub mod hcl;
mod issue;
pub mod json;
pub mod shell;
pub mod yaml;

pub use decode::{DecodeError, DecodeErrorKind, decode, is_binary};
pub use issue::Issue;
