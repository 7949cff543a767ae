//! The built-in policies and catalogue.
