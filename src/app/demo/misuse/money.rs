//! Money for what the misuse needs beyond the honest plan: documents of their own, handed out at once, so that no honest
//! unit's figures change. Payments to projects and refunds go into files by day.

use super::hands::{Weaver, next_workday};
use crate::app::demo::county::row;
use crate::app::demo::plan::{Act, Content, DemoFile, Look, Step, before};
use crate::app::demo::projects::file_day;
use crate::domain::kinds::{self, Kind};
use crate::domain::money::Fen;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Rows of money documents by kind and day.
#[derive(Debug, Default)]
pub struct Money {
    files: BTreeMap<(NaiveDate, &'static str), Vec<Vec<String>>>,
    documents: usize,
    payments: usize,
    refunds: usize,
    projects: usize,
    /// Year, received, of it the county's own, allocated, paid to projects.
    pub totals: Vec<(i32, i64, i64, i64, i64)>,
}

/// A project of the misuse: where its money is.
#[derive(Debug, Clone)]
pub struct Works {
    pub code: String,
    pub unit: String,
    pub doc: String,
    pub fund: String,
    pub amount: i64,
}

/// A payment to a project's payee.
#[derive(Debug, Clone)]
pub struct Pay<'a> {
    pub date: NaiveDate,
    /// Name, account, kind.
    pub payee: (&'a str, &'a str, &'a str),
    pub purpose: &'a str,
    pub amount: i64,
    pub method: &'a str,
    pub retention: bool,
}

impl Money {
    pub fn push(&mut self, date: NaiveDate, kind: &'static Kind, cells: Vec<String>) {
        self.files.entry((date, kind.name)).or_default().push(cells);
    }

    /// Rows of a kind of document.
    pub fn rows(&self, kind: &str) -> impl Iterator<Item = &Vec<String>> {
        self.files.iter().filter(move |((_, of), _)| *of == kind).flat_map(|(_, rows)| rows)
    }

    pub fn into_steps(self, weaver: &mut Weaver<'_>) {
        for ((date, kind), rows) in self.files {
            let Some(kind) = Kind::find(kind) else { continue };
            let file = DemoFile { kind, name: format!("{}-追加", kind.title), content: Content::Rows(rows), look: Look::Plain };
            weaver.plan.steps.push(Step { date, act: Act::Import(file) });
        }
        for (year, received, own, allocated, to_projects) in self.totals {
            if let Some(total) = weaver.plan.totals.iter_mut().find(|t| t.year == year) {
                total.received += received;
                total.own += own;
                total.allocated += allocated;
                total.to_projects += to_projects;
            }
        }
    }
}

/// A document of upper-level money: number, day of receipt, function, amount.
pub struct Source<'a> {
    pub level: &'a str,
    pub category: &'a str,
    pub name: &'a str,
    pub function: &'a str,
    pub received: NaiveDate,
    pub amount: i64,
}

impl Weaver<'_> {
    /// A fund document; gives its number.
    pub fn fund(&mut self, source: &Source<'_>) -> String {
        self.money.documents += 1;
        let year = source.received.year();
        let office = match source.level {
            "中央" => "财农",
            "省" => "琼财农",
            _ => "东财预",
        };
        let doc = format!("{office}〔{year}〕{}号", 300 + self.money.documents);
        let (yuan, received) = (Fen::new(source.amount).yuan(), source.received.to_string());
        let name = format!("{year}年{}{}", source.level, source.name);
        let cells =
            row(&[&doc, &name, source.level, source.category, &year.to_string(), &yuan, &received, source.function, "", "", "追加"]);
        self.money.push(source.received, &kinds::budgets::KIND, cells);
        let own = if source.level == "县" { source.amount } else { 0 };
        self.money.totals.push((year, source.amount, own, 0, 0));
        doc
    }

    /// Hands out money of a fund to a unit, for a project or a programme; gives the document's number.
    pub fn hand_out(&mut self, fund: &str, date: NaiveDate, unit: &str, project: &str, program: &str, amount: i64) -> String {
        self.money.documents += 1;
        let doc = format!("东财农〔{}〕{}号", date.year(), 300 + self.money.documents);
        let cells = row(&[&doc, "下达", &date.to_string(), fund, unit, project, program, &Fen::new(amount).yuan(), "追加安排"]);
        self.money.push(date, &kinds::allocations::KIND, cells);
        self.money.totals.push((date.year(), 0, 0, amount, 0));
        doc
    }

    /// Money received and handed out shortly before it is needed.
    pub fn allocate(&mut self, needed: NaiveDate, unit: &str, project: &str, program: &str, function: &str, amount: i64) -> String {
        let (received, date) = (next_workday(before(needed, 24), 0), next_workday(before(needed, 14), 0));
        let source =
            Source { level: "省", category: category(function), name: "扶贫发展资金（追加）", function, received, amount };
        let fund = self.fund(&source);
        self.hand_out(&fund, date, unit, project, program, amount)
    }

    /// Pays a project's payee; gives the document's number.
    pub fn pay(&mut self, works: &Works, pay: &Pay<'_>) -> String {
        self.money.payments += 1;
        let doc = format!("ZF{}-{:05}", pay.date.year(), 80_000 + self.money.payments);
        let (name, account, kind) = pay.payee;
        let kept = if pay.retention { "是" } else { "" };
        let date = pay.date.to_string();
        let yuan = Fen::new(pay.amount).yuan();
        let cells = [&doc, &date, &works.unit, &works.doc, &works.code, name, account, kind, pay.purpose, &yuan, pay.method, kept];
        self.money.push(file_day(pay.date), &kinds::disbursements::KIND, row(&cells));
        if kind != "预算单位" {
            self.money.totals.push((pay.date.year(), 0, 0, 0, pay.amount));
        }
        doc
    }

    /// Money that comes back; `of` is a payment document, or batch and line.
    pub fn refund(&mut self, date: NaiveDate, of: &str, amount: i64, reason: &str) -> String {
        self.money.refunds += 1;
        let doc = format!("TH{}-{}", date.year(), 800 + self.money.refunds);
        let cells = row(&[&doc, &date.to_string(), of, &Fen::new(amount).yuan(), reason]);
        self.money.push(date, &kinds::refunds::KIND, cells);
        doc
    }

    pub fn next_project(&mut self, year: i32) -> String {
        self.money.projects += 1;
        format!("XM{year}-8{:03}", self.money.projects)
    }
}

/// The category of a fund by its function.
pub fn category(function: &str) -> &'static str {
    match function {
        "2050299" => "其他",
        "2130209" | "2210105" => "统筹整合涉农资金",
        _ => "财政专项扶贫资金",
    }
}
