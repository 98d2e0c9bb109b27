//! Opening the network that was wished for: the lab where it can be had, else the host's own.

use super::Failure;
use crate::os::{
    lab::{Lab, Refusal},
    network::Network,
};
use std::{path::Path, sync::Arc};

/// The executable that runs: the lab's keeper is the same program.
const OURSELVES: &str = "/proc/self/exe";

/// What was wished for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// The lab if it can be had, else the host's network.
    #[default]
    Auto,
    /// The lab.
    Lab,
    /// The host's network.
    Host,
}

/// A network, opened.
#[derive(Debug)]
pub struct Opened {
    /// Where the sockets will live.
    pub network: Network,
    /// Why it is not the lab, if that could not be had.
    pub no_lab: Option<String>,
}

impl Opened {
    /// The host's own network.
    pub const HOST: Self = Self {
        network: Network::Host { capture: true },
        no_lab: None,
    };
}

/// Opens it.
///
/// # Errors
/// When the lab was insisted on and cannot be had.
pub fn open(wish: Wish) -> Result<Opened, Failure> {
    if wish == Wish::Host {
        return Ok(Opened::HOST);
    }
    match Lab::open(Path::new(OURSELVES)) {
        Ok((lab, ports)) => Ok(Opened {
            network: Network::Lab(Arc::new(lab), Box::new(ports)),
            no_lab: None,
        }),
        Err(refusal) if wish == Wish::Lab => Err(Failure::refused(words(refusal))),
        Err(refusal) => Ok(Opened {
            network: Network::Host { capture: true },
            no_lab: Some(words(refusal)),
        }),
    }
}

/// What was refused and why, and what would help.
fn words(refusal: Refusal) -> String {
    format!("{refusal} {}", refusal.fix())
}
