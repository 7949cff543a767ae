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

/// The kind of the definition that an address names; `None` for a module or anything.
pub(super) fn kind_of(address: &str) -> Option<String> {
    let bare = without_keys(address);
    let bare = bare.as_deref().unwrap_or(address);
    let mut steps = bare.rsplit('.').skip(1);
    match (steps.next(), steps.next()) {
        (None | Some("module"), _) => None,
        (Some(kind), Some("data")) => Some(format!("data.{kind}")),
        (Some(kind), _) => Some(kind.to_owned()),
    }
}

/// Whether something that was not read may hold the definition at an address: all of it, a module around it, or the
/// definition itself.
pub(super) fn may_hold(hidden: &str, address: &str) -> bool {
    let bare = |address: &str| without_keys(address).unwrap_or_else(|| address.to_owned());
    let (hidden, address) = (bare(hidden), bare(address));
    hidden.is_empty() || address.strip_prefix(&*hidden).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
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

    #[test]
    fn what_was_not_read_holds_what_lies_in_it() {
        for hidden in ["", "module.m", "module.m[0]", "module.m.aws_vpc.v", "module.m.aws_vpc.v[\"a\"]"] {
            assert!(may_hold(hidden, "module.m[\"x\"].aws_vpc.v[1]"), "{hidden}");
        }
        for hidden in ["module.n", "module.mm", "aws_vpc.v", "module.m.aws_vpc.w", "module.m.aws_vpc"] {
            assert!(!may_hold(hidden, "module.m.aws_vpc_x.v"), "{hidden}");
        }
    }

    #[test]
    fn an_address_says_what_it_is_of() {
        assert_eq!(kind_of("module.m[\"x.y\"].aws_vpc.v[0]").as_deref(), Some("aws_vpc"));
        assert_eq!(kind_of("data.aws_vpc.v").as_deref(), Some("data.aws_vpc"));
        assert_eq!(kind_of("module.m"), None);
        assert_eq!(kind_of(""), None);
    }
}
