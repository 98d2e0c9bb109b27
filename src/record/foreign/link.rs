//! Where the IP packet begins in what was captured: behind the header of the link that it was captured on.

/// Tags of virtual networks that may stand before a packet; more are nonsense.
const MOST_TAGS: usize = 8;

/// Ethernet's numbers for what follows (IANA).
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const VLAN: [u16; 3] = [0x8100, 0x88a8, 0x9100];
const PPPOE: u16 = 0x8864;

/// What was captured, if it is no IP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Other {
    /// Something else than IP, by Ethernet's number.
    Type(u16),
    /// Something else than IP.
    NoIp,
    /// It ends before its link header does.
    Short,
    /// Nobody here knows what packets of this link begin with.
    Link(u16),
}

impl Other {
    /// In a few words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Type(0x0806) => "ARP, which asks for a neighbour's hardware address".to_owned(),
            Self::Type(0x88cc) => "LLDP, in which switches introduce themselves".to_owned(),
            Self::Type(0x8863) => "PPPoE discovery".to_owned(),
            Self::Type(0x888e) => "802.1X, which lets a machine into a network".to_owned(),
            Self::Type(0x8847 | 0x8848) => "MPLS".to_owned(),
            Self::Type(..0x0600) => "a frame of IEEE 802.2, such as a bridge's".to_owned(),
            Self::Type(number) => format!("Ethernet type 0x{number:04x}"),
            Self::NoIp => "something else than IP".to_owned(),
            Self::Short => "cut off before any IP header".to_owned(),
            Self::Link(link) => {
                let name = LINKS.iter().find(|(number, _)| *number == link);
                let name = name.map_or("", |(_, name)| *name);
                let of = if name.is_empty() { "" } else { " of " };
                format!(
                    "on a link{of}{name} (type {link}), whose packets cannot be taken apart here"
                )
            }
        }
    }
}

/// Links that are captured now and then and whose packets are not taken apart.
const LINKS: [(u16, &str); 9] = [
    (6, "Token Ring"),
    (105, "IEEE 802.11"),
    (127, "IEEE 802.11 with a radio header"),
    (187, "Bluetooth"),
    (189, "USB"),
    (195, "IEEE 802.15.4"),
    (201, "Bluetooth"),
    (220, "USB"),
    (227, "CAN"),
];

/// Where the IP packet begins in what was captured on this link.
pub(super) fn packet(link: u16, bytes: &[u8]) -> Result<usize, Other> {
    match link {
        12 | 14 | 101 | 228 | 229 => Ok(0),
        1 => after_type(bytes, 12),
        113 => after_type(bytes, 14),
        276 => {
            let number = two(bytes, 0)?;
            named(bytes, number, 20)
        }
        0 | 108 => family(bytes),
        9 => ppp(bytes, 0),
        _ => Err(Other::Link(link)),
    }
}

fn two(bytes: &[u8], at: usize) -> Result<u16, Other> {
    let two = bytes.get(at..at + 2).ok_or(Other::Short)?;
    Ok(u16::from_be_bytes([two[0], two[1]]))
}

/// Ethernet's number stands here, and what it names behind it.
fn after_type(bytes: &[u8], at: usize) -> Result<usize, Other> {
    named(bytes, two(bytes, at)?, at + 2)
}

fn named(bytes: &[u8], number: u16, at: usize) -> Result<usize, Other> {
    let (mut number, mut at) = (number, at);
    for _ in 0..MOST_TAGS {
        if !VLAN.contains(&number) {
            break;
        }
        number = two(bytes, at + 2)?;
        at += 4;
    }
    match number {
        IPV4 | IPV6 => Ok(at),
        PPPOE => ppp(bytes, at + 6),
        other => Err(Other::Type(other)),
    }
}

/// BSD's loopback: the address family, in the byte order of the machine that captured.
fn family(bytes: &[u8]) -> Result<usize, Other> {
    let four = bytes.first_chunk::<4>().ok_or(Other::Short)?;
    let families = [u32::from_be_bytes(*four), u32::from_le_bytes(*four)];
    // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSDs, 23 on Windows.
    let ip = families.iter().any(|f| [2, 10, 23, 24, 28, 30].contains(f));
    if ip { Ok(4) } else { Err(Other::NoIp) }
}

/// PPP (RFC 1661), with or without its address and control bytes.
fn ppp(bytes: &[u8], at: usize) -> Result<usize, Other> {
    let at = match bytes.get(at..at + 2) {
        Some([0xff, 0x03]) => at + 2,
        _ => at,
    };
    let first = *bytes.get(at).ok_or(Other::Short)?;
    // A number whose first byte is odd was made shorter.
    let (number, behind) = if first & 1 == 1 {
        (u16::from(first), at + 1)
    } else {
        (two(bytes, at)?, at + 2)
    };
    match number {
        0x0021 | 0x0057 => Ok(behind),
        _ => Err(Other::NoIp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ip_is_found_behind_every_link_that_is_known() {
        let mac = [0; 12];
        let behind = |link: u16, header: &[u8]| packet(link, &[header, &[0x45; 20]].concat());
        for link in [12, 14, 101, 228, 229] {
            assert_eq!(behind(link, &[]), Ok(0));
        }
        assert_eq!(behind(1, &[&mac[..], &[8, 0]].concat()), Ok(14));
        let tagged = [&mac[..], &[0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 0x86, 0xdd]].concat();
        assert_eq!(behind(1, &tagged), Ok(22));
        let session = [&mac[..], &[0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21]].concat();
        assert_eq!(behind(1, &session), Ok(22));
        assert_eq!(behind(113, &[&[0; 14][..], &[8, 0]].concat()), Ok(16));
        assert_eq!(behind(276, &[&[8, 0][..], &[0; 18]].concat()), Ok(20));
        for family in [[2, 0, 0, 0], [0, 0, 0, 2], [30, 0, 0, 0], [0, 0, 0, 24]] {
            assert_eq!(behind(0, &family), Ok(4));
            assert_eq!(behind(108, &family), Ok(4));
        }
        assert_eq!(behind(9, &[0xff, 3, 0, 0x21]), Ok(4));
        assert_eq!(behind(9, &[0, 0x57]), Ok(2));
        assert_eq!(behind(9, &[0x21]), Ok(1));
    }

    #[test]
    fn what_is_no_ip_is_named_and_nothing_is_read_beyond_the_end() {
        let arp = [&[0; 12][..], &[8, 6], &[0; 28]].concat();
        assert_eq!(packet(1, &arp), Err(Other::Type(0x0806)));
        assert_eq!(packet(105, &arp), Err(Other::Link(105)));
        assert_eq!(
            Other::Link(105).words(),
            "on a link of IEEE 802.11 (type 105), whose packets cannot be taken apart here"
        );
        assert_eq!(packet(0, &[7, 0, 0, 0]), Err(Other::NoIp));
        for link in [0, 1, 9, 12, 101, 108, 113, 276] {
            for len in 0..40 {
                for byte in [0, 0x81, 0x88, 0xff] {
                    let _ = packet(link, &vec![byte; len]);
                }
            }
        }
    }
}
