//! The lab: the packets on the cable and the hand that holds them.

use super::{app, frame, letters};
use crate::{
    app::{App, Cursor, Hit, Look, Overlay, Panel},
    model::{
        event::{Detail, Fact, Sight, Source, Timer},
        ids::{Actor, Nanos, Side, Slot, SocketId},
        packet::{Arrival, Decider, Fate, Handling, Notable, Packet, PacketNo, Protocol, TcpFlags},
        payload::is_unprintable,
        story::testing::Play,
        tcp::TcpState,
    },
};

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;

fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn sizes(name: &str, app: &App) {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        check(
            &format!("{name}_{width}x{height}"),
            &letters(app, width, height),
        );
    }
}

fn rule(text: &str) -> Decider {
    Decider::Rule(text.into())
}

/// The handshake was let through, the client's first data are held.
fn data_held() -> Play {
    let mut play = Play::lab();
    let (server, client) = (Side::Server, Side::Client);
    play.walk(0).walk(1).cable("hold data", &["hold data"]);
    play.passes(server, SYN, (0, 0), b"");
    play.passes(client, SYN | ACK, (0, 1), b"");
    play.passes(server, ACK, (1, 1), b"");
    play.walk(2);
    play.walk(3);
    let flags = TcpFlags::PSH | ACK;
    let held = play.packet(server, flags, (1, 1), b"hello, server\r\n");
    play.hold(held, rule("hold data"));
    timer(&mut play, 430, 600, 0);
    play
}

/// The SYN was dropped by hand and came again; the answer is held, and a copy of it.
fn handshake_in_hand() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    play.ask("client connect");
    let syn = play.packet(Side::Server, SYN, (0, 0), b"");
    play.hold(syn, rule("hold"));
    play.fate(syn, Fate::Dropped, Decider::You);
    play.later(Nanos::from_millis(1_000));
    let again = like(&mut play, syn, |p| {
        p.notable = vec![Notable::Retransmission];
        p.again = Some(syn);
    });
    play.hold(again, rule("hold"));
    play.fate(again, Fate::Delivered, Decider::You);
    let answer = play.packet(Side::Client, SYN | ACK, (0, 1), b"");
    play.hold(answer, rule("hold"));
    let copy = like(&mut play, answer, |p| p.copy_of = Some(answer));
    play.hold(copy, Decider::You);
    play
}

/// Another packet that is like this one but for something.
fn like(play: &mut Play, number: PacketNo, change: impl FnOnce(&mut Packet)) -> PacketNo {
    let entry = *play.book().packet(number).unwrap();
    let mut packet = play.book().packet_at(&entry).unwrap().clone();
    packet.number = PacketNo(play.book().session().cable.entered + 1);
    let number = packet.number;
    change(&mut packet);
    let who = packet.socket.map(|s| s.actor);
    play.see(who, Source::Cable, Fact::Packet(Box::new(packet)));
    number
}

/// The kernel tells of the client's retransmission timer: what is left of it, all of it, how often it ran out.
fn timer(play: &mut Play, left: u64, rto: u64, retransmits: u32) {
    let again = u8::try_from(retransmits).unwrap();
    let detail = Box::new(Detail {
        timer: Some((Timer::Retransmit, Nanos::from_millis(left))),
        rto: Some(Nanos::from_millis(rto)),
        retransmits,
        tries: Some(again),
        backoff: Some(again),
        ..Detail::default()
    });
    let socket = SocketId::own(Actor::CLIENT, 0);
    let fact = Fact::Detail { socket, detail };
    play.see(Some(Actor::CLIENT), Source::Kernel, fact);
}

fn delay(play: &mut Play, packet: PacketNo, ms: u64) {
    let until_ns = play.book().now().plus(Nanos::from_millis(ms));
    let fact = Fact::Handled {
        packet,
        handling: Handling::Delayed { until_ns },
        decided_by: rule("delay 1s"),
    };
    play.see(None, Source::Cable, fact);
}

#[test]
fn data_are_held_and_the_keys_say_what_one_can_do() {
    let app = app(data_held().into_book());
    sizes("lab_data_held", &app);
    let text = letters(&app, 120, 36);
    assert!(text.contains("sends it again in 0.12 s"), "{text}");
}

