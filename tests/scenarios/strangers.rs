use crate::{
    common::{Running, Script, Story, end, free_port, has, json},
    laws,
};
use fourline::model::event::{AckLevel, Fact};
use std::process::Command;

/// A PHP server that answers one caller, as it stands in a manual.
const PHP_SERVER: &str = r#"
$listener = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
socket_bind($listener, '127.0.0.1', 0);
socket_listen($listener, 5);
socket_getsockname($listener, $address, $port);
echo "listening $port\n";
$connection = socket_accept($listener);
$heard = socket_read($connection, 100);
echo 'heard ', bin2hex($heard), "\n";
socket_write($connection, 'I have received ' . strlen($heard) . " bytes\n");
echo 'then ', strlen(socket_read($connection, 100)), "\n";
socket_close($connection);
socket_close($listener);
"#;

/// A PHP client that says one thing and reads until the server closes.
const PHP_CLIENT: &str = r#"
$connection = fsockopen('127.0.0.1', (int) $argv[1], $code, $message, 30);
fwrite($connection, "hello from PHP");
echo 'heard ', stream_get_contents($connection), "\n";
fclose($connection);
"#;

fn php(code: &str, more: &[&str]) -> Command {
    let mut command = Command::new("php");
    command.args([
        "-n",
        "-d",
        "extension=sockets",
        "-d",
        "display_errors=stderr",
    ]);
    command.args(["-r", code, "--"]).args(more);
    command
}

fn has_php() -> bool {
    let code = "exit(function_exists('socket_create') && function_exists('fsockopen') ? 0 : 1);";
    has("php", &["-n", "-d", "extension=sockets", "-r", code])
}

/// Starts our program with a server that listens on a port of the kernel's choice, and waits until it does.
fn our_server(rest: &str) -> (Running, u16) {
    let script = Script::new(format!("server listen 0\n{rest}"));
    let mut ours = Running::start(&mut json(&script, &[]));
    let line = ours.until("\"local\"");
    ours.until("\"LISTEN\"");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let port = line["local"]
        .as_str()
        .and_then(|a| a.rsplit(':').next()?.parse().ok());
    (ours, port.unwrap())
}

