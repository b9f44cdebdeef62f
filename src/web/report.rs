//! The page of a report or of one object: its tables with the charts drawn from them, what can be asked differently, and what
//! can be done next.

use super::address::Query;
use super::charts;
use super::fields::{self, Control};
use super::grid::{self, Grid};
use super::tree;
use super::ways::{self, Values, Way};
use crate::domain::access::Principal;
use crate::domain::report::Table;
use crate::service::{Gives, Operation, Param, Place, Problem};
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub path: String,
    pub about: String,
    pub grids: Vec<Grid>,
    pub controls: Vec<Control>,
    pub acts: Vec<Way>,
    pub links: Vec<Way>,
    pub csv: String,
    pub xlsx: String,
    /// Asked, but something in it was wrong.
    pub problem: String,
    /// The answer in sentences, where it is no table.
    pub said: Vec<String>,
}

/// Parameters of a report that are not asked for by its form.
const NOT_ASKED: &[&str] = &["format", "reason", "unmask"];

pub fn report(who: &Principal, operation: &Operation, path: &str, values: &Values, query: &Query, tables: &[Table]) -> Report {
    let onward = ways::onward(who, operation, values);
    let (acts, links) = onward.into_iter().partition(|way| way.acts);
    Report {
        path: path.to_string(),
        about: operation.about.to_string(),
        // one object is read as a card; what is known of it beneath, and lists that have one row, are tables
        grids: tables
            .iter()
            .map(with_chart)
            .zip(0..)
            .map(|(grid, at)| Grid { card: grid.card && at == 0 && !values.is_empty(), ..grid })
            .collect(),
        controls: controls(operation, query, &[]),
        acts,
        links,
        csv: ways::export(path, query, "csv"),
        xlsx: ways::export(path, query, "xlsx"),
        problem: String::new(),
        said: Vec::new(),
    }
}

/// What came of an act that answers with tables.
pub fn result(operation: &Operation, tables: &[Table]) -> Report {
    Report {
        path: String::new(),
        about: operation.about.to_string(),
        grids: tables.iter().map(with_chart).collect(),
        controls: Vec::new(),
        acts: Vec::new(),
        links: Vec::new(),
        csv: String::new(),
        xlsx: String::new(),
        problem: String::new(),
        said: Vec::new(),
    }
}

/// What can be asked differently, and what was wrong in what was asked.
pub fn controls(operation: &Operation, query: &Query, problems: &[Problem]) -> Vec<Control> {
    let own = operation.gives == Gives::File; // a file's own form is asked for, a table's stands above it
    let asked = |param: &&Param| own && param.name == "format" || !NOT_ASKED.contains(&param.name);
    let params: Vec<Param> = operation.params_in(Place::Query).filter(asked).copied().collect();
    fields::form(&params, |name| query.all(name).into_iter().map(str::to_string).collect(), problems)
}

/// A table and, where there is one for it, its chart.
pub fn with_chart(table: &Table) -> Grid {
    let mut grid = grid::grid(table);
    grid.chart = charts::of(table).unwrap_or_default();
    if table.name == "trace" {
        tree::shape(table, &mut grid);
    }
    grid
}
