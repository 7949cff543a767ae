//! Where the characters of a scalar are written.

use granit_parser::ScalarStyle;
use volary_model::{FileId, TextAt, TextPiece, may_be_document};

/// The places of a scalar that may hold a document, where its characters stand in the file one by one: a block scalar
/// that keeps its lines, and a quoted or plain one without escapes and folded lines. `range` is where it is written, of a
/// block scalar from the first character behind its indentation on, of a quoted one with its quotes.
pub(super) fn written(
    file: FileId,
    source: &str,
    text: &str,
    style: ScalarStyle,
    (start, end): (usize, usize),
) -> Option<TextAt> {
    if !may_be_document(text) {
        return None;
    }
    match style {
        ScalarStyle::Literal => lines(file, source, text, start),
        ScalarStyle::Folded => None,
        _ => {
            let quote = usize::from(matches!(source.as_bytes().get(start), Some(b'"' | b'\'')));
            let same = source.get(start + quote..end.checked_sub(quote)?) == Some(text);
            if same { TextAt::whole(file, start + quote, text.len()) } else { None }
        }
    }
}

/// Every line of the text is the end of a line of the file.
fn lines(file: FileId, source: &str, text: &str, start: usize) -> Option<TextAt> {
    let mut line_start = source.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let mut pieces: Vec<TextPiece> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let rest = source.get(line_start..)?;
        let (written, next) = match rest.find('\n') {
            Some(newline) => (&rest[..newline], line_start + newline + 1),
            None => (rest, source.len()),
        };
        let written = written.trim_end_matches('\r');
        let indentation = written.len().checked_sub(content.len());
        let blanks = indentation
            .filter(|at| written.get(*at..) == Some(content) && written.bytes().take(*at).all(|byte| byte == b' '));
        // An empty line may have any indentation.
        let at = line_start + if content.is_empty() { written.len() } else { blanks? };
        // The end of a line is part of the text unless it is written as two characters or not at all.
        let verbatim = source.get(at..at + line.len()) == Some(line);
        let piece = TextPiece {
            offset: u32::try_from(offset).ok()?,
            start: u32::try_from(at).ok()?,
            length: u32::try_from(if verbatim { line.len() } else { content.len() }).ok()?,
        };
        if piece.length > 0 {
            pieces.push(piece);
        }
        offset += line.len();
        line_start = next;
    }
    TextAt::new(file, text.len(), pieces)
}
