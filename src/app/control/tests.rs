//! Runs on a small book, with figures computed by hand (万元): 东河镇 (U1) is ahead, 交通局 (U2) behind.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::{checks, gaming, interview, permit, reclaim, run, show};
use crate::app::known_at::KnownAt;
use crate::app::sample::{ROADS, Sample, day, wan};
use crate::app::verify::verify;
use crate::app::{AppError, Context, brief, progress, setting};
use crate::domain::calendar::Month;
use crate::domain::control::{Decision, Rung, SubjectKind};
use crate::domain::money::Fen;
use crate::domain::progress::GroupBy;

fn month(number: u32) -> Month {
    Month::new(2018, number).unwrap()
}

/// Somebody at nine on a day, reviewed by somebody else.
fn on(actor: &str, date: i64) -> Context {
    Context { actor: actor.into(), ..Sample::context(date) }
}

fn set(s: &mut Sample, name: &str, value: &str, recorded: i64) {
    let ctx = on("王主管", recorded);
    s.bureau.write(|tx, book| setting::change(tx, book, &ctx, name, 20180102, value)).unwrap();
}

fn run_at(s: &mut Sample, number: u32, date: i64) -> run::Ran {
    run::run(&mut s.bureau, &on("张会计", date), month(number)).unwrap()
}

fn of<'d>(decisions: &'d [Decision], key: &str) -> &'d Decision {
    decisions.iter().find(|decision| decision.key == key).unwrap()
}

fn sound(s: &mut Sample) -> Vec<String> {
    let report = verify(&mut s.bureau, &mut |_| {}).unwrap();
    report.problems.into_iter().filter(|problem| problem.code == "control_run").map(|problem| problem.message).collect()
}

#[test]
fn a_month_is_decided_with_its_figures_and_known_at() {
    let mut s = Sample::year();
    let ran = run_at(&mut s, 8, 20180905);
    let (town, roads) = (of(&ran.decisions, "U1"), of(&ran.decisions, "U2"));
    // 280 of 400 are 70%, due 0.95 × 243/365 = 63.25%
    assert_eq!((town.rung, town.available, town.spent), (Rung::None, wan(400), wan(280)));
    // 140 of 500 are 28%: 35.25 points behind. At 10 points or more since June (28% against 47.11%); May had 30% against 39.30%
    assert_eq!((roads.rung, roads.available, roads.spent, roads.behind_months), (Rung::Interview, wan(500), wan(140), 6));
    assert_eq!(roads.gap.unwrap().round_dp(2).to_string(), "-35.25");
    // the county's own fund B, 200 unallocated since February
    assert_eq!(of(&ran.decisions, "B号").rung, Rung::Interview);
    assert_eq!((ran.run.version, ran.run.seq), (1, s.head()));
    // the ladder and the published table say the same of every unit
    let published =
        progress::progress(&mut s.bureau, &progress::Query { as_of: day(20180831), known_at: None, by: GroupBy::Unit }).unwrap();
    for row in published.rows.iter().filter(|row| !row.key.is_empty()) {
        let judged = of(&ran.decisions, &row.key);
        assert_eq!((judged.available, judged.spent, judged.rank), (row.available, row.spent, row.rank), "{}", row.name);
        assert_eq!(judged.gap.unwrap().round_dp(8), row.gap_pp.unwrap().round_dp(8));
    }
    assert_eq!(ran.interviews.len(), 3, "U2, and the two funds");
    assert_eq!(sound(&mut s), Vec::<String>::new());
}

#[test]
fn the_same_month_again_gives_the_same_answer_and_corrections_a_new_version() {
    let mut s = Sample::year();
    let first = run_at(&mut s, 8, 20180905);
    let again = run_at(&mut s, 8, 20180906);
    assert!(again.repeated && again.run == first.run && again.decisions == first.decisions);
    // a payment of August recorded in September: 200 more, 340 of 500
    s.post_at(20180820, 20180910, "pay", "", ROADS, ROADS, wan(200));
    let second = run_at(&mut s, 8, 20180911);
    assert_eq!((second.run.version, second.repeated), (2, false));
    let changed = second.run.changes.join("\n");
    assert!(changed.contains("单位 交通局：已支出 1,400,000.00 → 3,400,000.00"), "{changed}");
    assert!(changed.contains("等次 约谈 → 正常"), "{changed}");
    assert!(!changed.contains("东河镇"), "{changed}");
    let shown = show::show(&mut s.bureau, Some(month(8)), Some(1)).unwrap();
    assert_eq!((of(&shown.decisions, "U2").spent, shown.versions), (wan(140), 2), "the first version stands");
    assert_eq!(sound(&mut s), Vec::<String>::new(), "both follow from what was known then");
}

