//! The part of packetdrill's grammar that scripts of a client need, as its documentation and its parser lay it down:
//! tokens, statements, and the ranges and sums that its parser checks.

/// A token.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Option(String),
    Float(f64),
    Integer(i64),
    Word(String),
    Text(String),
    Ellipsis,
    Sign(char),
}

/// Words that are no `WORD` to packetdrill's lexer.
const KEYWORDS: [&str; 72] = [
    "sa_family",
    "sin_port",
    "sin_addr",
    "msg_name",
    "msg_iov",
    "msg_flags",
    "msg_control",
    "cmsg_data",
    "cmsg_level",
    "cmsg_type",
    "ee_errno",
    "ee_origin",
    "ee_type",
    "ee_code",
    "ee_info",
    "ee_data",
    "scm_sec",
    "scm_nsec",
    "fd",
    "u32",
    "u64",
    "ptr",
    "events",
    "revents",
    "onoff",
    "linger",
    "htons",
    "ipv4",
    "ipv6",
    "icmp",
    "udp",
    "GREv0",
    "gre",
    "raw",
    "sum",
    "off",
    "key",
    "seq",
    "none",
    "checksum",
    "present",
    "mpls",
    "label",
    "tc",
    "ttl",
    "inet_addr",
    "inet6_addr",
    "ack",
    "eol",
    "ecr",
    "mss",
    "mtu",
    "nop",
    "sack",
    "sackOK",
    "md5",
    "TS",
    "FO",
    "FOEXP",
    "tos",
    "flowlabel",
    "flags",
    "Flags",
    "val",
    "win",
    "urg",
    "wscale",
    "ect01",
    "ect0",
    "ect1",
    "noecn",
    "id",
];

fn tokens(script: &str) -> Result<Vec<Token>, String> {
    let mut all = Vec::new();
    let mut rest = script;
    while let Some(c) = rest.chars().next() {
        let word = |s: &str| {
            s.bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .count()
        };
        let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
        let minus = usize::from(c == '-' && rest[1..].starts_with(|d: char| d.is_ascii_digit()));
        let whole = minus + digits(&rest[minus..]);
        let part = rest[whole..].strip_prefix('.').map_or(0, digits);
        let (token, length) = if c.is_ascii_whitespace() {
            (None, 1)
        } else if rest.starts_with("//") {
            let end = rest.find('\n').ok_or("a remark without an end of line")?;
            (None, end + 1)
        } else if rest.starts_with("...") {
            (Some(Token::Ellipsis), 3)
        } else if let Some(name) = rest.strip_prefix("--") {
            let length = word(name);
            (Some(Token::Option(name[..length].to_owned())), length + 2)
        } else if part > 0 {
            let length = whole + 1 + part;
            let value = rest[..length].parse().map_err(|e| format!("{e}"))?;
            (Some(Token::Float(value)), length)
        } else if whole > minus && word(&rest[minus..]) == whole - minus {
            let value = rest[..whole].parse().map_err(|e| format!("{e}"))?;
            (Some(Token::Integer(value)), whole)
        } else if word(rest) > 0 {
            let length = word(rest);
            (Some(Token::Word(rest[..length].to_owned())), length)
        } else if let Some(text) = rest.strip_prefix('"') {
            let end = text.find('"').ok_or("a text without an end")?;
            (Some(Token::Text(text[..end].to_owned())), end + 2)
        } else {
            (Some(Token::Sign(c)), c.len_utf8())
        };
        all.extend(token);
        rest = &rest[length..];
    }
    Ok(all)
}

/// A script under examination.
struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

type Read<T = ()> = Result<T, String>;

