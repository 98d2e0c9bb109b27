//! What is told of a program of somebody's own, in words.

use super::words::{bytes, quoted, safe};
use crate::model::{
    command::Spawn,
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

/// The same in fewer words, and in very few, where there is no room for more.
pub fn short(doing: &Doing, most: usize) -> [String; 2] {
    match doing {
        Doing::Started { words } => [
            format!("runs: {}", command(words, most)),
            format!("runs {}", safe(words.first().map_or("", |w| w), most)),
        ],
        Doing::Printed { stream, data } => {
            let line = line(data, most);
            match stream {
                Stream::Stdout => [format!("prints {line}"), line],
                Stream::Stderr => [format!("stderr: {line}"), line],
            }
        }
        Doing::Flooded { bytes: n } => [format!("prints {} more", bytes(*n)), "...".to_owned()],
        Doing::Exited { code } => [format!("ends: exit code {code}"), format!("exit {code}")],
        Doing::Killed { signal } => {
            let signal = safe(signal, 20);
            [format!("is ended by {signal}"), signal]
        }
    }
}

/// A program and its arguments in one line; what has a space or is empty stands in quotes.
pub(super) fn command(words: &[String], most: usize) -> String {
    // As many as `spawn` takes; a journal from a file may have any number.
    let words: Vec<String> = words
        .iter()
        .take(Spawn::MOST_WORDS)
        .map(|word| {
            if word.is_empty() || word.contains([' ', '"', '\\', '#', '$']) {
                let near: String = word.chars().take(most).collect();
                format!("\"{}\"", escaped(near.as_bytes()))
            } else {
                safe(word, most)
            }
        })
        .collect();
    safe(&words.join(" "), most)
}

/// The bytes of a printed line without its end.
pub fn without_end(data: &Payload) -> &[u8] {
    let kept = &data.kept[..];
    if data.omitted > 0 {
        return kept;
    }
    let line = kept.strip_suffix(b"\n").unwrap_or(kept);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A printed line in quotes, without its end.
pub(super) fn line(data: &Payload, most: usize) -> String {
    let kept = data.kept.slice(..without_end(data).len());
    let omitted = data.omitted;
    quoted(&Payload { kept, omitted }, most)
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
        let few = |doing| short(&doing, 200).join(" / ");
        let words = words.to_vec();
        assert_eq!(
            few(Doing::Started { words }),
            r#"runs: php "my server.php" "" "a\"b" / runs php"#
        );
        assert_eq!(few(Doing::Exited { code: 3 }), "ends: exit code 3 / exit 3");
        let long = prints(&[b'x'; 100], Stream::Stdout);
        assert_eq!(long, format!("process 7 prints \"{}\"...", "x".repeat(20)));
    }
}
