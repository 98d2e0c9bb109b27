//! The kernel's own filter (BPF) before our packet socket: a busy host must not make us read what is none of our business.
//!
//! It lets through TCP over IPv4 and IPv6 from or to some ports, where it arrives and where it leaves this machine. On the
//! loopback both are one place, so there only what arrives.

use libc::{
    BPF_ABS, BPF_ALU, BPF_AND, BPF_B, BPF_H, BPF_IMM, BPF_IND, BPF_JA, BPF_JEQ, BPF_JMP, BPF_JSET,
    BPF_K, BPF_LD, BPF_LDX, BPF_LSH, BPF_MISC, BPF_RET, BPF_TAX, BPF_W,
};
use socket2::SockFilter;

/// More ports are not watched at once.
pub const MOST_PORTS: usize = 256;

/// To this machine (`linux/if_packet.h`).
const PACKET_HOST: u32 = 0;
/// From this machine.
const PACKET_OUTGOING: u32 = 4;
/// The loopback's kind of link (`linux/if_arp.h`).
const ARPHRD_LOOPBACK: u32 = 772;

const TCP: u32 = 6;
/// The offset of a piece of an IPv4 packet; the first has 0.
const OFFSET: u32 = 0x1fff;
/// Longer than any packet: the ring cuts what is too long for it.
const ALL: u32 = 0x4_0000;

/// An instruction that goes on to the next.
fn plain(code: u32, k: u32) -> SockFilter {
    SockFilter::new(code as u16, 0, 0, k)
}

/// Goes so many instructions further when the test holds, else so many.
fn jump(test: u32, k: u32, then: usize, otherwise: usize) -> SockFilter {
    let code = BPF_JMP | test | BPF_K;
    SockFilter::new(code as u16, then as u8, otherwise as u8, k)
}

/// The kernel's answer to a question about the packet.
fn ask(what: i32) -> SockFilter {
    plain(BPF_LD | BPF_W | BPF_ABS, (libc::SKF_AD_OFF + what) as u32)
}

/// A number of this size that stands in the IP packet.
fn load(size: u32, at: i32) -> SockFilter {
    plain(BPF_LD | size | BPF_ABS, (libc::SKF_NET_OFF + at) as u32)
}

/// A port, so far behind the end of the IP header.
fn port(at: i32) -> SockFilter {
    plain(BPF_LD | BPF_H | BPF_IND, (libc::SKF_NET_OFF + at) as u32)
}

fn answer(take: bool) -> SockFilter {
    plain(BPF_RET | BPF_K, if take { ALL } else { 0 })
}

/// The program for these ports.
pub(super) fn program(ports: &[u16]) -> Vec<SockFilter> {
    // The first piece of a packet with TCP in it; X is where its IP header ends.
    let ipv4 = [
        load(BPF_B, 9),
        jump(BPF_JEQ, TCP, 1, 0),
        answer(false),
        load(BPF_H, 6),
        jump(BPF_JSET, OFFSET, 0, 1),
        answer(false),
        load(BPF_B, 0),
        plain(BPF_ALU | BPF_AND | BPF_K, 0x0f),
        plain(BPF_ALU | BPF_LSH | BPF_K, 2),
        plain(BPF_MISC | BPF_TAX, 0),
    ];
    let ipv6 = [
        load(BPF_B, 6),
        jump(BPF_JEQ, TCP, 1, 0),
        answer(false),
        plain(BPF_LDX | BPF_IMM, 40),
        plain(BPF_JMP | BPF_JA, ipv4.len() as u32),
    ];
    let outgoing = [
        jump(BPF_JEQ, PACKET_OUTGOING, 1, 0),
        answer(false),
        ask(libc::SKF_AD_HATYPE),
        jump(BPF_JEQ, ARPHRD_LOOPBACK, 0, 1),
        answer(false),
    ];
    let mut code = vec![
        ask(libc::SKF_AD_PKTTYPE),
        jump(BPF_JEQ, PACKET_HOST, outgoing.len(), 0),
    ];
    code.extend(outgoing);
    code.extend([
        ask(libc::SKF_AD_PROTOCOL),
        jump(BPF_JEQ, libc::ETH_P_IP as u32, ipv6.len() + 2, 0),
        jump(BPF_JEQ, libc::ETH_P_IPV6 as u32, 1, 0),
        answer(false),
    ]);
    code.extend(ipv6);
    code.extend(ipv4);
    // The kernel's machine jumps 255 instructions at most, so each comparison has its own answer behind it.
    let comparisons = || {
        ports
            .iter()
            .take(MOST_PORTS)
            .flat_map(|wanted| [jump(BPF_JEQ, u32::from(*wanted), 0, 1), answer(true)])
    };
    code.push(port(0));
    code.extend(comparisons());
    code.push(port(2));
    code.extend(comparisons());
    code.push(answer(false));
    code
}
