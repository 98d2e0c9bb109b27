//! A lesson beside the lab: how its frames look at every stop.

mod any;
mod shelf;

mod large;

use super::{app, frame, letters};
use crate::{
    app::{App, Bar, BarPurpose, Cursor, Hit, Learning, Panel, Screen, ScrollId, ThemeName},
    language::{Vars, parse_line},
    lesson::{Halt, Lesson, Reply},
    model::{
        book::Book,
        event::{FREE_PLAY, Fact, ScriptLine, Sight, Source},
        ids::{Actor, Side},
        packet::TcpFlags,
        story::testing::Play,
    },
    ui::theme::{Role, Theme},
};
use std::sync::Arc;

const TEXT: &str = r#"---
title: Three packets
order: 3
minutes: 8
network: lab
afterwards:
  - say what each packet of a handshake is for
  - say when `connect` returns, and when `accept` does
---

# Three packets

"Can you hear me?" "Yes. Can you hear me?" "Yes." In the program it is *one* call, `connect`. On the cable it is **three**
packets: `SYN`, `SYN-ACK`, `ACK`.

## The server waits

A server asks its kernel for a port, and sits down. See `LISTEN` in its table, and `Recv-Q`.

> **Presenter:** Let the room guess before you press Space. *Nobody* guesses right.

```fourline
server listen 10008
expect server state LISTEN
server accept
```

```question
The client calls `connect`. What does the server's program do?
- it must call `accept` once more
  if: server state LISTEN
  but: one `accept` waits already, and one is enough.
- its `accept` returns
  if: client state ESTABLISHED
- nothing: it waits
  if: server waits recv
because: the kernels shake hands, and then `accept` has something to return.
```

```fourline
client connect
expect client state ESTABLISHED
expect server recv-q 5
```

The handshake is over. What is what:

| packet | what it says |
|---|---|
| `SYN` | let us talk; my numbers begin here |
| `SYN-ACK` | I have heard you, and mine begin here |

1. The client's end is open first.
2. Then the server's.
   - `accept` comes last.

> A state is what one end knows.

```console
$ ss -tn
```

## Bytes

```question
The client sends 15 bytes. How many does `recv` return?
number: server returned
give or take: 20%
because: `recv` takes what is there.
```

```fourline
client send "hello, server\r\n"
server recv
```

```question
Who keeps a copy?
- [ ] the cable
- [x] the client's kernel
  but: no.
because: until it is acknowledged, it may have to be sent again.
```

The standard says more in [RFC 9293, section 3.5](https://www.rfc-editor.org/rfc/rfc9293#section-3.5).
"#;

fn lesson(text: &str) -> Arc<Lesson> {
    Arc::new(Lesson::parse(text.as_bytes()).unwrap())
}

/// What so many statements of its first scene leave in the journal of a lab.
fn ran(lesson: &Lesson, steps: usize, found: &str) -> Book {
    let script = &lesson.scenes[0].script;
    let mut play = Play::lab();
    let lines = script.iter().map(|s| ScriptLine {
        line: s.line,
        text: s.text.clone(),
    });
    let begin = Fact::Begin {
        network: "lab".to_owned(),
        script: lines.collect(),
        server: "10.0.0.1:10008".parse().unwrap(),
        sight: Sight::Cable,
        no_lab: None,
    };
    play.see(None, Source::Program, begin);
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    for said in script.iter().take(steps) {
        match said.text.as_str() {
            "server listen 10008" => play.listen(),
            "server accept" => play.accept(),
            "client connect" => {
                play.passes(Side::Server, syn, (0, 0), b"");
                play.passes(Side::Client, syn | ack, (0, 1), b"");
                play.passes(Side::Server, ack, (1, 1), b"");
                play.connect(Actor::CLIENT)
            }
            "server recv" => play.recv(Actor::Server),
            text if text.starts_with("client send") => {
                play.send(Actor::CLIENT, b"hello, server\r\n")
            }
            text => {
                let claim = text.strip_prefix("expect ").unwrap_or(text);
                let held = !claim.contains("recv-q");
                play.ask(text);
                let fact = Fact::Expect {
                    text: claim.to_owned(),
                    held,
                    line: Some(said.line),
                    found: found.to_owned(),
                };
                play.see(None, Source::Program, fact)
            }
        };
    }
    play.into_book()
}

/// Walks so many stops on, with these answers to the questions on the way; the lab has run as far as that needs.
fn at(text: &str, stops: usize, replies: &[Reply]) -> App {
    let lesson = lesson(text);
    let mut learning = Learning::new("03-three-packets", lesson.clone());
    learning.walk.again(true);
    let nothing = Book::new();
    let mut replies = replies.iter();
    let mut asked = 0;
    let mut journal = ran(&lesson, 0, "");
    for _ in 0..stops {
        if learning.walk.asked().is_some()
            && let Some(reply) = replies.next()
            && *reply != Reply::Skipped
        {
            learning.walk.answer(reply.clone(), &nothing);
        }
        learning.walk.forth(true);
        if let Halt::Run(_, steps) = &learning.walk.stop().what {
            asked = steps.end;
        }
        journal = ran(&lesson, asked, "its receive queue holds 0 bytes");
        learning.walk.settle(&journal);
    }
    if let Some(reply) = replies.next() {
        learning.walk.answer(reply.clone(), &journal);
    }
    let mut app = app(journal);
    app.learning = Some(learning);
    app
}

fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn sizes(name: &str, app: &App) {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        check(
            &format!("{name}_{width}x{height}"),
            &letters(app, width, height),
        );
    }
}

