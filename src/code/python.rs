//! Python: its `socket` module has the Berkeley calls as methods; what goes wrong is an `OSError`.

use super::{
    LANGUAGES, Line, literal,
    paper::{Paper, needed},
    plan::{Data, Does, Plan, Step},
    words,
};
use crate::model::{
    call::{Call, How, MsgFlags},
    ids::Actor,
    option::{OptionValue, SockOpt, ValueKind},
};
use core::net::SocketAddr;

/// What sockets are called.
const NAMES: [&str; 3] = ["listener", "connection", "sock"];

const RECEIVE: &str = r#"def receive(sock, size, flags=0):
    """One recv. It brings what has come so far, up to size bytes: a stream has no
    messages. b"" is its end: the peer has closed, or will send no more."""
    data = sock.recv(size, flags)
    print(f"received {len(data)} bytes: {data!r}")
"#;

const RECEIVE_ALL: &str = r#"def receive_all(sock, size, most=None):
    """As many recvs as it takes to bring so many bytes; without a limit, up to the end."""
    total = 0
    while most is None or total < most:
        data = sock.recv(size)
        if not data:
            break
        total += len(data)
    print(f"received {total} bytes in all")
"#;

const LETTERS: &str = r#"def letters(length):
    """So many letters: a to z, again and again."""
    return bytes(ord("a") + i % 26 for i in range(length))
"#;

const HELPERS: [(&str, &str); 3] = [
    ("letters(", LETTERS),
    ("receive(", RECEIVE),
    ("receive_all(", RECEIVE_ALL),
];

const MODULES: [&str; 4] = ["select", "socket", "struct", "sys"];

/// Writes it.
pub(super) fn write(plan: &Plan) -> Vec<Line> {
    let mut body = Paper::new("    ");
    let actors = plan.actors();
    for actor in &actors {
        body.say(&format!("def {actor}(address):"));
        body.open();
        let mut writer = Writer { plan, code: false };
        for (place, step) in plan.steps_of(*actor) {
            body.step(Some(place));
            writer.step(&mut body, step);
            body.step(None);
        }
        if !writer.code {
            body.say("pass");
        }
        body.shut();
        body.say("\n");
    }
    main(&mut body, &actors);

    let mut helpers = Paper::new("");
    for text in needed(&body, &HELPERS) {
        helpers.say(text);
        helpers.say("");
    }
    let mut paper = Paper::new("");
    paper.say("#!/usr/bin/env python3");
    paper.append(words::head(plan, &LANGUAGES[1]));
    paper.say("");
    for module in MODULES {
        let name = format!("{module}.");
        if body.says(&name) || helpers.says(&name) {
            paper.say(&format!("import {module}"));
        }
    }
    let (host, port) = (plan.address.ip(), plan.address.port());
    paper.say(&format!("\nHOST, PORT = \"{host}\", {port}\n\n"));
    paper.append(helpers);
    paper.append(body);
    paper.lines()
}

fn main(body: &mut Paper, actors: &[Actor]) {
    let roles: Vec<String> = actors.iter().map(|a| format!("\"{a}\": {a}")).collect();
    let names: Vec<String> = actors.iter().map(ToString::to_string).collect();
    body.say(&format!("ROLES = {{{}}}\n\n", roles.join(", ")));
    let usage = if names.is_empty() {
        "There is nothing to do.".to_owned()
    } else {
        format!("usage: {{sys.argv[0]}} {} [HOST [PORT]]", names.join("|"))
    };
    let f = if names.is_empty() { "" } else { "f" };
    body.say(&format!(
        r#"def main():
    role = sys.argv[1] if len(sys.argv) > 1 else ""
    host = sys.argv[2] if len(sys.argv) > 2 else HOST
    port = int(sys.argv[3]) if len(sys.argv) > 3 else PORT
    if role not in ROLES:
        sys.exit({f}"{usage}")
    try:
        ROLES[role]((host, port))
    except OSError as error:
        sys.exit(f"{{role}}: {{error}}")


if __name__ == "__main__":
    main()"#
    ));
}

struct Writer<'a> {
    plan: &'a Plan,
    /// Whether anything but comments stands in the function.
    code: bool,
}