#[test]
fn a_month_that_is_not_over_is_not_judged() {
    let mut s = Sample::year();
    let early = run::run(&mut s.bureau, &on("张会计", 20180830), month(8));
    assert_eq!(early.unwrap_err().code(), Some("month_not_over"));
}

#[test]
fn what_stops_money_needs_a_second_person_and_is_lifted_when_caught_up() {
    let mut s = Sample::year();
    set(&mut s, "control.hold.months", "3", 20180901);
    let alone = Context { checker: String::new(), ..on("张会计", 20180905) };
    assert_eq!(run::run(&mut s.bureau, &alone, month(8)).unwrap_err().code(), Some("maker_is_checker"));
    let own = Context { checker: "张会计".into(), ..on("张会计", 20180905) };
    assert_eq!(run::run(&mut s.bureau, &own, month(8)).unwrap_err().code(), Some("maker_is_checker"));
    assert_eq!(of(&run_at(&mut s, 8, 20180905).decisions, "U2").rung, Rung::Hold);
    // 25 more in September: 165 of 500 are 33% against 71.05%: still held; in October 260 more, 425 of 500 are 85%
    s.post(20180920, "pay", "", ROADS, ROADS, wan(25));
    let september = run_at(&mut s, 9, 20181005);
    assert_eq!((of(&september.decisions, "U2").rung, of(&september.decisions, "U2").before), (Rung::Hold, Rung::Hold));
    s.post(20181010, "pay", "", ROADS, ROADS, wan(210));
    s.post(20181010, "onward", "", ROADS, ROADS, wan(50));
    let october = run_at(&mut s, 10, 20181105);
    let roads = of(&october.decisions, "U2");
    // due 0.95 × 304/365 = 79.12%
    assert_eq!((roads.rung, roads.before, roads.lifted, roads.spent), (Rung::None, Rung::Hold, true, wan(425)));
    assert_eq!(sound(&mut s), Vec::<String>::new());
}

#[test]
fn a_policy_of_today_never_rewrites_what_was_said_before() {
    let mut s = Sample::year();
    let before = run_at(&mut s, 8, 20180905);
    let query = |known_at| progress::Query { as_of: day(20180831), known_at, by: GroupBy::Unit };
    let first = progress::progress(&mut s.bureau, &query(None)).unwrap();
    let head = s.head();
    set(&mut s, "progress.target.level.中央", "0.80", 20180910);
    set(&mut s, "control.hold.months", "3", 20180910);
    let now = progress::progress(&mut s.bureau, &query(None)).unwrap();
    assert_eq!((first.rows[0].target.to_string(), now.rows[0].target.to_string()), ("0.95".into(), "0.80".into()));
    for known_at in [KnownAt::Time(before.run.at), KnownAt::Seq(head)] {
        let then = progress::progress(&mut s.bureau, &query(Some(known_at))).unwrap();
        assert_eq!((&then.rows, &then.total, &then.policy), (&first.rows, &first.total, &first.policy));
    }
    let month_brief = brief::Query { month: month(8), known_at: None, issued_on: None, doc_number: None };
    let today = brief::gather(&mut s.bureau, &month_brief).unwrap();
    let then = brief::gather(&mut s.bureau, &brief::Query { known_at: Some(KnownAt::Time(before.run.at)), ..month_brief }).unwrap();
    let named: Vec<_> = first.rows.into_iter().filter(|row| !row.key.is_empty()).collect();
    assert_eq!((then.by_unit.rows, then.policy.has_overrides()), (named, false));
    assert!(today.policy.has_overrides());
    assert_eq!(sound(&mut s), Vec::<String>::new(), "the run is checked against the policy of its day");
    let rerun = run_at(&mut s, 8, 20180911);
    assert!(rerun.run.changes.iter().any(|line| line.contains("约谈 → 暂停新增分配")), "{:?}", rerun.run.changes);
}

