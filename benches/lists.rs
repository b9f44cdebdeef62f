//! Every list on a book with a million payments: page, count and sums together as a request asks for them, against a bare
//! `SELECT … LIMIT 50` by primary key in the same run; then the overview and the drop-downs.
//!
//! `cargo bench --bench lists`; `SUNLEDGER_BENCH_LINES` sets the payments, `SUNLEDGER_BENCH_ROUNDS` the requests for each list,
//! `SUNLEDGER_BENCH_DB` keeps the book at that path, or takes the one that is there.

#![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "a bench measures")]

mod support;

use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use sunledger::app::Bureau;
use sunledger::app::lists::spec::{Cost, Match, Owner};
use sunledger::app::lists::{ALL, Ask, Given, ListSpec, options, page};
use sunledger::app::overview::overview;
use sunledger::domain::access::{Scope, Within};
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

/// What a person asks of a list: the first page, the next, each filter by a value that is there, a scope.
fn asks(bureau: &mut Bureau, spec: &'static ListSpec) -> Vec<(String, Scope, Ask)> {
    let first = page(bureau, &ctx(), spec, &Scope::County, &Ask::default(), None).unwrap();
    let mut asks = vec![("首页".to_string(), Scope::County, Ask::default())];
    if let Some(next) = &first.next {
        asks.push(("下页".into(), Scope::County, Ask { cursor: Some(next.clone()), ..Ask::default() }));
    }
    for column in spec.shown().filter(|column| column.sortable && column.cost == Cost::Free) {
        asks.push((
            format!("按{}降序", column.title),
            Scope::County,
            Ask { sort: Some(column.key.into()), downwards: Some(true), ..Ask::default() },
        ));
    }
    let there = |key: &str| {
        let at = first.table.columns.iter().position(|column| column.key == key)?;
        first.table.rows.iter().find_map(|row| match &row.cells[at] {
            Cell::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    };
    for column in spec.columns.iter().filter(|column| column.cost != Cost::NeedsBound) {
        let word = match column.key {
            "id_no" | "head_id" => Some(id_no(12_345)),
            "account" if column.show.is_masked() => Some(account(12_345)),
            "name" | "holder" if column.show.is_masked() => Some("示12345".into()),
            key => there(key),
        };
        let words: Vec<String> = match column.matched {
            Match::Choice(words) => words.iter().map(|(code, _)| (*code).to_string()).collect(),
            Match::None | Match::Range => Vec::new(),
            _ if column.show.is_number() => Vec::new(),
            _ => word.into_iter().collect(),
        };
        for word in words {
            let ask = Ask { filters: vec![(column.key.into(), Given::Text(word.clone()))], ..Ask::default() };
            asks.push((format!("{}={word}", column.title), Scope::County, ask));
        }
    }
    if spec.owner != Owner::County && spec.owner != Owner::Everyone {
        let regions = (200..250).map(|village| format!("469007100{village}")).collect();
        let units = Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions: BTreeSet::new() });
        let both = Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions });
        asks.push(("一个单位".into(), units, Ask::default()));
        asks.push(("一个单位和乡镇".into(), both, Ask::default()));
    }
    asks
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
    for spec in ALL {
        let mut worst = (0.0f64, 0.0f64);
        for (what, scope, ask) in asks(bureau, spec) {
            let start = Instant::now();
            let found = page(bureau, &ctx(), spec, &scope, &ask, None).unwrap();
            let once = start.elapsed().as_secs_f64() * 1e3;
            let rounds = if once > 100.0 { rounds.min(10) } else { rounds };
            let (p50, p99) = timed(rounds, || drop(page(bureau, &ctx(), spec, &scope, &ask, None).unwrap()));
            worst = (worst.0.max(p50), worst.1.max(p99));
            if p99 > 20.0 || once > 50.0 {
                println!("| {} | {what}（{} 行） | {once:.1} | {p50:.1} | {p99:.1} | {:.0} |", spec.title, found.count, p50 / bare.0);
            }
        }
        println!("| {} | 各问法中最慢 | | {:.1} | {:.1} | {:.0} |", spec.title, worst.0, worst.1, worst.0 / bare.0);
    }
    let day = NaiveDate::from_ymd_opt(2018, 4, 30);
    let units = Scope::Within(Within { units: BTreeSet::from(["T03".to_string()]), regions: BTreeSet::new() });
    for (what, scope) in [("总览", Scope::County), ("总览（一个单位）", units)] {
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
