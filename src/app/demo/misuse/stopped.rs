//! What the rules stop in time: a payee whose death was reported before the batch was made. The batch is given up, and made
//! anew without the line.

use super::hands::{Weaver, comparisons, next_workday, person_row};
use crate::app::demo::county::row;
use crate::app::demo::people::day;
use crate::app::demo::plan::{Act, Content, after};
use crate::app::demo::programs::ECOLOGY;
use crate::domain::kinds;

pub fn plant(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let period = format!("{year}Q3");
    let whole = |w: &Weaver<'_>, at: usize| {
        let batch = &w.plan.batches[at];
        batch.program == ECOLOGY && batch.period == period && batch.lines.len() > 1 && batch.lines.iter().all(|l| l.failed.is_none())
    };
    let Some(at) = (0..weaver.plan.batches.len()).find(|at| whole(weaver, *at)) else { return };
    let payees: Vec<usize> = weaver.plan.batches[at].lines.iter().map(|l| l.person as usize).collect();
    let Some(person) = weaver.take(|w, person| payees.contains(&person) && w.lines(person, "").len() == w.lines(person, ECOLOGY).len() + 1)
    else {
        return;
    };
    let known = comparisons(year)[0];
    let (id_no, name, household) =
        (weaver.person(person).id_no.clone(), weaver.person(person).name.clone(), weaver.household(person).code.clone());
    let died = day(year, 5, 6);
    weaver.lists.add(&kinds::ref_deaths::KIND, known, row(&[&id_no, &name, &died.to_string()]));
    let cells = person_row(weaver, person, &household, &name, "死亡", Some(died));
    weaver.register(day(year, 12, 6), &kinds::persons::KIND, "人员-核减", cells);
    again(weaver, at, person);
}

/// The batch as it was first made goes in under its code and is stopped; it comes again without the line.
fn again(weaver: &mut Weaver<'_>, at: usize, person: usize) {
    let first = weaver.plan.batches[at].clone();
    let (code, made) = (first.code.clone(), first.made);
    weaver.stop(person, crate::app::demo::plan::before(made, 1));
    let draft = weaver.plan.batches.len();
    let batch = &mut weaver.plan.batches[at];
    batch.code = format!("{code}-G1");
    batch.made = next_workday(made, 2);
    batch.booked = batch.booked.max(next_workday(made, 6));
    let (corrected, again, booked) = (batch.code.clone(), batch.made, batch.booked);
    let mut stopped = first;
    stopped.lines.iter_mut().for_each(|line| line.failed = None);
    weaver.plan.batches.push(stopped);
    for step in &mut weaver.plan.steps {
        match &mut step.act {
            Act::Import(file) if file.kind.name == "batch" => {
                if let Content::Batches(batches) = &mut file.content {
                    batches.iter_mut().filter(|of| **of == at).for_each(|of| *of = draft);
                }
            }
            Act::Import(file) => {
                if let Content::Answers(batches) = &mut file.content {
                    batches.retain(|of| *of != at);
                }
            }
            Act::Approve(of) if *of == code => step.act = Act::GiveUp(code.clone()),
            _ => {}
        }
    }
    weaver.plan.steps.retain(|step| !matches!(&step.act, Act::Send(of) if *of == code));
    weaver.import(again, &kinds::batch::KIND, &corrected, Content::Batches(vec![at]));
    weaver.step(again, Act::Approve(corrected.clone()));
    weaver.step(after(again, 0), Act::Send(corrected.clone()));
    weaver.import(next_workday(booked, 1), &kinds::returns::KIND, &corrected, Content::Answers(vec![at]));
    // what was given up pays nobody
    weaver.plan.given_up.push(draft);
}
