//! The ladder of the 95% rule (通报约谈) and the inspections (检查) for the auditors: each month's run with every decision and the
//! figures that led there; each plan of the year with how it was drawn and what was concluded.

use super::Personal;
use super::personal::Shown;
use super::scope::Scope;
use crate::app::context::china_time;
use crate::app::{Book, Result};
use crate::domain::control::{Rung, SubjectKind};
use crate::domain::inspection::plan::{Method, PlanKind, Population, State, Verdict};
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::{Row, Tx};

/// Runs of the year's months as known, every version.
pub(super) fn runs(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let sql = "SELECT r.id, r.month, r.version, p.month, p.version, r.seq, r.head, r.policy, r.digest, r.changes, r.actor, r.checker, r.at,
                      (SELECT COUNT(*) FROM control_decision d WHERE d.book = r.book AND d.run = r.id)
                 FROM control_run r LEFT JOIN control_run p ON p.book = r.book AND p.id = r.previous
                WHERE r.book = $1 AND r.month >= $2 AND r.month <= $3 AND r.seq <= $4 AND r.at <= $5 ORDER BY r.id";
    let (year, mut known) = (scope.year * 100, Vec::new());
    let mut rec = out.table("TBYX")?;
    for row in tx.query(sql, params![book.id, year + 1, year + 12, scope.last, scope.until])? {
        let code = format!("{}-{}", row.int(1)?, row.int(2)?);
        let before = row.opt_int(3)?.zip(row.opt_int(4)?).map(|(month, version)| format!("{month}-{version}"));
        let head = if row.int(5)? == 0 { String::new() } else { hex(row.bytes(6)?) };
        rec.fill(&[
            &code,
            &row.int(1)?,
            &row.int(2)?,
            &before,
            &row.int(5)?,
            &head,
            &row.text(7)?,
            &hex(row.bytes(8)?),
            &row.text(9)?,
            &row.text(10)?,
            &row.text(11)?,
            &china_time(row.int(12)?),
            &row.int(13)?,
        ]);
        out.put(&mut rec)?;
        known.push((row.int(0)?, code));
    }
    let mut rec = out.table("TBJD")?;
    let sql = "SELECT kind, subject, name, available, spent, due, schedule, target, gap, place, behind_months, bottom_months, idle_days,
                      by_rule, before, rung, lifted, reasons FROM control_decision WHERE book = $1 AND run = $2";
    for (run, code) in known {
        let mut rows: Vec<(String, String, Row)> = Vec::new();
        for row in tx.query(sql, params![book.id, run])? {
            rows.push((row.string(0)?, row.string(1)?, row));
        }
        rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        for (kind, subject, row) in &rows {
            let kind = SubjectKind::ALL.into_iter().find(|known| known.code() == kind).map_or("", SubjectKind::chinese);
            let fen = |at: usize| row.int(at).map(Fen::new);
            let rung = |at: usize| row.int(at).map(|number| Rung::of(number).chinese());
            rec.fill(&[
                &code,
                &kind,
                subject,
                &row.text(2)?,
                &fen(3)?,
                &fen(4)?,
                &fen(5)?,
                &row.text(6)?,
                &row.text(7)?,
                &row.text(8)?,
                &row.opt_int(9)?,
                &row.int(10)?,
                &row.int(11)?,
                &row.opt_int(12)?,
                &rung(13)?,
                &rung(14)?,
                &rung(15)?,
                &row.int(16)?,
                &row.text(17)?,
            ]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

/// Plans of the year with frame and sample as drawn, and their evaluations.
pub(super) fn inspections(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal) -> Result<()> {
    let shown = Shown::new(book, personal);
    // a drawing whose frame knows later vouchers is not known yet
    let sql = "SELECT p.id, p.code, p.title, p.kind, p.quarter, p.population, p.period_first, p.period_last, p.method, p.confidence,
                      p.tolerable, p.expected, p.due, p.reason, p.maker,
                      COALESCE((SELECT e.state FROM inspection_event e WHERE e.book = p.book AND e.plan = p.id AND e.at <= $4
                                 ORDER BY e.seq DESC LIMIT 1), 'drafted'),
                      d.known_to, d.items, d.total, d.households, d.frame_digest, d.seed, d.size, d.sample_digest,
                      (SELECT COUNT(*) FROM inspection_sample s WHERE s.book = p.book AND s.plan = d.plan),
                      (SELECT COUNT(*) FROM inspection_evaluation v WHERE v.book = p.book AND v.plan = d.plan AND v.at <= $4)
                 FROM inspection_plan p
                 LEFT JOIN inspection_drawing d ON d.book = p.book AND d.plan = p.id AND d.known_to <= $3 AND d.at <= $4
                WHERE p.book = $1 AND p.year = $2 AND p.at <= $4 ORDER BY p.id";
    let mut plans = Vec::new();
    let mut rec = out.table("JCJH")?;
    for row in tx.query(sql, params![book.id, scope.year, scope.last, scope.until])? {
        let drawn = row.opt_int(16)?.is_some();
        let digest = |at: usize| if drawn { row.bytes(at).map(hex) } else { Ok(String::new()) };
        rec.fill(&[
            &row.text(1)?,
            &row.text(2)?,
            &PlanKind::find(row.text(3)?).map_or("", PlanKind::title),
            &scope.year,
            &row.opt_int(4)?,
            &Population::find(row.text(5)?).map_or("", Population::title),
            &row.int(6)?,
            &row.int(7)?,
            &Method::find(row.text(8)?).map_or("", Method::title),
            &row.int(9)?,
            &row.int(10)?,
            &row.int(11)?,
            &row.int(12)?,
            &shown.written(row.text(13)?),
            &row.text(14)?,
            &State::find(row.text(15)?).map_or("", State::title),
            &row.opt_int(16)?,
            &row.opt_int(17)?,
            &row.opt_int(18)?.map(Fen::new),
            &row.opt_int(19)?,
            &digest(20)?,
            &row.opt_string(21)?,
            &row.opt_int(22)?,
            &digest(23)?,
            &row.int(24)?,
            &row.int(25)?,
        ]);
        out.put(&mut rec)?;
        if drawn {
            plans.push((row.int(0)?, row.string(1)?));
        }
    }
    let mut rec = out.table("JCPJ")?;
    let sql = "SELECT seq, date, examined, in_error, found, projected, upper, verdict, actor, at FROM inspection_evaluation
                WHERE book = $1 AND plan = $2 AND at <= $3 ORDER BY seq";
    for (plan, code) in plans {
        for row in tx.query(sql, params![book.id, plan, scope.until])? {
            let fen = |at: usize| row.int(at).map(Fen::new);
            let verdict = Verdict::find(row.text(7)?).map_or("", Verdict::title);
            let (seq, at) = (row.int(0)?, china_time(row.int(9)?));
            rec.fill(&[&code, &seq, &row.int(1)?, &row.int(2)?, &row.int(3)?, &fen(4)?, &fen(5)?, &fen(6)?, &verdict, &row.text(8)?, &at]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}
