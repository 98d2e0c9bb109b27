//! The lessons that ship, and one to begin a lesson of one's own with.

/// A lesson that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// What `fourline learn` calls it; its file is `assets/lessons/` and its place, this, and `.md`.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

/// A lesson to begin with: it tells the format, and runs.
pub const STARTING_POINT: &str = include_str!("../../assets/new-lesson.md");

/// The row of a file.
macro_rules! shipped {
    ($($order:literal $name:literal)*) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../assets/lessons/", $order, "-", $name, ".md")),
        }),*]
    };
}

/// The lessons that ship, in their order.
pub const SHIPPED: &[Shipped] = shipped! {
    "01" "the-four-lines"
    "02" "what-is-a-socket"
    "03" "three-packets"
    "04" "where-are-my-bytes"
    "05" "three-acknowledgements"
    "06" "a-stream-has-no-messages"
    "07" "goodbye"
    "08" "slamming-the-phone"
    "09" "the-queue-at-the-counter"
    "10" "lost-and-found"
    "11" "the-slow-reader"
    "12" "small-packets"
    "13" "nobody-there"
    "14" "address-already-in-use"
    "15" "the-silent-peer"
};

/// A lesson that ships, by its name, its number from 1, or both as its file is called: `03-three-packets`.
pub fn shipped(name: &str) -> Option<&'static Shipped> {
    let nth = |number: &str| SHIPPED.get(number.parse::<usize>().ok()?.checked_sub(1)?);
    let both = || {
        let (number, name) = name.split_once('-')?;
        nth(number).filter(|lesson| lesson.name == name)
    };
    nth(name)
        .or_else(|| SHIPPED.iter().find(|lesson| lesson.name == name))
        .or_else(both)
}
