//! The steps of one actor in Go. As in Rust, a socket is there only once it listens or is connected.

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
    option::{OptionValue, SockOpt, ValueKind},
};
use core::net::SocketAddr;

/// What sockets are called.
const NAMES: [&str; 3] = ["listener", "connection", "conn"];

/// Options whose names Go's `syscall` does not have.
const NAMELESS: [&str; 2] = ["SO_REUSEPORT", "TCP_USER_TIMEOUT"];

/// Writes them.
pub(super) fn steps(paper: &mut Paper, plan: &Plan, who: Actor) {
    let mut writer = Writer {
        plan,
        who,
        open: Vec::new(),
        listening: Vec::new(),
    };
    for (place, step) in plan.steps_of(who) {
        paper.air_unless("//");
        paper.step(Some(place));
        writer.step(paper, step);
        paper.step(None);
    }
    paper.air();
}

struct Writer<'a> {
    plan: &'a Plan,
    who: Actor,
    /// Sockets that have a variable.
    open: Vec<SocketId>,
    /// Those of them that listen.
    listening: Vec<SocketId>,
}

impl Writer<'_> {
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
            Does::Call(Call::Listen { .. }) if !is_open => return self.listen(paper, step, &name),
            Does::Call(Call::Connect { addr, .. }) if !is_open => {
                return self.connect(paper, step, &name, *addr);
            }
            Does::Call(Call::SetSockOpt { option, .. }) if !is_open => {
                paper.remark("//", &words::berkeley(step, &name));
                if *option != SockOpt::REUSEADDR {
                    paper.remark(
                        "//",
                        "net sets options on what listens or is connected; before that, net.ListenConfig or net.Dialer would do it in Control.",
                    );
                }
                return;
            }
            _ if !is_open => {
                paper.remark("//", &words::berkeley(step, &name));
                return paper.remark("//", "net has no socket yet that it could be called on.");
            }
            Does::Send(data) if step.nonblocking => return send_now(paper, step, &name, data),
            Does::Send(data) => {
                if !paper.says(".Write(") {
                    paper.remark("//", "Write calls send until all is taken.");
                }
                let data = written(paper, data);
                return values(
                    paper,
                    step,
                    "send",
                    "_, err",
                    &format!("{name}.Write({data})"),
                );
            }
            Does::Drain {
                size,
                total,
                to_end,
            } => {
                let most = if *to_end { 0 } else { *total };
                return act(
                    paper,
                    step,
                    "recv",
                    &format!("receiveAll({name}, {size}, {most})"),
                );
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
        let goes_on = self.plan.steps_of(self.who).any(|(_, s)| {
            let opens = matches!(
                s.does,
                Does::Call(Call::Listen { .. } | Call::Connect { .. })
            );
            s.socket == step.socket && opens
        });
        if goes_on {
            return;
        }
        if step.may_fail() {
            let at = self.address(*addr);
            values(
                paper,
                step,
                "bind",
                "_, err",
                &format!("net.ListenTCP(\"tcp\", {at})"),
            );
        } else {
            paper.remark("//", "net binds only what listens or is connected, too.");
        }
    }

    fn listen(&mut self, paper: &mut Paper, step: &Step, name: &str) {
        paper.remark("//", &words::berkeley(step, name));
        let at = match self.plan.bound(self.who, step.socket) {
            Some(addr) => self.address(addr),
            None => "address".to_owned(),
        };
        let code = format!("net.ListenTCP(\"tcp\", {at})");
        if step.may_fail() {
            return values(paper, step, "listen", "_, err", &code);
        }
        paper.remark(
            "//",
            "ListenTCP makes all of these; its backlog is the most that the system allows.",
        );
        self.make(paper, step.socket, name, &code);
        self.listening.extend(step.socket);
    }

    fn listens(&self, socket: Option<SocketId>) -> bool {
        socket.is_some_and(|s| self.listening.contains(&s))
    }

    fn connect(&mut self, paper: &mut Paper, step: &Step, name: &str, addr: SocketAddr) {
        let from = match self.plan.bound(self.who, step.socket) {
            Some(addr) => self.address(addr),
            None => "nil".to_owned(),
        };
        let at = self.address(addr);
        let code = format!("net.DialTCP(\"tcp\", {from}, {at})");
        if step.errno() == Some(Errno::EINPROGRESS) {
            paper.remark(
                "//",
                "Beneath, Go never waits in connect; DialTCP waits until the connection is there.",
            );
        } else if step.may_fail() {
            return values(paper, step, "connect", "_, err", &code);
        }
        paper.remark("//", "DialTCP makes the socket, and connects it.");
        self.make(paper, step.socket, name, &code);
    }

    /// A variable for a socket, which is closed at the end if nothing else closes it.
    fn make(&mut self, paper: &mut Paper, made: Option<SocketId>, name: &str, code: &str) {
        paper.say(&format!("{name}, err := {code}"));
        paper.say("if err != nil {");
        paper.deeper("return err");
        paper.say("}");
        let closes = self
            .plan
            .steps_of(self.who)
            .any(|(_, s)| s.socket == made && matches!(s.does, Does::Call(Call::Close { .. })));
        if !closes {
            paper.say(&format!("defer {name}.Close()"));
        }
        self.open.extend(made);
    }

    fn call(&mut self, paper: &mut Paper, step: &Step, call: &Call, name: &str) {
        let what = call.name();
        let remark = |paper: &mut Paper, text: &str| {
            paper.remark("//", &format!("{}: {text}", words::berkeley(step, name)));
        };
        match call {
            Call::Socket { .. } | Call::Bind { .. } => {}
            Call::Listen { .. } | Call::Connect { .. } => remark(paper, "net does that only once."),
            Call::Accept { .. } => self.accept(paper, step, name),
            Call::Send { data, .. } => {
                let data = super::shape::data_of(data, data.len());
                send_now(paper, step, name, &data);
            }
            Call::SendTo { data, .. } => {
                paper.remark(
                    "//",
                    "sendto's address means nothing on a stream: it is send.",
                );
                let data = written(paper, &super::shape::data_of(data, data.len()));
                values(
                    paper,
                    step,
                    "send",
                    "_, err",
                    &format!("{name}.Write({data})"),
                );
            }
            Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
                if matches!(call, Call::RecvFrom { .. }) {
                    paper.remark(
                        "//",
                        "recvfrom leaves the address out on a stream: it is recv.",
                    );
                }
                match (flags.peek, flags.waitall, step.nonblocking) {
                    (peek, _, true) => {
                        let peek = if peek { "syscall.MSG_PEEK|" } else { "" };
                        let flags = format!("{peek}syscall.MSG_DONTWAIT");
                        let read = format!("length, _, err := syscall.Recvfrom(fd, data, {flags})");
                        let make = format!("data := make([]byte, {len})");
                        control(
                            paper,
                            step,
                            "recv",
                            name,
                            &[
                                &make,
                                &read,
                                "if err == nil {",
                                "\tshow(data[:length])",
                                "}",
                                "return err",
                            ],
                        );
                    }
                    (true, ..) => act(paper, step, "recv", &format!("peek({name}, {len})")),
                    (_, true, _) => {
                        act(paper, step, "recv", &format!("receiveWhole({name}, {len})"));
                    }
                    _ => act(paper, step, "recv", &format!("receive({name}, {len})")),
                }
            }
            Call::Shutdown { how, .. } => {
                if matches!(how, How::Read | How::Both) {
                    act(
                        paper,
                        step,
                        "shutdown SHUT_RD",
                        &format!("{name}.CloseRead()"),
                    );
                }
                if matches!(how, How::Write | How::Both) {
                    act(
                        paper,
                        step,
                        "shutdown SHUT_WR",
                        &format!("{name}.CloseWrite()"),
                    );
                }
            }
            Call::Close { .. } => act(paper, step, what, &format!("{name}.Close()")),
            Call::SetSockOpt { option, value, .. } => self.set(paper, step, name, *option, value),
            Call::GetSockOpt { option, .. } => {
                let row = option.row();
                if !matches!(row.kind, ValueKind::Switch | ValueKind::Number) {
                    return remark(paper, "syscall reads no option of this kind.");
                }
                let read = format!(
                    "value, err := syscall.GetsockoptInt(fd, {})",
                    option_names(*option)
                );
                let show = format!("fmt.Println(\"{option} is\", value)");
                control(paper, step, what, name, &[&read, &show, "return err"]);
            }
            Call::GetSockName { .. } => {
                paper.say(&format!(
                    "fmt.Println(\"{what}:\", {name}.{}())",
                    self.local(step)
                ));
            }
            Call::GetPeerName { .. } => {
                paper.say(&format!("fmt.Println(\"{what}:\", {name}.RemoteAddr())"));
            }
            Call::Poll { .. } => {
                remark(paper, "Go's runtime polls for every call that would wait.");
            }
            Call::Ioctl { .. } => remark(
                paper,
                "Go's sockets are always nonblocking; its runtime waits where a call would.",
            ),
        }
    }

    fn accept(&mut self, paper: &mut Paper, step: &Step, name: &str) {
        let code = format!("{name}.AcceptTCP()");
        if let Some(made) = step.made {
            let made_name = self.plan.name(Some(made), NAMES);
            return self.make(paper, Some(made), &made_name, &code);
        }
        // With a moment that is over, it does not wait.
        if step.nonblocking {
            paper.say(&format!("{name}.SetDeadline(time.Now())"));
        }
        values(paper, step, "accept", "_, err", &code);
        if step.nonblocking {
            paper.say(&format!("{name}.SetDeadline(time.Time{{}})"));
        }
    }

    fn local(&self, step: &Step) -> &'static str {
        if self.listens(step.socket) {
            "Addr"
        } else {
            "LocalAddr"
        }
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
        let what = format!("setsockopt {row}");
        match value {
            OptionValue::Linger { linger, seconds } if !is_listener => {
                if words::is_abort(value) {
                    paper.remark("//", words::ABORT);
                }
                let seconds = if *linger { (*seconds).max(0) } else { -1 };
                act(paper, step, &what, &format!("{name}.SetLinger({seconds})"));
            }
            OptionValue::Time { milliseconds } if *milliseconds > 0 => {
                paper.remark(
                    "//",
                    &format!("{row} is a time for each call; Go has a moment for all that follow."),
                );
                let which = match (is_listener, row) {
                    (true, _) => "",
                    (_, "SO_RCVTIMEO") => "Read",
                    _ => "Write",
                };
                let moment = format!("time.Now().Add({milliseconds} * time.Millisecond)");
                act(
                    paper,
                    step,
                    &what,
                    &format!("{name}.Set{which}Deadline({moment})"),
                );
            }
            OptionValue::Text(text) => {
                let text = literal::PLAIN.escaped(text.as_bytes());
                let names = option_names(option);
                let code = format!("return syscall.SetsockoptString(fd, {names}, \"{text}\")");
                control(paper, step, &what, name, &[&code]);
            }
            OptionValue::Number(n) if row == "TCP_NODELAY" && !is_listener => {
                act(
                    paper,
                    step,
                    &what,
                    &format!("{name}.SetNoDelay({})", *n != 0),
                );
            }
            OptionValue::Number(n) => {
                let names = option_names(option);
                let code = format!("return syscall.SetsockoptInt(fd, {names}, {n})");
                control(paper, step, &what, name, &[&code]);
            }
            _ => {
                let text = words::berkeley(step, name);
                paper.remark("//", &format!("{text}: net has no way to set it."));
            }
        }
    }

    /// An address: the one that was told, or one of its own.
    fn address(&self, addr: SocketAddr) -> String {
        if self.plan.is_main(addr) {
            return "address".to_owned();
        }
        let (ip, port) = (addr.ip(), addr.port());
        format!("&net.TCPAddr{{IP: net.ParseIP(\"{ip}\"), Port: {port}}}")
    }
}