#[test]
fn a_syn_that_was_dropped_comes_again_and_its_answer_is_held_twice() {
    let mut app = app(handshake_in_hand().into_book());
    app.focus = Panel::Cable;
    sizes("lab_handshake", &app);
    let ticks = frame(&app, 120, 36).1.ticks_per_second;
    assert_eq!(ticks, 1, "the waits count");
    app.settings.ascii = true;
    sizes("lab_handshake_ascii", &app);
}

/// A cable that delays, doubles, swaps and corrupts, and another protocol's chatter.
fn slow() -> Play {
    let mut play = Play::lab();
    let (server, client) = (Side::Server, Side::Client);
    play.walk(0).walk(1).walk(2);
    play.passes(server, SYN, (0, 0), b"");
    play.passes(client, SYN | ACK, (0, 1), b"");
    let ack = play.passes(server, ACK, (1, 1), b"");
    like(&mut play, ack, |p| {
        (p.protocol, p.tcp) = (Protocol::Icmpv6, None);
        p.from = "[fe80::1]:0".parse().unwrap();
    });
    play.cable("delay 1s", &["delay 1s", "corrupt 10% seed 7"]);
    play.walk(3);
    let flags = TcpFlags::PSH | ACK;
    let one = play.packet(server, flags, (1, 1), b"hello, ");
    let other = play.packet(server, flags, (8, 1), b"\x1b[2Jserver\xff");
    delay(&mut play, one, 310);
    delay(&mut play, other, 810);
    let by = rule("corrupt 10% seed 7");
    for (packet, handling) in [
        (one, Handling::Swapped { with: other }),
        (one, Handling::Corrupted { byte: 45 }),
    ] {
        let decided_by = by.clone();
        let fact = Fact::Handled {
            packet,
            handling,
            decided_by,
        };
        play.see(None, Source::Cable, fact);
    }
    play.packet(client, ACK, (1, 1), b"");
    play
}

#[test]
fn on_a_slow_cable_the_arrows_travel() {
    let mut app = app(slow().into_book());
    sizes("lab_slow", &app);
    assert_eq!(frame(&app, 120, 36).1.ticks_per_second, 20);
    let heads = |app: &App, ms: u64| {
        let now = app.book.now().plus(Nanos::from_millis(ms));
        let mut buf = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 200, 60));
        let area = buf.area;
        crate::ui::draw_on(app, now, &mut buf, area);
        let row = (0..60).map(|y| (77..122).map(|x| buf[(x, y)].symbol()).collect::<String>());
        let row = row.into_iter().find(|row| row.contains("seq 8:19"));
        row.unwrap().chars().position(|c| c == '◀')
    };
    let places: Vec<_> = [0, 200, 400, 600].map(|ms| heads(&app, ms).unwrap()).into();
    assert!(places.windows(2).all(|w| w[0] > w[1]), "{places:?}");
    // The frozen past stands still, and so does all that moves where motion is not wanted.
    app.settings.reduced_motion = true;
    assert_eq!(heads(&app, 0), heads(&app, 600));
    assert!(frame(&app, 120, 36).1.ticks_per_second <= 2);
    app.settings.reduced_motion = false;
    app.go(Cursor::At {
        count: app.book.events().len() - 1,
        frozen: false,
    });
    assert_eq!(frame(&app, 120, 36).1.ticks_per_second, 0);
}

#[test]
fn a_half_open_request_is_not_in_the_accept_queue() {
    let called = |state| {
        let mut play = Play::lab();
        play.walk(0).connect(Actor::CLIENT);
        let slot = Slot::Pending(1);
        let actor = Actor::Server;
        play.state(SocketId { actor, slot }, state);
        app(play.into_book())
    };
    let queued = called(TcpState::Established);
    let half_open = called(TcpState::SynReceived);
    for (width, height) in [(120, 36), (80, 24)] {
        assert!(letters(&queued, width, height).contains("queued ESTABLISHED"));
        let text = letters(&half_open, width, height);
        assert!(text.contains("10008 SYN-RECEIVED"), "{text}");
        assert!(text.contains("waits for the last ACK"), "{text}");
        // The counts stay in their column.
        let line = |with: &str| text.lines().find(|l| l.contains(with)).unwrap_or_default();
        let counts = |with: &str| line(with).split("10008").next().map(|l| l.chars().count());
        let listens = counts(" LISTEN").map(|n| n - 1);
        assert_eq!(counts("SYN-RECEIVED"), listens, "{text}");
    }
}

