//! Telling templates that make YAML from YAML.

/// Whether a text is a template (Helm, Jinja, Go) rather than a document: it has `{{` or `{%` outside of quotes, block
/// scalars and comments. `${{` is none: that is how workflows write expressions inside of values.
pub fn is_templated(text: &str) -> bool {
    if memchr::memmem::find(text.as_bytes(), b"{{").is_none() && memchr::memmem::find(text.as_bytes(), b"{%").is_none()
    {
        return false;
    }
    // The indentation of the line that opened a block scalar, while in it.
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        if content.is_empty() {
            continue;
        }
        let indentation = line.len() - content.len();
        match block {
            Some(opened) if indentation > opened => continue,
            _ => block = None,
        }
        match scan(content) {
            Line::Template => return true,
            Line::BlockScalar => block = Some(indentation),
            Line::Plain => {}
        }
    }
    false
}

enum Line {
    Plain,
    Template,
    BlockScalar,
}

fn scan(content: &str) -> Line {
    let bytes = content.as_bytes();
    let mut quote = None;
    let mut before = b' ';
    let mut end = bytes.len();
    for (at, byte) in bytes.iter().copied().enumerate() {
        match quote {
            Some(open) if byte == open && !(open == b'"' && before == b'\\') => quote = None,
            Some(_) => {}
            // A quote opens a quoted scalar only where a scalar can start; elsewhere it is an apostrophe.
            None if matches!(byte, b'"' | b'\'') && matches!(before, b' ' | b'[' | b'{' | b',' | b':') => {
                quote = Some(byte);
            }
            None if byte == b'#' && before == b' ' => {
                end = at;
                break;
            }
            None if byte == b'{' && matches!(bytes.get(at + 1), Some(b'{' | b'%')) && before != b'$' => {
                return Line::Template;
            }
            None => {}
        }
        before = byte;
    }
    let content = content[..end].trim_end();
    let indicators = content.trim_end_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let opens = indicators.ends_with('|') || indicators.ends_with('>');
    let start = indicators.len().saturating_sub(1);
    if opens && (start == 0 || matches!(content.as_bytes()[start - 1], b' ' | b':')) {
        return Line::BlockScalar;
    }
    Line::Plain
}

#[cfg(test)]
mod tests {
    use super::is_templated;

    #[test]
    fn templates_are_told_from_documents() {
        for template in [
            "{{- if .Values.x }}\na: b\n{{- end }}\n",
            "a: {{ .Values.x }}\n",
            "a: app-{{ .Release.Name }}\n",
            "a:\n  {%- for x in y %}\n  - b\n  {% endfor %}\n",
            "note: don't\nb: {{ x }}\n",
        ] {
            assert!(is_templated(template), "{template}");
        }
        for document in [
            "a: b\n",
            "run: echo ${{ matrix.os }}\n",
            "a: \"{{ inputs.parameters.x }}\"\n",
            "a: '{{ x }}'\n",
            "a: |\n  {{ $labels.instance }}\n\n  text {{ x }}\nb: c\n",
            "- >-\n  {{ x }}\n",
            "# {{ x }}\na: b # {{ y }}\n",
        ] {
            assert!(!is_templated(document), "{document}");
        }
    }
}
