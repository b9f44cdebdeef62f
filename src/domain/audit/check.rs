//! Rows against their spec: type, length, what must be filled, ranges, keys that may not repeat, and values that must stand
//! in another table. The same check runs while an export is written and when one is verified.

use super::spec::{Check, Column, Kind, Spec};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

/// One thing that is not as it should be, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    pub file: String,
    /// Row of the table, from 1; 0 where no row can be named.
    pub row: u64,
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            0 => write!(f, "{}：{}", self.file, self.what),
            row => write!(f, "{} 第 {row} 行：{}", self.file, self.what),
        }
    }
}

/// What has been seen of the tables so far. Keys are kept as two 64-bit hashes, so that a million rows need little memory.
pub struct Checker {
    spec: &'static Spec,
    keys: Vec<HashSet<u128, foldhash::fast::FixedState>>,
    values: HashMap<(String, String), HashSet<String>>,
}

impl Checker {
    pub fn new(spec: &'static Spec) -> Checker {
        let owned = |(table, column): (&str, &str)| ((table.to_string(), column.to_string()), HashSet::new());
        Checker {
            spec,
            keys: vec![HashSet::with_hasher(foldhash::fast::FixedState::default()); spec.tables.len()],
            values: spec.referred().into_iter().map(owned).collect(),
        }
    }

    /// Everything that is wrong with a row.
    pub fn row(&mut self, table: usize, row: u64, cells: &[String], faults: &mut Vec<Fault>) {
        let Some(spec) = self.spec.tables.get(table) else { return };
        let mut tell = |what: String| faults.push(Fault { file: format!("{} {}", spec.file, spec.name), row, what });
        if cells.len() != spec.columns.len() {
            return tell(format!("应有 {} 列，实有 {} 列", spec.columns.len(), cells.len()));
        }
        for (column, cell) in spec.columns.iter().zip(cells) {
            if let Some(what) = fault(column, cell) {
                tell(format!("{}（{}）“{}”{what}", column.name, column.title, shortened(cell)));
            }
        }
        let keys = spec.columns.iter().zip(cells).filter(|(column, _)| column.key);
        let words: Vec<&str> = keys.map(|(_, cell)| cell.as_str()).collect();
        if !words.is_empty() && !self.keys[table].insert(hash(&words)) {
            tell(format!("主键重复：{}", words.join("、")));
        }
        for (column, cell) in spec.columns.iter().zip(cells) {
            if let Some(known) = self.values.get_mut(&(spec.name.clone(), column.name.clone())) {
                known.insert(cell.clone());
            }
        }
        for (column, cell) in spec.columns.iter().zip(cells) {
            if let Check::Ref(to, of) = &column.check
                && !cell.is_empty()
                && !self.values.get(&(to.clone(), of.clone())).is_some_and(|known| known.contains(cell))
            {
                tell(format!("{}（{}）“{}”不在 {to} 的 {of} 中", column.name, column.title, shortened(cell)));
            }
        }
    }
}

fn hash(words: &[&str]) -> u128 {
    let with = |seed: u64| u128::from(foldhash::fast::FixedState::with_seed(seed).hash_one(words));
    with(1) << 64 | with(2)
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Why a value may not stand in a column.
pub fn fault(column: &Column, cell: &str) -> Option<String> {
    if cell.is_empty() {
        return column.required.then(|| "不能为空".to_string());
    }
    if cell.chars().any(char::is_control) {
        return Some("含有控制字符".into());
    }
    if cell.chars().count() > column.length {
        return Some(format!("超过 {} 个字符", column.length));
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let sound = match column.kind {
        Kind::Text => true,
        Kind::Code => cell.trim() == cell,
        Kind::Int => digits(unsigned) && cell.parse::<i64>().is_ok(),
        Kind::Money => unsigned.split_once('.').is_some_and(|(yuan, fen)| digits(yuan) && digits(fen) && fen.len() == 2),
        Kind::Rate => unsigned.split_once('.').map_or_else(|| digits(unsigned), |(whole, part)| digits(whole) && digits(part)),
        Kind::Date => is_date(cell) || column.check == Check::Zero && cell == "00000000",
        Kind::Hex => cell.len() == column.length && cell.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
    };
    if !sound {
        return Some(format!("不是{}", kind_name(column.kind)));
    }
    match &column.check {
        Check::Range(low, high) if !cell.parse::<i64>().is_ok_and(|number| (*low..=*high).contains(&number)) => {
            Some(format!("应在 {low} 至 {high} 之间"))
        }
        Check::OneOf(words) if !words.iter().any(|word| word == cell) => Some(format!("应为 {}", words.join("、"))),
        _ => None,
    }
}

fn is_date(cell: &str) -> bool {
    cell.len() == 8 && cell.parse::<i64>().ok().and_then(crate::domain::calendar::date_from_int).is_some()
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "文字",
        Kind::Code => "编码（首尾不能有空格）",
        Kind::Int => "整数",
        Kind::Money => "两位小数的金额",
        Kind::Rate => "小数",
        Kind::Date => "日期（yyyyMMdd）",
        Kind::Hex => "小写十六进制摘要",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Kind, check: Check) -> Column {
        Column { name: "X".into(), title: "列".into(), kind, length: 8, required: true, key: false, check, roles: Vec::new() }
    }

    #[test]
    fn values_must_be_what_their_column_says() {
        let sound = |kind, check, cell: &str| fault(&column(kind, check), cell).is_none();
        assert!(sound(Kind::Money, Check::None, "-12.30") && !sound(Kind::Money, Check::None, "12.3"));
        assert!(!sound(Kind::Money, Check::None, "1e3") && !sound(Kind::Money, Check::None, ""));
        assert!(sound(Kind::Date, Check::None, "20180228") && !sound(Kind::Date, Check::None, "20180230"));
        assert!(sound(Kind::Date, Check::Zero, "00000000") && !sound(Kind::Date, Check::None, "00000000"));
        assert!(sound(Kind::Int, Check::Range(-1, 1), "-1") && !sound(Kind::Int, Check::Range(1, 12), "13"));
        assert!(sound(Kind::Text, Check::OneOf(vec!["借".into()]), "借") && !sound(Kind::Text, Check::OneOf(vec!["借".into()]), "贷"));
        assert!(!sound(Kind::Text, Check::None, "九个字的文字太长了") && !sound(Kind::Text, Check::None, "a\tb"));
        assert!(sound(Kind::Hex, Check::None, "0123abcd") && !sound(Kind::Hex, Check::None, "0123ABCD"));
    }
}