#[test]
fn what_the_kernel_will_do_by_itself_is_counted_down() {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    play.ask("client connect");
    let socket = SocketId::own(Actor::CLIENT, 0);
    play.state(socket, TcpState::SynSent);
    let syn = play.packet(Side::Server, SYN, (0, 0), b"");
    play.hold(syn, rule("hold"));
    timer(&mut play, 1_030, 2_000, 1);
    let app = app(play.into_book());
    let text = letters(&app, 120, 36);
    assert!(text.contains("1 time-out; doubled once"), "{text}");
    sizes("lab_countdown", &app);
    assert_eq!(frame(&app, 120, 36).1.ticks_per_second, 10);
}

#[test]
fn a_busy_cable_keeps_what_is_held_in_sight() {
    let mut play = data_held();
    let held = PacketNo(4);
    for n in 0..150 {
        let number = play.packet(Side::Client, ACK, (1, 1 + n), b"");
        let fate = if n % 50 == 7 {
            Fate::Lost
        } else {
            Fate::Delivered
        };
        let fact = Fact::Fate {
            packet: number,
            fate,
            decided_by: Decider::Cable,
            arrival: (n % 5 == 0).then_some(Arrival::Again),
        };
        play.see(None, Source::Cable, fact);
    }
    let mut app = app(play.into_book());
    assert_eq!(app.packet_selected(), Some(held));
    assert!(letters(&app, 120, 36).contains("  4 "));
    app.focus = Panel::Cable;
    app.pick_packet(PacketNo(150));
    sizes("lab_busy", &app);
}

#[test]
fn nothing_is_held_and_nothing_has_passed() {
    let app = app(Play::lab().into_book());
    check("lab_before_120x36", &letters(&app, 120, 36));
    check("lab_before_80x24", &letters(&app, 80, 24));
}

#[test]
fn on_the_host_network_it_is_said_why_this_is_not_the_lab() {
    let mut play = Play::four_lines();
    let begin = play.book().events()[0].clone();
    let Fact::Begin { script, server, .. } = begin.fact else {
        panic!("a journal begins with its beginning");
    };
    let why =
        "To see packets here, fourline needs CAP_NET_RAW: sudo setcap cap_net_raw+ep fourline.";
    let no_lab = "/dev/net/tun cannot be opened (EACCES). Let everybody use it: sudo chmod 0666 /dev/net/tun.";
    play.see(
        None,
        Source::Program,
        Fact::Begin {
            network: "host".to_owned(),
            script,
            server,
            sight: Sight::None {
                why: why.to_owned(),
            },
            no_lab: Some(no_lab.to_owned()),
        },
    );
    play.walk(0).walk(1).walk(2).walk(3);
    let mut app = app(play.into_book());
    sizes("host_no_lab", &app);
    app.overlay = Some(Overlay::Why);
    check("over_why_no_lab_80x24", &letters(&app, 80, 24));
}

#[test]
fn packets_that_are_only_seen_have_no_hand() {
    let mut play = Play::lab_walked();
    let begin = play.book().events()[0].clone();
    let Fact::Begin { script, server, .. } = begin.fact else {
        panic!("a journal begins with its beginning");
    };
    play.see(
        None,
        Source::Program,
        Fact::Begin {
            network: "host".to_owned(),
            script,
            server,
            sight: Sight::Capture,
            no_lab: None,
        },
    );
    play.walk(0).walk(1).walk(2);
    play.packet(Side::Server, SYN, (0, 0), b"");
    play.packet(Side::Client, SYN | ACK, (0, 1), b"");
    let app = app(play.into_book());
    check("host_capture_120x36", &letters(&app, 120, 36));
    check("host_capture_80x24", &letters(&app, 80, 24));
}

#[test]
fn the_keys_in_the_box_are_there_for_the_mouse() {
    let app = app(data_held().into_book());
    let (buf, drawn) = frame(&app, 120, 36);
    let at = |text: &str| {
        let find = |y: u16| {
            let row: Vec<_> = (43..77).map(|x| buf[(x, y)].symbol()).collect();
            row.concat().contains(text)
        };
        (0..36).find(|y| find(*y)).unwrap()
    };
    let key = |text: &str| drawn.hit(50, at(text)).cloned();
    assert_eq!(key("deliver it"), Some(Hit::Key("s".to_owned())));
    assert_eq!(key("drop it"), Some(Hit::Key("d".to_owned())));
    assert_eq!(key("look inside"), Some(Hit::Packet(PacketNo(4))));
    assert_eq!(key("SYN,ACK"), Some(Hit::Packet(PacketNo(2))));
}

