//! What all lines of a batch share: unit, programme, allocation, period, dates. Read once per batch, and checked against
//! the programmes and allocations of the book, which are few and kept in memory.

use crate::app::{Book, Result};
use crate::domain::calendar::{Period, date_from_int, date_to_int};
use crate::domain::kinds::{Column, RowErrors, batch as col};
use crate::files::reading::RowView;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Columns that must say the same on every line of a batch.
const SHARED: [usize; 7] = [col::UNIT, col::PROGRAM, col::ALLOCATION, col::PERIOD, col::DATE, col::NOTICE_FROM, col::NOTICE_TO];

#[derive(Debug, Clone)]
pub(super) struct Header {
    pub code: String,
    pub unit: String,
    pub program: String,
    pub allocation: String,
    pub period: Period,
    pub made: NaiveDate,
    pub notice_from: Option<NaiveDate>,
    pub notice_to: Option<NaiveDate>,
    /// Row of the file where it was first met.
    pub row: u64,
    texts: [String; 7],
}

impl Header {
    /// Reads the shared columns of a batch's first line; `None` after telling what is wrong with them.
    pub fn read(row: &RowView<'_>, errors: &mut RowErrors) -> Option<Header> {
        let code = row.required_text(col::BATCH, errors).map(str::to_string);
        let unit = row.required_text(col::UNIT, errors).map(str::to_string);
        let program = row.required_text(col::PROGRAM, errors).map(str::to_string);
        let allocation = row.required_text(col::ALLOCATION, errors).map(str::to_string);
        let period = row.period(col::PERIOD, errors);
        let made = row.date(col::DATE, errors);
        let notice_from = row.opt_date(col::NOTICE_FROM, errors);
        let notice_to = row.opt_date(col::NOTICE_TO, errors);
        if let (Some(Some(from)), Some(Some(to))) = (notice_from, notice_to)
            && from > to
        {
            row.refuse(col::NOTICE_TO, errors, "公示结束早于公示开始", "请核对公示日期");
            return None;
        }
        Some(Header {
            code: code?,
            unit: unit?,
            program: program?,
            allocation: allocation?,
            period: period?,
            made: made?,
            notice_from: notice_from?,
            notice_to: notice_to?,
            row: row.number(),
            texts: SHARED.map(|column| row.text(column).to_string()),
        })
    }

    /// Whether a further line of the batch says something else; tells where.
    pub fn refuse_difference(&self, row: &RowView<'_>, errors: &mut RowErrors) -> bool {
        let mut differs = false;
        for (index, column) in SHARED.into_iter().enumerate() {
            if row.text(column) != self.texts[index] {
                let problem = format!("与本批次第 {} 行的“{}”不同", self.row, self.texts[index]);
                row.refuse(column, errors, &problem, "同一批次的单位、政策、分配文号、所属期和日期必须一致；不同的请另编批次号");
                differs = true;
            }
        }
        differs
    }

    pub fn made_int(&self) -> i64 {
        date_to_int(self.made)
    }
}

/// A programme's rate for some time, and how a line's rate must stand to it.
#[derive(Debug, Clone)]
pub(super) struct Standard {
    from: i64,
    to: i64,
    pub rate: i64,
    bound: String,
}

impl Standard {
    /// What is wrong with a line's rate, if anything.
    pub fn problem(&self, rate: i64) -> Option<&'static str> {
        match self.bound.as_str() {
            "上限" if rate > self.rate => Some("超过政策标准上限"),
            "下限" if rate < self.rate => Some("低于政策标准下限"),
            "固定" if rate != self.rate => Some("与政策固定标准不同"),
            _ => None,
        }
    }
}

struct Allocated {
    dim: i64,
    unit: String,
    program: String,
    since: i64,
}

/// What headers are checked against.
pub(super) struct Catalog {
    standards: HashMap<String, Vec<Standard>>,
    allocations: HashMap<String, Vec<Allocated>>,
    batches: HashMap<String, i64>,
}

