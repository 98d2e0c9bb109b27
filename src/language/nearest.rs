//! The right word that looks most like a wrong one.

/// Longer words are not looked at: no word of the language is so long.
const LONGEST: usize = 32;

/// The one of `words` that `wrong` can be made into with the fewest changes, if that is a small part of it: at most
/// a third of its letters. Case does not count as a change, but a word that differs in case alone is still a find.
pub fn nearest<'a>(wrong: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = wrong.chars().take(LONGEST + 1).count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let most = if length < 3 { 0 } else { length.div_ceil(3) };
    words
        .into_iter()
        .filter(|word| word.len() <= LONGEST)
        .map(|word| (distance(wrong, word), word))
        .filter(|&(d, word)| d <= most && d < word.chars().count())
        .min_by_key(|&(d, _)| d)
        .map(|(_, word)| word)
}

/// How many letters to change, add, leave out or swap with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let fold = |s: &str| -> Vec<char> { s.chars().map(|c| c.to_ascii_lowercase()).collect() };
    let (a, b) = (fold(a), fold(b));
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = core::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_no_far_one() {
        let words = [
            "listen", "accept", "send", "sendto", "recv", "close", "LISTEN",
        ];
        for (wrong, right) in [
            ("lisen", Some("listen")),
            ("Listen", Some("listen")),
            ("acept", Some("accept")),
            ("snd", Some("send")),
            ("sned", Some("send")),
            ("rcev", Some("recv")),
            ("colse", Some("close")),
            ("hello", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, words), right, "{wrong}");
        }
        assert_eq!(nearest(&"listen".repeat(100_000), words), None);
    }
}
