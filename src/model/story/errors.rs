//! The table of errors: what a call's errno usually means on Linux, and what to try. The man pages list most of them;
//! the causes are those that a learner meets.

use crate::model::errno::Errno;

/// What must be known of the call, or of its socket at that moment, for a row to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Nothing.
    Always,
    /// The descriptor is -1.
    NoSocket,
    /// The session shows that the server is somebody else's program.
    Foreign,
    /// The address is one that our server can have: of the loopback, or where it belongs.
    Ours,
    /// The port is below 1024.
    LowPort,
    /// The session shows no connection of this socket, now or before.
    NeverConnected,
    /// The session shows that this end has sent its FIN.
    FinSent,
    /// The session shows that calls on this socket do not wait.
    Nonblocking,
    /// The session shows that calls on this socket wait, and this one was not told otherwise: its time was over.
    Waited,
}

/// One row. `{who}`, `{whose}`, `{call}`, `{fd}`, `{addr}`, `{port}`, `{place}` (the port, with the address if
/// that is not the usual one), `{option}` stand for what the call had; `{home}` for the port where our server belongs; `{me}`,
/// `{other}` for the names of the actor and its peer, `{begin}` for the statement with which this actor gets a socket,
/// `{meet}` for the one with which it gets a connection.
#[derive(Debug)]
pub(super) struct Row {
    /// The calls that it is for; none stands for any call.
    pub(super) calls: &'static [&'static str],
    /// The error.
    pub(super) errno: Errno,
    /// What else must be so.
    pub(super) when: When,
    /// Why it usually happens: one or two short sentences.
    pub(super) cause: &'static str,
    /// What to try: a statement of the command language; may be empty.
    pub(super) statement: &'static str,
    /// What to try, in words, after the statement or alone; may be empty.
    pub(super) advice: &'static str,
}

macro_rules! rows {
    ($([$($call:literal)*] $errno:tt $when:ident $cause:literal, $statement:literal, $advice:literal;)*) => {
        &[$(Row {
            calls: &[$($call),*], errno: rows!(@ $errno), when: When::$when,
            cause: $cause, statement: $statement, advice: $advice,
        }),*]
    };
    (@ $number:literal) => { Errno($number) };
    (@ $name:ident) => { Errno::$name };
}

