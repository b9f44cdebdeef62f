//! Every list on a book with a million payments: page, count and sums together as a request asks for them, against a bare
//! `SELECT … LIMIT 50` by primary key in the same run; then the overview and the drop-downs.
//!
//! `cargo bench --bench lists`; `SUNLEDGER_BENCH_LINES` sets the payments, `SUNLEDGER_BENCH_ROUNDS` the requests for each list,
//! `SUNLEDGER_BENCH_DB` keeps the book at that path, or takes the one that is there, `SUNLEDGER_BENCH_LISTS` names the lists to ask.

#![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "a bench measures")]

mod support;

use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use sunledger::app::Bureau;
use sunledger::app::lists::spec::{Col, Cost, Match, Owner, Show};
use sunledger::app::lists::{ALL, Ask, Given, ListSpec, options, page};
use sunledger::app::overview::overview;
use sunledger::domain::access::{Scope, Within};
use sunledger::domain::calendar::date_to_int;
use sunledger::domain::report::Cell;
use sunledger::params;
use sunledger::store::Value;
use support::timing::size;
use support::{account, ctx, id_no, payments};

fn main() {
    let lines = size("SUNLEDGER_BENCH_LINES", 1_000_000);
    let rounds = size("SUNLEDGER_BENCH_ROUNDS", 200);
    let dir = tempfile::tempdir().unwrap();
    let path = std::env::var("SUNLEDGER_BENCH_DB").unwrap_or_else(|_| dir.path().join("lists.db").display().to_string());
    let url = format!("sqlite://{path}");
    if !Path::new(&path).exists() {
        payments::make(&url, dir.path(), lines);
    }
    let mut bureau = Bureau::open(&url, "default").unwrap();
    measure(&mut bureau, rounds);
}

/// What a person asks of a list: the first page, the next and a late one, each order both ways, each filter by a value that is
/// there, a search, scopes.
fn asks(bureau: &mut Bureau, spec: &'static ListSpec) -> Vec<(String, Scope, Ask)> {
    let first = page(bureau, &ctx(), spec, &Scope::County, &Ask::default(), None).unwrap();
    let mut asks = vec![("首页".to_string(), Scope::County, Ask::default())];
    let mut ask = |what: String, ask: Ask| asks.push((what, Scope::County, ask));
    if let Some(next) = &first.next {
        ask("下页".into(), Ask { cursor: Some(next.clone()), ..Ask::default() });
        let mut late = Ask { cursor: Some(next.clone()), limit: Some(500), ..Ask::default() };
        for _ in 0..40 {
            match page(bureau, &ctx(), spec, &Scope::County, &late, None).unwrap().next {
                Some(next) => late.cursor = Some(next),
                None => break,
            }
        }
        ask("第 400 页".into(), Ask { limit: None, ..late });
    }
    for column in spec.shown().filter(|column| column.sortable && column.cost == Cost::Free) {
        for (downwards, way) in [(false, "升序"), (true, "降序")] {
            let sorted = Ask { sort: Some(column.key.into()), downwards: Some(downwards), ..Ask::default() };
            ask(format!("按{}{way}", column.title), sorted.clone());
            let next = page(bureau, &ctx(), spec, &Scope::County, &sorted, None).unwrap().next;
            if next.is_some() {
                ask(format!("按{}{way}下页", column.title), Ask { cursor: next, ..sorted });
            }
        }
    }
    let there = |key: &str| {
        let at = first.table.columns.iter().position(|column| column.key == key)?;
        first.table.rows.iter().map(|row| row.cells[at].clone()).find(|cell| !matches!(cell, Cell::Empty) && *cell != Cell::text(""))
    };
    for column in spec.columns.iter().filter(|column| column.cost != Cost::NeedsBound) {
        for (name, given) in filters(column, there(column.key)) {
            let what = format!("{}={}", column.title, shown(&given));
            ask(what, Ask { filters: vec![(name, given)], ..Ask::default() });
        }
    }
    if !spec.search.is_empty() {
        for word in ["T03", "示12345", "没有的", &id_no(12_345)] {
            ask(format!("查找 {word}"), Ask { search: Some(word.into()), ..Ask::default() });
        }
    }
    if spec.owner != Owner::County && spec.owner != Owner::Everyone {
        let units = Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions: BTreeSet::new() });
        asks.push(("一个单位".into(), units, Ask::default()));
        asks.push(("一个单位和乡镇".into(), township(), Ask::default()));
        let own: Vec<(String, Ask)> =
            asks.iter().filter(|(what, ..)| what.contains('=')).map(|(what, _, ask)| (what.clone(), ask.clone())).collect();
        asks.extend(own.into_iter().map(|(what, ask)| (format!("乡镇，{what}"), township(), ask)));
    }
    asks
}

/// A unit, and a township with its fifty villages.
fn township() -> Scope {
    let regions = (200..250).map(|village| format!("469007102{village}")).collect();
    Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions })
}