#[test]
fn targets_of_a_level_weigh_in_every_grouping() {
    let mut s = Sample::year();
    set(&mut s, "progress.target.level.中央", "0.90", 20180901);
    let ask =
        |s: &mut Sample, by| progress::progress(&mut s.bureau, &progress::Query { as_of: day(20181231), known_at: None, by }).unwrap();
    let levels = ask(&mut s, GroupBy::Level);
    let target = |key: &str| levels.rows.iter().find(|row| row.key == key).unwrap().target.round_dp(4).to_string();
    assert_eq!((target("中央"), target("县")), ("0.90".into(), "0.95".into()));
    // 1,000 towards 90% and 200 towards 95%: 90.83% of 1,200
    assert_eq!(levels.total.schedule.round_dp(4).to_string(), "0.9083");
    for by in [GroupBy::Unit, GroupBy::Month] {
        assert_eq!(ask(&mut s, by).total.schedule.round_dp(4), levels.total.schedule.round_dp(4), "{by:?}");
    }
}

#[test]
fn interviews_are_written_down_by_one_and_closed_by_another() {
    let mut s = Sample::year();
    let ran = run_at(&mut s, 8, 20180905);
    let id = ran.interviews[0];
    let open = interview::list(&mut s.bureau).unwrap();
    assert_eq!((open[0].subject.as_str(), open[0].due, open[0].state(day(20180915))), ("U2", day(20180915), "待约谈"));
    assert_eq!(open[0].state(day(20180916)), "逾期未约谈");
    let close = |s: &mut Sample, who: &str| interview::close(&mut s.bureau, &on(who, 20181001), id, day(20181001), "已整改");
    assert_eq!(close(&mut s, "李复核").unwrap_err().code(), Some("not_held"));
    let held = interview::Record {
        date: day(20180910),
        who: "局长示某".into(),
        attendees: "财政局".into(),
        commitments: "九月底前支付工程款".into(),
        deadline: day(20180930),
    };
    let wordless = interview::Record { commitments: " ".into(), ..held.clone() };
    assert_eq!(interview::record(&mut s.bureau, &on("甲", 20180910), id, &wordless).unwrap_err().code(), Some("interview_words"));
    assert!(!interview::record(&mut s.bureau, &on("甲", 20180910), id, &held).unwrap().repeated);
    assert!(interview::record(&mut s.bureau, &on("甲", 20180910), id, &held).unwrap().repeated);
    let other = interview::Record { commitments: "改写".into(), ..held };
    assert_eq!(interview::record(&mut s.bureau, &on("甲", 20180911), id, &other).unwrap_err().code(), Some("key_reused"));
    assert_eq!(close(&mut s, "甲").unwrap_err().code(), Some("maker_is_checker"));
    close(&mut s, "乙").unwrap();
    let closed = interview::list(&mut s.bureau).unwrap();
    assert_eq!((closed[0].state(day(20181002)), closed[0].now), ("已销号", Rung::Interview));
    // still behind: the next run opens another for U2, but none where one is open
    let next = run_at(&mut s, 9, 20181005);
    assert_eq!(next.interviews.len(), 1);
}

/// U2 stands on 收回 at the end of October.
fn given_back(s: &mut Sample) -> run::Ran {
    set(s, "control.reclaim.months", "3", 20180901);
    set(s, "control.hold.months", "3", 20180901);
    run_at(s, 10, 20181105)
}

