//! A synthetic county for screening, any size, made straight in the database: payees of five programmes over four quarters,
//! and reference lists of which most rows name strangers. Every few hundredth household is given something for a rule to
//! find. Names and numbers are invented.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

use super::projects::received;
use super::{PROGRAM, UNIT, account, county, id_no};
use sunledger::app::{AppError, Book, Bureau};
use sunledger::params;
use sunledger::store::bulk::Bulk;
use sunledger::store::{Backend, Field, Tx};

/// Code, name, fen per measure, measure, months or terms in a quarter, bound, what it excludes.
type Program = (&'static str, &'static str, i64, &'static str, i64, &'static str, &'static str);
const PROGRAMS: [Program; 5] = [
    (PROGRAM, "生态补偿", 5_000, "月", 3, "固定", ""),
    ("HL01", "生态护林员", 100_000, "月", 3, "下限", "GY01"),
    ("GY01", "公益性岗位", 80_000, "月", 3, "固定", "HL01"),
    ("XS01", "小学资助", 50_000, "季", 1, "固定", ""),
    ("DB01", "产业奖补", 40_000, "季", 1, "上限", ""),
];
/// First and last month, the day of the batch, the day on the card.
const QUARTERS: [(i64, i64, i64, i64); 4] = [
    (201_801, 201_803, 20_180_402, 20_180_410),
    (201_804, 201_806, 20_180_620, 20_180_628),
    (201_807, 201_809, 20_180_925, 20_180_930),
    (201_810, 201_812, 20_181_210, 20_181_220),
];
/// The end of the year after: a year is judged when it is over.
pub const AS_OF: (i32, u32, u32) = (2019, 1, 31);
/// Households whose people and lines are all in order.
pub const CLEAN: u64 = 10_000;
/// Of so many rows of a list one names a registered person.
const REGISTERED_EVERY: u64 = 333;

/// The book with `lines` payment lines and lists of `list` rows.
pub fn screened(url: &str, lines: u64, list: u64) -> Bureau {
    let mut bureau = county(url, lines);
    unguard(&mut bureau);
    let homes = Homes { all: lines / 4, list };
    let made = bureau.write(|tx, book| {
        registers(tx, book, &homes)?;
        batches(tx, book, &homes)?;
        super::projects::projects(tx, book)?;
        lists(tx, book, &homes)?;
        Ok::<_, AppError>(())
    });
    made.unwrap();
    bureau
}

/// The lines do not come by the way of the money here: what guards that way would refuse them.
fn unguard(bureau: &mut Bureau) {
    let tables = ["batch_stage", "payment_result", "refund"];
    if bureau.store.backend() == Backend::Postgres {
        tables.iter().for_each(|table| bureau.store.batch(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL")).unwrap());
        return;
    }
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('batch_stage', 'payment_result', 'refund')";
    let rows = bureau.store.read(|tx| tx.query(sql, params![])).unwrap();
    rows.iter().for_each(|row| bureau.store.batch(&format!("DROP TRIGGER {}", row.text(0).unwrap())).unwrap());
}

/// Households are numbered from 0; the first of four people is the head and the payee.
struct Homes {
    all: u64,
    list: u64,
}

impl Homes {
    /// The household that the `n`th row about a registered person names.
    fn of_row(&self, n: u64) -> u64 {
        let clean = CLEAN.min(self.all / 2);
        clean + n * 37 % (self.all - clean)
    }

    /// What is wrong with a household, if anything: a number below 500.
    fn fault(&self, home: u64) -> u64 {
        if home < CLEAN.min(self.all / 2) { 499 } else { home % 500 }
    }
}

fn registers(tx: &mut Tx<'_>, book: &Book, homes: &Homes) -> Result<(), AppError> {
    for (code, name, rate, measure, _, bound, excludes) in &PROGRAMS[1..] {
        tx.execute(
            "INSERT INTO program (book, code, name, department, subject, rate, measure, bound, valid_from, excludes, file, file_row)
             VALUES ($1, $2, $3, $4, '人', $5, $6, $7, 20170101, $8, 0, 0)",
            params![book.id, *code, *name, UNIT, *rate, *measure, *bound, *excludes],
        )?;
    }
    let clean = CLEAN.min(homes.all / 2) as i64;
    for (sql, fault) in [
        ("UPDATE household SET status = '清退', status_date = 20180601 WHERE book = $1 AND id > $2 AND (id - 1) % 500 = $3", 13),
        ("UPDATE household SET identified = 20180815 WHERE book = $1 AND id > $2 AND (id - 1) % 500 = $3", 14),
    ] {
        tx.execute(sql, params![book.id, clean, fault])?;
    }
    let mut cards = Bulk::into("card", &["book", "id", "id_no", "holder", "bank", "account", "valid_from", "file", "file_row"]);
    for home in (0..homes.all).filter(|home| homes.fault(*home) == 15) {
        let (id, holder, number) = (id_no(home * 4), format!("示{}", home * 4), account(900_000_000 + home));
        let fields = [Field::Int(book.id), Field::Int(second_card(homes, home)), Field::Text(&id), Field::Text(&holder)];
        let rest = [Field::Text("农信社"), Field::Text(&number), Field::Int(20_180_330), Field::Int(0), Field::Int(0)];
        cards.push(tx, &[&fields[..], &rest[..]].concat())?;
    }
    cards.finish(tx)?;
    tx.take_ids(book.id, "card", homes.all as i64)?;
    Ok(())
}

fn card(person: u64) -> i64 {
    person as i64 + 1
}

fn second_card(homes: &Homes, home: u64) -> i64 {
    (homes.all * 4 + home) as i64 + 1
}

/// Who is paid how much and how.
struct Line {
    person: u64,
    household: u64,
    card: i64,
    quantity: i64,
    rate: i64,
    amount: i64,
}

fn line(homes: &Homes, program: &Program, quarter: usize, home: u64) -> Line {
    let (_, _, rate, _, measures, ..) = *program;
    let (person, quantity) = (home * 4, measures * 10_000);
    let mut line = Line { person, household: home, card: card(person), quantity, rate, amount: rate * measures };
    match homes.fault(home) {
        1 => line.amount += 100,
        2 => (line.rate, line.amount) = (rate * 11 / 10, rate * 11 / 10 * measures),
        3 => line.card = card(person + 4),
        // five households in a row of 2,500 on one card
        4 => line.card = card((home - home % 2_500 + 4) * 4),
        5 if quarter == 3 => line.household = home + 1,
        // the neighbour's line is paid to this person as well: twice, or in two programmes
        7 if quarter == 1 => (line.person, line.household, line.card) = (person - 20, home - 5, card(person - 20)),
        22 => (line.person, line.household, line.card) = (person - 4, home - 1, card(person - 4)),
        8 => (line.quantity, line.amount) = (quantity * 5, rate * measures * 5),
        15 if quarter == 0 => line.card = second_card(homes, home),
        _ => {}
    }
    line
}

fn batches(tx: &mut Tx<'_>, book: &Book, homes: &Homes) -> Result<(), AppError> {
    let columns = ["book", "batch", "line", "person", "household", "card", "quantity", "rate", "amount", "start", "file_row"];
    let answer = ["book", "batch", "line", "paid", "reason", "booked", "bank_ref", "voucher", "file", "file_row"];
    let mut refunds = 0;
    for at in 0..PROGRAMS.len() * QUARTERS.len() {
        let (program, quarter) = (&PROGRAMS[at % PROGRAMS.len()], at / PROGRAMS.len());
        let (first, last, made, booked) = QUARTERS[quarter];
        let id = at as i64 + 1;
        let code = format!("{}-{first}", program.0);
        tx.execute(
            "INSERT INTO batch (book, id, code, unit, program, allocation, period_first, period_last, made, notice_from, notice_to, maker, file)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '经办甲', 0)",
            params![book.id, id, &code, UNIT, program.0, super::ALLOCATION, first, last, made, made - 12, made - 1],
        )?;
        let mine: Vec<u64> = (0..homes.all).filter(|home| home % 5 == at as u64 % 5).collect();
        let (mut payments, mut answers) = (Bulk::into("payment", &columns), Bulk::into("payment_result", &answer));
        let mut start = 0;
        for (n, home) in mine.iter().enumerate() {
            let line = line(homes, program, quarter, *home);
            let number = n as i64 + 1;
            let all = [
                book.id,
                id,
                number,
                line.person as i64 + 1,
                line.household as i64 + 1,
                line.card,
                line.quantity,
                line.rate,
                line.amount,
                start,
                number,
            ];
            payments.push(tx, &all.map(Field::Int))?;
            start += line.amount;
        }
        payments.finish(tx)?;
        for stage in ["reserved", "approved", "sent"] {
            tx.execute(
                "INSERT INTO batch_stage (book, batch, stage, date, actor, voucher, lines, total, digest, at) VALUES ($1, $2, $3, $4, '示', 1, $5, $6, $7, 0)",
                params![book.id, id, stage, made + 1, mine.len() as i64, start, [0u8; 32]],
            )?;
        }
        for (n, home) in mine.iter().enumerate() {
            let (number, fault) = (n as i64 + 1, homes.fault(*home));
            if fault == 5 && quarter == 3 {
                continue;
            }
            let paid = i64::from(fault != 11 || quarter != 0);
            let fields = [Field::Int(book.id), Field::Int(id), Field::Int(number), Field::Int(paid), Field::Text(""), Field::Int(booked)];
            let rest = [Field::Text("L"), Field::Int(1), Field::Int(0), Field::Int(number)];
            answers.push(tx, &[&fields[..], &rest[..]].concat())?;
        }
        answers.finish(tx)?;
        for (n, home) in mine.iter().enumerate().filter(|(_, home)| homes.fault(**home) == 12) {
            refunds += 1;
            tx.execute(
                "INSERT INTO refund (book, id, doc_no, date, batch, line, amount, reason, voucher, file, file_row)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, '退回', 1, 0, 0)",
                params![book.id, refunds, format!("T{refunds}"), booked + 1, id, n as i64 + 1, line(homes, program, quarter, *home).amount],
            )?;
        }
    }
    for name in ["batch", "refund"] {
        tx.take_ids(book.id, name, 1_000_000)?;
    }
    Ok(())
}

/// Each list has its own strangers, so many at most.
const STRANGERS: u64 = 1_500_000;
/// The place of the list of cadres in [`LISTS`].
const CADRES: u64 = 5;

/// Somebody who is not registered: the `n`th of a list.
fn stranger(list: u64, n: u64) -> String {
    let id = id_no(list * STRANGERS + n);
    let other: String = format!("460033{}", &id[6..17]);
    let digits: &[u8; 17] = other.as_bytes().try_into().unwrap();
    format!("{other}{}", sunledger::domain::identity::id_check_char(digits) as char)
}

/// A value of a row.
enum Cell {
    Int(i64),
    Text(String),
    Null,
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

/// A list with its columns after the ID number, and its row `n` about household `home` (of a stranger: `None`).
struct List {
    kind: &'static str,
    columns: &'static [&'static str],
    /// Whom it names, of so many rows one is registered.
    every: u64,
    row: fn(u64, Option<u64>) -> Vec<Cell>,
}

const LISTS: [List; 12] = [
    List {
        kind: "ref-deaths",
        columns: &["name", "died"],
        every: REGISTERED_EVERY,
        row: |n, _| vec![text(format!("示{n}")), Cell::Int(20_180_215)],
    },
    List {
        kind: "ref-payroll",
        columns: &["name", "employer", "valid_from", "valid_to"],
        every: REGISTERED_EVERY,
        row: |n, _| vec![text(format!("示{n}")), text("示例学校"), Cell::Int(20_150_101), Cell::Null],
    },
    List {
        kind: "ref-companies",
        columns: &["company", "uscc", "role", "capital", "registered", "cancelled"],
        every: REGISTERED_EVERY,
        row: |n, _| {
            vec![
                text(format!("示例{n}公司")),
                text(format!("91{n:016}")),
                text("股东"),
                Cell::Int(50_000_000),
                Cell::Int(20_160_101),
                Cell::Null,
            ]
        },
    },
    List {
        kind: "ref-vehicles",
        columns: &["plate", "model", "price", "registered"],
        every: REGISTERED_EVERY,
        row: |n, _| vec![text(format!("琼D{n:06}")), text("轿车"), Cell::Int(8_000_000), Cell::Int(20_170_301)],
    },
    List {
        kind: "ref-properties",
        columns: &["location", "use_kind", "area", "registered"],
        every: REGISTERED_EVERY,
        row: |n, _| vec![text(format!("海口市示例路{n}号")), text("住宅"), Cell::Int(1_300_000), Cell::Int(20_170_101)],
    },
    List {
        kind: "ref-cadres",
        columns: &["name", "region", "post", "valid_from", "valid_to"],
        every: REGISTERED_EVERY,
        row: |n, home| {
            vec![text(format!("示{n}")), text(super::village(home.unwrap_or(n))), text("村委会委员"), Cell::Int(20_160_101), Cell::Null]
        },
    },
    List {
        kind: "ref-kin",
        columns: &["kin_id", "relation"],
        every: REGISTERED_EVERY,
        // a stranger's kin is a stranger; a registered person's kin is a cadre of the village
        row: |n, home| vec![text(home.map_or_else(|| stranger(13, n), |home| stranger(CADRES, cadre_of(home)))), text("兄弟")],
    },
    List {
        kind: "ref-hukou",
        columns: &["booklet", "change", "changed"],
        every: REGISTERED_EVERY,
        row: |n, _| vec![text(format!("B{}", n / 2)), text("分户"), Cell::Int(20_130_801)],
    },
    List {
        kind: "ref-custody",
        columns: &["valid_from", "valid_to"],
        every: REGISTERED_EVERY,
        row: |_, _| vec![Cell::Int(20_180_301), Cell::Int(20_180_731)],
    },
    List {
        kind: "ref-students",
        columns: &["school", "stage", "term", "status"],
        every: 5,
        row: |n, _| vec![text("示例小学"), text("小学"), text(["2018春", "2018秋"][(n / 5 % 2) as usize]), text("在读")],
    },
    List {
        kind: "ref-posts",
        columns: &["post", "period_first", "period_last", "days"],
        every: 4,
        row: |n, _| {
            let (first, last, ..) = QUARTERS[(n / 4 % 4) as usize];
            vec![text("生态护林员"), Cell::Int(first), Cell::Int(last), Cell::Int(if n % 2_400 == 0 { 150_000 } else { 630_000 })]
        },
    },
    List {
        kind: "ref-loans",
        columns: &["amount", "issued", "account", "borrower", "purpose"],
        every: REGISTERED_EVERY,
        row: |n, _| {
            vec![Cell::Int(5_000_000), Cell::Int(20_170_601), text(account(700_000_000 + n / 2_000)), text(format!("示{n}")), text("养殖")]
        },
    },
];

/// The stranger who is a cadre of a household's village: see the list of cadres, whose strangers stand by number.
fn cadre_of(home: u64) -> u64 {
    let first = home / 7 % 1_000 * 7 + 1;
    if first.is_multiple_of(REGISTERED_EVERY) { first + 1 } else { first }
}

fn lists(tx: &mut Tx<'_>, book: &Book, homes: &Homes) -> Result<(), AppError> {
    for (at, list) in LISTS.iter().enumerate() {
        let file = at as i64 + 1;
        received(tx, book, file, list.kind, homes.list)?;
        let table = list.kind.replace('-', "_");
        let columns: Vec<&str> = ["book", "id_no"].into_iter().chain(list.columns.iter().copied()).chain(["file", "file_row"]).collect();
        let mut bulk = Bulk::into(&table, &columns);
        for n in 0..homes.list {
            // aid and posts: one row for each payee and term, as the sheets of those who are paid
            let home = (n % list.every == 0).then(|| match list.kind {
                "ref-students" => n / 10 * 5 + 3,
                "ref-posts" => n / 16 * 5 + 1,
                _ => homes.of_row(n / list.every),
            });
            let home = home.filter(|home| *home < homes.all);
            let id = home.map_or_else(|| stranger(at as u64, n), |home| id_no(home * 4));
            let cells = (list.row)(n, home);
            let mut fields = vec![Field::Int(book.id), Field::Text(&id)];
            fields.extend(cells.iter().map(|cell| match cell {
                Cell::Int(n) => Field::Int(*n),
                Cell::Text(text) => Field::Text(text),
                Cell::Null => Field::Null,
            }));
            fields.extend([Field::Int(file), Field::Int(n as i64 + 1)]);
            bulk.push(tx, &fields)?;
        }
        bulk.finish(tx)?;
    }
    let file = LISTS.len() as i64 + 1;
    received(tx, book, file, "ref-housing", homes.all)?;
    let mut bulk = Bulk::into(
        "ref_housing",
        &["book", "household", "grade", "appraiser", "method", "area", "persons", "finished", "demolished", "file", "file_row"],
    );
    for home in 0..homes.all {
        let (code, appraiser) = (format!("H{home:07}"), format!("示例鉴定{}", home % 7));
        let grade = if home % 7 == 3 && home % 2 == 0 || home % 10 == 0 { "D" } else { "B" };
        let (area, down) = (if homes.fault(home) == 16 { 1_500_000 } else { 600_000 }, homes.fault(home) != 17);
        let demolished = if down { Field::Int(20_180_101) } else { Field::Null };
        let fields =
            [Field::Int(book.id), Field::Text(&code), Field::Text(grade), Field::Text(&appraiser), Field::Text("新建"), Field::Int(area)];
        let rest = [Field::Int(4), Field::Int(20_171_101), demolished, Field::Int(file), Field::Int(home as i64 + 1)];
        bulk.push(tx, &[&fields[..], &rest[..]].concat())?;
    }
    bulk.finish(tx)?;
    tx.take_ids(book.id, "file", file + 1)?;
    Ok(())
}
