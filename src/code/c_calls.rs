//! The steps of one actor in C.

use super::{
    literal,
    paper::Paper,
    plan::{Data, Does, Plan, Step},
    words,
};
use crate::model::{
    call::{Call, MsgFlags},
    ids::Actor,
    option::{OptionValue, SockOpt, ValueKind},
};
use core::net::SocketAddr;

/// What sockets are called.
const NAMES: [&str; 3] = ["listener", "connection", "sock"];

/// Writes them.
pub(super) fn steps(paper: &mut Paper, plan: &Plan, who: Actor) {
    let mut writer = Writer {
        plan,
        addresses: 0,
        used: false,
    };
    let mut body = Paper::new("    ");
    body.open();
    for (place, step) in plan.steps_of(who) {
        body.air();
        body.step(Some(place));
        writer.step(&mut body, step);
        body.step(None);
    }
    if !writer.used {
        paper.say("(void)address;");
    }
    paper.append(body);
}

struct Writer<'a> {
    plan: &'a Plan,
    /// Addresses that were made besides the one that is told.
    addresses: usize,
    used: bool,
}

impl Writer<'_> {
    fn step(&mut self, paper: &mut Paper, step: &Step) {
        let name = self.plan.name(step.socket, NAMES);
        if let Some(text) = words::caution(step) {
            paper.remark("//", &text);
        }
        let check = |paper: &mut Paper, call: &str, what: &str| {
            let end = if step.may_fail() { "perror" } else { "die" };
            paper.say(&format!("if ({call} < 0)"));
            paper.deeper(&format!("{end}(\"{what}\");"));
        };
        let call = match &step.does {
            Does::Say(text) => return paper.remark("//", text),
            Does::Send(data) => return send(paper, step, &name, data),
            Does::Drain {
                size,
                total,
                to_end,
            } => {
                let most = if *to_end { 0 } else { *total };
                return paper.say(&format!("receive_all({name}, {size}, {most});"));
            }
            Does::Call(call) => call,
        };
        match call {
            Call::Socket { domain } => {
                let Some(made) = step.made else {
                    return check(
                        paper,
                        &format!("socket({domain}, SOCK_STREAM, 0)"),
                        "socket",
                    );
                };
                let made = self.plan.name(Some(made), NAMES);
                paper.say(&format!("int {made} = socket({domain}, SOCK_STREAM, 0);"));
                check(paper, &made, "socket");
            }
            Call::Bind { addr, .. } | Call::Connect { addr, .. } => {
                let at = self.address(paper, *addr);
                let call = call.name();
                let text = format!("{call}({name}, {at}->ai_addr, {at}->ai_addrlen)");
                check(paper, &text, call);
            }
            Call::Listen { backlog, .. } => {
                check(paper, &format!("listen({name}, {backlog})"), "listen");
            }
            Call::Accept { .. } => {
                let call = format!("accept({name}, NULL, NULL)");
                let Some(made) = step.made else {
                    return check(paper, &call, "accept");
                };
                let made = self.plan.name(Some(made), NAMES);
                paper.say(&format!("int {made} = {call};"));
                check(paper, &made, "accept");
            }
            Call::Send { data, flags, .. } => {
                let data = super::shape::data_of(data, data.len());
                one_send(paper, &name, &data, *flags);
            }
            Call::SendTo { data, addr, .. } => {
                let at = self.address(paper, *addr);
                let data = super::shape::data_of(data, data.len());
                let (data, len) = written(paper, &data);
                let text = format!(
                    "sendto({name}, {data}, {len}, MSG_NOSIGNAL, {at}->ai_addr, {at}->ai_addrlen)"
                );
                check(paper, &text, "sendto");
            }
            Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
                if matches!(call, Call::RecvFrom { .. }) {
                    paper.remark(
                        "//",
                        "recvfrom leaves the address out on a stream: it is recv.",
                    );
                }
                let flags = flag_names(*flags);
                check(paper, &format!("receive({name}, {len}, {flags})"), "recv");
            }
            Call::Shutdown { how, .. } => {
                check(
                    paper,
                    &format!("shutdown({name}, {})", how.name()),
                    "shutdown",
                );
            }
            Call::Close { .. } => check(paper, &format!("close({name})"), "close"),
            Call::SetSockOpt { option, value, .. } => {
                if words::is_abort(value) {
                    paper.remark("//", words::ABORT);
                }
                let (value, size) = value_of(value);
                let (level, option) = (option.row().level, option.row().name);
                let of = format!("setsockopt({name}, {level}, {option},");
                // As wide as a page is.
                let long = of.len() + value.len() + size.len() > 64;
                let between = if long { "\n               " } else { " " };
                let text = format!("{of}{between}{value}, {size})");
                check(paper, &text, &format!("setsockopt {option}"));
            }
            Call::GetSockOpt { option, .. } => get(paper, step, &name, *option),
            Call::GetSockName { .. } | Call::GetPeerName { .. } => {
                let call = call.name();
                paper.say("{");
                paper.open();
                paper.say("struct sockaddr_storage told;");
                paper.say("socklen_t length = sizeof told;");
                let end = if step.may_fail() { "perror" } else { "die" };
                paper.say(&format!(
                    "if ({call}({name}, (struct sockaddr *)&told, &length) < 0)"
                ));
                paper.deeper(&format!("{end}(\"{call}\");"));
                paper.say("else");
                paper.deeper(&format!(
                    "show_address(\"{call}\", (struct sockaddr *)&told, length);"
                ));
                paper.shut();
                paper.say("}");
            }
            Call::Poll {
                read,
                write,
                timeout_ms,
                ..
            } => {
                let events = words::poll_events(*read, *write);
                let text = format!(
                    "poll(&(struct pollfd){{.fd = {name}, .events = {events}}}, 1, {timeout_ms})"
                );
                check(paper, &text, "poll");
            }
            Call::Ioctl { nonblocking, .. } => {
                let on = i32::from(*nonblocking);
                check(
                    paper,
                    &format!("ioctl({name}, FIONBIO, &(int){{{on}}})"),
                    "ioctl FIONBIO",
                );
            }
        }
    }

    /// The variable of an address: the one that was told, or one of its own.
    fn address(&mut self, paper: &mut Paper, addr: SocketAddr) -> String {
        if self.plan.is_main(addr) {
            self.used = true;
            return "address".to_owned();
        }
        self.addresses += 1;
        let name = format!("address{}", self.addresses + 1);
        let (ip, port) = (addr.ip(), addr.port());
        paper.say(&format!(
            "const struct addrinfo *{name} = resolve(\"{ip}\", \"{port}\");"
        ));
        name
    }
}

