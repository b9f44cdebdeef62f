//! Lists: every list in every order on both databases says the same; its pages hold each row once, also while rows come in;
//! count and sums are those of the rows; a scope shows nothing beyond it, whichever way one asks; what is wrong is refused.

use crate::support::county::{self, BATCH_HEAD, allocate, batch_lines, put, settle};
use crate::support::db::ctx;
use crate::support::{Db, TestDb, on_both};
use std::collections::{BTreeMap, BTreeSet};
use sunledger::app::Bureau;
use sunledger::app::lists::spec::{Match, Owner, Show};
use sunledger::app::lists::{ALL, Ask, Given, ListSpec, export, export_csv, find, options, page};
use sunledger::app::overview::overview;
use sunledger::app::payout::{reissue, stage};
use sunledger::domain::access::{Scope, Within};
use sunledger::domain::report::{Cell, Table};

use crate::way::day;

mod paging;

const HEAD: &str = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n";

/// Four batches of one unit: answered with two lines returned (one of them released), sent, approved, reserved.
fn paid_county(db: &TestDb) -> Bureau {
    let people = settle(db, 9);
    allocate(db, 20_000, 6_000);
    let mut bureau = db.bureau();
    let dir = tempfile::tempdir().unwrap();
    for (code, people) in [("PC01", &people[..5]), ("PC02", &people[5..7]), ("PC03", &people[7..8]), ("PC04", &people[8..])] {
        let text = format!("{BATCH_HEAD}{}", batch_lines(code, people));
        assert!(county::import(&mut bureau, "经办甲", "batch", &put(dir.path(), code, &text)).unwrap().accepted());
    }
    for code in ["PC01", "PC02", "PC03"] {
        stage::approve(&mut bureau, &ctx("复核乙"), code, day("2018-04-03")).unwrap();
    }
    for code in ["PC01", "PC02"] {
        stage::send(&mut bureau, &ctx("出纳丙"), code, day("2018-04-04")).unwrap();
    }
    let mut text = HEAD.to_string();
    for (at, (_, _, account)) in people[..5].iter().enumerate() {
        let answer = if at < 3 { "成功," } else { "失败,账户冻结" };
        text.push_str(&format!("PC01,{},{account},150.00,{answer},2018-04-06,LS{at}\n", at + 1));
    }
    assert!(county::import(&mut bureau, "出纳丙", "returns", &put(dir.path(), "reply", &text)).unwrap().accepted());
    reissue::release(&mut bureau, &ctx("出纳丙"), "PC01", &[5], day("2018-04-10")).unwrap();
    bureau
}

fn unit(code: &str) -> Scope {
    Scope::Within(Within { units: BTreeSet::from([code.to_string()]), regions: BTreeSet::new() })
}

fn rows(table: &Table) -> Vec<String> {
    table.rows.iter().map(|row| format!("{:?}", row.cells)).collect()
}

/// All pages of a query, with the count and totals that every page must give alike.
fn walk(
    bureau: &mut Bureau,
    spec: &'static ListSpec,
    scope: &Scope,
    ask: &Ask,
    limit: i64,
) -> (Vec<String>, i64, Vec<(&'static str, i64)>) {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let one = Ask { cursor: cursor.clone(), limit: Some(limit), ..ask.clone() };
        let page = page(bureau, &ctx("查阅"), spec, scope, &one, None).unwrap_or_else(|error| panic!("{}: {error}", spec.name));
        assert!(page.table.rows.len() as i64 <= limit);
        all.extend(rows(&page.table));
        cursor = page.next;
        if cursor.is_none() {
            return (all, page.count, page.totals);
        }
        assert_eq!(page.table.rows.len() as i64, limit, "{}: only the last page is short", spec.name);
    }
}

/// Sums of the summed columns over a whole table.
fn sums(table: &Table, spec: &ListSpec) -> Vec<(&'static str, i64)> {
    let value = |cell: &Cell| match cell {
        Cell::Fen(fen) => fen.get(),
        Cell::Count(count) => *count,
        _ => 0,
    };
    let at = |key: &str| table.columns.iter().position(|column| column.key == key).unwrap();
    spec.summed().map(|column| (column.key, table.rows.iter().map(|row| value(&row.cells[at(column.key)])).sum())).collect()
}

fn filtered(name: &str, value: Given) -> Ask {
    Ask { filters: vec![(name.to_string(), value)], ..Ask::default() }
}

