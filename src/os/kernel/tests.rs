//! The kernel's tables beside real sockets on loopback, told as stories.
