//! Screening on both databases: what stops a batch before approval, what a run keeps, how a finding lives on when its facts
//! change, and that a rule without its list never says clean.

use crate::support::county::{self, BATCH_HEAD, allocate, batch_lines, put, settle};
use crate::support::db::ctx;
use crate::support::people::Payee;
use crate::support::{TestDb, on_both};
use chrono::NaiveDate;
use sunledger::app::payout::stage;
use sunledger::app::payout::strip::strip;
use sunledger::app::screening::gate::{Decision, decide};
use sunledger::app::screening::history;
use sunledger::app::screening::load::{Scope, facts, facts_by_two};
use sunledger::app::screening::trial::trial;
use sunledger::app::screening::{Screened, State, Wanted, run, suppress};
use sunledger::app::{AppError, Bureau};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

struct County {
    bureau: Bureau,
    people: Vec<Payee>,
    dir: tempfile::TempDir,
}

impl County {
    fn new(db: &TestDb) -> County {
        let people = settle(db, 3);
        allocate(db, 10_000, 1_000);
        County { bureau: db.bureau(), people, dir: tempfile::tempdir().unwrap() }
    }

    fn import(&mut self, kind: &str, text: &str) {
        let path = put(self.dir.path(), kind, text);
        let report = county::import(&mut self.bureau, "经办甲", kind, &path).unwrap();
        assert!(report.accepted(), "{report:?}");
    }

    /// A batch of some of the people, for March.
    fn batch(&mut self, code: &str, who: &[usize]) {
        let people: Vec<Payee> = who.iter().map(|at| self.people[*at].clone()).collect();
        self.import("batch", &format!("{BATCH_HEAD}{}", batch_lines(code, &people)));
    }

    fn approve(&mut self, code: &str) -> Result<(), AppError> {
        stage::approve(&mut self.bureau, &ctx("审批乙"), code, day(4, 3)).map(|_| ())
    }

    fn death(&mut self, who: usize, died: &str) {
        let id_no = self.people[who].1.clone();
        self.import("ref-deaths", &format!("身份证号,死亡日期\n{id_no},{died}\n"));
    }

    fn screen(&mut self, as_of: NaiveDate) -> Screened {
        run(&mut self.bureau, &ctx("筛查丁"), &Wanted { as_of, ..Wanted::default() }).unwrap()
    }
}

fn of<'s>(screened: &'s Screened, rule: &str) -> Vec<&'s sunledger::app::screening::Finding> {
    screened.findings.iter().filter(|finding| finding.rule.id == rule).collect()
}

#[test]
fn a_batch_that_pays_somebody_again_is_stopped_before_approval() {
    on_both(|db| {
        let mut c = County::new(db);
        c.batch("PC1", &[0, 1]);
        c.approve("PC1").unwrap();
        c.batch("PC2", &[1, 2]);
        let AppError::Refused(refusals) = c.approve("PC2").unwrap_err() else { panic!("not refused") };
        let blocks: Vec<&str> = refusals.iter().filter(|r| r.code == "screen_block").map(|r| r.message.as_str()).collect();
        assert_eq!(blocks.len(), 1, "only line 1 is somebody who is paid already: {blocks:?}");
        assert!(blocks[0].starts_with("批次 PC2 第 1 行禁付：M03 重复发放") && blocks[0].contains("批次 PC1，序号 2"), "{blocks:?}");
        assert!(!blocks[0].contains(&c.people[1].1), "ID numbers are masked");
        // made again without that line, it passes; the money is that of the lines that are left
        let maker = ctx("经办甲");
        let wrong = strip(&mut c.bureau, &maker, "PC2", &[1, 7], day(4, 3), "已在 PC1 领取").unwrap_err();
        assert_eq!(wrong.code(), Some("no_line"));
        let made = strip(&mut c.bureau, &maker, "PC2", &[1], day(4, 3), "已在 PC1 领取").unwrap().result;
        assert_eq!((made.batch.as_str(), made.lines, made.total, made.taken_out), ("PC2-T1", 1, 15_000, 1));
        assert!(strip(&mut c.bureau, &maker, "PC2", &[1], day(4, 3), "已在 PC1 领取").unwrap().repeated);
        c.approve("PC2-T1").unwrap();
        county::assert_holds(&mut c.bureau);
    });
}

