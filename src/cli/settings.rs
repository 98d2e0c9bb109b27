//! How the person wants it: flags before environment before configuration file before what we think best.

use super::args::{Args, NetworkWish, Theme};
use crate::{
    app::{Settings, ThemeName, config::Config, keys::KeyTable},
    model::ids::Nanos,
    run::{Failure, why},
};
use clap::ValueEnum;
use etcetera::{BaseStrategy, base_strategy::Xdg};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// Where `fourline shell` keeps its history.
pub(super) fn history_file() -> Option<PathBuf> {
    state_file("history")
}

/// Where it is kept how far somebody has come in lessons.
pub(super) fn lessons_file() -> Option<PathBuf> {
    state_file("lessons.json")
}

fn state_file(name: &str) -> Option<PathBuf> {
    let xdg = Xdg::new().ok()?;
    Some(xdg.state_dir()?.join("fourline").join(name))
}

/// Colours, keys and pace.
pub(super) fn settings(args: &Args) -> Result<(Settings, KeyTable, Nanos), Failure> {
    let path = config_file(args.looks.config.as_ref());
    let config = config(args.looks.config.as_ref())?;
    let asked = theme(args);
    // https://no-color.org: set and not empty.
    let no_color = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let many = env::var("COLORTERM").is_ok_and(|v| matches!(v.as_str(), "truecolor" | "24bit"));
    let theme = asked
        .or(no_color.then_some(ThemeName::Plain))
        .or(config.theme)
        .unwrap_or(if many {
            ThemeName::Dark
        } else {
            ThemeName::Terminal
        });
    let utf8 = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    let ascii_only = utf8.is_some_and(|v| !v.to_lowercase().replace('-', "").contains("utf8"));
    let best = Settings {
        theme,
        ascii: ascii_only,
        mouse: true,
        kept_in: path.map_or_else(String::new, |path| short(&path)),
        ..Settings::default()
    };
    let settings = Settings {
        theme,
        ..config.over(&best)
    };
    let settings = Settings {
        ascii: args.looks.ascii || settings.ascii,
        reduced_motion: args.looks.reduced_motion || settings.reduced_motion,
        mouse: !args.looks.no_mouse && settings.mouse,
        ..settings
    };
    let pace = args.looks.pace.unwrap_or_else(|| config.pace());
    Ok((settings, config.keys, pace))
}

fn theme(args: &Args) -> Option<ThemeName> {
    args.looks.theme.map(|theme| match theme {
        Theme::Dark => ThemeName::Dark,
        Theme::Light => ThemeName::Light,
        Theme::HighContrast => ThemeName::HighContrast,
        Theme::Terminal => ThemeName::Terminal,
        Theme::Plain => ThemeName::Plain,
    })
}

/// How pictures are drawn: what this terminal can show does not matter.
pub(super) fn of_pictures(args: &Args) -> Settings {
    Settings {
        theme: theme(args).unwrap_or_default(),
        ascii: args.looks.ascii,
        reduced_motion: args.looks.reduced_motion,
        mouse: false,
        ..Settings::default()
    }
}

/// Where the sockets shall live: the flag, or the environment, which clap reads in its place; else the file.
pub(super) fn network(args: &Args) -> Result<NetworkWish, Failure> {
    if let Some(wish) = args.network {
        return Ok(wish);
    }
    let config = config(args.looks.config.as_ref())?;
    let named = config
        .network
        .map(|name| NetworkWish::from_str(name, false));
    Ok(named.and_then(Result::ok).unwrap_or_default())
}

/// Where the configuration file is, or would be.
fn config_file(named: Option<&PathBuf>) -> Option<PathBuf> {
    let usual = || {
        let xdg = Xdg::new().ok()?;
        Some(xdg.config_dir().join("fourline/config.toml"))
    };
    named.cloned().or_else(usual)
}

/// A path as a person writes it: below the home directory from `~` on.
fn short(path: &Path) -> String {
    let home = Xdg::new().ok();
    let below = home.and_then(|xdg| Some(path.strip_prefix(xdg.home_dir()).ok()?.to_owned()));
    below.map_or_else(
        || path.display().to_string(),
        |below| format!("~/{}", below.display()),
    )
}

fn config(named: Option<&PathBuf>) -> Result<Config, Failure> {
    let Some(path) = config_file(named) else {
        return Ok(Config::default());
    };
    match fs::read_to_string(&path) {
        Ok(text) => Config::parse(&text, &path.display().to_string()).map_err(Failure::input),
        Err(e) if e.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Config::default()),
        Err(e) => Err(Failure::input(format!(
            "The configuration file {} cannot be read: {}",
            path.display(),
            why(&e)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::config::NETWORKS;
    use clap::Parser;

    #[test]
    fn the_file_and_the_flag_name_the_same_networks() {
        let flags = NetworkWish::value_variants().iter();
        let names: Vec<String> = flags
            .filter_map(|v| Some(v.to_possible_value()?.get_name().to_owned()))
            .collect();
        assert_eq!(names, NETWORKS);
    }

    #[test]
    fn the_flag_goes_before_the_file_and_the_file_before_what_we_think_best() {
        let name = format!("fourline-settings-{}.toml", std::process::id());
        let file = env::temp_dir().join(name);
        fs::write(&file, "network = \"host\"\n").unwrap();
        let file = file.to_str().unwrap();
        let network = |more: &[&str]| {
            let words = ["fourline", "--config", file]
                .into_iter()
                .chain(more.iter().copied());
            network(&Args::parse_from(words)).unwrap()
        };
        assert_eq!(network(&["--network", "lab"]), NetworkWish::Lab);
        // What the environment says goes before the file, too.
        let said = env::var("FOURLINE_NETWORK").ok();
        let expected = said.and_then(|text| NetworkWish::from_str(&text, true).ok());
        assert_eq!(network(&[]), expected.unwrap_or(NetworkWish::Host));
        fs::write(file, "").unwrap();
        if env::var_os("FOURLINE_NETWORK").is_none() {
            assert_eq!(network(&[]), NetworkWish::Auto);
        }
        fs::remove_file(file).unwrap();
    }
}
