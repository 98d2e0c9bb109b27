//! Files that nobody would call a lesson: they are refused with a place, or read and shown safely, in bounded time.

use super::*;
use crate::{language::Mistake, model::payload::is_unprintable};
use proptest::prelude::*;

const FRONT: &str = "---\ntitle: T\nminutes: 1\nafterwards:\n  - say it\n---\n\n";
const BLOCK: &str = "\n\n```fourline\nserver listen 10008\n```\n";

/// Whatever comes of it, it can be shown.
fn sound(source: &[u8]) -> Result<Lesson, Vec<Mistake>> {
    let text = String::from_utf8_lossy(source);
    let parsed = Lesson::parse(source);
    match &parsed {
        Ok(lesson) => {
            let safe = |text: &str| {
                let obeyed = |c: char| c != '\n' && is_unprintable(c);
                assert!(!text.contains(obeyed), "{text:?}");
            };
            safe(&lesson.front.title);
            lesson.front.afterwards.iter().for_each(|said| safe(said));
            for line in lesson.parts.iter().flat_map(Part::lines) {
                safe(&line.plain());
                line.0
                    .iter()
                    .filter_map(|p| p.link.as_deref())
                    .for_each(safe);
            }
            for part in &lesson.parts {
                if let Part::Code(code) = part {
                    safe(code);
                }
            }
            for question in &lesson.questions {
                safe(&question.text.plain());
                safe(&question.because.plain());
            }
            for statement in lesson.all_statements() {
                assert_eq!(&text[statement.span.clone()], statement.text);
            }
            assert!(!lesson.stops.is_empty());
            assert!(lesson.parts.len() <= 1_000);
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty() && mistakes.len() <= 20);
            for mistake in mistakes {
                let span = mistake.span.clone();
                assert!(text.get(span).is_some(), "{mistake:?}");
                let told = mistake.report("lesson.md", &text);
                assert!(
                    told.chars().all(|c| c == '\n' || !is_unprintable(c)),
                    "{told}"
                );
            }
        }
    }
    parsed
}

