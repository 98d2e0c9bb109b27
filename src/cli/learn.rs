//! `fourline learn`: takes a lesson.

use super::{
    args::Args,
    place::{Place, place_of_lesson},
    settings,
};
use crate::{
    app::Learning,
    language::{Script, Vars},
    lesson::{Lesson, shipped},
    run::{Failure, Outcome, lessons, load, terminal},
};
use std::sync::Arc;

pub(super) fn learn(named: Option<&str>, args: &Args) -> Result<Outcome, Failure> {
    let named = named.unwrap_or("1");
    let (name, source) = match shipped(named) {
        Some(lesson) => (lesson.name.to_owned(), lesson.text.as_bytes().to_vec()),
        None => load::read(named)?,
    };
    let lesson = Lesson::parse(&source).map_err(|m| lessons::told(&name, &source, &m))?;
    let Place { opened, server } = place_of_lesson(args, &lesson)?;
    let (settings, keys, pace) = settings::settings(args)?;
    terminal::run(terminal::Opening {
        script: Script::default(),
        vars: Vars::default(),
        opened,
        server,
        settings,
        keys,
        pace,
        play: false,
        again: false,
        learning: Some(Learning::new(name, Arc::new(lesson))),
        log: None,
        record: None,
    })
}
