//! Worksheets (核查表) of a drawn plan: a workbook for each village, township or the whole team, ready to be filled in.

use super::frame::Regions;
use super::sheet_rows::Printer;
use super::steps;
use super::stored::{self, Stored};
use crate::app::book::number;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::plan::State;
use crate::domain::inspection::question;
use crate::domain::inspection::worksheet::{Names, Worksheet, check_code};
use crate::domain::report::Cell;
use crate::files::writing::worksheet;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What one workbook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Village,
    Township,
    Team,
}

/// Writes the worksheets of a plan into a directory. With `only_missing`, those of items not yet looked at. Errors: not drawn.
pub fn write(bureau: &mut Bureau, ctx: &Context, code: &str, per: Per, only_missing: bool, directory: &Path) -> Result<Vec<PathBuf>> {
    let (sheets, drawn_on) = worksheets(bureau, ctx, code, per, only_missing)?;
    if sheets.is_empty() {
        return AppError::refuse("nothing_missing", format!("检查 {code} 的样本都已核查"), "要重新打印全部核查表，请不带 ⟦missing⟧");
    }
    std::fs::create_dir_all(directory)?;
    let mut written = Vec::new();
    for sheet in sheets {
        let path = directory.join(format!("{}.xlsx", sheet.name));
        std::fs::write(&path, worksheet::write(&sheet, drawn_on)?)?;
        written.push(path);
    }
    Ok(written)
}

/// The worksheets as data, and the day of the drawing, which is the date of the files. Errors: not drawn.
pub fn worksheets(bureau: &mut Bureau, ctx: &Context, code: &str, per: Per, only_missing: bool) -> Result<(Vec<Worksheet>, NaiveDate)> {
    bureau.read(|tx, book| {
        let stored = stored::load(tx, book, code)?;
        let taken = steps::steps(tx, book, stored.plan.id)?;
        let drawn_on = taken.iter().find(|step| step.state == State::Drawn).map_or_else(|| ctx.today(), |step| step.date);
        Ok((compose(tx, book, &stored, per, only_missing, drawn_on)?, drawn_on))
    })
}

fn compose(tx: &mut Tx<'_>, book: &Book, stored: &Stored, per: Per, only_missing: bool, day: NaiveDate) -> Result<Vec<Worksheet>> {
    let plan = &stored.plan;
    let names = match number(tx, book, "inspect.full_names", date_to_int(day))? {
        0 => Names::Masked,
        _ => Names::Full,
    };
    let period = (date_to_int(plan.first), date_to_int(plan.last));
    let printer = Printer { book, regions: Regions::load(tx, book)?, names, population: plan.population, period };
    let visited = if only_missing { visited(tx, book, plan.id)? } else { BTreeSet::new() };
    let mut groups: BTreeMap<(String, String), Vec<Vec<Cell>>> = BTreeMap::new();
    for (chosen, sample) in stored.chosen.iter().zip(1i64..) {
        if visited.contains(&sample) {
            continue;
        }
        let item = &stored.frame.items()[chosen.at];
        let code = check_code(&plan.code, sample, &item.item, item.value);
        let mut cells = vec![Cell::text(&plan.code), Cell::Count(sample), Cell::text(code)];
        cells.extend(printer.print(tx, item)?.cells);
        debug_assert_eq!(cells.len(), question::first_answer(plan.population));
        let key = match per {
            Per::Village => (item.stratum.clone(), item.village.clone()),
            Per::Township => (item.stratum.clone(), String::new()),
            Per::Team => (String::new(), String::new()),
        };
        groups.entry(key).or_default().push(cells);
    }
    let team = plan.members.iter().map(|member| member.name.clone()).collect::<Vec<_>>().join("、");
    let sheets = groups.into_iter().map(|((township, village), rows)| {
        let place = match per {
            Per::Village => format!("{}{}", printer.regions.name(&township), printer.regions.name(&village)),
            Per::Township => printer.regions.name(&township).to_string(),
            Per::Team => "全部".to_string(),
        };
        let lines = vec![
            format!("检查：{}检查（{}）　　检查期：{} 至 {}　　检查组：{team}", plan.title, plan.code, plan.first, plan.last),
            format!("地点：{place}　　样本 {} 个。只填黄色的格子；没有去到的整行留空。怎样填见“填写说明”。", rows.len()),
        ];
        let name = format!("核查表-{}-{}", plan.code, file_part(&place, &village, &township));
        Worksheet { population: plan.population, name, title: question::kind_of(plan.population).title.to_string(), lines, rows }
    });
    Ok(sheets.collect())
}

/// Part of a file's name: two villages of one name are told apart by their code.
fn file_part(place: &str, village: &str, township: &str) -> String {
    let legal: String = place.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let code = if village.is_empty() { township } else { village };
    if code.is_empty() { legal } else { format!("{code}{legal}") }
}

fn visited(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<BTreeSet<i64>> {
    let rows = tx.query("SELECT DISTINCT sample FROM inspection_visit WHERE book = $1 AND plan = $2", params![book.id, plan])?;
    Ok(rows.iter().map(|row| row.int(0)).collect::<std::result::Result<_, _>>()?)
}
