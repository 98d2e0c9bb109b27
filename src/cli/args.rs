//! Flags and subcommands. Help, completions and the man page come from here.

use crate::{
    export::{EXPORTERS, Exporter},
    model::{
        command::Address,
        ids::{Nanos, Side},
    },
    run::shots::{Moment, Size},
    ui::LEAST,
};
use clap::{ArgAction, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use core::net::SocketAddr;
use std::{ffi::OsString, path::PathBuf};

/// What one types, and what it does.
pub(super) const EXAMPLES: &str = "  fourline                          walk through the four lines, one call at a time: press Space
  fourline demo --pace 2s --loop    play them for an audience
  fourline | cat                    the same conversation as text
  fourline --script talk.fourline   walk through a script of your own
  fourline learn                    the lessons: a little to read, a question, and the kernel answers
  fourline learn 3                  take the third, from where you left it
  fourline learn --report ada.json 3   and write down what was answered, for who teaches
  fourline new-lesson mine.md       begin a lesson of your own
  fourline check mine.md            run lessons or scripts, report every claim and every answer
  fourline run talk.fourline        run a script; with --json, one JSON object an event
  fourline shell                    the same language at a plain prompt
  fourline --record talk.pcapng     record it: a file that Wireshark opens as well
  fourline talk.pcapng              show a recording, or another program's capture
  fourline export talk.pcapng --to html -o talk.html   a page with a scrubber, for a browser
  fourline export talk.pcapng --to python   the same calls as a program; c on the screen shows it
  fourline --network host           on this machine's own network: other programs can take part
  fourline --listen 127.0.0.1:0     there, another address for the server; port 0: a free one
  fourline lab enter server -- ss -tan   look into the lab of a fourline that runs
  fourline doctor                   what can be had here, and what would help";

/// The largest screen that is drawn.
const MOST_COLUMNS: u16 = 500;
const MOST_ROWS: u16 = 300;

const WORTH_KNOWING: &str = "\
Server and client live in a lab: two private networks (10.0.0.1 and 10.0.0.2) joined
by a cable that is in your hands. Where no lab can be had, and when an address of this
machine is named, they live on its own network, at 127.0.0.1:10008. In both cases
fourline needs no privileges and talks to nobody else unless you name an address.
It runs on Linux: any distribution, WSL2, a container.

Exit codes: 0 well; 1 a claim did not hold; 2 usage or bad input; 3 the system refused.";

/// A socket conversation under glass: a server and a client side by side, on real sockets.
#[derive(Debug, Parser)]
#[command(name = "fourline", version, after_help = format!("Examples:\n{EXAMPLES}\n\n{WORTH_KNOWING}"), max_term_width = 110, subcommand_help_heading = "Commands")]
pub struct Args {
    /// What is asked for; without it, the workbench.
    #[command(subcommand)]
    pub asked: Option<Asked>,
    /// Show this recording instead: a pcapng, pcap or JSON Lines file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub addresses: Addresses,
    /// Where the sockets live; auto when nothing says so
    #[arg(
        long,
        env = "FOURLINE_NETWORK",
        value_enum,
        value_name = "WHICH",
        global = true
    )]
    pub network: Option<NetworkWish>,
    /// Whether packets of the host's network are shown, where the process may capture (`CAP_NET_RAW`)
    #[arg(
        long,
        env = "FOURLINE_CAPTURE",
        value_enum,
        default_value_t,
        value_name = "WHETHER",
        global = true
    )]
    pub capture: CaptureWish,
    /// How it looks.
    #[command(flatten)]
    pub looks: Looks,
    /// Walk through this script instead of the four lines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    pub script: Option<String>,
    /// Write the story to this file as it happens; it must not exist yet
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    pub log: Option<PathBuf>,
    /// Record everything to this pcapng file as it happens; it must not exist yet
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    pub record: Option<PathBuf>,
}

/// Where the server listens and the client connects to.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Addresses {
    /// Where the server listens: ADDR:PORT, :PORT or PORT; port 0 lets the kernel pick one
    #[arg(long, value_name = "ADDR:PORT", value_parser = address, global = true)]
    pub listen: Option<Address>,
    /// Where the client connects to; without --listen, the server is somebody else's
    #[arg(long, value_name = "ADDR:PORT", value_parser = address, global = true)]
    pub connect: Option<Address>,
}

/// Which network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NetworkWish {
    /// The lab if it can be had and no address of this machine is named, else the host's network
    #[default]
    Auto,
    /// Two private networks joined by a cable that is in your hands
    Lab,
    /// This machine's own network
    Host,
}

