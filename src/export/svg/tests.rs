//! Pictures of ladders: what stands in them, that they are sound, and that nobody else's bytes become markup.

use super::{plan::MOST, xml::check, *};
use crate::{
    export::Ground,
    model::{
        book::Book,
        event::{Fact, Source},
        packet::{Decider, Fate, TcpFlags},
        story::testing::{Play, any_book},
    },
};
use proptest::prelude::*;

fn picture(book: &Book, ground: Ground) -> String {
    let mut out = Vec::new();
    let journal = Journal {
        book,
        epoch_ns: 0,
        name: "a </title><script>talk",
        ground,
    };
    write(&journal, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    check(&text).unwrap();
    text
}

/// The texts of a picture, one a line.
fn texts(svg: &str) -> Vec<String> {
    let texts = svg.split("<text").skip(1).map(|text| {
        let text = text.split("</text>").next().unwrap_or_default();
        let mut plain = String::new();
        let mut rest = text.split_once('>').map_or("", |(_, rest)| rest);
        while let Some((before, after)) = rest.split_once('<') {
            plain.push_str(before);
            rest = after.split_once('>').map_or("", |(_, rest)| rest);
        }
        plain.push_str(rest);
        plain
    });
    texts.collect()
}

#[test]
fn the_walk_in_the_lab_is_a_ladder_of_calls_packets_and_states() {
    let play = Play::lab_walked();
    let svg = picture(play.book(), Ground::Light);
    let told = texts(&svg);
    for text in [
        "1 SYN seq 0",
        "2 SYN,ACK seq 0 ack 1",
        "4 PSH,ACK seq 1:16 ack 1 &quot;hello, server\\r\\n&quot;",
        "1 server waits",
        "4 client is answered",
        "LISTEN",
    ] {
        assert!(told.iter().any(|t| t == text), "{text} is not in {told:#?}");
    }
    assert!(svg.contains("viewBox=\"0 0 1280 "));
    assert!(
        !told.iter().any(|t| t.starts_with("setsockopt")),
        "it is folded"
    );
    assert!(told.iter().any(|t| t.starts_with("not drawn: setsockopt")));
    assert_ne!(svg, picture(play.book(), Ground::Dark));
}

#[test]
fn what_is_dropped_breaks_off_and_what_comes_again_is_tied_to_it() {
    let mut play = Play::lab();
    let syn = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.fate(syn, Fate::Dropped, Decider::Rule("drop next syn".into()));
    let before = picture(play.book(), Ground::Light);
    play.later(crate::model::ids::Nanos::from_millis(1000));
    let again = play.again(Side::Server, TcpFlags::SYN, (0, 0), b"", syn);
    play.fate(again, Fate::Delivered, Decider::Cable);
    let svg = picture(play.book(), Ground::Light);
    let told = texts(&svg);
    assert!(
        told.contains(&"1 dropped (rule: drop next syn)".to_owned()),
        "{told:#?}"
    );
    assert!(
        told.contains(&"2 SYN seq 0 (again: packet 1)".to_owned()),
        "{told:#?}"
    );
    let cross = "stroke-linecap=\"round\"/>";
    assert_eq!(before.matches(cross).count(), 2, "the two lines of a cross");
    assert_eq!(svg.matches(cross).count(), 3, "and the tie");
}

#[test]
fn where_no_packets_are_seen_bytes_go_from_send_to_recv() {
    let (play, _) = Play::walked();
    let told = texts(&picture(play.book(), Ground::Light));
    for text in ["&quot;hello, server\\r\\n&quot;", "15", "20"] {
        assert!(told.iter().any(|t| t == text), "{text} is not in {told:#?}");
    }
}

#[test]
fn what_a_peer_sends_is_no_markup() {
    let mut play = Play::free();
    let hostile = "</text><script>alert(1)</script>\u{202e}\u{1b}[2J&amp;";
    play.listen().accept().connect(Actor::CLIENT);
    play.send(Actor::CLIENT, hostile.as_bytes());
    let text = hostile.to_owned();
    play.see(None, Source::Script, Fact::Say { text });
    let svg = picture(play.book(), Ground::Light);
    assert!(!svg.contains("<script") && !svg.contains("</text><s"));
    assert!(svg.contains("&lt;script&gt;"));
    assert!(!svg.contains(['\u{202e}', '\u{1b}']));
    assert!(
        !svg.contains("href") && !svg.contains("url("),
        "nothing comes from elsewhere"
    );
}

#[test]
fn a_long_journal_is_cut_and_the_picture_says_so() {
    let mut play = Play::free();
    for n in 0..3 * MOST {
        let text = format!("word {n}");
        play.see(None, Source::Script, Fact::Say { text });
    }
    let svg = picture(play.book(), Ground::Light);
    let left = format!(
        "The picture ends here: {} more things happened.",
        2 * MOST + 1
    );
    assert!(
        texts(&svg).iter().any(|t| t.replace(',', "") == left),
        "{left}"
    );
    assert!(svg.len() < 300_000);
    picture(&Book::new(), Ground::Dark);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_journal_is_a_sound_picture(book in any_book()) {
        picture(&book, Ground::Light);
    }
}
