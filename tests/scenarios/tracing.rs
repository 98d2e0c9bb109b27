use fourline::model::{
    call::{Call, CallDone, Family},
    option::OptionValue,
    payload::Payload,
};
use std::net::SocketAddr;

/// One call: its name, its arguments as far as both tell them, and what it returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traced(pub(crate) String);

/// So many bytes of data does `strace` print; the rest is only counted.
pub(crate) const SHOWN: usize = 32;

/// What we tell, written as `strace` writes it.
pub(crate) fn told(done: &CallDone) -> Traced {
    let failed = done.failed();
    let fd = done.call.fd().map_or_else(String::new, |fd| fd.to_string());
    let name = |asked: Option<SocketAddr>| asked.filter(|_| !failed).map(|a| sockaddr(&a));
    let args: Vec<String> = match &done.call {
        Call::Socket { domain } => {
            let domain = match domain {
                Family::INET => "AF_INET",
                Family::INET6 => "AF_INET6",
            };
            vec![domain.into(), "SOCK_STREAM|SOCK_CLOEXEC".into()]
        }
        Call::Bind { addr, .. } | Call::Connect { addr, .. } => vec![fd, sockaddr(addr)],
        Call::Listen { backlog, .. } => vec![fd, backlog.to_string()],
        Call::Accept { .. } | Call::GetSockName { .. } | Call::GetPeerName { .. } => {
            [Some(fd), name(done.addr)].into_iter().flatten().collect()
        }
        Call::Send {
            len, flags, data, ..
        } => {
            vec![
                fd,
                string(data),
                len.to_string(),
                flags.names(),
                "NULL".into(),
            ]
        }
        Call::SendTo {
            len,
            flags,
            data,
            addr,
            ..
        } => {
            vec![
                fd,
                string(data),
                len.to_string(),
                flags.names(),
                sockaddr(addr),
            ]
        }
        Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => {
            let data = done.data.as_ref().map(string);
            let rest = [len.to_string(), flags.names()];
            [Some(fd), data].into_iter().flatten().chain(rest).collect()
        }
        Call::Shutdown { how, .. } => vec![fd, how.name().into()],
        Call::Close { .. } => vec![fd],
        Call::SetSockOpt { option, value, .. } => {
            let option = option.row();
            vec![
                fd,
                level(option.level),
                option.name.into(),
                self::value(value),
            ]
        }
        Call::GetSockOpt { option, .. } => {
            let option = option.row();
            vec![fd, level(option.level), option.name.into()]
        }
        Call::Poll {
            read,
            write,
            timeout_ms,
            ..
        } => {
            let events = match (read, write) {
                (true, true) => "POLLIN|POLLOUT",
                (false, true) => "POLLOUT",
                _ => "POLLIN",
            };
            let span = format!(
                "{{tv_sec={}, tv_nsec={}}}",
                timeout_ms / 1000,
                timeout_ms % 1000 * 1_000_000
            );
            let span = if *timeout_ms < 0 {
                "NULL".to_owned()
            } else {
                span
            };
            vec![format!("[{{fd={fd}, events={events}}}]"), "1".into(), span]
        }
        Call::Ioctl { nonblocking, .. } => {
            vec![
                fd,
                "FIONBIO".into(),
                format!("[{}]", i32::from(*nonblocking)),
            ]
        }
    };
    let ret = done.errno.map_or(done.ret.to_string(), |e| e.to_string());
    Traced(format!("{}({}) = {ret}", done.syscall, args.join(", ")))
}

fn sockaddr(addr: &SocketAddr) -> String {
    match addr {
        SocketAddr::V4(a) => format!(
            "{{sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"{}\")}}",
            a.port(),
            a.ip()
        ),
        SocketAddr::V6(a) => format!(
            "{{sa_family=AF_INET6, sin6_port=htons({}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"{}\", &sin6_addr), sin6_scope_id=0}}",
            a.port(),
            a.ip()
        ),
    }
}

