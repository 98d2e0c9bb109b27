//! Lessons on the screen: taken from the shelf, with what was answered before.

use super::Room;
use crate::{
    app::Learning,
    lesson::{Lesson, shipped},
};
use std::{io, sync::Arc};

impl Room {
    /// Opens a lesson of the shelf; whether the program shall end.
    pub(super) fn open_lesson(&mut self, name: &str) -> io::Result<bool> {
        let Some(Ok(lesson)) = shipped(name).map(|l| Lesson::parse(l.text.as_bytes())) else {
            return Ok(false);
        };
        let effects = self.app.open_lesson(Learning::new(name, Arc::new(lesson)));
        self.perform(effects)
    }
}
