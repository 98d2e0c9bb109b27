//! The paragraphs behind the sentences: how it works inside, and where it is written. One for each kind of happening.

use crate::model::{errno::Errno, packet::PacketKind};

macro_rules! paragraphs {
    ($($name:ident = $text:literal;)*) => {
        $(pub(super) const $name: &str = $text;)*
        /// All of them, by name.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

paragraphs! {
    BEFORE = "A socket is one end of a connection, kept by the kernel and named by a number, its descriptor. Two programs talk by two sockets: one program listens at an address, the other one calls it. After that both ends are alike: each can send, read and say goodbye. The whole conversation takes four lines, and they stand at the top.";
    SOCKET = "socket(2) asks the kernel for an end of a connection. The kernel makes a structure with two queues, one for each direction, and gives the program a small number for it: the lowest that is free. AF_INET means IPv4, AF_INET6 means IPv6, and SOCK_STREAM means TCP. Nothing goes over the network.";
    BIND = "bind(2) gives a socket its own address and port, so that others can find it. Port 0 lets the kernel pick one; ports below 1024 are for privileged programs. A client need not bind: connect picks a free port for it. SO_REUSEADDR, set before, lets a server take its port again although old connections are still in TIME-WAIT (ip(7)).";
    LISTEN = "listen(2) makes the socket one that takes calls (state LISTEN, RFC 9293, section 3.3.2). From then on the kernel shakes hands with every caller by itself and keeps the finished connections in the accept queue. The server's program is not asked and need not run.";
    CONNECT = "connect(2) makes the kernel send a SYN and wait for a SYN-ACK, which it acknowledges: the three-way handshake (RFC 9293, section 3.5). At the other end the kernel alone takes part: it puts the connection into the accept queue, where accept will find it. So connect can return 0 while the server's program sleeps, hangs, or never accepts at all.";
    MET = "The client's kernel sent a SYN, the server's answered with a SYN-ACK, the client's acknowledged it: the three-way handshake (RFC 9293, section 3.5). Then connect could return, and the server's kernel had a connection in its accept queue, so it woke accept. accept(2) makes a new socket for each caller; the one that listens never carries data.";
    ACCEPT = "accept(2) takes the oldest connection from the accept queue and gives it a descriptor. The connection was complete before: the kernel shook hands when the client called. The new socket has the same port as the one that listens; the kernel tells connections apart by both addresses and both ports.";
    ACCEPT_WAITS = "The accept queue is empty, so accept(2) sleeps: the program uses no processor time and does nothing else. When a handshake is complete the kernel wakes it. With a non-blocking socket it would return -1 with EAGAIN at once, and poll(2) could tell when to try again.";
    CONNECT_WAITS = "The kernel has sent a SYN and has no answer (state SYN-SENT, RFC 9293, section 3.5). It sends it again after 1, 2, 4, ... seconds, tcp_syn_retries times (tcp(7)), about two minutes in all. A reset would end the wait at once with ECONNREFUSED.";
    SEND = "send(2) copies the bytes into the send buffer and returns: that is the first of three acknowledgements, and it comes from the own kernel. The second is TCP's: the peer's kernel has the bytes (RFC 9293, section 3.8). The third is an answer of the peer's program, and only that one says that somebody has read them.";
    SEND_PARTIAL = "A call that does not wait takes what fits into the send buffer and says how much that was (send(2)). The buffer empties as the peer acknowledges, which it does only while its own receive buffer has room. Programs therefore send in a loop until everything is taken.";
    SEND_NOTHING = "TCP carries a stream of bytes, not messages. A send of 0 bytes adds nothing to the stream, so no packet goes out and the peer's recv does not wake. It is not an end either: the end is a FIN, sent by shutdown(2) or close(2).";
    SEND_WAITS = "The send buffer holds what the peer has not acknowledged. When the peer's program does not read, its receive buffer fills and its kernel announces a window of 0 (RFC 9293, section 3.8.6): then nothing may be sent. So a slow reader makes a fast writer sleep in send(2): that is TCP's flow control.";
    HEARD = "The bytes went from one kernel's send buffer into the other's receive queue, and there a recv(2) waited for them, so the kernel woke it. The sender's program learned nothing of that: send(2) had returned as soon as its own kernel had a copy. Only an answer can tell it.";
    ROOM = "recv(2) emptied a part of the receive queue, so the kernel could announce a larger window (RFC 9293, section 3.8.6). The sender's kernel then sent what it held back, its send buffer got room, and the send(2) that had waited could go on.";
    RECV = "recv(2) takes what is in the receive queue, at most as much as was asked for, and does not wait for more. TCP keeps no borders between messages: two sends may come in one recv, and one send in two. TCP acknowledged the bytes when they reached the kernel, whether or not a program reads them.";
    PEEK = "With MSG_PEEK recv(2) copies bytes out of the receive queue and leaves them there. The kernel counts them as unread, and the window does not grow. Programs use it to look at the beginning of a message before they decide who shall read it.";
    RECV_WAITS = "The receive queue is empty, so recv(2) sleeps: the program does nothing else until something comes. Bytes, the peer's FIN (then it returns 0), a reset (ECONNRESET) or a signal (EINTR) end the wait. SO_RCVTIMEO sets a limit to it (socket(7)).";
    END = "When the peer says goodbye its kernel sends a FIN, which stands in the stream behind the last byte (RFC 9293, section 3.6). recv(2) first gives out all bytes before it, and then 0, as often as it is called. Only this direction has ended: sending the other way is still possible until this end closes, too. Until then Recv-Q counts the FIN as 1.";
    HALF_CLOSE = "shutdown(2) with SHUT_WR sends a FIN behind the last byte: this direction has an end now. The other direction stays open (RFC 9293, section 3.6.1), so a client can say that its question is complete and still read the answer. The descriptor stays open until close(2).";
    SHUT_READ = "shutdown(2) with SHUT_RD works only within this kernel: TCP has no packet for it. recv(2) returns 0 when the queue is empty. On Linux bytes that still come are taken and acknowledged all the same.";
    CLOSE = "close(2) gives the descriptor back; the kernel then sends what is still in the send buffer, and a FIN behind it (RFC 9293, section 3.6). Who sends the first FIN goes through FIN-WAIT-1 and FIN-WAIT-2 to TIME-WAIT, and stays there for a minute on Linux. The other end is in CLOSE-WAIT until its program closes: a program that forgets to leaves it there for good.";
    CLOSE_WAITS = "With SO_LINGER switched on (socket(7)) close(2) waits until everything is acknowledged, or until the time that was set is over. Without it close returns at once, and the kernel sends the rest in the background.";
    CLOSE_LISTENER = "When a socket that listens is closed, its port is free again and a new caller gets a reset. Connections in the accept queue that nobody accepted are reset as well. Those that were accepted have sockets of their own and do not notice.";
    CLOSE_UNREAD = "A program that closes while bytes wait unread has lost something, and TCP tells the peer so: instead of a FIN it sends a reset (RFC 9293, section 3.6.1; RFC 2525, section 2.17). The peer's next recv or send then fails with ECONNRESET or EPIPE. Reading to the end before closing avoids it.";
    SHUT_LISTENER = "shutdown(2) is for connections: it sends the FIN, or stops reading. A socket that listens carries no data. Linux takes SHUT_WR on it without doing anything, and takes SHUT_RD, or both, as the end of listening (state CLOSED); the descriptor stays open until close(2).";
    GOODBYE = "A FIN came from the peer's kernel; nothing was called here. It stands in the stream behind the last byte, so recv(2) gives out what is before it, and then 0 (RFC 9293, section 3.6). The kernel's Recv-Q counts a FIN that the program has not seen as 1: a 1 in CLOSE-WAIT, with nothing to read, is the FIN. Only this direction has ended; sending is still possible.";
    RESET = "A reset (RST) ends a connection at once, without goodbye (RFC 9293, section 3.5.3). It comes when the peer aborts, closes with bytes unread, or is sent something after it has closed. The kernel keeps the reason for the program: the next call on the socket reports it as ECONNRESET, or a send after a FIN as EPIPE.";
    ABORT = "SO_LINGER switched on with 0 seconds makes close(2) throw away the send buffer and send a reset (socket(7); RFC 9293, section 3.10.5). There is no goodbye and no TIME-WAIT. The peer's recv fails with ECONNRESET, and what it had not read may be lost.";
    OPTION = "setsockopt(2) and getsockopt(2) change and read how one socket behaves. Options of the level SOL_SOCKET are in socket(7), those of TCP in tcp(7), those of IP in ip(7) and ipv6(7). Some must be set before bind or connect to have an effect.";
    NAMES = "getsockname(2) and getpeername(2) read the two addresses of a connection from the kernel. A client that was not bound gets its own address and port when it connects. The pair of addresses and ports is what makes a connection different from every other one.";
    POLL = "poll(2) waits until a socket is ready, without taking anything from it. POLLIN: recv or accept would not wait; POLLOUT: send would not wait; POLLHUP and POLLERR: the connection has ended or failed. Servers with many clients wait with poll or epoll(7) for all of them at once.";
    NONBLOCKING = "ioctl(2) with FIONBIO, or fcntl(2) with O_NONBLOCK, makes calls return -1 with EAGAIN where they would have waited. connect then returns EINPROGRESS, and the handshake goes on by itself. The program asks poll(2) when to try again.";
    CABLE = "In the lab the two kernels are joined by a cable that is this program: each of their packets passes through our hands as the kernel made it, and nothing is simulated. Neither kernel knows. What a real network does by accident, losing, delaying, doubling or reordering packets, can be done here on purpose and one packet at a time.";
    SYN_HELD = "connect(2) has made the kernel send a SYN (state SYN-SENT), and sleeps until the SYN-ACK comes. The SYN lies on the cable, so the other kernel does not know of it. To the caller a slow network, a lost SYN and a machine that is off look the same: silence. It sends the SYN again after about a second, tcp_syn_retries times (tcp(7)), and each copy is a packet of its own.";
    SYN_ACK_HELD = "The server's kernel took the SYN and answered by itself (state SYN-RECEIVED, RFC 9293, section 3.5); no program was asked. The client is still in SYN-SENT. If the SYN-ACK is lost both kernels try again: the client sends its SYN again, the server its SYN-ACK. Each try is answered, and one that gets through is enough.";
    ACK_HELD = "An acknowledgement says which byte is expected next, so it stands for all before it too (RFC 9293, section 3.8). It carries no sequence numbers of its own and is never sent again by itself. If one is lost the next one says the same; if none comes the sender's timer runs out, it sends its data again, and the receiver acknowledges again.";
    SEND_HELD = "send(2) returned as soon as the own kernel had a copy: the first of three acknowledgements. The bytes are in a packet on the cable now. The kernel keeps its copy in the send buffer until the peer's TCP acknowledges (the second), and sends it again when its timer runs out (RFC 6298). Only an answer of the peer's program (the third) says that somebody has read them.";
    DATA_HELD = "The bytes are in a packet on the cable: the sender's kernel counts them as in flight, and the receiver's has not seen them. The program there sleeps in recv(2), or will not notice. After the retransmission time-out (RFC 6298), computed from the round-trip times that the kernel has measured, it sends them again.";
    FIN_HELD = "A FIN stands in the stream behind the last byte and is acknowledged like one (RFC 9293, section 3.6). While it is on the cable its sender is in FIN-WAIT-1 or LAST-ACK, and the other end is still ESTABLISHED and knows of nothing. Like data it is sent again until it is acknowledged.";
    RST_HELD = "A reset is one packet, is not acknowledged and never sent again. Its sender has forgotten the connection already. As long as the reset does not arrive the other end takes it for open: such a connection is called half-open (RFC 9293, section 3.5.1). The first thing that it sends is answered with another reset.";
    DROPPED = "A packet that is lost leaves no trace: nothing tells a kernel that it did not arrive. The sender only notices that no acknowledgement comes. It keeps a copy of everything that is not acknowledged and starts a timer, the retransmission time-out (RFC 6298). When it runs out the oldest packet is sent again. Programs see nothing of it but the time that passes.";
    LOST = "A cable has room for so many packets; what comes beyond that is lost. On real links the queues of routers overflow in just this way. TCP takes a loss as a sign of congestion and sends more slowly for a while (RFC 5681).";
    AGAIN = "The timer ran out without an acknowledgement (RFC 6298), or duplicate acknowledgements told of a gap (RFC 5681). The packet has the same sequence numbers as the first try. The time-out is doubled with each try for data; Linux waits the same time for its first SYNs. Whether the packet or its acknowledgement was lost the sender cannot know, so the receiver must be able to take the same bytes twice.";
    COPY_HELD = "An earlier copy of this packet has arrived. The sender does not know that yet: the acknowledgement has not reached it, so its timer ran out and it sent the same again (RFC 6298). If this copy arrives too, the receiver throws it away, for its sequence numbers are old, and acknowledges at once what it has, which for a SYN is its SYN-ACK again (RFC 9293, section 3.10.7.4). If it is dropped nothing is missing.";
    DUPLICATE = "The receiver knows by the sequence numbers that it has these bytes: it throws them away and acknowledges again what it expects next (RFC 9293, section 3.10.7.4). So a packet that comes twice, or a retransmission that was not needed, does no harm: the program reads each byte once. This is why sequence numbers exist.";
    OUT_OF_ORDER = "IP delivers packets in any order; sequence numbers put them right. What comes early is kept in a queue of its own and not given to the program, since bytes before it are missing. For each such packet the receiver acknowledges again the byte that it still expects: duplicate ACKs, by which the sender learns of the gap (RFC 5681), with SACK also of what has come (RFC 2018).";
    CORRUPTED = "The TCP checksum covers the header, the data and both addresses (RFC 9293, section 3.1). A packet whose checksum is wrong is thrown away and counted, and no one is told. To the sender it is a packet that was lost, and it sends it again. 16 bits do not find every mistake, which is why links and applications have checks of their own.";
    DELAYED = "A packet needs time for its way. Until it arrives, and its acknowledgement has come back, the sender's kernel counts its bytes as in flight. From such round trips the kernel computes its retransmission time-out (RFC 6298); when a packet suddenly takes longer than that, it is sent again though it was not lost.";
    ZERO_WINDOW = "Each acknowledgement says how much more the receiver can take: the window (RFC 9293, section 3.8.6). When its program does not read, the receive buffer fills up and the window shrinks to 0. The sender must stop then, its send buffer fills too, and in the end its program sleeps in send(2). This is flow control: a slow reader slows the writer, and nothing is lost.";
    PROBE = "When the window opens again the receiver says so in a packet without data, which is not sent again if it gets lost. So that both do not wait for ever the sender asks now and then, with the persist timer (RFC 9293, section 3.8.6.1). The answer says how large the window is.";
    MTU = "Each link has a largest packet, its MTU. TCP forbids routers to cut its packets (the DF bit) and learns from ICMP messages which size fits the whole path: path MTU discovery (RFC 1191, RFC 8201). A firewall that throws those messages away makes large packets vanish without a trace, while small ones pass.";
    WAITS = "The kernel keeps the program asleep inside the call until it can be finished. A signal ends the wait with EINTR (signal(7)).";
    FAILED = "A failed call returns -1 and leaves its reason in errno.";
    SAY = "The script says this; nothing was called.";
    PROGRAM = "A program that spawn has started is a process of its own (fork(2), execve(2)), as it would be if it had been started in another terminal; in the lab it has the network namespace of its side. Its calls are its own affair, so they are not shown. Its sockets are in the kernel's tables and its packets on the cable like anybody's. When all is cleared it gets SIGTERM, and SIGKILL if it does not end.";
    REFUSED = "This could not even be tried, so the kernel was not asked and nothing has changed.";
    SERVE = "The server makes the same calls as before, accept, recv and send, but nobody has to ask for each of them. It waits for all its sockets at once and serves whichever is ready, as epoll(7) lets servers do.";
    CONCURRENT = "A simple server serves one client after the other: while it sits in recv it does not accept. Callers then wait in the accept queue, without knowing it. A server with a thread, or a process, for each connection can serve many at once, which is what the kernel's sockets are made for.";
    QUEUED = "A program with one thread does one thing after the other: while it sleeps in a call it can do nothing else. What it shall do next waits until the call returns, or until a signal ends it (EINTR). Servers get round this with threads, with poll(2), or with sockets that do not wait.";
    ELIDED = "More was going on than is worth a line each, so these calls are counted and told together. The counts of bytes are complete.";
    EXPECT = "A script's claims are checked against the journal. One that does not hold does not stop the conversation: what was found stands beside it.";
}

/// What lies on the cable, by its kind.
pub(super) const fn held(kind: Option<PacketKind>) -> &'static str {
    match kind {
        Some(PacketKind::Syn) => SYN_HELD,
        Some(PacketKind::SynAck) => SYN_ACK_HELD,
        Some(PacketKind::Ack) => ACK_HELD,
        Some(PacketKind::Data) => DATA_HELD,
        Some(PacketKind::Fin) => FIN_HELD,
        Some(PacketKind::Rst) => RST_HELD,
        Some(PacketKind::Icmp) => MTU,
        Some(PacketKind::Udp) | None => CABLE,
    }
}

/// How many may wait in the accept queue of a listener.
pub(super) fn backlog(room: i32) -> String {
    format!("At most {room} can wait there: the backlog, and one more.")
}

/// What an errno says beyond the case at hand.
pub(super) fn of_errno(errno: Errno) -> String {
    let more = match errno {
        Errno::ECONNREFUSED => {
            "A SYN to a port where nobody listens is answered with a reset (RFC 9293, section 3.5.2). So the machine was reached, and it is up."
        }
        Errno::ETIMEDOUT => {
            "TCP sends again and again, each time after a longer wait, before it gives up (RFC 6298; tcp(7)). Silence can mean a lost packet, a firewall, or a machine that is off."
        }
        Errno::EADDRINUSE => {
            "Two sockets cannot listen on one address and port, unless both ask for SO_REUSEPORT. A port whose old connections are in TIME-WAIT can be bound with SO_REUSEADDR (socket(7))."
        }
        Errno::EACCES => {
            "Linux keeps the ports below 1024 for programs with CAP_NET_BIND_SERVICE; /proc/sys/net/ipv4/ip_unprivileged_port_start says where the free ones begin (ip(7))."
        }
        Errno::EPIPE => {
            "Without MSG_NOSIGNAL the kernel would also send the signal SIGPIPE, which ends a program that is not prepared (send(2)). On Linux a send before connect gets EPIPE, too."
        }
        Errno::ECONNRESET => {
            "A reset ends a connection at once, without goodbye (RFC 9293, section 3.5.3). It comes when the peer aborts, closes with bytes unread, or knows nothing of the connection."
        }
        Errno::EAGAIN => {
            "EAGAIN is not really a failure: it says that the call would have to wait and may not. It has a second name, EWOULDBLOCK."
        }
        Errno::EINTR => {
            "A signal whose handler was set without SA_RESTART ends a call that waits (signal(7)). A program may make the call again."
        }
        Errno::EBADF => {
            "A descriptor is only a number: the kernel looks it up in the program's own table, and there is nothing there. -1 is what a program holds that has no socket."
        }
        Errno::EINPROGRESS | Errno::EALREADY => {
            "connect(2) on a socket that does not wait only begins the handshake; on any other one it waits no longer than SO_SNDTIMEO allows. poll(2) tells when it is over, and SO_ERROR how it went."
        }
        Errno::ENOTCONN => {
            "A socket gets a peer by connect, or comes with one from accept. Before that, and after a reset, there is none."
        }
        Errno::EINVAL => {
            "EINVAL means that the call itself is known, but does not fit here: a wrong state, a wrong length, a value out of range."
        }
        _ => {
            "The name of the error can be looked up in errno(3), and what it means for a call on the call's own manual page."
        }
    };
    let name = errno
        .name()
        .map_or_else(|| errno.to_string(), str::to_owned);
    format!(
        "Here it is {name}, number {}: {}. {more}",
        errno.0,
        errno.text()
    )
}
