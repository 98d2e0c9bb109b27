//! Any line: what parses is printed so that it parses to the same, and completion never fails. The byte 0xff, which no
//! UTF-8 has, and the byte after it stand for a word of the language, so that whole statements are found soon.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run line`
#![no_main]

use fourline::{
    language::{CABLE_VERBS, CLAIMS, VERBS, Vars, complete, parse_line, usage_for},
    model::payload::is_unprintable,
};
use libfuzzer_sys::fuzz_target;

/// The line that some bytes stand for.
fn line_of(bytes: &[u8]) -> String {
    let examples = VERBS.iter().map(|v| v.example);
    let words: Vec<&str> = examples
        .chain(CABLE_VERBS.iter().map(|v| v.example))
        .chain(CLAIMS.iter().map(|c| c.example))
        .flat_map(|example| example.split(' '))
        .collect();
    let mut line = String::new();
    for (i, part) in bytes.split(|b| *b == 0xff).enumerate() {
        let text = match part.split_first() {
            Some((&n, text)) if i > 0 => {
                line.push_str(words[usize::from(n) % words.len()]);
                line.push(' ');
                text
            }
            _ => part,
        };
        line.push_str(&String::from_utf8_lossy(text));
    }
    line
}

fuzz_target!(|bytes: &[u8]| {
    let line = line_of(bytes);
    if let Ok(Some(statement)) = parse_line(&line, &Vars::new()) {
        let text = statement.to_string();
        assert!(text.chars().all(|c| !is_unprintable(c)));
        assert_eq!(parse_line(&text, &Vars::new()), Ok(Some(statement)));
    }
    for cursor in [line.len() / 2, line.len()] {
        for completion in complete(&line, cursor, &["client2".to_owned()]) {
            assert!(line.get(completion.replace).is_some());
        }
    }
    usage_for(&line);
});
