//! 待办: what waits for the person, how long already, and the page where it is done. What can be signed can be chosen, and is put
//! together on one page before it is signed.

use super::address::{Query, form_of, page_of};
use super::ways::Values;
use crate::domain::money::Fen;
use crate::domain::report::table::{display, plain};
use crate::domain::report::{Cell, Kind, Table};
use crate::service::catalogue;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub title: String,
    pub subject: String,
    pub href: String,
    pub amount: String,
    pub since: String,
    pub days: i64,
    pub due: String,
    /// Past its day, or waiting for more than a working week.
    pub late: bool,
    pub note: String,
    /// Field and value by which it is chosen for signing; empty where it is not signed.
    pub pick: String,
    pub value: String,
    #[serde(skip)]
    fen: Fen,
}

#[derive(Debug, Clone, Serialize)]
pub struct InboxPage {
    pub items: Vec<Item>,
    /// Whether anything can be chosen.
    pub picks: bool,
}

/// What is about to be signed together.
#[derive(Debug, Clone, Serialize)]
pub struct Bulk {
    pub items: Vec<Item>,
    pub total: String,
    pub key: String,
    /// Chosen, but not waiting for this person any more.
    pub gone: usize,
}

/// Days after which something has waited long.
const LONG: i64 = 7;

pub fn page(table: &Table, today: chrono::NaiveDate) -> InboxPage {
    let items = items(table, today);
    InboxPage { picks: items.iter().any(|item| !item.pick.is_empty()), items }
}

/// The rows of the inbox, in their order.
pub fn items(table: &Table, today: chrono::NaiveDate) -> Vec<Item> {
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let rows = table.rows.iter().map(|row| {
        let cell = |key: &str| at(key).and_then(|at| row.cells.get(at)).cloned().unwrap_or(Cell::Empty);
        let text = |key: &str| plain(&cell(key)).unwrap_or_default();
        let count = if let Cell::Count(count) = cell("days") { count } else { 0 };
        let params: Values = text("params")
            .split('&')
            .filter_map(|pair| pair.split_once('=').map(|(name, value)| (name.to_string(), value.to_string())))
            .collect();
        let (pick, name) = match text("kind").as_str() {
            "proposal.sign" => ("proposals", "proposal"),
            "batch.sign" => ("batches", "batch"),
            _ => ("", ""),
        };
        let overdue = matches!(cell("due"), Cell::Date(due) if due < today);
        Item {
            title: text("title"),
            subject: text("subject"),
            href: href(&text("operation"), &params),
            amount: display(&cell("amount"), Kind::Money),
            since: text("since"),
            days: count,
            due: text("due"),
            late: overdue || count > LONG,
            note: text("note"),
            pick: pick.to_string(),
            value: params.get(name).cloned().unwrap_or_default(),
            fen: if let Cell::Fen(fen) = cell("amount") { fen } else { Fen::ZERO },
        }
    });
    rows.collect()
}

fn href(operation: &str, params: &Values) -> String {
    let Some(found) = catalogue::find(operation) else { return String::new() };
    if found.method.writes() { form_of(found, params) } else { page_of(found, |name| params.get(name).cloned()).unwrap_or_default() }
}

/// What of the inbox was chosen. What waits no longer is left out and counted.
pub fn bulk(items: Vec<Item>, chosen: &Query, key: &str) -> Bulk {
    let wanted = chosen.pairs().iter().filter(|(name, _)| matches!(name.as_str(), "proposals" | "batches")).count();
    let items: Vec<Item> =
        items.into_iter().filter(|item| !item.pick.is_empty() && chosen.all(&item.pick).contains(&item.value.as_str())).collect();
    let total = Fen::try_sum(items.iter().map(|item| item.fen)).unwrap_or_default();
    Bulk { total: total.yuan_grouped(), key: key.to_string(), gone: wanted.saturating_sub(items.len()), items }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    fn inbox() -> Table {
        let mut table = Table::new("inbox", "待办事项");
        for (key, kind) in [
            ("title", Kind::Text),
            ("subject", Kind::Text),
            ("amount", Kind::Money),
            ("since", Kind::Date),
            ("days", Kind::Count),
            ("due", Kind::Date),
            ("note", Kind::Text),
            ("kind", Kind::Text),
            ("operation", Kind::Text),
            ("params", Kind::Text),
        ] {
            table = table.column(key, key, kind);
        }
        let day = |d| Cell::Date(chrono::NaiveDate::from_ymd_opt(2018, 9, d).unwrap());
        let mut row = |kind: &str, amount: i64, days: i64, due: Cell, params: &str, operation: &str| {
            table.push(vec![
                Cell::text("签批"),
                Cell::text("批次"),
                Cell::Fen(Fen::new(amount)),
                day(1),
                Cell::Count(days),
                due,
                Cell::Empty,
                Cell::text(kind),
                Cell::text(operation),
                Cell::text(params),
            ]);
        };
        row("batch.sign", 100_000, 3, Cell::Empty, "batch=P/1", "batch.show");
        row("proposal.sign", 50, 9, Cell::Empty, "proposal=7", "proposal.show");
        row("batch.send", 1, 0, day(20), "batch=P2", "batch.show");
        table
    }

    #[test]
    fn what_waits_long_or_past_its_day_is_late() {
        let page = page(&inbox(), chrono::NaiveDate::from_ymd_opt(2018, 9, 30).unwrap());
        assert_eq!(page.items.iter().map(|item| item.late).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(page.items[0].href, "/batches/P%2F1");
        assert!(page.picks && page.items[2].pick.is_empty());
    }

    #[test]
    fn only_what_still_waits_is_signed_together() {
        let items = items(&inbox(), chrono::NaiveDate::from_ymd_opt(2018, 9, 30).unwrap());
        let chosen = Query::new(vec![("batches".into(), "P/1".into()), ("batches".into(), "P2".into()), ("proposals".into(), "7".into())]);
        let bulk = bulk(items, &chosen, "k");
        assert_eq!((bulk.items.len(), bulk.gone, bulk.total.as_str()), (2, 1, "1,000.50"));
    }
}
