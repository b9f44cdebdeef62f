//! Keys of requests (Idempotency-Key): what a person sent under a key is done once. The key is written in the transaction of the act,
//! the answer after it; the same key with another body is refused. Of two requests that come together under one key, the later act
//! finds the key there and is taken back whole.

use crate::app::{AppError, Book, Bureau, Caller, Result};
use crate::params;
use crate::store::{Tx, Value};

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    New,
    /// It was answered: the same answer is given again.
    Answered {
        status: u16,
        body: Vec<u8>,
    },
    /// It was done, or is being done, and its answer is not known.
    Underway,
    /// The key was used for another request.
    Other,
}

/// Looks a key of a person up.
pub fn seen(bureau: &mut Bureau, user: i64, key: &str, digest: &[u8; 32]) -> Result<Seen> {
    bureau.read(|tx, book| {
        let sql = "SELECT digest, status, answer FROM request WHERE book = $1 AND person = $2 AND key = $3";
        let Some(row) = tx.first(sql, params![book.id, user, key])? else { return Ok(Seen::New) };
        if row.bytes(0)? != digest {
            return Ok(Seen::Other);
        }
        let status = row.opt_int(1)?.and_then(|status| u16::try_from(status).ok());
        Ok(match status {
            Some(status) => Seen::Answered { status, body: row.bytes(2)?.to_vec() },
            None => Seen::Underway,
        })
    })
}

/// Keeps the answer, once. A request that wrote nothing has no key, and may be made again.
pub fn answered(bureau: &mut Bureau, user: i64, key: &str, status: u16, body: &[u8]) -> Result<()> {
    let Bureau { store, book, .. } = bureau;
    store.write(book.id, |tx| {
        tx.execute(
            "UPDATE request SET status = $4, answer = $5 WHERE book = $1 AND person = $2 AND key = $3 AND status IS NULL",
            &[Value::Int(book.id), user.into(), key.into(), i64::from(status).into(), body.into()],
        )?;
        Ok(())
    })
}

/// The key that the request now being worked on has written: one request may write more than once, two may not share a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyed(Option<(i64, String)>);

impl Keyed {
    /// A write of this caller was kept, and its key with it.
    pub fn wrote(&mut self, caller: Option<&Caller>) {
        if let Some(caller) = caller {
            self.0 = caller.request.as_ref().map(|request| (caller.user, request.key.clone()));
        }
    }

    fn is(&self, user: i64, key: &str) -> bool {
        self.0.as_ref().is_some_and(|(mine, written)| *mine == user && written == key)
    }
}

/// Writes the key of the request in the act's own transaction. Errors: another request has written it (`request_taken`).
pub(super) fn begin(tx: &mut Tx<'_>, book: &Book, caller: &Caller, keyed: &Keyed, now: i64) -> Result<()> {
    let Some(request) = &caller.request else { return Ok(()) };
    let written = tx.execute(
        "INSERT INTO request (book, person, key, digest, status, answer, at) VALUES ($1, $2, $3, $4, NULL, NULL, $5)
         ON CONFLICT (book, person, key) DO NOTHING",
        params![book.id, caller.user, &request.key, request.digest, now],
    )?;
    if written == 0 && !keyed.is(caller.user, &request.key) {
        return AppError::refuse("request_taken", "同一键的请求已经办理", "请查看办理结果，不必重办");
    }
    Ok(())
}