/// Whether packets of the host's network are captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CaptureWish {
    /// Those of our own conversations, if the process may: root, or with `CAP_NET_RAW`
    #[default]
    Auto,
    /// None
    Off,
}

/// How the workbench looks and moves.
#[derive(Clone, Debug, clap::Args)]
pub struct Looks {
    /// The colours; `NO_COLOR` in the environment means plain
    #[arg(long, value_enum, global = true)]
    pub theme: Option<Theme>,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Nothing moves that need not
    #[arg(long, global = true)]
    pub reduced_motion: bool,
    /// Leave the mouse to the terminal
    #[arg(long, action = ArgAction::SetTrue, global = true)]
    pub no_mouse: bool,
    /// Time between two steps when it plays by itself, as in 1.5s
    #[arg(long, value_name = "TIME", value_parser = pace, global = true)]
    pub pace: Option<Nanos>,
    /// Read this file instead of the one in the configuration folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    pub config: Option<PathBuf>,
}

/// The themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// Light letters on dark
    Dark,
    /// Dark letters on light
    Light,
    /// Black, white and the strongest colours
    HighContrast,
    /// The terminal's own sixteen colours
    Terminal,
    /// No colour
    Plain,
}

/// Subcommands.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Run a script without a screen and tell what happens
    Run(RunArgs),
    /// Run scripts and lessons, and report every claim in them
    Check {
        /// The scripts and lessons
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        files: Vec<String>,
        /// Only parse them
        #[arg(long)]
        syntax: bool,
        /// Run lessons without asking, though they run programs, read files or talk to other machines
        #[arg(long)]
        trust: bool,
        /// Put VALUE where a script says $NAME
        #[arg(long = "set", value_name = "NAME=VALUE")]
        sets: Vec<String>,
    },
    /// The same language at a line prompt, told as text: for screen readers, poor terminals and pipes
    Shell {
        /// Put VALUE where a line says $NAME
        #[arg(long = "set", value_name = "NAME=VALUE")]
        sets: Vec<String>,
    },
    /// Play the four lines by itself
    Demo {
        /// Begin anew at the end, until somebody quits
        #[arg(long = "loop")]
        again: bool,
    },
    /// Take a lesson; without a name, show the shelf of those that there are
    Learn(LearnArgs),
    /// Write a lesson to begin one of your own with: it tells the format, and runs
    NewLesson {
        /// The file; it must not exist yet. - prints it
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Show a recording, or a capture of another program's, in the same screens
    Open {
        /// The file: pcapng, pcap, or JSON Lines
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Write a recording in another format
    Export(ExportArgs),
    /// Draw a screen at a moment of a recording, as an SVG
    Shot(ShotArgs),
    /// Check what fourline needs of this system, and say what would help
    Doctor,
    /// The private network of a fourline that runs
    #[command(subcommand)]
    Lab(LabAsked),
    /// Print the reference of the command language, as Markdown
    Language,
    /// Print a commented configuration file
    Config,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the man page
    Man,
}

/// `fourline learn`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct LearnArgs {
    /// Its name, its number, or the file of a lesson
    #[arg(value_hint = ValueHint::FilePath)]
    pub lesson: Option<String>,
    /// List the lessons, how far you have come, and how many answers were right
    #[arg(long, conflicts_with_all = ["lesson", "again", "reset", "report"])]
    pub list: bool,
    /// Take it from its beginning, not from where you left it
    #[arg(long)]
    pub again: bool,
    /// Forget what was done in it; without a name, in all lessons
    #[arg(long, conflicts_with_all = ["again", "report"])]
    pub reset: bool,
    /// Write what was answered to this file when the lesson is left: JSON for .json, text for .txt and .md, else both. Without
    /// a name, of all lessons, at once
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Who answers, in the report; else the user's name
    #[arg(long, value_name = "NAME", requires = "report")]
    pub name: Option<String>,
    /// Let the report replace any file; else only an earlier report of the same lesson by the same learner
    #[arg(long, requires = "report")]
    pub force: bool,
    /// Run it without asking, though it runs programs, reads files or talks to other machines
    #[arg(long)]
    pub trust: bool,
}

/// `fourline lab`.
#[derive(Debug, Subcommand)]
pub enum LabAsked {
    /// Run a program inside, as ss, ping or a shell, to check from there what fourline shows
    Enter {
        /// The process id of the fourline, or of its lab; without it, the newest
        #[arg(long, value_name = "PID")]
        pid: Option<i32>,
        /// At which side
        #[arg(value_enum)]
        side: LabSide,
        /// The program and its arguments, after --; without them, your shell
        #[arg(last = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
        command: Vec<OsString>,
    },
}

