//! The language as a whole: tables of statements, mistakes as a person reads them, completion, properties.

mod cable;
mod completion;
mod mistakes;
mod properties;
mod statements;
