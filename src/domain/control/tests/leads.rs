//! Deadlines, the year rule, inspections, idle money, and the leads against gaming the rate.

use super::values;
use crate::domain::control::checks::{PlanFact, Track, inspections, late, year_rule};
use crate::domain::control::gaming::{self, Limits, Paid, ProjectPayment, Refund};
use crate::domain::control::idle::{self, Stock};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use rust_decimal::Decimal;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn yuan(yuan: i64) -> Fen {
    Fen::new(yuan * 100)
}

#[test]
fn unallocated_money_is_late_from_the_first_day_after_the_thirtieth() {
    // received on 1 March: the thirtieth day after is 31 March; half is allocated on 20 March, the rest on 10 April
    let unallocated = vec![(day("2018-03-01"), 20_000_000), (day("2018-03-20"), 10_000_000), (day("2018-04-10"), 0)];
    let (fund, name) = ("琼财农〔2018〕1号".to_string(), "专项".to_string());
    let track = Track { fund, name, level: "省".into(), received: day("2018-03-01"), amount: yuan(200_000), unallocated };
    let on = |date: &str| late(&track, 30, yuan(10_000), day(date));
    assert_eq!(on("2018-03-31"), None);
    let first = on("2018-04-01").unwrap();
    assert_eq!((first.deadline, first.days_late, first.late, first.left), (day("2018-03-31"), 1, yuan(100_000), yuan(100_000)));
    let after = on("2018-12-31").unwrap();
    assert_eq!((after.days_late, after.done_on, after.left), (10, Some(day("2018-04-10")), Fen::ZERO));
    assert_eq!(late(&track, 60, yuan(10_000), day("2018-12-31")), None, "within sixty days all was allocated");
}

#[test]
fn own_money_may_not_fall() {
    assert_eq!(year_rule(2019, yuan(100), Some(yuan(100))).state, "不低于上年");
    let short = year_rule(2019, yuan(99), Some(yuan(100)));
    assert_eq!((short.state, short.short), ("低于上年", yuan(1)));
    assert_eq!(year_rule(2018, yuan(99), None).state, "无上年数");
}

#[test]
fn inspections_exist_by_date_or_are_overdue() {
    let plan = |code: &str, kind: &str, quarter, closed: Option<&str>| PlanFact {
        code: code.into(),
        kind: kind.into(),
        quarter,
        closed: closed.map(day),
    };
    let plans = [
        plan("J1", "quarterly", Some(1), Some("2018-03-31")),
        plan("J2", "quarterly", Some(2), Some("2018-07-05")),
        plan("J3", "quarterly", Some(3), None),
        plan("N1", "annual", None, None),
    ];
    let states = |as_of: &str, plans: &[PlanFact]| -> Vec<&str> {
        inspections(2018, day(as_of), plans).into_iter().map(|inspection| inspection.state).collect()
    };
    assert_eq!(states("2018-10-01", &plans), ["按期完成", "逾期完成", "逾期未完成", "未到期", "已安排"]);
    assert_eq!(states("2018-07-01", &plans), ["按期完成", "逾期未完成", "已安排", "未到期", "已安排"], "July 5 is not known yet");
    assert_eq!(states("2018-12-31", &[]), ["逾期未安排", "逾期未安排", "逾期未安排", "未到期", "未到期"]);
}

#[test]
fn what_is_left_is_measured_by_age() {
    let limits = idle::Limits::read(&values()).unwrap();
    let stock = |origin, total, unspent| Stock { key: "a".into(), name: "甲".into(), origin, total, unspent };
    let stocks = [stock(2018, 1000, 81), stock(2017, 1000, 20), stock(2016, 600, 1), stock(2015, 400, 0)];
    let at = |date: &str| idle::aged(&stocks, day(date), &limits);
    let ended = at("2018-12-31");
    let seen: Vec<(usize, Option<bool>)> = ended.iter().map(|row| (row.age, row.over)).collect();
    // 8.1% > 8%; 2.0% = 2%; over two years 1 of 1,000 > 0
    assert_eq!(seen, [(2, Some(true)), (1, Some(false)), (0, Some(true))]);
    assert_eq!((ended[0].origin, ended[0].share), (2015, Some(Decimal::new(1, 3))));
    assert_eq!(at("2018-09-30")[2].state(), "年末评定", "the year's own money is judged at its end");
}

fn limits() -> Limits {
    Limits::read(&values()).unwrap()
}

