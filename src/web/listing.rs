//! The page of a list: filter bar, rows, count and sums of the whole filtered set, sorting, paging, columns and export. What is
//! asked stands in the address, so that a page can be kept, sent on and gone back to.

use super::address::Query;
use super::fields::{self, Control};
use super::grid::{self, Grid};
use super::{links, ways};
use crate::domain::money::Fen;
use crate::service::answer::ListPage;
use crate::service::{Operation, Param, Place};
use serde::Serialize;

/// Parameters that are the list's own, not filters.
const OWN: &[&str] = &["sort", "order", "cursor", "limit", "columns", "unmask", "reason", "format", "q"];
/// Cursors of earlier pages that the address remembers.
const REMEMBERED: usize = 12;
/// Filters shown without opening the rest.
const SHOWN: usize = 5;

/// A column that a list can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub key: String,
    pub title: String,
    pub sortable: bool,
    /// Kind of thing that its values open (`links::to`), or empty.
    pub opens: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    pub words: String,
    /// The same list without this filter.
    pub href: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnChoice {
    pub key: String,
    pub title: String,
    pub shown: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    pub path: String,
    pub about: String,
    pub grid: Grid,
    /// Sums under the columns, empty texts where there are none; no cells where nothing is summed.
    pub totals: Vec<String>,
    pub count: i64,
    pub search: Option<String>,
    pub filters: Vec<Control>,
    pub more_filters: Vec<Control>,
    /// Whether any of the hidden filters is in use.
    pub more_open: bool,
    pub chips: Vec<Chip>,
    /// Sort order and page size that a new filter keeps.
    pub kept: Vec<(String, String)>,
    pub columns: Vec<ColumnChoice>,
    /// Everything asked but the columns, for the form that chooses them.
    pub kept_for_columns: Vec<(String, String)>,
    pub page: usize,
    pub first: String,
    pub previous: String,
    pub next: String,
    pub csv: String,
    pub xlsx: String,
    /// The list can show what is masked, for a reason.
    pub unmask: bool,
    pub unmasked: bool,
    pub acts: Vec<ways::Way>,
}

/// Makes the page. `offered` are the columns that the list declares; empty where it declares none.
pub fn listing(operation: &Operation, path: &str, query: &Query, answer: &ListPage, offered: &[Offered]) -> Listing {
    let mut grid = grid::grid(&answer.table);
    grid.card = false;
    opened_by_declaration(&mut grid, offered);
    sorting(&mut grid, operation, path, query, offered);
    let (filters, more_filters) = filters(operation, query);
    let paging = paging(path, query, answer.next.as_deref());
    let takes = |name: &str| operation.params_in(Place::Query).any(|param| param.name == name);
    Listing {
        path: path.to_string(),
        about: operation.about.to_string(),
        totals: totals(&grid, answer),
        count: answer.count,
        search: takes("q").then(|| query.get("q").unwrap_or_default().to_string()),
        more_open: more_filters.iter().any(|control| query.get(&control.name).is_some()),
        chips: chips(&filters, &more_filters, path, query),
        filters,
        more_filters,
        kept: query.pairs().iter().filter(|(name, _)| matches!(name.as_str(), "sort" | "order" | "limit" | "columns")).cloned().collect(),
        columns: column_choices(offered, &grid),
        kept_for_columns: query.without(&["columns", "cursor", "was", "unmask", "reason"]).pairs().to_vec(),
        page: paging.page,
        first: paging.first,
        previous: paging.previous,
        next: paging.next,
        csv: ways::export(path, query, "csv"),
        xlsx: ways::export(path, query, "xlsx"),
        unmask: takes("unmask"),
        unmasked: query.get("unmask").is_some_and(|value| value == "true"),
        acts: Vec::new(),
        grid,
    }
}

impl Listing {
    /// Chips say names instead of codes where the fields know them.
    pub fn name_chips(&mut self) {
        for control in self.filters.iter().chain(&self.more_filters).filter(|control| !control.value.is_empty()) {
            let Some(choice) = control.choices.iter().find(|choice| choice.code == control.value) else { continue };
            let (code, name) = (format!("{}：{}", control.title, control.value), format!("{}：{}", control.title, choice.title));
            if let Some(chip) = self.chips.iter_mut().find(|chip| chip.words == code) {
                chip.words = name;
            }
        }
    }
}

/// Columns declared with what they open lead there, before the common rules.
fn opened_by_declaration(grid: &mut Grid, offered: &[Offered]) {
    for (at, head) in grid.heads.iter().enumerate() {
        let Some(opens) = offered.iter().find(|column| column.key == head.key).map(|column| column.opens.as_str()) else { continue };
        for line in grid.lines.iter_mut().filter(|line| !line.total) {
            if let Some(field) = line.fields.get_mut(at)
                && let Some(href) = links::to(opens, &field.text)
            {
                field.href = href;
            }
        }
    }
}

