//! Allocation (分配下达) and taking it down again (调减、收回): from the fund to a unit, project or programme, one voucher a
//! document. A reduction finds its allocation by fund, unit, project and programme: that of the same document first, then
//! the newest, and never more than is still unspent there.

use super::fund::{Outcome, unallocated};
use super::slices::{Slice, draw};
use crate::app::control::hold::{self, Holds, Use};
use crate::app::ledger::{Movement, Poster};
use crate::app::projects::{self, gate};
use crate::app::{Book, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::control::SubjectKind;
use crate::domain::kinds::{Column, RowErrors, allocations as col};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A row of the `allocations` kind; `project` and `program` are empty where there is none.
#[derive(Debug, Clone)]
pub struct AllocationRow {
    pub row: u64,
    pub doc_no: String,
    pub kind: String,
    pub date: NaiveDate,
    pub fund: String,
    pub unit: String,
    pub project: String,
    pub program: String,
    pub amount: Fen,
    pub memo: Option<String>,
}

/// Enters allocation documents in order of date and posts each.
pub fn allocate(tx: &mut Tx<'_>, book: &Book, ctx: &Context, file: i64, rows: &[AllocationRow], errors: &mut RowErrors) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut poster = Poster::load(tx, book)?;
    let mut holds = Holds::load(tx, book)?;
    let mut documents: BTreeMap<(NaiveDate, u8, &str), Vec<&AllocationRow>> = BTreeMap::new();
    for row in rows {
        let down = u8::from(row.kind != "下达"); // of one day, money is handed out before any is taken back
        documents.entry((row.date, down, &row.doc_no)).or_default().push(row);
    }
    for ((date, down, doc_no), rows) in documents {
        let (mut fresh, mut passed) = (Vec::new(), Vec::new());
        for row in rows {
            match known(tx, book, row, errors)? {
                Some(true) => outcome.unchanged += 1,
                Some(false) => {}
                None if refuse_unknown(tx, book, ctx, row, errors, &mut outcome.warnings)? => {}
                None if down == 0 && refuse_held(&mut holds, row, &mut passed, errors) => {}
                None => fresh.push(row),
            }
        }
        if fresh.is_empty() {
            continue;
        }
        let before = errors.count();
        let moved =
            if down == 0 { hand_out(tx, book, &mut poster, &fresh, errors)? } else { take_back(tx, book, &mut poster, &fresh, errors)? };
        if errors.count() > before {
            continue;
        }
        let event = if down == 0 { "allocate" } else { "adjust" };
        let mut draft = poster.draft(event, "", date, doc_no, &moved)?;
        draft.file = Some(file);
        let posted = poster.post(tx, ctx, draft)?;
        for row in &fresh {
            record(tx, book, file, row, posted.seq)?;
        }
        hold::record(tx, book, ctx, "allocation", doc_no, &passed)?;
        outcome.inserted += fresh.len() as u64;
        outcome.vouchers.push(posted);
    }
    Ok(outcome)
}

/// Whether the row was entered before: `Some(true)` with the same content, `Some(false)` with other content (an error).
fn known(tx: &mut Tx<'_>, book: &Book, row: &AllocationRow, errors: &mut RowErrors) -> Result<Option<bool>> {
    let found = tx.first(
        "SELECT amount, date FROM allocation_act
          WHERE book = $1 AND doc_no = $2 AND kind = $3 AND fund = $4 AND unit = $5 AND project = $6 AND program = $7",
        params![book.id, &row.doc_no, &row.kind, &row.fund, &row.unit, &row.project, &row.program],
    )?;
    let Some(found) = found else { return Ok(None) };
    if found.int(0)? == row.amount.get() && found.int(1)? == date_to_int(row.date) {
        return Ok(Some(true));
    }
    errors.cell(
        row.row,
        column(col::DOC_NO),
        &row.doc_no,
        "该分配文号对同一指标、单位、项目、政策已入账，金额或日期与本行不同",
        "已入账的分配不能改动：减少请用 调减，增加请另发分配文",
    );
    Ok(Some(false))
}

fn column(index: usize) -> &'static Column {
    &col::KIND.columns[index]
}