#[test]
fn what_the_ladder_proposes_is_taken_back_by_two_people_once() {
    let mut s = Sample::year();
    let ran = given_back(&mut s);
    assert_eq!(of(&ran.decisions, "U2").rung, Rung::Reclaim);
    // short of schedule: 0.95 × 304/365 × 500 − 140 = 255.62; allocated and unpaid since 10 May: 235
    let listed = reclaim::proposals(&mut s.bureau).unwrap();
    let roads: Vec<_> = listed.iter().filter(|one| one.kind == SubjectKind::Unit).collect();
    assert_eq!((roads.len(), roads[0].proposal.amount, roads[0].proposal.project.as_str()), (1, wan(235), "J1"));
    let take =
        |s: &mut Sample, ctx: &Context| reclaim::reclaim(&mut s.bureau, ctx, SubjectKind::Unit, "U2", "东财收〔2018〕1号", day(20181110));
    let alone = Context { checker: String::new(), ..on("张会计", 20181110) };
    assert_eq!(take(&mut s, &alone).unwrap_err().code(), Some("maker_is_checker"));
    let done = take(&mut s, &on("张会计", 20181110)).unwrap().result;
    assert_eq!((done.total, done.lines, done.vouchers.len()), (wan(235).get(), 1, 1));
    assert!(take(&mut s, &on("张会计", 20181110)).unwrap().repeated);
    let again = reclaim::reclaim(&mut s.bureau, &on("张会计", 20181111), SubjectKind::Unit, "U2", "东财收〔2018〕2号", day(20181111));
    assert_eq!(again.unwrap_err().code(), Some("no_proposal"));
    let town = reclaim::reclaim(&mut s.bureau, &on("张会计", 20181111), SubjectKind::Unit, "U1", "东财收〔2018〕3号", day(20181111));
    assert_eq!(town.unwrap_err().code(), Some("no_proposal"));
    let rows =
        progress::progress(&mut s.bureau, &progress::Query { as_of: day(20181130), known_at: None, by: GroupBy::Unit }).unwrap().rows;
    let roads = rows.iter().find(|row| row.key == "U2").unwrap();
    assert_eq!((roads.allocated, roads.available), (Fen::ZERO, wan(265)));
    assert_eq!(sound(&mut s), Vec::<String>::new());
}

#[test]
fn what_was_paid_since_is_not_taken_back() {
    let mut s = Sample::year();
    given_back(&mut s);
    s.post(20181106, "pay", "", ROADS, ROADS, wan(1));
    let late = reclaim::reclaim(&mut s.bureau, &on("张会计", 20181110), SubjectKind::Unit, "U2", "东财收〔2018〕1号", day(20181110));
    assert!(late.unwrap_err().to_string().contains("重新 ⟦control.run⟧"));
}

#[test]
fn leave_is_asked_for_by_one_and_granted_by_a_leader() {
    let mut s = Sample::year();
    let ask = |s: &mut Sample, subject: &str, document: &str| {
        let ask = permit::Ask {
            kind: SubjectKind::Unit,
            subject: subject.into(),
            amount: wan(10),
            from: day(20181106),
            to: day(20181130),
            reason: "水毁道路抢修".into(),
            document: document.into(),
        };
        permit::ask(&mut s.bureau, &on("张会计", 20181106), &ask)
    };
    assert_eq!(ask(&mut s, "U2", "请示1").unwrap_err().code(), Some("not_held"));
    given_back(&mut s);
    assert_eq!(ask(&mut s, "U1", "请示1").unwrap_err().code(), Some("not_held"));
    assert_eq!(ask(&mut s, "U2", " ").unwrap_err().code(), Some("override_words"));
    let id = ask(&mut s, "U2", "请示1").unwrap().result.id;
    let rule = |s: &mut Sample, who: &str| permit::rule(&mut s.bureau, &on(who, 20181107), id, true, "同意");
    assert_eq!(rule(&mut s, "陈市长").unwrap_err().code(), Some("not_leader"), "nobody is of the leading role yet");
    set(&mut s, "control.leaders", "陈市长、张会计", 20181106);
    assert_eq!(rule(&mut s, "张会计").unwrap_err().code(), Some("maker_is_checker"));
    assert_eq!(permit::list(&mut s.bureau).unwrap()[0].state(day(20181107)), "待批准");
    rule(&mut s, "陈市长").unwrap();
    let list = permit::list(&mut s.bureau).unwrap();
    assert_eq!((list[0].state(day(20181107)), list[0].state(day(20181201)), list[0].used), ("有效", "已过期", Fen::ZERO));
    assert_eq!((list[0].asked_by.as_str(), list[0].ruled_by.as_str(), list[0].note.as_str()), ("张会计", "陈市长", "同意"));
}

#[test]
fn the_bulletin_names_those_on_the_ladder() {
    let mut s = Sample::year();
    let query = brief::Query { month: month(8), known_at: None, issued_on: None, doc_number: None };
    assert_eq!(brief::gather(&mut s.bureau, &query).unwrap().ladder, None);
    run_at(&mut s, 8, 20180905);
    let input = brief::gather(&mut s.bureau, &query).unwrap();
    let paper = crate::domain::brief::Brief::compose(&input).unwrap();
    let text = format!("{:?}", paper.document.blocks);
    assert!(text.contains("按支出进度考核，本月约谈3个"), "{text}");
    assert!(paper.tables.iter().any(|table| table.name == "brief_interview" && table.rows.len() == 3));
}

