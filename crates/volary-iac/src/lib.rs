//! Infrastructure as code as units of resources.