/// Of the stranger nothing is told but what our own calls and our own kernel's view of our own sockets say.
fn only_our_side(story: &Story, ours: &str) {
    laws::hold(story);
    for event in &story.events {
        assert!(
            event.who.is_none_or(|who| who.to_string() == ours),
            "{event:?}"
        );
        match &event.fact {
            Fact::State { socket, .. }
            | Fact::Queue { socket, .. }
            | Fact::Progress { socket, .. }
            | Fact::Detail { socket, .. }
            | Fact::Socket { socket, .. } => {
                assert_eq!(socket.actor.to_string(), ours, "{event:?}");
            }
            // Whether a stranger's program has read anything cannot be known.
            Fact::Ack { level, socket, .. } => {
                assert_ne!(*level, AckLevel::Application, "{event:?}");
                assert_eq!(socket.actor.to_string(), ours, "{event:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_php_server_and_our_client() {
    if !has_php() {
        return;
    }
    let mut theirs = Running::start(&mut php(PHP_SERVER, &[]));
    let port = theirs.until("listening").replace("listening ", "PORT=");
    let script = "client connect $PORT\nclient send \"a\\x00b\"\nclient recv\nexpect client recv \"I have received 3 bytes\\n\" within 30s\n\
                  client shutdown write\nclient recv\nexpect client returned 0 within 30s\nclient close";
    let story = end(&mut json(&Script::new(script), &[port])).story();
    assert!(
        story.failed_claims().is_empty(),
        "{:?}",
        story.failed_claims()
    );
    only_our_side(&story, "client");
    assert_eq!(story.course("client")[..2], ["SYN_SENT", "ESTABLISHED"]);
    assert!(
        story.kind("line").is_empty(),
        "what the server did cannot be known, and so no line was reached"
    );
    assert_eq!(
        theirs.end().text(),
        format!("listening {}\nheard 610062\nthen 0\n", port_of(&story))
    );
}

/// The port that our client called.
fn port_of(story: &Story) -> u16 {
    let peer = story.events.iter().find_map(|e| match e.fact {
        Fact::Socket { peer, .. } => peer,
        _ => None,
    });
    peer.unwrap().port()
}

#[test]
fn a_php_client_and_our_server() {
    if !has_php() {
        return;
    }
    let (ours, port) = our_server(
        "server accept\nserver recv\n\
         wait until server read \"hello from PHP\" within 30s\nserver send \"I have received it\"\nserver close\n",
    );
    let theirs = end(&mut php(PHP_CLIENT, &[&port.to_string()]));
    assert_eq!(
        (theirs.text().as_str(), theirs.stderr.as_str()),
        ("heard I have received it\n", "")
    );
    let story = ours.end();
    let story = Story::read(&story.stdout);
    only_our_side(&story, "server");
    assert_eq!(story.results("server", "recv"), ["14"]);
}

#[test]
fn netcat_calls_our_server() {
    if !has("nc", &["-h"]) {
        return;
    }
    let (ours, port) = our_server(
        "server accept\nserver recv\nwait until server read \"hello\" within 30s\nserver send \"yes\\n\"\nserver close\n",
    );
    let mut nc = Running::start(Command::new("nc").args(["-N", "127.0.0.1", &port.to_string()]));
    nc.type_in(b"hello");
    assert_eq!(nc.end().text(), "yes\n");
    let story = ours.end().story();
    only_our_side(&story, "server");
    assert_eq!(story.results("server", "send"), ["4"]);
}

#[test]
fn our_client_calls_netcat() {
    if !has("nc", &["-h"]) {
        return;
    }
    let port = free_port();
    let mut nc =
        Running::start(Command::new("nc").args(["-l", "-N", "127.0.0.1", &port.to_string()]));
    nc.type_in(b"good day\n");
    // Netcat does not tell when it listens, but the kernel does.
    let listens = format!(":{port:04X} 00000000:0000 0A");
    let heard = (0..1000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        std::fs::read_to_string("/proc/net/tcp").is_ok_and(|table| table.contains(&listens))
    });
    assert!(heard, "netcat listens");
    let script = "client connect $PORT\nclient send \"hello\\n\"\nclient recv\n\
                  wait until client read \"good day\\n\" within 30s\nclient shutdown write\nclient close\n";
    let story = end(&mut json(&Script::new(script), &[format!("PORT={port}")])).story();
    only_our_side(&story, "client");
    assert_eq!(story.results("client", "recv"), ["9"]);
    assert_eq!(nc.end().text(), "hello\n");
}

#[test]
fn curl_reads_a_page_of_our_server() {
    if !has("curl", &["--version"]) {
        return;
    }
    let (ours, port) = our_server("server serve http\nwait 10m\n");
    for _ in 0..3 {
        let url = format!("http://127.0.0.1:{port}/");
        let page = end(Command::new("curl").args([
            "--silent",
            "--show-error",
            "--noproxy",
            "*",
            "--include",
            &url,
        ]));
        assert_eq!((page.code(), page.stderr.as_str()), (Some(0), ""));
        assert!(
            page.text().starts_with("HTTP/1.1 200 OK\r\n"),
            "{}",
            page.text()
        );
        assert!(
            page.text().contains("I have received it"),
            "{}",
            page.text()
        );
    }
    let mut ours = ours;
    while ours.story().results("server", "close").len() < 3 {
        ours.line().expect("it goes on serving");
    }
    let story = ours.story();
    only_our_side(&story, "server");
    assert_eq!(story.results("server", "accept").len(), 3);
    let request = story
        .calls()
        .find_map(|(_, c)| c.data.clone().filter(|_| c.call.name() == "recv"));
    assert!(request.unwrap().kept.starts_with(b"GET / HTTP/1.1\r\n"));
}
