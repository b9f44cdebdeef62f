//! The 合计 row at the foot of bureau files: it is not data, but what it says must be true. 小计
//! speaks of the rows since the last 小计, 合计 and 总计 of all rows before them.

use super::buffer::RowBuffer;
use super::header::Layout;
use crate::domain::kinds::{Kind, RowErrors};
use crate::domain::money::Fen;
use crate::domain::text;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowRole {
    Data,
    Subtotal,
    Total,
    /// Signatures and remarks below the total.
    Footer,
}

const FOOTERS: [&str; 12] = ["制表", "审核", "复核", "填表", "经办", "负责人", "单位负责人", "填报", "备注", "说明", "注:", "分管"];

/// Sums of the money column as the rows go by. A sum is lost when an amount cannot be read.
pub(super) struct Totals {
    column: Option<(usize, usize)>,
    all: Option<Fen>,
    part: Option<Fen>,
    seen_total: bool,
}

impl Totals {
    pub fn new(kind: &Kind, layout: &Layout) -> Totals {
        let column = kind.money_total.and_then(|at| Some((at, layout.places[at]?)));
        Totals { column, all: Some(Fen::ZERO), part: Some(Fen::ZERO), seen_total: false }
    }

    /// The sum of the rows read, where all amounts could be read.
    pub fn sum(&self) -> Option<Fen> {
        self.column.and(self.all)
    }

    pub fn was_checked(&self) -> bool {
        self.seen_total
    }

    pub fn role_of(&self, row: &RowBuffer) -> RowRole {
        let Some(first) = row.iter().map(text::trim).find(|cell| !cell.is_empty()) else {
            return RowRole::Data;
        };
        // Every mark begins with a Chinese character: most rows are told apart by one byte.
        if first.as_bytes()[0] < 0x80 || first.len() > 200 {
            return RowRole::Data;
        }
        let plain = text::squeeze(first);
        match plain.trim_end_matches(':') {
            "合计" | "总计" | "共计" | "累计" | "合计金额" | "总合计" => RowRole::Total,
            "小计" | "本页小计" | "本页合计" => RowRole::Subtotal,
            _ if self.seen_total && FOOTERS.iter().any(|mark| plain.starts_with(mark)) => RowRole::Footer,
            _ => RowRole::Data,
        }
    }

    pub fn add(&mut self, row: &RowBuffer) {
        let Some((_, place)) = self.column else {
            return;
        };
        let amount = Fen::parse(text::trim(row.cell(place))).ok();
        let plus = |sum: Option<Fen>| sum?.checked_add(amount?);
        self.all = plus(self.all);
        self.part = plus(self.part);
    }

    /// Compares a total row with the rows above it.
    pub fn check(&mut self, row: &RowBuffer, role: RowRole, kind: &Kind, errors: &mut RowErrors) {
        let expected = if role == RowRole::Subtotal { self.part } else { self.all };
        self.part = Some(Fen::ZERO);
        self.seen_total |= role == RowRole::Total;
        let Some((at, place)) = self.column else {
            return;
        };
        let cell = text::trim(row.cell(place));
        // Without a figure there is nothing to check; without a sum the rows have errors enough.
        let (Some(expected), false) = (expected, cell.is_empty() || row.is_faulty(place)) else {
            return;
        };
        let column = &kind.columns[at];
        match Fen::parse(cell) {
            Ok(stated) if stated == expected => {}
            Ok(stated) => {
                let problem = format!("合计行写的是 {}，以上各行之和是 {}", stated.yuan_grouped(), expected.yuan_grouped());
                errors.cell(row.number, column, cell, &problem, "请核对合计，或查找漏行、多行、改动过的金额");
            }
            Err(problem) => errors.refuse(row.number, column, cell, &problem),
        }
    }
}
