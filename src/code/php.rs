//! PHP: its sockets extension has the Berkeley calls as functions that return false when they fail.

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
const NAMES: [&str; 3] = ["$listener", "$connection", "$socket"];

const CHECK: &str = r#"// Ends the program when a call has failed, and says why.
function check(mixed $result, string $call): mixed
{
    if ($result === false) {
        throw new RuntimeException("$call: " . socket_strerror(socket_last_error()));
    }
    return $result;
}
"#;

const TELL: &str = r#"// Says why a call has failed; the program goes on.
function tell(mixed $result, string $call): void
{
    if ($result === false) {
        fwrite(STDERR, "$call: " . socket_strerror(socket_last_error()) . "\n");
    }
}
"#;

const RECEIVE: &str = r#"// One recv. It brings what has come so far, up to $size bytes: a stream has no
// messages. 0 bytes are its end: the peer has closed, or will send no more.
function receive(Socket $socket, int $size, int $flags = 0): int|false
{
    $length = socket_recv($socket, $data, $size, $flags);
    if ($length !== false) {
        echo "received $length bytes: ", addcslashes((string) $data, "\0..\37\177..\377"), "\n";
    }
    return $length;
}
"#;

const RECEIVE_ALL: &str = r#"// As many recvs as it takes to bring so many bytes; without a limit, up to the end.
function receive_all(Socket $socket, int $size, ?int $most = null): void
{
    $total = 0;
    while ($most === null || $total < $most) {
        $length = check(socket_recv($socket, $data, $size, 0), "recv");
        if ($length === 0) {
            break;
        }
        $total += $length;
    }
    echo "received $total bytes in all\n";
}
"#;

const SEND_ALL: &str = r#"// send may take less than it was given: go on until all is taken.
function send_all(Socket $socket, string $data): void
{
    while ($data !== "") {
        $taken = check(socket_send($socket, $data, strlen($data), MSG_NOSIGNAL), "send");
        $data = substr($data, $taken);
    }
}
"#;

const LETTERS: &str = r#"// So many letters: a to z, again and again.
function letters(int $length): string
{
    return substr(str_repeat("abcdefghijklmnopqrstuvwxyz", intdiv($length, 26) + 1), 0, $length);
}
"#;

const HELPERS: [(&str, &str); 6] = [
    ("check(", CHECK),
    ("tell(", TELL),
    ("letters(", LETTERS),
    ("send_all(", SEND_ALL),
    ("receive(", RECEIVE),
    ("receive_all(", RECEIVE_ALL),
];

/// Constants that PHP has no name for on every system.
const NAMELESS: [&str; 13] = [
    "SO_ACCEPTCONN",
    "TCP_CORK",
    "TCP_MAXSEG",
    "TCP_KEEPIDLE",
    "TCP_KEEPINTVL",
    "TCP_KEEPCNT",
    "TCP_SYNCNT",
    "TCP_LINGER2",
    "TCP_DEFER_ACCEPT",
    "TCP_WINDOW_CLAMP",
    "TCP_QUICKACK",
    "TCP_USER_TIMEOUT",
    "IP_TOS",
];

/// Writes it.
pub(super) fn write(plan: &Plan) -> Vec<Line> {
    let mut body = Paper::new("    ");
    let actors = plan.actors();
    for actor in &actors {
        body.say(&format!(
            "function {actor}(string $host, int $port): void\n{{"
        ));
        body.open();
        for (place, step) in plan.steps_of(*actor) {
            body.step(Some(place));
            Writer { plan }.step(&mut body, step);
            body.step(None);
        }
        body.shut();
        body.say("}\n");
    }
    main(&mut body, plan, &actors);

    let mut helpers = Paper::new("");
    for text in needed(&body, &HELPERS) {
        helpers.say(text);
    }
    let mut paper = Paper::new("");
    paper.say("<?php\n");
    paper.append(words::head(plan, &LANGUAGES[2]));
    paper.say(
        "\ndeclare(strict_types=1);\n\n// What a call has to say is asked for where it is made, not shown as a warning.\nerror_reporting(E_ALL & ~E_WARNING);\n",
    );
    paper.append(helpers);
    paper.append(body);
    paper.lines()
}