#[test]
fn checks_and_leads_come_from_the_same_books() {
    let mut s = Sample::year();
    // B: 200 received on 5 February (registered 1 January) and never allocated; the county's own has sixty days
    let found = checks::checks(&mut s.bureau, day(20180301)).unwrap();
    assert_eq!(found.late.iter().map(|late| late.fund.as_str()).collect::<Vec<_>>(), ["A号"], "thirty days for 100 of A");
    assert_eq!((found.late[0].late, found.late[0].days_late), (wan(100), 29)); // the last day was 31 January
    let later = checks::checks(&mut s.bureau, day(20180303)).unwrap();
    assert_eq!(later.late.len(), 2, "2 March was the sixtieth day of B");
    assert_eq!(later.year_rule.state, "无上年数");
    assert_eq!(later.inspections.len(), 5);
    let idle = checks::checks(&mut s.bureau, day(20181231)).unwrap();
    // J1: nothing paid of 235 since 10 May, 235 days
    assert_eq!((idle.untouched.len(), idle.untouched[0].amount, idle.untouched[0].days), (1, wan(235), 235));
    // 780 of 1,200 left at the year's end, 65% against 8%
    assert_eq!((idle.idle_by_age[0].unspent, idle.idle_by_age[0].over), (wan(780), Some(true)));
    let leads = gaming::gaming(&mut s.bureau, 2018, day(20190331)).unwrap();
    assert_eq!(leads.weeks.iter().map(|week| week.paid.get()).sum::<i64>(), wan(420).get());
    assert_eq!((leads.moved.len(), leads.moved[0].left), (1, wan(100)));
    let money = leads.weeks.iter().find(|week| week.from == day(20180305)).unwrap();
    assert_eq!((money.paid, money.vouchers.len()), (wan(280), 1));
    assert!(matches!(gaming::gaming(&mut s.bureau, 2019, day(20181231)), Err(AppError::Refused(_))));
}

#[test]
fn inspections_are_read_out_of_their_plans() {
    let mut s = Sample::year();
    let plans =
        [(1, "JC2018-1", "quarterly", 2018, "1"), (2, "JC2018-N", "annual", 2018, "NULL"), (3, "JC2018-X", "targeted", 2018, "NULL")];
    for (id, code, kind, year, quarter) in plans {
        let plan = format!(
            "INSERT INTO inspection_plan (book, id, code, title, kind, year, quarter, population, period_first, period_last, method,
               confidence, tolerable, expected, due, reason, maker, at)
             VALUES (1, {id}, '{code}', '检查', '{kind}', {year}, {quarter}, 'payments', 20180101, 20180331, 'random', 9500, 500, 0,
               20180331, '', '甲', 0)"
        );
        s.bureau.store.batch(&plan).unwrap();
    }
    let steps = ["drafted", "drawn", "in_field", "evaluated", "reported", "closed"];
    let mut event = |plan: i64, seq: usize, date: i64| {
        let (state, actor) = (steps[seq - 1], if seq == 6 { "乙" } else { "甲" });
        let event = format!(
            "INSERT INTO inspection_event (book, plan, seq, state, date, actor, note, at) VALUES (1, {plan}, {seq}, '{state}', {date}, '{actor}', '', 0)"
        );
        s.bureau.store.batch(&event).unwrap();
    };
    (1..=6).for_each(|seq| event(1, seq, 20180324 + seq as i64));
    (1..=2).for_each(|seq| event(2, seq, 20180601));
    let found = checks::checks(&mut s.bureau, day(20180701)).unwrap().inspections;
    let states: Vec<(&str, &str)> = found.iter().map(|one| (one.plan.as_str(), one.state)).collect();
    let expected = [("JC2018-1", "按期完成"), ("", "逾期未安排"), ("", "未到期"), ("", "未到期"), ("JC2018-N", "已安排")];
    assert_eq!(states, expected);
}

#[test]
fn a_book_without_money_is_judged_and_sound() {
    let mut s = Sample::empty();
    let ran = run_at(&mut s, 3, 20180405);
    assert_eq!((ran.decisions.len(), ran.run.seq, ran.run.version), (0, 0, 1));
    assert!(run_at(&mut s, 3, 20180406).repeated);
    assert_eq!(sound(&mut s), Vec::<String>::new());
}
