//! Worksheets come back (交表): a file whole or not at all, every error told at once, the same file or the same answers twice
//! with the effect of once. Rows not filled in are left for later. What contradicts an earlier answer is refused and told,
//! unless it comes with a reason: then it is a further round, and the earlier one stays on record.

use super::plan::Plan;
use super::read_row::{RowReader, Told};
use super::stored::{self, Stored};
use super::{plan, steps};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result, access};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::inspection::plan::State;
use crate::domain::inspection::question::{self, Answers};
use crate::domain::kinds::{Kind, RowErrors, visit_payments};
use crate::files::reading::{FileProblem, Limits, Source};
use crate::files::writing::write_annotated;
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Who went, for rows that do not say.
    pub inspector: String,
    /// Why earlier answers are replaced.
    pub amend: Option<String>,
    /// The day on which the sheets were handed in; today without it.
    pub date: Option<NaiveDate>,
    /// Checked in earnest, nothing kept.
    pub dry_run: bool,
    /// Where a copy with an added 错误 column goes; a directory or a path.
    pub errors_to: Option<PathBuf>,
    /// How that copy's errors are put into words (`domain::wording`); as they are without it.
    pub words: Option<fn(&str) -> String>,
}

/// What became of a file.
#[derive(Debug, Serialize)]
pub struct ReadReport {
    pub file: String,
    pub plan: String,
    pub rows: u64,
    /// Rows filled in for the first time, replaced, as they were, and left blank.
    pub entered: u64,
    pub replaced: u64,
    pub unchanged: u64,
    pub blank: u64,
    pub repeated: bool,
    /// Of the whole plan, after this file.
    pub examined: i64,
    pub sampled: i64,
    #[serde(skip)]
    pub errors: RowErrors,
    pub errors_file: Option<PathBuf>,
}

