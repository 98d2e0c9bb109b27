//! Packets taken apart.