/// The sides of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LabSide {
    /// 10.0.0.1
    Server,
    /// 10.0.0.2
    Client,
}

impl From<LabSide> for Side {
    fn from(side: LabSide) -> Self {
        match side {
            LabSide::Server => Self::Server,
            LabSide::Client => Self::Client,
        }
    }
}

/// `fourline export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The file: pcapng, pcap, or JSON Lines
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// In which format
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub to: String,
    /// Write to this file; it must not exist yet. Without it, to standard output
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Draw the svg in light letters on a dark ground
    #[arg(long)]
    pub dark: bool,
}

/// The formats, each with what it is.
fn formats() -> clap::builder::PossibleValuesParser {
    let value = |e: &Exporter| clap::builder::PossibleValue::new(e.name).help(e.about);
    EXPORTERS.iter().map(value).collect::<Vec<_>>().into()
}

/// `fourline run`.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// The script; - reads standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: String,
    /// Print one JSON object an event
    #[arg(long)]
    pub json: bool,
    /// Put VALUE where the script says $NAME
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub sets: Vec<String>,
}

/// `fourline shot`.
#[derive(Debug, clap::Args)]
pub struct ShotArgs {
    /// The recording: pcapng, pcap, or JSON Lines
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Which screen
    #[arg(long, value_enum, default_value_t, value_name = "SCREEN")]
    pub screen: ShotScreen,
    /// At which moment: the id of an event, a time since the start as in 1.5s or 200ms, or end
    #[arg(long, value_parser = moment, default_value = "end", value_name = "EVENT|TIME|end")]
    pub at: Moment,
    /// Columns and rows
    #[arg(long, value_parser = size, default_value = "120x36", value_name = "COLUMNSxROWS")]
    pub size: Size,
    /// Write to this file; it must not exist yet. Without it, to standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// The screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ShotScreen {
    /// The four lines, both ends, where the bytes are
    #[default]
    Main,
    /// Calls, packets and states down one time line
    Ladder,
    /// Both streams in hex and text
    Bytes,
    /// The diagram of RFC 9293
    States,
    /// All packets, and one of them in full
    Packets,
    /// All calls
    Calls,
    /// The socket tables, and what TCP counts
    Kernel,
    /// What can be set
    Options,
    /// The presenter's view
    Presenter,
}

fn moment(text: &str) -> Result<Moment, String> {
    if text == "end" {
        return Ok(Moment::End);
    }
    if let Ok(id) = text.parse() {
        return Ok(Moment::Event(id));
    }
    let units = [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9)];
    let mut found = units.iter().filter_map(|(unit, scale)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        (number >= 0.0).then_some(Nanos((number * scale) as u64))
    });
    found
        .next()
        .map(Moment::Time)
        .ok_or_else(|| "expected the id of an event, a time as in 1.5s or 200ms, or end".to_owned())
}

fn size(text: &str) -> Result<Size, String> {
    let whole = text
        .split_once('x')
        .and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)));
    let sound = |(columns, rows): &Size| {
        (LEAST.0..=MOST_COLUMNS).contains(columns) && (LEAST.1..=MOST_ROWS).contains(rows)
    };
    whole.filter(sound).ok_or_else(|| {
        format!(
            "expected COLUMNSxROWS from {}x{} to {MOST_COLUMNS}x{MOST_ROWS}, as in 120x36",
            LEAST.0, LEAST.1
        )
    })
}

fn address(text: &str) -> Result<Address, String> {
    let bare = text.strip_prefix(':').unwrap_or(text);
    if let Ok(port) = bare.parse() {
        return Ok(Address { ip: None, port });
    }
    let whole: Result<SocketAddr, _> = text.parse();
    let named = whole.map(|at| Address {
        ip: Some(at.ip()),
        port: at.port(),
    });
    named.map_err(|_| {
        "expected ADDR:PORT with a numeric address, as in 127.0.0.1:10008, [::1]:10008, or only a port, as in :10008"
            .to_owned()
    })
}

fn pace(text: &str) -> Result<Nanos, String> {
    let (number, unit) = text.split_at(
        text.find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len()),
    );
    let scale = match unit {
        "s" | "" => 1e9,
        "ms" => 1e6,
        _ => return Err("expected a time in s or ms, as in 1.5s".to_owned()),
    };
    match number.parse::<f64>() {
        Ok(n) if (0.05e9..=600e9).contains(&(n * scale)) => Ok(Nanos((n * scale) as u64)),
        _ => Err("expected a time from 50ms to 600s, as in 1.5s".to_owned()),
    }
}