/// Tells what the row refers to and does not find, or may not use; true if there is anything.
fn refuse_unknown(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    row: &AllocationRow,
    errors: &mut RowErrors,
    remarks: &mut Vec<String>,
) -> Result<bool> {
    let before = errors.count();
    let fund = tx.first("SELECT received, function FROM fund WHERE book = $1 AND doc_no = $2", params![book.id, &row.fund])?;
    match &fund {
        None => errors.cell(row.row, column(col::BUDGET), &row.fund, "没有这个指标", "请先导入指标（budgets），或核对指标文号"),
        Some(fund) if fund.int(0)? > date_to_int(row.date) => {
            let received = date_from_int(fund.int(0)?).map_or_else(String::new, |d| d.to_string());
            errors.cell(
                row.row,
                column(col::DATE),
                &row.date.to_string(),
                &format!("早于指标 {} 的收文日期 {received}", row.fund),
                "分配日期应不早于收文日期",
            );
        }
        Some(_) => {}
    }
    if tx.first("SELECT code FROM unit WHERE book = $1 AND code = $2", params![book.id, &row.unit])?.is_none() {
        errors.cell(row.row, column(col::UNIT), &row.unit, "没有这个单位", "请先导入单位（units），或核对单位编码");
    }
    if row.kind != "下达" {
        return Ok(errors.count() > before); // what is taken back may be of a project or programme that has ended
    }
    let mut use_kinds = Vec::new();
    if !row.project.is_empty() && row.kind == "下达" {
        let asked = gate::Asked { code: &row.project, date: row.date, row: row.row, column: column(col::PROJECT) };
        use_kinds.extend(gate::row(tx, book, ctx, &asked, errors, remarks)?);
    } else if !row.project.is_empty() && projects::record(tx, book, &row.project)?.is_none() {
        // money is taken back from any project, also one that has left the library or is frozen
        errors.cell(row.row, column(col::PROJECT), &row.project, "项目库中没有这个项目", "请核对项目编码");
    }
    if !row.program.is_empty() {
        refuse_program(tx, book, row, errors)?;
        use_kinds.push("补贴".to_string());
    }
    if let Some(fund) = &fund {
        for kind in use_kinds {
            refuse_use(tx, book, ctx, fund.text(1)?, &kind, row, errors, remarks)?;
        }
    }
    Ok(errors.count() > before)
}

/// Whether the unit or the fund gets no new money (暂停新增分配) and nothing lets this row pass; what passes is gathered.
fn refuse_held(holds: &mut Holds, row: &AllocationRow, passed: &mut Vec<Use>, errors: &mut RowErrors) -> bool {
    match holds.admit(&row.unit, &row.fund, row.amount, row.date) {
        Ok(uses) => {
            passed.extend(uses);
            false
        }
        Err(stopped) => {
            let (at, value) = if stopped.subject.0 == SubjectKind::Unit { (col::UNIT, &row.unit) } else { (col::BUDGET, &row.fund) };
            errors.cell(row.row, column(at), value, &stopped.problem, &stopped.mend);
            true
        }
    }
}

fn refuse_program(tx: &mut Tx<'_>, book: &Book, row: &AllocationRow, errors: &mut RowErrors) -> Result<()> {
    let found = tx.first(
        "SELECT MIN(valid_from), MAX(COALESCE(valid_to, 99991231)) FROM program WHERE book = $1 AND code = $2",
        params![book.id, &row.program],
    )?;
    let (from, to) = match found {
        Some(found) => (found.opt_int(0)?, found.opt_int(1)?),
        None => (None, None),
    };
    let day = date_to_int(row.date);
    match (from, to) {
        (Some(_), Some(to)) if to < day => {
            errors.cell(row.row, column(col::PROGRAM), &row.program, "该补贴政策已失效", "请核对政策编码或日期");
        }
        (Some(_), Some(_)) => {}
        _ => errors.cell(row.row, column(col::PROGRAM), &row.program, "没有这个补贴政策", "请先导入补贴政策（programs），或核对政策编码"),
    }
    Ok(())
}

/// Whether a fund's function allows a use (fund_use): a function without rows there allows any. Of a history that is taken
/// over it is remarked on: the money has gone that way.
#[allow(clippy::too_many_arguments)] // the facts of one row
fn refuse_use(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    function: &str,
    use_kind: &str,
    row: &AllocationRow,
    errors: &mut RowErrors,
    remarks: &mut Vec<String>,
) -> Result<()> {
    let allowed = allowed_uses(tx, book, function, date_to_int(row.date))?;
    if !allowed.is_empty() && !allowed.iter().any(|kind| kind == use_kind) {
        let list: Vec<&str> = allowed.iter().map(String::as_str).filter(|kind| *kind != "无").collect();
        let only = if list.is_empty() { "不得用于项目和补贴".to_string() } else { format!("只能用于：{}", list.join("、")) };
        let problem = format!("指标功能科目 {function} 不能用于“{use_kind}”，{only}");
        if ctx.takes_over(row.date) {
            remarks.push(format!("第 {} 行：指标 {}：{problem}；按历史资料原样接受，留待疑点筛查", row.row, row.fund));
        } else {
            errors.cell(row.row, column(col::BUDGET), &row.fund, &problem, "请改用用途相符的指标，或核对项目类型");
        }
    }
    Ok(())
}

/// The uses in force for the longest matching prefix of a function code.
fn allowed_uses(tx: &mut Tx<'_>, book: &Book, function: &str, day: i64) -> Result<Vec<String>> {
    let rows = tx.query(
        "SELECT function, use_kind FROM fund_use WHERE book = $1 AND valid_from <= $2 ORDER BY length(function) DESC",
        params![book.id, day],
    )?;
    let mut best: Option<String> = None;
    let mut uses = Vec::new();
    for row in rows {
        let prefix = row.text(0)?;
        if function.starts_with(prefix) && best.as_deref().is_none_or(|known| known == prefix) {
            best = Some(prefix.to_string());
            uses.push(row.string(1)?);
        }
    }
    Ok(uses)
}

