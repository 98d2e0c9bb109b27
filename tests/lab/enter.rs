use crate::stage::{Stage, has, program, server, until};
use fourline::model::ids::Side;
use std::process::{Command, Output, Stdio};

/// `fourline lab enter --pid PID SIDE -- COMMAND`.
pub(crate) fn enter(pid: i32, side: Side, command: &[&str]) -> Output {
    Command::new(program())
        .args(["lab", "enter", "--pid", &pid.to_string()])
        .arg(side.to_string())
        .arg("--")
        .args(command)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(ended: &Output) -> String {
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

#[test]
fn ss_inside_shows_the_listener_of_that_side() {
    if !has("ss") {
        return;
    }
    let Some(stage) = Stage::open() else { return };
    let at = server(false);
    let listener = stage.tcp(Side::Server, at);
    listener.bind(&at.into()).unwrap();
    listener.listen(5).unwrap();
    let pid = stage.lab.pid();
    let ended = enter(pid, Side::Server, &["ss", "-tlnH"]);
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(text(&ended).lines().count(), 1, "{ended:?}");
    assert!(text(&ended).contains("10.0.0.1:10008"), "{ended:?}");
    let ended = enter(pid, Side::Client, &["ss", "-tlnH"]);
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(text(&ended), "");
}

#[test]
fn ping_inside_is_answered_over_the_wire() {
    if !has("ping") {
        return;
    }
    let Some(stage) = Stage::open() else { return };
    for (side, peer) in [
        (Side::Client, "10.0.0.1"),
        (Side::Server, "10.0.0.2"),
        (Side::Client, "fd00::1"),
    ] {
        stage.packets.lock().unwrap().clear();
        let command = ["ping", "-n", "-c", "1", "-W", "20", peer];
        let ended = enter(stage.lab.pid(), side, &command);
        assert!(ended.status.success(), "{ended:?}");
        let carried: Vec<_> = stage.carried().iter().map(|p| p.0).collect();
        assert_eq!(carried, [side, !side], "there and back");
    }
}

#[test]
fn the_exit_code_and_the_words_are_the_programs_own() {
    let Some(stage) = Stage::open() else { return };
    let pid = stage.lab.pid();
    let script = "echo to one; echo to two >&2; exit 42";
    let ended = enter(pid, Side::Client, &["sh", "-c", script]);
    assert_eq!(ended.status.code(), Some(42));
    assert_eq!(text(&ended), "to one\n");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "to two\n");
    // The user stays who he is.
    let id = |command: &mut Command| text(&command.arg("-u").output().unwrap());
    let ended = enter(pid, Side::Client, &["id", "-u"]);
    assert_eq!(text(&ended), id(&mut Command::new("id")));
}

#[test]
fn a_program_inside_may_use_the_network_as_it_likes() {
    let Some(stage) = Stage::open() else { return };
    let ended = enter(stage.lab.pid(), Side::Client, &["cat", "/proc/self/status"]);
    let text = text(&ended);
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix("CapEff:"))
        .unwrap();
    let capabilities = u64::from_str_radix(line.trim(), 16).unwrap();
    // Small ports, interfaces, raw sockets: inside.
    let wanted = 1 << 10 | 1 << 12 | 1 << 13;
    assert_eq!(capabilities & wanted, wanted, "{line}");
}

#[test]
fn without_a_command_it_is_a_shell() {
    let Some(stage) = Stage::open() else { return };
    let mut shell = Command::new(program());
    shell.args(["lab", "enter", "--pid", &stage.lab.pid().to_string()]);
    let ended = shell
        .args(["server"])
        .env("SHELL", "/bin/pwd")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
}

#[test]
fn the_owners_process_id_finds_it_too() {
    let Some(_stage) = Stage::open() else { return };
    let own = std::process::id() as i32;
    // Of the labs that the tests of this process have, the newest is entered, which may end just then.
    until("no lab of this process is found", || {
        enter(own, Side::Client, &["true"]).status.success()
    });
}

#[test]
fn where_no_lab_is_one_is_told_so() {
    let ended = enter(1, Side::Server, &["true"]);
    assert_eq!(ended.status.code(), Some(3));
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(words.starts_with("Process 1 has no lab"), "{words}");
}

#[test]
fn a_program_that_is_not_there_is_told_of() {
    let Some(stage) = Stage::open() else { return };
    let ended = enter(stage.lab.pid(), Side::Server, &["no-such\u{1b}program"]);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(
        words.contains("cannot be run") && !words.contains('\u{1b}'),
        "{words}"
    );
}