fn text(name: &str, value: &str) -> Ask {
    filtered(name, Given::Text(value.to_string()))
}

/// Every way of asking that a list declares, with values that any list may meet.
fn asks(spec: &ListSpec) -> Vec<Ask> {
    let mut asks = vec![Ask::default()];
    for column in spec.shown().filter(|column| column.sortable && column.cost == sunledger::app::lists::spec::Cost::Free) {
        for downwards in [false, true] {
            asks.push(Ask { sort: Some(column.key.into()), downwards: Some(downwards), ..Ask::default() });
        }
    }
    for column in spec.columns.iter().filter(|column| column.cost != sunledger::app::lists::spec::Cost::NeedsBound) {
        let number = |n: i64| if column.show == Show::YesNo { Given::Int(1) } else { Given::Int(n) };
        match column.matched {
            Match::None => {}
            Match::Choice(words) => asks.extend(words.iter().map(|(code, _)| text(column.key, code))),
            Match::Range => {
                asks.push(filtered(&format!("{}_from", column.key), Given::Int(201_803)));
                asks.push(filtered(&format!("{}_to", column.key), Given::Int(20_180_405)));
            }
            _ if column.show.is_number() => asks.push(filtered(column.key, number(1))),
            _ => asks.extend(["D01", "符", "4690", "PC01", "%", "O'x"].map(|word| text(column.key, word))),
        }
    }
    if !spec.search.is_empty() {
        asks.extend(["P", "局", "%_", "'"].map(|word| Ask { search: Some(word.into()), ..Ask::default() }));
    }
    asks
}

#[test]
fn every_list_says_the_same_on_both_databases_however_it_is_asked() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        for spec in ALL {
            for (number, ask) in asks(spec).iter().enumerate() {
                let whole = Ask { limit: Some(500), ..ask.clone() };
                let page = page(&mut bureau, &ctx("查阅"), spec, &Scope::County, &whole, None)
                    .unwrap_or_else(|error| panic!("{} {ask:?}: {error}", spec.name));
                let all = rows(&page.table);
                assert_eq!(page.count, all.len() as i64, "{} {ask:?}", spec.name);
                assert_eq!(page.totals, sums(&page.table, spec), "{} {ask:?}", spec.name);
                let (walked, count, totals) = walk(&mut bureau, spec, &Scope::County, ask, 2);
                assert_eq!((&walked, count, &totals), (&all, page.count, &page.totals), "{} {ask:?}", spec.name);
                let mut exported = Vec::new();
                export(
                    &mut bureau,
                    spec,
                    &Scope::County,
                    ask,
                    |_| Ok(()),
                    |cells| {
                        exported.push(format!("{cells:?}"));
                        Ok(())
                    },
                )
                .unwrap();
                assert_eq!(exported, all, "{} {ask:?}", spec.name);
                let key = format!("{} {number}", spec.name);
                TOLD.with_borrow_mut(|told| match told.get(&key) {
                    None => drop(told.insert(key, all)),
                    Some(before) => assert_eq!(before, &all, "{} {ask:?}: the databases differ", spec.name),
                });
            }
        }
    });
}

thread_local! {
    /// What the first database said.
    static TOLD: std::cell::RefCell<BTreeMap<String, Vec<String>>> = const { std::cell::RefCell::new(BTreeMap::new()) };
}

#[test]
fn payment_lines_have_the_state_that_they_are_in() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let payments = find("payments").unwrap();
        let mut count = |ask: &Ask| {
            let page = page(&mut bureau, &ctx("查阅"), payments, &Scope::County, ask, None).unwrap();
            assert_eq!(page.table.rows.len() as i64, page.count);
            assert_eq!(page.totals, sums(&page.table, payments));
            page.count
        };
        assert_eq!(count(&Ask::default()), 9);
        for (state, lines) in
            [("reserved", 1), ("approved", 1), ("in_transit", 2), ("paid", 3), ("returned", 1), ("released", 1), ("reissued", 0)]
        {
            assert_eq!(count(&text("state", state)), lines, "{state}");
        }
        let of_batch = Ask {
            filters: vec![("batch".into(), Given::Text("PC01".into())), ("amount_from".into(), Given::Int(15_000))],
            sort: Some("booked".into()),
            ..Ask::default()
        };
        assert_eq!(count(&of_batch), 5);
        let too_wide = Ask { sort: Some("amount".into()), ..Ask::default() };
        let refused = page(&mut bureau, &ctx("查阅"), payments, &Scope::County, &too_wide, None).unwrap_err();
        assert_eq!(refused.code(), Some("too_wide"));
    });
}