/// Why the transaction is not committed.
enum Stop {
    Undo,
    Failed(AppError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Stop {
        Stop::Failed(error)
    }
}

impl From<FileProblem> for Stop {
    fn from(problem: FileProblem) -> Stop {
        Stop::Failed(problem.into())
    }
}

/// Reads one worksheet. What is wrong with rows is in the report; an error is a file that cannot be read, of no known plan, or
/// of one that takes no more answers.
pub fn read(bureau: &mut Bureau, ctx: &Context, path: &Path, options: &ReadOptions) -> Result<ReadReport> {
    let code = plan_code(path)?;
    let mut report = ReadReport {
        file: path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        plan: code.clone(),
        rows: 0,
        entered: 0,
        replaced: 0,
        unchanged: 0,
        blank: 0,
        repeated: false,
        examined: 0,
        sampled: 0,
        errors: RowErrors::new(),
        errors_file: None,
    };
    let kind = bureau.read(|tx, book| Ok(question::kind_of(plan::load(tx, book, &code)?.population)))?;
    let mut source = Source::open(path, kind, &Limits::default())?;
    let Bureau { store, book, caller, clock, keyed, .. } = bureau;
    let done = store.write(book.id, |tx| {
        enter(tx, book, ctx, &code, &mut source, options, &mut report)?;
        if !report.errors.is_empty() || options.dry_run {
            return Err(Stop::Undo);
        }
        access::log::seal(tx, book, caller.as_ref(), keyed, clock.now())?;
        Ok(())
    });
    match done {
        Ok(()) => keyed.wrote(caller.as_ref()),
        Err(Stop::Undo) => {}
        Err(Stop::Failed(error)) => return Err(error),
    }
    report.errors.sort_by_row();
    if let (false, Some(to)) = (report.errors.is_empty(), &options.errors_to) {
        let path = if to.is_dir() { to.join(format!("错误-{}", report.file)) } else { to.clone() };
        write_annotated(&mut source, &report.errors.worded(options.words), std::fs::File::create(&path)?)?;
        report.errors_file = Some(path);
    }
    Ok(report)
}

/// The plan that a file is of: that of its first row. The kinds of worksheet share their first columns.
fn plan_code(path: &Path) -> Result<String> {
    let kind: &'static Kind = &visit_payments::KIND;
    let mut source = Source::open(path, kind, &Limits::default())?;
    let mut found = None;
    source.for_each_row(&mut RowErrors::new(), |row, _| {
        if found.is_none() {
            found = row.opt_text(visit_payments::PLAN).map(str::to_string);
        }
        Ok::<(), FileProblem>(())
    })?;
    found.ok_or_else(|| Refusal::new("no_inspection", "核查表里没有计划编号", "请用 ⟦plan.sheets⟧ 生成的核查表").into())
}

fn enter(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    code: &str,
    source: &mut Source,
    options: &ReadOptions,
    report: &mut ReadReport,
) -> std::result::Result<(), Stop> {
    let stored = stored::load(tx, book, code)?;
    let plan = &stored.plan;
    report.sampled = stored.chosen.len() as i64;
    let kind = source.kind();
    let known = "SELECT id FROM file WHERE book = $1 AND kind = $2 AND digest = $3";
    if tx.first(known, params![book.id, kind.name, source.digest()])?.is_some() {
        report.repeated = true;
        report.examined = examined(tx, book, plan.id)?;
        return Ok(());
    }
    let taken = steps::steps(tx, book, plan.id)?;
    let state = taken.last().map_or(State::Drafted, |step| step.state);
    if !matches!(state, State::Drawn | State::InField | State::Evaluated) {
        return Ok(steps::refuse_order(plan, state, State::InField)?);
    }
    let today = options.date.unwrap_or_else(|| ctx.today());
    let drawn = taken.iter().find(|step| step.state == State::Drawn).map_or(today, |step| step.date);
    let reader = RowReader { stored: &stored, inspector: options.inspector.trim(), drawn, today };
    let mut told: BTreeMap<i64, Told> = BTreeMap::new();
    let mut blank = 0;
    let summary = source.for_each_row(&mut report.errors, |row, errors| {
        match reader.read(row, errors) {
            Ok(None) => blank += 1,
            Ok(Some(visit)) => {
                if let Some(first) = told.get(&visit.sample) {
                    let problem = format!("样本 {} 在第 {} 行已经填过", visit.sample, first.row);
                    row.refuse(visit_payments::SAMPLE, errors, &problem, "一个样本只留一行");
                } else {
                    told.insert(visit.sample, visit);
                }
            }
            Err(()) => {}
        }
        Ok::<(), FileProblem>(())
    })?;
    (report.rows, report.blank) = (summary.rows, blank);
    keep(tx, book, ctx, &stored, kind, source.digest(), &told, options, report)?;
    let came = report.entered + report.replaced > 0;
    if report.errors.is_empty() && came && state != State::InField {
        steps::record(tx, book, ctx, plan, State::InField, today, "")?;
    }
    report.examined = examined(tx, book, plan.id)?;
    Ok(())
}

#[allow(clippy::too_many_arguments)] // the file, its rows and where they go
fn keep(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    stored: &Stored,
    kind: &'static Kind,
    digest: [u8; 32],
    told: &BTreeMap<i64, Told>,
    options: &ReadOptions,
    report: &mut ReadReport,
) -> Result<()> {
    let plan = &stored.plan;
    let amend = options.amend.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let earlier = visits(tx, book, plan.id)?;
    let file = tx.take_ids(book.id, "file", 1)?;
    tx.execute(
        "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![book.id, file, kind.name, &report.file, digest, told.len() as i64, &ctx.actor, ctx.now()],
    )?;
    for visit in told.values() {
        let before = earlier.get(&visit.sample);
        let round = before.map_or(1, |before| before.round + 1);
        let reason = match (before, amend) {
            (None, _) => "",
            (Some(before), _) if before.says_as(visit) => {
                report.unchanged += 1;
                continue;
            }
            (Some(_), Some(reason)) => reason,
            (Some(before), None) => {
                let problem =
                    format!("样本 {} 已由 {} 于 {} 核查，{}", visit.sample, before.inspector, before.visited, before.differs(visit));
                report.errors.row(visit.row, &problem, "请核对；要更正，请用 ⟦amend⟧ 写明原因");
                continue;
            }
        };
        *(if before.is_some() { &mut report.replaced } else { &mut report.entered }) += 1;
        insert(tx, book, ctx, plan, visit, round, reason, file)?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)] // the columns of a visit
fn insert(tx: &mut Tx<'_>, book: &Book, ctx: &Context, plan: &Plan, visit: &Told, round: i64, reason: &str, file: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO inspection_visit (book, plan, sample, round, visited, inspector, note, reason, file, file_row, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            book.id,
            plan.id,
            visit.sample,
            round,
            date_to_int(visit.visited),
            &visit.inspector,
            &visit.note,
            reason,
            file,
            visit.row as i64,
            &ctx.actor,
            ctx.now()
        ],
    )?;
    for (question, answer) in &visit.answers {
        let sql = "INSERT INTO inspection_answer (book, plan, sample, round, question, answer) VALUES ($1, $2, $3, $4, $5, $6)";
        tx.execute(sql, params![book.id, plan.id, visit.sample, round, question, answer])?;
    }
    Ok(())
}

