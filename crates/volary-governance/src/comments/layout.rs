//! How far the block reaches that a line opens. One pass over a text, whatever it holds; where a text is laid out in an
//! unusual way a block comes out shorter, never longer than up to the bracket or indentation that closes it.

/// How blocks are written in a kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Brackets: HCL, JSON, Bicep and programming languages.
    Brackets,
    /// Indentation: YAML.
    Indentation,
    /// A backslash at the end of a line: Dockerfiles and shell.
    Continuation,
    /// Documentation: only `<!-- -->` is a comment.
    Prose,
    /// Nothing is known.
    Lines,
}

impl Style {
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        if name.contains("dockerfile") || name.contains("containerfile") {
            return Self::Continuation;
        }
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "tf" | "tofu" | "hcl" | "tfvars" | "json" | "jsonc" | "bicep" | "bicepparam" | "js" | "ts" | "go"
            | "java" | "cs" | "groovy" | "rs" | "c" | "cpp" | "php" | "kt" | "swift" | "scala" => Self::Brackets,
            "yaml" | "yml" => Self::Indentation,
            "sh" | "bash" | "zsh" | "ksh" => Self::Continuation,
            "md" | "markdown" | "rst" | "adoc" | "html" | "htm" | "xml" | "svg" => Self::Prose,
            _ => Self::Lines,
        }
    }
}

/// Where blocks end. Lines are counted from 1.
pub(super) struct Layout {
    style: Style,
    /// The last line of the block that the line with this index opens; itself where it opens none.
    ends: Vec<u32>,
    /// Outermost blocks: first and last line.
    outermost: Vec<(u32, u32)>,
    /// Columns of the first character, `None` for blank lines; YAML only.
    indents: Vec<Option<usize>>,
}

impl Layout {
    pub(super) fn new(text: &str, style: Style) -> Self {
        let lines = text.split('\n').count();
        let mut layout = Self { style, ends: (0..lines as u32).collect(), outermost: Vec::new(), indents: Vec::new() };
        match style {
            Style::Brackets => layout.brackets(text),
            Style::Indentation => layout.indentation(text),
            Style::Continuation => layout.continuation(text),
            Style::Prose | Style::Lines => {}
        }
        layout
    }

    /// The last line of the block that a line opens.
    pub(super) fn end(&self, line: u32) -> u32 {
        self.ends.get(line as usize - 1).map_or(line, |end| end + 1)
    }

    /// The definition that a line lies in, as the other tools see it: the outermost block, the manifest, the whole Dockerfile.
    pub(super) fn enclosing(&self, line: u32) -> Option<(u32, u32)> {
        match self.style {
            Style::Brackets | Style::Indentation => {
                let after = self.outermost.partition_point(|(first, _)| *first <= line);
                let (first, last) = *self.outermost.get(after.checked_sub(1)?)?;
                (line <= last).then_some((first, last))
            }
            Style::Continuation => Some((1, self.ends.len() as u32)),
            Style::Prose | Style::Lines => None,
        }
    }

    /// Whether files of this kind consist of definitions.
    pub(super) fn has_definitions(&self) -> bool {
        matches!(self.style, Style::Brackets | Style::Indentation | Style::Continuation)
    }

