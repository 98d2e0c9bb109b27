//! A lesson is read as text, checked, found by its name, and asked about before it reaches out.

use crate::stage::{Home, TALK, says};
use fourline::lesson::{SHIPPED, STARTING_POINT};
use std::fs;

#[test]
fn in_a_pipe_a_lesson_is_a_text_to_be_read() {
    let home = Home::new();
    let file = home.file("talk.md", TALK);
    let told = home.run(&["learn", &file]);
    says(
        &told.out,
        &[
            "A talk (1 minute)\n",
            "Afterwards you can\n- say what listen returns\n",
            "\n# A talk\n",
            "First, listen. See listen(2)\n(https://man7.org/linux/man-pages/man2/listen.2.html).\n",
            "\nQuestion: What does listen return?\n",
            "\n> server listen 0\n> expect server state LISTEN\n",
            "listen(",
            "\nAnswer: 0\nBecause: 0 means that it went well.\n",
            "\n## The caller\n",
            "\nQuestion: Who answers a caller first?\n  a) the server's program\n  b) the server's kernel\n",
            "> client connect\n",
            "Answer: b) the server's kernel\nBecause: the kernel does.\n",
            "Question: Which picture is this?\n",
            "Answer: a) the telephone\n",
        ],
    );
    assert!(
        !told.out.contains("Wait here"),
        "notes are for who presents"
    );
    assert_eq!(told.out.matches("First,").count(), 1, "{}", told.out);
    assert_eq!((told.code, &*told.err), (0, ""));
    assert!(!home.state().exists(), "nobody has answered anything");
    // A file that is a lesson is taken as one, whatever it is called.
    for name in ["talk.md", "talk"] {
        home.file(name, TALK);
        let again = home.run(&[name]);
        says(&again.out, &["A talk", "Answer: b)"]);
        assert_eq!(again.code, 0);
    }
}

#[test]
fn what_happens_in_a_lesson_is_written_to_files() {
    let home = Home::new();
    home.file("talk.md", TALK);
    for lesson in [&["learn", "talk.md"][..], &["talk.md"]] {
        let files = ["--log", "talk.log", "--record", "talk.pcapng"];
        let told = home.run(&[lesson, &files].concat());
        assert_eq!((told.code, &*told.err), (0, ""), "{lesson:?}");
        let log = home.read("talk.log");
        says(&log, &["listen(", "connect(", "ESTABLISHED"]);
        assert!(!log.contains("Question"), "only what happened: {log}");
        let recorded = home.run(&["export", "talk.pcapng", "--to", "text"]);
        says(&recorded.out, &["listen(", "connect(", "ESTABLISHED"]);
        // What was written is not written over.
        let again = home.run(&[lesson, &files].concat());
        assert_ne!(again.code, 0);
        says(&again.err, &["talk.log"]);
        for name in ["talk.log", "talk.pcapng"] {
            fs::remove_file(home.path().join(name)).unwrap();
        }
    }
}

#[test]
fn a_wrong_claim_fails_with_its_line() {
    let home = Home::new();
    let told = home.run(&["check", &home.file("talk.md", TALK)]);
    says(
        &told.out,
        &[
            "talk.md:22: held: server state LISTEN\n",
            "talk.md:15: the answer is: 0\n",
            "talk.md:39: held: client state ESTABLISHED\n",
            "talk.md:28: the answer is: b) the server's kernel\n",
            "talk.md:43: the answer is: a) the telephone\n",
            "2 claims held, 0 did not; 3 questions answered\n",
        ],
    );
    assert_eq!(told.code, 0);
    let wrong = TALK
        .replace(
            "expect client state ESTABLISHED",
            "expect client state CLOSED within 10ms",
        )
        .replace("if: line 4", "if: client state ESTABLISHED");
    let told = home.run(&["check", &home.file("wrong.md", &wrong)]);
    says(
        &told.out,
        &[
            "wrong.md:39: did NOT hold: client state CLOSED",
            "wrong.md:28: NO answer: both a and b hold in this run\n",
            "1 claim held, 2 did not",
        ],
    );
    assert_eq!(told.code, 1);
    let told = home.run(&["learn", "wrong.md"]);
    assert_eq!(told.code, 1, "{}", told.out);
    // A lesson of one statement, and nothing to read, runs as well.
    let front = TALK.split("\n# ").next().unwrap();
    let short = home.file(
        "short.md",
        format!(
            "{front}\n```fourline\nserver listen 0\nexpect server state CLOSED within 10ms\n```\n"
        ),
    );
    assert_eq!(home.run(&["check", &short]).code, 1);
}

#[test]
fn what_is_measured_behind_the_last_block_is_measured_of_that_block() {
    let home = Home::new();
    let front = TALK.split("\n# ").next().unwrap();
    let block = "```fourline\nclient socket\n```\n\nGo on.\n\n";
    let question = "How many sockets were made?\nnumber: client calls socket\nbecause: one.\n";
    let lesson = format!("{front}\n{block}{block}```question\n{question}```\n");
    let told = home.run(&["check", &home.file("behind.md", lesson)]);
    says(&told.out, &["the answer is: 1 calls\n"]);
    assert_eq!(told.code, 0);
}

