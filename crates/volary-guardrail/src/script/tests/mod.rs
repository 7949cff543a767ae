//! Scripts and what findings do to their exit codes.

mod flow;
mod support;
