//! One request under way: who asks, what for, in which book, and the books to work on.

use super::Input;
use crate::app::{Bureau, Context};
use crate::domain::access::{Principal, Scope};
use std::path::Path;

/// Tells how far long work has come, and whether it should stop.
pub trait Watch: Sync {
    /// `done` of `of` bytes or rows.
    fn advance(&self, done: u64, of: u64);
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
pub struct Unwatched;

impl Watch for Unwatched {
    fn advance(&self, _: u64, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

pub struct Call<'a> {
    pub bureau: &'a mut Bureau,
    /// Actor is the person's name; the clock is the server's.
    pub ctx: Context,
    pub who: &'a Principal,
    pub input: Input,
    pub watch: &'a dyn Watch,
    /// A directory of the request's own for files that it makes; removed afterwards.
    pub scratch: &'a Path,
    /// Where files of proposals are kept while they wait for signatures.
    pub files: &'a Path,
}

/// Work that is written down as a job tells its progress there.
impl Watch for crate::app::jobs::Progress {
    fn advance(&self, done: u64, of: u64) {
        crate::app::jobs::Progress::advance(self, done, of);
    }

    fn cancelled(&self) -> bool {
        self.is_stopped()
    }
}

impl Call<'_> {
    pub fn scope(&self) -> &Scope {
        &self.who.scope
    }
}
