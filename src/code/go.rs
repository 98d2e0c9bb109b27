//! Go, with its `net` package: a connection is made in one call, beneath which the runtime makes those of Berkeley. What
//! `net` has no method for goes through the descriptor.

use super::{
    LANGUAGES, Line,
    go_calls::steps,
    literal,
    paper::{Paper, needed},
    plan::Plan,
    words,
};
use crate::model::ids::Actor;

const SHOW: &str = r#"// show shows what was received: letters as they are, all else escaped.
func show(data []byte) {
	fmt.Printf("received %d bytes: %q\n", len(data), data)
}
"#;

const RECEIVE: &str = r"// receive is one recv (Read). It brings what has come so far, up to size bytes: a stream has no
// messages. io.EOF, which is recv's 0, is its end: the peer has closed, or will send no more.
func receive(connection *net.TCPConn, size int) error {
	data := make([]byte, size)
	length, err := connection.Read(data)
	if err != nil && err != io.EOF {
		return err
	}
	show(data[:length])
	return nil
}
";

const RECEIVE_WHOLE: &str = r"// receiveWhole is a recv with MSG_WAITALL: it waits until size bytes have come, or the end.
func receiveWhole(connection *net.TCPConn, size int64) error {
	data, err := io.ReadAll(io.LimitReader(connection, size))
	if err != nil {
		return err
	}
	show(data)
	return nil
}
";

const RECEIVE_ALL: &str = r#"// receiveAll makes as many recvs as it takes to bring so many bytes; with 0, up to the end.
func receiveAll(connection *net.TCPConn, size, most int) error {
	data := make([]byte, size)
	total := 0
	for most == 0 || total < most {
		length, err := connection.Read(data)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		total += length
	}
	fmt.Printf("received %d bytes in all\n", total)
	return nil
}
"#;

const PEEK: &str = r"// peek is a recv with MSG_PEEK: it waits, looks, and leaves the bytes in the queue.
func peek(connection *net.TCPConn, size int) error {
	raw, err := connection.SyscallConn()
	if err != nil {
		return err
	}
	data := make([]byte, size)
	var length int
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		length, _, failed = syscall.Recvfrom(int(fd), data, syscall.MSG_PEEK)
		return failed != syscall.EAGAIN
	})
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	show(data[:length])
	return nil
}
";

const CONTROL: &str = r"// control does something with the descriptor itself, for what net has no method for.
func control(socket syscall.Conn, do func(fd int) error) error {
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = do(int(fd)) }); err != nil {
		return err
	}
	return failed
}
";

const LETTERS: &str = r"// letters makes so many: a to z, again and again.
func letters(length int) []byte {
	data := make([]byte, length)
	for i := range data {
		data[i] = byte('a' + i%26)
	}
	return data
}
";

const HELPERS: [(&str, &str); 7] = [
    ("control(", CONTROL),
    ("letters(", LETTERS),
    ("show(", SHOW),
    ("receive(", RECEIVE),
    ("receiveWhole(", RECEIVE_WHOLE),
    ("receiveAll(", RECEIVE_ALL),
    ("peek(", PEEK),
];

/// Writes it.
pub(super) fn write(plan: &Plan) -> Vec<Line> {
    let mut body = Paper::new("\t");
    let actors = plan.actors();
    for actor in &actors {
        body.say(&format!("func {actor}(address *net.TCPAddr) error {{"));
        body.open();
        steps(&mut body, plan, *actor);
        body.say("return nil");
        body.shut();
        body.say("}\n");
    }
    main(&mut body, plan, &actors);

    let mut helpers = Paper::new("");
    for text in needed(&body, &HELPERS) {
        helpers.say(text);
    }
    let mut paper = words::head(plan, &LANGUAGES[4]);
    if !actors.is_empty() {
        paper.say("//");
        paper.remark(
            "//",
            "Go sets SO_REUSEADDR on what listens, and TCP_NODELAY and SO_KEEPALIVE on each connection, by itself.",
        );
    }
    paper.say("\npackage main\n\nimport (");
    for package in ["fmt", "io", "net", "os", "syscall", "time"] {
        let name = format!("{package}.");
        if body.says_call(&name) || helpers.says_call(&name) {
            paper.say(&format!("\t\"{package}\""));
        }
    }
    paper.say(")\n");
    paper.append(helpers);
    paper.append(body);
    paper.lines()
}

fn main(body: &mut Paper, plan: &Plan, actors: &[Actor]) {
    if actors.is_empty() {
        body.say("func main() {\n\tfmt.Println(\"There is nothing to do.\")\n}");
        return;
    }
    let (host, port) = (plan.address.ip(), plan.address.port());
    let names: Vec<String> = actors.iter().map(ToString::to_string).collect();
    let roles: Vec<String> = names.iter().map(|n| format!("\"{n}\": {n}")).collect();
    let roles = roles.join(", ");
    let usage = literal::PLAIN.escaped(names.join("|").as_bytes());
    body.say(&format!(
        r#"func run(role func(*net.TCPAddr) error, host, port string) error {{
	address, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port))
	if err != nil {{
		return err
	}}
	return role(address)
}}

func main() {{
	roles := map[string]func(*net.TCPAddr) error{{{roles}}}
	arguments := []string{{"", "{host}", "{port}"}}
	copy(arguments, os.Args[1:])
	role, known := roles[arguments[0]]
	if !known {{
		fmt.Fprintf(os.Stderr, "usage: %s {usage} [HOST [PORT]]\n", os.Args[0])
		os.Exit(1)
	}}
	if err := run(role, arguments[1], arguments[2]); err != nil {{
		fmt.Fprintf(os.Stderr, "%s: %v\n", arguments[0], err)
		os.Exit(1)
	}}
}}"#
    ));
}
