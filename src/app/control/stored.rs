//! Runs of the ladder as they are written down: rows in and out, and the digest that seals them.

use super::figures::Assessed;
use crate::app::setting::Values;
use crate::app::{Book, Context, Result};
use crate::domain::calendar::Month;
use crate::domain::control::decide::Subject;
use crate::domain::control::{Decision, Proposal, Rung, SubjectKind};
use crate::domain::ledger::chain::Canonical;
use crate::domain::money::Fen;
use crate::params;
use crate::store::{Row, StoreError, Tx};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The head of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    pub month: Month,
    pub version: i64,
    pub previous: Option<i64>,
    /// Known-at: the last voucher and its hash, and the instant up to which settings count.
    pub seq: i64,
    pub head: Vec<u8>,
    pub at: i64,
    pub policy: Values,
    pub digest: [u8; 32],
    pub changes: Vec<String>,
    pub actor: String,
    pub checker: String,
}

const RUN: &str = "SELECT id, month, version, previous, seq, head, at, policy, digest, changes, actor, checker FROM control_run";

fn run_of(row: &Row) -> Result<Run> {
    let schema = |what: String| StoreError::Schema(what);
    Ok(Run {
        id: row.int(0)?,
        month: Month::from_int(row.int(1)?).ok_or_else(|| schema(format!("考核月份 {} 无效", row.int(1).unwrap_or(0))))?,
        version: row.int(2)?,
        previous: row.opt_int(3)?,
        seq: row.int(4)?,
        head: row.bytes(5)?.to_vec(),
        at: row.int(6)?,
        policy: serde_json::from_str(row.text(7)?).map_err(|error| schema(error.to_string()))?,
        digest: row.digest(8)?,
        changes: row.text(9)?.lines().map(str::to_string).collect(),
        actor: row.string(10)?,
        checker: row.string(11)?,
    })
}

