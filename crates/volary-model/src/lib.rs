//! The vocabulary of Volary as plain types.
//!
//! Every other crate speaks in these types; this crate does no input or output and depends on none of the others.
//! The terms are those of the field: a *document* is a parsed file, a *resource* one configured object, a *unit* what is
//! deployed together, a *judgement* the answer of one policy about one subject, a *finding* what a failed judgement
//! reports.

mod contract;
mod files;
mod finding;
mod guardrail;
mod judgement;
mod level;
mod number;
mod paths;
mod place;
mod policy_info;
mod problem;
mod report;
mod requirement;
mod source_use;
mod subject;
mod text_at;
mod unknown;
mod value;

pub use contract::{
    Contract, ContractChange, ContractControl, ContractEffect, ContractParameter, ContractSlot, Contracts,
};
pub use files::{FileId, Files, LineColumn, Location, SourceFile};
pub use finding::{Acceptance, Edit, EditKind, Finding, Instance, Status, Undecided};
pub use guardrail::{
    Assumption, Candidate, Cell, Fact, GuardrailVerdict, Guardrails, JobView, Link, ManualGate, MutableSource,
    PipelineView, Scan, SmallestEdit, StepView, UnreadSource, Verdict, Weakening,
};
pub use judgement::{Decider, Judgement, Outcome};
pub use level::{Confidence, Level, Severity, Tier};
pub use number::Number;
pub use paths::{folder_of, join_path};
pub use place::{Origin, Place, Pointer, Role, Span};
pub use policy_info::{Fix, PolicyInfo};
pub use problem::{NotJudged, Problem, ProblemKind};
pub use report::{Counts, Report, Versions};
pub use requirement::{ApprovedTemplate, PipelineSnippet, RequiredControl, Requirement};
pub use source_use::{SourceUse, SourceUses};
pub use subject::{Call, Gap, Subject, SubjectId, Unit, UnitKind};
pub use text_at::{TextAt, TextPiece, TextPlace, may_be_document};
pub use unknown::{Reason, ReasonKind, TextPart, Type, Unknown};
pub use value::{Data, Entry, Map, Note, Reference, Value};