/// One statement that returns an error; where it may fail, what went wrong is only told.
fn act(paper: &mut Paper, step: &Step, what: &str, code: &str) {
    values(paper, step, what, "err", code);
}

fn values(paper: &mut Paper, step: &Step, what: &str, names: &str, code: &str) {
    paper.say(&format!("if {names} := {code}; err != nil {{"));
    if step.may_fail() {
        paper.deeper(&format!("fmt.Fprintln(os.Stderr, \"{what}:\", err)"));
    } else {
        paper.deeper("return err");
    }
    paper.say("}");
}

/// Something that is done with the descriptor.
fn control(paper: &mut Paper, step: &Step, what: &str, name: &str, lines: &[&str]) {
    paper.say(&format!("if err := control({name}, func(fd int) error {{"));
    for line in lines {
        paper.deeper(line);
    }
    paper.say("}); err != nil {");
    if step.may_fail() {
        paper.deeper(&format!("fmt.Fprintln(os.Stderr, \"{what}:\", err)"));
    } else {
        paper.deeper("return err");
    }
    paper.say("}");
}

/// One send that does not wait, and may take less, or nothing.
fn send_now(paper: &mut Paper, step: &Step, name: &str, data: &Data) {
    let data = written(paper, data);
    let code = format!("_, err := syscall.SendmsgN(fd, {data}, nil, nil, syscall.MSG_DONTWAIT)");
    control(paper, step, "send", name, &[&code, "return err"]);
}

fn option_names(option: SockOpt) -> String {
    let row = option.row();
    if NAMELESS.contains(&row.name) {
        format!("syscall.{}, {} /* {} */", row.level, row.number, row.name)
    } else {
        format!("syscall.{}, syscall.{}", row.level, row.name)
    }
}

fn written(paper: &mut Paper, data: &Data) -> String {
    if data.stand_in {
        paper.remark("//", words::STAND_IN);
    }
    let pieces = literal::PLAIN.pieces(&data.literal);
    let quoted: Vec<String> = pieces.iter().map(|p| format!("\"{p}\"")).collect();
    let literal = format!("[]byte({})", quoted.join(" +\n\t"));
    let letters = format!("letters({})", data.letters);
    match (data.literal.is_empty(), data.letters) {
        (_, 0) => literal,
        (true, _) => letters,
        (false, _) => format!("append({literal}, {letters}...)"),
    }
}
