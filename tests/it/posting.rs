//! Posting through the program: what it refuses it explains, and a refusal leaves no trace.

use crate::support::builders::{FUND, day, post};
use crate::support::db::ctx;
use crate::support::{Books, on_both};
use chrono::NaiveDate;
use sunledger::app::ledger::{Movement, Poster};
use sunledger::domain::ledger::Line;
use sunledger::domain::money::Fen;

#[test]
fn a_shortage_names_place_fund_unit_and_amounts() {
    on_both(|db| {
        let mut books = Books::new(db);
        let before = db.raw().dump();
        let short = books.allocate(6_000_050).unwrap_err();
        assert_eq!(short.code(), Some("short_of_money"));
        let text = short.to_string();
        for word in ["待分配", FUND, "现有 60,000.00 元", "需要 60,000.50 元", "差 0.50 元"] {
            assert!(text.contains(word), "{word} is missing in: {text}");
        }
        let (u01, u02) = (books.u01, books.u02);
        let both = [Movement::within(u01, Fen::new(4_000_001)), Movement::within(u02, Fen::new(200))];
        let text = post(&mut books.bureau, &ctx("经办甲"), "reserve", "", day(3, 6), &both).unwrap_err().to_string();
        for word in ["单位 U01", "政策 HX01", "东财农〔2018〕12号", "差 0.01 元", "单位 U02", "项目 P01", "现有 0.00 元", "差 2.00 元"]
        {
            assert!(text.contains(word), "{word} is missing in: {text}");
        }
        assert_eq!(text.lines().count(), 2, "every shortage at once: {text}");
        assert!(before == db.raw().dump(), "a refusal leaves no trace");
    });
}

#[test]
fn a_date_outside_the_open_periods_is_refused() {
    on_both(|db| {
        let mut books = Books::new(db);
        let closed = "INSERT INTO period_event (book, id, year, month, state, actor, reason, at) VALUES (1, 1, 2018, 3, 'closed', '主管丙', '月末', 0)";
        db.raw().transact(closed).unwrap();
        let refused = books.allocate(1).unwrap_err();
        assert_eq!(refused.code(), Some("period_closed"));
        assert!(refused.to_string().contains("2018 年 3 月已结账"), "{refused}");
        assert!(refused.to_string().contains("⟦period.reopen⟧ 2018-03"), "{refused}");
        let early = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
        let movement = [Movement::within(books.fund, Fen::new(1))];
        let refused = post(&mut books.bureau, &ctx("经办甲"), "receive", "upper", early, &movement).unwrap_err();
        assert_eq!(refused.code(), Some("before_book"));
        let posted = post(&mut books.bureau, &ctx("经办甲"), "receive", "upper", day(4, 2), &movement).unwrap();
        assert_eq!(posted.label(), "记-2018-04-0001");
    });
}

#[test]
fn the_template_writes_both_books() {
    on_both(|db| {
        let _books = Books::new(db);
        let lines = db.raw().rows("SELECT voucher, account, debit, credit FROM posting ORDER BY voucher, line");
        let lines: Vec<String> = lines.iter().map(|row| row.join(" ")).collect();
        let expected =
            ["1 1001 10000000 0", "1 9201 10000000 0", "1 4011 0 10000000", "1 9101 0 10000000", "2 9202 4000000 0", "2 9201 0 4000000"];
        assert_eq!(lines, expected);
    });
}

#[test]
fn a_draft_that_does_not_balance_is_refused_before_it_is_written() {
    on_both(|db| {
        let mut books = Books::new(db);
        let (fund, u01) = (books.fund, books.u01);
        let refused = books.bureau.write(|tx, book| {
            let mut poster = Poster::load(tx, book)?;
            let mut draft = poster.draft("allocate", "", day(3, 7), FUND, &[])?;
            draft.lines = vec![Line::debit(9202, u01, Fen::new(5)), Line::credit(1001, fund, Fen::new(5))];
            poster.post(tx, &ctx("经办甲"), draft)
        });
        assert_eq!(refused.unwrap_err().code(), Some("unbalanced"));
    });
}

/// A setting that means nothing is refused and leaves no trace; one that stands is not overwritten.
#[test]
fn settings_are_checked_before_they_are_in_force() {
    on_both(|db| {
        let mut bureau = db.bureau();
        let ctx = sunledger::app::Context::new("主管");
        let mut change = |name: &str, from: i64, value: &str| {
            let done = bureau.write(|tx, book| sunledger::app::setting::change(tx, book, &ctx, name, from, value));
            done.err().map(|error| error.code().unwrap_or("other").to_string())
        };
        assert!(change("progress.target", 20220101, "abc").is_some());
        assert_eq!(change("progress.target", 20220101, "0.92"), None, "the refused value left nothing behind");
        assert_eq!(change("progress.target", 20220101, "0.93").as_deref(), Some("setting_stands"));
        assert_eq!(change("idle.reclaim_years", 20220101, "两年").as_deref(), Some("setting_value"));
        assert_eq!(change("no.such", 20220101, "1").as_deref(), Some("no_setting"));
    });
}
