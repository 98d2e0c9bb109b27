use crate::{
    common::{Ended, Folder, Running, Script, Story, end, fourline, has, json, port_set, run},
    lab::{journal, there},
    laws,
};
use fourline::{
    export::jsonl::read_jsonl,
    model::{event::Fact, ids::Actor, program::Doing},
};
use std::{path::Path, thread, time::Duration};

/// A server as one writes it in a first lesson. It tells where it is, so that a script can wait for it.
const SERVER: &str = r#"<?php
$listener = stream_socket_server("tcp://{$argv[1]}") or exit(3);
echo "listening\n";
$caller = stream_socket_accept($listener, 60);
$heard = fread($caller, 100);
echo "heard \e[2J$heard\n";
fwrite($caller, 'I have received ' . strlen($heard) . " bytes\n");
fwrite(STDERR, 'no end of this line');
while (!feof($caller)) fread($caller, 100);
echo "bye\n";
exit(7);
"#;

const CLIENT: &str = r#"<?php
$server = stream_socket_client("tcp://{$argv[1]}", $code, $text, 30) or exit(3);
fwrite($server, 'hello from PHP');
echo 'heard ', stream_get_contents($server), "\n";
"#;

/// With our client at their server: `$SERVER` is its file, `$AT` its address.
const TALK: &str = "spawn server php $SERVER $AT\n\
    wait until server printed \"listening\" within 60s\n\
    client connect $AT\n\
    client send \"hello\"\n\
    client recv\n\
    expect client recv \"I have received 5 bytes\\n\" within 30s\n\
    wait until server printed \"hello\\n\" within 30s\n\
    wait until server printed \"no end\" within 30s\n\
    expect not client printed \"hello\" within 0s\n\
    client close\n\
    wait until server printed \"bye\\n\" within 30s\n";

fn has_php() -> bool {
    let code = "exit(function_exists('stream_socket_server') ? 0 : 1);";
    has("php", &["-n", "-r", code])
}

/// What the story tells of programs.
fn doings(story: &Story) -> Vec<(Actor, u32, &Doing)> {
    let of = story.events.iter().filter_map(|e| match &e.fact {
        Fact::Program { pid, doing } => Some((e.who?, *pid, &**doing)),
        _ => None,
    });
    of.collect()
}

/// The story of a script; all that it started must be gone.
fn told(ended: &Ended) -> Story {
    let story = ended.story();
    assert!(
        story.failed_claims().is_empty(),
        "{:?}",
        story.failed_claims()
    );
    for (_, pid, doing) in doings(&story) {
        assert!(is_gone(&pid.to_string()), "{pid}: {doing:?}");
    }
    story
}

/// Whether no process has this number, or what it was is dead.
fn is_gone(pid: &str) -> bool {
    assert!(pid.parse::<u32>().is_ok(), "{pid}");
    !Path::new(&format!("/proc/{pid}")).exists()
}