#[test]
fn what_the_host_network_cannot_show_is_said() {
    let home = Home::new();
    let lab = TALK.replace("client connect\n", "cable hold\nclient connect\n");
    let told = home.run(&["check", &home.file("lab.md", &lab)]);
    says(
        &told.out,
        &[
            "lab.md:21: not run: it needs the lab\n",
            "0 claims held, 0 did not",
        ],
    );
    assert!(!told.out.contains("NO answer"), "{}", told.out);
    assert_eq!(told.code, 0, "who asks for this network knows");
    let told = home.run(&["learn", "lab.md"]);
    says(
        &told.out,
        &[
            "This needs the lab, so it is not run here:\n> server listen 0\n",
            "Answer: it cannot be told here: it needs the lab",
        ],
    );
    assert_eq!(told.code, 0);
    // A lesson that ships, as a whole: nothing of it happens, each block says so, and each question once.
    let told = home.run(&["learn", "10"]);
    says(
        &told.out,
        &[
            "This is the host's own network: what needs the lab is shown here, and not run.\n",
            "This needs the lab, so it is not run here:\n> server listen 10008\n",
            "\n> server recv\n> expect server recv \"world\"\nAnswer: it cannot be told here",
            "\nIn the lab: ",
        ],
    );
    let count = |text: &str| told.out.matches(text).count();
    assert_eq!(count("Question: "), count("Answer: it cannot be told here"));
    assert_eq!(
        count("\nBecause: "),
        0,
        "nothing has happened: {}",
        told.out
    );
    assert_eq!((told.code, &*told.err), (0, ""));
    // Packets are not seen; nothing that needs them is claimed to have failed.
    let packets = TALK.replace("number: server returned", "number: packets");
    let told = home.run(&["check", &home.file("packets.md", &packets)]);
    says(
        &told.out,
        &[
            "packets.md:15: no answer here: no packets are seen",
            "1 question not answered: no packets are seen",
        ],
    );
    assert_eq!(told.code, 0);
    let told = home.run(&["learn", "packets.md"]);
    says(
        &told.out,
        &["Answer: it cannot be told here: no packets are seen"],
    );
}

#[test]
fn a_wrong_name_is_answered_with_the_right_one() {
    let home = Home::new();
    let told = home.run(&["learn", "no-such-lesson"]);
    says(
        &told.err,
        &[
            "There is no lesson no-such-lesson, and no such file.",
            "fourline learn --list lists the lessons.",
        ],
    );
    assert_eq!((told.code, &*told.out), (2, ""));
    says(&home.run(&["learn", "99"]).err, &["have the numbers 1 to "]);
    says(
        &home.run(&["learn", "\x1b[2J"]).err,
        &["There is no lesson \\u{1b}[2J"],
    );
    home.file("a.fourline", "server listen 0\n");
    says(
        &home.run(&["learn", "a.fourline"]).err,
        &["is a script and no lesson", "fourline --script a.fourline"],
    );
    for lesson in SHIPPED {
        let told = home.run(&["learn", &lesson.name[..lesson.name.len() - 1]]);
        says(&told.err, &["Did you mean ", lesson.name, "?"]);
    }
}

#[test]
fn the_shelf_in_a_pipe_is_a_list() {
    let home = Home::new();
    let told = home.run(&["learn"]);
    assert_eq!(told.code, 0);
    let list = home.run(&["learn", "--list"]);
    assert_eq!(told.out, list.out);
    says(&told.out, &["To take one: fourline learn NAME"]);
    for (n, lesson) in (1..).zip(SHIPPED) {
        let line = told.out.lines().nth(n - 1).unwrap();
        says(line, &[&format!("{n}. "), lesson.name, " min"]);
    }
}

#[test]
fn a_lesson_of_ones_own_begins_with_one_that_runs() {
    let home = Home::new();
    let told = home.run(&["new-lesson", "mine.md"]);
    says(&told.out, &["Written: mine.md\n", "fourline check mine.md"]);
    assert_eq!(home.read("mine.md"), STARTING_POINT);
    let told = home.run(&["new-lesson", "mine.md"]);
    says(
        &told.err,
        &["mine.md exists already, and is not overwritten"],
    );
    assert_eq!(told.code, 2);
    assert_eq!(home.run(&["new-lesson", "-"]).out, STARTING_POINT);
    assert_eq!(home.run(&["check", "--syntax", "mine.md"]).code, 0);
}

#[test]
fn a_lesson_that_reaches_out_is_not_run_unasked() {
    let home = Home::new();
    let secret = home.file("secret", "hello");
    let mark = home.path().join("it-ran");
    let text = TALK.replace(
        "client connect\n",
        &format!(
            "client connect\nclient send @{secret}\nspawn client sh -c \"touch {}; echo done\" \"\\u{{202e}}\"\nexpect client printed \"done\" within 20s\n",
            mark.display()
        ),
    );
    let file = home.file("reaching.md", &text);
    for asked in [&["learn", &*file][..], &["check", &file], &[&*file]] {
        let told = home.run(asked);
        // What is wrong with a file is part of what `check` reports.
        says(
            &(told.err + &told.out),
            &[
                "reaching.md wants to do more than to make sockets in the lab:\n",
                "  line 39: client send @",
                "It reads the file ",
                "  line 40: spawn client sh -c \"touch ",
                "It runs the program sh -c touch ",
                "\\u{202e}",
                "All in all it runs a program once and reads a file once.\n",
                "It is not run: nobody can be asked here.",
                "--trust",
            ],
        );
        assert_eq!(told.code, 2, "{asked:?}");
        assert!(!mark.exists());
    }
    // Whoever only wants to know whether it is well formed is not asked.
    assert_eq!(home.run(&["check", "--syntax", &file]).code, 0);
    let told = home.run(&["check", "--trust", &file]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(mark.exists());
    fs::remove_file(&mark).unwrap();
    assert_eq!(home.run(&["learn", "--trust", &file]).code, 0);
    assert!(mark.exists());
}
