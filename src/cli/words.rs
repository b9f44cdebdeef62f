//! What sentences of the floors below say on the command line: `⟦batch.list⟧` is `sunledger batch list`, `⟦reason⟧` is `--reason`.

use super::capabilities::{By, TABLE};
use crate::domain::report::{Cell, Table};
use crate::domain::wording::{Piece, has_names, pieces};
use std::borrow::Cow;

/// Operations whose words are more than a verb, or that only the command line has.
const PHRASES: &[(&str, &str)] = &[
    ("book.init", "init"),
    ("key.new", "key new"),
    ("row.refunds", "add 退回"),
    ("screening.batch", "screen --batch"),
    ("screening.rules", "screen --rules"),
];

/// Parameters that are called otherwise here.
const OPTIONS: &[(&str, &str)] = &[("doc_no", "doc")];

/// A sentence in the words of the command line.
pub fn say(text: &str) -> String {
    let said = |piece: &Piece<'_>| match *piece {
        Piece::Text(text) => text.to_string(),
        Piece::Operation(id) => command(id).map_or_else(|| id.to_string(), |command| format!("sunledger {command}")),
        Piece::Param(name) => format!("--{}", option(name)),
    };
    pieces(text).iter().map(said).collect()
}

/// How an operation is called: its verb, and what makes it this one.
pub fn command(id: &str) -> Option<&'static str> {
    let phrase = PHRASES.iter().find(|(operation, _)| *operation == id).map(|(_, words)| *words);
    let does = |by: &By| matches!(by, By::Operations(ids) if ids.contains(&id));
    phrase.or_else(|| TABLE.iter().find(|(_, by)| does(by)).map(|(verb, _)| *verb))
}

fn option(name: &str) -> String {
    OPTIONS.iter().find(|(param, _)| *param == name).map_or(name, |(_, option)| option).replace('_', "-")
}

/// Reports in the words of the command line; long ones mostly need none.
pub fn tables(tables: &[Table]) -> Cow<'_, [Table]> {
    let named = |table: &Table| {
        let cells = || table.rows.iter().flat_map(|row| &row.cells);
        has_names(&table.title)
            || table.notes.iter().any(|note| has_names(note))
            || cells().any(|cell| matches!(cell, Cell::Text(text) if has_names(text)))
    };
    if !tables.iter().any(named) {
        return Cow::Borrowed(tables);
    }
    Cow::Owned(tables.iter().map(worded).collect())
}

fn worded(table: &Table) -> Table {
    let mut told = table.clone();
    told.title = say(&told.title);
    told.notes.iter_mut().for_each(|note| *note = say(note));
    for cell in told.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Text(text) = cell {
            *text = say(text);
        }
    }
    told
}
