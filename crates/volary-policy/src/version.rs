//! Versions as software writes them (`1.29`, `v3.4.0-rc1`) and ranges of provider versions (`>= 3.0, < 4.0`).

use std::cmp::Ordering;

/// A version: numbers, and a suffix of a version before a release.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    numbers: Vec<u64>,
    /// `rc1` of `1.2.0-rc1`; sorts before the release.
    before: Option<String>,
}

impl Version {
    /// Reads a version: a `v` or a name before it is skipped (`TLSv1.2`, `postgres14`), build metadata ignored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 128 {
            return None;
        }
        let start = text.find(|c: char| c.is_ascii_digit())?;
        if !text[..start].chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | ' ')) {
            return None;
        }
        let text = &text[start..];
        let text = text.split('+').next().unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let numbers = numbers
            .trim_end_matches(['.', '_'])
            .split(['.', '_'])
            .map(|n| n.parse().ok())
            .collect::<Option<Vec<_>>>()?;
        let before = rest.trim_start_matches(['-', '.']);
        Some(Self { numbers, before: (!before.is_empty()).then(|| before.to_ascii_lowercase()) })
    }

    fn number(&self, index: usize) -> u64 {
        self.numbers.get(index).copied().unwrap_or(0)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        (0..length)
            .map(|index| self.number(index).cmp(&other.number(index)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| match (&self.before, &other.before) {
                (None, None) => Ordering::Equal,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.cmp(b),
            })
    }
}

/// A range of versions: every bound holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    bounds: Vec<(Bound, Version)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Exact,
    Not,
    Less,
    AtMost,
    More,
    AtLeast,
    /// `~> 4.1`: at least 4.1, below 5; `~> 4.1.0`: below 4.2.
    Pessimistic,
}

impl Range {
    /// Reads `>= 3.0, < 4.0`, `~> 4.0`, `4.1.2`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bounds = text
            .split(',')
            .map(|part| {
                let part = part.trim();
                let signs = [
                    ("~>", Bound::Pessimistic),
                    (">=", Bound::AtLeast),
                    ("<=", Bound::AtMost),
                    ("!=", Bound::Not),
                    (">", Bound::More),
                    ("<", Bound::Less),
                    ("=", Bound::Exact),
                    ("", Bound::Exact),
                ];
                let (bound, rest) = signs.iter().find_map(|(sign, bound)| Some((*bound, part.strip_prefix(sign)?)))?;
                let version = Version::parse(rest)?;
                // With one number nothing limits it above: `~> 3` allows 4.0.
                let open = bound == Bound::Pessimistic && version.numbers.len() == 1;
                Some((if open { Bound::AtLeast } else { bound }, version))
            })
            .collect::<Option<Vec<_>>>()?;
        (!bounds.is_empty()).then_some(Self { bounds })
    }

    /// Whether a version lies in it.
    pub(crate) fn holds(&self, version: &Version) -> bool {
        self.bounds.iter().all(|(bound, limit)| match bound {
            Bound::Exact => version == limit,
            Bound::Not => version != limit,
            Bound::Less => version < limit,
            Bound::AtMost => version <= limit,
            Bound::More => version > limit,
            Bound::AtLeast => version >= limit,
            Bound::Pessimistic => version >= limit && version < &above(limit),
        })
    }

    /// The newest version that a constraint allows: what would be installed. `None` where it has no upper bound.
    pub(crate) fn newest(&self) -> Option<Version> {
        self.bounds
            .iter()
            .filter_map(|(bound, limit)| match bound {
                Bound::Exact | Bound::AtMost => Some(limit.clone()),
                Bound::Less => Some(below(limit)),
                Bound::Pessimistic => Some(below(&above(limit))),
                _ => None,
            })
            .min()
    }
}

/// The first version that `~>` does not allow any more.
fn above(limit: &Version) -> Version {
    let mut numbers = limit.numbers[..limit.numbers.len().saturating_sub(1)].to_vec();
    if let Some(last) = numbers.last_mut() {
        *last = last.saturating_add(1);
    }
    Version { numbers, before: None }
}

/// A version just below: `4.0` gives `3.MAX`.
fn below(limit: &Version) -> Version {
    let mut numbers = limit.numbers.clone();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    if let Some(last) = numbers.last_mut() {
        *last -= 1;
    }
    numbers.push(u64::MAX);
    Version { numbers, before: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_releases_come_last() {
        let order = ["1.2.0-rc1", "1.2", "v1.10", "2"].map(|text| Version::parse(text).unwrap());
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Version::parse("TLSv1.2"), Version::parse("1.2"));
        assert_eq!(Version::parse("latest"), None);
        assert_eq!(Version::parse(""), None);
    }

    #[test]
    fn a_constraint_gives_the_newest_version_that_it_allows() {
        let below_4 = Range::parse("< 4.0").unwrap();
        let newest = |text| Range::parse(text).unwrap().newest();
        assert!(below_4.holds(&newest("~> 3.75").unwrap()));
        assert!(below_4.holds(&newest(">= 3.0, < 4.0").unwrap()));
        assert!(!below_4.holds(&newest("~> 4.1").unwrap()));
        assert!(!below_4.holds(&newest("= 4.12.0").unwrap()));
        assert_eq!(newest("~> 3"), None);
        assert_eq!(newest(">= 3.0"), None);
        assert!(Range::parse("~> 4.1.0").unwrap().holds(&Version::parse("4.1.9").unwrap()));
        assert!(!Range::parse("~> 4.1.0").unwrap().holds(&Version::parse("4.2").unwrap()));
        assert_eq!(Range::parse("nonsense"), None);
    }
}
