//! The word that was probably meant.

/// The one of `words` that `wrong` becomes with the fewest changes, if these are few. Case is no change.
pub(crate) fn nearest<'a>(
    wrong: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = wrong.chars().take(33).count();
    if !(2..=32).contains(&length) {
        return None;
    }
    words
        .into_iter()
        .map(|word| (distance(wrong, word), word))
        .filter(|(d, word)| *d <= length.div_ceil(3) && *d < word.len())
        .min_by_key(|(d, _)| *d)
        .map(|(_, word)| word)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut row = vec![i + 1];
        for (j, d) in b.iter().enumerate() {
            let changed = above[j] + usize::from(c != *d);
            row.push(changed.min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}