impl Writer<'_> {
    /// One statement; where it may fail, what went wrong is only told.
    fn act(&mut self, paper: &mut Paper, step: &Step, name: &str, code: &str) {
        self.code = true;
        if step.may_fail() {
            paper.say("try:");
            paper.deeper(code);
            paper.say("except OSError as error:");
            paper.deeper(&format!("print(f\"{name}: {{error}}\", file=sys.stderr)"));
        } else {
            paper.say(code);
        }
    }

    fn step(&mut self, paper: &mut Paper, step: &Step) {
        let name = self.plan.name(step.socket, NAMES);
        if let Some(text) = words::caution(step) {
            paper.remark("#", &text);
        }
        let call = match &step.does {
            Does::Say(text) => return paper.remark("#", text),
            Does::Send(data) => {
                let code = if step.may_fail() {
                    format!("{name}.send({})", written(paper, data))
                } else {
                    // The first time it is worth a word.
                    if !paper.says("sendall") {
                        paper.remark("#", "sendall calls send until all is taken.");
                    }
                    format!("{name}.sendall({})", written(paper, data))
                };
                return self.act(paper, step, "send", &code);
            }
            Does::Drain {
                size,
                total,
                to_end,
            } => {
                let most = if *to_end {
                    String::new()
                } else {
                    format!(", {total}")
                };
                return self.act(
                    paper,
                    step,
                    "recv",
                    &format!("receive_all({name}, {size}{most})"),
                );
            }
            Does::Call(call) => call,
        };
        let what = call.name();
        let code = match call {
            Call::Socket { domain } => {
                let text = format!("socket.socket(socket.{domain}, socket.SOCK_STREAM)");
                match step.made {
                    Some(made) => format!("{} = {text}", self.plan.name(Some(made), NAMES)),
                    None => text,
                }
            }
            Call::Bind { addr, .. } | Call::Connect { addr, .. } => {
                format!("{name}.{what}({})", self.address(*addr))
            }
            Call::Listen { backlog, .. } => format!("{name}.listen({backlog})"),
            Call::Accept { .. } => match step.made {
                Some(made) => {
                    let made = self.plan.name(Some(made), NAMES);
                    format!("{made}, peer = {name}.accept()")
                }
                None => format!("{name}.accept()"),
            },
            Call::Send { data, flags, .. } => {
                let data = written(paper, &super::shape::data_of(data, data.len()));
                format!("{name}.send({data}{})", flag_names(*flags))
            }
            Call::SendTo { data, addr, .. } => {
                let data = written(paper, &super::shape::data_of(data, data.len()));
                format!("{name}.sendto({data}, {})", self.address(*addr))
            }
            Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
                if matches!(call, Call::RecvFrom { .. }) {
                    paper.remark(
                        "#",
                        "recvfrom leaves the address out on a stream: it is recv.",
                    );
                }
                format!("receive({name}, {len}{})", flag_names(*flags))
            }
            Call::Shutdown { how, .. } => {
                let how = match how {
                    How::Read => "SHUT_RD",
                    How::Write => "SHUT_WR",
                    How::Both => "SHUT_RDWR",
                };
                format!("{name}.shutdown(socket.{how})")
            }
            Call::Close { .. } => format!("{name}.close()"),
            Call::SetSockOpt { option, value, .. } => {
                if words::is_abort(value) {
                    paper.remark("#", words::ABORT);
                }
                let value = match value {
                    OptionValue::Number(n) => n.to_string(),
                    OptionValue::Linger { linger, seconds } => {
                        format!("struct.pack(\"ii\", {}, {seconds})", i32::from(*linger))
                    }
                    OptionValue::Time { milliseconds } => format!(
                        "struct.pack(\"ll\", {}, {})",
                        milliseconds / 1_000,
                        milliseconds % 1_000 * 1_000
                    ),
                    OptionValue::Text(text) => quoted(text.as_bytes()),
                };
                format!("{name}.setsockopt({}, {value})", option_names(*option))
            }
            Call::GetSockOpt { option, .. } => {
                format!("print(\"{option} is\", {})", get(&name, *option))
            }
            Call::GetSockName { .. } | Call::GetPeerName { .. } => {
                format!("print(\"{what}:\", {name}.{what}())")
            }
            Call::Poll {
                read,
                write,
                timeout_ms,
                ..
            } => {
                let events = words::poll_events(*read, *write).replace("POLL", "select.POLL");
                paper.say("poll = select.poll()");
                paper.say(&format!("poll.register({name}, {events})"));
                format!(
                    "poll.poll({})",
                    if *timeout_ms < 0 { -1 } else { *timeout_ms }
                )
            }
            Call::Ioctl { nonblocking, .. } => {
                let blocking = if *nonblocking { "False" } else { "True" };
                format!("{name}.setblocking({blocking})")
            }
        };
        self.act(paper, step, what, &code);
    }

    fn address(&self, addr: SocketAddr) -> String {
        if self.plan.is_main(addr) {
            "address".to_owned()
        } else {
            format!("(\"{}\", {})", addr.ip(), addr.port())
        }
    }
}

fn option_names(option: SockOpt) -> String {
    let row = option.row();
    format!("socket.{}, socket.{}", row.level, row.name)
}

fn get(name: &str, option: SockOpt) -> String {
    let names = option_names(option);
    match option.row().kind {
        ValueKind::Switch | ValueKind::Number => format!("{name}.getsockopt({names})"),
        ValueKind::Linger => format!("struct.unpack(\"ii\", {name}.getsockopt({names}, 8))"),
        ValueKind::Time => format!("struct.unpack(\"ll\", {name}.getsockopt({names}, 16))"),
        ValueKind::Text => format!("{name}.getsockopt({names}, 64)"),
    }
}

fn flag_names(flags: MsgFlags) -> String {
    let flags = flags.asked();
    if flags == MsgFlags::default() {
        return String::new();
    }
    let names = flags.names();
    let names: Vec<String> = names.split('|').map(|f| format!("socket.{f}")).collect();
    format!(", {}", names.join(" | "))
}

fn quoted(bytes: &[u8]) -> String {
    let pieces = literal::PLAIN.pieces(bytes);
    match &pieces[..] {
        [one] => format!("b\"{one}\""),
        many => {
            let lines: String = many
                .iter()
                .fold(String::new(), |all, p| all + "\n    b\"" + p + "\"");
            format!("({lines}\n)")
        }
    }
}

fn written(paper: &mut Paper, data: &Data) -> String {
    if data.stand_in {
        paper.remark("#", words::STAND_IN);
    }
    let letters = format!("letters({})", data.letters);
    match (data.literal.is_empty(), data.letters) {
        (_, 0) => quoted(&data.literal),
        (true, _) => letters,
        (false, _) => format!("{} + {letters}", quoted(&data.literal)),
    }
}
