//! Scripts and what findings do to their exit codes.

mod calls;
mod conditions;
mod flow;
mod hostile;
mod support;
mod survey;
mod windows;
