//! What is told of a program of somebody's own, in words.

use super::words::{bytes, quoted, safe};
use crate::model::{
    payload::{Payload, escaped},
    program::{Doing, Stream},
};

/// What happened, as it stands behind the name of the actor on whose side the program runs: `process 4711 prints
/// "listening\n"`. Of what it printed at most `most` bytes are shown.
pub fn told(pid: u32, doing: &Doing, most: usize) -> String {
    match doing {
        Doing::Started { words } => format!("process {pid} runs: {}", command(words, most)),
        Doing::Printed { stream, data } => {
            let to = match stream {
                Stream::Stdout => "",
                Stream::Stderr => " to stderr",
            };
            format!("process {pid} prints{to} {}", line(data, most))
        }
        Doing::Flooded { bytes: n } => {
            format!(
                "process {pid} prints {} more than are kept of a program",
                bytes(*n)
            )
        }
        Doing::Exited { code } => format!("process {pid} ends with exit code {code}"),
        Doing::Killed { signal } => format!("process {pid} is ended by {}", safe(signal, 20)),
    }
}

/// A program and its arguments in one line; what has a space or is empty stands in quotes.
pub(super) fn command(words: &[String], most: usize) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| {
            if word.is_empty() || word.contains([' ', '"', '\\', '#', '$']) {
                format!("\"{}\"", escaped(word.as_bytes()))
            } else {
                safe(word, most)
            }
        })
        .collect();
    safe(&words.join(" "), most)
}

/// A printed line in quotes, without its end.
pub(super) fn line(data: &Payload, most: usize) -> String {
    let whole = data.omitted == 0;
    let kept = data.kept.strip_suffix(b"\n").filter(|_| whole);
    let kept = kept.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    match kept {
        Some(kept) => quoted(&Payload::capped(kept, kept.len()), most),
        None => quoted(data, most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prints(bytes: &[u8], stream: Stream) -> String {
        let data = Payload::capped(bytes, 40);
        told(7, &Doing::Printed { stream, data }, 20)
    }

    #[test]
    fn each_thing_is_a_sentence() {
        let words = ["php", "my server.php", "", "a\"b"].map(str::to_owned);
        for (doing, text) in [
            (
                Doing::Started {
                    words: words.to_vec(),
                },
                r#"process 7 runs: php "my server.php" "" "a\"b""#,
            ),
            (
                Doing::Flooded { bytes: 1234 },
                "process 7 prints 1,234 bytes more than are kept of a program",
            ),
            (
                Doing::Exited { code: 255 },
                "process 7 ends with exit code 255",
            ),
            (
                Doing::Killed {
                    signal: "SIGTERM".to_owned(),
                },
                "process 7 is ended by SIGTERM",
            ),
        ] {
            assert_eq!(told(7, &doing, 200), text);
        }
        assert_eq!(
            prints(b"listening\r\n", Stream::Stdout),
            "process 7 prints \"listening\""
        );
        assert_eq!(
            prints(b"\x1b[2J\n\n", Stream::Stderr),
            "process 7 prints to stderr \"\\x1b[2J\\n\""
        );
        let long = prints(&[b'x'; 100], Stream::Stdout);
        assert_eq!(long, format!("process 7 prints \"{}\"...", "x".repeat(20)));
    }
}
