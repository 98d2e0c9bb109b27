//! Journals are written and read again; files are cut, changed and made up.

mod round;
