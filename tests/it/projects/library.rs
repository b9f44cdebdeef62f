//! The way into the library: order, hands, dates, notice days counted by hand, files that agree or contradict, results.

use super::support::{CODE, HEAD, Library, ctx, row};
use crate::support::on_both;
use crate::way::day;
use sunledger::app::notices::proof::Proof;
use sunledger::app::notices::publish::Which;
use sunledger::app::notices::write::Of;
use sunledger::app::projects::{goals, list, recorded, show, standing};
use sunledger::domain::money::Quantity;
use sunledger::domain::notices::Kind;
use sunledger::domain::projects::{Act, State, Step};

#[test]
fn steps_go_in_order_through_different_hands() {
    on_both(|db| {
        let mut library = Library::new(db);
        assert_eq!(library.code_of("镇示", Act::File(Step::Township), "2018-01-03"), "project_order");
        library.act("村示", Act::File(Step::Village), "2018-01-02").unwrap();
        let same = library.act("村示", Act::File(Step::Township), "2018-01-03").unwrap_err();
        assert_eq!(same.code(), Some("maker_is_checker"), "{same}");
        assert_eq!(library.code_of("镇示", Act::File(Step::Township), "2018-01-01"), "date_order");
        assert_eq!(library.code_of("村乙", Act::File(Step::Village), "2018-01-09"), "project_order", "each step once");
        // the same request again has the effect of once
        library.act("村示", Act::File(Step::Village), "2018-01-02").unwrap();
        library.act("镇示", Act::File(Step::Township), "2018-01-03").unwrap();
        // sent back to the village: both steps are done again, later
        assert_eq!(library.code_of("镇示", Act::Return(Step::Village), "2018-01-04"), "maker_is_checker");
        let back = library.act("县示", Act::Return(Step::Village), "2018-01-04").unwrap();
        assert_eq!((back.steps, back.state.as_str()), (0, "储备"));
        assert_eq!(library.code_of("村示", Act::File(Step::Village), "2018-01-03"), "date_order");
        library.act("村示", Act::File(Step::Village), "2018-01-05").unwrap();
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-02-01"), "project_order");
        let shown = library.bureau.read(|tx, book| show::show(tx, book, CODE, day("2018-02-01"))).unwrap();
        let void: Vec<&str> = shown.history.iter().filter(|h| h.void).map(|h| h.act.as_str()).collect();
        assert_eq!(void, ["村级申报", "乡镇初审"]);
        assert_eq!(shown.history.len(), 4, "nothing is lost");
    });
}

#[test]
fn entry_waits_for_ten_days_of_notice() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.file_all();
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-02-01"), "not_noticed");
        let entry = || Which::Project(CODE.into(), Kind::Entry);
        assert_eq!(library.publish(entry(), "2018-01-06", "2018-01-15").unwrap_err().code(), Some("no_notice"));
        let written = library.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap();
        assert_eq!((written[0].from, written[0].to), (day("2018-01-06"), day("2018-01-15")), "ten days by default");
        let again = library.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap();
        assert!(again[0].repeated && again[0].id == written[0].id);
        assert_eq!(library.publish(entry(), "2018-01-05", "2018-01-15").unwrap_err().code(), Some("date_order"), "before it was written");
        // nine days are too few, the tenth is the 15th, and on the 15th it still hangs
        assert_eq!(library.publish(entry(), "2018-01-06", "2018-01-14").unwrap().days, 9);
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-02-01"), "not_noticed");
        assert_eq!(library.publish(entry(), "2018-01-06", "2018-01-15").unwrap().days, 10);
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-01-15"), "not_noticed");
        assert_eq!(library.code_of("省示", Act::Admit, "2018-01-16"), "maker_is_checker", "not by who filed it");
        assert_eq!(library.act("库管示", Act::Admit, "2018-01-16").unwrap().state, "在库");
        let on = |library: &mut Library, date: &str| library.bureau.read(|tx, book| standing(tx, book, CODE, day(date))).unwrap().unwrap();
        assert_eq!(on(&mut library, "2018-01-15").state, State::Reserve);
        let inside = on(&mut library, "2018-01-16");
        assert_eq!((inside.state, inside.missing, inside.veto), (State::Library, vec![], None));
        assert_eq!(on(&mut library, "2018-01-03").missing, [Step::County, Step::Province]);
    });
}