/// All runs in the order in which they were written.
pub(crate) fn runs(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Run>> {
    tx.query(&format!("{RUN} WHERE book = $1 ORDER BY id"), params![book.id])?.iter().map(run_of).collect()
}

/// The newest version of a month, up to an instant where one is given.
pub(crate) fn latest_of(tx: &mut Tx<'_>, book: &Book, month: Month, known: Option<i64>) -> Result<Option<Run>> {
    let sql = format!("{RUN} WHERE book = $1 AND month = $2 AND at <= $3 ORDER BY version DESC LIMIT 1");
    tx.first(&sql, params![book.id, month.to_int(), known.unwrap_or(i64::MAX)])?.as_ref().map(run_of).transpose()
}

/// The newest version of the last month before one; of all months where none is given.
pub(crate) fn latest_before(tx: &mut Tx<'_>, book: &Book, month: Option<Month>) -> Result<Option<Run>> {
    let sql = format!("{RUN} WHERE book = $1 AND month < $2 ORDER BY month DESC, version DESC LIMIT 1");
    tx.first(&sql, params![book.id, month.map_or(i64::MAX, Month::to_int)])?.as_ref().map(run_of).transpose()
}

pub(crate) fn decisions(tx: &mut Tx<'_>, book: &Book, run: i64) -> Result<Vec<Decision>> {
    let rows = tx.query(
        "SELECT kind, subject, name, available, spent, due, schedule, target, gap, place, behind_months, bottom_months, idle_days,
                by_rule, before, rung, lifted, reasons
           FROM control_decision WHERE book = $1 AND run = $2",
        params![book.id, run],
    )?;
    let mut decisions: Vec<Decision> = rows.iter().map(decision_of).collect::<Result<_>>()?;
    decisions.sort_by(|a, b| (a.kind, &a.key).cmp(&(b.kind, &b.key)));
    Ok(decisions)
}

fn decision_of(row: &Row) -> Result<Decision> {
    let (available, spent) = (Fen::new(row.int(3)?), Fen::new(row.int(4)?));
    let number = |column: usize| Ok::<_, crate::app::AppError>(row.text(column)?.parse::<Decimal>().ok());
    let count = |column: usize| Ok::<_, crate::app::AppError>(u32::try_from(row.int(column)?).unwrap_or(0));
    let opt_count = |column: usize| Ok::<_, crate::app::AppError>(row.opt_int(column)?.and_then(|n| u32::try_from(n).ok()));
    Ok(Decision {
        kind: SubjectKind::from_code(row.text(0)?).unwrap_or(SubjectKind::Unit),
        key: row.string(1)?,
        name: row.string(2)?,
        available,
        spent,
        due: Fen::new(row.int(5)?),
        progress: crate::domain::progress::measure::ratio(spent, available),
        schedule: number(6)?,
        target: number(7)?,
        gap: number(8)?,
        rank: opt_count(9)?,
        behind_months: count(10)?,
        bottom_months: count(11)?,
        idle_days: opt_count(12)?,
        by_rule: Rung::of(row.int(13)?),
        before: Rung::of(row.int(14)?),
        rung: Rung::of(row.int(15)?),
        lifted: row.int(16)? == 1,
        reasons: row.text(17)?.lines().map(str::to_string).collect(),
    })
}

/// The rungs that a run left, with the names of their subjects.
pub(crate) fn rungs(tx: &mut Tx<'_>, book: &Book, run: Option<i64>) -> Result<BTreeMap<Subject, (Rung, String)>> {
    let Some(run) = run else { return Ok(BTreeMap::new()) };
    let stood = decisions(tx, book, run)?.into_iter();
    Ok(stood.map(|decision| ((decision.kind, decision.key), (decision.rung, decision.name))).collect())
}

/// Proposals of a run by subject, each with its line.
pub(crate) fn proposals(tx: &mut Tx<'_>, book: &Book, run: i64) -> Result<BTreeMap<Subject, Vec<(i64, Proposal)>>> {
    let rows = tx.query(
        "SELECT kind, subject, line, fund, unit, project, program, amount FROM control_proposal
          WHERE book = $1 AND run = $2 ORDER BY kind, subject, line",
        params![book.id, run],
    )?;
    let mut found: BTreeMap<Subject, Vec<(i64, Proposal)>> = BTreeMap::new();
    for row in rows {
        let kind = SubjectKind::from_code(row.text(0)?).unwrap_or(SubjectKind::Unit);
        let proposal = Proposal {
            fund: row.string(3)?,
            unit: row.string(4)?,
            project: row.string(5)?,
            program: row.string(6)?,
            amount: Fen::new(row.int(7)?),
        };
        found.entry((kind, row.string(1)?)).or_default().push((row.int(2)?, proposal));
    }
    Ok(found)
}

/// A share or gap as it is stored: eight decimals, nothing where there is none.
pub(crate) fn figure(value: Option<Decimal>) -> String {
    value.map_or_else(String::new, |value| format!("{:.8}", value.round_dp(8)))
}

/// SM3 over what was decided. Names are left out: they may be corrected in the registers.
pub(crate) fn digest(month: Month, decisions: &[Decision], proposals: &[(Subject, Vec<Proposal>)]) -> [u8; 32] {
    let mut c = Canonical::default();
    c.byte(1).int(month.to_int()).int(decisions.len() as i64);
    for d in decisions {
        c.text(d.kind.code()).text(&d.key).int(d.available.get()).int(d.spent.get()).int(d.due.get());
        c.text(&figure(d.schedule)).text(&figure(d.target)).text(&figure(d.gap));
        c.int(d.rank.map_or(-1, i64::from)).int(d.behind_months.into()).int(d.bottom_months.into());
        c.int(d.idle_days.map_or(-1, i64::from)).int(d.by_rule.number()).int(d.before.number()).int(d.rung.number());
        c.byte(u8::from(d.lifted)).text(&d.reasons.join("\n"));
    }
    for ((kind, key), lines) in proposals {
        c.text(kind.code()).text(key).int(lines.len() as i64);
        for p in lines {
            c.text(&p.fund).text(&p.unit).text(&p.project).text(&p.program).int(p.amount.get());
        }
    }
    c.finish()
}

impl Assessed {
    pub fn by_subject(&self) -> Vec<(Subject, Vec<Proposal>)> {
        let subject = |at: usize| (self.decisions[at].kind, self.decisions[at].key.clone());
        self.proposals.iter().map(|(at, lines)| (subject(*at), lines.clone())).collect()
    }

    pub fn digest(&self, month: Month) -> [u8; 32] {
        digest(month, &self.decisions, &self.by_subject())
    }
}

/// Writes a run down; the id is its.
pub(crate) fn insert(tx: &mut Tx<'_>, book: &Book, ctx: &Context, run: &Run, assessed: &Assessed) -> Result<()> {
    let policy = serde_json::to_string(&run.policy).map_err(|error| StoreError::Schema(error.to_string()))?;
    tx.execute(
        "INSERT INTO control_run (book, id, month, version, previous, seq, head, policy, digest, changes, actor, checker, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            book.id,
            run.id,
            run.month.to_int(),
            run.version,
            run.previous,
            run.seq,
            run.head.clone(),
            policy,
            run.digest,
            run.changes.join("\n"),
            &ctx.actor,
            &run.checker,
            run.at
        ],
    )?;
    for (at, d) in assessed.decisions.iter().enumerate() {
        insert_decision(tx, book, run.id, d)?;
        for (line, p) in assessed.proposals.get(&at).into_iter().flatten().enumerate() {
            tx.execute(
                "INSERT INTO control_proposal (book, run, kind, subject, line, fund, unit, project, program, amount)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                params![book.id, run.id, d.kind.code(), &d.key, line as i64 + 1, &p.fund, &p.unit, &p.project, &p.program, p.amount.get()],
            )?;
        }
    }
    Ok(())
}

fn insert_decision(tx: &mut Tx<'_>, book: &Book, run: i64, d: &Decision) -> Result<()> {
    tx.execute(
        "INSERT INTO control_decision (book, run, kind, subject, name, available, spent, due, schedule, target, gap, place,
           behind_months, bottom_months, idle_days, by_rule, before, rung, lifted, reasons)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        params![
            book.id,
            run,
            d.kind.code(),
            &d.key,
            &d.name,
            d.available.get(),
            d.spent.get(),
            d.due.get(),
            figure(d.schedule),
            figure(d.target),
            figure(d.gap),
            d.rank.map(i64::from),
            i64::from(d.behind_months),
            i64::from(d.bottom_months),
            d.idle_days.map(i64::from),
            d.by_rule.number(),
            d.before.number(),
            d.rung.number(),
            i64::from(d.lifted),
            d.reasons.join("\n")
        ],
    )?;
    Ok(())
}
