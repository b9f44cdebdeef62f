//! The questions of a worksheet and what each answer means: an error of the whole amount, a difference of money, an error
//! without an amount, or only a remark (关注). Which columns are questions follows from the worksheet's kind; what the answers
//! mean stands here as a table, so that an auditor can read it.

use super::plan::Population;
use crate::domain::kinds::{Kind, visit_disbursements, visit_households, visit_payments};
use crate::domain::money::Fen;
use serde::{Deserialize, Serialize};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The whole amount is in error.
    Whole,
    /// The amount found in its place says how much; it must be told.
    Part,
    /// In error, without an amount of its own.
    Wrong,
    /// Not an error; listed.
    Remark,
}

/// Answers that mean something, by the English name of their column. Any other allowed answer is in order.
const MEANINGS: [(Population, &str, &str, Meaning); 21] = [
    (Population::Payments, "found", "领取前已死亡", Meaning::Whole),
    (Population::Payments, "found", "查无此人", Meaning::Whole),
    (Population::Payments, "received", "未收到", Meaning::Whole),
    (Population::Payments, "received", "部分收到", Meaning::Part),
    (Population::Payments, "real", "不属实", Meaning::Whole),
    (Population::Payments, "real", "部分属实", Meaning::Part),
    (Population::Payments, "card", "村干部代管", Meaning::Wrong),
    (Population::Payments, "notice", "没见过", Meaning::Remark),
    (Population::Disbursements, "found", "不存在", Meaning::Whole),
    (Population::Disbursements, "received", "未收到", Meaning::Whole),
    (Population::Disbursements, "received", "部分收到", Meaning::Part),
    (Population::Disbursements, "real", "不属实", Meaning::Whole),
    (Population::Disbursements, "real", "部分属实", Meaning::Part),
    (Population::Disbursements, "use", "闲置", Meaning::Wrong),
    (Population::Disbursements, "notice", "没有", Meaning::Remark),
    (Population::Households, "found", "查无此户", Meaning::Whole),
    (Population::Households, "eligible", "不符合", Meaning::Whole),
    (Population::Households, "received", "未收到", Meaning::Whole),
    (Population::Households, "received", "部分收到", Meaning::Part),
    (Population::Households, "card", "村干部代管", Meaning::Wrong),
    (Population::Households, "notice", "没见过", Meaning::Remark),
];

/// Beside [`MEANINGS`]: answers that are remarks in every worksheet that has them.
const REMARKS: [(&str, &str); 5] =
    [("card", "其他人"), ("found", "整户迁出"), ("use", "损坏"), ("measures", "部分落实"), ("measures", "未落实")];

/// Where the amounts that stand for `Part` are written.
const AMOUNTS: [(&str, &str); 2] = [("received", "amount"), ("real", "due")];

/// The kind of worksheet.
pub fn kind_of(population: Population) -> &'static Kind {
    match population {
        Population::Payments => &visit_payments::KIND,
        Population::Disbursements => &visit_disbursements::KIND,
        Population::Households => &visit_households::KIND,
    }
}

/// The first column that is filled in at the door (核查日期); those before it are printed.
pub fn first_answer(population: Population) -> usize {
    match population {
        Population::Payments => visit_payments::VISITED,
        Population::Disbursements => visit_disbursements::VISITED,
        Population::Households => visit_households::VISITED,
    }
}

/// Questions that must be answered for a visit to count.
pub fn required(population: Population) -> &'static [&'static str] {
    match population {
        Population::Payments | Population::Disbursements => &["found", "received", "real"],
        Population::Households => &["found", "eligible", "received"],
    }
}

/// The answers of one visit, by the English name of the column.
pub type Answers = std::collections::BTreeMap<String, String>;

/// What a visit came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Booked more than is right, at most the booked amount.
    pub over: Fen,
    /// Booked less than is right.
    pub under: Fen,
    /// Counts as in error.
    pub in_error: bool,
    /// What is wrong, in words.
    pub errors: Vec<String>,
    pub remarks: Vec<String>,
}

/// Why answers do not fit together: column, what is wrong, how to mend it.
pub type Misfit = (&'static str, String, &'static str);

