//! Addresses of instances and definitions: `module.a["k"].aws_s3_bucket.b[0]`.

/// The address without the key of the last step: `aws_s3_bucket.b[0]` gives `aws_s3_bucket.b`.
pub(super) fn without_last_key(address: &str) -> &str {
    match keys(address).last() {
        Some((start, end)) if *end == address.len() => &address[..*start],
        _ => address,
    }
}

/// The address without any key. `None` where it has none.
pub(super) fn without_keys(address: &str) -> Option<String> {
    let keys = keys(address);
    if keys.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(address.len());
    let mut from = 0;
    for (start, end) in keys {
        out.push_str(&address[from..start]);
        from = end;
    }
    out.push_str(&address[from..]);
    Some(out)
}

/// The byte ranges of `[...]` outside of quotes.
fn keys(address: &str) -> Vec<(usize, usize)> {
    let mut keys = Vec::new();
    let bytes = address.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'[' {
            at += 1;
            continue;
        }
        let start = at;
        let mut quoted = false;
        at += 1;
        while at < bytes.len() && (quoted || bytes[at] != b']') {
            match bytes[at] {
                b'"' => quoted = !quoted,
                b'\\' if quoted => at += 1,
                _ => {}
            }
            at += 1;
        }
        at = (at + 1).min(bytes.len());
        keys.push((start, at));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_outside_of_quotes() {
        assert_eq!(without_last_key("a.b[0]"), "a.b");
        assert_eq!(without_last_key("module.m[\"x]\"].a.b"), "module.m[\"x]\"].a.b");
        assert_eq!(without_last_key("a.b[\"c.d[0]\\\"\"]"), "a.b");
        assert_eq!(without_keys("module.m[\"x\"].a.b[1]").as_deref(), Some("module.m.a.b"));
        assert_eq!(without_keys("a.b"), None);
        assert_eq!(without_last_key("a.b["), "a.b");
    }
}
