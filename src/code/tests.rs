//! Programs of journals made by hand.