/// What the programs have printed, both streams together.
fn printed(story: &Story) -> String {
    let bytes: Vec<u8> = doings(story)
        .into_iter()
        .filter_map(|(_, _, doing)| match doing {
            Doing::Printed { data, .. } => Some(data.kept.to_vec()),
            _ => None,
        })
        .flatten()
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn talks(story: &Story) {
    laws::hold(story);
    let doings = doings(story);
    assert!(doings.iter().all(|(who, ..)| *who == Actor::Server));
    let first = doings.first().map(|(_, _, doing)| *doing);
    assert!(matches!(first, Some(Doing::Started { words }) if words[0] == "php"));
    assert_eq!(doings.last().unwrap().2, &Doing::Exited { code: 7 });
    let text = printed(story);
    assert!(text.contains("heard \x1b[2Jhello\n"), "{text:?}");
    assert_eq!(story.course("client")[..2], ["SYN_SENT", "ESTABLISHED"]);
    // What the server did with its sockets cannot be known.
    assert!(story.calls().all(|(who, _)| who == "client"));
    assert!(story.kind("line").is_empty());
}

#[test]
fn a_server_of_ones_own_and_our_client() {
    if !has_php() {
        return;
    }
    let folder = Folder::new();
    let at = format!("AT=127.0.0.1:{}", port_set().0);
    let server = format!("SERVER={}", folder.file("my server.php", SERVER));
    let script = Script::new(format!("{TALK}wait 200ms\n"));
    talks(&told(&end(&mut json(&script, &[at, server]))));
}

#[test]
fn a_server_of_ones_own_in_the_lab() {
    if !has_php() || !there() {
        return;
    }
    let folder = Folder::new();
    let server = format!("SERVER={}", folder.file("server.php", SERVER));
    let script = Script::new(format!(
        "{TALK}wait 200ms\nexpect packets syn syn-ack ack data\nexpect not packets rst\n"
    ));
    let story = told(&end(&mut journal(
        &script.path(),
        &["AT=10.0.0.1:10008", &server],
    )));
    talks(&story);
    crate::lab::laws::hold(&story);
}

#[test]
fn a_client_of_ones_own_in_the_lab_and_on_the_host() {
    if !has_php() {
        return;
    }
    let folder = Folder::new();
    let client = format!("CLIENT={}", folder.file("client.php", CLIENT));
    let script = Script::new(
        "server listen $PORT\nspawn client php $CLIENT $IP:$PORT\nserver accept\nserver recv\n\
         wait until server read \"hello from PHP\" within 60s\nserver send \"good day\"\nserver close\n\
         wait until client printed \"heard good day\\n\" within 30s\nwait 100ms\n",
    );
    let check = |ended: &Ended| {
        let story = told(ended);
        laws::hold(&story);
        let last = doings(&story)
            .last()
            .map(|(who, _, d)| (*who, (*d).clone()));
        assert_eq!(last, Some((Actor::CLIENT, Doing::Exited { code: 0 })));
        assert_eq!(story.results("server", "recv"), ["14"]);
    };
    let host = [port_set().1, client.clone(), "IP=127.0.0.1".to_owned()];
    check(&end(&mut json(&script, &host)));
    if there() {
        let lab = ["PORT=10008", &client, "IP=10.0.0.1"];
        check(&end(&mut journal(&script.path(), &lab)));
    }
}

#[test]
fn each_side_has_its_own_network() {
    if !there() {
        return;
    }
    let script = Script::new(
        "spawn server sh -c \"cat /proc/net/dev; readlink /proc/self/ns/net\"\n\
         spawn client sh -c \"cat /proc/net/dev; readlink /proc/self/ns/net\"\n\
         wait until server printed \"net:[\"\nwait until client printed \"net:[\"\n\
         expect server printed \"server0:\"\nexpect not server printed \"client0\"\n\
         expect client printed \"client0:\"\nexpect not client printed \"server0\"\n",
    );
    told(&end(&mut journal(&script.path(), &[])));
}

#[test]
fn nothing_that_a_program_prints_is_obeyed() {
    let script = Script::new(
        "spawn server sh -c \"printf '\\\\033[2J\\\\033]0;x\\\\007\\\\n'; printf '\\\\302\\\\233' >&2; echo > /dev/tty\"\n\
         wait until server printed \"\\x1b]0;x\\x07\"\nwait until server printed \"\\xc2\\x9b\"\nwait 100ms\n",
    );
    let ended = end(&mut run(&script.path(), &[]));
    assert_eq!((ended.code(), ended.stderr.as_str()), (Some(0), ""));
    let text = ended.text();
    assert!(text.contains("prints \"\\x1b[2J\\x1b]0;x\\x07\""), "{text}");
    assert!(!text.contains(['\x1b', '\x07', '\u{9b}']), "{text:?}");
    assert!(text.contains("ends with exit code 2") || text.contains("ends with exit code 1"));
}

#[test]
fn a_flood_of_output_is_bounded_and_holds_nobody_up() {
    let script = Script::new(
        "spawn server yes\nspawn client sh -c \"cat /dev/zero\"\nserver listen 0\nclient connect\nserver accept\n\
         client send bytes(10000)\nserver recv 10000 waitall\nexpect server returned 10000\nwait 300ms\n\
         expect server printed \"y\\ny\\n\"\nexpect client printed \"\\0\\0\\0\"\n",
    );
    let story = told(&end(&mut json(&script, &[])));
    let doings = doings(&story);
    assert!(doings.len() < 1200, "{}", doings.len());
    for who in [Actor::Server, Actor::CLIENT] {
        let of = || doings.iter().filter(|(w, ..)| *w == who).map(|(.., d)| *d);
        let kept: usize = of()
            .map(|doing| match doing {
                Doing::Printed { data, .. } => data.kept.len(),
                _ => 0,
            })
            .sum();
        assert!(kept <= 64 * 1024, "{kept}");
        // Of one there is more than is told, of the other there is more in each line.
        assert!(of().any(|doing| match doing {
            Doing::Flooded { bytes } => *bytes > 0,
            Doing::Printed { data, .. } => data.omitted > 0,
            _ => false,
        }));
        let end = of().next_back();
        assert!(matches!(end, Some(Doing::Killed { .. })), "{end:?}");
    }
}

#[test]
fn what_cannot_be_run_is_said() {
    let folder = Folder::new();
    let text = folder.file("notes.txt", "no program");
    let script =
        Script::new("spawn server no-such-program\nspawn client $TEXT\nspawn client ./no/such\n");
    for there in [false, there()] {
        let network = if there { "lab" } else { "host" };
        let mut command = json(&script, &[format!("TEXT={text}")]);
        let story = told(&end(command.args(["--network", network])));
        let said: Vec<&str> = story
            .kind("refused")
            .iter()
            .filter_map(|line| line["text"].as_str())
            .collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("\"no-such-program\" was not started: ENOENT"));
        assert!(said[1].contains("EACCES") && said[1].contains("chmod +x"));
        assert!(said[2].contains("ENOENT"));
        assert!(doings(&story).is_empty());
    }
}

