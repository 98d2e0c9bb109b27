//! What the page holds, without a browser.

use super::*;
use crate::model::{
    book::Book,
    event::{Fact, Source},
    story::testing::Play,
};
use serde_json::Value;

fn page(book: &Book, name: &str) -> String {
    let mut out = Vec::new();
    let journal = Journal {
        name,
        ..Journal::of(book, 7)
    };
    write(&journal, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn data(page: &str) -> Value {
    let (_, after) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_walk_is_there_moment_by_moment() {
    let (play, _) = Play::walked();
    let page = page(play.book(), "/home/xaver/the walk.pcapng");
    assert!(page.contains("<h1>the walk</h1>") && !page.contains("xaver"));
    let data = data(&page);
    let moments = data["moments"].as_array().unwrap();
    let lines: Vec<u64> = data["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["m"].as_u64().unwrap())
        .collect();
    assert!(
        lines.is_sorted() && lines[0] > 0 && lines[3] < moments.len() as u64,
        "{lines:?}"
    );
    assert_eq!(
        data["calls"].as_array().unwrap().len(),
        play.book().calls().len()
    );
    let last = &data["snaps"][moments.last().unwrap()["snap"].as_u64().unwrap() as usize];
    assert_eq!(
        (&last["reached"], &last["complete"]),
        (&4.into(), &true.into())
    );
    let told = moments.last().unwrap()["what"][0].as_str().unwrap();
    assert!(told.starts_with("close returned 0"), "{told}");
    // No packets were seen, so the bytes have arrows of their own.
    let flows: Vec<u64> = data["flows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f[2].as_u64().unwrap())
        .collect();
    assert_eq!(flows, [15, 20]);
    // Rows stand in the order of their moments, and each at one that is there.
    let rows: Vec<u64> = data["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["m"].as_u64().unwrap())
        .collect();
    assert!(rows.is_sorted() && rows.last() < Some(&(moments.len() as u64)));
}

#[test]
fn nothing_is_fetched_and_only_its_own_script_may_run() {
    let (play, _) = Play::walked();
    let page = page(play.book(), "\"><script>alert(1)</script>{{script}}");
    for (digest, element) in [
        ("script-src 'sha256-", "<script>"),
        ("style-src 'sha256-", "<style>"),
    ] {
        let (_, after) = page.split_once(digest).unwrap();
        let allowed = after.split_once('\'').unwrap().0;
        let (_, text) = page.split_once(element).unwrap();
        let (text, _) = text.split_once("</s").unwrap();
        assert_eq!(sources::source(text), format!("sha256-{allowed}"));
    }
    assert!(page.contains("default-src 'none'"));
    assert_eq!(
        page.matches("<script").count(),
        2,
        "the data and the script"
    );
    assert!(!page.contains("https:") && !page.contains("@import") && !page.contains("url("));
    assert_eq!(
        page.matches("http:").count(),
        page.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("eval(") && !SCRIPT.contains("</"));
}

#[test]
fn an_empty_journal_has_a_page_too() {
    let data = data(&page(&Book::new(), ""));
    assert_eq!(data["moments"].as_array().unwrap().len(), 1);
    assert_eq!(data["rows"].as_array().unwrap().len(), 0);
}

#[test]
fn a_long_journal_is_cut_and_says_so() {
    let mut play = Play::four_lines();
    for _ in 0..3 * walk::MOST_MOMENTS {
        play.see(
            None,
            Source::Script,
            Fact::Say {
                text: "so it goes on".to_owned(),
            },
        );
    }
    let page = page(play.book(), "long");
    let data = data(&page);
    let moments = data["moments"].as_array().unwrap().len();
    assert_eq!(moments, walk::MOST_MOMENTS);
    let left_out = data["left_out"].as_u64().unwrap() as usize;
    assert_eq!(left_out, play.book().told().len() - moments);
    assert!(page.len() < 2 << 20, "{} bytes", page.len());
}

#[test]
fn bytes_are_kept_up_to_a_bound() {
    let mut room = packets::Room::default();
    let big = vec![7; 1 << 16];
    let kept: usize = (0..2000).map(|_| room.kept(&big).len()).sum();
    assert!(kept < 2 << 20, "{kept}");
    assert_eq!(room.kept(b"few"), b"few");
}
