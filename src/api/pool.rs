//! Connections to the books: a bounded number of readers, and one lane for writers, so that writers queue here in order
//! instead of contending in the database. Work runs on threads that may block; whoever waits too long is told to come again.

use super::problem::Problem;
use crate::app::Bureau;
use crate::app::vault::DataKey;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Whether the work may change the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Read,
    Write,
}

pub struct Pool {
    db: String,
    book: String,
    key: DataKey,
    idle: Mutex<Vec<Bureau>>,
    readers: Semaphore,
    writer: Semaphore,
    patience: Duration,
}

impl Pool {
    pub fn new(db: &str, book: &str, key: DataKey, readers: usize, patience: Duration) -> Pool {
        let idle = Mutex::new(Vec::new());
        Pool { db: db.into(), book: book.into(), key, idle, readers: Semaphore::new(readers), writer: Semaphore::new(1), patience }
    }

    /// Runs `work` with a connection. Waits for its turn at most as long as the pool has patience.
    pub async fn run<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        lane: Lane,
        work: impl FnOnce(&mut Bureau) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = match lane {
            Lane::Read => &self.readers,
            Lane::Write => &self.writer,
        };
        let waiting = tokio::time::timeout(self.patience, turn.acquire()).await;
        let _turn = waiting.map_err(|_| Problem::busy())?.map_err(|_| Problem::busy())?;
        let pool = self.clone();
        let done = actix_web::web::block(move || pool.on_this_thread(work)).await;
        done.map_err(|_| Problem::internal())?
    }

    /// The same on the calling thread, which may block: for jobs, which wait as long as it takes.
    pub async fn run_long<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        lane: Lane,
        work: impl FnOnce(&mut Bureau) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        // a long reader has a connection of its own and takes no turn from the short ones
        let _turn = match lane {
            Lane::Write => Some(self.writer.acquire().await.map_err(|_| Problem::busy())?),
            Lane::Read => None,
        };
        let pool = self.clone();
        actix_web::web::block(move || pool.on_this_thread(work)).await.map_err(|_| Problem::internal())?
    }

    fn on_this_thread<T>(&self, work: impl FnOnce(&mut Bureau) -> Result<T, Problem>) -> Result<T, Problem> {
        let kept = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut bureau = match kept {
            Some(bureau) => bureau,
            None => {
                let mut bureau = Bureau::open(&self.db, &self.book)?;
                bureau.data_key = Some(self.key.clone());
                bureau
            }
        };
        let done = work(&mut bureau);
        bureau.caller = None;
        // a connection whose work failed is closed: nobody inherits a state that was not expected
        if !matches!(&done, Err(problem) if problem.status.is_server_error()) {
            self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(bureau);
        }
        done
    }
}
