//! Idempotency (invariant 7): the same request twice has the effect of once. A request is known by its key; its digest
//! tells whether the same thing is asked again. Keys never expire.

use super::{AppError, Book, Bureau, Caller, Context, Result, access};
use crate::domain::ledger::chain::Canonical;
use crate::params;
use crate::store::{StoreError, Tx};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A result, and whether it was had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once<T> {
    pub result: T,
    pub repeated: bool,
}

/// Digest of what is asked, over its parts in order.
pub fn digest(parts: &[&str]) -> [u8; 32] {
    let mut c = Canonical::default();
    for part in parts {
        c.text(part);
    }
    c.finish()
}

/// Key of a request that may rightly be made again when there is more to do: a new round where there is (`fresh`), else the
/// last round, so that a repeat gets its answer.
pub fn round_key(tx: &mut Tx<'_>, book: &Book, prefix: &str, fresh: bool) -> Result<String> {
    let mut round = 1;
    while tx.first("SELECT key FROM act WHERE book = $1 AND key = $2", params![book.id, format!("{prefix}:{round}")])?.is_some() {
        round += 1;
    }
    Ok(format!("{prefix}:{}", if fresh { round } else { (round - 1).max(1) }))
}

/// Does `work` unless the same request was answered before; then gives that answer.
/// Errors: the key was used for another request.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    verb: &str,
    key: &str,
    parts: &[&str],
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<Once<T>> {
    let asked = digest(parts);
    if let Some(row) = tx.first("SELECT digest, result, actor FROM act WHERE book = $1 AND key = $2", params![book.id, key])? {
        if row.digest(0)? != asked {
            return AppError::refuse(
                "key_reused",
                format!("“{key}”已办理过，且内容与这次不同（经办：{}）", row.text(2)?),
                "内容不同请换用新的编号；要更正请先冲销或撤销原业务",
            );
        }
        let result = serde_json::from_str(row.text(1)?).map_err(|e| StoreError::Schema(e.to_string()))?;
        return Ok(Once { result, repeated: true });
    }
    let result = work(tx)?;
    let text = serde_json::to_string(&result).map_err(|e| StoreError::Schema(e.to_string()))?;
    tx.execute(
        "INSERT INTO act (book, key, digest, verb, result, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![book.id, key, asked, verb, text, &ctx.actor, ctx.now()],
    )?;
    Ok(Once { result, repeated: false })
}

/// Writes down who looks at whose personal data and why, before it is shown: among the acts and in the access log.
/// Errors: no reason.
pub fn record_unmasking(bureau: &mut Bureau, ctx: &Context, of: &[String], reason: &str) -> Result<()> {
    let reason = reason.trim();
    if reason.is_empty() {
        return AppError::refuse("no_reason", "查看完整个人信息必须写明理由", "请用 ⟦reason⟧ 写明");
    }
    let result = serde_json::json!({ "reason": reason, "of": of }).to_string();
    let asks = bureau.caller.clone().unwrap_or_else(|| Caller::at_desk(ctx, "", "", ""));
    let looks = Caller { operation: "personal.unmask".into(), target: of.join("、"), reason: reason.into(), ..asks };
    let Bureau { store, book, keyed, .. } = bureau;
    store.write(book.id, |tx| {
        let key = format!("unmask:{}", tx.take_ids(book.id, "unmask", 1)?);
        let asked = digest(&[reason, &of.join("\n")]);
        tx.execute(
            "INSERT INTO act (book, key, digest, verb, result, actor, at) VALUES ($1, $2, $3, 'unmask', $4, $5, $6)",
            params![book.id, key, asked, result, &ctx.actor, ctx.now()],
        )?;
        access::log::seal(tx, book, Some(&looks), keyed, ctx.now())
    })?;
    keyed.wrote(Some(&looks));
    Ok(())
}
