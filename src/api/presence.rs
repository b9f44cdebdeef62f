//! Who is there: sessions in use are noted in memory and written down together, once a minute, so that reading never waits for
//! a write and sixty people at work are one commit and not sixty. While somebody else writes for long, the notes wait.

use super::pool::Lane;
use super::problem::Problem;
use super::state::AppState;
use crate::app::Context;
use crate::app::access::signin;
use actix_web::web;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often it is written down.
const EVERY: Duration = Duration::from_secs(60);

/// Sessions and when they were last in use (microseconds since 1970 UTC), since it was last written down.
#[derive(Default)]
pub struct Presence {
    used: Mutex<HashMap<i64, i64>>,
}

impl Presence {
    /// A session is in use now.
    pub fn note(&self, session: i64) {
        self.add(session, Context::new("").now());
    }

    fn add(&self, session: i64, at: i64) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let last = used.entry(session).or_insert(at);
        *last = at.max(*last);
    }

    fn take(&self) -> Vec<(i64, i64)> {
        let mut used: Vec<(i64, i64)> = self.used.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
        used.sort_unstable();
        used
    }

    /// Writes down what was noted; what cannot be written now stays noted.
    pub async fn write_down(state: &AppState) {
        let used = state.presence.take();
        if used.is_empty() {
            return;
        }
        let noted = used.clone();
        let written = state.pool.run(Lane::Write, move |bureau| signin::touch(bureau, &noted).map_err(Problem::from)).await;
        if written.is_err() {
            used.into_iter().for_each(|(session, at)| state.presence.add(session, at));
        }
    }

    /// Does so as long as the service stands.
    pub async fn keep(state: web::Data<AppState>) {
        while state.ready.load(Ordering::Relaxed) {
            tokio::time::sleep(EVERY).await;
            Presence::write_down(&state).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_use_of_each_session_is_noted_until_it_is_taken() {
        let presence = Presence::default();
        for (session, at) in [(7, 20), (3, 5), (7, 10)] {
            presence.add(session, at);
        }
        assert_eq!(presence.take(), [(3, 5), (7, 20)]);
        assert_eq!(presence.take(), []);
    }
}
