//! Journals are written and read again; files are cut, changed and made up.

mod capture;
mod hostile;
mod pages;
mod round;
mod tools;
mod unsound;
