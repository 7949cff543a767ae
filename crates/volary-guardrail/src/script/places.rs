//! Where the bytes of a script are written.

use std::ops::Range;
use std::sync::Arc;

use volary_model::{FileId, Span};
use volary_pipeline::ScriptText;

/// Finds the place of a range of bytes of a script.
#[derive(Clone, Debug)]
pub(super) enum Places {
    /// A script of the pipeline, and where it stands as a whole.
    Pipeline(Arc<ScriptText>, Span),
    /// A file, or a part of it from this byte on.
    File(FileId, usize),
    /// A part of another script, from this byte on.
    Part(Box<Places>, usize),
    /// Everything is at one place.
    One(Span),
}

impl Places {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let mut places = self;
        let mut by = 0;
        loop {
            let (start, end) = (range.start + by, range.end + by);
            match places {
                Self::Pipeline(text, whole) => return text.place(start, end).unwrap_or(*whole),
                Self::File(file, from) => return Span::new(*file, from + start, from + end),
                Self::Part(outer, from) => {
                    by += from;
                    places = outer;
                }
                Self::One(span) => return *span,
            }
        }
    }
}

/// Most characters of a command that are shown.
const SHOWN: usize = 160;

/// A text on one line, shortened.
pub(super) fn one_line(text: &str) -> Arc<str> {
    let mut line = String::new();
    for word in text.split_whitespace().filter(|word| *word != "\\") {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN {
            let end = (0..=SHOWN).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line.into()
}