impl Catalog {
    pub fn load(tx: &mut Tx<'_>, book: &Book) -> Result<Catalog> {
        let mut catalog = Catalog { standards: HashMap::new(), allocations: HashMap::new(), batches: HashMap::new() };
        for row in tx.query(
            "SELECT code, valid_from, COALESCE(valid_to, 99991231), rate, bound FROM program WHERE book = $1 ORDER BY valid_from DESC",
            params![book.id],
        )? {
            let standard = Standard { from: row.int(1)?, to: row.int(2)?, rate: row.int(3)?, bound: row.string(4)? };
            catalog.standards.entry(row.string(0)?).or_default().push(standard);
        }
        for row in tx.query(
            "SELECT a.doc_no, d.id, a.unit, a.program, COALESCE((SELECT MIN(t.date) FROM allocation_act t
                WHERE t.book = a.book AND t.doc_no = a.doc_no AND t.kind = '下达'), 0)
               FROM allocation a JOIN dim d ON d.book = a.book AND d.fund = a.fund AND d.allocation = a.id
              WHERE a.book = $1 ORDER BY a.id",
            params![book.id],
        )? {
            let allocated = Allocated { dim: row.int(1)?, unit: row.string(2)?, program: row.string(3)?, since: row.int(4)? };
            catalog.allocations.entry(row.string(0)?).or_default().push(allocated);
        }
        for row in tx.query("SELECT code, id FROM batch WHERE book = $1", params![book.id])? {
            catalog.batches.insert(row.string(0)?, row.int(1)?);
        }
        Ok(catalog)
    }

    pub fn batch(&self, code: &str) -> Option<i64> {
        self.batches.get(code).copied()
    }

    /// The rate in force at the period's start, else at its end, else on the day the batch was made.
    pub fn standard(&self, header: &Header, errors: &mut RowErrors) -> Option<Standard> {
        let column = &col::KIND.columns[col::PROGRAM];
        let Some(standards) = self.standards.get(&header.program) else {
            errors.cell(header.row, column, &header.program, "没有这个补贴政策", "请先导入补贴政策（programs），或核对政策编码");
            return None;
        };
        let days = [header.period.first_day(), header.period.last_day(), header.made].map(date_to_int);
        let found = days.iter().find_map(|day| standards.iter().find(|s| s.from <= *day && *day <= s.to));
        if found.is_none() {
            let text = |day: i64| date_from_int(day).map_or_else(|| "长期".to_string(), |d| d.to_string());
            let spans: Vec<String> = standards.iter().map(|s| format!("{} 至 {}", text(s.from), text(s.to))).collect();
            let problem = format!("该补贴政策在所属期内不生效（有效期 {}）", spans.join("、"));
            errors.cell(header.row, column, &header.program, &problem, "请核对政策编码和所属期");
        }
        found.cloned()
    }

    /// Dimension sets that a batch may draw on: its allocation document's money for the unit, that for the programme first.
    pub fn dims(&self, header: &Header, errors: &mut RowErrors) -> Option<Vec<i64>> {
        let column: &Column = &col::KIND.columns[col::ALLOCATION];
        let Some(found) = self.allocations.get(&header.allocation) else {
            errors.cell(header.row, column, &header.allocation, "没有这个分配文", "请先导入分配（allocations），或核对分配文号");
            return None;
        };
        let for_unit = |a: &&Allocated| a.unit == header.unit && (a.program == header.program || a.program.is_empty());
        let mut matching: Vec<&Allocated> = found.iter().filter(for_unit).collect();
        matching.sort_by_key(|a| a.program != header.program); // stable: then by age
        if matching.is_empty() {
            let others: Vec<String> = found.iter().map(|a| format!("{}/{}", a.unit, a.program)).collect();
            let problem = format!("分配文没有分给单位 {} 的政策 {}，只分给了 {}", header.unit, header.program, others.join("、"));
            errors.cell(header.row, column, &header.allocation, &problem, "请核对分配文号、单位编码和政策编码");
            return None;
        }
        let since = matching.iter().map(|a| a.since).min().unwrap_or(0);
        if since > header.made_int() {
            let day = date_from_int(since).map_or_else(String::new, |d| d.to_string());
            let date = &col::KIND.columns[col::DATE];
            errors.cell(header.row, date, &header.made.to_string(), &format!("造表日期早于分配日期 {day}"), "请核对造表日期或分配文号");
            return None;
        }
        Some(matching.iter().map(|a| a.dim).collect())
    }
}
