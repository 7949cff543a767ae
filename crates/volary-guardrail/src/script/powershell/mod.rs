//! PowerShell: as much of its grammar as commands, exit codes and conditions need.

mod command;
mod expression;
mod lexer;
mod statement;

use std::rc::Rc;

use lexer::{Token, TokenKind};

use super::lower::{Lowerer, Unit};
use super::tree::NodeId;

/// Reads tokens of one text and builds the tree.
struct Reader<'l, 'a> {
    lowerer: &'l mut Lowerer<'a>,
    unit: Rc<Unit>,
    tokens: Rc<Vec<Token>>,
    /// The partner of each bracket.
    partners: Rc<Vec<usize>>,
}

impl Lowerer<'_> {
    /// A script of PowerShell.
    pub(super) fn powershell(&mut self, unit: &Rc<Unit>) -> NodeId {
        self.powershell_part(unit, 0..unit.text.len())
    }

    /// A stretch of a script: the body of a function.
    pub(super) fn powershell_part(&mut self, unit: &Rc<Unit>, range: std::ops::Range<usize>) -> NodeId {
        let text = unit.text.get(range.clone()).unwrap_or_default();
        let (mut tokens, cut) = lexer::tokens(text);
        self.cut |= cut;
        for token in &mut tokens {
            token.range = token.range.start + range.start..token.range.end + range.start;
        }
        let partners = partners(&tokens);
        let count = tokens.len();
        let mut reader =
            Reader { lowerer: self, unit: unit.clone(), tokens: Rc::new(tokens), partners: Rc::new(partners) };
        reader.block(0..count)
    }
}

/// The index of the closing bracket of each opening one; of everything else its own. An open bracket without partner
/// reaches to the end.
fn partners(tokens: &[Token]) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::OpenSub => open.push(at),
            TokenKind::CloseBrace | TokenKind::CloseParen => {
                let brace = token.kind == TokenKind::CloseBrace;
                let fits = |open: &usize| (tokens[*open].kind == TokenKind::OpenBrace) == brace;
                if let Some(found) = open.iter().rposition(fits) {
                    partners[open[found]] = at;
                    open.truncate(found);
                }
            }
            _ => {}
        }
    }
    for left in open {
        partners[left] = tokens.len();
    }
    partners
}
