//! Credentials in text.