#[test]
fn weeks_show_the_rush_and_add_up() {
    let paid = |date: &str, unit: &str, amount, voucher: &str| Paid {
        date: day(date),
        unit: unit.into(),
        unit_name: format!("{unit}局"),
        amount: yuan(amount),
        voucher: voucher.into(),
    };
    // 2018 begins on a Monday
    let payments = [paid("2018-03-07", "A", 600, "记-1"), paid("2018-12-24", "A", 300, "记-2"), paid("2018-12-31", "B", 100, "记-3")];
    let weeks = gaming::weeks(&payments, 2018, day("2018-12-31"));
    assert_eq!((weeks.len(), weeks[0].from, weeks[0].to), (53, day("2018-01-01"), day("2018-01-07")));
    assert_eq!((weeks[52].from, weeks[52].paid, weeks[52].cumulative), (day("2018-12-31"), yuan(100), Some(Decimal::ONE)));
    let week = &weeks[51];
    assert_eq!((week.from, week.share, week.vouchers.as_slice()), (day("2018-12-24"), Some(Decimal::new(3, 1)), &["记-2".to_string()][..]));
    assert_eq!(weeks.iter().map(|week| week.paid.get()).sum::<i64>(), yuan(1000).get());
    let rush = gaming::rush(&payments, day("2018-12-31"), &limits());
    // the last ten days, from 22 December: 400 of 1,000; of A 300 of 900; of B all
    let seen: Vec<(&str, i64, bool)> = rush.iter().map(|row| (row.unit.as_str(), row.last_days.get(), row.flagged)).collect();
    assert_eq!(seen, [("", 40_000, true), ("A", 30_000, true), ("B", 10_000, true)]);
    let early = gaming::rush(&payments[..1], day("2018-12-31"), &limits());
    assert!(!early[0].flagged);
}

fn refund(payment: &str, paid_on: &str, paid: i64, date: &str, amount: i64) -> Refund {
    Refund {
        doc_no: format!("TH{date}"),
        payment: payment.into(),
        unit_name: "甲".into(),
        paid_on: day(paid_on),
        paid: yuan(paid),
        date: day(date),
        amount: yuan(amount),
        reason: "退回".into(),
        payment_voucher: "记-1".into(),
        voucher: "记-2".into(),
    }
}

#[test]
fn what_comes_back_after_a_cut_off_or_soon_is_shown() {
    let refunds = [
        refund("P1", "2018-12-30", 100, "2019-01-08", 20),
        refund("P2", "2018-09-28", 100, "2018-10-15", 60),
        refund("P3", "2018-09-01", 100, "2018-10-16", 100),
        refund("P4", "2018-06-05", 100, "2018-06-20", 30),
        refund("P4", "2018-06-05", 100, "2018-07-05", 20),
    ];
    let after: Vec<(String, &str)> = gaming::after_cut_off(&refunds, &limits()).into_iter().map(|r| (r.payment, r.cut_off)).collect();
    assert_eq!(after, [("P1".into(), "年末"), ("P2".into(), "月末"), ("P4".into(), "月末")], "P3 came on the sixteenth");
    let trips: Vec<(String, i64)> = gaming::round_trips(&refunds, &limits()).into_iter().map(|r| (r.payment, r.days)).collect();
    assert_eq!(trips, [("P2".into(), 17), ("P4".into(), 15), ("P4".into(), 30)], "half of it within thirty days, in one or more");
}

fn payment(doc: &str, date: &str, kind: &str, amount: i64, started: Option<&str>) -> ProjectPayment {
    ProjectPayment {
        doc_no: doc.into(),
        date: day(date),
        unit_name: "甲".into(),
        project: "XM1".into(),
        project_name: "道路".into(),
        planned: yuan(10_000_000),
        started: started.map(day),
        payee: "示范建筑公司".into(),
        payee_kind: kind.into(),
        amount: yuan(amount),
        voucher: format!("记-{doc}"),
    }
}

#[test]
fn payments_below_the_tender_limit_that_pass_it_together_are_one_lead() {
    let started = Some("2018-01-01");
    let works = |doc: &str, date: &str, amount| payment(doc, date, "施工单位", amount, started);
    let three = [works("1", "2018-05-01", 2_000_000), works("2", "2018-05-20", 1_000_000), works("3", "2018-05-31", 1_000_000)];
    let found = gaming::splits(&three, &limits());
    assert_eq!((found.len(), found[0].count, found[0].amount, found[0].limit), (1, 3, yuan(4_000_000), yuan(4_000_000)));
    assert_eq!(found[0].vouchers, ["记-1", "记-2", "记-3"]);
    let late = [works("1", "2018-05-01", 2_000_000), works("2", "2018-06-01", 2_000_000)];
    assert_eq!(gaming::splits(&late, &limits()), [], "thirty-one days apart");
    let large = [works("1", "2018-05-01", 4_000_000), works("2", "2018-05-02", 3_900_000)];
    assert_eq!(gaming::splits(&large, &limits()), [], "the first went to tender");
    let village = [payment("1", "2018-05-01", "村集体", 3_000_000, started), payment("2", "2018-05-02", "村集体", 3_000_000, started)];
    assert_eq!(gaming::splits(&village, &limits()), []);
}

#[test]
fn more_than_a_third_before_the_start_or_more_than_planned_is_a_lead() {
    let early = [payment("1", "2018-03-01", "施工单位", 3_000_001, Some("2018-04-01"))];
    let found = gaming::prepaid(&early, &limits());
    assert_eq!((found.len(), found[0].limit), (1, yuan(3_000_000)));
    let within = [payment("1", "2018-03-01", "施工单位", 3_000_000, Some("2018-04-01"))];
    assert_eq!(gaming::prepaid(&within, &limits()), []);
    let over = [payment("1", "2018-05-01", "施工单位", 10_000_001, Some("2018-04-01"))];
    assert_eq!(gaming::prepaid(&over, &limits())[0].limit, yuan(10_000_000));
}