/// All rows. The first one that fits is taken, so what is particular stands before what is general.
pub(super) static ROWS: &[Row] = rows! {
    // No socket, or not the right one.
    [] EBADF NoSocket "{Who} has no open socket, so {call} was given the descriptor -1.", "{begin}", "";
    [] EBADF Always "The descriptor {fd} is not open: it was closed, or never was.", "{begin}", "";
    [] ENOTSOCK Always "The descriptor {fd} is open, but it is no socket.", "{begin}", "";

    // socket
    ["socket"] EAFNOSUPPORT Always "This kernel does not know the address family. IPv6 may be switched off.", "{me} socket inet", "";
    ["socket"] EACCES Always "This user may not make such a socket here.", "", "Ask who runs this machine or container.";
    ["socket" "accept"] EMFILE Always "This program has as many files and sockets open as it may (ulimit -n).", "{me} close", "Close what is not needed.";
    ["socket" "accept"] 23 Always "The whole machine has as many files open as it can.", "{me} close", "Close what is not needed.";
    ["socket"] 93 Always "This kernel has no such protocol for this kind of socket.", "{me} socket inet", "";

    // bind and listen
    ["bind"] EADDRINUSE Always "Another socket has {addr}, or a connection in TIME-WAIT still holds it.", "{me} listen 0", "With port 0 the kernel picks a free one.";
    ["listen"] EADDRINUSE Always "Another socket listens on this port already.", "{me} listen 0", "With port 0 the kernel picks a free one.";
    ["bind"] EACCES LowPort "Port {port} is below 1024: only a privileged program may take it.", "{me} listen 10008", "";
    ["bind"] EACCES Always "This user may not use {addr}.", "{me} listen {home}", "";
    ["bind"] EADDRNOTAVAIL Always "{addr} is no address of this machine, and one can only bind to one's own.", "{me} listen {home}", "";
    ["bind"] EINVAL Always "The socket has a name already, or the address is of another family.", "{me} getsockname", "A socket is bound only once.";
    ["bind" "connect"] EAFNOSUPPORT Always "The address {addr} is of another family than the socket.", "{me} close", "Then make a socket of the right family.";
    ["listen"] EINVAL Always "A socket that is connected, or connects, cannot listen.", "{me} close", "Then listen on a new socket.";
    ["listen"] EOPNOTSUPP Always "Only stream sockets take connections.", "server listen {home}", "";

    // accept
    ["accept"] EINVAL Always "{Whose} socket does not listen, so no connection can wait at it.", "server listen {home}", "";
    ["accept"] EAGAIN Waited "No connection came for as long as SO_RCVTIMEO lets accept wait.", "client connect", "Then accept again.";
    ["accept"] EAGAIN Always "No connection was there to take, and this socket waits no longer for one.", "client connect", "Then accept again.";
    ["accept"] EINTR Always "A signal interrupted accept while it waited. No connection was lost.", "{me} accept", "";
    ["accept"] ECONNABORTED Always "The caller gave up before it was accepted.", "{me} accept", "";
    ["accept"] 71 Always "The connection broke before it was accepted.", "{me} accept", "";
    ["accept"] EPERM Always "A firewall rule forbids the connection.", "", "Look at the rules of the firewall.";

    // connect
    ["connect"] ECONNREFUSED Foreign "Nothing listens on {addr}, so its kernel answered with a reset.", "{me} connect {addr}", "Start the program first that should listen there.";
    ["connect"] ECONNREFUSED Ours "Nothing listens on {addr}, so its kernel answered with a reset.", "server listen {place}", "";
    ["connect"] ECONNREFUSED Always "Nothing listens on {addr}, so its kernel answered with a reset.", "{me} connect {home}", "Or start a program there that listens.";
    ["connect"] ETIMEDOUT Always "No answer came from {addr}. The machine is off, or a firewall drops packets.", "{me} connect {home}", "Or check the address.";
    ["connect"] ENETUNREACH Always "This machine knows no way to {addr}: it has no route to that network.", "{me} connect {home}", "Or check the address and the routes.";
    ["connect"] EHOSTUNREACH Always "No machine at {addr} answered on its network, or a router refused the way.", "{me} connect {home}", "Or check the address.";
    ["connect"] EINPROGRESS Waited "It waited as long as SO_SNDTIMEO lets it. The handshake goes on without the program.", "{me} poll write", "When it is ready, getsockopt SO_ERROR tells how it went.";
    ["connect"] EINPROGRESS Nonblocking "The socket does not wait: the handshake goes on without the program.", "{me} poll write", "When it is ready, getsockopt SO_ERROR tells how it went.";
    ["connect"] EINPROGRESS Always "The call waits no longer: the handshake goes on without the program.", "{me} poll write", "When it is ready, getsockopt SO_ERROR tells how it went.";
    ["connect"] EALREADY Always "An earlier connect on this socket still goes on.", "{me} poll write", "";
    ["connect"] EISCONN Always "The socket has a connection already, or it listens.", "{me} getpeername", "A new connection needs a new socket.";
    ["connect"] EADDRINUSE Always "The same two addresses have a connection already, maybe one in TIME-WAIT.", "{me} close", "Then connect with a new socket.";
    ["connect"] EADDRNOTAVAIL Always "The kernel finds no address or free port here to call {addr} from.", "{me} close", "Then connect with a new socket.";
    ["connect"] EAGAIN Always "The kernel has no free port left for this end.", "{me} close", "Close connections that are not needed.";
    ["connect"] EACCES Always "A rule of this machine forbids to call {addr}.", "{me} connect {home}", "Or look at the firewall's rules.";
    ["connect"] EINVAL Always "The address {addr} does not fit this socket.", "{me} close", "Then make a socket of the right family.";
    ["connect"] EINTR Always "A signal interrupted connect. The handshake goes on without the program.", "{me} poll write", "";
    ["connect"] ECONNABORTED Always "An earlier try on this socket failed.", "{me} connect", "";
    ["connect"] ECONNRESET Always "The other kernel reset the connection while it was being made.", "{me} connect", "";

    // send
    ["send" "sendto"] EPIPE NeverConnected "{Whose} socket has no connection, so there is nobody to send to.", "{meet}", "";
    ["send" "sendto"] EPIPE FinSent "{Who} has said goodbye itself: nothing more can be sent on this connection.", "{me} recv", "Reading may still be possible.";
    ["send" "sendto"] EPIPE Always "Nothing can be sent: not connected, shut down by this end, or reset by the peer.", "{me} close", "";
    ["send" "sendto"] EAGAIN Waited "The send buffer stayed full for as long as SO_SNDTIMEO lets the call wait.", "{other} recv", "Reading at the other end makes room.";
    ["send" "sendto"] EAGAIN Always "The send buffer is full, and the call waits no longer for room.", "{other} recv", "Reading at the other end makes room.";
    ["send" "sendto"] EINTR Always "A signal interrupted the call before any byte was taken.", "{me} send \"hello\\r\\n\"", "";
    ["send" "sendto"] EISCONN Always "The socket is connected, and an address was given all the same.", "{me} send \"hello\\r\\n\"", "";
    ["send" "sendto"] EOPNOTSUPP Always "This kind of socket cannot send with these flags.", "{me} send \"hello\\r\\n\"", "";
    ["send" "sendto"] EDESTADDRREQ Always "The socket has no peer, and no address was given.", "{meet}", "";
    ["send" "sendto"] 90 Always "That is more than one call can take.", "{me} send bytes(1000)", "";
    ["send" "sendto"] ETIMEDOUT Always "The peer acknowledged nothing for too long, so the kernel gave up.", "{me} close", "";

    // recv
    ["recv" "recvfrom"] ENOTCONN Always "{Whose} socket has no connection, so nothing can arrive.", "{meet}", "";
    ["recv" "recvfrom"] EAGAIN Waited "Nothing arrived for as long as SO_RCVTIMEO lets the call wait. The connection goes on.", "{other} send \"hello\\r\\n\"", "Then recv again.";
    ["recv" "recvfrom"] EAGAIN Nonblocking "Nothing has arrived yet, and this socket does not wait.", "{other} send \"hello\\r\\n\"", "Then recv again.";
    ["recv" "recvfrom"] EAGAIN Always "Nothing has arrived, and the call waits no longer.", "{other} send \"hello\\r\\n\"", "Then recv again.";
    ["recv" "recvfrom"] EINTR Always "A signal interrupted the call while it waited. No byte was lost.", "{me} recv", "";
    ["recv" "recvfrom"] ETIMEDOUT Always "The peer was silent for too long, so the kernel gave the connection up.", "{me} close", "";
    ["recv" "recvfrom"] EINVAL Always "The call cannot be made with these flags now.", "{me} recv", "";

    // Both directions
    ["send" "sendto" "recv" "recvfrom"] ECONNRESET Always "The peer reset the connection (RST): it is over at once, unread bytes and all.", "{me} close", "";
    ["send" "sendto" "recv" "recvfrom"] ECONNREFUSED Always "The connection that was being made was refused: nobody listens there.", "{me} close", "";
    ["send" "sendto" "recv" "recvfrom"] EHOSTUNREACH Always "The peer can no longer be reached.", "{me} close", "";
    ["send" "sendto" "recv" "recvfrom"] ENETUNREACH Always "The peer's network can no longer be reached.", "{me} close", "";

    // shutdown, close, names
    ["shutdown"] ENOTCONN Always "{Whose} socket has no connection, so there is no half to close.", "{me} close", "";
    ["shutdown"] EINVAL Always "There is no such half: read, write or both.", "{me} shutdown write", "";
    ["getpeername"] ENOTCONN Always "The socket has no peer: it is not connected, or not any more.", "{meet}", "";
    ["close"] EINTR Always "A signal interrupted close. On Linux the descriptor is free all the same.", "", "Do not close it again.";
    ["close"] 5 Always "The kernel could not finish its work, but the descriptor is free.", "", "Do not close it again.";

    // Options
    ["setsockopt" "getsockopt"] ENOPROTOOPT Always "This socket, or this kernel, has no option {option}.", "{me} getsockopt SO_RCVBUF", "";
    ["setsockopt" "getsockopt"] EOPNOTSUPP Always "{option} is not for this kind of socket.", "{me} getsockopt SO_RCVBUF", "";
    ["setsockopt"] 33 Always "The time for {option} is out of its range.", "{me} getsockopt {option}", "";
    ["setsockopt"] EINVAL Always "{option} does not take this value, or it is too late for it on this socket.", "{me} getsockopt {option}", "";
    ["setsockopt"] EPERM Always "{option} with this value is for privileged programs.", "{me} getsockopt {option}", "";
    ["setsockopt"] EACCES Always "{option} with this value is for privileged programs.", "{me} getsockopt {option}", "";
    ["setsockopt"] 2 Always "This kernel has nothing of that name for {option}.", "{me} getsockopt {option}", "";
    ["setsockopt"] EISCONN Always "{option} must be set before the socket is connected.", "{me} getsockopt {option}", "";
    ["getsockopt"] EINVAL Always "{option} cannot be read on this socket.", "{me} getsockopt SO_RCVBUF", "";
    ["poll"] EINTR Always "A signal interrupted poll while it waited.", "{me} poll", "";
    ["poll"] EINVAL Always "There are more descriptors than this program may have open.", "{me} close", "";
    ["ioctl"] 25 Always "The descriptor {fd} knows nothing of FIONBIO.", "{begin}", "";

    // Any call
    [] ENOTCONN Always "{Whose} socket has no connection.", "{meet}", "";
    [] EISCONN Always "The socket has a connection already.", "{me} getpeername", "";
    [] EINTR Always "A signal interrupted the call.", "{me} getsockname", "The socket is as it was.";
    [] EAGAIN Always "The call would have to wait, and it waits no longer.", "{me} poll", "";
    [] ECONNRESET Always "The peer reset the connection (RST).", "{me} close", "";
    [] EPIPE Always "The connection is closed in this direction.", "{me} close", "";
    [] ETIMEDOUT Always "No answer came for too long, so the kernel gave up.", "{me} close", "";
    [] ECONNREFUSED Always "Nobody listens there: a kernel answered with a reset.", "server listen {home}", "";
    [] EHOSTUNREACH Always "There is no way to that machine.", "", "Check the address.";
    [] ENETUNREACH Always "There is no route to that network.", "", "Check the address and the routes.";
    [] 100 Always "The network interface is switched off.", "", "Look at `ip link`.";
    [] 112 Always "The other machine is down.", "", "Check the address.";
    [] EADDRINUSE Always "The address is taken.", "server listen 0", "With port 0 the kernel picks a free one.";
    [] EADDRNOTAVAIL Always "The address is none of this machine's own.", "server listen {home}", "";
    [] EOPNOTSUPP Always "This kind of socket cannot do that.", "{me} getsockname", "";
    [] EAFNOSUPPORT Always "The address family does not fit the socket.", "{me} close", "Then make a socket of the right family.";
    [] ENOBUFS Always "The kernel has no room for it now.", "{me} close", "Close what is not needed.";
    [] 12 Always "The kernel has no memory for it now.", "{me} close", "Close what is not needed.";
    [] EMFILE Always "This program has as many files and sockets open as it may (ulimit -n).", "{me} close", "Close what is not needed.";
    [] 14 Always "The call was given a place in memory that it cannot use.", "", "Make the call again with other arguments.";
    [] EINVAL Always "The call does not fit its arguments, or the state that the socket is in.", "{me} getsockname", "";
    [] EPERM Always "This user may not do that, or a firewall rule forbids it.", "", "Ask who runs this machine or container.";
    [] EACCES Always "This user may not do that.", "", "Ask who runs this machine or container.";
    [] 38 Always "This kernel, or the container around us, does not have the call.", "", "Ask who runs this machine or container.";
};