    fn brackets(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut open: Vec<u32> = Vec::new();
        let (mut at, mut line) = (0, 0u32);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => line += 1,
                b'"' => {
                    at = quoted_end(bytes, at);
                    continue;
                }
                b'#' => {
                    at = line_end(bytes, at);
                    continue;
                }
                b'/' if bytes.get(at + 1) == Some(&b'/') => {
                    at = line_end(bytes, at);
                    continue;
                }
                b'/' if bytes.get(at + 1) == Some(&b'*') => {
                    let end = memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + end + 4);
                    line += memchr::memchr_iter(b'\n', &bytes[at..end]).count() as u32;
                    at = end;
                    continue;
                }
                b'<' if bytes.get(at + 1) == Some(&b'<') => {
                    if let Some(end) = heredoc_end(bytes, at) {
                        let first = line as usize;
                        line += memchr::memchr_iter(b'\n', &bytes[at..end]).count() as u32;
                        // A text of several lines is a block of the line that it begins on.
                        self.ends[first] = line.max(self.ends[first]);
                        at = end;
                        continue;
                    }
                }
                b'{' | b'[' | b'(' => open.push(line),
                b'}' | b']' | b')' => {
                    if let Some(first) = open.pop() {
                        let end = &mut self.ends[first as usize];
                        *end = line.max(*end);
                        if open.is_empty() {
                            self.outermost.push((first + 1, line + 1));
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn indentation(&mut self, text: &str) {
        // Blocks that are open: indentation, first line, whether it is an item of a list.
        let mut open: Vec<(usize, usize, bool)> = Vec::new();
        let mut last = 0usize;
        let mut document = 0usize;
        for (index, line) in text.split('\n').enumerate() {
            let trimmed = line.trim_start_matches(' ');
            let blank = trimmed.trim().is_empty() || trimmed.starts_with('#');
            let indent = line.len() - trimmed.len();
            self.indents.push((!blank).then_some(indent));
            if blank {
                continue;
            }
            let divider = indent == 0 && (trimmed.starts_with("---") || trimmed.starts_with("..."));
            let is_item = trimmed == "-" || trimmed.starts_with("- ") || trimmed.starts_with("-\r");
            while let Some((outer, first, outer_is_item)) = open.last().copied() {
                // The items of a list may stand at the indentation of its key.
                let inside = indent > outer || (indent == outer && is_item && !outer_is_item);
                if inside && !divider {
                    break;
                }
                self.ends[first] = last as u32;
                open.pop();
            }
            if divider {
                self.outermost.push((document as u32 + 1, index as u32 + 1));
                document = index;
            } else {
                open.push((indent, index, is_item));
                last = index;
            }
        }
        for (_, first, _) in open {
            self.ends[first] = last as u32;
        }
        self.outermost.push((document as u32 + 1, self.ends.len() as u32));
        self.list_items(text);
    }

    /// In a `List` of Kubernetes objects each item is a definition of its own.
    fn list_items(&mut self, text: &str) {
        if !text.contains("items:") {
            return;
        }
        let lines: Vec<&str> = text.split('\n').collect();
        let mut split = Vec::new();
        for (first, last) in std::mem::take(&mut self.outermost) {
            let range = first as usize - 1..last as usize;
            let items = range.clone().find(|index| lines[*index].trim_end() == "items:");
            let is_list = range.clone().any(|index| {
                lines[index]
                    .strip_prefix("kind:")
                    .is_some_and(|kind| kind.trim().trim_matches(['"', '\'']).ends_with("List"))
            });
            let Some(items) = items.filter(|_| is_list) else {
                split.push((first, last));
                continue;
            };
            let mut at = items + 1;
            while at < lines.len().min(self.end(items as u32 + 1) as usize) {
                if lines[at].trim_start().starts_with('-') && self.indents[at].is_some() {
                    let end = self.end(at as u32 + 1);
                    split.push((at as u32 + 1, end));
                    at = end as usize;
                } else {
                    at += 1;
                }
            }
        }
        self.outermost = split;
    }

    fn continuation(&mut self, text: &str) {
        let mut first: Option<usize> = None;
        for (index, line) in text.split('\n').enumerate() {
            let line = line.trim_end();
            if let Some(first) = first {
                self.ends[first] = index as u32;
            }
            // Comments and blank lines inside a continued instruction do not end it.
            let passed_over = first.is_some() && (line.trim().is_empty() || line.trim_start().starts_with('#'));
            if line.ends_with('\\') {
                first = first.or(Some(index));
            } else if !passed_over {
                first = None;
            }
        }
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// The end of a quoted text on its line; one that is not closed ends with the line.
fn quoted_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 1,
            b'"' => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The end of an HCL heredoc (`<<EOT`, `<<-EOT`) that starts here.
fn heredoc_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 2;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let end = line_end(bytes, at);
    let word = bytes[at..end].trim_ascii();
    let is_word =
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_word {
        return None;
    }
    let mut line = end + 1;
    while line < bytes.len() {
        let end = line_end(bytes, line);
        if bytes[line..end].trim_ascii() == word {
            return Some(end);
        }
        line = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_find_blocks_and_outermost_blocks() {
        let text = "resource \"a\" \"b\" {\n  x = \"}\" # }\n  y {\n    z = [\n    ]\n  }\n  h = <<EOT\n}\nEOT\n}\n\nlocals { a = 1 }\n";
        let layout = Layout::new(text, Style::Brackets);
        assert_eq!([1, 2, 3, 4, 7, 12].map(|line| layout.end(line)), [10, 2, 6, 5, 9, 12]);
        assert_eq!(layout.enclosing(5), Some((1, 10)));
        assert_eq!(layout.enclosing(11), None);
        assert_eq!(layout.enclosing(12), Some((12, 12)));
        assert_eq!(Layout::new("}}]{{", Style::Brackets).end(1), 1);
    }

    #[test]
    fn indentation_finds_blocks_and_documents() {
        let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    args:\n    - x\n\n    - y\n  - name: b\n---\nkind: Job\n";
        let layout = Layout::new(text, Style::Indentation);
        assert_eq!([1, 2, 3, 4, 5, 9, 11].map(|line| layout.end(line)), [1, 9, 9, 8, 8, 9, 11]);
        assert_eq!(layout.enclosing(4), Some((1, 10)));
        assert_eq!(layout.enclosing(11).map(|(first, _)| first), Some(10));
    }

    #[test]
    fn the_objects_of_a_list_are_definitions() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: {}\n- kind: Job\n  metadata: {}\n";
        let layout = Layout::new(text, Style::Indentation);
        assert_eq!(layout.enclosing(5), Some((4, 5)));
        assert_eq!(layout.enclosing(7), Some((6, 7)));
    }

    #[test]
    fn continued_instructions_are_one() {
        let text = "FROM a\nRUN x \\\n  # why\n  && y \\\n\n  && z\nUSER b\n";
        let layout = Layout::new(text, Style::Continuation);
        assert_eq!([1, 2, 7].map(|line| layout.end(line)), [1, 6, 7]);
        assert_eq!(layout.enclosing(3), Some((1, 8)));
    }
}
