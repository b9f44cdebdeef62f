//! Cases (线索) for the auditors: those opened by the year's end that were not closed before the year began, with their steps
//! up to the year's end and the payments in question.

use super::Personal;
use super::payment_keys::Payments;
use super::personal::Shown;
use super::scope::Scope;
use crate::app::{Book, Result};
use crate::domain::cases::{Remedy, State, Step};
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::{StoreError, Tx};
use std::collections::BTreeMap;

/// What the findings need to know of cases and payments.
pub(super) struct Known {
    /// Code of each case that is in the export, by its number.
    pub cases: BTreeMap<i64, String>,
    pub payments: Payments,
}

struct Event {
    seq: i64,
    step: String,
    date: i64,
    actor: String,
    text: String,
    person: String,
    measure: Option<i64>,
    kind: String,
    due: Option<i64>,
    amount: i64,
    refund: Option<String>,
    voucher: Option<i64>,
    proof: String,
}

struct Case {
    id: i64,
    code: String,
    source: &'static str,
    reference: String,
    title: String,
    amount: i64,
    opened: i64,
    actor: String,
    payments: Vec<String>,
    events: Vec<Event>,
}

impl Case {
    fn state(&self) -> State {
        let steps = self.events.iter().filter_map(|event| Step::from_code(&event.step));
        steps.fold(State::Opened, |state, step| state.after(step).unwrap_or(state))
    }
}

pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal) -> Result<Known> {
    let cases = load(tx, book, scope)?;
    let (shown, payments) = (Shown::new(book, personal), Payments::load(tx, book, scope)?);
    let mut rec = out.table("XS")?;
    for case in &cases {
        let (events, paid) = (case.events.len() as i64, case.payments.len() as i64);
        let (title, state) = (shown.written(&case.title), case.state().chinese());
        rec.fill(&[
            &case.code,
            &case.source,
            &case.reference,
            &title,
            &Fen::new(case.amount),
            &case.opened,
            &case.actor,
            &state,
            &events,
            &paid,
        ]);
        out.put(&mut rec)?;
    }
    steps(out, &cases, &shown)?;
    let mut rec = out.table("XSZF")?;
    for case in &cases {
        payments.write(out, &mut rec, &case.code, &case.payments, &shown)?;
    }
    Ok(Known { cases: cases.into_iter().map(|case| (case.id, case.code)).collect(), payments })
}

fn steps(out: &mut Package, cases: &[Case], shown: &Shown<'_>) -> Result<()> {
    let mut rec = out.table("XSSJ")?;
    for (case, event) in cases.iter().flat_map(|case| case.events.iter().map(move |event| (case, event))) {
        let step = Step::from_code(&event.step);
        // an official to whom it is assigned is named, like every maker and checker; whoever answers for it may be anyone
        let person = if step == Some(Step::Assigned) { event.person.clone() } else { shown.name(&event.person) };
        rec.fill(&[
            &case.code,
            &event.seq,
            &step.map_or("", Step::chinese),
            &event.date,
            &event.actor,
            &shown.written(&event.text),
            &person,
            &event.measure,
            &Remedy::from_code(&event.kind).map_or("", Remedy::chinese),
            &event.due,
            &Fen::new(event.amount),
            &event.refund,
            &event.voucher,
            &event.proof,
        ]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn load(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<Case>> {
    let (first, last) = scope.days();
    let mut events = events(tx, book, scope)?;
    let sql = "SELECT id, code, source, reference, title, amount, opened, actor, payments FROM lead
                WHERE book = $1 AND opened <= $2 AND at <= $3 ORDER BY id";
    let mut cases = Vec::new();
    for row in tx.query(sql, params![book.id, last, scope.until])? {
        let id = row.int(0)?;
        let case = Case {
            id,
            code: row.string(1)?,
            source: match row.text(2)? {
                "finding" => "疑点",
                "inspection" => "检查",
                "complaint" => "投诉",
                _ => "其他",
            },
            reference: row.string(3)?,
            title: row.string(4)?,
            amount: row.int(5)?,
            opened: row.int(6)?,
            actor: row.string(7)?,
            payments: serde_json::from_str(row.text(8)?).map_err(|error| StoreError::Schema(error.to_string()))?,
            events: events.remove(&id).unwrap_or_default(),
        };
        let over = case.state() == State::Closed && case.events.last().is_some_and(|event| event.date < first);
        if !over {
            cases.push(case);
        }
    }
    Ok(cases)
}

fn events(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<BTreeMap<i64, Vec<Event>>> {
    let sql =
        "SELECT e.lead, e.seq, e.step, e.date, e.actor, e.text, e.person, e.measure, e.kind, e.due, e.amount, e.proof, r.doc_no, r.voucher
                 FROM lead_event e LEFT JOIN refund r ON r.book = e.book AND r.id = e.refund
                WHERE e.book = $1 AND e.date <= $2 AND e.at <= $3 AND COALESCE(r.voucher, 0) <= $4 ORDER BY e.lead, e.seq";
    let mut events: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for row in tx.query(sql, params![book.id, scope.days().1, scope.until, scope.last])? {
        let event = Event {
            seq: row.int(1)?,
            step: row.string(2)?,
            date: row.int(3)?,
            actor: row.string(4)?,
            text: row.string(5)?,
            person: row.string(6)?,
            measure: row.opt_int(7)?,
            kind: row.string(8)?,
            due: row.opt_int(9)?,
            amount: row.int(10)?,
            proof: hex(row.bytes(11)?),
            refund: row.opt_string(12)?,
            voucher: row.opt_int(13)?,
        };
        events.entry(row.int(0)?).or_default().push(event);
    }
    Ok(events)
}
