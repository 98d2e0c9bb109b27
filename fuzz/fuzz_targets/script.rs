//! Any bytes as a script: they parse, or every mistake names a place in them and is safe to show.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run script`
#![no_main]

use fourline::{
    language::{Vars, parse_script},
    model::payload::is_unprintable,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match parse_script(bytes, &Vars::new()) {
        Ok(script) => {
            for statement in script.lines {
                assert_eq!(&text[statement.span], statement.text);
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                assert!(text.get(mistake.span.clone()).is_some());
                let report = mistake.report("fuzz", &text);
                assert!(report.chars().all(|c| c == '\n' || !is_unprintable(c)));
                assert!(mistake.short().chars().all(|c| !is_unprintable(c)));
            }
        }
    }
});