/// Others read the register's rows: they get what was recorded here in the same words and days.
#[test]
fn the_register_with_what_was_recorded() {
    on_both(|db| {
        let mut library = Library::new(db);
        let on = |library: &mut Library, date: &str| {
            library.bureau.read(|tx, book| recorded::recorded(tx, book, day(date))).unwrap().remove(CODE)
        };
        assert_eq!(on(&mut library, "2018-12-31"), None, "nothing recorded, nothing to say; nor of XM01");
        library.admit();
        library.act("施工示", Act::Start, "2018-02-01").unwrap();
        let row = on(&mut library, "2018-01-31").unwrap();
        assert_eq!((row.status.as_str(), row.started), ("在库", 0));
        assert_eq!(row.filed, [20_180_102, 20_180_103, 20_180_104, 20_180_105]);
        assert_eq!((row.notice_from, row.notice_to, row.goal.as_str()), (20_180_106, 20_180_115, "受益稳定"));
        assert_eq!(on(&mut library, "2018-01-03").unwrap().filed, [20_180_102, 20_180_103, 0, 0]);
        library.act("施工示", Act::Finish, "2018-03-01").unwrap();
        library.write(Of::Project(CODE, Kind::Completion), "2018-03-05").unwrap();
        library.publish(Which::Project(CODE.into(), Kind::Completion), "2018-03-05", "2018-03-14").unwrap();
        let row = on(&mut library, "2018-12-31").unwrap();
        assert_eq!((row.status.as_str(), row.finished, row.completion_notice), ("竣工", 20_180_301, 20_180_305));
    });
}

/// 东发〔2018〕14号 L186 orders notice level by level; a bureau that asks for it gets all three boards checked.
#[test]
fn level_by_level_where_the_setting_asks_for_it() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.file_all();
        library.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap();
        let entry = || Which::Project(CODE.into(), Kind::Entry);
        library.publish_at("村", entry(), "2018-01-06", "2018-01-15").unwrap();
        library.publish_at("乡", entry(), "2018-01-06", "2018-01-14").unwrap();
        library
            .bureau
            .write(|tx, book| sunledger::app::setting::change(tx, book, &ctx("主管示"), "notice.entry_levels", 20_180_110, "1"))
            .unwrap();
        let refused = library.act("库管示", Act::Admit, "2018-01-20").unwrap_err().to_string();
        assert!(
            !refused.contains("村级") && refused.contains("乡级公示 2018-01-06 至 2018-01-14 共 9 天") && refused.contains("县级没有公示"),
            "{refused}"
        );
        library.publish_at("乡", entry(), "2018-01-06", "2018-01-15").unwrap();
        library.publish_at("县", entry(), "2018-01-07", "2018-01-16").unwrap();
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-01-16"), "not_noticed");
        library.act("库管示", Act::Admit, "2018-01-17").unwrap();
    });
}

#[test]
fn a_file_may_repeat_and_add_but_not_contradict() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.file_all();
        let with = |dates: &str, status: &str| format!("{HEAD}{}", row(CODE, dates, status));
        let told = library.refused("projects", &with("2018-01-02,2018-01-03,2018-01-09,2018-01-10,,,,,", "储备"));
        assert!(told.contains("市县审定日期|市县审定已于 2018-01-04 由 县示 在系统中办理"), "{told}");
        let told = library.refused("projects", &with("2018-01-02,2018-01-03,2018-01-04,2018-01-05,,,,,", "在库"));
        assert!(told.contains("⟦project.admit⟧ XM02"), "{told}");
        assert_eq!(library.refused("projects", &with("2018-01-02,,2018-01-04,2018-01-05,,,,,", "储备")), "", "a blank is no contradiction");
        library.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap();
        library.publish(Which::Project(CODE.into(), Kind::Entry), "2018-01-06", "2018-01-15").unwrap();
        library.act("库管示", Act::Admit, "2018-01-16").unwrap();
        let told = library.refused("projects", &with("2018-01-02,,,,,,,,", "储备"));
        assert!(told.contains("系统中已办理到“在库”"), "{told}");
        assert_eq!(library.refused("projects", &with("2018-01-02,,,,,,2018-03-01,,", "实施")), "", "the file is ahead");
        assert_eq!(library.act("施工示", Act::Finish, "2018-06-30").unwrap().state, "竣工");
        let told = library.refused("projects", &with(",,,,,,2018-03-01,2018-07-01,", "竣工"));
        assert!(told.contains("竣工已于 2018-06-30"), "{told}");
    });
}

