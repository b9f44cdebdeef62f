//! What the demo shows at its end: progress at each year's end, the check of the books, and the briefing of a month.

use super::run::year_end;
use crate::app::{Bureau, Result, brief, progress, verify};
use crate::domain::calendar::Month;
use crate::domain::progress::{GroupBy, ProgressReport};
use crate::domain::report::figure::percent;
use crate::files::writing::table_text;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// The month whose briefing is written: when the plan counted its households.
const BRIEFED: (i32, u32) = (2018, 9);

/// What there is to show.
#[derive(Debug, Default)]
pub struct Closing {
    /// Progress by unit at the end of each year.
    pub progress: Vec<ProgressReport>,
    /// What the check of the books said.
    pub verified: Option<verify::VerifyReport>,
    /// The briefing's papers.
    pub papers: Vec<PathBuf>,
}

impl Closing {
    /// The tables of progress as text.
    pub fn tables(&self) -> Vec<String> {
        self.progress.iter().map(|report| table_text::write(&report.short_table())).collect()
    }
}

/// Progress of the year on a day, as the tail of a line.
pub fn progress_of(bureau: &mut Bureau, day: NaiveDate) -> Result<String> {
    let total = progress::progress(bureau, &progress::Query { as_of: day, known_at: None, by: GroupBy::Level })?.total;
    let share = total.progress.map_or_else(|| "—".to_string(), percent);
    Ok(format!(
        "；当年资金 {} 万元，已支出 {} 万元，进度 {share}（序时 {}）",
        total.available.wan(),
        total.spent.wan(),
        percent(total.schedule)
    ))
}

/// Looks at the finished books.
pub fn close(bureau: &mut Bureau, dir: &Path, years: &[i32]) -> Result<Closing> {
    let mut closing = Closing::default();
    for year in years {
        let query = progress::Query { as_of: year_end(*year), known_at: None, by: GroupBy::Unit };
        closing.progress.push(progress::progress(bureau, &query)?);
    }
    closing.verified = Some(verify::verify(bureau, &mut |_| {})?);
    let (year, month) = BRIEFED;
    if let Some(month) = Month::new(year, month).filter(|_| years.contains(&year)) {
        let query = brief::Query { month, known_at: None, issued_on: None, doc_number: Some(format!("东财〔{year}〕58号")) };
        let written = brief::write(bureau, &query, &dir.join("通报"))?;
        closing.papers = vec![written.docx, written.xlsx];
    }
    Ok(closing)
}
