//! What a bureau may set (参数设置): every name that the program knows, with the kind of its value, what it means and which
//! document it comes from. A name that ends in `.*` stands for a family of names, such as one target for each level. The
//! shipped values, each with its day, are in `ledger/data/settings.csv`; a value set later is checked against its kind here.

mod kind;
mod shipped;
#[cfg(test)]
mod tests;

pub use kind::{Kind, names};

/// A setting that the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
    /// Document and article, or 示范默认值 where it is a proposal of the program.
    pub source: &'static str,
}

/// The settings of one part of the program; a new part adds one line to [`FAMILIES`].
pub type Family = fn() -> &'static [Declared];

#[rustfmt::skip] // one a line: each part adds its own
const FAMILIES: &[Family] = &[
    shipped::settings,
    crate::domain::control::settings::settings,
    crate::domain::access::settings::settings,
];

/// All declared settings in order of name.
pub fn all() -> Vec<Declared> {
    let mut all: Vec<Declared> = FAMILIES.iter().flat_map(|family| family().iter().copied()).collect();
    all.sort_by_key(|declared| declared.name);
    all
}

/// The declaration that covers a name: its own, or that of its family. A shipped name that no part declares is a number.
pub fn find(name: &str) -> Option<Declared> {
    let all = all();
    let exact = all.iter().find(|declared| declared.name == name);
    let family = || all.iter().find(|declared| declared.name.strip_suffix('*').is_some_and(|stem| covers(stem, name)));
    exact.or_else(family).copied().or_else(|| undeclared(name))
}

fn covers(stem: &str, name: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| !rest.trim().is_empty())
}

fn undeclared(name: &str) -> Option<Declared> {
    let value = shipped_value(name)?;
    let kind = if value.parse::<u32>().is_ok() { Kind::Whole(0, u32::MAX) } else { Kind::Text };
    Some(Declared { name: "", kind, meaning: "", source: "" })
}

/// The value that ships under a name: what holds where a book has none.
pub fn shipped_value(name: &str) -> Option<&'static str> {
    shipped_values().find(|(shipped, _)| *shipped == name).map(|(_, value)| value)
}

/// Shipped names with their first values.
pub fn shipped_values() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = crate::domain::ledger::chart::SHIPPED_SETTINGS.lines().skip(1);
    lines.filter_map(|line| {
        let mut cells = line.split(',').map(str::trim);
        Some((cells.next()?, cells.nth(1)?))
    })
}
