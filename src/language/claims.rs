//! The table of claims, after `expect` and `wait until`: one row each.

mod packets;

use super::{
    cursor::{Choice, Cursor, Hint},
    data::claimed,
    mistake::Mistake,
    statement::try_who,
    time::{number, time},
    words::Kind,
};
use crate::model::{
    claim::{Claim, QueueName, Sign, Stage},
    command::Expectation,
    errno::Errno,
    event::AckLevel,
    ids::{Side, Target},
    tcp::TcpState,
};

/// How what follows the claim's word is read.
pub(super) enum Parse {
    /// `WHO WORD ...`.
    Of(fn(&mut Cursor<'_>, Target) -> Result<Claim, Mistake>),
    /// `WORD ...`.
    Alone(fn(&mut Cursor<'_>) -> Result<Claim, Mistake>),
    /// `WORD ...`, where the word is one of those for something notable about a packet.
    Notable(fn(&mut Cursor<'_>) -> Result<Option<Claim>, Mistake>),
}

/// One form of a claim.
pub struct ClaimForm {
    /// Its word; `NOTABLE` stands for each word for something notable about a packet.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it claims, in one sentence.
    pub about: &'static str,
    /// A whole statement with it.
    pub example: &'static str,
    pub(super) parse: Parse,
}

macro_rules! claims {
    ($($name:literal $kind:ident($parse:expr), $usage:literal $example:literal $about:literal;)*) => {
        &[$(ClaimForm {
            name: $name,
            usage: $usage,
            about: $about,
            example: $example,
            parse: Parse::$kind($parse),
        }),*]
    };
}

/// Every form of a claim.
pub static CLAIMS: &[ClaimForm] = claims! {
    "state" Of(state),
        "WHO state STATE" "expect server state LISTEN"
        "Its newest socket, or the socket that is named, is in this TCP state.";
    "recv" Of(|c, who| Ok(Claim::Recv(who, claimed(c)?))),
        "WHO recv DATA" "expect client recv \"I have received it\\r\\n\""
        "Its latest finished recv brought just these bytes.";
    "read" Of(read),
        "WHO read DATA | WHO read N bytes" "expect server read \"hello\""
        "With bytes: all that was read from this socket so far. With a number: so many of the bytes that it sent were read by the peer's program.";
    "errno" Of(errno_of),
        "[WHO] errno NAME|none" "expect client errno ECONNREFUSED"
        "The latest finished call, of this actor or of all, failed with this, or with none did not fail.";
    "returned" Of(|c, who| {
            let actor = alone(c, who, "returned")?;
            Ok(Claim::Returned(actor, number(c, "a number", "0", i64::MIN, i64::MAX)?))
        }),
        "WHO returned N" "expect client returned 7"
        "Its latest finished call returned this.";
    "waits" Of(waits),
        "WHO waits [CALL]" "expect server waits accept"
        "Its call waits now.";
    "recv-q" Of(|c, who| queue(c, who, QueueName::Recv)),
        "WHO recv-q N" "expect server recv-q 5"
        "So many bytes have arrived and are not read; for a listener, connections that wait to be accepted.";
    "send-q" Of(|c, who| queue(c, who, QueueName::Send)),
        "WHO send-q N" "expect client send-q 0"
        "So many bytes are not acknowledged; for a listener, its backlog.";
    "written" Of(|c, who| ledger(c, who, Stage::Written)),
        "WHO written N bytes" "expect client written 7 bytes"
        "The kernel took so many bytes from it.";
    "sent" Of(|c, who| ledger(c, who, Stage::Sent)),
        "WHO sent N bytes" "expect client sent 7 bytes"
        "So many of its bytes were sent at least once.";
    "acked" Of(|c, who| ledger(c, who, Stage::Acked)),
        "WHO acked N bytes" "expect client acked 7 bytes"
        "So many of its bytes were acknowledged by the peer's TCP.";
    "received" Of(|c, who| ledger(c, who, Stage::Received)),
        "WHO received N bytes" "expect client received 7 bytes"
        "So many of the bytes that it sent have reached the peer's kernel.";
    "retransmits" Of(|c, who| Ok(Claim::Retransmits(who, number(c, "a number of segments", "3", 0, u32::MAX)?))),
        "WHO retransmits N" "expect client retransmits 3"
        "Its kernel counts so many segments that it has sent again.";
    "printed" Of(|c, who| Ok(Claim::Printed(alone(c, who, "printed")?, claimed(c)?))),
        "WHO printed DATA" "expect server printed \"listening\" within 5s"
        "What the programs that spawn has started on this side have printed so far has these bytes in it.";
    "line" Alone(line),
        "line N" "expect line 4"
        "This one of the four lines has been reached.";
    "ack" Alone(ack),
        "ack kernel|tcp|application to SIDE N bytes" "expect ack tcp to server 7 bytes"
        "At least so many bytes that go to this side are acknowledged in this sense: taken by the sender's kernel, by the peer's TCP, or by the peer's program.";
    "packets" Alone(packets::begin),
        "packets KIND ..." "expect packets syn syn-ack ack"
        "So the newest connection's packets begin, in the order in which they entered the cable, in both directions.";
    "packet" Alone(packets::one),
        "packet N FATE [by you|rule|cable] | packet N held|KIND|NOTABLE" "expect packet 2 dropped by rule"
        "This has become of packet N, or this is what it is.";
    "fate" Alone(packets::fate),
        "fate FATE N" "expect fate dropped 1"
        "So many packets have had this fate.";
    "held" Alone(packets::held),
        "held N" "expect held 1"
        "So many packets lie on the cable until somebody lets them go.";
    "NOTABLE" Notable(packets::try_seen),
        "NOTABLE [N]" "expect retransmission within 3s"
        "So many packets of the newest connection are notable for this; at least one when no number is given.";
};

impl ClaimForm {
    /// The claim of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        let notable = |form: &&Self| matches!(form.parse, Parse::Notable(_));
        match Sign::named(name) {
            Some(_) => CLAIMS.iter().find(notable),
            None => CLAIMS
                .iter()
                .find(|form| form.name == name && !notable(form)),
        }
    }
}

impl ClaimForm {
    /// Whether an actor or a socket stands before it.
    pub(super) const fn has_actor(&self) -> bool {
        matches!(self.parse, Parse::Of(_))
    }
}

/// `[not] CLAIM [within TIME]`.
pub(super) fn expectation(cursor: &mut Cursor<'_>) -> Result<Expectation, Mistake> {
    let not = cursor.choose_other_name(&[("not", ())]).is_some();
    let claim = claim(cursor, !not)?;
    let claim = if not {
        Claim::Not(Box::new(claim))
    } else {
        claim
    };
    let within = if cursor.take("within", "how long it is tried") {
        Some(time(cursor, "2s")?)
    } else {
        None
    };
    Ok(Expectation { claim, within })
}

/// A claim without its `not`; `offer_not` when one could stand here, which is offered after what is claimed.
fn claim(cursor: &mut Cursor<'_>, offer_not: bool) -> Result<Claim, Mistake> {
    if let Some(who) = try_who(cursor)? {
        for form in CLAIMS {
            if let Parse::Of(parse) = form.parse
                && cursor.take(form.name, form.about)
            {
                return parse(cursor, who).map_err(|mistake| mistake.usage(form.usage));
            }
        }
        if let Some(form) = cursor.bare().and_then(ClaimForm::named) {
            return Err(Mistake::new(
                cursor.span(),
                format!("{} is claimed without an actor", cursor.found()),
            )
            .help(format!("try: {}", form.example)));
        }
        let help = match cursor.bare().map(str::parse::<TcpState>) {
            Some(Ok(state)) => format!("the claim is written: {who} state {}", state.name()),
            _ => format!("a claim is written as in: {who} state ESTABLISHED"),
        };
        return Err(cursor.wrong("a claim").help(help));
    }
    for form in CLAIMS {
        if let Parse::Alone(parse) = form.parse
            && cursor.take(form.name, form.about)
        {
            return parse(cursor).map_err(|mistake| mistake.usage(form.usage));
        }
    }
    if cursor.take("errno", "why the latest finished call failed") {
        return Ok(Claim::Errno(None, errno(cursor)?));
    }
    if offer_not {
        cursor.take("not", "the contrary of the claim that follows");
    }
    for form in CLAIMS {
        if let Parse::Notable(parse) = form.parse
            && let Some(claim) = parse(cursor).map_err(|mistake| mistake.usage(form.usage))?
        {
            return Ok(claim);
        }
    }
    Err(match cursor.bare() {
        Some("not") => {
            Mistake::new(cursor.span(), "`not` stands once").help("leave both out, or one")
        }
        Some(word) if ClaimForm::named(word).is_some() => Mistake::new(
            cursor.span(),
            format!("whose? `{word}` needs an actor before it"),
        )
        .expected(["`server`", "`client`"])
        .help(format!(
            "try: {}",
            ClaimForm::named(word).map_or("expect server state LISTEN", |f| f.example)
        )),
        _ => cursor
            .wrong("a claim")
            .help("a claim is written as in: server state LISTEN"),
    })
}

/// The actor of a claim that is about its calls, not about one socket of it.
pub(super) fn alone(
    cursor: &Cursor<'_>,
    who: Target,
    name: &str,
) -> Result<crate::model::ids::Actor, Mistake> {
    match who.slot {
        None => Ok(who.actor),
        Some(_) => Err(Mistake::new(
            cursor.span_before(),
            format!("`{name}` is asked of an actor, not of one socket"),
        )
        .help(format!("write {} {name}", who.actor))),
    }
}

fn state(cursor: &mut Cursor<'_>, who: Target) -> Result<Claim, Mistake> {
    if let Some(state) = cursor.bare().and_then(|word| word.parse().ok()) {
        cursor.advance();
        return Ok(Claim::State(who, state));
    }
    for state in TcpState::all() {
        cursor.try_hint(Hint::Word {
            text: state.name(),
            about: state.meaning(),
        });
    }
    Err(cursor.wrong("a TCP state"))
}

/// `read` is a claim about bytes and one about their number.
fn read(cursor: &mut Cursor<'_>, who: Target) -> Result<Claim, Mistake> {
    let is_number = cursor.bare().is_some_and(|word| {
        !word.starts_with("0x") && word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
    });
    if is_number {
        return ledger(cursor, who, Stage::Read);
    }
    cursor.try_kind("a number of bytes", "");
    Ok(Claim::ReadSoFar(who, claimed(cursor)?))
}

fn errno_of(cursor: &mut Cursor<'_>, who: Target) -> Result<Claim, Mistake> {
    let actor = alone(cursor, who, "errno")?;
    Ok(Claim::Errno(Some(actor), errno(cursor)?))
}

/// The errnos that a conversation meets most, for completion; any other is understood.
const COMMON: [Errno; 16] = [
    Errno::ECONNREFUSED,
    Errno::EADDRINUSE,
    Errno::EAGAIN,
    Errno::ECONNRESET,
    Errno::EPIPE,
    Errno::ENOTCONN,
    Errno::EINTR,
    Errno::EINVAL,
    Errno::EACCES,
    Errno::EBADF,
    Errno::EINPROGRESS,
    Errno::EISCONN,
    Errno::ETIMEDOUT,
    Errno::ENETUNREACH,
    Errno::EHOSTUNREACH,
    Errno::EADDRNOTAVAIL,
];

fn errno(cursor: &mut Cursor<'_>) -> Result<Option<Errno>, Mistake> {
    let Some(word) = cursor.bare() else {
        hint_errnos(cursor);
        return Err(cursor.wrong("the name of an error"));
    };
    if word == "none" {
        cursor.advance();
        return Ok(None);
    }
    if let Ok(errno) = word.parse() {
        cursor.advance();
        return Ok(Some(errno));
    }
    hint_errnos(cursor);
    let mistake = cursor.wrong("the name of an error");
    Err(mistake
        .meant(word, Errno::names().chain(["none"]))
        .help("errno(3) lists them"))
}

fn hint_errnos(cursor: &mut Cursor<'_>) {
    let mut word = |text, about| cursor.try_hint(Hint::Word { text, about });
    for errno in COMMON {
        word(errno.name().unwrap_or_default(), errno.text());
    }
    word("none", "it did not fail");
    for name in Errno::names() {
        if let Ok(errno) = name.parse::<Errno>()
            && !COMMON.contains(&errno)
        {
            word(name, errno.text());
        }
    }
}

/// The calls that can wait.
pub(super) const CALLS: [Choice<&str>; 8] = [
    ("accept", "until a connection comes", "accept"),
    ("recv", "until bytes come", "recv"),
    ("send", "until there is room", "send"),
    ("connect", "until it is answered", "connect"),
    ("poll", "until something happens", "poll"),
    ("close", "while it lingers", "close"),
    ("recvfrom", "until bytes come", "recvfrom"),
    ("sendto", "until there is room", "sendto"),
];

fn waits(cursor: &mut Cursor<'_>, who: Target) -> Result<Claim, Mistake> {
    let actor = alone(cursor, who, "waits")?;
    let call = cursor.choose(&CALLS).map(str::to_owned);
    Ok(Claim::Waits(actor, call))
}

fn queue(cursor: &mut Cursor<'_>, who: Target, name: QueueName) -> Result<Claim, Mistake> {
    let n = number(cursor, "a number", "0", 0, u64::MAX)?;
    Ok(Claim::Queue(who, name, n))
}

fn ledger(cursor: &mut Cursor<'_>, who: Target, stage: Stage) -> Result<Claim, Mistake> {
    Ok(Claim::Ledger(who, stage, number_of_bytes(cursor)?))
}

/// `N bytes`; the word may be left out.
fn number_of_bytes(cursor: &mut Cursor<'_>) -> Result<u64, Mistake> {
    let n = number(cursor, "a number of bytes", "5", 0, u64::MAX)?;
    if matches!(cursor.word().map(|w| &w.kind), Some(Kind::Bare(word)) if word == "byte") {
        cursor.advance();
    } else {
        cursor.take("bytes", "may be left out");
    }
    Ok(n)
}

fn line(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    Ok(Claim::Line(number(
        cursor,
        "the number of a line",
        "4",
        1,
        4,
    )?))
}

fn ack(cursor: &mut Cursor<'_>) -> Result<Claim, Mistake> {
    let levels = [
        ("kernel", "taken by the sender's kernel", AckLevel::Kernel),
        ("tcp", "acknowledged by the peer's TCP", AckLevel::Tcp),
        (
            "application",
            "answered by the peer's program",
            AckLevel::Application,
        ),
    ];
    let level = cursor.must_choose("a kind of acknowledgement", &levels)?;
    if !cursor.take("to", "the side where the bytes go") {
        return Err(cursor.wrong("`to`"));
    }
    let sides = [
        ("server", "bytes that go to the server", Side::Server),
        ("client", "bytes that go to the client", Side::Client),
    ];
    let side = cursor.must_choose("a side", &sides)?;
    Ok(Claim::Ack(level, side, number_of_bytes(cursor)?))
}
