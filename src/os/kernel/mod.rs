//! Looking at the kernel, without touching the sockets that are looked at.
//!
//! ```text
//!   diag      asks the kernel's socket tables (sock_diag): one socket exactly, or all with a port
//!   wire      the bytes of such questions and answers
//!   row       one row of the table, as netstat prints it
//!   info      tcp_info: what TCP counts for a connection
//!   figures   what of it goes into the journal
//!   counts    those counts as bytes of data, SYN and FIN taken out
//!   identity  a socket's own number in the kernel and its addresses
//!   owner     which program listens on a port
//! ```

pub mod counts;
pub mod diag;
mod figures;
pub mod identity;
pub mod info;
pub mod owner;
pub mod row;
mod wire;

#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;

pub use counts::{DataCounts, counts};
pub use diag::SocketTables;
pub use identity::{Identity, identity};
pub use info::Info;
pub use owner::who_listens;
pub use row::Row;
