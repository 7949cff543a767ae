//! "Did you mean": the nearest of the names that would be right.

/// The candidate that is nearest to `word`, where one is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= limit)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance in which two neighbours that changed places count once; words are short names, longer ones are cut.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1; b.len() + 1];
        for j in 0..b.len() {
            next[j + 1] = (row[j] + usize::from(a[i] != b[j])).min(next[j] + 1).min(row[j + 1] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                next[j + 1] = next[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

/// `did you mean X?`, or the list of what is possible where nothing is near.
pub(crate) fn help<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, candidates.clone()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => {
            let names: Vec<&str> = candidates.into_iter().collect();
            let shown = names.iter().take(24).copied().collect::<Vec<_>>().join(", ");
            if names.len() > 24 { format!("Known are {shown}, ...") } else { format!("Known are {shown}.") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        assert_eq!(nearest("requre", ["require", "forbid"]), Some("require"));
        assert_eq!(nearest("equal", ["equals", "empty"]), Some("equals"));
        assert_eq!(nearest("tsl", ["tls", "key"]), Some("tls"));
        assert_eq!(nearest("xyz", ["require", "forbid"]), None);
    }
}
