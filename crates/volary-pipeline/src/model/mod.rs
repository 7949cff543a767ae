//! The pipeline model: one set of types for every platform.
//!
//! A [`Pipeline`] holds flat lists of stages, jobs and steps that refer to each other by index; everything knows where it
//! is written. Values that a run completes are [`Text`]s: literal stretches and holes with the reason why they are not
//! known. What stands in a template that was read stands in the pipeline as if it were written there, and knows the
//! calls it came `through`; what could not be read is in [`Pipeline::hidden`].

mod expr;
mod job;
mod pipeline;
mod shell;
mod step;
mod text;
mod trigger;
mod uses;

pub use expr::{Comparison, Condition, Expr, ExprKind, Guard, Status};
pub use job::{
    Activation, Container, Environment, Job, JobId, JobKind, Leg, Need, Needs, RefFilter, Rule, Rules, Runner, Stage,
    StageId, Start, Strategy, When,
};
pub use pipeline::{
    Connection, Hidden, HiddenPlace, Parameter, Permissions, Pipeline, PipelineKind, Platform, Resource, ResourceKind,
    SecretKind, SecretUse, Variable, VariableKind,
};
pub use shell::{Shell, ShellKind};
pub use step::{Action, Artifact, Checkout, Direction, Input, Phase, Script, Setting, Step, StepId};
pub(crate) use text::scalar_text;
pub use text::{Hole, Known, Piece, ScriptText, Segment, Syntax, Text};
pub use trigger::{Event, Filter, Trigger};
pub use uses::{Found, Host, Repository, Uses, UsesKind};