/// Whether packetdrill takes the script; the number of its statements.
pub(super) fn check(script: &str) -> Read<usize> {
    let tokens = tokens(script)?;
    let mut reader = Reader { tokens, at: 0 };
    while let Some(Token::Option(_)) = reader.peek() {
        reader.at += 1;
        reader.sign('=')?;
        reader.at += 1;
    }
    let mut count = 0;
    while reader.peek().is_some() {
        reader
            .event(count == 0)
            .map_err(|e| format!("statement {count}: {e}, at {:?}", reader.peek()))?;
        count += 1;
    }
    Ok(count)
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is(&mut self, sign: char) -> bool {
        let is = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, sign: char) -> Read {
        self.is(sign)
            .then_some(())
            .ok_or(format!("{sign} expected"))
    }

    fn keyword(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(&Token::Word(word.to_owned()));
        self.at += usize::from(is);
        is
    }

    fn word(&mut self) -> Read<String> {
        match self.peek().cloned() {
            Some(Token::Word(word)) if !KEYWORDS.contains(&word.as_str()) => {
                self.at += 1;
                Ok(word)
            }
            other => Err(format!("a word expected, not {other:?}")),
        }
    }

    fn integer(&mut self, most: i64) -> Read<i64> {
        match self.peek() {
            Some(Token::Integer(n)) if (0..=most).contains(n) => {
                let n = *n;
                self.at += 1;
                Ok(n)
            }
            other => Err(format!("a number up to {most} expected, not {other:?}")),
        }
    }

    fn time(&mut self) -> Read<f64> {
        let time = match self.peek() {
            Some(Token::Integer(n)) => *n as f64,
            Some(Token::Float(n)) => *n,
            other => return Err(format!("a time expected, not {other:?}")),
        };
        self.at += 1;
        (time >= 0.0)
            .then_some(time)
            .ok_or("a negative time".to_owned())
    }

    fn event(&mut self, first: bool) -> Read {
        let relative = self.is('+');
        let time = self.time()?;
        if first && (relative || time != 0.0) {
            return Err("the first statement must be at time 0".to_owned());
        }
        if self.is('<') {
            return self.packet(false);
        }
        if self.is('>') {
            return self.packet(true);
        }
        if self.peek() == Some(&Token::Ellipsis) {
            self.at += 1;
            let end = self.time()?;
            if end < time {
                return Err("it ends before it begins".to_owned());
            }
        }
        self.call()
    }

    fn packet(&mut self, out: bool) -> Read {
        if !self.is('-') {
            let letters = if self.peek() == Some(&Token::Sign('.')) {
                String::new()
            } else {
                self.word()?
            };
            if !letters.chars().all(|c| "FSRPEWU".contains(c)) {
                return Err(format!("{letters} are no control bits"));
            }
            self.is('.');
        }
        let start = self.integer(u32::MAX.into())?;
        self.sign(':')?;
        let end = self.integer(u32::MAX.into())?;
        self.sign('(')?;
        let len = self.integer(u16::MAX.into())?;
        self.sign(')')?;
        if end != start + len {
            return Err("the numbers do not add up".to_owned());
        }
        if self.keyword("ack") {
            self.integer(u32::MAX.into())?;
        }
        if self.keyword("win") {
            self.integer(u16::MAX.into())?;
        } else if !out {
            return Err("a packet to the kernel needs a window".to_owned());
        }
        if !self.is('<') {
            return Ok(());
        }
        if self.peek() == Some(&Token::Ellipsis) {
            self.at += 1;
            if !out {
                return Err("<...> is for packets from the kernel".to_owned());
            }
            return self.sign('>');
        }
        let mut length = self.option()?;
        while self.is(',') {
            length += self.option()?;
        }
        if length > 40 || length % 4 != 0 {
            return Err(format!("options of {length} bytes"));
        }
        self.sign('>')
    }

    fn option(&mut self) -> Read<i64> {
        if self.keyword("nop") || self.keyword("eol") {
            return Ok(1);
        }
        if self.keyword("mss") {
            return self.integer(u16::MAX.into()).map(|_| 4);
        }
        if self.keyword("wscale") {
            return self.integer(u8::MAX.into()).map(|_| 3);
        }
        if self.keyword("sackOK") {
            return Ok(2);
        }
        if self.keyword("sack") {
            let mut length = 2;
            while let Some(Token::Integer(_)) = self.peek() {
                self.integer(u32::MAX.into())?;
                self.sign(':')?;
                self.integer(u32::MAX.into())?;
                length += 8;
            }
            return (length > 2).then_some(length).ok_or("no block".to_owned());
        }
        if self.keyword("TS") && self.keyword("val") {
            self.integer(u32::MAX.into())?;
            if self.keyword("ecr") {
                return self.integer(u32::MAX.into()).map(|_| 10);
            }
        }
        Err("an option expected".to_owned())
    }

    fn call(&mut self) -> Read {
        const KNOWN: [&str; 19] = [
            "socket",
            "bind",
            "listen",
            "accept",
            "connect",
            "read",
            "recv",
            "recvfrom",
            "write",
            "send",
            "sendto",
            "fcntl",
            "ioctl",
            "close",
            "shutdown",
            "getsockopt",
            "setsockopt",
            "poll",
            "sendmsg",
        ];
        let name = self.word()?;
        if !KNOWN.contains(&name.as_str()) {
            return Err(format!("{name} is no call that packetdrill knows"));
        }
        self.sign('(')?;
        if !self.is(')') {
            self.list(')')?;
        }
        self.sign('=')?;
        self.expression()?;
        if let Some(Token::Word(_)) = self.peek() {
            let errno = self.word()?;
            if !errno.starts_with('E') {
                return Err(format!("{errno} is no error"));
            }
            self.sign('(')?;
            self.word()?;
            while !self.is(')') {
                self.word()?;
            }
        }
        Ok(())
    }

    fn list(&mut self, end: char) -> Read {
        loop {
            self.expression()?;
            if self.is(end) {
                return Ok(());
            }
            self.sign(',')?;
        }
    }

    fn expression(&mut self) -> Read {
        match self.peek().cloned() {
            Some(Token::Ellipsis | Token::Integer(_) | Token::Text(_)) => self.at += 1,
            Some(Token::Word(_)) => {
                self.word()?;
            }
            Some(Token::Sign('[')) => {
                self.at += 1;
                self.list(']')?;
            }
            Some(Token::Sign('{')) => self.braces()?,
            other => return Err(format!("a value expected, not {other:?}")),
        }
        if self.is('|') {
            return self.expression();
        }
        Ok(())
    }

    /// `{onoff=1, linger=0}` or `{fd=3, events=POLLIN, revents=POLLIN}`.
    fn braces(&mut self) -> Read {
        self.sign('{')?;
        let names: &[&str] = if self.keyword("onoff") {
            &["linger"]
        } else if self.keyword("fd") {
            &["events", "revents"]
        } else {
            return Err("a linger or a pollfd expected".to_owned());
        };
        self.sign('=')?;
        self.expression()?;
        for name in names {
            self.sign(',')?;
            if !self.keyword(name) {
                return Err(format!("{name} expected"));
            }
            self.sign('=')?;
            self.expression()?;
        }
        self.sign('}')
    }
}

