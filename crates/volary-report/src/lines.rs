//! JSON with one item a line: readable, comparable line by line, and half the size of fully indented text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::escape::is_hidden;

/// Writes a value as JSON. Each item of a list that lies in fewer than `lists` other lists has a line of its own, and so
/// has each field around such a list.
pub(crate) fn write(value: &impl Serialize, lists: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = Lines { lists, open_lists: 0, level: 0, items: false };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, lines);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

struct Lines {
    lists: usize,
    open_lists: usize,
    level: usize,
    /// Whether the container that was closed or written last has items.
    items: bool,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.items = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8], broken: bool) -> io::Result<()> {
        self.level -= 1;
        if broken && self.items {
            self.line(out)?;
        }
        self.items = true;
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool, broken: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        match broken {
            true => self.line(out),
            false if first => Ok(()),
            false => out.write_all(b" "),
        }
    }

    /// Whether the items of the innermost open list have lines of their own.
    fn list_broken(&self) -> bool {
        self.open_lists <= self.lists
    }

    /// Whether the fields of the innermost open object have lines of their own.
    fn object_broken(&self) -> bool {
        self.open_lists < self.lists
    }

    fn line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..self.level).try_for_each(|_| out.write_all(b" "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open_lists += 1;
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let broken = self.list_broken();
        self.open_lists -= 1;
        self.close(out, b"]", broken)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first, self.list_broken())
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.items = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}", self.object_broken())
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first, self.object_broken())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.items = true;
        Ok(())
    }

    /// A report on the standard output of a pipeline is read by its agent, and one on a terminal by a person: `##vso[`
    /// must not appear in it, nor a character that hides or reorders text. Both are written as escapes of JSON.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let suspect = |byte: &u8| *byte == b'#' || *byte >= 0x7f;
        if !fragment.as_bytes().iter().any(suspect) {
            return out.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        let mut before = ' ';
        for (at, character) in fragment.char_indices() {
            if (character == '#' && before == '#') || is_hidden(character) {
                out.write_all(&fragment.as_bytes()[written..at])?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                written = at + character.len_utf8();
            }
            before = character;
        }
        out.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn outer_containers_are_broken_and_inner_ones_are_not() {
        let mut out = Vec::new();
        let value = json!({"a": [{"b": [1, 2]}, {}], "c": {}, "d": [], "e": "##vso[x] ###", "f": "\u{202e}\u{e0001}é"});
        super::write(&value, 1, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "{\n \"a\": [\n  {\"b\": [1, 2]},\n  {}\n ],\n \"c\": {},\n \"d\": [],\n \"e\": \"#\\u0023vso[x] #\\u0023\\u0023\",\n \
             \"f\": \"\\u202e\\udb40\\udc01é\"\n}\n"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