/// What is said first of a lesson that has this between its front matter and a block.
fn refused(text: &str) -> String {
    let source = format!("{FRONT}{text}{BLOCK}");
    match sound(source.as_bytes()) {
        Ok(_) => "it is read".to_owned(),
        Err(mistakes) => mistakes[0].message.clone(),
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let long = [FRONT, &"word ".repeat(60_000), BLOCK].concat();
    let told = &sound(long.as_bytes()).unwrap_err()[0];
    assert_eq!(
        told.message,
        "this file is longer than a lesson can be: 262144 bytes (256 KiB)"
    );
    assert!(refused(&"word ".repeat(5_000)).contains("nothing in a lesson is longer than 16384"));
    assert!(refused(&"- item\n".repeat(5_000)).contains("nothing in a lesson is longer"));
    assert!(
        refused(&format!("```text\n{}```", "x\n".repeat(20_000)))
            .contains("nothing in a lesson is longer")
    );
    assert!(
        refused(&format!("[a]: https://{}\n\n[a]", "x".repeat(600))).contains("at most 500 bytes")
    );
    assert_eq!(
        refused(&"# a\n".repeat(60_000)),
        "a lesson has at most 1000 headings, paragraphs and blocks"
    );
    assert_eq!(
        refused(&"```fourline\nclient connect\n```\n".repeat(300)),
        "a lesson has at most 200 blocks and 1000 statements"
    );
    assert_eq!(
        refused(&"```question\nWhy?\n- [x] a\n- [ ] b\nbecause: c\n```\n".repeat(300)),
        "a lesson has at most 100 questions"
    );
}

#[test]
fn what_is_too_deep_is_refused() {
    let deep = "lists and quotes lie at most 4 deep in one another";
    assert_eq!(refused(&format!("{} deep", ">".repeat(10_000))), deep);
    assert_eq!(refused(&format!("{}deep", "> ".repeat(7_000))), deep);
    assert_eq!(refused(&format!("{}deep", "- ".repeat(7_000))), deep);
    let step = |all: String, i: usize| all + &"  ".repeat(i) + "- a\n";
    let staircase = (0..120).fold(String::new(), step);
    assert_eq!(refused(&staircase), deep);
    for opened in [
        "[", "*", "**a ", "`", "![", "<", "[a](", "_a ", "\\", "&", "|",
    ] {
        let many = opened.repeat(16_000 / opened.len());
        sound(format!("{FRONT}{many}{BLOCK}").as_bytes()).ok();
        sound(format!("{FRONT}{}", opened.repeat(250_000 / opened.len())).as_bytes()).ok();
    }
}

#[test]
fn an_enormous_table_is_refused() {
    let wide = format!("{}|\n{}|\n", "|a".repeat(3_000), "|-".repeat(3_000));
    assert_eq!(
        refused(&wide),
        "a table has at most 12 columns, and this one has 3000"
    );
    let rows = format!("|a|b|\n|-|-|\n{}", "|1|\n".repeat(40_000));
    assert!(refused(&rows).contains("nothing in a lesson is longer"));
    let both = format!("{wide}{}", "|\n".repeat(5_000));
    assert_ne!(refused(&both), "it is read");
}

#[test]
fn what_is_no_text_is_refused() {
    for (bytes, told) in [
        (
            &b"\x7fELF\x02\x01\x01\0\0\0"[..],
            "the character U+007F here is a control character, and no text",
        ),
        (
            b"---\ntitle: \0\n---\n",
            "the character U+0000 here is a control character, and no text",
        ),
        (
            b"---\ntitle: \x1b]0;x\x07\n---\n",
            "the character U+001B here is a control character, and no text",
        ),
        (
            b"---\ntitle: \xff\n---\n",
            "the byte 0xff here is not UTF-8",
        ),
        (
            "# \u{9b}2J".as_bytes(),
            "the character U+009B here is a control character, and no text",
        ),
        (
            b"",
            "a lesson begins with a line of ---, and below it its title",
        ),
    ] {
        assert_eq!(sound(bytes).unwrap_err()[0].message, told);
    }
}

#[test]
fn what_a_terminal_obeys_is_shown_as_an_escape() {
    let text = format!(
        "---\ntitle: T\u{202e}\nminutes: 1\nafterwards:\n  - say\u{200b} it\n---\n\n\
         # &#27;[2J\u{202e}x\n\n`\u{feff}` [a](https://&#27;x)\n\n    \u{202e}code\n\n\
         ```question\n&#27;[31m Why?\n- [x] a\u{202e}\n- [ ] &#x9b;2J\nbecause: &#7;\n```{BLOCK}"
    );
    let lesson = sound(text.as_bytes()).unwrap();
    assert_eq!(lesson.front.title, "T\\u{202e}");
    assert_eq!(lesson.parts[0].lines()[0].plain(), "\\u{1b}[2J\\u{202e}x");
    assert_eq!(lesson.questions[0].because.plain(), "\\u{7}");
}

#[test]
fn other_ends_of_lines_and_a_byte_order_mark_are_read() {
    let plain = read(STARTING_POINT);
    let windows = STARTING_POINT.replace('\n', "\r\n");
    for source in [
        windows.clone(),
        format!("\u{feff}{STARTING_POINT}"),
        format!("\u{feff}{windows}"),
    ] {
        assert!(Lesson::is_one("x", source.as_bytes()));
        let lesson = sound(source.as_bytes()).unwrap();
        assert_eq!(lesson.front, plain.front);
        assert_eq!(lesson.parts, plain.parts);
        assert_eq!(lesson.questions, plain.questions);
        assert_eq!(lesson.stops, plain.stops);
        let texts = |lesson: &Lesson| {
            lesson
                .all_statements()
                .map(|s| (s.line, s.text.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&lesson), texts(&plain));
    }
}

#[test]
fn an_indented_question_is_read_as_one_that_is_not() {
    let question = "```question\nWhy\n  not?\n- a\n  if: line 1\n- b\n  but: no\nbecause: so\n```";
    let indented = question
        .lines()
        .fold(String::new(), |all, line| format!("{all}  {line}\n"));
    let asked = |text: &str| {
        let question = sound(format!("{FRONT}{text}{BLOCK}").as_bytes())
            .unwrap()
            .questions[0]
            .clone();
        (question.text, question.kind, question.because)
    };
    assert_eq!(asked(question), asked(&indented));
}

#[test]
fn a_comment_of_several_lines_is_not_shown_and_does_not_hide_anything() {
    for comment in [
        "<!-- one -->",
        "<!-- one\n\n two\n-->",
        "a <!-- b --> c",
        "- a <!-- b -->\n",
        "> a\n> <!-- b\n> c -->\n",
    ] {
        assert_eq!(refused(comment), "it is read", "{comment}");
    }
    for html in [
        "<!-- a --><script>alert(1)</script><!-- b -->",
        "<!-- a",
        "<b>x</b>",
        "<?php ?>",
        "- <br>",
        "> <i>",
    ] {
        assert!(refused(html).contains("HTML"), "{html}: {}", refused(html));
    }
}

#[test]
fn a_block_that_is_not_closed_is_told_where_it_begins() {
    for fence in [
        "```fourline\nclient connect",
        "```question\nWhy?",
        "~~~",
        "````fourline\nclient connect\n```",
    ] {
        let source = format!("{FRONT}{fence}\n");
        let mistakes = sound(source.as_bytes()).unwrap_err();
        assert_eq!(
            mistakes[0].message, "the block that begins here never ends",
            "{fence}"
        );
        assert_eq!(mistakes[0].span.start, FRONT.len());
    }
    for fence in [
        "````fourline\nclient connect\n````",
        "```fourline\nclient connect\n````  ",
        "~~~ fourline\nclient connect\n~~~",
    ] {
        assert_eq!(refused(fence), "it is read", "{fence}");
    }
}

/// Pieces of which lessons are made.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "---\n",
        FRONT,
        "\n",
        "\r\n",
        "# ",
        "## a\n",
        "> ",
        "- ",
        "1. ",
        "    ",
        "```fourline\n",
        "```fourline fresh\n",
        "```question\n",
        "```\n",
        "~~~\n",
        "server listen 10008\n",
        "expect packets syn\n",
        "if: ",
        "but: ",
        "because: x\n",
        "number: packets\n",
        "bytes: server recv\n",
        "give or take: 5%\n",
        "- [x] a\n",
        "title: ",
        "afterwards:\n",
        "é",
        "\u{feff}",
        "\u{202e}",
        "&#27;",
        "<b>",
        "<!--",
        "-->",
        "|a|b|\n|-|-|\n",
        "[a](https://b)",
        "[a]: c\n",
        "`",
        "**",
        "\t",
        "\\",
        "\"",
    ];
    prop_oneof![
        6 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn whatever_the_file_it_is_read_or_its_mistakes_have_places(
        pieces in proptest::collection::vec(piece(), 0..60),
        front in any::<bool>(),
    ) {
        let text = if front { FRONT.to_owned() + &pieces.concat() } else { pieces.concat() };
        sound(text.as_bytes()).ok();
    }

    #[test]
    fn whatever_the_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        sound(&bytes).ok();
        sound(&[FRONT.as_bytes(), &bytes].concat()).ok();
    }
}
