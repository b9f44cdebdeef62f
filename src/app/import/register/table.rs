//! Where the rows of a kind are kept: the table, its columns in the order of the kind's, and its key. Names follow the kind's
//! English names, but for the few that SQL reserves or that say too little.

use crate::domain::kinds::{Kind, Type};

/// A column of the table.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub name: &'static str,
    pub is_text: bool,
}

#[derive(Debug)]
pub struct Table {
    pub name: String,
    /// In the order in which [`super::chunk::Chunk`] holds cells.
    pub columns: Vec<Place>,
    /// Positions in `columns`.
    pub key: Vec<usize>,
    /// Whether rows have a number of their own, which payments refer to.
    pub has_id: bool,
}

impl Table {
    /// The table of a register or reference list.
    pub fn of(kind: &'static Kind) -> Option<Table> {
        let name = match kind.name {
            "regions" => "region".to_string(),
            "units" => "unit".to_string(),
            "programs" => "program".to_string(),
            "projects" => "project".to_string(),
            "households" => "household".to_string(),
            "persons" => "person".to_string(),
            "cards" => "card".to_string(),
            reference => format!("ref_{}", reference.strip_prefix("ref-")?),
        };
        let has_id = matches!(kind.name, "households" | "persons" | "cards");
        let mut table = Table { name, columns: Vec::new(), key: Vec::new(), has_id };
        for (at, column) in kind.columns.iter().enumerate() {
            for place in places(column.en, column.ty, kind.name) {
                if kind.key.contains(&at) {
                    table.key.push(table.columns.len());
                }
                table.columns.push(place);
            }
        }
        Some(table)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|place| place.name)
    }

    pub fn key_names(&self) -> impl Iterator<Item = &'static str> {
        self.key.iter().map(|&at| self.columns[at].name)
    }

    /// Columns outside the key: what an update may change.
    pub fn value_names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().enumerate().filter(|(at, _)| !self.key.contains(at)).map(|(_, place)| place.name)
    }

    /// Position of a column, if the table has it.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|place| place.name == name)
    }
}

fn places(en: &'static str, ty: Type, kind: &str) -> Vec<Place> {
    let number = |name| Place { name, is_text: false };
    let is_text = matches!(ty, Type::Text | Type::IdNo | Type::Uscc | Type::Region | Type::Account | Type::Choice(_));
    match (en, ty) {
        (_, Type::Period) => vec![number("period_first"), number("period_last")],
        ("from", _) => vec![number("valid_from")],
        ("to", _) => vec![number("valid_to")],
        ("use", _) => vec![Place { name: "use_kind", is_text }],
        ("unit", _) if kind == "programs" => vec![Place { name: "measure", is_text }],
        (name, _) => vec![Place { name, is_text }],
    }
}
