//! C, with the Berkeley calls as they are: each is checked, and what went wrong is said with `perror`.

use super::{
    LANGUAGES, Line,
    c_calls::steps,
    literal,
    paper::{Paper, needed},
    plan::Plan,
    words,
};
use crate::model::{call::Family, ids::Actor};

const INDENT: &str = "    ";

const DIE: &str = r"// Says which call failed and why, and ends the program.
static void die(const char *call)
{
    perror(call);
    exit(EXIT_FAILURE);
}";

const SHOW: &str = r#"// Shows what was received: letters as they are, all else escaped.
static void show(const char *data, ssize_t length)
{
    printf("received %zd bytes: ", length);
    for (ssize_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte == 13)
            printf("\\r");
        else if (byte == 10)
            printf("\\n");
        else
            printf(isprint(byte) ? "%c" : "\\x%02x", byte);
    }
    printf("\n");
}"#;

const RECEIVE: &str = r"// One recv. It brings what has come so far, up to size bytes: a stream has no
// messages. 0 is its end: the peer has closed, or will send no more.
static ssize_t receive(int fd, size_t size, int flags)
{
    char *data = malloc(size + 1);
    if (data == NULL)
        die(@malloc@);
    ssize_t length = recv(fd, data, size, flags);
    if (length >= 0)
        show(data, length);
    free(data);
    return length;
}";

const RECEIVE_ALL: &str = r"// As many recvs as it takes to bring so many bytes; without a limit, up to the end.
static void receive_all(int fd, size_t size, size_t most)
{
    char *data = malloc(size);
    if (data == NULL)
        die(@malloc@);
    size_t total = 0;
    ssize_t length = 1;
    while (length > 0 && (most == 0 || total < most)) {
        length = recv(fd, data, size, 0);
        if (length < 0)
            die(@recv@);
        total += (size_t)length;
    }
    printf(@received %zu bytes in all\n@, total);
    free(data);
}";

const SEND_ALL: &str = r"// send may take less than it was given: go on until all is taken. MSG_NOSIGNAL:
// a peer that is gone is an error here (EPIPE), not a signal that ends the program.
static void send_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t taken = send(fd, data, length, MSG_NOSIGNAL);
        if (taken < 0)
            die(@send@);
        data += taken;
        length -= (size_t)taken;
    }
}";

const LETTERS: &str = r"// So many letters: a to z, again and again. The end of the program frees them.
static char *letters(size_t length)
{
    char *data = malloc(length + 1);
    if (data == NULL)
        die(@malloc@);
    for (size_t i = 0; i < length; i++)
        data[i] = (char)('a' + i % 26);
    return data;
}";

const RESOLVE: &str = r"// Host and port as the kernel wants them.
static struct addrinfo *resolve(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = @family@, .ai_socktype = SOCK_STREAM};
    struct addrinfo *address;
    int error = getaddrinfo(host, port, &hints, &address);
    if (error != 0) {
        fprintf(stderr, @%s port %s: %s\n@, host, port, gai_strerror(error));
        exit(EXIT_FAILURE);
    }
    return address;
}";

const SHOW_ADDRESS: &str = r"// Shows an address that the kernel told.
static void show_address(const char *call, const struct sockaddr *address, socklen_t length)
{
    char host[NI_MAXHOST], port[NI_MAXSERV];
    int error = getnameinfo(address, length, host, sizeof host, port, sizeof port,
                            NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0) {
        fprintf(stderr, @%s: %s\n@, call, gai_strerror(error));
        exit(EXIT_FAILURE);
    }
    printf(@%s: %s port %s\n@, call, host, port);
}";

/// What a program can need, in the order in which it stands: the word by which it is known, and its text.
const HELPERS: [(&str, &str); 8] = [
    ("die(", DIE),
    ("resolve(", RESOLVE),
    ("show_address(", SHOW_ADDRESS),
    ("letters(", LETTERS),
    ("send_all(", SEND_ALL),
    ("show(", SHOW),
    ("receive(", RECEIVE),
    ("receive_all(", RECEIVE_ALL),
];

/// What has to be included for which words.
const HEADERS: [(&str, &[&str]); 12] = [
    ("ctype.h", &["isprint("]),
    ("netdb.h", &["getaddrinfo(", "getnameinfo("]),
    ("netinet/in.h", &["IPPROTO_", "IP_T", "IPV6_"]),
    ("netinet/tcp.h", &["TCP_"]),
    ("poll.h", &["poll("]),
    ("stdio.h", &["print", "perror("]),
    ("stdlib.h", &["exit(", "malloc(", "EXIT_"]),
    ("string.h", &["strcmp("]),
    ("sys/ioctl.h", &["ioctl("]),
    ("sys/socket.h", &["socket(", "recv(", "send("]),
    ("sys/time.h", &["struct timeval"]),
    ("unistd.h", &["close("]),
];

/// Writes it.
pub(super) fn write(plan: &Plan) -> Vec<Line> {
    let mut body = Paper::new(INDENT);
    let actors = plan.actors();
    for actor in &actors {
        body.say(&format!(
            "static void {actor}(const struct addrinfo *address)\n{{"
        ));
        body.open();
        steps(&mut body, plan, *actor);
        body.shut();
        body.say("}\n");
    }
    main(&mut body, plan, &actors);

    let mut helpers = Paper::new(INDENT);
    let family = match plan.family() {
        Family::INET => "AF_INET",
        Family::INET6 => "AF_INET6",
    };
    let all: Vec<(&str, String)> = HELPERS
        .iter()
        .map(|(call, text)| (*call, text.replace("@family@", family).replace('@', "\"")))
        .collect();
    for text in needed(&body, &all) {
        helpers.say(text);
        helpers.say("");
    }

    let mut paper = words::head(plan, &LANGUAGES[0]);
    paper.say("");
    for (name, words) in HEADERS {
        if words.iter().any(|w| body.says(w) || helpers.says(w)) {
            paper.say(&format!("#include <{name}>"));
        }
    }
    paper.say("");
    let host = plan.address.ip();
    paper.say(&format!("#define HOST \"{host}\""));
    paper.say(&format!("#define PORT \"{}\"\n", plan.address.port()));
    paper.append(helpers);
    paper.append(body);
    paper.lines()
}

fn main(body: &mut Paper, plan: &Plan, actors: &[Actor]) {
    let roles: Vec<String> = actors.iter().map(ToString::to_string).collect();
    body.say("int main(int argc, char **argv)\n{");
    body.open();
    body.say("const char *role = argc > 1 ? argv[1] : \"\";");
    if !plan.steps.is_empty() {
        body.say("const char *host = argc > 2 ? argv[2] : HOST;");
        body.say("const char *port = argc > 3 ? argv[3] : PORT;");
    }
    body.air();
    let mut first = true;
    for role in &roles {
        let or = if first { "" } else { "else " };
        first = false;
        body.say(&format!("{or}if (strcmp(role, \"{role}\") == 0)"));
        body.deeper(&format!("{role}(resolve(host, port));"));
    }
    let usage = literal::C.escaped(roles.join("|").as_bytes());
    if first {
        body.say("(void)role;");
        body.say("printf(\"There is nothing to do.\\n\");");
    } else {
        body.say("else {");
        body.deeper(&format!(
            "fprintf(stderr, \"usage: %s {usage} [HOST [PORT]]\\n\", argv[0]);"
        ));
        body.deeper("return EXIT_FAILURE;");
        body.say("}");
    }
    body.say("return EXIT_SUCCESS;");
    body.shut();
    body.say("}");
}
