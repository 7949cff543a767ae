//! Base64, both alphabets, as far as credentials need it: decoding the beginning of a text.

/// Decodes leading base64 (either alphabet) of `text`, at most `limit` bytes of output; stops at the first byte that is
/// not of the alphabet.
pub(crate) fn prefix(text: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(limit.min(text.len()));
    let (mut bits, mut count) = (0u32, 0u8);
    for byte in text {
        let Some(value) = digit(*byte) else { break };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
            if out.len() == limit {
                break;
            }
        }
    }
    out
}

/// Decodes a whole base64 text with optional padding; `None` where it is not one.
pub(crate) fn whole(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &text[..text.len() - padding];
    if padding > 2 || body.len() % 4 == 1 || !body.iter().all(|byte| digit(*byte).is_some()) {
        return None;
    }
    Some(prefix(body, usize::MAX))
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_and_padding() {
        assert_eq!(whole(b"aHVudGVyMg==").as_deref(), Some(&b"hunter2"[..]));
        assert_eq!(whole(b"-_8").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(whole(b"a b"), None);
        assert_eq!(whole(b"abcde"), None);
        assert_eq!(prefix(b"LS0tLS1CRUdJTiBSU0Eg\nxx", 11), b"-----BEGIN ");
    }
}
