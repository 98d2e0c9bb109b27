//! stub
/// What could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Which part of the line it takes the place of, in bytes.
    pub replace: core::ops::Range<usize>,
    /// The whole word.
    pub text: String,
    /// What it is, in a few words.
    pub about: &'static str,
}
