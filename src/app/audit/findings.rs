//! Findings (疑点) for the auditors, as the last screening by the year's end left them: what each rule could check, the last
//! version of each finding that still stood or passed away in the year, its payments and what it rests on. A rule that could
//! not check says so and is never clean.

use super::Personal;
use super::business::scan;
use super::cases::Known;
use super::personal::Shown;
use super::scope::Scope;
use crate::app::context::china_time;
use crate::app::screening::files;
use crate::app::screening::findings::subject_word;
use crate::app::{Book, Result};
use crate::domain::calendar::day_text;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::domain::screening::{Evidence, Severity, rules};
use crate::files::writing::package::Package;
use crate::params;
use crate::store::{Field, Row, StoreError, Tx, Value};
use std::collections::{BTreeMap, HashMap};

/// Which findings: the last version known by the last run; those found no more only if they passed away in the year.
const STANDING: &str = "FROM finding f JOIN finding_version v ON v.book = f.book AND v.finding = f.id
     JOIN screen_run r ON r.book = v.book AND r.id = v.run
    WHERE f.book = $1 AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = f.book AND w.finding = f.id AND w.run <= $2)
      AND (v.present = 1 OR r.as_of >= $3)";

/// The last screening of the whole book that counts.
struct Last {
    run: i64,
    as_of: i64,
}

/// Findings, checks and runs.
pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal, known: &Known) -> Result<()> {
    let last = runs(out, tx, book, scope)?;
    let which = params![book.id, last.run, scope.days().0];
    checks(out, tx, book, &last)?;
    findings(out, tx, book, scope, personal, known, &last, which)?;
    let shown = Shown::new(book, personal);
    let mut rec = out.table("YDZF")?;
    scan(tx, &format!("SELECT f.key, v.payments {STANDING} ORDER BY f.id"), which, |r| {
        let keys: Vec<String> = serde_json::from_str(r[1].text()?).map_err(broken)?;
        Ok(known.payments.write(out, &mut rec, r[0].text()?, &keys, &shown))
    })?;
    evidence(out, tx, book, &shown, which)
}

fn broken(error: serde_json::Error) -> StoreError {
    StoreError::Schema(error.to_string())
}