#[test]
fn steps_of_the_file_count_and_the_rest_is_recorded() {
    on_both(|db| {
        let mut library = Library::new(db);
        let two = format!("{HEAD}{}", row("XM03", "2018-01-02,2018-01-03,,,2018-01-06,2018-01-15,,,", "储备"));
        assert_eq!(library.refused("projects", &two), "");
        assert_eq!(library.act_on("XM03", "财政", Act::File(Step::County), "2018-01-04").unwrap_err().code(), Some("maker_is_checker"));
        library.act_on("XM03", "县示", Act::File(Step::County), "2018-01-04").unwrap();
        assert_eq!(library.act_on("XM03", "省示", Act::File(Step::Province), "2018-01-05").unwrap().steps, 4);
        assert_eq!(library.act_on("XM03", "库管示", Act::Admit, "2018-01-16").unwrap().state, "在库", "the file's notice counts");
    });
}

#[test]
fn finished_projects_owe_a_notice_and_results() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.admit();
        library.act("施工示", Act::Start, "2018-02-01").unwrap();
        library.act("施工示", Act::Finish, "2018-03-31").unwrap();
        let line = |library: &mut Library, date: &str| {
            let lines = library.bureau.read(|tx, book| list::list(tx, book, day(date), None, false)).unwrap();
            lines.into_iter().find(|line| line.code == CODE).unwrap()
        };
        // due thirty days after 31 March: on 30 April it is not late, on 1 May by one day; results after 180 days, 27 September
        assert_eq!(line(&mut library, "2018-04-30").overdue, Vec::<String>::new());
        assert_eq!(line(&mut library, "2018-05-01").overdue, ["竣工公告逾期 1 天"]);
        assert_eq!(line(&mut library, "2018-09-28").overdue, ["竣工公告逾期 151 天", "竣工 181 天没有绩效结果"]);
        library.write(Of::Project(CODE, Kind::Completion), "2018-05-02").unwrap();
        library.publish(Which::Project(CODE.into(), Kind::Completion), "2018-05-02", "2018-05-11").unwrap();
        assert_eq!(line(&mut library, "2018-09-27").overdue, Vec::<String>::new());

        let goal = |indicator: &str, target: &str, at_most| goals::NewGoal {
            code: CODE.into(),
            indicator: indicator.into(),
            at_most,
            target: Quantity::parse(target).unwrap(),
            measure: "户".into(),
            doc_no: String::new(),
            date: day("2018-01-20"),
        };
        let missing = goals::Wanted { code: None, missing: true };
        let count = |library: &mut Library| library.bureau.read(|tx, book| goals::compare(tx, book, missing)).unwrap().len();
        assert_eq!(count(&mut library), 1, "finished, and nothing measured");
        goals::set(&mut library.bureau, &ctx("绩效示"), &goal("受益户数", "40", false)).unwrap();
        goals::set(&mut library.bureau, &ctx("绩效示"), &goal("超支户数", "2", true)).unwrap();
        goals::set(&mut library.bureau, &ctx("绩效示"), &goal("受益户数", "50", false)).unwrap();
        let photo = library.photo();
        let mut result = goals::NewResult {
            code: CODE.into(),
            indicator: "受益户数".into(),
            value: Quantity::parse("47").unwrap(),
            date: day("2018-05-10"),
            remark: String::new(),
            proof: Some(Proof::of(&photo).unwrap()),
        };
        goals::measure(&mut library.bureau, &ctx("核实示"), &result).unwrap();
        result.indicator = "没有的指标".into();
        assert_eq!(goals::measure(&mut library.bureau, &ctx("核实示"), &result).unwrap_err().code(), Some("no_goal"));
        let score = |library: &mut Library, points: &str| {
            goals::score(&mut library.bureau, &ctx("绩效示"), CODE, Quantity::parse(points).unwrap(), day("2018-05-20"), "")
        };
        assert_eq!(score(&mut library, "100.5").unwrap_err().code(), Some("score"));
        score(&mut library, "92.5").unwrap();
        let rows = library.bureau.read(|tx, book| goals::compare(tx, book, goals::Wanted { code: Some(CODE), missing: false })).unwrap();
        // 47 of 50 is 94%, not reached; the other indicator has no result yet
        assert_eq!(rows[0].achieved.map(|share| share.to_string()), Some("0.94".into()));
        assert_eq!(rows.iter().map(|row| row.reached).collect::<Vec<_>>(), [Some(false), None]);
        assert_eq!((rows[0].proof.as_str(), rows[0].score), ("照片.jpg", Some(Quantity::parse("92.5").unwrap())));
        assert_eq!(count(&mut library), 0);
    });
}