/// Values to filter a column by: parameter and value.
fn filters(column: &'static Col, there: Option<Cell>) -> Vec<(String, Given)> {
    let key = column.key.to_string();
    let text = |text: &str| Given::Text(text.to_string());
    match (column.matched, column.key) {
        (Match::None, _) => Vec::new(),
        (Match::Choice(words), _) => words.iter().map(|(code, _)| (key.clone(), text(code))).collect(),
        (_, "id_no" | "head_id") => vec![(key.clone(), text(&id_no(12_345))), (key, text("没有的"))],
        (_, "account") if column.show.is_masked() => vec![(key.clone(), text(&account(12_345))), (key, text("没有的"))],
        (_, "name" | "holder" | "head") if column.show.is_masked() => vec![(key.clone(), text("示12345")), (key, text("没有的"))],
        (Match::Range, _) => match there.and_then(|cell| number(&cell)) {
            Some(n) => [(n, "from"), (n, "to"), (n + 1, "from")].map(|(n, way)| (format!("{key}_{way}"), Given::Int(n))).to_vec(),
            None => Vec::new(),
        },
        _ if column.show == Show::YesNo => vec![(key.clone(), Given::Int(0)), (key, Given::Int(1))],
        _ if column.show.is_number() => {
            [there.and_then(|cell| number(&cell)), Some(99)].into_iter().flatten().map(|n| (key.clone(), Given::Int(n))).collect()
        }
        _ => {
            let there = match there {
                Some(Cell::Text(word)) if !column.show.is_masked() => Some(text(&word)),
                _ => None,
            };
            there.into_iter().chain([text("没有的")]).map(|given| (key.clone(), given)).collect()
        }
    }
}

fn number(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Fen(fen) => Some(fen.get()),
        Cell::Count(count) => Some(*count),
        Cell::Date(day) => Some(date_to_int(*day)),
        // a month, 2018-03
        Cell::Text(text) => text.replace('-', "").parse().ok(),
        _ => None,
    }
}

fn shown(given: &Given) -> String {
    match given {
        Given::Text(text) => text.clone(),
        Given::Int(number) => number.to_string(),
    }
}

fn measure(bureau: &mut Bureau, rounds: u64) {
    let bare =
        "SELECT batch, line, person, card, amount FROM payment WHERE book = $1 AND (batch, line) > ($2, $3) ORDER BY batch, line LIMIT 50";
    let bare = timed(rounds, || {
        let rows = bureau.store.read(|tx| tx.query(bare, params![1i64, 3i64, 100i64])).unwrap();
        assert!(matches!(rows[0].0[0], Value::Int(_)));
    });
    println!("裸查询 p50 {:.2} ms，p99 {:.2} ms\n", bare.0, bare.1);
    println!("| 列表 | 问法 | 首次 ms | p50 ms | p99 ms | 比裸查询 p50 |\n|---|---|---|---|---|---|");
    let only = std::env::var("SUNLEDGER_BENCH_LISTS").unwrap_or_default();
    for spec in ALL.iter().filter(|spec| only.is_empty() || only.split(',').any(|name| name == spec.name)) {
        let mut worst = (0.0f64, 0.0f64);
        for (what, scope, ask) in asks(bureau, spec) {
            let start = Instant::now();
            let found = page(bureau, &ctx(), spec, &scope, &ask, None).unwrap();
            let once = start.elapsed().as_secs_f64() * 1e3;
            let rounds = if once > 100.0 { rounds.min(10) } else { rounds };
            let (p50, p99) = timed(rounds, || drop(page(bureau, &ctx(), spec, &scope, &ask, None).unwrap()));
            worst = (worst.0.max(p50), worst.1.max(p99));
            if p99 > 20.0 || once > 40.0 {
                println!("| {} | {what}（{} 行） | {once:.1} | {p50:.1} | {p99:.1} | {:.0} |", spec.title, found.count, p50 / bare.0);
            }
        }
        println!("| {} | 各问法中最慢 | | {:.1} | {:.1} | {:.0} |", spec.title, worst.0, worst.1, worst.0 / bare.0);
    }
    let day = NaiveDate::from_ymd_opt(2018, 4, 30);
    let units = Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions: BTreeSet::new() });
    for (what, scope) in [("总览", Scope::County), ("总览（一个单位）", units), ("总览（一个乡镇）", township())] {
        let (p50, p99) = timed(rounds, || drop(overview(bureau, &scope, day, day.unwrap()).unwrap()));
        println!("| {what} | | | {p50:.1} | {p99:.1} | {:.0} |", p50 / bare.0);
    }
    let (p50, p99) = timed(rounds, || {
        for source in options::SOURCES {
            options::options(bureau, source, &Scope::County).unwrap();
        }
    });
    println!("| 全部下拉选项 | | | {p50:.1} | {p99:.1} | {:.0} |", p50 / bare.0);
}

/// p50 and p99 in milliseconds.
fn timed(rounds: u64, mut work: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..rounds.max(1))
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[(times.len() * 99 / 100).min(times.len() - 1)])
}
