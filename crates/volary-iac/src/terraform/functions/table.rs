//! The table of functions: how many arguments each takes, what it gives, and what computes it.

use volary_model::{Reason, Type, Unknown};

use super::args::{Args, Outcome, Stop};
use super::{collection, csv, date, encoding, files, format, hash, json, keyed, network, numeric, regex, sets, text};
use super::{trim, typed, yaml};

/// What is known of a result whatever the arguments are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// Nothing; it may be null.
    Any,
    Bool,
    Number,
    Text,
    /// A text with at least one character.
    Word,
    /// A list of anything.
    List,
    /// A list of texts.
    Texts,
    /// A list of numbers.
    Numbers,
    Map,
}

/// A function of the language.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The least and the largest number of arguments.
    pub(super) least: usize,
    pub(super) most: usize,
    gives: Gives,
    pub(super) run: fn(&Args<'_>) -> Outcome,
}

impl Function {
    /// The result when it is not known.
    pub(super) fn unknown(&self, reason: Reason) -> Unknown {
        let list = |ty| Type::List(Box::new(ty));
        let mut unknown = Unknown::new(reason);
        unknown.ty = match self.gives {
            Gives::Any => Type::Any,
            Gives::Bool => Type::Bool,
            Gives::Number => Type::Number,
            Gives::Text | Gives::Word => Type::Text,
            Gives::List => list(Type::Any),
            Gives::Texts => list(Type::Text),
            Gives::Numbers => list(Type::Number),
            Gives::Map => Type::Map(Box::new(Type::Any)),
        };
        unknown.not_null = self.gives != Gives::Any;
        unknown.not_empty = self.gives == Gives::Word;
        unknown
    }
}

/// Functions whose result is another one on every run, or that need a key.
fn never(args: &Args<'_>) -> Outcome {
    Err(Stop::not_evaluated(&format!("{}()", args.name)))
}

const MANY: usize = usize::MAX;

const fn row(name: &'static str, least: usize, most: usize, gives: Gives, run: fn(&Args<'_>) -> Outcome) -> Function {
    Function { name, least, most, gives, run }
}

/// The function of a name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
}

