//! Hashes, of texts and of files.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::args::{self, Args, Outcome, Stop};
use super::files;

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hex<D: Digest>(bytes: &[u8]) -> String {
    hexadecimal(&D::digest(bytes))
}

fn base64<D: Digest>(bytes: &[u8]) -> String {
    STANDARD.encode(D::digest(bytes))
}

fn of_text(args: &Args<'_>, hash: fn(&[u8]) -> String) -> Outcome {
    args::text(hash(args.text(0)?.as_bytes()))
}

fn of_file(args: &Args<'_>, hash: fn(&[u8]) -> String) -> Outcome {
    let bytes: Arc<[u8]> = files::bytes(args, 0)?;
    args::text(hash(&bytes))
}

pub(super) fn md5(args: &Args<'_>) -> Outcome {
    of_text(args, hex::<Md5>)
}

pub(super) fn sha1(args: &Args<'_>) -> Outcome {
    of_text(args, hex::<Sha1>)
}

pub(super) fn sha256(args: &Args<'_>) -> Outcome {
    of_text(args, hex::<Sha256>)
}

pub(super) fn sha512(args: &Args<'_>) -> Outcome {
    of_text(args, hex::<Sha512>)
}

pub(super) fn base64sha256(args: &Args<'_>) -> Outcome {
    of_text(args, base64::<Sha256>)
}

pub(super) fn base64sha512(args: &Args<'_>) -> Outcome {
    of_text(args, base64::<Sha512>)
}

pub(super) fn filemd5(args: &Args<'_>) -> Outcome {
    of_file(args, hex::<Md5>)
}

pub(super) fn filesha1(args: &Args<'_>) -> Outcome {
    of_file(args, hex::<Sha1>)
}

pub(super) fn filesha256(args: &Args<'_>) -> Outcome {
    of_file(args, hex::<Sha256>)
}

pub(super) fn filesha512(args: &Args<'_>) -> Outcome {
    of_file(args, hex::<Sha512>)
}

pub(super) fn filebase64sha256(args: &Args<'_>) -> Outcome {
    of_file(args, base64::<Sha256>)
}

pub(super) fn filebase64sha512(args: &Args<'_>) -> Outcome {
    of_file(args, base64::<Sha512>)
}

/// The bytes of a UUID written with hyphens, with `urn:uuid:` or in braces.
fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let groups = text.split('-').map(str::len);
    if !groups.eq([8, 4, 4, 4, 12]) || !text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)
}

/// The namespaces of RFC 9562 differ in their first number only.
fn namespace(name: &str) -> Option<[u8; 16]> {
    let number = match name {
        "dns" => 0,
        "url" => 1,
        "oid" => 2,
        "x500" => 4,
        _ => return uuid_bytes(name),
    };
    uuid_bytes(&format!("6ba7b81{number}-9dad-11d1-80b4-00c04fd430c8"))
}

pub(super) fn uuidv5(args: &Args<'_>) -> Outcome {
    let space = args.text(0)?;
    let Some(space) = namespace(&space) else { return Stop::error("the namespace is no UUID") };
    let digest = Sha1::new().chain_update(space).chain_update(args.text(1)?.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let text = hexadecimal(&bytes);
    args::text(format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]))
}