fn sorting(grid: &mut Grid, operation: &Operation, path: &str, query: &Query, offered: &[Offered]) {
    if !operation.params_in(Place::Query).any(|param| param.name == "sort") {
        return;
    }
    let (by, down) = (query.get("sort").unwrap_or_default(), query.get("order") == Some("desc"));
    for head in &mut grid.heads {
        if !offered.iter().any(|column| column.key == head.key && column.sortable) {
            continue;
        }
        let now = by == head.key;
        head.sorted = if now && down {
            "descending"
        } else if now {
            "ascending"
        } else {
            ""
        };
        let order = if now && !down { "desc" } else { "asc" };
        let fresh = query.without(&["sort", "order", "cursor", "was"]);
        head.sort = format!("{path}{}", fresh.with("sort", &head.key).with("order", order).text());
    }
}

fn filters(operation: &Operation, query: &Query) -> (Vec<Control>, Vec<Control>) {
    let params: Vec<Param> = operation.params_in(Place::Query).filter(|param| !OWN.contains(&param.name)).copied().collect();
    let mut shown = fields::form(&params, |name| query.all(name).into_iter().map(str::to_string).collect(), &[]);
    let mut at = SHOWN.min(shown.len());
    while shown.get(at).is_some_and(|control| control.closes) {
        at += 1; // a range is not torn apart
    }
    let more = shown.split_off(at);
    (shown, more)
}

fn chips(filters: &[Control], more: &[Control], path: &str, query: &Query) -> Vec<Chip> {
    let mut chips = Vec::new();
    if let Some(words) = query.get("q") {
        chips.push(Chip { words: format!("查找：{words}"), href: format!("{path}{}", query.without(&["q", "cursor", "was"]).text()) });
    }
    for control in filters.iter().chain(more) {
        if query.get(&control.name).is_none() {
            continue;
        }
        let chosen = control.choices.iter().find(|choice| choice.chosen).map(|choice| choice.title.clone());
        let value = match control.kind {
            "flag" => "是".to_string(),
            _ => chosen.unwrap_or_else(|| control.value.clone()),
        };
        let href = format!("{path}{}", query.without(&[&control.name, "cursor", "was"]).text());
        chips.push(Chip { words: format!("{}：{value}", control.title), href });
    }
    chips
}

fn column_choices(offered: &[Offered], grid: &Grid) -> Vec<ColumnChoice> {
    let shown = |key: &str| grid.heads.iter().any(|head| head.key == key);
    offered.iter().map(|column| ColumnChoice { key: column.key.clone(), title: column.title.clone(), shown: shown(&column.key) }).collect()
}

/// Sums in the places of their columns. A sum is fen where its column is money, else a count.
fn totals(grid: &Grid, answer: &ListPage) -> Vec<String> {
    if answer.totals.is_empty() {
        return Vec::new();
    }
    let sum = |key: &str| answer.totals.iter().find(|(known, _)| known == key).map(|(_, sum)| *sum);
    let text = |column: &crate::domain::report::table::Column| match (sum(&column.key), column.kind) {
        (None, _) => String::new(),
        (Some(sum), crate::domain::report::Kind::Wan) => Fen::new(sum).wan(),
        (Some(sum), crate::domain::report::Kind::Money) => Fen::new(sum).yuan_grouped(),
        (Some(sum), _) => sum.to_string(),
    };
    debug_assert_eq!(grid.heads.len(), answer.table.columns.len());
    answer.table.columns.iter().map(text).collect()
}

struct Paging {
    page: usize,
    first: String,
    previous: String,
    next: String,
}

/// Pages go forward by cursor; the way back is remembered in the address as the cursors of the pages before (`was`).
fn paging(path: &str, query: &Query, next: Option<&str>) -> Paging {
    let was: Vec<String> = query.all("was").into_iter().map(str::to_string).collect();
    let fresh = query.without(&["cursor", "was"]);
    let here = query.get("cursor").unwrap_or_default();
    let with = |was: &[String], cursor: &str| {
        let mut query = fresh.clone();
        was.iter().for_each(|old| query.push("was", old));
        if !cursor.is_empty() {
            query.push("cursor", cursor);
        }
        format!("{path}{}", query.text())
    };
    let next = next.map(|cursor| {
        let mut passed = was.clone();
        passed.push(if here.is_empty() { "-".into() } else { here.to_string() });
        let from = passed.len().saturating_sub(REMEMBERED);
        with(&passed[from..], cursor)
    });
    let previous = was.split_last().map(|(last, before)| with(before, if last == "-" { "" } else { last }));
    let first = if here.is_empty() { String::new() } else { with(&[], "") };
    Paging { page: was.len() + 1, first, previous: previous.unwrap_or_default(), next: next.unwrap_or_default() }
}