fn examined(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(DISTINCT sample) AS BIGINT) FROM inspection_visit WHERE book = $1 AND plan = $2";
    Ok(tx.one(sql, params![book.id, plan])?.int(0)?)
}

/// A visit on record, in its last round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    pub round: i64,
    pub visited: NaiveDate,
    pub inspector: String,
    pub note: String,
    pub answers: Answers,
}

impl Visit {
    fn says_as(&self, told: &Told) -> bool {
        (self.visited, &self.inspector, &self.note, &self.answers) == (told.visited, &told.inspector, &told.note, &told.answers)
    }

    /// What a later row says otherwise.
    fn differs(&self, told: &Told) -> String {
        let blank = String::new();
        let title = |en: &str| {
            let kinds = [&crate::domain::kinds::visit_payments::KIND, &crate::domain::kinds::visit_disbursements::KIND];
            let columns = || kinds.iter().copied().chain([&crate::domain::kinds::visit_households::KIND]).flat_map(|kind| kind.columns);
            columns().find(|column| column.en == en).map_or("", |column| column.zh).to_string()
        };
        let keys = self.answers.keys().chain(told.answers.keys()).collect::<std::collections::BTreeSet<_>>();
        let mut parts: Vec<String> = keys
            .into_iter()
            .filter_map(|key| {
                let (was, is) = (self.answers.get(key).unwrap_or(&blank), told.answers.get(key).unwrap_or(&blank));
                (was != is).then(|| format!("{}由“{was}”变为“{is}”", title(key)))
            })
            .collect();
        if parts.is_empty() {
            parts.push("核查日期、核查人或备注不同".to_string());
        }
        parts.join("，")
    }
}

/// The visits of a plan by sample number.
pub(super) fn visits(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<BTreeMap<i64, Visit>> {
    let sql = "SELECT sample, round, visited, inspector, note FROM inspection_visit WHERE book = $1 AND plan = $2 ORDER BY sample, round";
    let mut found: BTreeMap<i64, Visit> = BTreeMap::new();
    for row in tx.query(sql, params![book.id, plan])? {
        let visit = Visit {
            round: row.int(1)?,
            visited: date_from_int(row.int(2)?).unwrap_or_default(),
            inspector: row.string(3)?,
            note: row.string(4)?,
            answers: Answers::new(),
        };
        found.insert(row.int(0)?, visit); // later rounds replace earlier ones
    }
    let sql = "SELECT sample, round, question, answer FROM inspection_answer WHERE book = $1 AND plan = $2";
    for row in tx.query(sql, params![book.id, plan])? {
        if let Some(visit) = found.get_mut(&row.int(0)?).filter(|visit| row.int(1).is_ok_and(|round| round == visit.round)) {
            visit.answers.insert(row.string(2)?, row.string(3)?);
        }
    }
    Ok(found)
}