#[test]
fn masked_numbers_are_found_whole_and_shown_masked_until_a_reason_is_written_down() {
    on_both(|db| {
        let people = settle(db, 3);
        let mut bureau = db.bureau();
        let (name, id_no, account) = &people[1];
        for (list, key, value) in [("persons", "id_no", id_no), ("cards", "account", account), ("persons", "name", name)] {
            let spec = find(list).unwrap();
            let page = page(&mut bureau, &ctx("查阅"), spec, &Scope::County, &text(key, value), None).unwrap();
            assert_eq!(page.count, 1, "{key}");
            let shown = format!("{:?}", page.table.rows);
            assert!(!shown.contains(id_no.as_str()) && !shown.contains(account.as_str()) && !shown.contains(name.as_str()), "{shown}");
        }
        let spec = find("persons").unwrap();
        let ask = Ask { unmask: true, ..text("id_no", id_no) };
        assert_eq!(page(&mut bureau, &ctx("查阅"), spec, &Scope::County, &ask, Some(" ")).unwrap_err().code(), Some("no_reason"));
        let page = page(&mut bureau, &ctx("查阅"), spec, &Scope::County, &ask, Some("核对身份")).unwrap();
        assert!(format!("{:?}", page.table.rows).contains(id_no.as_str()));
        assert_eq!(county::count(&mut bureau, "SELECT COUNT(*) FROM act WHERE book = $1 AND verb = 'unmask'"), 1);
    });
}

#[test]
fn a_scope_hides_what_lies_beyond_it_in_rows_counts_totals_choices_and_exports() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let nothing = Scope::Within(Within::default());
        for spec in ALL {
            let (all, ..) = walk(&mut bureau, spec, &Scope::County, &Ask::default(), 500);
            for scope in [unit("D01"), unit("D02"), nothing.clone()] {
                let (seen, count, totals) = walk(&mut bureau, spec, &scope, &Ask::default(), 500);
                assert!(seen.iter().all(|row| all.contains(row)), "{}", spec.name);
                assert_eq!(count, seen.len() as i64, "{}", spec.name);
                if spec.owner != Owner::Everyone && (scope == nothing || spec.owner == Owner::County) {
                    assert!(seen.is_empty() && totals.iter().all(|(_, sum)| *sum == 0), "{}", spec.name);
                }
                let mut out = Vec::new();
                let lines = export_csv(&mut bureau, spec, &scope, &Ask::default(), &mut out).unwrap();
                assert_eq!(lines, count, "{}", spec.name);
            }
        }
        let mut lines = |scope: &Scope, list: &str| walk(&mut bureau, find(list).unwrap(), scope, &Ask::default(), 500).1;
        assert_eq!((lines(&unit("D01"), "payments"), lines(&unit("D02"), "payments")), (9, 0));
        assert_eq!((lines(&unit("D01"), "returns"), lines(&unit("D02"), "batches")), (2, 0));
        let village = Scope::Within(Within { units: BTreeSet::new(), regions: BTreeSet::from(["469007100201".to_string()]) });
        assert_eq!((lines(&village, "payments"), lines(&village, "vouchers")), (9, 0));
        for source in options::SOURCES {
            let table = options::options(&mut bureau, source, &nothing).unwrap();
            assert!(table.rows.is_empty() || ["programs", "months"].contains(&source.name), "{}", source.name);
        }
        assert_eq!(options::options(&mut bureau, &options::UNITS, &unit("D02")).unwrap().rows.len(), 1);
    });
}

