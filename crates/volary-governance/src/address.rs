//! Addresses of instances (`module.net[0].aws_subnet.a["x"]`) and what covers them.

/// Where the keys of instances stand in an address: byte ranges with their brackets. Brackets inside quotes do not count.
fn keys(address: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if start.is_some() => quoted = !quoted,
            b'[' if start.is_none() => start = Some(at),
            b']' if !quoted => {
                if let Some(start) = start.take() {
                    found.push((start, at + 1));
                }
            }
            _ => {}
        }
    }
    found
}

/// Beyond this many keys only the address itself and the one without any key are looked up.
const MOST_KEYS: usize = 5;

/// The addresses in a record that stand for this instance: itself, and itself with some or all keys left out, because
/// `aws_subnet.a` stands for all instances of the definition.
pub(crate) fn stands_for(address: &str, mut take: impl FnMut(&str)) {
    take(address);
    if !address.contains('[') {
        return;
    }
    let keys = keys(address);
    let all = (1u32 << keys.len().min(MOST_KEYS)) - 1;
    let choices = if keys.len() > MOST_KEYS { all..=all } else { 1..=all };
    let mut text = String::with_capacity(address.len());
    for choice in choices {
        text.clear();
        let mut from = 0;
        for (index, (start, end)) in keys.iter().enumerate() {
            if index >= MOST_KEYS || choice & (1 << index) != 0 {
                text.push_str(&address[from..*start]);
                from = *end;
            }
        }
        text.push_str(&address[from..]);
        if !keys.is_empty() {
            take(&text);
        }
    }
}

/// The module calls that an address lies below, outermost first: `module.a[0]`, `module.a[0].module.b`.
pub(crate) fn modules(address: &str) -> Vec<&str> {
    let keys = keys(address);
    let mut found = Vec::new();
    let mut at = 0;
    while address[at..].starts_with("module.") {
        let name = at + "module.".len();
        let mut end = address[name..].find(['.', '[']).map_or(address.len(), |length| name + length);
        if let Some((_, after)) = keys.iter().find(|(start, _)| *start == end) {
            end = *after;
        }
        if !address[end..].starts_with('.') {
            break;
        }
        found.push(&address[..end]);
        at = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(address: &str) -> Vec<String> {
        let mut found = Vec::new();
        stands_for(address, |text| found.push(text.to_owned()));
        found
    }

    #[test]
    fn an_address_without_key_stands_for_all_instances() {
        assert_eq!(all("aws_x.a"), ["aws_x.a"]);
        assert_eq!(all("aws_x.a[0]"), ["aws_x.a[0]", "aws_x.a"]);
        assert_eq!(
            all("module.m[\"k.]\"].aws_x.a[0]"),
            ["module.m[\"k.]\"].aws_x.a[0]", "module.m.aws_x.a[0]", "module.m[\"k.]\"].aws_x.a", "module.m.aws_x.a"]
        );
        assert_eq!(all("a[1][2][3][4][5][6]"), ["a[1][2][3][4][5][6]", "a"]);
        assert_eq!(all("odd["), ["odd["]);
    }

    #[test]
    fn modules_are_found_outermost_first() {
        assert_eq!(modules("module.a[0].module.b.aws_x.y"), ["module.a[0]", "module.a[0].module.b"]);
        assert_eq!(modules("module.a[\"x.y\"].aws_x.y"), ["module.a[\"x.y\"]"]);
        assert!(modules("aws_x.module.a").is_empty());
        assert!(modules("module.a").is_empty());
        assert!(modules("").is_empty());
    }
}