fn main(body: &mut Paper, plan: &Plan, actors: &[Actor]) {
    let (host, port) = (plan.address.ip(), plan.address.port());
    let roles: Vec<String> = actors.iter().map(|a| format!("\"{a}\"")).collect();
    let names: Vec<String> = actors.iter().map(ToString::to_string).collect();
    if roles.is_empty() {
        body.say("echo \"There is nothing to do.\\n\";");
        return;
    }
    let (roles, usage) = (roles.join(", "), names.join("|"));
    body.say(&format!(
        r#"$role = $argv[1] ?? "";
$host = $argv[2] ?? "{host}";
$port = (int) ($argv[3] ?? {port});
if (!in_array($role, [{roles}], true)) {{
    fwrite(STDERR, "usage: $argv[0] {usage} [HOST [PORT]]\n");
    exit(1);
}}
try {{
    $role($host, $port);
}} catch (RuntimeException $error) {{
    fwrite(STDERR, "$role: {{$error->getMessage()}}\n");
    exit(1);
}}"#
    ));
}

struct Writer<'a> {
    plan: &'a Plan,
}

/// One call as a statement.
fn act(paper: &mut Paper, step: &Step, name: &str, code: &str) {
    let check = if step.may_fail() { "tell" } else { "check" };
    paper.say(&format!("{check}({code}, \"{name}\");"));
}

impl Writer<'_> {
    fn step(&self, paper: &mut Paper, step: &Step) {
        let name = self.plan.name(step.socket, NAMES);
        if let Some(text) = words::caution(step) {
            paper.remark("//", &text);
        }
        let call = match &step.does {
            Does::Say(text) => return paper.remark("//", text),
            Does::Send(data) if !step.may_fail() => {
                let data = written(paper, data);
                return paper.say(&format!("send_all({name}, {data});"));
            }
            Does::Send(data) => return one_send(paper, step, &name, data, MsgFlags::default()),
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
                return paper.say(&format!("receive_all({name}, {size}{most});"));
            }
            Does::Call(call) => call,
        };
        let what = call.name();
        let code = match call {
            Call::Socket { domain } => {
                let code = format!("socket_create({domain}, SOCK_STREAM, SOL_TCP)");
                return self.make(paper, step, what, &code);
            }
            Call::Accept { .. } => {
                return self.make(paper, step, what, &format!("socket_accept({name})"));
            }
            Call::Bind { addr, .. } | Call::Connect { addr, .. } => {
                format!("socket_{what}({name}, {})", self.address(*addr))
            }
            Call::Listen { backlog, .. } => format!("socket_listen({name}, {backlog})"),
            Call::Send { data, flags, .. } => {
                let data = super::shape::data_of(data, data.len());
                return one_send(paper, step, &name, &data, *flags);
            }
            Call::SendTo { data, addr, .. } => {
                let data = written(paper, &super::shape::data_of(data, data.len()));
                paper.say(&format!("$data = {data};"));
                let at = self.address(*addr);
                format!("socket_sendto({name}, $data, strlen($data), MSG_NOSIGNAL, {at})")
            }
            Call::Recv { len: 0, .. } | Call::RecvFrom { len: 0, .. } => {
                return paper.remark("//", "recv asked for 0 bytes here, which PHP does not do.");
            }
            Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
                if matches!(call, Call::RecvFrom { .. }) {
                    paper.remark(
                        "//",
                        "recvfrom leaves the address out on a stream: it is recv.",
                    );
                }
                return act(
                    paper,
                    step,
                    "recv",
                    &format!("receive({name}, {len}{})", flag_names(*flags)),
                );
            }
            Call::Shutdown { how, .. } => {
                let (number, how) = match how {
                    How::Read => (0, "SHUT_RD"),
                    How::Write => (1, "SHUT_WR"),
                    How::Both => (2, "SHUT_RDWR"),
                };
                paper.remark("//", &format!("{number} is {how}."));
                format!("socket_shutdown({name}, {number})")
            }
            // It tells nothing of how it went.
            Call::Close { .. } => return paper.say(&format!("socket_close({name});")),
            Call::SetSockOpt { option, value, .. } => {
                return set(paper, step, &name, *option, value);
            }
            Call::GetSockOpt { option, .. } => {
                let row = option.row();
                if row.kind == ValueKind::Text {
                    return paper.remark(
                        "//",
                        &format!("getsockopt {option} was called here: PHP reads no text option."),
                    );
                }
                let code = format!("socket_get_option({name}, {})", option_names(*option));
                let code = format!("check({code}, \"getsockopt {option}\")");
                return paper.say(&format!(
                    "echo \"{option} is \", json_encode({code}), \"\\n\";"
                ));
            }
            Call::GetSockName { .. } | Call::GetPeerName { .. } => {
                act(
                    paper,
                    step,
                    what,
                    &format!("socket_{what}({name}, $told, $told_port)"),
                );
                return paper.say(&format!("echo \"{what}: $told port $told_port\\n\";"));
            }
            Call::Poll {
                read,
                write,
                timeout_ms,
                ..
            } => {
                paper.remark("//", "PHP has select in the place of poll.");
                let list = |on: bool| {
                    if on {
                        format!("[{name}]")
                    } else {
                        "[]".to_owned()
                    }
                };
                paper.say(&format!(
                    "[$read, $write, $except] = [{}, {}, []];",
                    list(*read),
                    list(*write)
                ));
                let time = if *timeout_ms < 0 {
                    "null".to_owned()
                } else {
                    format!("{}, {}", timeout_ms / 1_000, timeout_ms % 1_000 * 1_000)
                };
                return act(
                    paper,
                    step,
                    "select",
                    &format!("socket_select($read, $write, $except, {time})"),
                );
            }
            Call::Ioctl { nonblocking, .. } => {
                let block = if *nonblocking { "nonblock" } else { "block" };
                format!("socket_set_{block}({name})")
            }
        };
        act(paper, step, what, &code);
    }

    fn make(&self, paper: &mut Paper, step: &Step, what: &str, code: &str) {
        match step.made {
            Some(made) => {
                let made = self.plan.name(Some(made), NAMES);
                paper.say(&format!("{made} = check({code}, \"{what}\");"));
            }
            None => act(paper, step, what, code),
        }
    }

    fn address(&self, addr: SocketAddr) -> String {
        if self.plan.is_main(addr) {
            "$host, $port".to_owned()
        } else {
            format!("\"{}\", {}", addr.ip(), addr.port())
        }
    }
}

