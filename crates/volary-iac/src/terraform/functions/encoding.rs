//! Base64, URL and character encodings.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use volary_model::Data;

use super::args::{self, Answer, Args, Outcome, Stop};
use super::stretch::Stretches;

pub(super) fn base64encode(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    if let Some(text) = text.known() {
        return args::text(STANDARD.encode(text));
    }
    // Three bytes make four characters, so that the start is certain as far as whole threes are literal.
    let prefix = text.prefix().as_bytes();
    let certain = prefix.len() / 3 * 3;
    let mut result = Stretches::literal(&STANDARD.encode(&prefix[..certain]));
    result.push_hole(&text.why(), false);
    if text.not_empty() {
        result.set_not_empty();
    }
    Ok(Answer::Made(result.into_data()))
}

pub(super) fn base64decode(args: &Args<'_>) -> Outcome {
    let text = args.text(0)?;
    match STANDARD.decode(text.as_bytes()).map(String::from_utf8) {
        Ok(Ok(decoded)) => args::text(decoded),
        Ok(Err(_)) => Stop::error("the decoded bytes are no UTF-8"),
        Err(_) => Stop::error("the text is no base64"),
    }
}

/// Compressed bytes depend on the compressor; what they begin with does not: the header of gzip.
pub(super) fn base64gzip(args: &Args<'_>) -> Outcome {
    args.stretches(0)?;
    let reason = volary_model::Reason::new(volary_model::ReasonKind::NotEvaluated, "base64gzip()");
    let mut result = Stretches::literal("H4sI");
    result.push_hole(&reason, true);
    Ok(Answer::Made(result.into_data()))
}

pub(super) fn urlencode(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    let encode = |text: &str| {
        let mut result = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => result.push(byte as char),
                b' ' => result.push('+'),
                _ => {
                    let _ = write!(result, "%{byte:02X}");
                }
            }
        }
        result
    };
    Ok(Answer::Made(text.map(true, encode).into_data()))
}

pub(super) fn urldecode(args: &Args<'_>) -> Outcome {
    let text = args.text(0)?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                let valid = hex.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let Some(byte) = valid.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
                    return Stop::error("a % sequence is no hexadecimal number");
                };
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => bytes.push(*byte),
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => args::text(text),
        Err(_) => Stop::error("the decoded bytes are no UTF-8"),
    }
}

/// The character sets whose bytes follow from the code points alone.
enum Charset {
    Utf8,
    Utf16 { little: bool },
    Latin1,
    Ascii,
}

fn charset(name: &str) -> Result<Charset, Stop> {
    match name.to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" => Ok(Charset::Utf8),
        "UTF-16LE" => Ok(Charset::Utf16 { little: true }),
        "UTF-16BE" => Ok(Charset::Utf16 { little: false }),
        "ISO-8859-1" | "ISO8859-1" | "LATIN1" => Ok(Charset::Latin1),
        "US-ASCII" | "ASCII" => Ok(Charset::Ascii),
        _ => Err(Stop::not_evaluated(&format!("the character encoding {name}"))),
    }
}

pub(super) fn textencodebase64(args: &Args<'_>) -> Outcome {
    let text = args.text(0)?;
    let one_byte = |highest: u32| -> Result<Vec<u8>, Stop> {
        let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok().filter(|byte| u32::from(*byte) <= highest));
        bytes.collect::<Option<Vec<u8>>>().ok_or_else(|| Stop::Error("a character is not in the encoding".to_owned()))
    };
    let bytes = match charset(&args.text(1)?)? {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Utf16 { little: true } => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Charset::Utf16 { little: false } => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Charset::Latin1 => one_byte(0xFF)?,
        Charset::Ascii => one_byte(0x7F)?,
    };
    args::text(STANDARD.encode(bytes))
}

pub(super) fn textdecodebase64(args: &Args<'_>) -> Outcome {
    let Ok(bytes) = STANDARD.decode(args.text(0)?.as_bytes()) else { return Stop::error("the text is no base64") };
    let decoded = match charset(&args.text(1)?)? {
        Charset::Utf8 => String::from_utf8(bytes).ok(),
        Charset::Utf16 { little } => {
            let (pairs, rest) = bytes.as_chunks::<2>();
            let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
            let units: Vec<u16> = pairs.iter().map(unit).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        Charset::Latin1 => Some(bytes.into_iter().map(char::from).collect()),
        Charset::Ascii => bytes.is_ascii().then(|| bytes.into_iter().map(char::from).collect()),
    };
    match decoded {
        Some(text) => Ok(Answer::Made(Data::Text(text.into()))),
        None => Stop::error("the bytes are no text in the encoding"),
    }
}
