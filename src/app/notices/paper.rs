//! What a notice says: the facts of a project, or the lines of a batch in one village, as values for the template and a table.
//! No identity number and no account is read here at all.

use crate::app::{AppError, Book, Result, book, projects};
use crate::domain::calendar::{Month, date_from_int, date_to_int};
use crate::domain::identity::mask_name;
use crate::domain::money::{Fen, Quantity};
use crate::domain::notices::Kind;
use crate::domain::notices::template::scrub;
use crate::domain::projects::Step;
use crate::domain::projects::standing::Record;
use crate::domain::report::figure::day_chinese;
use crate::domain::report::table::Kind as Column;
use crate::domain::report::{Cell, Table};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A notice before it is given its words.
pub(super) struct Paper {
    pub kind: Kind,
    pub project: Option<String>,
    pub batch: Option<i64>,
    pub region: String,
    /// Of its files.
    pub name: String,
    pub by: String,
    pub values: BTreeMap<&'static str, String>,
    pub table: Table,
    /// The window that the batch's own file gives.
    pub window: Option<(NaiveDate, NaiveDate)>,
    /// The programme's own number of days.
    pub days: Option<i64>,
}

fn unit_name(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<String> {
    let row = tx.first("SELECT name FROM unit WHERE book = $1 AND code = $2", params![book.id, code])?;
    row.map_or_else(|| Ok(code.to_string()), |row| Ok(row.string(0)?))
}

/// A village with the township above it.
fn place_name(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<String> {
    let row = tx.first(
        "SELECT r.name, COALESCE((SELECT p.name FROM region p WHERE p.book = r.book AND p.code = r.parent AND p.level = '乡'), '')
           FROM region r WHERE r.book = $1 AND r.code = $2",
        params![book.id, code],
    )?;
    row.map_or_else(|| Ok(code.to_string()), |row| Ok(format!("{}{}", row.text(1)?, row.text(0)?)))
}

/// The entry or completion notice of a project. Errors: no such project; a completion notice of one that is not finished.
pub(super) fn of_project(tx: &mut Tx<'_>, book: &Book, code: &str, kind: Kind) -> Result<Paper> {
    let record = projects::known(tx, book, code)?;
    if kind == Kind::Completion && record.finished().is_none() {
        return AppError::refuse("not_finished", format!("项目 {code} 没有竣工日期"), "请先登记竣工：⟦project.finish⟧");
    }
    let by = unit_name(tx, book, &record.facts.department)?;
    let values = project_values(tx, book, &record, &by)?;
    let table = project_table(tx, book, &record, kind, &values)?;
    Ok(Paper {
        kind,
        project: Some(code.to_string()),
        batch: None,
        region: record.facts.region.clone(),
        name: format!("{}-{code}", kind.title()),
        by,
        values,
        table,
        window: None,
        days: None,
    })
}

fn project_values(tx: &mut Tx<'_>, book: &Book, record: &Record, department: &str) -> Result<BTreeMap<&'static str, String>> {
    let facts = &record.facts;
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, day_chinese);
    let now = record.now();
    let mut values = BTreeMap::from([
        ("项目编码", facts.code.clone()),
        ("项目名称", facts.name.clone()),
        ("项目类型", facts.kind.clone()),
        ("主管部门", department.to_string()),
        ("实施单位", facts.implementer.clone()),
        ("实施地点", place_name(tx, book, &facts.region)?),
        ("计划投资", format!("{}元", Fen::new(facts.planned).yuan_grouped())),
        ("绩效目标", facts.goal.clone()),
        ("开工日期", day(record.started())),
        ("竣工日期", day(record.finished())),
        ("累计支付", format!("{}元", Fen::new(paid(tx, book, &facts.code)?).yuan_grouped())),
    ]);
    for step in Step::ALL {
        values.insert(step.title(), day(now.filed[step.index()].as_ref().map(|filed| filed.date)));
    }
    Ok(values)
}

/// Paid to final payees less what came back, in fen.
fn paid(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<i64> {
    let row = tx.one(
        "SELECT CAST(COALESCE(SUM(d.amount - COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.book = d.book AND r.disbursement = d.id), 0)), 0) AS BIGINT)
           FROM disbursement d WHERE d.book = $1 AND d.project = $2 AND d.event IN ('pay', 'onward')
            AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.book = d.book AND v.reverses = d.voucher)",
        params![book.id, code],
    )?;
    Ok(row.int(0)?)
}

fn project_table(tx: &mut Tx<'_>, book: &Book, record: &Record, kind: Kind, values: &BTreeMap<&'static str, String>) -> Result<Table> {
    let mut table = Table::new(kind.code(), "项目基本情况").column("item", "事项", Column::Text).column("content", "内容", Column::Text);
    let mut push = |item: &str, content: &str| {
        if !content.trim().is_empty() {
            table.push(vec![Cell::text(item), Cell::text(scrub(content))]);
        }
    };
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    for item in ["项目编码", "项目类型", "实施地点", "主管部门", "实施单位", "计划投资", "绩效目标"] {
        push(item, value(item));
    }
    let dated = |names: &[&str]| {
        let known = names.iter().filter(|name| !value(name).is_empty());
        known.map(|name| format!("{name} {}", value(name))).collect::<Vec<_>>().join("；")
    };
    if kind == Kind::Entry {
        push("申报审核", &dated(&["村级申报", "乡镇初审", "市县审定"]));
        return Ok(table);
    }
    push("累计支付", value("累计支付"));
    push("建设时间", &dated(&["开工日期", "竣工日期"]).replace("日期", ""));
    for (goal, ..) in projects::goals::indicators(tx, book, &record.facts.code)? {
        let result = goal.result.map_or_else(|| "尚未核实".to_string(), |result| format!("实际 {result}{}", goal.measure));
        let target = format!("目标{}{}{}", if goal.at_most { "不超过 " } else { " " }, goal.target, goal.measure);
        push(&format!("绩效：{}", goal.indicator), &format!("{target}，{result}"));
    }
    Ok(table)
}

/// A batch's head as its notices need it.
struct Batch {
    id: i64,
    code: String,
    unit: String,
    program: String,
    measure: String,
    period: String,
    days: Option<i64>,
    window: Option<(NaiveDate, NaiveDate)>,
}

fn batch(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Batch> {
    let found = tx.first(
        "SELECT b.id, b.unit, b.program, b.period_first, b.period_last, b.notice_from, b.notice_to,
                (SELECT g.name FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1),
                (SELECT g.measure FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1),
                (SELECT g.notice_days FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1)
           FROM batch b WHERE b.book = $1 AND b.code = $2",
        params![book.id, code],
    )?;
    let Some(row) = found else {
        return AppError::refuse("no_batch", format!("没有批次 {code}"), "请用 ⟦batch.list⟧ 查看");
    };
    let month = |number: i64| Month::new(i32::try_from(number / 100).unwrap_or(0), u32::try_from(number % 100).unwrap_or(0));
    let period = match (month(row.int(3)?), month(row.int(4)?)) {
        (Some(first), Some(last)) => period_words(first, last),
        _ => String::new(),
    };
    Ok(Batch {
        id: row.int(0)?,
        code: code.to_string(),
        unit: unit_name(tx, book, row.text(1)?)?,
        program: row.opt_string(7)?.unwrap_or(row.string(2)?),
        measure: row.opt_string(8)?.unwrap_or_default(),
        period,
        days: row.opt_int(9)?,
        window: row.opt_int(5)?.and_then(date_from_int).zip(row.opt_int(6)?.and_then(date_from_int)),
    })
}

fn period_words(first: Month, last: Month) -> String {
    let words = |month: Month| format!("{}年{}月", month.year(), month.month());
    match (first == last, first.year() == last.year(), first.month(), last.month()) {
        (true, ..) => words(first),
        (_, true, 1, 12) => format!("{}年", first.year()),
        (_, true, ..) => format!("{}至{}月", words(first), last.month()),
        _ => format!("{}至{}", words(first), words(last)),
    }
}

/// A line as its neighbours may see it.
struct Shown {
    household: i64,
    name: String,
    quantity: Quantity,
    rate: Fen,
    amount: Fen,
}

/// The notices of a batch, one for each village, by the villages' codes. Errors: no such batch.
pub(super) fn of_batch(tx: &mut Tx<'_>, book: &Book, code: &str, day: NaiveDate) -> Result<Vec<Paper>> {
    let batch = batch(tx, book, code)?;
    let mask = book::number(tx, book, "notice.mask_names", date_to_int(day))? != 0;
    let words = book::words(tx, book, "notice.minimal_words", date_to_int(day))?;
    let minimal = words.split(['；', ';', '、']).map(str::trim).any(|word| !word.is_empty() && batch.program.contains(word));
    let mut villages: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for row in tx.query(
        "SELECT COALESCE(h.region, ''), p.household, q.name, p.quantity, p.rate, p.amount FROM payment p
           JOIN person q ON q.book = p.book AND q.id = p.person
           LEFT JOIN household h ON h.book = p.book AND h.id = p.household
          WHERE p.book = $1 AND p.batch = $2 ORDER BY p.line",
        params![book.id, batch.id],
    )? {
        let name = if mask { mask_name(row.text(2)?) } else { row.string(2)? };
        villages.entry(row.string(0)?).or_default().push(Shown {
            household: row.int(1)?,
            name,
            quantity: Quantity::new(row.int(3)?),
            rate: Fen::new(row.int(4)?),
            amount: Fen::new(row.int(5)?),
        });
    }
    let mut papers = Vec::new();
    for (region, lines) in villages {
        let village = place_name(tx, book, &region)?;
        papers.push(batch_paper(&batch, &region, &village, &lines, minimal));
    }
    Ok(papers)
}

fn batch_paper(batch: &Batch, region: &str, village: &str, lines: &[Shown], minimal: bool) -> Paper {
    let total: i64 = lines.iter().map(|line| line.amount.get()).sum();
    let households: BTreeSet<i64> = lines.iter().map(|line| line.household).collect();
    let values = BTreeMap::from([
        ("批次号", batch.code.clone()),
        ("政策名称", batch.program.clone()),
        ("所属期", batch.period.clone()),
        ("单位", batch.unit.clone()),
        ("村", village.to_string()),
        ("户数", households.len().to_string()),
        ("人次", lines.len().to_string()),
        ("金额合计", Fen::new(total).yuan_grouped()),
    ]);
    let table = if minimal { minimal_table(village, lines) } else { full_table(batch, lines) };
    let village_name = if region.is_empty() { "未登记村" } else { village };
    Paper {
        kind: Kind::Batch,
        project: None,
        batch: Some(batch.id),
        region: region.to_string(),
        name: format!("{}-{}-{village_name}", Kind::Batch.title(), batch.code),
        by: batch.unit.clone(),
        values,
        table,
        window: batch.window,
        days: batch.days,
    }
}

/// 东发〔2018〕14号 L136: name, village, amount, and nothing else.
fn minimal_table(village: &str, lines: &[Shown]) -> Table {
    let mut table = Table::new("batch", "享受对象名单")
        .column("name", "姓名", Column::Text)
        .column("village", "居住村（居）委会", Column::Text)
        .column("amount", "享受金额(元)", Column::Money);
    for line in lines {
        table.push(vec![Cell::text(scrub(&line.name)), Cell::text(village), Cell::Fen(line.amount)]);
    }
    table.push_total(vec![Cell::text("合计"), Cell::text(""), Cell::Fen(sum(lines))]);
    table
}

fn full_table(batch: &Batch, lines: &[Shown]) -> Table {
    let mut table = Table::new("batch", "拟发放对象名单")
        .column("number", "序号", Column::Count)
        .column("name", "姓名", Column::Text)
        .column("quantity", if batch.measure.is_empty() { "数量".to_string() } else { format!("数量（{}）", batch.measure) }, Column::Text)
        .column("rate", "标准(元)", Column::Money)
        .column("amount", "金额(元)", Column::Money);
    for (at, line) in lines.iter().enumerate() {
        table.push(vec![
            Cell::Count(at as i64 + 1),
            Cell::text(scrub(&line.name)),
            Cell::text(line.quantity.to_string()),
            Cell::Fen(line.rate),
            Cell::Fen(line.amount),
        ]);
    }
    table.push_total(vec![Cell::text(""), Cell::text("合计"), Cell::text(""), Cell::text(""), Cell::Fen(sum(lines))]);
    table
}

fn sum(lines: &[Shown]) -> Fen {
    Fen::new(lines.iter().map(|line| line.amount.get()).sum())
}