fn one_send(paper: &mut Paper, step: &Step, name: &str, data: &Data, flags: MsgFlags) {
    let data = written(paper, data);
    paper.say(&format!("$data = {data};"));
    let flags = if flags.dontwait {
        "MSG_NOSIGNAL | MSG_DONTWAIT"
    } else {
        "MSG_NOSIGNAL"
    };
    act(
        paper,
        step,
        "send",
        &format!("socket_send({name}, $data, strlen($data), {flags})"),
    );
}

fn set(paper: &mut Paper, step: &Step, name: &str, option: SockOpt, value: &OptionValue) {
    if words::is_abort(value) {
        paper.remark("//", words::ABORT);
    }
    let value = match value {
        OptionValue::Number(n) => n.to_string(),
        OptionValue::Linger { linger, seconds } => format!(
            "[\"l_onoff\" => {}, \"l_linger\" => {seconds}]",
            i32::from(*linger)
        ),
        OptionValue::Time { milliseconds } => format!(
            "[\"sec\" => {}, \"usec\" => {}]",
            milliseconds / 1_000,
            milliseconds % 1_000 * 1_000
        ),
        OptionValue::Text(_) => {
            let text = format!("setsockopt {option} was called here: PHP sets no text option.");
            return paper.remark("//", &text);
        }
    };
    let names = option_names(option);
    act(
        paper,
        step,
        &format!("setsockopt {option}"),
        &format!("socket_set_option({name}, {names}, {value})"),
    );
}

fn option_names(option: SockOpt) -> String {
    let row = option.row();
    let level = match row.level {
        "IPPROTO_TCP" => "SOL_TCP".to_owned(),
        "SOL_SOCKET" => "SOL_SOCKET".to_owned(),
        "IPPROTO_IP" => "0 /* IPPROTO_IP */".to_owned(),
        level => level.to_owned(),
    };
    if NAMELESS.contains(&row.name) || row.name == "IP_TTL" {
        format!("{level}, {} /* {} */", row.number, row.name)
    } else {
        format!("{level}, {}", row.name)
    }
}

fn flag_names(flags: MsgFlags) -> String {
    let flags = flags.asked();
    if flags == MsgFlags::default() {
        String::new()
    } else {
        format!(", {}", flags.names().replace('|', " | "))
    }
}

fn written(paper: &mut Paper, data: &Data) -> String {
    if data.stand_in {
        paper.remark("//", words::STAND_IN);
    }
    let pieces = literal::PHP.pieces(&data.literal);
    let quoted: Vec<String> = pieces.iter().map(|p| format!("\"{p}\"")).collect();
    let literal = quoted.join("\n    . ");
    let letters = format!("letters({})", data.letters);
    match (data.literal.is_empty(), data.letters) {
        (_, 0) => literal,
        (true, _) => letters,
        (false, _) => format!("{literal} . {letters}"),
    }
}
