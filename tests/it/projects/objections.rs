//! Objections: their stages and hands, what they stop, how long they may take, and that who complained is not shown.

use super::support::{CODE, HEAD, Library, ctx, row};
use crate::support::{county, on_both};
use crate::way::day;
use sunledger::app::objections::{self, NewObjection, Said, Seen};
use sunledger::app::payout::stage;
use sunledger::app::{AppError, Bureau};
use sunledger::domain::objections::Stage;
use sunledger::domain::projects::Act;

fn new(code: &str) -> NewObjection {
    NewObjection {
        code: code.into(),
        received: day("2018-01-10"),
        channel: "电话 12317".into(),
        complainant: "符示举".into(),
        contact: "13876543210".into(),
        subject: "村示".into(),
        content: "受益户名单不实".into(),
        ..NewObjection::default()
    }
}

fn record(bureau: &mut Bureau, actor: &str, new: &NewObjection) -> Result<(), AppError> {
    objections::record(bureau, &ctx(actor), new).map(|_| ())
}

fn step(library: &mut Library, actor: &str, stage: Stage, date: &str) -> Result<(), AppError> {
    let finding = if stage == Stage::Investigated { "不属实" } else { "" };
    let said = Said { stage, date: day(date), finding: finding.into(), body: "经核实".into(), proof: None };
    objections::advance(&mut library.bureau, &ctx(actor), "TS1", &said).map(|_| ())
}

#[test]
fn an_open_objection_stops_entry() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.file_all();
        let against = |project: &str| NewObjection { project: Some(project.into()), ..new("TS1") };
        assert_eq!(record(&mut library.bureau, "信访示", &new("TS1")).unwrap_err().code(), Some("no_target"));
        assert_eq!(record(&mut library.bureau, "信访示", &against("XM99")).unwrap_err().code(), Some("no_project"));
        assert_eq!(record(&mut library.bureau, "村示", &against(CODE)).unwrap_err().code(), Some("conflict_of_interest"));
        record(&mut library.bureau, "信访示", &against(CODE)).unwrap();
        library.write(sunledger::app::notices::write::Of::Project(CODE, sunledger::domain::notices::Kind::Entry), "2018-01-06").unwrap();
        let which = sunledger::app::notices::publish::Which::Project(CODE.into(), sunledger::domain::notices::Kind::Entry);
        library.publish(which, "2018-01-06", "2018-01-15").unwrap();
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-01-16"), "open_objection");

        let code = |done: Result<(), AppError>| done.unwrap_err().code();
        assert_eq!(code(step(&mut library, "村示", Stage::Investigated, "2018-01-12")), Some("objection_order"), "the subject keeps out");
        assert_eq!(code(step(&mut library, "答复示", Stage::Answered, "2018-01-12")), Some("objection_order"));
        assert_eq!(code(step(&mut library, "调查示", Stage::Investigated, "2018-01-09")), Some("date_order"));
        step(&mut library, "调查示", Stage::Investigated, "2018-01-12").unwrap();
        assert_eq!(code(step(&mut library, "调查示", Stage::Answered, "2018-01-13")), Some("objection_order"), "not who investigated");
        step(&mut library, "答复示", Stage::Answered, "2018-01-13").unwrap();
        assert_eq!(library.code_of("库管示", Act::Admit, "2018-01-16"), "open_objection", "open until the result is public");
        step(&mut library, "答复示", Stage::Published, "2018-01-14").unwrap();
        library.act("库管示", Act::Admit, "2018-01-16").unwrap();
    });
}

#[test]
fn a_file_does_not_enter_a_project_past_an_objection() {
    on_both(|db| {
        let mut library = Library::new(db);
        record(&mut library.bureau, "信访示", &NewObjection { project: Some(CODE.into()), ..new("TS1") }).unwrap();
        let inside = format!("{HEAD}{}", row(CODE, "2018-01-02,2018-01-03,2018-01-04,2018-01-05,2018-01-06,2018-01-15,,,", "在库"));
        let told = library.refused("projects", &inside);
        assert!(told.contains("有未办结的信访投诉 TS1"), "{told}");
    });
}

#[test]
fn an_objection_against_a_batch_stops_its_approval() {
    on_both(|db| {
        let mut library = Library::new(db);
        let people = "SELECT p.name, p.id_no, c.account FROM person p JOIN card c ON c.book = p.book AND c.id_no = p.id_no
            WHERE p.book = $1 AND p.household LIKE 'D%' ORDER BY p.id";
        let people = library.bureau.read(|tx, book| {
            let found = tx.query(people, sunledger::params![book.id])?;
            found.iter().map(|row| Ok((row.string(0)?, row.string(1)?, row.string(2)?))).collect::<Result<Vec<_>, AppError>>()
        });
        let batch = format!("{}{}", county::BATCH_HEAD, county::batch_lines("PC1", &people.unwrap()));
        assert_eq!(library.refused("batch", &batch), "");
        record(&mut library.bureau, "信访示", &NewObjection { batch: Some("PC1".into()), ..new("TS1") }).unwrap();
        let approve = |library: &mut Library| stage::approve(&mut library.bureau, &ctx("审批乙"), "PC1", day("2018-04-03"));
        let refused = approve(&mut library).unwrap_err();
        assert_eq!(refused.code(), Some("open_objection"), "{refused}");
        step(&mut library, "调查示", Stage::Investigated, "2018-01-12").unwrap();
        step(&mut library, "答复示", Stage::Answered, "2018-01-12").unwrap();
        step(&mut library, "调查示", Stage::Published, "2018-01-12").unwrap();
        approve(&mut library).unwrap();
    });
}

#[test]
fn who_complained_is_masked_and_the_limit_is_counted() {
    on_both(|db| {
        let mut library = Library::new(db);
        record(&mut library.bureau, "信访示", &NewObjection { project: Some(CODE.into()), ..new("TS1") }).unwrap();
        // sixty days after 10 January is 11 March (21 in January, 28 in February, 11 in March)
        let at = |library: &mut Library, date: &str| {
            library.bureau.read(|tx, book| objections::list(tx, book, day(date), true)).unwrap().remove(0)
        };
        let found = at(&mut library, "2018-03-11");
        assert_eq!((found.due, found.days_late), (day("2018-03-11"), 0));
        assert_eq!(at(&mut library, "2018-03-21").days_late, 10);
        assert_eq!((found.complainant.as_str(), found.contact.as_str()), ("符*举", "1387***3210"));
        let json = serde_json::to_string(&found).unwrap();
        assert!(!json.contains("符示举") && !json.contains("13876543210"), "{json}");
        let open = |library: &mut Library, reason: &str| objections::show(&mut library.bureau, &ctx("督办示"), "TS1", Seen::Open(reason));
        assert_eq!(open(&mut library, " ").unwrap_err().code(), Some("no_reason"));
        assert_eq!(open(&mut library, "回访").unwrap().complainant, "符示举");
        let seen = "SELECT CAST(COUNT(*) AS BIGINT) FROM act WHERE book = $1 AND verb = 'unmask' AND result LIKE '%回访%'";
        assert_eq!(county::count(&mut library.bureau, seen), 1);
    });
}