#[test]
fn the_overview_adds_up_and_keeps_to_its_scope() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let cell = |table: &Table, key: &str, row: usize| {
            let at = table.columns.iter().position(|column| column.key == key).unwrap();
            table.rows[row].cells[at].clone()
        };
        let mut told = |scope: &Scope| {
            let tables = overview(&mut bureau, scope, Some(day("2018-04-30")), day("2026-01-01")).unwrap();
            let (nodes, flows) = (&tables[0], &tables[1]);
            let mut balance: BTreeMap<String, i64> = BTreeMap::new();
            for row in 0..flows.rows.len() {
                let Cell::Fen(amount) = cell(flows, "amount", row) else { panic!("an amount") };
                for (end, sign) in [("from", -1), ("to", 1)] {
                    let Cell::Text(node) = cell(flows, end, row) else { panic!("a node") };
                    *balance.entry(node).or_default() += sign * amount.get();
                }
            }
            assert_eq!(balance.get("received").copied().unwrap_or_default(), 0);
            assert_eq!(balance.get("distributed").copied().unwrap_or_default(), 0);
            let amounts: BTreeMap<String, i64> = (0..nodes.rows.len())
                .map(|row| match (cell(nodes, "node", row), cell(nodes, "amount", row)) {
                    (Cell::Text(node), Cell::Fen(amount)) => (node, amount.get()),
                    other => panic!("{other:?}"),
                })
                .collect();
            (amounts, rows(&tables[5]))
        };
        let (county, alerts) = told(&Scope::County);
        // 100,000 and 26,000 yuan in; 3 lines of 150 on cards; 2 in transit; 1 returned; 2 reserved.
        assert_eq!(county["received"], 12_600_000);
        assert_eq!(
            (county["paid_household"], county["in_transit"], county["returned"], county["reserved"]),
            (45_000, 30_000, 15_000, 30_000)
        );
        assert!(alerts.iter().any(|row| row.contains("退票待处理")), "{alerts:?}");
        let (own, _) = told(&unit("D01"));
        assert_eq!(own["received"], 2_000_000);
        let (other, alerts) = told(&unit("D02"));
        assert_eq!((other["received"], other.get("paid_household")), (600_000, None));
        assert!(alerts.iter().all(|row| !row.contains("退票待处理")), "{alerts:?}");
    });
}

#[test]
fn what_cannot_be_asked_is_refused_with_all_that_is_wrong() {
    let db = TestDb::seeded(Db::Sqlite);
    let mut bureau = db.bureau();
    let (persons, regions) = (find("persons").unwrap(), find("regions").unwrap());
    let mut code = |spec: &'static ListSpec, ask: Ask| {
        page(&mut bureau, &ctx("甲"), spec, &Scope::County, &ask, None).err().and_then(|error| error.code())
    };
    for limit in [0, -1, 501, i64::MAX, i64::MIN] {
        assert_eq!(code(persons, Ask { limit: Some(limit), ..Ask::default() }), Some("limit"));
    }
    assert_eq!(code(persons, text("id_no; DROP TABLE person", "x")), Some("filter"));
    assert_eq!(code(persons, text("id_no", "a\0b")), Some("filter"));
    assert_eq!(code(persons, text("id_no", &"9".repeat(101))), Some("filter"));
    assert_eq!(code(persons, filtered("id_no", Given::Int(1))), Some("filter"));
    assert_eq!(code(persons, Ask { sort: Some("id_no".into()), ..Ask::default() }), Some("sort"));
    assert_eq!(code(persons, Ask { columns: vec!["secret".into()], ..Ask::default() }), Some("columns"));
    for mark in ["x", "=", "AAAA", &"A".repeat(200), &"A".repeat(10_000), "../..", "中文"] {
        assert_eq!(code(persons, Ask { cursor: Some(mark.into()), ..Ask::default() }), Some("cursor"), "{mark}");
    }
    // a mark of another list, and of another order
    let first = Ask { limit: Some(1), ..Ask::default() };
    let mark = page(&mut bureau, &ctx("甲"), persons, &Scope::County, &first, None).unwrap().next.unwrap();
    let with = |sort: Option<&str>, down: Option<bool>| Ask {
        cursor: Some(mark.clone()),
        sort: sort.map(str::to_string),
        downwards: down,
        ..Ask::default()
    };
    let mut code = |spec: &'static ListSpec, ask: Ask| {
        page(&mut bureau, &ctx("甲"), spec, &Scope::County, &ask, None).err().and_then(|error| error.code())
    };
    assert_eq!(code(persons, with(None, None)), None);
    assert_eq!(code(regions, with(None, None)), Some("cursor"));
    assert_eq!(code(persons, with(Some("household"), None)), Some("cursor"));
    assert_eq!(code(persons, with(None, Some(true))), Some("cursor"));
    // wildcards mean themselves
    let found = page(&mut bureau, &ctx("甲"), regions, &Scope::County, &text("name", "%"), None).unwrap();
    assert_eq!(found.count, 0);
    let wrong = Ask { limit: Some(0), sort: Some("x".into()), cursor: Some("x".into()), ..Ask::default() };
    let all = page(&mut bureau, &ctx("甲"), persons, &Scope::County, &wrong, None).unwrap_err();
    assert_eq!(all.to_string().lines().count(), 3, "{all}");
}
