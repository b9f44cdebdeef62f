//! Every kind of file as data: its columns, which of them must be there, what makes a row unique.
//! Reading, templates and annotated copies are all driven by these tables; formats.md is their source.

#[macro_use]
mod declare;
mod error;
mod inspection;
mod labels;
mod money_out;
mod plan;
mod reference;
mod registry;
#[cfg(test)]
mod tests;

pub use error::{KEPT_ERRORS, RowError, RowErrors};
pub use inspection::{visit_disbursements, visit_households, visit_payments};
pub use labels::screen_labels;
pub use money_out::{allocations, batch, disbursements, refunds, returns};
pub use plan::{budgets, programs, projects, regions, units};
pub use reference::{
    ref_cadres, ref_companies, ref_custody, ref_deaths, ref_housing, ref_hukou, ref_kin, ref_loans, ref_payroll, ref_posts, ref_properties,
    ref_students, ref_vehicles,
};
pub use registry::{cards, households, persons};

/// One kind of file.
#[derive(Debug)]
pub struct Kind {
    /// The name in commands and routes: `batch`.
    pub name: &'static str,
    /// The name people use: 发放清册.
    pub title: &'static str,
    pub columns: &'static [Column],
    /// The columns that together name a row.
    pub key: &'static [usize],
    /// Whether a row may come again with other content and replace the earlier one.
    pub updates: bool,
    /// The column that a trailing 合计 row adds up.
    pub money_total: Option<usize>,
}

/// One column of a kind.
#[derive(Debug)]
pub struct Column {
    pub zh: &'static str,
    pub en: &'static str,
    /// Further headers under which the column is met.
    pub also: &'static [&'static str],
    pub ty: Type,
    pub required: bool,
    /// A hint for the person who fills in the template.
    pub note: &'static str,
}

/// What a cell of a column must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Text,
    Money,
    Date,
    Period,
    Year,
    /// A whole number.
    Count,
    /// A number with up to four decimals.
    Quantity,
    IdNo,
    Uscc,
    Region,
    Account,
    Choice(&'static [&'static str]),
    YesNo,
}

impl Type {
    /// Long digit strings that a spreadsheet must hold as text, or their last digits are lost.
    pub const fn is_digit_text(self) -> bool {
        matches!(self, Type::IdNo | Type::Uscc | Type::Region | Type::Account)
    }

    /// Whether lists of errors show the value masked.
    pub const fn is_personal(self) -> bool {
        matches!(self, Type::IdNo | Type::Account)
    }

    /// The allowed values, for drop-downs.
    pub const fn choices(self) -> Option<&'static [&'static str]> {
        match self {
            Type::Choice(values) => Some(values),
            Type::YesNo => Some(&["是", "否"]),
            _ => None,
        }
    }
}

/// All kinds, each after those it refers to.
pub static KINDS: [&Kind; 26] = [
    &regions::KIND,
    &units::KIND,
    &programs::KIND,
    &budgets::KIND,
    &projects::KIND,
    &households::KIND,
    &persons::KIND,
    &cards::KIND,
    &ref_deaths::KIND,
    &ref_payroll::KIND,
    &ref_companies::KIND,
    &ref_vehicles::KIND,
    &ref_properties::KIND,
    &ref_cadres::KIND,
    &ref_kin::KIND,
    &ref_hukou::KIND,
    &ref_custody::KIND,
    &ref_students::KIND,
    &ref_posts::KIND,
    &ref_loans::KIND,
    &ref_housing::KIND,
    &allocations::KIND,
    &batch::KIND,
    &returns::KIND,
    &disbursements::KIND,
    &refunds::KIND,
];

impl Kind {
    /// The kind of that name or title.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().copied().find(|kind| kind.name == name || kind.title == name)
    }

    /// The same; underscores may stand for hyphens. Errors: no such kind, in words.
    pub fn named(name: &str) -> Result<&'static Kind, String> {
        let find = |name: &str| Kind::find(name.trim());
        find(name).or_else(|| find(&name.replace('_', "-"))).ok_or_else(|| {
            let known: Vec<String> = KINDS.iter().map(|kind| format!("{}（{}）", kind.name, kind.title)).collect();
            format!("没有“{name}”这种文件，可用：{}", known.join("、"))
        })
    }

    pub fn required(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.required)
    }
}