#[test]
fn scripts_that_packetdrill_takes_are_taken_and_others_are_not() {
    let good = "// a remark\n--ip_version=ipv4\n--tolerance_usecs=9\n\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n\
        +0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n\
        +.1...0.200 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)\n\
        +0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>\n\
        +0 < R. 0:0(0) ack 1 win 0\n+0 > . 1:1(0) ack 1 <nop,nop,sack 11:21 31:41>\n+0 > P. 1:3(2) ack 1 <...>\n\
        +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n\
        +0 poll([{fd=3, events=POLLIN, revents=POLLIN|POLLHUP}], 1, 0) = 1\n+1.5 close(3) = 0\n";
    assert_eq!(check(good), Ok(10));
    for bad in [
        "+0 close(3) = 0\n",
        "0 getsockname(3) = 0\n",
        "0 < S 0:1(0) win 9\n",
        "0 < S 0:0(0)\n",
        "0 < S 0:0(0) win 9 <nop>\n",
        "0 < S 0:0(0) win 9 <...>\n",
        "0 < X 0:0(0) win 9\n",
        "0 connect(3, ..., ...) = -1 EKEYREJECTED (key was rejected by service)\n",
        "0 close(3) = -1 E#7 (failed)\n",
        "0 > S 0:0(0) win 65536\n",
        "0...-1 close(3) = 0\n",
        "// no end of line",
    ] {
        assert!(check(bad).is_err(), "{bad}");
    }
}
