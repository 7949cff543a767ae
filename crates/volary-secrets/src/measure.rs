//! Measures of values: entropy, kinds of characters, words.

/// Shannon entropy in bits per byte.
pub(crate) fn entropy(value: &[u8]) -> f64 {
    if value.is_empty() {
        return 0.0;
    }
    let mut counts = [0u32; 256];
    for byte in value {
        counts[*byte as usize] += 1;
    }
    let length = value.len() as f64;
    let sum: f64 =
        counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) * f64::from(*count).log2()).sum();
    (length.log2() - sum / length).max(0.0)
}

/// How many characters of which kind a value has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mix {
    pub(crate) lower: usize,
    pub(crate) upper: usize,
    pub(crate) digit: usize,
    pub(crate) symbol: usize,
}

impl Mix {
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut mix = Self::default();
        for byte in value {
            match byte {
                b'a'..=b'z' => mix.lower += 1,
                b'A'..=b'Z' => mix.upper += 1,
                b'0'..=b'9' => mix.digit += 1,
                _ => mix.symbol += 1,
            }
        }
        mix
    }

    /// How many of the four kinds occur.
    pub(crate) fn kinds(self) -> usize {
        [self.lower, self.upper, self.digit, self.symbol].iter().filter(|count| **count > 0).count()
    }

    pub(crate) fn letters(self) -> usize {
        self.lower + self.upper
    }
}

/// Whether a value reads like a name: words joined by `-`, `_`, `.`, `/` or `:` (`my-db-password`, `app.secret.key`,
/// `DB_PASSWORD`, `userPassword`), numbers at most as a short suffix of a word.
pub(crate) fn is_name(value: &[u8]) -> bool {
    let constant = value.contains(&b'_')
        && value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    if constant
        && value.split(|byte| *byte == b'_').all(|piece| piece.len() <= 12)
        && value.iter().filter(|byte| byte.is_ascii_digit()).count() * 4 <= value.len()
    {
        return true;
    }
    let mut pieces = 0;
    for piece in value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')) {
        if piece.is_empty() {
            continue;
        }
        pieces += 1;
        let letters = piece.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = piece.len() - letters;
        let numbers_end_it = piece[letters..].iter().all(u8::is_ascii_digit) && digits <= 2;
        let number = letters == 0 && digits <= 4 && piece.iter().all(u8::is_ascii_digit);
        if !(number || numbers_end_it && is_word(&piece[..letters])) {
            return false;
        }
    }
    pieces > 0
}

/// Whether letters read like words: camel case at most, vowels among them, no long run of consonants.
fn is_word(letters: &[u8]) -> bool {
    let mut capitals_after_small = 0;
    let mut consonants = 0;
    let mut worst = 0;
    for (index, byte) in letters.iter().enumerate() {
        let small_before = index > 0 && letters[index - 1].is_ascii_lowercase();
        if byte.is_ascii_uppercase() && small_before {
            capitals_after_small += 1;
            consonants = 0;
        }
        if matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
            consonants = 0;
        } else {
            consonants += 1;
        }
        worst = worst.max(consonants);
    }
    worst <= 4 && capitals_after_small * 4 <= letters.len()
}

/// A run of one character of at least `length`, or a row such as `abcdefgh` or `12345678`.
pub(crate) fn has_row(value: &[u8], length: usize) -> bool {
    let row = |step: i16| {
        let mut run = 1;
        value.windows(2).any(|pair| {
            let is_next = i16::from(pair[1]) - i16::from(pair[0]) == step
                && pair[0].is_ascii_alphanumeric()
                && pair[1].is_ascii_alphanumeric();
            run = if is_next { run + 1 } else { 1 };
            run >= length
        })
    };
    row(0) || row(1) || row(-1)
}

/// A UUID in its usual form.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_texts() {
        assert!(entropy(b"").abs() < 1e-9);
        assert!(entropy(b"aaaa").abs() < 1e-9);
        assert!((entropy(b"abcd") - 2.0).abs() < 1e-9);
    }

    #[test]
    fn names_are_words_joined() {
        for name in [
            "my-db-password",
            "app.secret.key",
            "DB_PASSWORD",
            "userPassword",
            "kube-system/token2",
            "default",
            "v1-2-3",
            "S2S_AUTH_KEY",
        ] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        for value in
            ["Sup3rS3cret", "P@ssw0rd", "x7Gq9zL2", "hunter2!", "9f86d081884c", "wJbNrXtPQkLm", "aGVsbG8gd29ybGQK"]
        {
            assert!(!is_name(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn rows() {
        assert!(has_row(b"xx12345678", 8));
        assert!(has_row(b"0000000000", 8));
        assert!(!has_row(b"a1b2c3d4e5", 4));
    }
}
