//! What happened: ids, commands, events, the journal, and what it adds up to. Pure: no clock, no network, no files.

pub mod book;
pub mod cable;
pub mod call;
pub mod claim;
pub mod command;
pub mod congestion;
pub mod connection;
mod derive;
pub mod errno;
pub mod event;
pub mod events;
pub mod history;
pub mod ids;
pub mod insights;
pub mod landmarks;
pub mod ledger;
pub mod lines;
pub mod measure;
pub mod option;
pub mod packet;
pub mod payload;
pub mod program;
pub mod reach;
pub mod session;
pub mod story;
pub mod tcp;
pub mod wall;
