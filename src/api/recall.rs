//! Answers and sessions that were read before and still hold. Everything remembered was read at one state of the database and
//! is forgotten at the next: the state is told by the database's own mark, which moves with every commit of any connection of
//! any process ([`crate::store::Store::change_mark`]). So what is recalled can never disagree with the books.

use super::problem::Problem;
use crate::app::Context;
use crate::domain::access::Principal;
use crate::store::{Backend, Store};
use actix_web::web::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of answers remembered at most.
const MOST: usize = 64 << 20;
/// An answer is read again after so many seconds even if nothing changes, for it may tell how old something is.
const ANSWER_SECONDS: i64 = 60;
/// A session is asked for again after so many seconds even if nothing changes, for it may have been idle too long.
const SEAT_SECONDS: i64 = 20;

pub struct Recall {
    db: String,
    afar: bool,
    watch: Mutex<Store>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    mark: i64,
    bytes: usize,
    answers: HashMap<String, (i64, Arc<Recalled>)>,
    seats: HashMap<i64, (i64, Arc<Principal>)>,
}

/// An answer as it was sent.
pub struct Recalled {
    pub media: String,
    pub etag: Option<String>,
    pub bytes: Bytes,
}

impl Recall {
    /// With a connection of its own that never writes.
    pub fn open(db: &str) -> Result<Recall, Problem> {
        let watch = Store::open(db).map_err(crate::app::AppError::from)?;
        let afar = watch.backend() == Backend::Postgres;
        Ok(Recall { db: db.to_string(), afar, watch: Mutex::new(watch), kept: Mutex::default() })
    }

    /// Whether asking for the mark goes over a network, and so must not be done on a thread that serves others.
    pub fn asks_afar(&self) -> bool {
        self.afar
    }

    /// The state of the database now. What was remembered of another state is forgotten.
    pub fn mark(&self) -> Result<i64, Problem> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = watch.change_mark();
        let lost = asked.is_err();
        let mark = match asked {
            Ok(mark) => mark,
            Err(_) => {
                // the server was restarted, perhaps: a new connection counts anew
                *watch = Store::open(&self.db).map_err(crate::app::AppError::from)?;
                watch.change_mark().map_err(crate::app::AppError::from)?
            }
        };
        // still under the lock of the connection, so that an older state never takes the place of a newer one
        let mut kept = self.kept();
        if kept.mark != mark || lost {
            *kept = Kept { mark, ..Kept::default() };
        }
        Ok(mark)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn answer(&self, mark: i64, key: &str) -> Option<Arc<Recalled>> {
        let kept = self.kept();
        let (until, answer) = kept.answers.get(key).filter(|_| kept.mark == mark)?;
        (seconds() < *until).then(|| answer.clone())
    }

    /// What a look at the books gives, from memory where it was had at this state. A look that fails is not remembered.
    pub fn look<T: Serialize + DeserializeOwned>(
        &self,
        mark: i64,
        key: String,
        look: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if let Some(kept) = self.answer(mark, &key)
            && let Ok(known) = serde_json::from_slice(&kept.bytes)
        {
            return Ok(known);
        }
        let found = look()?;
        if let Ok(bytes) = serde_json::to_vec(&found) {
            self.keep(mark, key, Recalled { media: String::new(), etag: None, bytes: Bytes::from(bytes) });
        }
        Ok(found)
    }

    /// Remembers an answer that was read at `mark`.
    pub fn keep(&self, mark: i64, key: String, answer: Recalled) {
        let mut kept = self.kept();
        let size = answer.bytes.len() + key.len();
        if kept.mark != mark || size > MOST / 8 {
            return;
        }
        if kept.bytes + size > MOST {
            kept.answers.clear();
            kept.bytes = 0;
        }
        kept.bytes += size;
        if let Some((_, old)) = kept.answers.insert(key, (seconds() + ANSWER_SECONDS, Arc::new(answer))) {
            kept.bytes = kept.bytes.saturating_sub(old.bytes.len());
        }
    }

    pub fn seat(&self, mark: i64, session: i64) -> Option<Arc<Principal>> {
        let kept = self.kept();
        let (until, who) = kept.seats.get(&session).filter(|_| kept.mark == mark)?;
        (seconds() < *until).then(|| who.clone())
    }

    /// Remembers the person of a session, read at `mark`.
    pub fn keep_seat(&self, mark: i64, who: &Arc<Principal>) {
        let mut kept = self.kept();
        if kept.mark == mark {
            kept.seats.insert(who.session, (seconds() + SEAT_SECONDS, who.clone()));
        }
    }
}

fn seconds() -> i64 {
    Context::new("").now() / 1_000_000
}