/// All functions, sorted by name.
#[rustfmt::skip]
pub(super) static FUNCTIONS: &[Function] = &[
    row("abs", 1, 1, Gives::Number, numeric::abs),
    row("abspath", 1, 1, Gives::Word, files::abspath),
    row("alltrue", 1, 1, Gives::Bool, collection::alltrue),
    row("anytrue", 1, 1, Gives::Bool, collection::anytrue),
    row("base64decode", 1, 1, Gives::Text, encoding::base64decode),
    row("base64encode", 1, 1, Gives::Text, encoding::base64encode),
    row("base64gunzip", 1, 1, Gives::Text, never),
    row("base64gzip", 1, 1, Gives::Word, encoding::base64gzip),
    row("base64sha256", 1, 1, Gives::Word, hash::base64sha256),
    row("base64sha512", 1, 1, Gives::Word, hash::base64sha512),
    row("basename", 1, 1, Gives::Word, files::basename),
    row("bcrypt", 1, 2, Gives::Word, never),
    row("ceil", 1, 1, Gives::Number, numeric::ceil),
    row("chomp", 1, 1, Gives::Text, trim::chomp),
    row("chunklist", 2, 2, Gives::List, collection::chunklist),
    row("cidrcontains", 2, 2, Gives::Bool, network::cidrcontains),
    row("cidrhost", 2, 2, Gives::Word, network::cidrhost),
    row("cidrnetmask", 1, 1, Gives::Word, network::cidrnetmask),
    row("cidrsubnet", 3, 3, Gives::Word, network::cidrsubnet),
    row("cidrsubnets", 1, MANY, Gives::Texts, network::cidrsubnets),
    row("coalesce", 1, MANY, Gives::Any, collection::coalesce),
    row("coalescelist", 1, MANY, Gives::List, collection::coalescelist),
    row("compact", 1, 1, Gives::Texts, collection::compact),
    row("concat", 1, MANY, Gives::List, collection::concat),
    row("contains", 2, 2, Gives::Bool, collection::contains),
    row("csvdecode", 1, 1, Gives::List, csv::csvdecode),
    row("dirname", 1, 1, Gives::Word, files::dirname),
    row("distinct", 1, 1, Gives::List, collection::distinct),
    row("element", 2, 2, Gives::Any, collection::element),
    row("endswith", 2, 2, Gives::Bool, text::endswith),
    row("ephemeralasnull", 1, 1, Gives::Any, typed::ephemeralasnull),
    row("file", 1, 1, Gives::Text, files::file),
    row("filebase64", 1, 1, Gives::Text, files::filebase64),
    row("filebase64sha256", 1, 1, Gives::Word, hash::filebase64sha256),
    row("filebase64sha512", 1, 1, Gives::Word, hash::filebase64sha512),
    row("fileexists", 1, 1, Gives::Bool, files::fileexists),
    row("filemd5", 1, 1, Gives::Word, hash::filemd5),
    row("fileset", 2, 2, Gives::Texts, files::fileset),
    row("filesha1", 1, 1, Gives::Word, hash::filesha1),
    row("filesha256", 1, 1, Gives::Word, hash::filesha256),
    row("filesha512", 1, 1, Gives::Word, hash::filesha512),
    row("flatten", 1, 1, Gives::List, collection::flatten),
    row("floor", 1, 1, Gives::Number, numeric::floor),
    row("format", 1, MANY, Gives::Text, format::format),
    row("formatdate", 2, 2, Gives::Text, date::formatdate),
    row("formatlist", 1, MANY, Gives::Texts, format::formatlist),
    row("indent", 2, 2, Gives::Text, text::indent),
    row("index", 2, 2, Gives::Number, collection::index),
    row("issensitive", 1, 1, Gives::Bool, typed::issensitive),
    row("join", 1, MANY, Gives::Text, text::join),
    row("jsondecode", 1, 1, Gives::Any, json::jsondecode),
    row("jsonencode", 1, 1, Gives::Word, json::jsonencode),
    row("keys", 1, 1, Gives::Texts, keyed::keys),
    row("length", 1, 1, Gives::Number, collection::length),
    row("list", 0, MANY, Gives::List, collection::list),
    row("log", 2, 2, Gives::Number, numeric::log),
    row("lookup", 2, 3, Gives::Any, keyed::lookup),
    row("lower", 1, 1, Gives::Text, text::lower),
    row("map", 0, MANY, Gives::Map, keyed::map),
    row("matchkeys", 3, 3, Gives::List, keyed::matchkeys),
    row("max", 1, MANY, Gives::Number, numeric::max),
    row("md5", 1, 1, Gives::Word, hash::md5),
    row("merge", 0, MANY, Gives::Map, keyed::merge),
    row("min", 1, MANY, Gives::Number, numeric::min),
    row("nonsensitive", 1, 1, Gives::Any, typed::nonsensitive),
    row("one", 1, 1, Gives::Any, collection::one),
    row("parseint", 2, 2, Gives::Number, numeric::parseint),
    row("pathexpand", 1, 1, Gives::Text, files::pathexpand),
    row("plantimestamp", 0, 0, Gives::Word, never),
    row("pow", 2, 2, Gives::Number, numeric::pow),
    row("range", 1, 3, Gives::Numbers, collection::range),
    row("regex", 2, 2, Gives::Any, regex::regex),
    row("regexall", 2, 2, Gives::List, regex::regexall),
    row("replace", 3, 3, Gives::Text, text::replace),
    row("reverse", 1, 1, Gives::List, collection::reverse),
    row("rsadecrypt", 2, 2, Gives::Text, never),
    row("sensitive", 1, 1, Gives::Any, typed::sensitive),
    row("setintersection", 1, MANY, Gives::List, sets::setintersection),
    row("setproduct", 1, MANY, Gives::List, sets::setproduct),
    row("setsubtract", 2, 2, Gives::List, sets::setsubtract),
    row("setunion", 1, MANY, Gives::List, sets::setunion),
    row("sha1", 1, 1, Gives::Word, hash::sha1),
    row("sha256", 1, 1, Gives::Word, hash::sha256),
    row("sha512", 1, 1, Gives::Word, hash::sha512),
    row("signum", 1, 1, Gives::Number, numeric::signum),
    row("slice", 3, 3, Gives::List, collection::slice),
    row("sort", 1, 1, Gives::Texts, collection::sort),
    row("split", 2, 2, Gives::Texts, text::split),
    row("startswith", 2, 2, Gives::Bool, text::startswith),
    row("strcontains", 2, 2, Gives::Bool, text::strcontains),
    row("strrev", 1, 1, Gives::Text, text::strrev),
    row("substr", 3, 3, Gives::Text, text::substr),
    row("sum", 1, 1, Gives::Number, numeric::sum),
    row("templatefile", 2, 2, Gives::Any, files::templatefile),
    row("templatestring", 2, 2, Gives::Any, files::templatestring),
    row("textdecodebase64", 2, 2, Gives::Text, encoding::textdecodebase64),
    row("textencodebase64", 2, 2, Gives::Text, encoding::textencodebase64),
    row("timeadd", 2, 2, Gives::Word, date::timeadd),
    row("timecmp", 2, 2, Gives::Number, date::timecmp),
    row("timestamp", 0, 0, Gives::Word, never),
    row("title", 1, 1, Gives::Text, text::title),
    row("tobool", 1, 1, Gives::Any, typed::tobool),
    row("tolist", 1, 1, Gives::Any, typed::tolist),
    row("tomap", 1, 1, Gives::Any, typed::tomap),
    row("tonumber", 1, 1, Gives::Any, typed::tonumber),
    row("toset", 1, 1, Gives::Any, typed::toset),
    row("tostring", 1, 1, Gives::Any, typed::tostring),
    row("transpose", 1, 1, Gives::Map, keyed::transpose),
    row("trim", 2, 2, Gives::Text, trim::trim),
    row("trimprefix", 2, 2, Gives::Text, trim::trimprefix),
    row("trimspace", 1, 1, Gives::Text, trim::trimspace),
    row("trimsuffix", 2, 2, Gives::Text, trim::trimsuffix),
    row("type", 1, 1, Gives::Any, never),
    row("upper", 1, 1, Gives::Text, text::upper),
    row("urldecode", 1, 1, Gives::Text, encoding::urldecode),
    row("urlencode", 1, 1, Gives::Text, encoding::urlencode),
    row("uuid", 0, 0, Gives::Word, never),
    row("uuidv5", 2, 2, Gives::Word, hash::uuidv5),
    row("values", 1, 1, Gives::List, keyed::values),
    row("yamldecode", 1, 1, Gives::Any, yaml::yamldecode),
    row("yamlencode", 1, 1, Gives::Word, yaml::yamlencode),
    row("zipmap", 2, 2, Gives::Map, keyed::zipmap),
];
