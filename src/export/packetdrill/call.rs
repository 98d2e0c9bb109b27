//! A call as packetdrill writes it, which is nearly as strace does: `send(3, ..., 15, MSG_NOSIGNAL) = 15`. It moves bytes
//! of its own, so what was sent is not said, only how much; addresses are its own, too.

use crate::model::{
    call::{Call, CallDone},
    errno::Errno,
    option::{OptionValue, SockOpt},
};

/// The number that the socket has in the script.
const FD: i32 = 3;

/// Words of a remark in brackets that mean something to packetdrill elsewhere.
const RESERVED: [&str; 60] = [
    "ack",
    "ce",
    "checksum",
    "ecr",
    "ect0",
    "ect01",
    "ect1",
    "eol",
    "events",
    "fd",
    "flags",
    "flowlabel",
    "gre",
    "htons",
    "icmp",
    "id",
    "ihl",
    "ins",
    "ip",
    "ipv4",
    "ipv6",
    "key",
    "label",
    "linger",
    "md5",
    "mpls",
    "mss",
    "mtu",
    "mut",
    "noecn",
    "none",
    "nop",
    "off",
    "onoff",
    "present",
    "ptr",
    "raw",
    "revents",
    "sack",
    "seq",
    "sum",
    "tc",
    "tcp",
    "tos",
    "trun",
    "ttl",
    "u32",
    "u64",
    "udp",
    "urg",
    "val",
    "win",
    "wscale",
    "FO",
    "FOEXP",
    "TS",
    "Flags",
    "sackOK",
    "GREv0",
    "scm_sec",
];

/// The call and its result; `Err` says why packetdrill has no way to make it.
pub(super) fn text(done: &CallDone) -> Result<String, &'static str> {
    if done.errno == Some(Errno::EINTR) {
        return Err("it was cancelled with a signal, which packetdrill does not send");
    }
    let call = made(&done.call, done)?;
    let Some(errno) = done.errno else {
        // A descriptor's number is the script's own.
        let ret = if done.made.is_some() {
            FD.into()
        } else {
            done.ret
        };
        return Ok(format!("{call} = {ret}"));
    };
    let name = errno.name().ok_or("its error has no name")?;
    Ok(format!(
        "{call} = {} {name} ({})",
        done.ret,
        remark(errno.text())
    ))
}

/// What is said of an error, of words that mean nothing else.
fn remark(text: &str) -> &str {
    let plain = |w: &str| w.bytes().all(|b| b.is_ascii_alphabetic()) && !RESERVED.contains(&w);
    if text.split(' ').all(plain) {
        text
    } else {
        "failed"
    }
}

fn made(call: &Call, done: &CallDone) -> Result<String, &'static str> {
    let counted = |n: u64| i32::try_from(n).map_err(|_| "its length does not fit packetdrill");
    Ok(match call {
        Call::Socket { .. } => "socket(..., SOCK_STREAM, IPPROTO_TCP)".to_owned(),
        Call::Bind { .. } => format!("bind({FD}, ..., ...)"),
        Call::Listen { backlog, .. } => format!("listen({FD}, {backlog})"),
        Call::Connect { .. } => format!("connect({FD}, ..., ...)"),
        Call::Send { len, flags, .. } => {
            format!("send({FD}, ..., {}, {})", counted(*len)?, flags.names())
        }
        Call::SendTo { len, flags, .. } => {
            let len = counted(*len)?;
            format!("sendto({FD}, ..., {len}, {}, ..., ...)", flags.names())
        }
        Call::Recv { len, flags, .. } => {
            format!("recv({FD}, ..., {}, {})", counted(*len)?, flags.names())
        }
        Call::RecvFrom { len, flags, .. } => {
            let len = counted(*len)?;
            format!("recvfrom({FD}, ..., {len}, {}, ..., ...)", flags.names())
        }
        Call::Shutdown { how, .. } => format!("shutdown({FD}, {})", how.name()),
        Call::Close { .. } => format!("close({FD})"),
        Call::SetSockOpt { option, value, .. } => {
            let (level, option) = option_words(*option);
            let (value, size) = value_words(value)?;
            format!("setsockopt({FD}, {level}, {option}, {value}, {size})")
        }
        Call::GetSockOpt { option, .. } => {
            let nothing = OptionValue::Number(0);
            let value = done.value.as_ref().unwrap_or(&nothing);
            if !matches!(value, OptionValue::Number(_)) {
                return Err("packetdrill compares numbers only");
            }
            let (level, option) = option_words(*option);
            let (value, size) = value_words(value)?;
            format!("getsockopt({FD}, {level}, {option}, {value}, [{size}])")
        }
        Call::Poll {
            read,
            write,
            timeout_ms,
            ..
        } => {
            let events = match (read, write) {
                (true, true) => "POLLIN|POLLOUT",
                (true, false) => "POLLIN",
                (false, true) => "POLLOUT",
                (false, false) => "0",
            };
            let told = done.revents.unwrap_or_default().names();
            format!("poll([{{fd={FD}, events={events}, revents={told}}}], 1, {timeout_ms})")
        }
        // The same switch by the way that packetdrill has for it.
        Call::Ioctl {
            nonblocking: true, ..
        } => format!("fcntl({FD}, F_SETFL, O_RDWR|O_NONBLOCK)"),
        Call::Ioctl {
            nonblocking: false, ..
        } => format!("fcntl({FD}, F_SETFL, O_RDWR)"),
        Call::Accept { .. } => return Err("it is no call of a client"),
        Call::GetSockName { .. } | Call::GetPeerName { .. } => {
            return Err("packetdrill does not know it");
        }
    })
}

/// The level and the option by names that packetdrill knows.
fn option_words(option: SockOpt) -> (&'static str, String) {
    let row = option.row();
    let level = match row.level {
        "IPPROTO_TCP" => "SOL_TCP",
        "IPPROTO_IP" => "SOL_IP",
        "IPPROTO_IPV6" => "SOL_IPV6",
        level => level,
    };
    let name = match row.name {
        "IPV6_V6ONLY" => row.number.to_string(),
        name => name.to_owned(),
    };
    (level, name)
}

fn value_words(value: &OptionValue) -> Result<(String, usize), &'static str> {
    match value {
        OptionValue::Number(n) => Ok((format!("[{n}]"), 4)),
        OptionValue::Linger { linger, seconds } => {
            let on = i32::from(*linger);
            Ok((format!("{{onoff={on}, linger={seconds}}}"), 8))
        }
        OptionValue::Text(name) if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
            Ok((format!("\"{name}\""), name.len()))
        }
        OptionValue::Text(_) => Err("its value is no plain word"),
        OptionValue::Time { .. } => Err("packetdrill has no way to write a time"),
    }
}
