//! Notices (公示、公告): written out of the books, masked, by templates that a clerk may edit; hung up, with the proof of it; and
//! looked over for those that are missing, late or too short (rules.md U02; 国开办发〔2018〕11号).

pub mod list;
mod paper;
pub mod proof;
pub mod publish;
mod templates;
pub mod write;

pub use templates::write_templates;

use crate::app::{Book, Result, book};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::notices::{Kind, Window};
use crate::domain::projects::standing::Record;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// How long notices of a project's kind hung: as published here, and for entry as its file says.
pub fn windows(tx: &mut Tx<'_>, book: &Book, record: &Record, kind: Kind) -> Result<Vec<Window>> {
    Ok(windows_by_level(tx, book, record, kind)?.into_iter().map(|(_, window)| window).collect())
}

/// The same with the level of the board each hung on (村、乡、县; empty where it was not said). What the file says holds for
/// all levels, for its two dates are all that it can say.
pub(in crate::app) fn windows_by_level(tx: &mut Tx<'_>, book: &Book, record: &Record, kind: Kind) -> Result<Vec<(String, Window)>> {
    let mut found = Vec::new();
    for row in tx.query(
        "SELECT p.level, p.date_from, p.date_to FROM notice n JOIN notice_publication p ON p.book = n.book AND p.notice = n.id
          WHERE n.book = $1 AND n.project = $2 AND n.kind = $3 ORDER BY p.id",
        params![book.id, &record.facts.code, kind.code()],
    )? {
        if let (Some(from), Some(to)) = (date_from_int(row.int(1)?), date_from_int(row.int(2)?)) {
            found.push((row.string(0)?, Window { from, to }));
        }
    }
    if let (Kind::Entry, Some((from, to))) = (kind, record.facts.notice) {
        let window = Window { from, to };
        found.push((String::new(), window));
        found.extend(publish::LEVELS.map(|level| (level.to_string(), window)));
    }
    Ok(found)
}

/// The least days of a kind of notice on a day; `program` is the number of days of a batch's programme, where it has one.
pub(in crate::app) fn least_days(tx: &mut Tx<'_>, book: &Book, kind: Kind, program: Option<i64>, day: NaiveDate) -> Result<i64> {
    let name = match (kind, program) {
        (Kind::Batch, Some(days)) => return Ok(days),
        (Kind::Batch, None) => "notice.batch_days",
        (Kind::Entry, _) => "notice.entry_days",
        (Kind::Completion, _) => "notice.completion_min_days",
    };
    book::number(tx, book, name, date_to_int(day))
}