fn runs(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Last> {
    let mut rec = out.table("SCYX")?;
    let sql = "SELECT id, as_of, seq, files, digest, payments, people, findings, actor, at FROM screen_run
                WHERE book = $1 AND batch IS NULL AND as_of <= $2 AND seq <= $3 AND at <= $4 ORDER BY id";
    let rows = tx.query(sql, params![book.id, scope.days().1, scope.last, scope.until])?;
    for (place, row) in (1..).zip(&rows) {
        rec.fill(&[
            &row.int(0)?,
            &row.int(1)?,
            &row.int(2)?,
            &row.int(3)?,
            &hex(row.bytes(4)?),
            &row.int(5)?,
            &row.int(6)?,
            &row.int(7)?,
            &row.text(8)?,
            &china_time(row.int(9)?),
            &i64::from(place == rows.len()),
        ]);
        out.put(&mut rec)?;
    }
    rows.last().map_or(Ok(Last { run: 0, as_of: 0 }), |row| Ok(Last { run: row.int(0)?, as_of: row.int(1)? }))
}

/// What each rule could check when it last ran: a run may be of some rules only.
fn checks(out: &mut Package, tx: &mut Tx<'_>, book: &Book, last: &Last) -> Result<()> {
    let mut rec = out.table("GZJC")?;
    let mut checks: BTreeMap<String, Row> = BTreeMap::new();
    let sql = "SELECT c.rule, c.run, c.version, c.state, c.why, c.lists, c.params, c.findings FROM screen_check c
                WHERE c.book = $1 AND c.run = (SELECT MAX(k.run) FROM screen_check k JOIN screen_run r ON r.book = k.book AND r.id = k.run
                                              WHERE k.book = c.book AND k.rule = c.rule AND k.run <= $2 AND r.batch IS NULL)";
    for row in tx.query(sql, params![book.id, last.run])? {
        checks.insert(row.string(0)?, row);
    }
    for (rule, row) in &checks {
        let name = rules::find(rule).map_or("", |rule| rule.name);
        let state = if row.text(3)? == "checked" { "已检查" } else { "未检查" };
        let lists: Vec<(String, i64)> = serde_json::from_str(row.text(5)?).map_err(broken)?;
        let params: Vec<(String, String)> = serde_json::from_str(row.text(6)?).map_err(broken)?;
        let lists: Vec<String> = lists.iter().map(|(kind, day)| format!("{kind} {}", day_text(*day))).collect();
        let params: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (lists, params) = (lists.join("；"), params.join("；"));
        rec.fill(&[&row.int(1)?, rule, &name, &row.int(2)?, &state, &row.text(4)?, &lists, &params, &row.int(7)?]);
        out.put(&mut rec)?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)] // what one table is made of
fn findings(
    out: &mut Package,
    tx: &mut Tx<'_>,
    book: &Book,
    scope: &Scope,
    personal: Personal,
    known: &Known,
    last: &Last,
    which: &[Value],
) -> Result<()> {
    let (suppressed, cases) = (suppressed(tx, book, scope, last)?, in_cases(tx, book, known)?);
    let shown = Shown::new(book, personal);
    let mut rec = out.table("YD")?;
    let sql = format!(
        "SELECT f.id, f.key, f.rule, COALESCE((SELECT c.version FROM screen_check c WHERE c.book = v.book AND c.run = v.run AND c.rule = f.rule), 0),
                v.severity, f.subject_kind, f.subject, f.occasion, v.amount,
                v.present + CASE WHEN EXISTS (SELECT 1 FROM disbursement d WHERE d.book = f.book AND d.payee = f.subject AND d.payee_kind = '个人')
                            THEN 2 ELSE 0 END, v.run, r.as_of, f.first_run, v.payments, v.evidence,
                v.digest
           {STANDING} ORDER BY f.id"
    );
    scan(tx, &sql, which, |r| {
        // a payee of project payments may be a natural person: 2 is added for one
        let (id, present, natural) = (r[0].int()?, r[9].int()? % 2 == 1, r[9].int()? >= 2);
        let (case, until) = (cases.get(&id), suppressed.get(&id).filter(|_| present));
        let state = match (present, case, until) {
            (false, ..) => "已消除",
            (true, Some(_), _) => "已立案",
            (true, None, Some(_)) => "暂缓",
            (true, None, None) => "待处理",
        };
        let severity = Severity::from_code(r[4].text()?).map_or("", Severity::chinese);
        let kind = r[5].text()?;
        let subject = shown.subject(kind, r[6].text()?, natural);
        let payments: Vec<serde::de::IgnoredAny> = serde_json::from_str(r[13].text()?).map_err(broken)?;
        let evidence: Vec<serde::de::IgnoredAny> = serde_json::from_str(r[14].text()?).map_err(broken)?;
        rec.fill(&[
            &r[1].text()?,
            &r[2].text()?,
            &r[3].int()?,
            &severity,
            &subject_word(kind),
            &subject,
            &shown.made(r[7].text()?),
            &Fen::new(r[8].int()?),
            &state,
            &until.filter(|_| state == "暂缓").copied(),
            &case,
            &r[10].int()?,
            &r[11].int()?,
            &r[12].int()?,
            &(payments.len() as i64),
            &(evidence.len() as i64),
            &digest(r[15])?,
        ]);
        Ok(out.put(&mut rec))
    })
}

fn digest(field: Field<'_>) -> std::result::Result<String, StoreError> {
    match field {
        Field::Bytes(bytes) => Ok(hex(bytes)),
        _ => Err(StoreError::Schema("finding_version.digest".into())),
    }
}

/// Findings set aside on the last run's day, and until when.
fn suppressed(tx: &mut Tx<'_>, book: &Book, scope: &Scope, last: &Last) -> Result<HashMap<i64, i64>> {
    let sql = "SELECT finding, MAX(until) FROM finding_suppression WHERE book = $1 AND until >= $2 AND at <= $3 GROUP BY finding";
    let mut until = HashMap::new();
    for row in tx.query(sql, params![book.id, last.as_of, scope.until])? {
        until.insert(row.int(0)?, row.int(1)?);
    }
    Ok(until)
}

/// Findings that the export's cases follow.
fn in_cases<'k>(tx: &mut Tx<'_>, book: &Book, known: &'k Known) -> Result<HashMap<i64, &'k str>> {
    let mut cases = HashMap::new();
    for row in tx.query("SELECT finding, lead FROM lead_finding WHERE book = $1", params![book.id])? {
        if let Some(code) = known.cases.get(&row.int(1)?) {
            cases.insert(row.int(0)?, code.as_str());
        }
    }
    Ok(cases)
}

fn evidence(out: &mut Package, tx: &mut Tx<'_>, book: &Book, shown: &Shown<'_>, which: &[Value]) -> Result<()> {
    let files = files(tx, book)?;
    let mut rec = out.table("YDYJ")?;
    scan(tx, &format!("SELECT f.key, v.evidence {STANDING} ORDER BY f.id"), which, |r| {
        let key = r[0].text()?;
        let all: Vec<Evidence> = serde_json::from_str(r[1].text()?).map_err(broken)?;
        for (number, evidence) in (1i64..).zip(&all) {
            let file = evidence.origin.and_then(|origin| files.get(&origin.file));
            let (kind, digest) = file.map_or(("", ""), |file| (&file.kind, &file.digest));
            let row = evidence.origin.filter(|_| file.is_some()).map(|origin| origin.row);
            rec.fill(&[&key, &number, &evidence.what, &shown.evidence(evidence), &kind, &digest, &row]);
            if let Err(problem) = out.put(&mut rec) {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    })
}
