//! Keys of requests (Idempotency-Key): what a person sent under a key is done once. The key is written in the transaction of the act,
//! the answer after it; the same key with another body is refused.

use crate::app::{Book, Bureau, Caller, Result};
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

/// Writes the key of the request in the act's own transaction.
pub(super) fn begin(tx: &mut Tx<'_>, book: &Book, caller: &Caller, now: i64) -> Result<()> {
    if let Some(request) = &caller.request {
        tx.execute(
            "INSERT INTO request (book, person, key, digest, status, answer, at) VALUES ($1, $2, $3, $4, NULL, NULL, $5)
             ON CONFLICT (book, person, key) DO NOTHING",
            params![book.id, caller.user, &request.key, request.digest, now],
        )?;
    }
    Ok(())
}