#[test]
fn the_packet_in_hand_for_the_back_of_the_room() {
    let mut app = app(data_held().into_book());
    app.look = Look::Presenter;
    sizes("presenter_held", &app);
    app.settings.ascii = true;
    check("presenter_held_ascii_120x36", &letters(&app, 120, 36));
}

#[test]
fn a_past_moment_shows_the_cable_as_it_was() {
    let mut app = app(handshake_in_hand().into_book());
    app.go(Cursor::At {
        count: app.book.events().len() - 4,
        frozen: false,
    });
    check("lab_past_120x36", &letters(&app, 120, 36));
}

#[test]
fn facts_about_packets_that_nobody_knows_do_no_harm() {
    let mut play = Play::lab();
    for packet in [PacketNo(9), PacketNo(u64::MAX)] {
        play.hold(packet, Decider::You);
        let fact = Fact::Passed {
            toward: Side::Client,
            packets: u64::MAX,
            bytes: 1,
            through: packet,
        };
        play.see(None, Source::Cable, fact);
    }
    let app = app(play.into_book());
    drop(letters(&app, 80, 24));
}

#[test]
fn no_size_breaks_the_cable_and_no_packet_reaches_the_terminal() {
    let mut hostile = slow();
    let all: Vec<u8> = (0..=255).collect();
    let number = hostile.packet(Side::Client, TcpFlags(0xff), (u64::MAX, u64::MAX), &all);
    hostile.hold(number, rule("\x1b[2J\u{202e}"));
    hostile.cable("\x1b[2J", &["\x1b[2J\u{202e}", "hold \u{9b}2J", ""]);
    for mut app in [
        app(hostile.into_book()),
        app(handshake_in_hand().into_book()),
    ] {
        for number in 1..=app.book.session().cable.entered.min(12) {
            app.pick_packet(PacketNo(number));
            app.look = if number % 4 == 0 {
                Look::Presenter
            } else {
                Look::Normal
            };
            for (width, height) in [
                (80, 24),
                (99, 30),
                (110, 36),
                (120, 24),
                (143, 70),
                (220, 29),
            ] {
                app.settings.ascii = false;
                let text = letters(&app, width, height);
                assert!(!text.chars().any(|c| c != '\n' && is_unprintable(c)));
                app.settings.ascii = true;
                assert!(letters(&app, width, height).is_ascii());
            }
        }
    }
}

#[test]
fn why_goes_from_cause_to_cause() {
    let mut play = Play::lab();
    let rule_text = "drop next syn-ack";
    play.walk(0).walk(1).ask("cable drop next syn-ack");
    play.cable(rule_text, &[rule_text]).ask("client connect");
    let first = play.packet(Side::Server, SYN, (0, 0), b"");
    play.fate(first, Fate::Delivered, Decider::Cable);
    let answer = play.packet(Side::Client, SYN | ACK, (0, 1), b"");
    play.fate(answer, Fate::Dropped, rule(rule_text));
    play.later(Nanos::from_millis(1_000));
    let again = play.again(Side::Server, SYN, (0, 0), b"", first);
    play.reaches(again, Decider::Cable, Arrival::Again);
    let mut app = app(play.into_book());
    let press = |app: &mut App, keys: &str| {
        for key in keys.split_whitespace() {
            let chord: crate::app::Chord = key.parse().unwrap();
            let _ = app.update(crate::app::Input::Key(chord.event()));
        }
    };
    let shots = |name: &str, app: &App| {
        for (width, height) in [(80, 24), (120, 36)] {
            let name = format!("{name}_{width}x{height}");
            check(&name, &letters(app, width, height));
        }
    };
    press(&mut app, "5 w");
    shots("why_retransmission", &app);
    press(&mut app, "Down Enter");
    shots("why_dropped", &app);
    press(&mut app, "Esc End 2 Up");
    let (_, drawn) = frame(&app, 80, 24);
    app.drawn = drawn;
    press(&mut app, "Up");
    shots("ladder_selected", &app);
    press(&mut app, "w");
    shots("why_ladder", &app);
}