#[test]
fn the_dead_are_not_paid_once_the_list_is_there() {
    on_both(|db| {
        let mut c = County::new(db);
        c.death(0, "2017-11-10");
        c.batch("PC1", &[0, 1]);
        let error = c.approve("PC1").unwrap_err();
        assert!(error.to_string().contains("P03") && error.to_string().contains("2017-11-10"), "{error}");
    });
}

#[test]
fn a_history_is_not_stopped_but_found_afterwards() {
    on_both(|db| {
        let mut c = County::new(db);
        c.death(0, "2017-11-10");
        c.batch("PC1", &[0, 1]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC1", day(4, 3)).unwrap();
        let screened = c.screen(day(4, 30));
        let found = of(&screened, "P03");
        assert_eq!((found.len(), found[0].payments.as_slice(), found[0].amount), (1, &["PC1+1".to_string()][..], 15_000));
    });
}

#[test]
fn a_finding_shows_the_file_and_row_that_each_fact_came_from() {
    on_both(|db| {
        let mut c = County::new(db);
        c.death(0, "2017-11-10");
        c.batch("PC1", &[0, 1]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC1", day(4, 3)).unwrap();
        let screened = c.screen(day(4, 30));
        let shown = history::show(&mut c.bureau, &of(&screened, "P03")[0].key[..8]).unwrap();
        let grounds = &shown.versions[0].grounds;
        let death = grounds.iter().find(|ground| ground.what == "死亡名单").unwrap();
        assert!(death.source.contains("ref-deaths") && death.source.ends_with("第 2 行"), "{}", death.source);
        assert!(death.says.contains("死亡日期 2017-11-10"), "{}", death.says);
        let (id_no, json) = (&c.people[0].1, serde_json::to_string(&shown).unwrap());
        assert!(!json.contains(id_no.as_str()) && !grounds.iter().any(|ground| ground.says.contains(id_no.as_str())), "masked");
        let evidence = &shown.versions[0].evidence;
        assert!(evidence.iter().any(|e| e["what"] == "死亡名单" && e["origin"]["row"] == 2), "{evidence:?}");
    });
}

#[test]
fn a_car_that_was_sold_to_a_stranger_is_no_longer_the_payees() {
    on_both(|db| {
        let mut c = County::new(db);
        let (one, other) = (c.people[0].1.clone(), c.people[1].1.clone());
        let car = |id_no: &str, plate: &str, day: &str| format!("{id_no},{plate},轿车,98000,{day}\n");
        // both had a car; the first sold it to somebody whom no register knows; many strangers have cars of their own
        let mut text = format!("身份证号,号牌,车型,购置价,登记日期\n{}", car(&one, "琼D示001", "2015-01-05"));
        text += &car(&other, "琼D示002", "2015-01-05");
        text += &car("469006196001010016", "琼D示001", "2017-06-01");
        text += &car("469006196001010016", "琼D示003", "2017-06-01");
        c.import("ref-vehicles", &text);
        c.batch("PC1", &[0, 1]);
        let AppError::Refused(refusals) = c.approve("PC1").unwrap_err() else { panic!("not refused") };
        let held: Vec<&str> = refusals.iter().filter(|r| r.message.contains("P06")).map(|r| r.message.as_str()).collect();
        assert!(held.len() == 1 && held[0].contains("琼D示002"), "{held:?}");
        let screened = c.screen(day(4, 30));
        let found = of(&screened, "P06");
        assert_eq!((found.len(), found[0].payments.as_slice()), (1, &["PC1+2".to_string()][..]));
    });
}

#[test]
fn a_rule_without_its_list_says_not_checked() {
    on_both(|db| {
        let mut c = County::new(db);
        let screened = c.screen(day(4, 30));
        let check = screened.checks.iter().find(|check| check.rule.id == "P03").unwrap();
        assert_eq!((check.state, check.why.as_str()), ("missing", "没有比对名单：死亡（ref-deaths）"));
        c.death(0, "2017-11-10"); // comes on 5 March, see NOW
        let fresh = c.screen(day(9, 21)); // 200 days later
        assert_eq!(fresh.checks.iter().find(|check| check.rule.id == "P03").unwrap().state, "checked");
        let stale = c.screen(day(9, 22));
        let check = stale.checks.iter().find(|check| check.rule.id == "P03").unwrap();
        assert_eq!((check.state, check.why.as_str()), ("stale", "比对名单过旧：死亡（最近 2018-03-05）"));
    });
}

#[test]
fn a_finding_keeps_its_number_and_is_never_dropped_in_silence() {
    on_both(|db| {
        let mut c = County::new(db);
        c.batch("PC1", &[0, 1]);
        c.approve("PC1").unwrap();
        c.batch("PC2", &[1]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC2", day(4, 3)).unwrap();
        let first = c.screen(day(4, 30));
        let key = of(&first, "M03")[0].key.clone();
        let again = c.screen(day(4, 30));
        assert!(again.kept.is_none() && again.note.is_some(), "nothing has changed: the last run's answer is given");
        assert_eq!((again.findings.len(), &of(&again, "M03")[0].evidence), (first.findings.len(), &of(&first, "M03")[0].evidence));
        let next = c.screen(day(5, 1));
        assert_eq!(of(&next, "M03")[0].key, key, "the same facts, the same finding");
        assert_eq!(next.kept.map(|next| (next.new, next.unchanged >= 1)), Some((0, true)));

        // a third payment of the same month: the same finding, changed
        c.batch("PC3", &[1]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC3", day(4, 3)).unwrap();
        let grown = c.screen(day(5, 2));
        let found = of(&grown, "M03");
        assert_eq!((found[0].key.as_str(), found[0].payments.len(), found[0].amount), (key.as_str(), 3, 30_000));
        assert_eq!(grown.kept.as_ref().map(|kept| (kept.new, kept.changed >= 1)), Some((0, true)));

        // set aside by two people until a day; then the doubles are cancelled and it is found no more
        assert_eq!(suppress(&mut c.bureau, &ctx("经办甲"), &key, day(6, 30), "核实中").unwrap_err().code(), Some("one_person"));
        suppress(&mut c.bureau, &ctx("经办甲").checked_by("主管丙"), &key[..8], day(6, 30), "核实中").unwrap();
        let aside = c.screen(day(5, 3));
        assert_eq!(of(&aside, "M03")[0].state, State::Suppressed(20180630));
        for code in ["PC2", "PC3"] {
            stage::cancel(&mut c.bureau, &ctx("经办甲"), code, day(5, 3)).unwrap();
        }
        let cleared = c.screen(day(5, 4));
        assert!(of(&cleared, "M03").is_empty());
        assert!(cleared.kept.unwrap().gone >= 1);
        let versions = "SELECT COUNT(*) FROM finding_version v JOIN finding f ON f.book = v.book AND f.id = v.finding WHERE v.book = $1 AND f.rule = 'M03'";
        assert_eq!(county::count(&mut c.bureau, versions), 3, "found, grown, gone");
    });
}

#[test]
fn a_look_back_answers_and_keeps_nothing() {
    on_both(|db| {
        let mut c = County::new(db);
        c.screen(day(5, 31));
        let back = c.screen(day(3, 31));
        assert!(back.kept.is_none() && back.note.is_some_and(|note| note.contains("2018-05-31")));
        assert_eq!(county::count(&mut c.bureau, "SELECT COUNT(*) FROM screen_run WHERE book = $1"), 1);
    });
}

#[test]
fn what_was_found_cannot_be_taken_away() {
    on_both(|db| {
        let mut c = County::new(db);
        c.batch("PC1", &[0]);
        c.approve("PC1").unwrap();
        c.batch("PC2", &[0]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC2", day(4, 3)).unwrap();
        c.screen(day(4, 30));
        drop(c);
        for table in ["screen_run", "screen_check", "finding", "finding_version"] {
            db.refuses(&format!("{table} deleted"), &format!("DELETE FROM {table} WHERE book = 1"), &["append-only"]);
        }
        db.refuses("finding changed", "UPDATE finding SET rule = 'P01' WHERE book = 1", &["append-only"]);
        db.refuses("version changed", "UPDATE finding_version SET present = 0 WHERE book = 1", &["append-only"]);
        let digest = db.blob(b"d");
        let own = format!(
            "INSERT INTO line_decision (book, id, batch, line, rule, digest, decision, reason, actor, date, at)
             VALUES (1, 99, 1, 1, 'P04', {digest}, 'pass', '自己核定', '经办甲', 20180403, 0)"
        );
        db.refuses("the maker decides", &own, &["duties"]);
    });
}

#[test]
fn a_hold_waits_for_another_persons_word_on_that_line() {
    on_both(|db| {
        let mut c = County::new(db);
        let cadre = c.people[0].1.clone();
        c.import("ref-cadres", &format!("身份证号,姓名,区划编码,职务,起始日期\n{cadre},示例1,469007100201,村主任,2017-01-01\n"));
        c.batch("PC1", &[0, 1]);
        let AppError::Refused(refusals) = c.approve("PC1").unwrap_err() else { panic!("not refused") };
        assert_eq!(refusals.iter().map(|r| r.code).collect::<Vec<_>>(), ["screen_hold"], "{refusals:?}");
        assert!(refusals[0].message.contains("第 1 行待核：P09") && refusals[0].mend.contains("⟦batch.decide⟧ PC1 ⟦line⟧ 1 ⟦rule⟧ P09"));
        let word = |line: &'static [i64], pass, reason| Decision { batch: "PC1", lines: line, rule: "P09", pass, reason, date: day(4, 3) };
        let by = |c: &mut County, actor: &str, asked: &Decision<'_>| decide(&mut c.bureau, &ctx(actor), asked).map_err(|e| e.code());
        assert_eq!(by(&mut c, "经办甲", &word(&[1], true, "核实")).unwrap_err(), Some("maker_is_checker"));
        assert_eq!(by(&mut c, "复核戊", &word(&[1], true, " ")).unwrap_err(), Some("no_reason"));
        assert_eq!(by(&mut c, "复核戊", &word(&[2], true, "核实")).unwrap_err(), Some("not_held"));
        by(&mut c, "复核戊", &word(&[1], false, "在任村干部，暂不发放")).unwrap();
        assert_eq!(c.approve("PC1").unwrap_err().code(), Some("screen_rejected"));
        by(&mut c, "复核戊", &word(&[1], true, "该政策面向全体村民，村委会证明已核")).unwrap();
        c.approve("PC1").unwrap();
    });
}

#[test]
fn a_trial_tells_what_would_change_and_keeps_nothing() {
    on_both(|db| {
        let mut c = County::new(db);
        c.death(0, "2017-11-10");
        c.batch("PC1", &[0, 1]);
        stage::approve_as_history(&mut c.bureau, &ctx("审批乙"), "PC1", day(4, 3)).unwrap();
        let lenient = [("screen.P03.grace_months".to_string(), "2".to_string())];
        let tried = trial(&mut c.bureau, day(4, 30), &lenient).unwrap();
        assert_eq!((tried.newly.len(), tried.cleared.iter().map(|f| f.rule.id).collect::<Vec<_>>()), (0, vec!["P03"]));
        let wrong = [("screen.P03.graze".to_string(), "2".to_string())];
        assert_eq!(trial(&mut c.bureau, day(4, 30), &wrong).unwrap_err().code(), Some("screen_param"));
        assert_eq!(county::count(&mut c.bureau, "SELECT COUNT(*) FROM screen_run WHERE book = $1"), 0);
    });
}

/// Two readers and one read the same; and what is read for the only batch there is, is what the whole book has.
#[test]
fn facts_do_not_depend_on_how_they_are_read() {
    on_both(|db| {
        let mut c = County::new(db);
        c.death(0, "2017-11-10");
        c.batch("PC1", &[0, 1, 2]);
        let told = |facts: sunledger::domain::screening::Facts| format!("{facts:?}");
        let one = c.bureau.read(|tx, book| facts(tx, book, day(4, 30), Scope::Book)).unwrap();
        let lines =
            |facts: &sunledger::domain::screening::Facts| facts.payments.iter().map(|p| (p.line, p.row, p.amount)).collect::<Vec<_>>();
        let (payments, deaths) = (lines(&one), format!("{:?}", one.lists.deaths.rows));
        let two = c.bureau.read_by_two(|tx, second, book| {
            assert!(second.is_some(), "nobody writes");
            facts_by_two(tx, second, book, day(4, 30), Scope::Book)
        });
        assert_eq!(told(one), told(two.unwrap()));
        let batch = c.bureau.read(|tx, book| facts(tx, book, day(4, 30), Scope::Batch(1))).unwrap();
        assert_eq!((batch.focus, batch.payments.len()), (Some(0), 3));
        assert_eq!((lines(&batch), format!("{:?}", batch.lists.deaths.rows)), (payments, deaths));
    });
}