fn level(name: &str) -> String {
    name.replace("IPPROTO_", "SOL_")
}

fn value(value: &OptionValue) -> String {
    match value {
        OptionValue::Number(n) => format!("[{n}]"),
        OptionValue::Linger { linger, seconds } => {
            format!("{{l_onoff={}, l_linger={seconds}}}", i32::from(*linger))
        }
        // Depending on its age, strace prints a time as a structure or as bytes.
        OptionValue::Time { .. } => "TIME".to_owned(),
        OptionValue::Text(text) => format!("\"{text}\""),
    }
}

/// Bytes in hexadecimal, as `strace -xx` prints them.
fn string(data: &Payload) -> String {
    let shown = &data.kept[..data.kept.len().min(SHOWN)];
    let more = if data.len() > SHOWN as u64 { "..." } else { "" };
    let hex: Vec<String> = shown.iter().map(|b| format!("\\x{b:02x}")).collect();
    let hex = hex.concat();
    format!("\"{hex}\"{more}")
}

/// What `strace -xx` saw, in the same form; `None` for lines that are no calls (signals, the thread's end).
pub(crate) fn seen(line: &str) -> Option<Traced> {
    let (call, result) = line
        .rsplit_once(" = ")
        .filter(|_| !line.starts_with(['-', '+']))?;
    let (name, args) = call.trim_end().split_once('(')?;
    let args = split(args.strip_suffix(')')?);
    let ret = match result.split_whitespace().collect::<Vec<_>>()[..] {
        // An interrupted call returns EINTR when its signal's handler did not ask for a restart; ours does not.
        ["?", ..] => "EINTR",
        ["-1", errno, ..] => errno,
        [number, ..] => number,
        [] => return None,
    };
    let failed = ret.starts_with('E');
    let is_data = |arg: &&String| arg.starts_with('"');
    let args: Vec<String> = match name {
        "socket" | "shutdown" | "listen" | "bind" | "connect" => {
            args.into_iter().take(2).map(|a| text(&a)).collect()
        }
        "accept4" | "getsockname" | "getpeername" => {
            let told = args.into_iter().take(if failed { 1 } else { 2 });
            told.map(|a| text(&a)).collect()
        }
        "sendto" => {
            let to = args.get(4).map(|a| text(a));
            args.into_iter().take(4).chain(to).collect()
        }
        "recvfrom" => {
            let data = args.get(1).filter(is_data).filter(|_| !failed).cloned();
            let rest = args.get(2..4).unwrap_or_default().to_vec();
            args.into_iter().take(1).chain(data).chain(rest).collect()
        }
        "setsockopt" => {
            let value = if args[2].starts_with("SO_RCVTIMEO") || args[2].starts_with("SO_SNDTIMEO")
            {
                "TIME".to_owned()
            } else {
                text(&args[3])
            };
            vec![
                args[0].clone(),
                args[1].clone(),
                args[2].replace("TIMEO_OLD", "TIMEO"),
                value,
            ]
        }
        "getsockopt" => {
            let args = args.into_iter().take(3);
            args.map(|a| a.replace("TIMEO_OLD", "TIMEO")).collect()
        }
        "ppoll" | "ioctl" => args.into_iter().take(3).collect(),
        _ => args,
    };
    Some(Traced(format!("{name}({}) = {ret}", args.join(", "))))
}

/// Strings that are names and not data, read back from their hexadecimal form.
fn text(arg: &str) -> String {
    let mut parts = arg.split("\\x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        plain.push(char::from(u8::from_str_radix(digits, 16).unwrap()));
        plain.push_str(rest);
    }
    plain
}

/// Splits arguments at the commas that stand in no bracket and in no string (in which `-xx` leaves no quotes).
fn split(args: &str) -> Vec<String> {
    let (mut depth, mut quoted) = (0, false);
    let mut parts = vec![String::new()];
    for c in args.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .collect()
}