/// Judges the answers of a visit to an item that is booked at `book`. Errors: answers that contradict each other, or an
/// answer that needs an amount which is missing.
pub fn judge(population: Population, book: Fen, answers: &Answers) -> Result<Outcome, Vec<Misfit>> {
    let mut outcome = Outcome::default();
    let mut misfits = Vec::new();
    let money = |column: &str| answers.get(column).and_then(|text| Fen::parse(text).ok());
    let kind = kind_of(population);
    let title = |en: &str| kind.columns.iter().find(|column| column.en == en).map_or("", |column| column.zh);
    let mut whole = false;
    for (column, answer) in answers {
        let meant = MEANINGS.iter().find(|(of, on, is, _)| *of == population && on == column && is == answer).map(|found| found.3);
        let said = || format!("{}：{answer}", title(column));
        match meant {
            Some(Meaning::Whole) => {
                whole = true;
                outcome.errors.push(said());
            }
            Some(Meaning::Part) => {
                outcome.errors.push(said());
                let into = AMOUNTS.iter().find(|(of, _)| of == column).map_or("amount", |found| found.1);
                match money(into) {
                    Some(amount) if amount < book => {}
                    Some(_) => misfits.push((into, format!("答“{answer}”，金额却不少于账面"), "请填写少于账面的金额，或改答案")),
                    None => misfits.push((into, format!("答“{answer}”，须填写{}", title(into)), "请填写查实的金额，元")),
                }
            }
            Some(Meaning::Wrong) => outcome.errors.push(said()),
            Some(Meaning::Remark) => outcome.remarks.push(said()),
            None if REMARKS.contains(&(column.as_str(), answer.as_str())) => outcome.remarks.push(said()),
            None => {}
        }
    }
    if answers.get("received").is_some_and(|answer| answer == "未收到") && money("amount").is_some_and(|amount| !amount.is_zero()) {
        misfits.push(("amount", "答“未收到”，却填写了存折金额".into(), "请核对；收到一部分的选“部分收到”"));
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    weigh(&mut outcome, book, whole, money("amount"), money("due"), &title);
    outcome.in_error = !outcome.errors.is_empty();
    Ok(outcome)
}

/// Turns amounts into differences. Right is the lesser of what arrived and what was due; more due than booked is an
/// underpayment, which is told by itself and never set off.
fn weigh<'t>(outcome: &mut Outcome, book: Fen, whole: bool, arrived: Option<Fen>, due: Option<Fen>, title: &impl Fn(&str) -> &'t str) {
    let less = |amount: Option<Fen>| amount.filter(|amount| *amount < book);
    if whole {
        outcome.over = book;
        return;
    }
    for (column, amount) in [("amount", arrived), ("due", due)] {
        if let Some(amount) = less(amount) {
            outcome.errors.push(format!("{} {} 元，账面 {} 元", title(column), amount.yuan(), book.yuan()));
        }
    }
    if let Some(right) = [less(arrived), less(due)].into_iter().flatten().min() {
        outcome.over = Fen::new(book.get() - right.get());
    }
    if let Some(due) = due.filter(|due| *due > book) {
        outcome.under = Fen::new(due.get() - book.get());
        outcome.errors.push(format!("{} {} 元，多于账面 {} 元", title("due"), due.yuan(), book.yuan()));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    fn judged(answers: &[(&str, &str)]) -> Result<Outcome, Vec<Misfit>> {
        let answers = answers.iter().map(|(column, answer)| (column.to_string(), answer.to_string())).collect();
        judge(Population::Payments, Fen::new(60_000), &answers)
    }

    #[test]
    fn every_meaning_is_an_allowed_answer() {
        let allows = |population: Population, column: &str, answer: &str| {
            let found = kind_of(population).columns.iter().find(|c| c.en == column);
            found.and_then(|c| c.ty.choices()).is_some_and(|choices| choices.contains(&answer))
        };
        assert!(MEANINGS.iter().all(|(population, column, answer, _)| allows(*population, column, answer)));
        assert!(REMARKS.iter().all(|(column, answer)| Population::ALL.iter().any(|population| allows(*population, column, answer))));
        for population in Population::ALL {
            let known = |column: &&str| kind_of(*population).columns.iter().any(|c| c.en == *column);
            assert!(required(*population).iter().all(known));
        }
    }

    #[test]
    fn all_is_well() {
        let outcome = judged(&[("found", "见到家属"), ("received", "收到"), ("real", "属实"), ("amount", "600")]).unwrap();
        assert_eq!(outcome, Outcome::default());
    }

    #[test]
    fn amounts_say_how_much() {
        let outcome = judged(&[("found", "见到本人"), ("received", "部分收到"), ("amount", "400"), ("real", "部分属实"), ("due", "450")]);
        assert_eq!(outcome.unwrap().over, Fen::new(20_000), "the lesser of 400 and 450 is right");
        let outcome = judged(&[("found", "查无此人"), ("received", "收到"), ("real", "属实")]).unwrap();
        assert_eq!((outcome.over, outcome.in_error), (Fen::new(60_000), true));
        let outcome = judged(&[("received", "收到"), ("amount", "590")]).unwrap();
        assert_eq!((outcome.over, outcome.in_error), (Fen::new(1_000), true), "a lower passbook is an error of itself");
        let outcome = judged(&[("received", "收到"), ("due", "700"), ("card", "村干部代管"), ("notice", "没见过")]).unwrap();
        assert_eq!((outcome.over, outcome.under, outcome.errors.len(), outcome.remarks.len()), (Fen::ZERO, Fen::new(10_000), 2, 1));
    }

    #[test]
    fn answers_that_contradict_each_other_are_refused() {
        assert_eq!(judged(&[("received", "部分收到")]).unwrap_err()[0].0, "amount");
        assert_eq!(judged(&[("received", "部分收到"), ("amount", "600")]).unwrap_err().len(), 1);
        assert_eq!(judged(&[("received", "未收到"), ("amount", "600")]).unwrap_err().len(), 1);
        assert_eq!(judged(&[("real", "部分属实")]).unwrap_err()[0].0, "due");
    }
}
