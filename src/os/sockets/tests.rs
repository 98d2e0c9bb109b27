//! Each call on real sockets.
