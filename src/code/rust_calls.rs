//! The steps of one actor in Rust. A socket is there only once it listens or is connected, so what is done to it before
//! that stands in comments above the one call that does it all.

use super::{
    literal,
    paper::Paper,
    plan::{Data, Does, Plan, Step},
    words,
};
use crate::model::{
    call::{Call, How},
    errno::Errno,
    ids::{Actor, SocketId},
    option::{OptionValue, SockOpt},
};
use core::net::SocketAddr;
use std::collections::HashSet;

/// What sockets are called.
const NAMES: [&str; 3] = ["listener", "connection", "stream"];

/// Writes them.
pub(super) fn steps(paper: &mut Paper, plan: &Plan, who: Actor) {
    let mut writer = Writer {
        plan,
        who,
        open: Vec::new(),
        listening: Vec::new(),
        used: HashSet::new(),
    };
    for (place, step) in plan.steps_of(who) {
        paper.step(Some(place));
        writer.step(paper, step);
        paper.step(None);
    }
    for socket in &writer.open {
        if !writer.used.contains(socket) {
            paper.say(&format!("drop({});", plan.name(Some(*socket), NAMES)));
        }
    }
}

struct Writer<'a> {
    plan: &'a Plan,
    who: Actor,
    /// Sockets that have a variable.
    open: Vec<SocketId>,
    /// Those of them that listen.
    listening: Vec<SocketId>,
    /// Those whose variable is used.
    used: HashSet<SocketId>,
}