/// It ends when nobody asks it to, and three more hide from whoever looks for them: one in its group, one in a session
/// of its own, and one whose parent is gone.
const STUBBORN: &str = "trap '' TERM; sleep 600 & echo $! is one; setsid sh -c 'trap \"\" TERM; echo $$ is one; sleep 600 & wait' & \
    sh -c 'sleep 600 & echo $! is one'; echo all; while :; do sleep 600; done";

/// The processes of which the text says that they are.
fn ones(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|l| l.strip_suffix(" is one"));
    let ones: Vec<String> = lines.map(str::to_owned).collect();
    assert_eq!(ones.len(), 3, "{text}");
    ones
}

#[test]
fn who_ignores_sigterm_is_killed_with_all_his_children() {
    let folder = Folder::new();
    let file = format!("FILE={}", folder.file("stubborn.sh", STUBBORN));
    let script = Script::new(
        "spawn server sh $FILE\nwait until server printed \"all\\n\"\nwait 200ms\nexpect server printed \" is one\"\n",
    );
    let story = told(&end(&mut json(&script, &[file])));
    let (_, _, end) = doings(&story).pop().unwrap();
    let signal = "SIGKILL".to_owned();
    assert_eq!(end, &Doing::Killed { signal });
    for pid in ones(&printed(&story)) {
        assert!(is_gone(&pid), "{pid}");
    }
}

#[test]
fn programs_end_with_us_however_we_end() {
    let folder = Folder::new();
    let file = format!("FILE={}", folder.file("stubborn.sh", STUBBORN));
    let script = Script::new(
        "spawn server sh $FILE\nwait until server printed \"all\\n\"\nwait 200ms\nsay \"now\"\nwait 10m\n",
    );
    for there in [false, there()] {
        let network = if there { "lab" } else { "host" };
        let mut command = json(&script, core::slice::from_ref(&file));
        let mut running = Running::start(command.args(["--network", network]));
        running.until("\"kind\":\"say\"");
        let story = running.story();
        let mut all = ones(&printed(&story));
        all.push(doings(&story)[0].1.to_string());
        assert!(!all.iter().any(|pid| is_gone(pid)));
        running.kill();
        let gone = (0..1000).any(|_| {
            thread::sleep(Duration::from_millis(10));
            all.iter().all(|pid| is_gone(pid))
        });
        assert!(gone, "{all:?}");
    }
}

#[test]
fn again_ends_what_was_started() {
    let mut shell = Running::start(fourline().args(["shell", "--network", "host"]));
    shell.type_in(
        b"spawn server sh -c \"echo first; sleep 600\"\nwait until server printed \"first\"\nagain\n\
          expect not server printed \"first\"\nspawn server echo second\nwait until server printed \"second\"\n",
    );
    let ended = shell.end();
    let text = ended.text();
    assert_eq!(
        (ended.code(), ended.stderr.as_str()),
        (Some(0), ""),
        "{text}"
    );
    let pid = text
        .lines()
        .find_map(|line| line.split_once("process ")?.1.split_once(" runs: sh -c"));
    assert!(is_gone(pid.unwrap().0), "{text}");
    assert!(text.contains("is ended by SIGTERM"), "{text}");
}

#[test]
fn so_many_programs_run_at_once_and_no_more() {
    let script = Script::new("spawn server sleep 600\n".repeat(20));
    let story = told(&end(&mut json(&script, &[])));
    let started = |d: &&(Actor, u32, &Doing)| matches!(d.2, Doing::Started { .. });
    assert_eq!(doings(&story).iter().filter(started).count(), 16);
    assert_eq!(story.kind("refused").len(), 4);
}

#[test]
fn a_recording_tells_of_programs_as_it_was() {
    let folder = Folder::new();
    let file = folder.0.join("talk.pcapng").display().to_string();
    let script = Script::new(
        "spawn server sh -c \"echo out; echo err >&2; exit 3\"\nwait until server printed \"err\\n\"\nwait 100ms\n",
    );
    let mut command = json(&script, &[]);
    let live = end(command.args(["--record", &file]));
    told(&live);
    let again = end(fourline().args(["export", &file, "--to", "jsonl"]));
    assert_eq!((again.code(), again.stderr.as_str()), (Some(0), ""));
    let (_, live) = read_jsonl(live.stdout.as_slice()).unwrap();
    let (_, again) = read_jsonl(again.stdout.as_slice()).unwrap();
    assert_eq!(live, again);
    for format in ["text", "markdown", "mermaid", "html", "svg"] {
        let told = end(fourline().args(["export", &file, "--to", format]));
        assert_eq!(
            (told.code(), told.stderr.as_str()),
            (Some(0), ""),
            "{format}"
        );
        let text = told.text();
        for part in ["err", "exit code 3"] {
            assert!(text.contains(part), "{format}: {part} is missing");
        }
    }
}
