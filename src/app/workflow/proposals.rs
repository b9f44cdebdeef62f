//! Proposals (送审件): something that its maker asks for and that is done only when the others have signed. Here they are made,
//! loaded, listed; the steps are in [`super::steps`].

use super::levels;
use crate::app::act::Once;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::access::{Principal, Scope};
use crate::domain::ledger::chain::Canonical;
use crate::domain::money::Fen;
use crate::domain::workflow::{Level, Signature, needed};
use crate::params;
use crate::store::{Row, StoreError, Tx};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// Sent back for correction.
    Returned,
    Withdrawn,
    Done,
    /// Signed, but it could not be done.
    Failed,
}

impl State {
    fn after(act: &str) -> State {
        match act {
            "returned" => State::Returned,
            "withdrawn" => State::Withdrawn,
            "done" => State::Done,
            "failed" => State::Failed,
            _ => State::Waiting,
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            State::Waiting => "待签批",
            State::Returned => "已退回",
            State::Withdrawn => "已撤回",
            State::Done => "已办理",
            State::Failed => "办理未成",
        }
    }
}

/// Something that happened to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    pub act: String,
    /// Of a signature, else 0.
    pub level: i64,
    pub reason: String,
    /// JSON of what was done, or empty.
    pub result: String,
    pub actor: String,
    /// Microseconds since 1970 UTC.
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub id: i64,
    pub operation: String,
    pub subject: String,
    pub title: String,
    pub summary: String,
    /// JSON of the parameters, as written.
    #[serde(skip)]
    pub input: String,
    #[serde(skip)]
    pub file_param: String,
    pub file_name: String,
    /// SM3; empty without a file.
    #[serde(skip)]
    pub file_digest: Vec<u8>,
    pub amount: Fen,
    pub unit: String,
    #[serde(skip)]
    pub digest: [u8; 32],
    pub maker: String,
    pub maker_user: i64,
    pub at: i64,
    pub events: Vec<Event>,
}

impl Proposal {
    pub fn state(&self) -> State {
        self.events.last().map_or(State::Waiting, |event| State::after(&event.act))
    }

    pub fn is_open(&self) -> bool {
        !matches!(self.state(), State::Done | State::Withdrawn)
    }

    /// Signatures of the present round: what was signed before a return counts no more.
    pub fn signatures(&self) -> Vec<Signature> {
        let from = self.events.iter().rposition(|event| matches!(event.act.as_str(), "returned" | "failed")).map_or(0, |at| at + 1);
        let signed = self.events[from..].iter().filter(|event| event.act == "signed");
        signed.map(|event| Signature { level: event.level, name: event.actor.clone() }).collect()
    }

    /// The levels that it needs.
    pub fn needed<'l>(&self, levels: &'l [Level]) -> Vec<&'l Level> {
        needed(levels, &self.subject, self.amount)
    }

    /// Whether a person may see it: its maker; and within the scope whoever signs its subject, or reads its field.
    pub fn seen_by(&self, who: &Principal, levels: &[Level]) -> bool {
        if self.maker == who.name {
            return true;
        }
        // rights are nobody's money: those who grant them see none of it, and so have no scope
        let of_rights = self.subject == "role";
        let reach = match &who.scope {
            Scope::County => true,
            Scope::Within(_) => of_rights || !self.unit.is_empty() && who.scope.has_unit(&self.unit),
        };
        let reads = if of_rights { "log.read" } else { "audit.read" };
        reach && (who.may(reads) || levels.iter().any(|level| level.subject == self.subject && who.may(&level.permission)))
    }

    /// SM3 over all that is signed.
    pub fn content_digest(&self) -> [u8; 32] {
        let mut c = Canonical::default();
        for part in [&self.operation, &self.subject, &self.input, &self.file_param, &self.file_name, &self.unit, &self.maker] {
            c.text(part);
        }
        c.raw(&self.file_digest).int(self.amount.get());
        c.finish()
    }
}

/// Makes a proposal. One of the same content by the same maker that is still open is given back instead.
pub fn propose(bureau: &mut Bureau, ctx: &Context, who: &Principal, mut new: Proposal) -> Result<Once<i64>> {
    new.maker = ctx.actor.clone();
    new.maker_user = who.user;
    new.at = ctx.now();
    new.digest = new.content_digest();
    bureau.write(|tx, book| {
        let standing = load_where(tx, book, "AND p.digest = $2 ", params![book.id, new.digest])?;
        if let Some(standing) = standing.iter().find(|standing| standing.is_open()) {
            return Ok(Once { result: standing.id, repeated: true });
        }
        let id = tx.take_ids(book.id, "proposal", 1)?;
        tx.execute(
            "INSERT INTO proposal (book, id, operation, subject, title, summary, input, file_param, file_name, file_digest, amount, unit,
                                   digest, maker, maker_user, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            params![
                book.id,
                id,
                &new.operation,
                &new.subject,
                &new.title,
                &new.summary,
                &new.input,
                &new.file_param,
                &new.file_name,
                new.file_digest.clone(),
                new.amount.get(),
                &new.unit,
                new.digest,
                &new.maker,
                new.maker_user,
                new.at
            ],
        )?;
        Ok(Once { result: id, repeated: false })
    })
}

