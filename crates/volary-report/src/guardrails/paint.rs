//! Lines of the terminal: escaped, folded, cut and coloured.

use anstyle::{AnsiColor, Style};
use volary_model::Verdict;

use super::GuardrailOptions;
use super::words;
use crate::escape::visible;
use crate::text::{fit, fit_end, fold};

/// The column at which the text behind a verdict starts: the longest is `can be bypassed`.
pub(crate) const COLUMN: usize = 17;
/// Texts are folded at this width where there is no terminal.
const WIDTH: usize = 110;

/// How lines are painted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    colour: bool,
    /// Columns; 0 where there is no terminal.
    width: usize,
}

impl Paint {
    pub(crate) fn new(options: &GuardrailOptions) -> Self {
        Self { colour: options.colour, width: options.width }
    }

    fn styled(self, text: &str, style: Style) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// One line, cut to the terminal.
    pub(crate) fn line(self, text: &str) -> String {
        fit(&visible(text), self.width)
    }

    /// One bold line.
    pub(crate) fn strong(self, text: &str) -> String {
        self.styled(&self.line(text), Style::new().bold())
    }

    /// The verdict in front of a line, `rest` behind it: of a text that is too long the end stays.
    pub(crate) fn verdict(self, verdict: Verdict, subject: &str, rest: &str) -> String {
        let head = format!("{:COLUMN$}", words::verdict(verdict));
        let rest = visible(rest);
        let room =
            if self.width == 0 { 0 } else { self.width.saturating_sub(COLUMN + 2 + rest.chars().count()).max(20) };
        let subject = self.styled(&fit_end(&visible(subject), room), Style::new().bold());
        let gap = if rest.is_empty() { "" } else { "  " };
        format!("{}{subject}{gap}{rest}", self.styled(&head, style(verdict)))
    }

    /// A text folded behind so many columns; `lead` stands in front of its first line.
    pub(crate) fn folded(self, indent: usize, lead: &str, text: &str) -> Vec<String> {
        let width = if self.width == 0 { WIDTH } else { self.width };
        let lead = visible(lead);
        let columns = lead.chars().count();
        let lines = fold(text, width.saturating_sub(indent + columns));
        let line = |(index, line): (usize, &String)| match index {
            0 => format!("{:indent$}{}{line}", "", self.styled(&lead, Style::new().dimmed())),
            _ => format!("{:indent$}{:columns$}{line}", "", ""),
        };
        lines.iter().enumerate().map(line).collect()
    }
}

/// The colour of a verdict; its words say the same.
pub(crate) fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Blocking => AnsiColor::Green.on_default().bold(),
        Verdict::BlockingIf => AnsiColor::Green.on_default(),
        Verdict::Unverifiable => AnsiColor::BrightBlue.on_default(),
        Verdict::Bypassable | Verdict::ReportOnly => AnsiColor::Yellow.on_default().bold(),
        Verdict::Absent => AnsiColor::BrightRed.on_default().bold(),
    }
}
