//! The inspection report (检查报告) out of the books, as DOCX with the workbook beside it. The first one moves the plan on; later
//! ones write the same paper again.

use super::evaluate::{self, Judged};
use super::frame::Regions;
use super::plan::Plan;
use super::sheet_rows::Printer;
use super::stored::{self, Stored};
use super::{cases, read, steps};
use crate::app::book::county_and_bureau;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::plan::State;
use crate::domain::inspection::report::{Exception, Report, ReportInput, exception_table};
use crate::domain::inspection::worksheet::Names;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::domain::report::Table;
use crate::files::writing::{docx, table_xlsx};
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What stands on the paper beside the figures.
#[derive(Debug, Clone)]
pub struct ReportOptions {
    pub doc_number: Option<String>,
    pub issued_on: NaiveDate,
    pub demands: Vec<String>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct Written {
    pub docx: PathBuf,
    pub xlsx: PathBuf,
}

/// Writes the report of an evaluated plan. Errors: not evaluated; answers have come in since.
pub fn write(bureau: &mut Bureau, ctx: &Context, code: &str, options: &ReportOptions, directory: &Path) -> Result<Written> {
    let input = bureau.read(|tx, book| gather(tx, book, code, options))?;
    let report = Report::compose(&input);
    std::fs::create_dir_all(directory)?;
    let path = |ending: &str| directory.join(format!("检查报告-{code}.{ending}"));
    let written = Written { docx: path("docx"), xlsx: path("xlsx") };
    std::fs::write(&written.docx, docx::write(&report.document, input.issued_on)?)?;
    std::fs::write(&written.xlsx, table_xlsx::write(&report.tables, input.issued_on)?)?;
    bureau.write(|tx, book| {
        let plan = super::plan::load(tx, book, code)?;
        match steps::state(tx, book, plan.id)? {
            State::Reported | State::Closed => Ok(()),
            _ => steps::record(tx, book, ctx, &plan, State::Reported, options.issued_on, options.doc_number.as_deref().unwrap_or("")),
        }
    })?;
    Ok(written)
}

fn gather(tx: &mut Tx<'_>, book: &Book, code: &str, options: &ReportOptions) -> Result<ReportInput> {
    let stored = stored::load(tx, book, code)?;
    let plan = &stored.plan;
    let state = steps::state(tx, book, plan.id)?;
    if !matches!(state, State::Evaluated | State::Reported | State::Closed) {
        return steps::refuse_order(plan, state, State::Reported);
    }
    let mut evaluation = evaluate::standing(tx, book, code, plan.id)?;
    let judged = evaluate::judge(tx, book, &stored)?;
    let printer = printer(tx, book, plan)?;
    evaluate::name_townships(tx, book, &mut evaluation)?;
    let (exceptions, remarks) = findings(tx, book, &stored, &judged, &printer)?;
    let mut shares = stored.drawing.steps.shares.clone();
    for share in &mut shares {
        share.stratum = printer.regions.name(&share.stratum).to_string();
    }
    let days: Vec<NaiveDate> = read::visits(tx, book, plan.id)?.into_values().map(|visit| visit.visited).collect();
    let picked = stored.chosen.iter().map(|chosen| stored.frame.items()[chosen.at].household.as_str());
    let households_drawn = picked.filter(|household| !household.is_empty()).collect::<BTreeSet<_>>().len() as i64;
    let (county, issuer) = county_and_bureau(&book.name);
    let d = &stored.drawing;
    Ok(ReportInput {
        county,
        issuer,
        doc_number: options.doc_number.clone(),
        issued_on: options.issued_on,
        code: plan.code.clone(),
        title: plan.title.clone(),
        kind: plan.kind,
        population: plan.population,
        period: (plan.first, plan.last),
        scope: scope_words(plan, &printer.regions),
        members: plan.members.iter().map(|m| if m.leader { format!("{}（组长）", m.name) } else { m.name.clone() }).collect(),
        reason: plan.reason.clone(),
        households: d.households,
        households_drawn,
        size_how: d.steps.how.clone(),
        shares,
        interval: d.steps.interval,
        start: d.steps.start,
        seed: d.seed.clone(),
        frame_digest: hex(&d.frame_digest),
        sample_digest: hex(&d.sample_digest),
        known_to: d.known_to,
        visited: days.iter().min().copied().zip(days.iter().max().copied()),
        evaluation,
        exceptions,
        remarks,
        demands: options.demands.clone(),
    })
}

fn printer<'a>(tx: &mut Tx<'_>, book: &'a Book, plan: &Plan) -> Result<Printer<'a>> {
    let period = (date_to_int(plan.first), date_to_int(plan.last));
    Ok(Printer { book, regions: Regions::load(tx, book)?, names: Names::Masked, population: plan.population, period })
}

fn scope_words(plan: &Plan, regions: &Regions) -> String {
    let word = |scope: &super::Scope| format!("{} {}", scope.kind.title(), regions.name(&scope.value));
    plan.scope.iter().map(word).collect::<Vec<_>>().join("、")
}

/// Items in error and items remarked on, names masked.
fn findings(
    tx: &mut Tx<'_>,
    book: &Book,
    stored: &Stored,
    judged: &Judged,
    printer: &Printer<'_>,
) -> Result<(Vec<Exception>, Vec<Exception>)> {
    let handed = cases::exceptions(tx, book, stored.plan.id)?;
    let (mut errors, mut remarks) = (Vec::new(), Vec::new());
    for ((chosen, found), sample) in stored.chosen.iter().zip(judged).zip(1i64..) {
        let Some((_, outcome)) = found.as_ref().filter(|(_, o)| o.in_error || !o.remarks.is_empty()) else { continue };
        let item = &stored.frame.items()[chosen.at];
        let case_code = handed.iter().find(|one| one.sample == sample).and_then(|one| one.case_code.clone()).unwrap_or_default();
        let row = |what: String| Exception {
            sample,
            township: printer.regions.name(&item.stratum).to_string(),
            village: printer.regions.name(&item.village).to_string(),
            subject: String::new(),
            item: item.item.clone(),
            book: Fen::new(item.value),
            over: outcome.over,
            what,
            case_code: case_code.clone(),
        };
        let subject = printer.print(tx, item)?.subject;
        if outcome.in_error {
            errors.push(Exception { subject: subject.clone(), ..row(outcome.errors.join("；")) });
        }
        if !outcome.remarks.is_empty() {
            remarks.push(Exception { subject, over: Fen::ZERO, case_code: String::new(), ..row(outcome.remarks.join("；")) });
        }
    }
    Ok((errors, remarks))
}

/// The items in error of a plan as they stand, as a sheet. Errors: not drawn.
pub fn exceptions(bureau: &mut Bureau, code: &str) -> Result<Table> {
    bureau.read(|tx, book| {
        let stored = stored::load(tx, book, code)?;
        let judged = evaluate::judge(tx, book, &stored)?;
        let printer = printer(tx, book, &stored.plan)?;
        if judged.iter().all(Option::is_none) {
            return AppError::refuse("not_visited", format!("检查 {code} 还没有交回核查表"), "请先运行 ⟦plan.read⟧ 文件");
        }
        Ok(exception_table(&findings(tx, book, &stored, &judged, &printer)?.0))
    })
}
