//! `ADDRESS`: `10008`, `:10008`, `127.0.0.1:10008`, `[::1]:10008`, `localhost:10008`, `*:10008`.

use super::{cursor::Cursor, mistake::Mistake};
use crate::model::command::Address;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const WHAT: &str = "an address or a port";

/// Takes an address if one stands here: whatever begins with a digit, `:`, `[`, `*` or has a `:` or `.` in it.
pub(super) fn try_address(cursor: &mut Cursor<'_>) -> Result<Option<Address>, Mistake> {
    cursor.try_kind("an address or a port (127.0.0.1:10008 or 10008)", "10008");
    let Some(text) = cursor.bare() else {
        return Ok(None);
    };
    let looks_so = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '[' | '*'))
        || text.contains([':', '.'])
        || text == "localhost";
    if !looks_so {
        return Ok(None);
    }
    let address = parse(text).map_err(|(message, help)| {
        Mistake::new(cursor.span(), format!("{} {message}", cursor.found())).help(help)
    })?;
    cursor.advance();
    Ok(Some(address))
}

/// Takes an address.
pub(super) fn address(cursor: &mut Cursor<'_>) -> Result<Address, Mistake> {
    try_address(cursor)?.ok_or_else(|| cursor.wrong(WHAT))
}

type Wrong = (String, String);

fn parse(text: &str) -> Result<Address, Wrong> {
    if let Some(rest) = text.strip_prefix('[') {
        let (ip, port) = rest
            .split_once(']')
            .ok_or_else(|| ("has no `]`".to_owned(), "write [::1]:10008".to_owned()))?;
        let ip: Ipv6Addr = ip.parse().map_err(|_| no_ip(ip))?;
        let port = port.strip_prefix(':').ok_or_else(|| no_port(text))?;
        return with_port(Some(IpAddr::V6(ip)), port);
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err((
            "is an IPv6 address without brackets and without a port".to_owned(),
            format!("write [{text}]:10008"),
        ));
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return if text.bytes().all(|b| b.is_ascii_digit()) {
            with_port(None, text)
        } else if text.parse::<Ipv4Addr>().is_ok() || matches!(text, "*" | "localhost") {
            Err(no_port(text))
        } else if text.contains('.') {
            Err(no_ip(text))
        } else {
            Err((
                "is neither an address nor a port".to_owned(),
                "write a port as in 10008, or an address with its port as in 127.0.0.1:10008"
                    .to_owned(),
            ))
        };
    };
    let ip = match host {
        "" => None,
        "*" => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        _ => Some(IpAddr::V4(host.parse().map_err(|_| no_ip(host))?)),
    };
    with_port(ip, port)
}

fn with_port(ip: Option<IpAddr>, port: &str) -> Result<Address, Wrong> {
    let is_number = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse() {
        Ok(port) if is_number => Ok(Address { ip, port }),
        _ if is_number => Err((
            if ip.is_some() {
                "does not end with a port: ports go from 0 to 65535".to_owned()
            } else {
                "is not a port: ports go from 0 to 65535".to_owned()
            },
            "for port 0 the kernel picks a free one".to_owned(),
        )),
        _ => Err((
            "does not end with a port, a number from 0 to 65535".to_owned(),
            "write a port as in 10008, or an address with its port as in 127.0.0.1:10008"
                .to_owned(),
        )),
    }
}

fn no_port(text: &str) -> Wrong {
    ("has no port".to_owned(), format!("write {text}:10008"))
}

fn no_ip(host: &str) -> Wrong {
    if host.contains(':') {
        if host.contains('%') {
            return (
                "names an interface after %, and that is not understood".to_owned(),
                "give an address that needs none, as [::1]:10008".to_owned(),
            );
        }
        return (
            "is not an address".to_owned(),
            "an IPv6 address stands in brackets, as in [::1]:10008".to_owned(),
        );
    }
    let is_number = !host.is_empty() && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_number {
        return (
            "is not an IPv4 address: four numbers from 0 to 255".to_owned(),
            "write it as in 127.0.0.1:10008".to_owned(),
        );
    }
    (
        "is a name, and names are not looked up".to_owned(),
        "give the address itself, as in 127.0.0.1:10008; `getent hosts NAME` tells it".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_these_forms() {
        for (text, canonical) in [
            ("10008", "10008"),
            (":10008", "10008"),
            ("0", "0"),
            ("1.2.3.4:80", "1.2.3.4:80"),
            ("[::1]:80", "[::1]:80"),
            ("[::]:0", "[::]:0"),
            ("[::ffff:1.2.3.4]:80", "[::ffff:1.2.3.4]:80"),
            ("localhost:80", "127.0.0.1:80"),
            ("*:80", "0.0.0.0:80"),
            ("00080", "80"),
        ] {
            let address = parse(text).unwrap();
            assert_eq!(address.to_string(), canonical);
            assert_eq!(parse(canonical), Ok(address));
        }
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for (text, wrong) in [
            ("65536", "is not a port: ports go from 0 to 65535"),
            (
                "1.2.3.4:99999",
                "does not end with a port: ports go from 0 to 65535",
            ),
            ("1.2.3.4", "has no port"),
            ("[::1]", "has no port"),
            (
                "::1",
                "is an IPv6 address without brackets and without a port",
            ),
            (
                "fe80::1%eth0:80",
                "names an interface after %, and that is not understood",
            ),
            (
                "[fe80::1%2]:80",
                "names an interface after %, and that is not understood",
            ),
            (
                "1.2.3:80",
                "is not an IPv4 address: four numbers from 0 to 255",
            ),
            (
                "256.0.0.1:80",
                "is not an IPv4 address: four numbers from 0 to 255",
            ),
            ("example.org:80", "is a name, and names are not looked up"),
            ("example.org", "is a name, and names are not looked up"),
            ("localhost", "has no port"),
            ("[::1:80", "has no `]`"),
            (
                "1.2.3.4:http",
                "does not end with a port, a number from 0 to 65535",
            ),
            (
                "1.2.3.4:+80",
                "does not end with a port, a number from 0 to 65535",
            ),
            (":", "does not end with a port, a number from 0 to 65535"),
            ("10k", "is neither an address nor a port"),
        ] {
            assert_eq!(parse(text).unwrap_err().0, wrong, "{text}");
        }
    }
}
