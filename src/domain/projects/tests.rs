//! The table of transitions by hand, and that no walk through it leaves the order.

use super::standing::{Event, Facts, Origin, Record};
use super::*;
use chrono::NaiveDate;
use proptest::prelude::*;

const NEW: Position = Position { state: State::Reserve, steps: [false; 4], frozen: false };

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 1, n).unwrap_or_default()
}

fn facts(state: State, filed: [Option<u32>; 4]) -> Facts {
    Facts {
        code: "XM1".into(),
        name: "示范道路".into(),
        kind: "基础设施".into(),
        department: "D01".into(),
        implementer: String::new(),
        region: "469007100201".into(),
        planned: 100,
        filed: filed.map(|n| n.map(day)),
        notice: None,
        started: None,
        finished: None,
        completion_notice: None,
        goal: String::new(),
        state,
        origin: Origin { file: "项目.csv".into(), row: 2, actor: "经办甲".into() },
    }
}

fn event(id: i64, act: Act, date: u32) -> Event {
    let text = String::new;
    Event { id, act, date: day(date), doc_no: text(), office: text(), opinion: text(), actor: format!("办理{id}"), at: 0 }
}

#[test]
fn the_way_into_the_library_and_out() {
    let mut at = NEW;
    for step in Step::ALL {
        assert!(at.after(Act::Admit, 4).is_err_and(|why| why.contains("省级备案")));
        at = at.after(Act::File(step), 4).unwrap_or(NEW);
    }
    assert_eq!(at.steps, [true; 4]);
    assert!(at.after(Act::File(Step::Village), 4).is_err_and(|why| why.contains("只办一次")));
    assert!(at.after(Act::Start, 4).is_err());
    for (act, state) in [(Act::Admit, State::Library), (Act::Start, State::Works), (Act::Finish, State::Done)] {
        at = at.after(act, 4).unwrap_or(NEW);
        assert_eq!(at.state, state);
    }
    assert!(at.after(Act::Exit, 4).is_err(), "what is finished stays");
    assert!(NEW.after(Act::File(Step::County), 4).is_err_and(|why| why == "村级申报还没有办理，不能办理市县审定"));
}

#[test]
fn a_return_voids_the_steps_from_its_target_on() {
    let full = Position { steps: [true, true, true, false], ..NEW };
    assert_eq!(full.after(Act::Return(Step::Township), 4).map(|at| at.steps), Ok([true, false, false, false]));
    assert!(full.after(Act::Return(Step::Province), 4).is_err());
    let inside = Position { state: State::Library, ..full };
    assert!(inside.after(Act::Return(Step::Village), 4).is_err());
}

#[test]
fn a_veto_stops_entry_and_start_until_it_is_lifted() {
    let ready = Position { steps: [true; 4], ..NEW };
    let frozen = ready.after(Act::Veto, 4).unwrap_or(ready);
    assert!(frozen.frozen && frozen.after(Act::Veto, 4).is_err() && ready.after(Act::Unveto, 4).is_err());
    assert!(frozen.after(Act::Admit, 4).is_err_and(|why| why.contains("一票否决")));
    assert_eq!(frozen.after(Act::Unveto, 4), Ok(ready));
}

#[test]
fn the_file_and_the_events_are_one_history() {
    // the file knows two steps; the third is recorded here; then it goes back to the township and comes again
    let mut record =
        Record { facts: facts(State::Reserve, [Some(1), Some(2), None, None]), events: vec![event(1, Act::File(Step::County), 5)] };
    assert_eq!(record.now().position().steps, [true, true, true, false]);
    assert_eq!(record.on(day(4)).position().steps, [true, true, false, false]);
    assert_eq!(record.now().filed[0].as_ref().map(|filed| filed.by.actor()), Some("经办甲"));
    record.events.push(event(2, Act::Return(Step::Township), 6));
    assert_eq!(record.now().position().steps, [true, false, false, false], "the file's township step is void");
    record.facts.filed[1] = Some(day(7));
    assert_eq!(record.now().position().steps, [true, true, false, false], "the file gives a later day");
    record.events.push(event(3, Act::File(Step::County), 8));
    assert_eq!(record.now().position().steps, [true, true, true, false]);
    assert_eq!(record.latest(), Some(day(8)));
}

#[test]
fn states_are_those_of_the_day() {
    let events = vec![event(1, Act::Admit, 10), event(2, Act::Veto, 12), event(3, Act::Unveto, 14), event(4, Act::Exit, 20)];
    let record = Record { facts: facts(State::Reserve, [Some(1), Some(2), Some(3), Some(4)]), events };
    let state = |n| record.on(day(n)).state;
    assert_eq!([state(9), state(10), state(19), state(20)], [State::Reserve, State::Library, State::Library, State::Out]);
    assert_eq!([11, 12, 13, 14].map(|n| record.on(day(n)).veto.is_some()), [false, true, true, false]);
    let ahead = Record { facts: facts(State::Done, [None; 4]), events: vec![event(1, Act::Admit, 10)] };
    assert_eq!(ahead.now().state, State::Done);
    assert_eq!(State::of_register("在建"), State::Works);
}

#[test]
fn dates_out_of_order_are_seen() {
    let record = Record { facts: facts(State::Library, [Some(3), None, Some(2), Some(4)]), events: vec![] };
    assert_eq!(record.now().out_of_order(), Some((Step::Village, Step::County)));
}

fn any_act() -> impl Strategy<Value = Act> {
    let step = prop::sample::select(Step::ALL.to_vec());
    let others = vec![Act::Admit, Act::Start, Act::Finish, Act::Exit, Act::Veto, Act::Unveto];
    prop_oneof![step.clone().prop_map(Act::File), step.prop_map(Act::Return), prop::sample::select(others)]
}

proptest! {
    #[test]
    fn no_walk_leaves_the_order(acts in prop::collection::vec(any_act(), 0..60)) {
        let mut at = NEW;
        for act in acts {
            let before = at;
            at = at.after(act, 4).unwrap_or(at);
            // steps are done without holes, and whoever is inside has all of them
            prop_assert!(at.steps.windows(2).all(|pair| pair[0] || !pair[1]));
            prop_assert!(!at.state.takes_money() || at.steps == [true; 4]);
            prop_assert!(before.state <= at.state, "nobody goes back");
            prop_assert!(!(before.frozen && before.state == State::Reserve && at.state == State::Library));
        }
    }
}