fn hand_out(
    tx: &mut Tx<'_>,
    book: &Book,
    poster: &mut Poster<'_>,
    rows: &[&AllocationRow],
    errors: &mut RowErrors,
) -> Result<Vec<Movement>> {
    let mut left: BTreeMap<&str, i64> = BTreeMap::new();
    let mut moved = Vec::new();
    for row in rows {
        if !left.contains_key(row.fund.as_str()) {
            left.insert(&row.fund, unallocated(tx, book, poster, &row.fund)?);
        }
        let Some(have) = left.get_mut(row.fund.as_str()) else { continue };
        if *have < row.amount.get() {
            shortage(row, "指标待分配余额", *have, errors);
            continue;
        }
        *have -= row.amount.get();
        let allocation = allocation_id(tx, book, row)?;
        moved.push(Movement { from: poster.dim(tx, &row.fund, 0)?, to: poster.dim(tx, &row.fund, allocation)?, amount: row.amount });
    }
    Ok(moved)
}

fn take_back(
    tx: &mut Tx<'_>,
    book: &Book,
    poster: &mut Poster<'_>,
    rows: &[&AllocationRow],
    errors: &mut RowErrors,
) -> Result<Vec<Movement>> {
    let account = poster.chart.place(Place::Allocated);
    let mut moved: Vec<Movement> = Vec::new();
    for row in rows {
        let dims = reducible(tx, book, row)?;
        match draw(tx, book, account, &dims, row.amount.get())? {
            Err(have) => shortage(row, "该单位（项目、政策）已分配未支付余额", have, errors),
            Ok(slices) => {
                let to = poster.dim(tx, &row.fund, 0)?;
                moved.extend(slices.iter().map(|Slice { dim, amount }| Movement { from: *dim, to, amount: Fen::new(*amount) }));
            }
        }
    }
    Ok(moved)
}

/// Dimension sets that a reduction may take from: the same document first, then the newest.
fn reducible(tx: &mut Tx<'_>, book: &Book, row: &AllocationRow) -> Result<Vec<i64>> {
    let rows = tx.query(
        "SELECT d.id FROM allocation a JOIN dim d ON d.book = a.book AND d.fund = a.fund AND d.allocation = a.id
          WHERE a.book = $1 AND a.fund = $2 AND a.unit = $3 AND a.project = $4 AND a.program = $5
          ORDER BY CASE WHEN a.doc_no = $6 THEN 0 ELSE 1 END, a.id DESC",
        params![book.id, &row.fund, &row.unit, &row.project, &row.program, &row.doc_no],
    )?;
    rows.iter().map(|row| Ok(row.int(0)?)).collect()
}

fn shortage(row: &AllocationRow, what: &str, have: i64, errors: &mut RowErrors) {
    let need = row.amount.get();
    errors.cell(
        row.row,
        column(col::AMOUNT),
        &row.amount.yuan(),
        &format!("{what}不足：现有 {} 元，差 {} 元", Fen::new(have).yuan_grouped(), Fen::new(need - have).yuan_grouped()),
        "请核对金额，或先导入相应的指标、分配",
    );
}

fn allocation_id(tx: &mut Tx<'_>, book: &Book, row: &AllocationRow) -> Result<i64> {
    let known = tx.first(
        "SELECT id FROM allocation WHERE book = $1 AND doc_no = $2 AND fund = $3 AND unit = $4 AND project = $5 AND program = $6",
        params![book.id, &row.doc_no, &row.fund, &row.unit, &row.project, &row.program],
    )?;
    if let Some(known) = known {
        return Ok(known.int(0)?);
    }
    let id = tx.take_ids(book.id, "allocation", 1)?;
    tx.execute(
        "INSERT INTO allocation (book, id, doc_no, fund, unit, project, program) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![book.id, id, &row.doc_no, &row.fund, &row.unit, &row.project, &row.program],
    )?;
    Ok(id)
}

fn record(tx: &mut Tx<'_>, book: &Book, file: i64, row: &AllocationRow, voucher: i64) -> Result<()> {
    let id = tx.take_ids(book.id, "allocation_act", 1)?;
    tx.execute(
        "INSERT INTO allocation_act (book, id, doc_no, kind, date, fund, unit, project, program, amount, memo, voucher, file, file_row)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            book.id,
            id,
            &row.doc_no,
            &row.kind,
            date_to_int(row.date),
            &row.fund,
            &row.unit,
            &row.project,
            &row.program,
            row.amount.get(),
            row.memo.clone(),
            voucher,
            file,
            row.row as i64
        ],
    )?;
    Ok(())
}
