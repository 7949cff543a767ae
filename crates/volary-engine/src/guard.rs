//! Panics become problems: a defect in one parser or policy must not take the rest of the run with it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use volary_model::{Problem, ProblemKind};

/// Runs `work`; a panic becomes a [`Problem`] about `path`.
pub(crate) fn guarded<T>(path: &Arc<str>, doing: &str, work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Problem {
        path: path.clone(),
        line: None,
        column: None,
        kind: ProblemKind::Internal,
        message: format!("Volary failed while {doing}: {}", text_of(payload.as_ref())).into(),
        help: "This is a defect in Volary; everything else was still judged. Please report it with this file.".into(),
        fails: true,
    })
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_problem_with_its_message() {
        let problem = guarded::<()>(&"a.tf".into(), "reading it", || panic!("boom {}", 1)).unwrap_err();
        assert!(problem.message.contains("boom 1"), "{problem:?}");
        assert!(problem.fails);
    }
}
