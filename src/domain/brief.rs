//! The monthly 通报 on expenditure progress. Measured figures come in, a paper and the tables that
//! go with it come out; the writers make DOCX and XLSX of them. Sentences follow the form that
//! county and prefecture bureaus print: 万元 and percent with two decimals, faster or slower than
//! schedule in percentage points. Nothing here can name a household or a person: the inputs hold
//! units, funds and batches only.

mod ladder;
mod sections;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use chrono::NaiveDate;

use crate::domain::calendar::Month;
use crate::domain::control::Decision;
use crate::domain::money::Fen;
use crate::domain::progress::{MoneyOverflow, Policy, ProgressReport, ProgressRow};
use crate::domain::report::{Document, Table};

/// Returned payments of one batch, up to the day of the brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedLine {
    pub unit: String,
    pub batch: String,
    pub count: u32,
    pub amount: Fen,
    pub reissued_count: u32,
    pub reissued: Fen,
    /// Neither reissued nor withdrawn yet.
    pub outstanding_count: u32,
    pub outstanding: Fen,
}

/// The month's run of the ladder (通报约谈).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    pub decisions: Vec<Decision>,
}

/// Everything a month's brief says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefInput {
    /// 东方市
    pub county: String,
    /// 东方市财政局, who signs.
    pub issuer: String,
    pub doc_number: Option<String>,
    pub month: Month,
    /// The accounting day the figures are of, as a rule the month's last.
    pub as_of: NaiveDate,
    /// The day on the paper.
    pub issued_on: NaiveDate,
    pub total: ProgressRow,
    /// The total at the end of the month before; none in January or a first year.
    pub previous: Option<ProgressRow>,
    pub by_level: ProgressReport,
    pub by_category: ProgressReport,
    pub by_unit: ProgressReport,
    pub by_program: Option<ProgressReport>,
    pub returned: Vec<ReturnedLine>,
    /// What the month's run of the ladder decided; none where it was not run.
    pub ladder: Option<Ladder>,
    /// The last voucher seal (SM3) that the figures include.
    pub chain_head: String,
    pub policy: Policy,
}

/// The paper, and the sheets that accompany it with every figure in 元.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    pub document: Document,
    pub tables: Vec<Table>,
}

impl Brief {
    pub fn compose(input: &BriefInput) -> Result<Brief, MoneyOverflow> {
        let mut paper =
            Document::new(format!("{}{}年{}月\n财政扶贫资金支出进度通报", input.county, input.month.year(), input.month.month()));
        paper.doc_number = input.doc_number.clone();
        sections::overall(&mut paper, input)?;
        sections::by_source(&mut paper, input);
        sections::ranking(&mut paper, input);
        sections::behind(&mut paper, input)?;
        ladder::section(&mut paper, input);
        sections::returned(&mut paper, input)?;
        sections::next_month(&mut paper, input)?;
        sections::basis(&mut paper, input);
        paper.signature(&input.issuer, input.issued_on);
        let mut tables = tables::sheets(input)?;
        tables.extend(ladder::tables(input));
        Ok(Brief { document: paper, tables })
    }
}