/// The place of the first stop that is such.
fn stop(is: impl Fn(&Halt) -> bool, nth: usize) -> usize {
    let lesson = lesson(TEXT);
    let mut found = (0..).zip(&lesson.stops).filter(|(_, s)| is(&s.what));
    found.nth(nth).unwrap().0
}

fn asks(nth: usize) -> usize {
    stop(|what| matches!(what, Halt::Ask(_)), nth)
}

fn runs(nth: usize) -> usize {
    stop(|what| matches!(what, Halt::Run(..)), nth)
}

fn says(app: &App, words: &str) -> bool {
    [(80, 24), (120, 36), (200, 60)].iter().all(|(w, h)| {
        let text = letters(app, *w, *h);
        let text: String = text
            .chars()
            .map(|c| {
                if "│┃╭╮╰╯".contains(c) {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        // At the side the lab stands between two rows: the pane's columns alone.
        let rows = text.lines().map(|row| {
            let row = if *w >= 120 {
                row.chars().take(usize::from(w / 25 * 7).max(38)).collect()
            } else {
                row.to_owned()
            };
            row.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let all = rows.collect::<Vec<_>>().join(" ");
        let found = all.contains(words);
        if !found {
            println!("{w}x{h}: {all}");
        }
        found
    })
}

#[test]
fn it_is_read() {
    sizes("lesson_reads", &at(TEXT, 0, &[]));
    let table = at(TEXT, runs(2) + 1, &[Reply::Choice(1)]);
    sizes("lesson_reads_on", &table);
}

#[test]
fn a_block_runs_and_what_its_words_name_is_lit() {
    let app = at(TEXT, runs(0), &[]);
    sizes("lesson_runs", &app);
    let (buf, _) = frame(&app, 120, 36);
    let lit = Theme::of(&app.settings).style(Role::Lit).bg;
    let lit: String = (0..36)
        .flat_map(|y| (38..120).map(move |x| (x, y)))
        .filter(|at| buf[*at].style().bg == lit)
        .map(|at| buf[at].symbol().to_owned())
        .collect();
    assert!(lit.contains("LISTEN"), "{lit:?}");
    assert!(lit.contains("recv-q"), "{lit:?}");
    for y in [0, 33, 35] {
        let bar = (0..120)
            .all(|x| buf[(x, y)].style().bg != Theme::of(&app.settings).style(Role::Lit).bg);
        assert!(bar, "row {y}");
    }
}

#[test]
fn a_question_waits() {
    let app = at(TEXT, asks(0), &[]);
    sizes("lesson_asks", &app);
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let (_, drawn) = frame(&app, width, height);
        let choices = drawn.hits.iter().filter_map(|(_, hit)| match hit {
            Hit::Choice(n) => Some(*n),
            _ => None,
        });
        let mut choices: Vec<usize> = choices.collect();
        choices.dedup();
        assert_eq!(choices, [0, 1, 2]);
    }
    assert!(says(
        &app,
        "a-c or Enter answers, Space skips the question."
    ));
    let mut typed = at(TEXT, asks(1), &[Reply::Choice(1)]);
    typed.bar = Some(Bar {
        purpose: BarPurpose::Answer(1),
        input: tui_input::Input::new("1".to_owned()),
        mistake: None,
        mistake_at: None,
        completions: Vec::new(),
        chosen: None,
        history_at: None,
    });
    sizes("lesson_asks_number", &typed);
}

#[test]
fn the_kernel_answers() {
    let wrong = at(TEXT, runs(2), &[Reply::Choice(0)]);
    sizes("lesson_wrong", &wrong);
    assert!(says(&wrong, "You said a; the kernel says b."));
    let right = at(TEXT, runs(2), &[Reply::Choice(1)]);
    sizes("lesson_right", &right);
    let skipped = at(TEXT, runs(2), &[Reply::Skipped]);
    sizes("lesson_skipped", &skipped);
    let number = at(TEXT, runs(4), &[Reply::Choice(1), Reply::Number(100)]);
    sizes("lesson_number", &number);
    assert!(says(&number, "You said 100; the kernel says 15."));
    let near = at(TEXT, runs(4), &[Reply::Choice(1), Reply::Number(14)]);
    assert!(says(
        &near,
        "You said 14; the kernel says 15 (20% off is near enough)."
    ));
}

#[test]
fn what_cannot_be_known_is_said() {
    let text = TEXT.replace(
        "  if: client state ESTABLISHED\n",
        "  if: client state CLOSED\n",
    );
    let text = text.replace("  if: server state LISTEN\n", "  if: server state CLOSED\n");
    let app = at(&text, runs(2), &[Reply::Choice(1)]);
    sizes("lesson_unknown", &app);
    assert!(says(&app, "You said b. It cannot be judged:"));
}

#[test]
fn claims_that_held_and_that_did_not() {
    let app = at(TEXT, runs(2), &[Reply::Choice(1)]);
    let text = letters(&app, 200, 60);
    assert!(text.contains("✔ client state ESTABLISHED"), "{text}");
    assert!(text.contains("✘ server recv-q 5"), "{text}");
    assert!(
        text.contains("found: its receive queue holds 0 bytes"),
        "{text}"
    );
}

#[test]
fn one_plays_freely() {
    let mut app = at(TEXT, runs(0), &[]);
    let mut play = Play::lab();
    play.see(
        None,
        Source::Program,
        Fact::Mode {
            text: FREE_PLAY.to_owned(),
        },
    );
    app.book = play.into_book();
    sizes("lesson_away", &app);
    assert!(says(
        &app,
        "You play freely. Backspace or Space puts the lab back."
    ));
    let mut app = at(TEXT, runs(1), &[]);
    let walk = &mut app.learning.as_mut().unwrap().walk;
    let text = "client connect";
    let statement = parse_line(text, &Vars::default()).unwrap().unwrap();
    // A scene is on the bench before one changes it.
    walk.again(true);
    walk.rewritten(2, text, statement);
    assert!(says(
        &app,
        "You have changed a statement. Backspace: as the lesson has it."
    ));
}

#[test]
fn the_presenter_has_notes() {
    let mut app = at(TEXT, runs(0), &[]);
    assert!(!letters(&app, 120, 36).contains("Presenter:"));
    app.learning.as_mut().unwrap().notes = true;
    sizes("lesson_notes", &app);
}

#[test]
fn of_the_past_the_statement_is_marked() {
    let mut app = at(TEXT, runs(2), &[Reply::Choice(1)]);
    let script = app.book.session().script.len();
    assert!(script > 0);
    let listened = (0..app.book.events().len())
        .find(|i| {
            app.book
                .events()
                .get(*i)
                .is_some_and(|e| matches!(&e.fact, Fact::Asked { step: Some(1), .. }))
        })
        .unwrap();
    app.go(Cursor::At {
        count: listened,
        frozen: false,
    });
    sizes("lesson_past", &app);
    assert!(letters(&app, 120, 36).contains("▶ server listen 10008"));
}

#[test]
fn the_last_answer_is_judged_at_once_and_the_end_says_what_one_can_do_now() {
    let replies = [Reply::Choice(1), Reply::Number(100), Reply::Choice(1)];
    let keyed = at(TEXT, asks(2), &replies);
    sizes("lesson_keyed", &keyed);
    let mut over = at(TEXT, asks(2), &replies);
    let learning = over.learning.as_mut().unwrap();
    while learning.walk.next_stop().is_some() {
        learning.walk.forth(true);
    }
    over.shelf = shelf::shelf();
    sizes("lesson_over", &over);
    assert!(says(&over, "2 of your 3 answers were right."));
    assert!(says(&over, "Next: Where are my bytes? (9 minutes)."));
}

#[test]
fn without_the_lab_it_is_told() {
    let text = TEXT.replace("server accept\n```", "server accept\ncable hold\n```");
    let lesson = lesson(&text);
    let mut learning = Learning::new("x", lesson);
    learning.walk.again(false);
    learning.walk.forth(false);
    learning.walk.forth(false);
    learning.not_here = true;
    let mut play = Play::free();
    let why = "/dev/net/tun cannot be opened (EACCES).";
    play.see(
        None,
        Source::Program,
        Fact::Begin {
            network: "host".to_owned(),
            script: Vec::new(),
            server: "127.0.0.1:10008".parse().unwrap(),
            sight: Sight::default(),
            no_lab: Some(why.to_owned()),
        },
    );
    let mut app = app(play.into_book());
    app.learning = Some(learning);
    sizes("lesson_not_here", &app);
    assert!(says(
        &app,
        "Here it is told, not run: /dev/net/tun cannot be opened (EACCES)."
    ));
}

#[test]
fn in_ascii_and_without_colour_it_reads_as_well() {
    for (name, replies, stops) in [
        ("lesson_wrong_ascii", vec![Reply::Choice(0)], runs(2)),
        ("lesson_reads_on_ascii", vec![Reply::Choice(1)], runs(2) + 1),
    ] {
        let mut app = at(TEXT, stops, &replies);
        app.settings.ascii = true;
        app.settings.theme = ThemeName::Plain;
        sizes(name, &app);
        assert!(letters(&app, 80, 24).is_ascii());
        assert!(letters(&app, 120, 36).is_ascii());
    }
}

#[test]
fn the_lab_gives_way_and_nothing_is_focused_that_is_not_there() {
    for (width, height, story) in [
        (80, 24, false),
        (119, 30, false),
        (80, 60, true),
        (120, 24, true),
        (120, 36, true),
        (200, 60, true),
    ] {
        let app = at(TEXT, runs(0), &[]);
        let (_, drawn) = frame(&app, width, height);
        let focus = |panel| drawn.hits.iter().find(|(_, hit)| *hit == Hit::Focus(panel));
        let (server, _) = focus(Panel::Server).unwrap();
        assert!(server.width >= 32, "{width}x{height}");
        assert!(drawn.viewport(ScrollId::Lesson).unwrap().shown > 0);
        let told = focus(Panel::Story).is_some();
        assert_eq!(told, story, "{width}x{height}");
    }
}

#[test]
fn other_screens_beside_it() {
    let mut app = at(TEXT, runs(4), &[Reply::Choice(1), Reply::Number(15)]);
    for (screen, name) in [(Screen::Ladder, "ladder"), (Screen::Packets, "packets")] {
        app.screen = screen;
        check(&format!("lesson_{name}_80x24"), &letters(&app, 80, 24));
        check(&format!("lesson_{name}_120x36"), &letters(&app, 120, 36));
    }
}