const COLUMNS: &str =
    "p.id, p.operation, p.subject, p.title, p.summary, p.input, p.file_param, p.file_name, p.file_digest, p.amount, p.unit,
       p.digest, p.maker, p.maker_user, p.at";

fn read(row: &Row) -> Result<Proposal> {
    Ok(Proposal {
        id: row.int(0)?,
        operation: row.string(1)?,
        subject: row.string(2)?,
        title: row.string(3)?,
        summary: row.string(4)?,
        input: row.string(5)?,
        file_param: row.string(6)?,
        file_name: row.string(7)?,
        file_digest: row.bytes(8)?.to_vec(),
        amount: Fen::new(row.int(9)?),
        unit: row.string(10)?,
        digest: row.digest(11)?,
        maker: row.string(12)?,
        maker_user: row.int(13)?,
        at: row.int(14)?,
        events: Vec::new(),
    })
}

/// Proposals that meet a condition (on `p`, with `$1` the book), with their events: two queries.
fn load_where(tx: &mut Tx<'_>, book: &Book, condition: &str, values: &[crate::store::Value]) -> Result<Vec<Proposal>> {
    debug_assert!(matches!(values.first(), Some(crate::store::Value::Int(id)) if *id == book.id));
    let mut found: BTreeMap<i64, Proposal> = BTreeMap::new();
    for row in tx.query(&format!("SELECT {COLUMNS} FROM proposal p WHERE p.book = $1 {condition}"), values)? {
        found.insert(row.int(0)?, read(&row)?);
    }
    let sql = format!(
        "SELECT e.proposal, e.act, e.level, e.reason, e.result, e.actor, e.at FROM proposal_event e
           JOIN proposal p ON p.book = e.book AND p.id = e.proposal WHERE e.book = $1 {condition} ORDER BY e.proposal, e.seq"
    );
    for row in tx.query(&sql, values)? {
        if let Some(proposal) = found.get_mut(&row.int(0)?) {
            proposal.events.push(Event {
                act: row.string(1)?,
                level: row.int(2)?,
                reason: row.string(3)?,
                result: row.string(4)?,
                actor: row.string(5)?,
                at: row.int(6)?,
            });
        }
    }
    Ok(found.into_values().collect())
}

/// All that are neither done nor withdrawn.
pub(in crate::app) fn open(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Proposal>> {
    let condition =
        "AND NOT EXISTS (SELECT 1 FROM proposal_event x WHERE x.book = p.book AND x.proposal = p.id AND x.act IN ('done', 'withdrawn'))";
    load_where(tx, book, condition, params![book.id])
}

/// One that a person may see. Errors: there is none such, or it lies outside what the person sees; both are told alike.
pub(super) fn find(tx: &mut Tx<'_>, book: &Book, who: &Principal, levels: &[Level], id: i64) -> Result<Proposal> {
    let found = load_where(tx, book, "AND p.id = $2 ", params![book.id, id])?.pop();
    let Some(proposal) = found.filter(|proposal| proposal.seen_by(who, levels)) else {
        return AppError::refuse("no_proposal", format!("没有送审件 {id}"), "请核对编号");
    };
    if proposal.content_digest() != proposal.digest {
        return Err(StoreError::Schema(format!("送审件 {id} 的内容与其摘要不符，可能被改动过")).into());
    }
    Ok(proposal)
}

/// Which proposals a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Those that are done or withdrawn, too.
    pub all: bool,
    /// Only the person's own.
    pub own: bool,
    /// Before this number, 0 = from the newest.
    pub before: i64,
    pub limit: i64,
}

/// The newest first, of what a person may see.
pub fn list(bureau: &mut Bureau, ctx: &Context, who: &Principal, filter: &Filter) -> Result<Vec<Proposal>> {
    bureau.read(|tx, book| {
        let levels = levels::on(tx, book, ctx.today())?;
        let mut found = if filter.all {
            let before = if filter.before > 0 { filter.before } else { i64::MAX };
            load_where(tx, book, "AND p.id < $2 ", params![book.id, before])?
        } else {
            open(tx, book)?
        };
        found.retain(|proposal| {
            let earlier = filter.before <= 0 || proposal.id < filter.before;
            earlier && proposal.seen_by(who, &levels) && (!filter.own || proposal.maker == who.name)
        });
        found.reverse();
        found.truncate(usize::try_from(filter.limit).unwrap_or(0));
        Ok(found)
    })
}

/// One with the levels that it needs. Errors: as [`find`].
pub fn show(bureau: &mut Bureau, ctx: &Context, who: &Principal, id: i64) -> Result<(Proposal, Vec<Level>)> {
    bureau.read(|tx, book| {
        let levels = levels::on(tx, book, ctx.today())?;
        let proposal = find(tx, book, who, &levels, id)?;
        let needed = proposal.needed(&levels).into_iter().cloned().collect();
        Ok((proposal, needed))
    })
}
