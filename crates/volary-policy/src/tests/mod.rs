//! Tests of the language as a whole: policies as text, units as text, judgements.

mod arm;
mod catalogue;
mod compile;
mod documentation;
mod evaluate;
mod findings;
mod fuzz;
mod large;
mod operators;
mod parts;
mod relations;
mod samples;
mod soundness;
mod support;
