//! Whoever doubts the drawing makes it again: the program itself, and a script that shares no code with it. A frame that has
//! changed is refused before the drawing and named after it.

use super::{answer, at, day, drawn, paid_county, planned, quarter};
use crate::support::{Db, TestDb, on_both};
use std::process::Command;
use sunledger::app::inspection::plan::NewPlan;
use sunledger::app::inspection::{self, DrawOptions};
use sunledger::domain::inspection::plan::Method;
use sunledger::files::reading::{Limits, read_frame};
use tempfile::TempDir;

fn redrawn_by_script(arguments: &[&str]) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/redraw.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let done = Command::new(&python).arg(script).args(arguments).output().expect("python is needed for the redraw");
    (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
}

#[test]
fn an_independent_script_draws_the_same() {
    let db = TestDb::seeded(Db::Sqlite);
    let mut bureau = paid_county(&db);
    let dir = TempDir::new().unwrap();
    for method in Method::ALL {
        let code = format!("JC-{}", method.code());
        planned(&mut bureau, &NewPlan { code: Some(code.clone()), ..quarter(*method, Some(11)) });
        drawn(&mut bureau, &code, "开奖 03 17 22").unwrap();
        inspection::draw::export(&mut bureau, &code, dir.path()).unwrap();
        let (same, told) = redrawn_by_script(&[dir.path().to_str().unwrap(), &code]);
        assert!(same && told.contains("sample redrawn"), "{method:?}: {told}");
        let redrawn = inspection::redraw::redraw(&mut bureau, &code, None).unwrap();
        assert!(redrawn.holds(), "{method:?}: {:?}", redrawn.checks);
    }
    // a changed fen in the frame is seen by both
    let path = dir.path().join("抽样框-JC-mus.csv");
    let text = std::fs::read_to_string(&path).unwrap().replacen(",15000,", ",15001,", 1);
    std::fs::write(&path, text).unwrap();
    let (same, told) = redrawn_by_script(&[dir.path().to_str().unwrap(), "JC-mus"]);
    assert!(!same && told.contains("frame differs"), "{told}");
    let frame = read_frame(&path, &Limits::default()).unwrap();
    let redrawn = inspection::redraw::redraw(&mut bureau, "JC-mus", Some(&frame)).unwrap();
    assert!(!redrawn.holds() && redrawn.checks[1].detail.contains("内容不同 1 个（PC01+1）"), "{:?}", redrawn.checks);
}

#[test]
fn the_same_seed_draws_the_same_and_another_is_refused() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let code = planned(&mut bureau, &quarter(Method::Stratified, Some(8)));
        let first = drawn(&mut bureau, &code, "甲").unwrap();
        assert_eq!(drawn(&mut bureau, &code, "甲").unwrap(), first);
        assert_eq!(drawn(&mut bureau, &code, "乙").unwrap_err().code(), Some("key_reused"), "nobody draws until it suits");
        let unseeded = DrawOptions { seed: None, frame: None, date: day(7, 3) };
        let again = inspection::draw::draw(&mut bureau, &at("甲", day(7, 3)), &code, &unseeded).unwrap();
        assert!(again.repeated && again.result == first);
    });
}

#[test]
fn a_changed_frame_is_refused_and_named() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Random, Some(8)));
        let (_, frame, _) = inspection::frame::current(&mut bureau, &code).unwrap();
        let path = dir.path().join("frame.csv");
        std::fs::write(&path, frame.to_csv()).unwrap();
        let exported = read_frame(&path, &Limits::default()).unwrap();
        assert_eq!(exported, frame);

        // one more line reaches its card after the frame was published
        let account = "SELECT c.account FROM payment p JOIN card c ON c.book = p.book AND c.id = p.card WHERE p.line = 40";
        let last = db.raw().rows(account).remove(0).remove(0);
        answer(&mut bureau, &[(String::new(), String::new(), last)], 40);
        let options = DrawOptions { seed: Some("甲".into()), frame: Some(exported), date: day(7, 3) };
        let refused = inspection::draw::draw(&mut bureau, &at("甲", day(7, 3)), &code, &options).unwrap_err();
        assert_eq!(refused.code(), Some("frame_changed"));
        assert!(refused.to_string().contains("多出 1 个（PC01+40）"), "{refused}");

        // a household that moves after the drawing is named, and the drawing still proves itself
        drawn(&mut bureau, &code, "甲").unwrap();
        bureau.store.batch("UPDATE household SET region = '469007102201' WHERE book = 1 AND id = 3").unwrap();
        let redrawn = inspection::redraw::redraw(&mut bureau, &code, None).unwrap();
        let held: Vec<bool> = redrawn.checks.iter().map(|check| check.holds).collect();
        assert_eq!(held, [true, true, false], "{:?}", redrawn.checks);
        assert!(redrawn.checks[2].detail.contains("内容不同 1 个（PC01+1）"), "{:?}", redrawn.checks);
    });
}
