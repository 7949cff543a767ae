//! The files of a run: their paths, texts and line tables.

use std::sync::{Arc, OnceLock};

use crate::Span;

/// Identifies a file within one run. Ids follow the sorted order of paths, so they are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A line and a column, both counted from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// A span as people and report formats read it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// Path relative to the root that was checked, `/` between parts; bytes that are not UTF-8 appear as `\xNN`.
    pub path: Arc<str>,
    /// First character.
    pub start: LineColumn,
    /// One past the last character.
    pub end: LineColumn,
    /// The bytes.
    pub span: Span,
}

/// One file of the run.
#[derive(Debug)]
pub struct SourceFile {
    path: Arc<str>,
    text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
    marks: OnceLock<Vec<u32>>,
}

/// Distance in bytes of the marks that count characters in long lines.
const MARK: usize = 4096;

/// The number of characters that start in these bytes.
fn characters(bytes: &[u8]) -> usize {
    // Continuation bytes do not start a character.
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

impl SourceFile {
    /// A file with its decoded text (no byte order mark).
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new(), marks: OnceLock::new() }
    }

    /// Path relative to the root that was checked.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The text that spans point into.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// The line and column of a byte offset; offsets past the end give the end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let lines = self.lines();
        let line = lines.partition_point(|start| (*start as usize) <= offset).max(1) - 1;
        let start = lines[line] as usize;
        let column = if offset - start <= 2 * MARK {
            characters(self.text.as_bytes().get(start..offset).unwrap_or_default())
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        LineColumn { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// The number of characters before an offset. Lines of generated files are megabytes long and have many places, so
    /// the count is kept every few kilobytes.
    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let marks = self.marks.get_or_init(|| {
            let mut count = 0;
            let mut marks = vec![0];
            for chunk in bytes.chunks(MARK) {
                count += characters(chunk);
                marks.push(u32::try_from(count).unwrap_or(u32::MAX));
            }
            marks
        });
        let mark = offset / MARK;
        marks[mark] as usize + characters(bytes.get(mark * MARK..offset).unwrap_or_default())
    }

    /// The text of a line counted from 1, without its end; empty past the last line.
    pub fn line(&self, line: u32) -> &str {
        let lines = self.lines();
        let index = (line.max(1) - 1) as usize;
        let Some(start) = lines.get(index) else { return "" };
        let end = lines.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        self.text.get(*start as usize..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The number of lines.
    pub fn line_count(&self) -> u32 {
        self.lines().len() as u32
    }
}

/// The table of files of a run, in the order of their ids.
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<Arc<SourceFile>>,
}

impl Files {
    /// A table over files that are already in the order of their ids.
    pub fn new(files: Vec<Arc<SourceFile>>) -> Self {
        Self { files }
    }

    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(file));
        id
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// All files in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<SourceFile>)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The text that a span covers; empty where the span is not of this table.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text().get(span.start as usize..span.end as usize)).unwrap_or_default()
    }

    /// A span as path, lines and columns.
    pub fn locate(&self, span: Span) -> Option<Location> {
        let file = self.get(span.file)?;
        Some(Location {
            path: file.path().clone(),
            start: file.line_column(span.start),
            end: file.line_column(span.end),
            span,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let text = format!("a\n{}\nb", "é=1,".repeat(10_000));
        let file = SourceFile::new("a", text.as_str());
        for (offset, _) in text.char_indices().step_by(997) {
            let before = text[..offset].rsplit('\n').next().unwrap_or_default();
            assert_eq!(file.line_column(offset as u32).column as usize, before.chars().count() + 1);
        }
        assert_eq!(file.line_column(text.len() as u32), LineColumn { line: 3, column: 2 });
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let file = SourceFile::new("a", "é = 1\nb\n");
        assert_eq!(file.line_column(0), LineColumn { line: 1, column: 1 });
        assert_eq!(file.line_column(3), LineColumn { line: 1, column: 3 });
        assert_eq!(file.line_column(7), LineColumn { line: 2, column: 1 });
        assert_eq!(file.line_column(999), LineColumn { line: 3, column: 1 });
        assert_eq!(file.line(1), "é = 1");
        assert_eq!(file.line(9), "");
    }
}
