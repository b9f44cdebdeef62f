//! The statements of a query. One WHERE, made once, serves rows, count, sums and export: book, scope, filters and search. What
//! people typed is always a parameter.

use super::query::{Compare, Filter, Query};
use super::spec::{Match, Owner};
use crate::app::Book;
use crate::domain::access::Scope;
use crate::store::Value;
use std::collections::BTreeSet;

/// A text with the values of its parameters.
#[derive(Debug, Clone)]
pub struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

impl Sql {
    /// Adds a parameter; gives its name in the text.
    pub fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

/// Everything that a row must meet.
pub fn conditions(query: &Query, book: &Book) -> Sql {
    conditions_on(query, book, query.door().base)
}

/// The same on another way in.
pub fn conditions_on(query: &Query, book: &Book, base: &str) -> Sql {
    let mut sql = Sql { text: base.to_string(), values: vec![Value::Int(book.id)] };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(scope(&mut sql, &query.scope, query.spec.owner));
    for filter in &query.filters {
        let part = of_filter(&mut sql, filter);
        parts.push(part);
    }
    if let Some(text) = &query.search {
        let ways: Vec<String> = query.spec.search.iter().map(|(expression, how)| compared(&mut sql, expression, *how, text)).collect();
        parts.push(format!("({})", ways.join(" OR ")));
    }
    for part in parts {
        sql.text.push_str(" AND ");
        sql.text.push_str(&part);
    }
    sql
}

/// The condition that keeps to a scope; `None` where the scope is the county or the rows are everybody's.
pub fn scope(sql: &mut Sql, scope: &Scope, owner: Owner) -> Option<String> {
    let Scope::Within(within) = scope else { return None };
    match owner {
        Owner::Everyone => None,
        // The door lets only the county in; should a narrower scope come here all the same, it sees nothing.
        Owner::County => Some("1 = 0".into()),
        Owner::Of { unit, region } => {
            let mut ways = Vec::new();
            for (condition, codes) in [(unit, &within.units), (region, &within.regions)] {
                if !condition.is_empty() && !codes.is_empty() {
                    ways.push(condition.replace("{}", &codes_list(sql, codes)));
                }
            }
            Some(if ways.is_empty() { "1 = 0".into() } else { format!("({})", ways.join(" OR ")) })
        }
    }
}

/// Codes as a list of parameters. Its length is a power of two, so that few different statements are kept prepared.
fn codes_list(sql: &mut Sql, codes: &BTreeSet<String>) -> String {
    let last = codes.last().into_iter().cycle();
    let padded = codes.iter().chain(last).take(codes.len().next_power_of_two());
    let names: Vec<String> = padded.map(|code| sql.value(code)).collect();
    format!("({})", names.join(", "))
}

fn of_filter(sql: &mut Sql, filter: &Filter) -> String {
    let column = filter.column;
    if let Some((_, condition)) = column.variants.iter().find(|(code, _)| *code == filter.text()) {
        return (*condition).to_string();
    }
    if !column.condition.is_empty() {
        let name = sql.value(filter.value.clone());
        return column.condition.replace("{}", &name);
    }
    match filter.compare {
        Compare::Equal => format!("{} = {}", column.sql, sql.value(filter.value.clone())),
        Compare::From => format!("{} >= {}", column.sql, sql.value(filter.value.clone())),
        Compare::To => format!("{} <= {}", column.sql, sql.value(filter.value.clone())),
        Compare::Prefix => compared(sql, column.sql, Match::Prefix, filter.text()),
        Compare::Contains => compared(sql, column.sql, Match::Contains, filter.text()),
    }
}

fn compared(sql: &mut Sql, expression: &str, how: Match, text: &str) -> String {
    match how {
        // As a range, so that an index serves it on both databases.
        Match::Prefix => {
            let (from, to) = (sql.value(text), sql.value(format!("{text}\u{10FFFF}")));
            format!("({expression} >= {from} AND {expression} < {to})")
        }
        Match::Contains => {
            let name = sql.value(format!("%{}%", escaped(&text.to_ascii_lowercase())));
            format!("LOWER({expression}) LIKE {name} ESCAPE '!'")
        }
        Match::None | Match::Exact | Match::Range | Match::Choice(_) => format!("{expression} = {}", sql.value(text)),
    }
}

/// `%` and `_` mean themselves.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out
}

/// The statements that together give the rows after a place, in order: those that share all but the last term of the place
/// come first, then those that share one term less, and so on. Each is one stretch of an index, which a comparison of whole
/// tuples is not on either database once two tables are involved. Without a place there is one.
pub fn rows(query: &Query, book: &Book, after: Option<&[Value]>) -> Vec<Sql> {
    let terms = query.terms();
    let common = conditions(query, book);
    let direction = if query.downwards { " DESC" } else { "" };
    let beyond = if query.downwards { "<" } else { ">" };
    let columns: Vec<&str> = query.columns.iter().map(|column| column.sql).collect();
    let keys: Vec<&str> = terms.iter().map(|(expression, _)| expression.as_str()).collect();
    let person = if query.unmask { format!(", {}", query.spec.person) } else { String::new() };
    let order: Vec<String> = keys.iter().map(|key| format!("{key}{direction}")).collect();
    let steps = after.map_or(1, <[Value]>::len);
    let mut statements = Vec::with_capacity(steps);
    for step in (0..steps).rev() {
        let mut sql = common.clone();
        if let Some(place) = after {
            for (at, (key, value)) in keys.iter().zip(place).enumerate().take(step + 1) {
                let name = sql.value(value.clone());
                let sign = if at == step { beyond } else { "=" };
                sql.text.push_str(&format!(" AND {key} {sign} {name}"));
            }
        }
        sql.text = format!(
            "SELECT {}, {}{person} FROM {} WHERE {} ORDER BY {} LIMIT ",
            columns.join(", "),
            keys.join(", "),
            query.door().from,
            sql.text,
            order.join(", ")
        );
        statements.push(sql);
    }
    statements
}

/// Count and sums of the filtered set.
pub fn totals(query: &Query, book: &Book) -> Sql {
    let mut sql = conditions(query, book);
    let sums: String = query.spec.summed().map(|column| format!(", CAST(COALESCE(SUM({}), 0) AS BIGINT)", column.sql)).collect();
    let door = query.door();
    let from = if door.lean.is_empty() { door.from } else { door.lean };
    sql.text = format!("SELECT COUNT(*){sums} FROM {from} WHERE {}", sql.text);
    sql
}
