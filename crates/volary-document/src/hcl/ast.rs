//! The syntax tree of HCL: what is written and where, nothing evaluated.

use std::sync::Arc;

use volary_model::{Number, Span, TextAt};

/// The content of a file or block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Attributes in the order of the document. Where a name stands twice the last wins, and an issue says so.
    pub attributes: Vec<Attribute>,
    /// Blocks in the order of the document.
    pub blocks: Vec<Block>,
    /// Parts that could not be read: whatever they define is missing here.
    pub unreadable: Vec<Span>,
}

impl Body {
    /// Gives back what its lists took in advance: most blocks hold a few attributes and no block, and all of them stay in
    /// memory until the last module was evaluated.
    pub(super) fn shrink(&mut self) {
        self.attributes.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.unreadable.shrink_to_fit();
    }

    /// The attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of a type, in order.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.blocks.is_empty() && self.unreadable.is_empty()
    }
}

/// `name = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub name_span: Span,
    /// The value.
    pub value: Expr,
}

/// `kind "label" { ... }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The type of the block: `resource`, `ingress`.
    pub kind: Arc<str>,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The type and the labels, without the brace.
    pub header: Span,
    /// The whole block, from its type to its closing brace.
    pub extent: Span,
    /// What is inside.
    pub body: Body,
}

impl Block {
    /// The text of a label.
    pub fn label(&self, index: usize) -> Option<&Arc<str>> {
        self.labels.get(index).map(|label| &label.text)
    }
}

/// A label of a block, quoted or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text without quotes.
    pub text: Arc<str>,
    /// Where it is written, with its quotes.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text without interpolation, quoted or a short heredoc.
    Text(Arc<str>),
    /// The text of a heredoc or file without interpolation that may hold a document, with the places of its characters.
    Document(Box<Document>),
    /// A text with interpolations or directives.
    Template(Box<[Part]>),
    /// `[a, b]`
    List(Box<[Expr]>),
    /// `{ a = b }`
    Object(Box<[Item]>),
    /// A name on its own or at the start of a traversal: `var`, `local`, `aws_s3_bucket`.
    Name(Arc<str>),
    /// `source.a[0].b[*].c`
    Traversal(Box<Traversal>),
    /// `name(a, b)`
    Call(Box<Call>),
    /// `a ? b : c`
    Conditional(Box<[Expr; 3]>),
    /// `a + b`
    Binary(BinaryOp, Box<[Expr; 2]>),
    /// `-a`, `!a`
    Unary(UnaryOp, Box<Expr>),
    /// `[for x in y : z]`, `{for k, v in m : k => v if c}`
    For(Box<For>),
    /// Something that could not be read; an issue says why.
    Unreadable,
}

/// A text with the places of its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The text.
    pub text: Arc<str>,
    /// Where it is written.
    pub at: TextAt,
}

/// One stretch of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text, escapes resolved. In a heredoc or file that may hold a document, with the places of its characters.
    Text(Arc<str>, Option<TextAt>),
    /// `${...}`
    Interpolation(Expr),
    /// `%{if c}...%{else}...%{endif}`
    If(Box<Expr>, Box<[Part]>, Box<[Part]>),
    /// `%{for k, v in c}...%{endfor}`: names of key and value, collection, content.
    For(Option<Arc<str>>, Arc<str>, Box<Expr>, Box<[Part]>),
}

/// One entry of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The key: a bare name is a text here.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// A source and the steps taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traversal {
    /// Where it starts.
    pub source: Expr,
    /// The steps, in order.
    pub steps: Box<[Step]>,
}

/// One step of a traversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Attribute(Arc<str>),
    /// `[key]` and `.0`
    Index(Expr),
    /// `.*`: the attributes that follow are taken of each element.
    AttributeSplat,
    /// `[*]`: all that follows is taken of each element.
    FullSplat,
}

/// A function call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function, with its namespace: `provider::aws::arn_parse`.
    pub name: Arc<str>,
    /// The arguments.
    pub arguments: Box<[Expr]>,
    /// The last argument is a list that gives the remaining arguments (`...`).
    pub expand: bool,
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The name of the key or index, if there is one.
    pub key_name: Option<Arc<str>>,
    /// The name of the value.
    pub value_name: Arc<str>,
    /// What is iterated.
    pub collection: Expr,
    /// Of an object: the key.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
    /// Values of equal keys are grouped (`...`).
    pub group: bool,
    /// The condition.
    pub condition: Option<Expr>,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `!`
    Not,
}
