//! Pages by keyset against a sort in memory: ties, absent values, either direction, rows that come in between.

use crate::support::db::ctx;
use crate::support::{TestDb, on_both};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use sunledger::app::lists::{Ask, Given, find, page};
use sunledger::domain::access::Scope;
use sunledger::domain::report::Cell;

fn text(name: &str, value: &str) -> Ask {
    Ask { filters: vec![(name.to_string(), Given::Text(value.to_string()))], ..Ask::default() }
}

/// Region codes and exit years, some of them absent, many of them alike.
fn village(code: u32, year: Option<u32>) -> String {
    let year = year.map_or("NULL".to_string(), |year| (2014 + year).to_string());
    format!(
        "INSERT INTO region (book, code, name, level, exit_year, file, file_row) VALUES (1, '9{code:011}', '样板村', '村', {year}, 1, 1)"
    )
}

fn pages_hold_each_row_once(
    db: &TestDb,
    first: &BTreeMap<u32, Option<u32>>,
    later: &BTreeMap<u32, Option<u32>>,
    downwards: bool,
    limit: i64,
) {
    let mut raw = db.raw();
    for (code, year) in first {
        raw.batch(&village(*code, *year)).unwrap();
    }
    let regions = find("regions").unwrap();
    let mut bureau = db.bureau();
    let ask = Ask {
        sort: Some("exit_year".into()),
        downwards: Some(downwards),
        limit: Some(limit),
        columns: vec!["code".into()],
        ..text("code", "9")
    };
    let mut later = later.iter().filter(|(code, _)| !first.contains_key(code));
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = page(&mut bureau, &ctx("甲"), regions, &Scope::County, &Ask { cursor, ..ask.clone() }, None).unwrap();
        seen.extend(page.table.rows.iter().map(|row| match &row.cells[0] {
            Cell::Text(code) => code[1..].parse::<u32>().unwrap(),
            other => panic!("{other:?}"),
        }));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        if let Some((code, year)) = later.next() {
            raw.batch(&village(*code, *year)).unwrap();
        }
    }
    let mut expected: Vec<(Option<u32>, u32)> = first.iter().map(|(code, year)| (*year, *code)).collect();
    expected.sort();
    if downwards {
        expected.reverse();
    }
    let known: Vec<u32> = seen.iter().copied().filter(|code| first.contains_key(code)).collect();
    assert_eq!(known, expected.iter().map(|(_, code)| *code).collect::<Vec<_>>());
    assert_eq!(seen.len(), seen.iter().collect::<BTreeSet<_>>().len(), "no row twice");
}

fn villages() -> impl Strategy<Value = BTreeMap<u32, Option<u32>>> {
    proptest::collection::btree_map(0u32..60, proptest::option::of(0u32..3), 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn pages_hold_each_row_once_while_rows_come_in(first in villages(), later in villages(), downwards: bool, limit in 1i64..6) {
        on_both(|db| pages_hold_each_row_once(db, &first, &later, downwards, limit));
    }
}
