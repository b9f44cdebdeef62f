//! One row of a returned worksheet: whose it is, what was answered, whether the answers fit together. Every error of the row is
//! told at once, in its own column.

use super::stored::Stored;
use crate::domain::inspection::question::{self, Answers};
use crate::domain::inspection::worksheet::check_code;
use crate::domain::kinds::{RowErrors, Type, visit_payments};
use crate::domain::money::Fen;
use crate::files::reading::RowView;
use chrono::NaiveDate;

// the three kinds of worksheet begin with the same three columns
const PLAN: usize = visit_payments::PLAN;
const SAMPLE: usize = visit_payments::SAMPLE;
const CODE: usize = visit_payments::CODE;

/// What a row tells of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub sample: i64,
    pub visited: NaiveDate,
    pub inspector: String,
    pub note: String,
    pub answers: Answers,
    pub row: u64,
}

pub(super) struct RowReader<'a> {
    pub stored: &'a Stored,
    /// Who went there, where the row does not say.
    pub inspector: &'a str,
    /// Visits lie between the drawing and today.
    pub drawn: NaiveDate,
    pub today: NaiveDate,
}

impl RowReader<'_> {
    /// `Ok(None)`: nothing filled in. `Err(())`: errors were told.
    pub fn read(&self, row: &RowView<'_>, errors: &mut RowErrors) -> Result<Option<Told>, ()> {
        let plan = &self.stored.plan;
        let columns = question::kind_of(plan.population).columns;
        let first = question::first_answer(plan.population);
        if (first..columns.len()).all(|at| row.is_empty(at)) {
            return Ok(None);
        }
        let before = errors.count();
        let sample = self.identify(row, errors);
        let mut answers = Answers::new();
        // the first two answers are the day and who went
        for (at, column) in columns.iter().enumerate().skip(first + 2) {
            let answer = match column.ty {
                Type::Choice(_) => row.opt_choice(at, errors).flatten().map(str::to_string),
                Type::Money => row.opt_fen(at, errors).flatten().map(Fen::yuan),
                _ => row.opt_text(at).map(str::to_string),
            };
            if let Some(answer) = answer {
                answers.insert(column.en.to_string(), answer);
            } else if question::required(plan.population).contains(&column.en) && row.is_empty(at) {
                row.refuse(at, errors, &format!("{}没有填", column.zh), "已去核查的样本此项必填；没有去的请整行留空");
            }
        }
        let note = answers.remove("note").unwrap_or_default();
        let visited = row.date(first, errors).filter(|day| self.day_is_possible(row, first, *day, errors));
        let inspector = row.opt_text(first + 1).unwrap_or(self.inspector).to_string();
        if inspector.is_empty() {
            row.refuse(first + 1, errors, "没有写明核查人", "请填写核查人，或在交表时用 ⟦inspector⟧ 写明");
        }
        if let Some(sample) = sample {
            self.judge(row, sample, &answers, errors);
        }
        match (sample, visited) {
            (Some(sample), Some(visited)) if errors.count() == before => {
                Ok(Some(Told { sample, visited, inspector, note, answers, row: row.number() }))
            }
            _ => Err(()),
        }
    }

    /// The sample number, if the row is that sample's and nothing printed on it was changed.
    fn identify(&self, row: &RowView<'_>, errors: &mut RowErrors) -> Option<i64> {
        let plan = &self.stored.plan;
        let given = row.required_text(PLAN, errors)?;
        if given != plan.code {
            row.refuse(PLAN, errors, &format!("这一行属于检查“{given}”，本表是“{}”", plan.code), "一个文件只能有一个检查的样本");
            return None;
        }
        let sample = i64::from(row.count(SAMPLE, errors)?);
        let Some(chosen) = usize::try_from(sample - 1).ok().and_then(|at| self.stored.chosen.get(at)) else {
            row.refuse(SAMPLE, errors, "没有这个样本号", "请核对样本号，不要自行增加行");
            return None;
        };
        let item = &self.stored.frame.items()[chosen.at];
        let code = check_code(&plan.code, sample, &item.item, item.value);
        let given = row.required_text(CODE, errors)?;
        if !given.eq_ignore_ascii_case(&code) {
            row.refuse(CODE, errors, "校验码与样本号不符，行可能错位或打印的内容被改动", "请用原核查表重新填写这一行");
            return None;
        }
        let book = question::first_answer(plan.population) - 1;
        let printed = row.opt_fen(book, errors)?;
        if printed.is_some_and(|amount| amount.get() != item.value) {
            row.refuse(
                book,
                errors,
                &format!("账面金额应为 {}，打印的内容被改动", Fen::new(item.value).yuan()),
                "查实的金额请填在黄色的列",
            );
            return None;
        }
        Some(sample)
    }

    fn day_is_possible(&self, row: &RowView<'_>, at: usize, day: NaiveDate, errors: &mut RowErrors) -> bool {
        if day < self.drawn {
            row.refuse(at, errors, &format!("核查日期早于抽样的日期 {}", self.drawn), "请核对日期");
        } else if day > self.today {
            row.refuse(at, errors, &format!("核查日期晚于今天 {}", self.today), "请核对日期");
        }
        day >= self.drawn && day <= self.today
    }

    fn judge(&self, row: &RowView<'_>, sample: i64, answers: &Answers, errors: &mut RowErrors) {
        let plan = &self.stored.plan;
        let columns = question::kind_of(plan.population).columns;
        let at = usize::try_from(sample - 1).ok().and_then(|at| self.stored.chosen.get(at)).map(|chosen| chosen.at);
        let Some(item) = at.map(|at| &self.stored.frame.items()[at]) else { return };
        for (column, problem, mend) in question::judge(plan.population, Fen::new(item.value), answers).err().into_iter().flatten() {
            if let Some(at) = columns.iter().position(|known| known.en == column) {
                row.refuse(at, errors, &problem, mend);
            }
        }
    }
}
