//! Parsed files with spans, within limits.
