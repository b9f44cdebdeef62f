//! A small book for tests of what is read out of the books: two funds, two units, one of every step that money takes.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::book::NewBook;
use super::ledger::{Movement, Posted, Poster};
use super::{Bureau, Context};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::money::Fen;
use crate::params;
use chrono::NaiveDate;
use tempfile::TempDir;

/// 万元 as fen.
pub(crate) fn wan(wan: i64) -> Fen {
    Fen::new(wan * 1_000_000)
}

pub(crate) fn day(number: i64) -> NaiveDate {
    date_from_int(number).unwrap()
}

pub(crate) struct Sample {
    pub bureau: Bureau,
    _directory: TempDir,
}

/// Registered dimension sets: fund A unallocated; A to 东河镇 for programme P1; A to 交通局 for project J1; fund B; fund C.
pub(crate) const A: i64 = 1;
pub(crate) const TOWN: i64 = 2;
pub(crate) const ROADS: i64 = 3;
pub(crate) const B: i64 = 4;
pub(crate) const NEXT: i64 = 5;

impl Sample {
    /// The book with its registers, and no money yet.
    pub fn empty() -> Sample {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("book.db").display());
        let new = NewBook { code: "default", name: "东方市", first_year: 2018, secret: Some([7; 32]) };
        let mut bureau = Bureau::open_or_create(&url, &Context::new("管理员").at(0), &new).unwrap();
        bureau
            .write(|tx, book| {
                tx.batch(
                    "INSERT INTO unit VALUES (1, 'U1', '东河镇', '乡镇', NULL, NULL, NULL, NULL, NULL, 0, 0);
                     INSERT INTO unit VALUES (1, 'U2', '交通局', '主管部门', NULL, NULL, NULL, NULL, NULL, 0, 0);
                     INSERT INTO program VALUES (1, 'P1', '产业奖补', 'U2', '户', 100, '年', '上限', NULL, 20180101, NULL, NULL, NULL, 0, 0);
                     INSERT INTO project (book, code, name, kind, department, region, planned, status, file, file_row)
                     VALUES (1, 'J1', '村道硬化', '基础设施', 'U2', '460007000000', 1, '实施', 0, 0);",
                )?;
                for (doc, name, level, category, year) in [
                    ("A号", "中央专项资金", "中央", "财政专项扶贫资金", 2018),
                    ("B号", "县级配套", "县", "统筹整合涉农资金", 2018),
                    ("C号", "提前下达资金", "中央", "财政专项扶贫资金", 2019),
                ] {
                    tx.execute(
                        "INSERT INTO fund VALUES ($1, $2, $3, $4, $5, $6, 1, 20180101, '2130505', 0, NULL, NULL, 0, 0)",
                        params![book.id, doc, name, level, category, year],
                    )?;
                }
                tx.batch(
                    "INSERT INTO allocation VALUES (1, 1, '分1', 'A号', 'U1', '', 'P1');
                     INSERT INTO allocation VALUES (1, 2, '分1', 'A号', 'U2', 'J1', '');",
                )?;
                let mut poster = Poster::load(tx, book)?;
                for (dim, fund, allocation) in [(A, "A号", 0), (TOWN, "A号", 1), (ROADS, "A号", 2), (B, "B号", 0), (NEXT, "C号", 0)] {
                    assert_eq!(poster.dim(tx, fund, allocation)?, dim);
                }
                Ok(())
            })
            .unwrap();
        Sample { bureau, _directory: directory }
    }

    /// One voucher, recorded at nine in the morning (China) of its date.
    pub fn post(&mut self, date: i64, event: &str, variant: &str, from: i64, to: i64, amount: Fen) -> Posted {
        self.post_at(date, date, event, variant, from, to, amount)
    }

    /// The same, recorded at nine on another day.
    #[allow(clippy::too_many_arguments)] // the facts of one voucher
    pub fn post_at(&mut self, date: i64, recorded: i64, event: &str, variant: &str, from: i64, to: i64, amount: Fen) -> Posted {
        let micros = day(recorded).and_hms_opt(1, 0, 0).unwrap().and_utc().timestamp_micros();
        let ctx = Context::new("张会计").checked_by("李复核").at(micros);
        self.bureau
            .write(|tx, book| {
                let mut poster = Poster::load(tx, book)?;
                let draft = poster.draft(event, variant, day(date), "单据", &[Movement { from, to, amount }])?;
                poster.post(tx, &ctx, draft)
            })
            .unwrap()
    }

    /// 2018 up to July. By the end of August: 1200 万元 available, 280 on cards, 140 with the builder.
    pub fn year() -> Sample {
        let mut s = Sample::empty();
        s.post(20180110, "receive", "upper", A, A, wan(1000));
        s.post(20180120, "allocate", "", A, TOWN, wan(400));
        s.post(20180120, "allocate", "", A, ROADS, wan(500));
        s.post(20180205, "receive", "own", B, B, wan(200));
        s.post(20180301, "reserve", "", TOWN, TOWN, wan(300));
        s.post(20180305, "send", "", TOWN, TOWN, wan(300));
        s.post(20180310, "confirm", "", TOWN, TOWN, wan(280));
        s.post(20180310, "return", "", TOWN, TOWN, wan(20));
        s.post(20180410, "move", "", ROADS, ROADS, wan(100));
        s.post(20180420, "retain", "", ROADS, ROADS, wan(25));
        s.post(20180510, "pay", "", ROADS, ROADS, wan(150));
        s.post(20180615, "refund_payee", "", ROADS, ROADS, wan(10));
        s.post(20180701, "reserve", "", TOWN, TOWN, wan(80));
        s.post(20180705, "send", "", TOWN, TOWN, wan(30));
        s
    }

    /// Sequence of the last voucher.
    pub fn head(&mut self) -> i64 {
        self.bureau.read(|tx, book| Ok(tx.one("SELECT seq FROM chain WHERE book = $1", params![book.id])?.int(0)?)).unwrap()
    }

    /// A context that acts at nine on a day.
    pub fn context(recorded: i64) -> Context {
        assert!(date_to_int(day(recorded)) == recorded);
        let micros = day(recorded).and_hms_opt(1, 0, 0).unwrap().and_utc().timestamp_micros();
        Context::new("王主管").checked_by("李复核").at(micros)
    }
}
