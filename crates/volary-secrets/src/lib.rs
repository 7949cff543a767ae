//! Credentials in text.
//!
//! [`Scanner::scan`] reads one text and returns what looks like a credential in it: tokens of providers (formats in
//! `catalog/credentials/*.yaml`), private keys, connection strings, and passwords or keys that are assigned as a literal.
//! What is done about them is for policies to say; [`unit`] turns the findings of a file into subjects of kind `secret`.
//!
//! How it works: one Aho-Corasick pass finds keywords; only round a keyword is anything else looked at, in a window of
//! bounded size, so the work is linear in the length of the text whatever the text is. Expressions are compiled when
//! their keyword is first seen. A text without keywords costs one pass and nothing else.
//!
//! The value of a credential is never copied into a result: only its span and a masked form.

mod assignment;
mod base64;
mod checksum;
mod connection;
mod detector;
mod found;
mod judge;
mod key;
mod kubernetes;
mod lines;
mod measure;
mod pem;
mod scan;
mod scanner;
mod subject;
mod syntax;
mod token;
mod value;
mod weak;
mod web;

pub use found::{Checksum, Class, Found};
pub use scanner::{LIMIT, Scanner};
pub use subject::unit;
