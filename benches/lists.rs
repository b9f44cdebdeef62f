//! Every list on a book with a million payments: page, count and sums together as a request asks for them, against a bare
//! `SELECT … LIMIT 50` by primary key in the same run; then the overview and the drop-downs.
//!
//! `cargo bench --bench lists`; `SUNLEDGER_BENCH_LINES` sets the payments, `SUNLEDGER_BENCH_ROUNDS` the requests for each list,
//! `SUNLEDGER_BENCH_DB` keeps the book at that path, or takes the one that is there.

#![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "a bench measures")]

mod support;

use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;
use sunledger::app::lists::spec::{Cost, Match, Owner};
use sunledger::app::lists::{ALL, Ask, Given, ListSpec, options, page};
use sunledger::app::overview::overview;
use sunledger::app::payout::{reissue, stage};
use sunledger::app::{Bureau, Context};
use sunledger::domain::access::{Scope, Within};
use sunledger::domain::kinds::{self, Kind};
use sunledger::domain::report::Cell;
use sunledger::params;
use sunledger::store::Value;
use support::timing::size;
use support::{account, ctx, id_no};

/// Units and programmes: a batch for each pair.
const UNITS: u64 = 20;
const PROGRAMS: u64 = 4;

fn main() {
    let lines = size("SUNLEDGER_BENCH_LINES", 1_000_000);
    let rounds = size("SUNLEDGER_BENCH_ROUNDS", 200);
    let dir = tempfile::tempdir().unwrap();
    let path = std::env::var("SUNLEDGER_BENCH_DB").unwrap_or_else(|_| dir.path().join("lists.db").display().to_string());
    let url = format!("sqlite://{path}");
    if !Path::new(&path).exists() {
        make(&url, dir.path(), lines);
    }
    let mut bureau = Bureau::open(&url, "default").unwrap();
    measure(&mut bureau, rounds);
}

fn make(url: &str, dir: &Path, lines: u64) {
    let mut bureau = support::county(url, lines / PROGRAMS);
    let send = |bureau: &mut Bureau, kind: &'static Kind, text: &str| {
        let path = dir.join("file.csv");
        std::fs::write(&path, text).unwrap();
        support::import(bureau, kind, &path);
    };
    let mut units = "单位编码,单位名称,单位类型\n".to_string();
    let mut allocations = "分配文号,类型,日期,指标文号,单位编码,政策编码,金额\n".to_string();
    let mut programs = "政策编码,政策名称,主管部门,发放对象,标准,计量,标准性质,生效日期\n".to_string();
    for unit in 1..=UNITS {
        writeln!(units, "T{unit:02},样板{unit}镇,乡镇").unwrap();
        for program in 1..=PROGRAMS {
            writeln!(
                allocations,
                "基财〔2018〕9号,下达,2018-01-06,基准〔2018〕9号,T{unit:02},Q{program},{}",
                lines * 300 / UNITS / PROGRAMS
            )
            .unwrap();
        }
    }
    for program in 1..=PROGRAMS {
        writeln!(programs, "Q{program},样板政策{program},D01,人,50,月,固定,2018-01-01").unwrap();
    }
    send(&mut bureau, &kinds::units::KIND, &units);
    send(&mut bureau, &kinds::programs::KIND, &programs);
    let head = "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目";
    send(
        &mut bureau,
        &kinds::budgets::KIND,
        &format!("{head}\n基准〔2018〕9号,样板资金,中央,财政专项扶贫资金,2018,{},2018-01-05,2130505\n", lines * 300),
    );
    send(&mut bureau, &kinds::allocations::KIND, &allocations);
    let each = lines / UNITS / PROGRAMS;
    for unit in 0..UNITS {
        for program in 1..=PROGRAMS {
            batch(&mut bureau, &send, unit, program, each);
        }
        eprintln!("{} 笔", (unit + 1) * PROGRAMS * each);
    }
    bureau.store.checkpoint().unwrap();
}

fn batch(bureau: &mut Bureau, send: &dyn Fn(&mut Bureau, &'static Kind, &str), unit: u64, program: u64, each: u64) {
    let code = format!("PC-T{:02}-Q{program}", unit + 1);
    let mut text = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n".to_string();
    let mut reply = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n".to_string();
    for n in 0..each {
        let person = unit * each + n;
        let (id_no, account, line) = (id_no(person), account(person), n + 1);
        writeln!(
            text,
            "{code},T{:02},Q{program},基财〔2018〕9号,2018Q1,2018-04-02,{line},示{person},{id_no},{account},3,50.00,150.00",
            unit + 1
        )
        .unwrap();
        let answer = if n % 50 == 7 { "失败,账户冻结" } else { "成功," };
        writeln!(reply, "{code},{line},{account},150.00,{answer},2018-04-05,L{line}").unwrap();
    }
    send(bureau, &kinds::batch::KIND, &text);
    if unit == UNITS - 1 {
        return; // these wait for approval
    }
    let day = |day| NaiveDate::from_ymd_opt(2018, 4, day).unwrap();
    let who = |name: &str| Context::new(name).at(ctx().now());
    stage::approve(bureau, &who("复核乙"), &code, day(3)).unwrap();
    stage::send(bureau, &who("出纳丙"), &code, day(4)).unwrap();
    send(bureau, &kinds::returns::KIND, &reply);
    let released: Vec<i64> = (0..each as i64).filter(|n| n % 50 == 7 && n % 100 == 7).map(|n| n + 1).collect();
    reissue::release(bureau, &who("出纳丙"), &code, &released, day(10)).unwrap();
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