fn send(paper: &mut Paper, step: &Step, name: &str, data: &Data) {
    if step.may_fail() {
        return one_send(paper, name, data, MsgFlags::default());
    }
    if data.letters > 0 && !data.literal.is_empty() {
        let literal = Data {
            literal: data.literal.clone(),
            ..Data::default()
        };
        let (text, len) = written(paper, &literal);
        paper.say(&format!("send_all({name}, {text}, {len});"));
    }
    let (data, len) = written(paper, data);
    paper.say(&format!("send_all({name}, {data}, {len});"));
}

/// One call that may take less, or nothing.
fn one_send(paper: &mut Paper, name: &str, data: &Data, flags: MsgFlags) {
    let flags = if flags.dontwait {
        "MSG_NOSIGNAL | MSG_DONTWAIT"
    } else {
        "MSG_NOSIGNAL"
    };
    let (data, len) = written(paper, data);
    paper.say(&format!("if (send({name}, {data}, {len}, {flags}) < 0)"));
    paper.deeper("perror(\"send\");");
}

/// Bytes as an expression, and how many there are.
fn written(paper: &mut Paper, data: &Data) -> (String, u64) {
    if data.stand_in {
        paper.remark("//", words::STAND_IN);
    }
    if data.letters > 0 {
        return (format!("letters({})", data.letters), data.letters);
    }
    let pieces = literal::C.pieces(&data.literal);
    let quoted: Vec<String> = pieces.iter().map(|p| format!("\"{p}\"")).collect();
    let text = if quoted.len() == 1 {
        quoted.concat()
    } else {
        format!("\n    {}", quoted.join("\n    "))
    };
    (text, data.len())
}

fn flag_names(flags: MsgFlags) -> String {
    flags.asked().names().replace('|', " | ")
}

/// The value's address and its size.
fn value_of(value: &OptionValue) -> (String, String) {
    match value {
        OptionValue::Number(n) => (format!("&(int){{{n}}}"), "sizeof(int)".to_owned()),
        OptionValue::Linger { linger, seconds } => (
            format!(
                "&(struct linger){{.l_onoff = {}, .l_linger = {seconds}}}",
                i32::from(*linger)
            ),
            "sizeof(struct linger)".to_owned(),
        ),
        OptionValue::Time { milliseconds } => (
            format!(
                "&(struct timeval){{.tv_sec = {}, .tv_usec = {}}}",
                milliseconds / 1_000,
                milliseconds % 1_000 * 1_000
            ),
            "sizeof(struct timeval)".to_owned(),
        ),
        OptionValue::Text(text) => (
            format!("\"{}\"", literal::C.escaped(text.as_bytes())),
            text.len().to_string(),
        ),
    }
}

fn get(paper: &mut Paper, step: &Step, name: &str, option: SockOpt) {
    let row = option.row();
    let (kind, show) = match row.kind {
        ValueKind::Switch | ValueKind::Number => ("int value", "%d\\n\", value"),
        ValueKind::Linger => (
            "struct linger value",
            "{%d, %d s}\\n\", value.l_onoff, value.l_linger",
        ),
        ValueKind::Time => (
            "struct timeval value",
            "%ld s %ld us\\n\", (long)value.tv_sec, (long)value.tv_usec",
        ),
        ValueKind::Text => ("char value[64]", "%.*s\\n\", (int)length, value"),
    };
    let end = if step.may_fail() { "perror" } else { "die" };
    let (level, option) = (row.level, row.name);
    paper.say("{");
    paper.open();
    paper.say(&format!("{kind};"));
    paper.say("socklen_t length = sizeof value;");
    let at = if row.kind == ValueKind::Text { "" } else { "&" };
    paper.say(&format!(
        "if (getsockopt({name}, {level}, {option}, {at}value, &length) < 0)"
    ));
    paper.deeper(&format!("{end}(\"getsockopt {option}\");"));
    paper.say("else");
    paper.deeper(&format!("printf(\"{option} is {show});"));
    paper.shut();
    paper.say("}");
}
