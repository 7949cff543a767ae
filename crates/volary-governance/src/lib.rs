//! Exceptions, baseline, owners and configuration.
