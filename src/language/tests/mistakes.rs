//! Mistakes as a person reads them.