impl Writer<'_> {
    /// One statement; where it may fail, what went wrong is only told.
    fn act(&mut self, paper: &mut Paper, step: &Step, what: &str, code: &str) {
        self.used.extend(step.socket);
        attempt(paper, step, what, code);
    }

    fn step(&mut self, paper: &mut Paper, step: &Step) {
        let name = self.plan.name(step.socket, NAMES);
        if let Some(text) = words::caution(step) {
            paper.remark("//", &text);
        }
        let is_open = step.socket.is_some_and(|s| self.open.contains(&s));
        let misfit = words::misfit(&step.does, self.listens(step.socket));
        if let Some(why) = misfit.filter(|_| is_open) {
            let text = words::berkeley(step, &name);
            return paper.remark("//", &format!("{text}: {why}"));
        }
        let call = match &step.does {
            Does::Say(text) => return paper.remark("//", text),
            Does::Call(call @ (Call::Socket { .. } | Call::Bind { .. })) => {
                return self.begin(paper, step, call, &name);
            }
            Does::Call(Call::Listen { .. }) if !is_open => {
                return self.listen(paper, step, &name);
            }
            Does::Call(Call::Connect { addr, .. }) if !is_open => {
                return self.connect(paper, step, &name, *addr);
            }
            Does::Call(Call::SetSockOpt { option, .. }) if !is_open => {
                paper.remark("//", &words::berkeley(step, &name));
                if *option != SockOpt::REUSEADDR {
                    paper.remark(
                        "//",
                        "std sets no option before a socket listens or is connected.",
                    );
                }
                return;
            }
            _ if !is_open => {
                paper.remark("//", &words::berkeley(step, &name));
                return paper.remark("//", "std has no socket yet that it could be called on.");
            }
            Does::Send(data) => return self.send(paper, step, &name, data),
            Does::Drain {
                size,
                total,
                to_end,
            } => {
                let most = if *to_end {
                    "None".to_owned()
                } else {
                    format!("Some({total})")
                };
                let code = format!("receive_all(&mut {name}, {size}, {most})");
                return self.act(paper, step, "recv", &code);
            }
            Does::Call(call) => call,
        };
        self.call(paper, step, call, &name);
    }

    /// What comes before a socket listens or is connected.
    fn begin(&mut self, paper: &mut Paper, step: &Step, call: &Call, name: &str) {
        paper.remark("//", &words::berkeley(step, name));
        let Call::Bind { addr, .. } = call else {
            return;
        };
        if self.who != Actor::Server {
            return paper.remark(
                "//",
                "std binds no socket that is to be connected: the kernel picks its address.",
            );
        }
        let listens = self.plan.steps_of(self.who).any(|(_, s)| {
            s.socket == step.socket && matches!(s.does, Does::Call(Call::Listen { .. }))
        });
        if !listens && step.may_fail() {
            let at = self.address(*addr);
            attempt(
                paper,
                step,
                "bind",
                &format!("TcpListener::bind({at}).map(drop)"),
            );
        } else if !listens {
            paper.remark("//", "std binds only what listens, too.");
        }
    }

    fn listen(&mut self, paper: &mut Paper, step: &Step, name: &str) {
        paper.remark("//", &words::berkeley(step, name));
        let bound = self.plan.bound(self.who, step.socket);
        let at = bound.map_or_else(|| "(host, port)".to_owned(), |addr| self.address(addr));
        let code = format!("TcpListener::bind({at})");
        if step.may_fail() {
            return attempt(paper, step, "listen", &format!("{code}.map(drop)"));
        }
        paper.remark(
            "//",
            "TcpListener::bind makes all of these; SO_REUSEADDR it sets by itself, and the backlog is its own.",
        );
        paper.say(&format!("let {name} = {code}?;"));
        self.open.extend(step.socket);
        self.listening.extend(step.socket);
        self.set_before(paper, step, name);
    }

    fn connect(&mut self, paper: &mut Paper, step: &Step, name: &str, addr: SocketAddr) {
        let at = self.address(addr);
        let code = format!("TcpStream::connect({at})");
        if step.errno() == Some(Errno::EINPROGRESS) {
            paper.remark(
                "//",
                "std cannot: its connect waits until the connection is there.",
            );
        } else if step.may_fail() {
            return attempt(paper, step, "connect", &format!("{code}.map(drop)"));
        }
        let is_mut = step.socket.is_some_and(|s| self.is_written_or_read(s));
        let is_mut = if is_mut { "mut " } else { "" };
        paper.remark("//", "TcpStream::connect makes the socket, too.");
        paper.say(&format!("let {is_mut}{name} = {code}?;"));
        self.open.extend(step.socket);
        self.set_before(paper, step, name);
    }

    fn listens(&self, socket: Option<SocketId>) -> bool {
        socket.is_some_and(|s| self.listening.contains(&s))
    }

    /// What was set on a socket before it had a variable, and would be missed: that it does not wait.
    fn set_before(&mut self, paper: &mut Paper, made: &Step, name: &str) {
        let steps = self.plan.steps_of(self.who).map(|(_, s)| s);
        let before = steps.take_while(|s| !core::ptr::eq(*s, made));
        let set = before.filter(|s| s.socket == made.socket);
        let last = set
            .filter_map(|s| match s.does {
                Does::Call(Call::Ioctl { nonblocking, .. }) => Some(nonblocking),
                _ => None,
            })
            .last();
        if last == Some(true) {
            paper.say(&format!("{name}.set_nonblocking(true)?;"));
            self.used.extend(made.socket);
        }
    }

    fn is_written_or_read(&self, socket: SocketId) -> bool {
        self.plan.steps_of(self.who).any(|(_, s)| {
            s.socket == Some(socket)
                && match &s.does {
                    Does::Call(Call::Recv { flags, .. } | Call::RecvFrom { flags, .. }) => {
                        !flags.peek
                    }
                    Does::Send(_)
                    | Does::Drain { .. }
                    | Does::Call(Call::Send { .. } | Call::SendTo { .. }) => true,
                    _ => false,
                }
        })
    }

    fn call(&mut self, paper: &mut Paper, step: &Step, call: &Call, name: &str) {
        let what = call.name();
        let remark = |paper: &mut Paper, text: &str| {
            paper.remark("//", &format!("{}: {text}", words::berkeley(step, name)));
        };
        match call {
            Call::Socket { .. } | Call::Bind { .. } => {}
            Call::Listen { .. } | Call::Connect { .. } => {
                remark(paper, "std does that only once.");
            }
            Call::Accept { .. } => match step.made {
                Some(made) => {
                    let is_mut = if self.is_written_or_read(made) {
                        "mut "
                    } else {
                        ""
                    };
                    let made_name = self.plan.name(Some(made), NAMES);
                    paper.say(&format!(
                        "let ({is_mut}{made_name}, _peer) = {name}.accept()?;"
                    ));
                    self.used.extend(step.socket);
                    self.open.push(made);
                }
                None => self.act(paper, step, what, &format!("{name}.accept().map(drop)")),
            },
            Call::Send { data, .. } => {
                let data = super::shape::data_of(data, data.len());
                let code = format!("{name}.write({}).map(drop)", written(&data));
                self.at_once(paper, step, name, "send", &code);
            }
            Call::SendTo { data, .. } => {
                paper.remark(
                    "//",
                    "sendto's address means nothing on a stream: it is send.",
                );
                let data = super::shape::data_of(data, data.len());
                self.send(paper, step, name, &data);
            }
            Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
                if matches!(call, Call::RecvFrom { .. }) {
                    paper.remark(
                        "//",
                        "recvfrom leaves the address out on a stream: it is recv.",
                    );
                }
                let code = match (flags.peek, flags.waitall) {
                    (true, _) => format!("peek(&{name}, {len})"),
                    (_, true) => format!("receive_whole(&mut {name}, {len})"),
                    _ => format!("receive(&mut {name}, {len})"),
                };
                if flags.dontwait {
                    self.at_once(paper, step, name, "recv", &code);
                } else {
                    self.act(paper, step, "recv", &code);
                }
            }
            Call::Shutdown { how, .. } => {
                let half = match how {
                    How::Read => "Read",
                    How::Write => "Write",
                    How::Both => "Both",
                };
                let code = format!("{name}.shutdown(Shutdown::{half})");
                self.act(paper, step, what, &code);
            }
            Call::Close { .. } => {
                paper.say(&format!("drop({name}); // close"));
                self.used.extend(step.socket);
                self.open.retain(|s| Some(*s) != step.socket);
            }
            Call::SetSockOpt { option, value, .. } => {
                self.set(paper, step, name, *option, value);
            }
            Call::GetSockOpt { option, .. } => match option.row().name {
                "SO_ERROR" => {
                    paper.say(&format!(
                        "println!(\"SO_ERROR is {{:?}}\", {name}.take_error()?);"
                    ));
                    self.used.extend(step.socket);
                }
                "IP_TTL" => {
                    paper.say(&format!("println!(\"IP_TTL is {{}}\", {name}.ttl()?);"));
                    self.used.extend(step.socket);
                }
                _ => remark(paper, "std has no way to ask for it."),
            },
            Call::GetSockName { .. } | Call::GetPeerName { .. } => {
                let method = if what == "getsockname" {
                    "local_addr"
                } else {
                    "peer_addr"
                };
                let code =
                    format!("{name}.{method}().map(|address| println!(\"{what}: {{address}}\"))");
                self.act(paper, step, what, &code);
            }
            Call::Poll { .. } => {
                remark(paper, "std has no poll; the next call waits by itself.");
            }
            Call::Ioctl { nonblocking, .. } => {
                let code = format!("{name}.set_nonblocking({nonblocking})");
                self.act(paper, step, "ioctl FIONBIO", &code);
            }
        }
    }

    /// What must not wait, this one time.
    fn at_once(&mut self, paper: &mut Paper, step: &Step, name: &str, what: &str, code: &str) {
        paper.remark(
            "//",
            "MSG_DONTWAIT: std sets the whole socket to nonblocking for it.",
        );
        paper.say(&format!("{name}.set_nonblocking(true)?;"));
        self.act(paper, step, what, code);
        paper.say(&format!("{name}.set_nonblocking(false)?;"));
    }

    fn send(&mut self, paper: &mut Paper, step: &Step, name: &str, data: &Data) {
        if data.stand_in {
            paper.remark("//", words::STAND_IN);
        }
        if !paper.says("write_all") && !step.may_fail() {
            paper.remark("//", "write_all calls send until all is taken.");
        }
        let method = if step.nonblocking {
            "write"
        } else {
            "write_all"
        };
        let end = if step.nonblocking { ".map(drop)" } else { "" };
        let code = format!("{name}.{method}({}){end}", written(data));
        self.act(paper, step, "send", &code);
    }

    fn set(
        &mut self,
        paper: &mut Paper,
        step: &Step,
        name: &str,
        option: SockOpt,
        value: &OptionValue,
    ) {
        let is_listener = self.listens(step.socket);
        let row = option.row().name;
        let code = match (row, value) {
            ("TCP_NODELAY", OptionValue::Number(n)) if !is_listener => {
                format!("{name}.set_nodelay({})", *n != 0)
            }
            ("IP_TTL", OptionValue::Number(n)) => format!("{name}.set_ttl({})", n.unsigned_abs()),
            ("SO_RCVTIMEO" | "SO_SNDTIMEO", OptionValue::Time { milliseconds }) if !is_listener => {
                let which = if row == "SO_RCVTIMEO" {
                    "read"
                } else {
                    "write"
                };
                let time = if *milliseconds == 0 {
                    "None".to_owned()
                } else {
                    format!("Some(Duration::from_millis({milliseconds}))")
                };
                format!("{name}.set_{which}_timeout({time})")
            }
            _ => {
                let text = words::berkeley(step, name);
                paper.remark("//", &format!("{text}: std has no way to set it."));
                if words::is_abort(value) {
                    paper.remark(
                        "//",
                        "So what follows is a plain close, which sends a FIN and not a reset.",
                    );
                }
                return;
            }
        };
        self.act(paper, step, &format!("setsockopt {row}"), &code);
    }

    fn address(&self, addr: SocketAddr) -> String {
        if self.plan.is_main(addr) {
            "(host, port)".to_owned()
        } else {
            format!("\"{addr}\"")
        }
    }
}

fn attempt(paper: &mut Paper, step: &Step, what: &str, code: &str) {
    if step.may_fail() {
        paper.say(&format!("if let Err(error) = {code} {{"));
        paper.deeper(&format!("eprintln!(\"{what}: {{error}}\");"));
        paper.say("}");
    } else {
        paper.say(&format!("{code}?;"));
    }
}

/// Bytes as an expression.
fn written(data: &Data) -> String {
    let pieces = literal::PLAIN.pieces(&data.literal);
    let quoted = match &pieces[..] {
        [one] => format!("b\"{one}\""),
        many => {
            // A line that goes on loses the blanks with which the next one begins.
            let lines: Vec<String> = many
                .iter()
                .map(|p| match p.strip_prefix(' ') {
                    Some(rest) => format!("\\x20{rest}"),
                    None => p.clone(),
                })
                .collect();
            format!("b\"\\\n    {}\"", lines.join("\\\n    "))
        }
    };
    let letters = format!("letters({})", data.letters);
    match (data.literal.is_empty(), data.letters) {
        (_, 0) => quoted,
        (true, _) => format!("&{letters}"),
        (false, _) => format!("&[&{quoted}[..], &{letters}].concat()"),
    }
}
