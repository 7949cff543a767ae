//! Progress on a terminal, once a run takes more than a second.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use volary_engine::{Phase, Progress};

/// A line on standard error, drawn only on a terminal and only after a second.
pub(crate) struct TerminalProgress {
    bar: ProgressBar,
    started: std::time::Instant,
}

impl TerminalProgress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { bar, started: std::time::Instant::now() }
    }

    fn show_when_slow(&self) {
        if self.bar.is_hidden() && std::io::stderr().is_terminal() && self.started.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

impl Progress for TerminalProgress {
    fn begin(&self, phase: Phase, steps: usize) {
        self.bar.set_position(0);
        self.bar.set_length(steps as u64);
        self.bar.set_message(match phase {
            Phase::List => "Listing files",
            Phase::Read => "Reading files",
            Phase::Evaluate => "Evaluating",
            Phase::Decide => "Deciding",
        });
        self.show_when_slow();
    }

    fn step(&self) {
        self.bar.inc(1);
        self.show_when_slow();
    }
}

impl Drop for TerminalProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
