//! From a tree and policies to a report.
