//! A table as a page shows it: figures set right, codes and figures as links to what they name or are made of, states as
//! marks with their words.

use super::links;
use crate::domain::report::table::{RowStyle, display};
use crate::domain::report::{Cell, Kind, Row, Table};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    pub key: String,
    pub title: String,
    pub figure: bool,
    /// Address of the list sorted by it; empty where it cannot be.
    pub sort: String,
    /// `ascending`, `descending` or empty.
    pub sorted: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    pub text: String,
    /// `n` figures, `d` dates and short words on one line, `t` text, with `neg` for amounts below zero.
    pub class: &'static str,
    /// Empty where it leads nowhere.
    pub href: String,
    /// How a state is marked: `good`, `warn`, `bad`, `wait`, or empty.
    pub mark: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub fields: Vec<Field>,
    pub total: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grid {
    pub name: String,
    pub title: String,
    pub subtitle: String,
    pub heads: Vec<Head>,
    pub lines: Vec<Line>,
    pub notes: Vec<String>,
    /// A table of one row whose columns read better below one another.
    pub card: bool,
    /// SVG of the chart drawn from it, or empty. Markup, made by `files::writing::chart`.
    pub chart: String,
}

/// Columns whose words are states.
const STATES: &[&str] = &["state", "severity", "grade", "rung", "result", "gate", "outcome"];

/// Words that mark a state, the first that is contained counts.
const MARKS: &[(&str, &str)] = &[
    ("滞后", "bad"),
    ("逾期", "bad"),
    ("禁付", "bad"),
    ("失败", "bad"),
    ("退回", "bad"),
    ("冻结", "bad"),
    ("暂停", "bad"),
    ("收回", "bad"),
    ("严重", "bad"),
    ("注意", "warn"),
    ("高", "bad"),
    ("不符", "bad"),
    ("约谈", "warn"),
    ("通报", "warn"),
    ("提醒", "warn"),
    ("待核", "warn"),
    ("未检查", "warn"),
    ("中断", "warn"),
    ("中", "warn"),
    ("待", "wait"),
    ("未", "wait"),
    ("已占用", "wait"),
    ("已审批", "wait"),
    ("已送", "wait"),
    ("办理中", "wait"),
    ("达", "good"),
    ("完成", "good"),
    ("已回盘", "good"),
    ("通过", "good"),
    ("正常", "good"),
    ("成功", "good"),
    ("销号", "good"),
    ("启用", "good"),
    ("相符", "good"),
];

/// Columns from which on a single row is shown as a card.
const CARD: usize = 7;

pub fn grid(table: &Table) -> Grid {
    let heads = table.columns.iter().map(|column| Head {
        key: column.key.clone(),
        title: column.title.clone(),
        figure: column.kind.is_figure(),
        sort: String::new(),
        sorted: "",
    });
    Grid {
        name: table.name.clone(),
        title: table.title.clone(),
        subtitle: table.subtitle.clone().unwrap_or_default(),
        heads: heads.collect(),
        lines: table.rows.iter().map(|row| line(table, row)).collect(),
        notes: table.notes.clone(),
        card: table.rows.len() == 1 && table.columns.len() >= CARD,
        chart: String::new(),
    }
}

/// Codes that a table gives to programs, as people read them.
fn words(table: &str, column: &str, text: String) -> String {
    match (table, column, text.as_str()) {
        ("signed", "kind", "batch") => "批次".into(),
        ("signed", "kind", "proposal") => "送审件".into(),
        _ => text,
    }
}

fn line(table: &Table, row: &Row) -> Line {
    let total = row.style == RowStyle::Total;
    let fields = table.columns.iter().zip(&row.cells).enumerate().map(|(at, (column, cell))| {
        let text = words(&table.name, &column.key, display(cell, column.kind));
        let mark = if STATES.contains(&column.key.as_str()) && !total { mark(&text) } else { "" };
        let href = if total { None } else { links::of(table, at, row) };
        Field { class: class(cell, column.kind, &text), href: href.unwrap_or_default(), mark, text }
    });
    Line { fields: fields.collect(), total }
}

/// Codes and short words are read at once only on one line.
fn is_short(text: &str) -> bool {
    let longest = if text.is_ascii() { 28 } else { 14 };
    text.chars().count() <= longest
}

fn class(cell: &Cell, kind: Kind, text: &str) -> &'static str {
    let negative = match cell {
        Cell::Fen(fen) => fen.is_negative(),
        Cell::Ratio(number) | Cell::Points(number) => number.is_sign_negative() && !number.is_zero(),
        Cell::Count(count) => *count < 0,
        _ => false,
    };
    match (negative, kind) {
        (true, _) => "n neg",
        (false, Kind::Date) => "d",
        (false, kind) if kind.is_figure() => "n",
        _ if is_short(text) => "d",
        _ => "t",
    }
}

fn mark(text: &str) -> &'static str {
    if text.chars().count() > 12 {
        return "";
    }
    MARKS.iter().find(|(word, _)| text.contains(word)).map_or("", |(_, mark)| mark)
}
