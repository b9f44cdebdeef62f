//! Holds (暂停新增分配) at the doors of money. A unit on that rung in the latest run gets no new allocation, and no batch but
//! those that pay money of earlier years to households. Of a fund on it nothing more is handed out, while what was handed out
//! before may be paid: to pay it is how the fund catches up. A leave to pass ([`super::permit`]) that was granted, covers the
//! day and still has money lets through what it covers, and every fen that passes is written down under it. Where no run
//! exists, as in the import of whole histories, nothing is held. Lines returned by the bank may be paid again: that money
//! passed before.

use super::stored;
use crate::app::money::slices::Slice;
use crate::app::{Book, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::control::decide::Subject;
use crate::domain::control::{Rung, SubjectKind};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// The holds in force, and what may pass them.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    held: BTreeMap<Subject, Held>,
    permits: Vec<Permit>,
}

#[derive(Debug, Clone)]
struct Held {
    name: String,
    rung: Rung,
    month: String,
}

#[derive(Debug, Clone)]
struct Permit {
    id: i64,
    subject: Subject,
    from: i64,
    to: i64,
    left: i64,
}

/// An amount that passed under a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Use {
    permit: i64,
    amount: i64,
}

/// Why something is refused, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub subject: Subject,
    pub problem: String,
    pub mend: String,
}

impl Holds {
    pub fn load(tx: &mut Tx<'_>, book: &Book) -> Result<Holds> {
        let Some(run) = stored::latest_before(tx, book, None)? else { return Ok(Holds::default()) };
        let mut held = BTreeMap::new();
        for (subject, (rung, name)) in stored::rungs(tx, book, Some(run.id))? {
            if rung.holds() {
                held.insert(subject, Held { name, rung, month: run.month.to_string() });
            }
        }
        if held.is_empty() {
            return Ok(Holds::default());
        }
        let rows = tx.query(
            "SELECT o.id, o.kind, o.subject, o.valid_from, o.valid_to,
                    o.amount - CAST(COALESCE((SELECT SUM(u.amount) FROM control_override_use u
                                               WHERE u.book = o.book AND u.override = o.id), 0) AS BIGINT)
               FROM control_override o
               JOIN control_override_ruling r ON r.book = o.book AND r.override = o.id AND r.granted = 1
              WHERE o.book = $1 ORDER BY o.id",
            params![book.id],
        )?;
        let mut permits = Vec::new();
        for row in rows {
            let kind = SubjectKind::from_code(row.text(1)?).unwrap_or(SubjectKind::Unit);
            let subject = (kind, row.string(2)?);
            permits.push(Permit { id: row.int(0)?, subject, from: row.int(3)?, to: row.int(4)?, left: row.int(5)? });
        }
        Ok(Holds { held, permits })
    }

    pub fn is_held(&self, subject: &Subject) -> bool {
        self.held.contains_key(subject)
    }

    /// Whether money of a fund may go to a unit on a day; if so, under which permits, whose rest is lowered.
    pub fn admit(&mut self, unit: &str, fund: &str, amount: Fen, date: NaiveDate) -> std::result::Result<Vec<Use>, Stopped> {
        let mut uses = Vec::new();
        for subject in [(SubjectKind::Unit, unit.to_string()), (SubjectKind::Fund, fund.to_string())] {
            match self.admit_subject(subject, amount, date) {
                Ok(passed) => uses.extend(passed),
                Err(stopped) => {
                    self.give_back(&uses);
                    return Err(stopped);
                }
            }
        }
        Ok(uses)
    }

    fn admit_subject(&mut self, subject: Subject, amount: Fen, date: NaiveDate) -> std::result::Result<Option<Use>, Stopped> {
        let Some(held) = self.held.get(&subject) else { return Ok(None) };
        let (day, need) = (date_to_int(date), amount.get());
        let fits = |permit: &&mut Permit| permit.subject == subject && permit.from <= day && day <= permit.to && permit.left >= need;
        let Some(permit) = self.permits.iter_mut().find(fits) else { return Err(stopped(subject.clone(), held)) };
        permit.left -= need;
        Ok(Some(Use { permit: permit.id, amount: need }))
    }

    fn give_back(&mut self, uses: &[Use]) {
        for used in uses {
            if let Some(permit) = self.permits.iter_mut().find(|permit| permit.id == used.permit) {
                permit.left += used.amount;
            }
        }
    }

    /// Whether a unit's batch may draw on its slices: money of earlier years to households is free.
    pub fn admit_batch(
        &mut self,
        tx: &mut Tx<'_>,
        book: &Book,
        unit: &str,
        slices: &[Slice],
        date: NaiveDate,
    ) -> Result<std::result::Result<Vec<Use>, Stopped>> {
        let mut uses = Vec::new();
        let subject = (SubjectKind::Unit, unit.to_string());
        if !self.held.contains_key(&subject) {
            return Ok(Ok(uses));
        }
        for slice in slices {
            let row = tx.one(
                "SELECT f.year, f.carried_over, f.carried_from FROM dim d JOIN fund f ON f.book = d.book AND f.doc_no = d.fund
                  WHERE d.book = $1 AND d.id = $2",
                params![book.id, slice.dim],
            )?;
            let old = row.int(0)? < i64::from(date.year()) || row.int(1)? == 1 || row.opt_int(2)?.is_some();
            if old {
                continue;
            }
            match self.admit_subject(subject.clone(), Fen::new(slice.amount), date) {
                Ok(passed) => uses.extend(passed),
                Err(stopped) => {
                    self.give_back(&uses);
                    return Ok(Err(stopped));
                }
            }
        }
        Ok(Ok(uses))
    }
}

fn stopped(subject: Subject, held: &Held) -> Stopped {
    let problem = format!(
        "{}“{}”在 {} 考核中列为“{}”：不得新增分配和发放（以往年度资金发放到户的除外）",
        subject.0.chinese(),
        held.name,
        held.month,
        held.rung.chinese()
    );
    let mend = format!("待赶上序时解除；确需办理的，⟦override.ask⟧ ⟦{}⟧ {} …，由领导批准（⟦override.grant⟧）", subject.0.code(), subject.1);
    Stopped { subject, problem, mend }
}

/// Writes down what passed: through which door, under which document or batch.
pub(crate) fn record(tx: &mut Tx<'_>, book: &Book, ctx: &Context, door: &str, reference: &str, uses: &[Use]) -> Result<()> {
    for used in uses {
        let id = tx.take_ids(book.id, "control_override_use", 1)?;
        tx.execute(
            "INSERT INTO control_override_use (book, id, override, door, reference, amount, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![book.id, id, used.permit, door, reference, used.amount, &ctx.actor, ctx.now()],
        )?;
    }
    Ok(())
}

/// Whether a batch passed a hold before, so that its approval needs no second leave.
pub(crate) fn passed(tx: &mut Tx<'_>, book: &Book, batch: &str) -> Result<bool> {
    let used = "SELECT id FROM control_override_use WHERE book = $1 AND door = 'batch' AND reference = $2 LIMIT 1";
    Ok(tx.first(used, params![book.id, batch])?.is_some())
}

/// A day as it is stored.
pub(crate) fn day(number: i64) -> NaiveDate {
    date_from_int(number).unwrap_or_default()
}
