//! Cases (线索): from a finding to its close (销号). One table of transitions; a case is closed only when it was refuted with
//! proof, or when every measure ordered has been done and the money to be recovered has come back.

use crate::domain::money::Fen;
use serde::{Deserialize, Serialize};

/// What happens to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 交办
    Assigned,
    /// 实地核查
    Checked,
    /// 查实
    Confirmed,
    /// 查否, with proof
    Refuted,
    /// 整改要求
    Ordered,
    /// 整改完成
    Done,
    /// 追回入账
    Recovered,
    /// 销号
    Closed,
    /// 重新办理
    Reopened,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Opened,
    Assigned,
    Checked,
    Confirmed,
    Refuted,
    Rectifying,
    Closed,
}

impl State {
    pub const ALL: [State; 7] =
        [State::Opened, State::Assigned, State::Checked, State::Confirmed, State::Refuted, State::Rectifying, State::Closed];

    pub const fn code(self) -> &'static str {
        match self {
            State::Opened => "opened",
            State::Assigned => "assigned",
            State::Checked => "checked",
            State::Confirmed => "confirmed",
            State::Refuted => "refuted",
            State::Rectifying => "rectifying",
            State::Closed => "closed",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            State::Opened => "待交办",
            State::Assigned => "核查中",
            State::Checked => "待认定",
            State::Confirmed => "已查实",
            State::Refuted => "已查否",
            State::Rectifying => "整改中",
            State::Closed => "已销号",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after a step; `None` where the step is out of order.
    pub fn after(self, step: Step) -> Option<State> {
        use State::*;
        Some(match (self, step) {
            (Opened | Assigned, Step::Assigned) => Assigned,
            (Assigned | Checked, Step::Checked) => Checked,
            (Checked, Step::Confirmed) => Confirmed,
            (Checked, Step::Refuted) => Refuted,
            (Confirmed | Rectifying, Step::Ordered) => Rectifying,
            (Rectifying, Step::Done) => Rectifying,
            (Confirmed | Rectifying, Step::Recovered) => self,
            (Refuted | Rectifying, Step::Closed) => Closed,
            (Closed, Step::Reopened) => Assigned,
            _ => return None,
        })
    }
}

impl Step {
    pub const ALL: [Step; 9] = [
        Step::Assigned,
        Step::Checked,
        Step::Confirmed,
        Step::Refuted,
        Step::Ordered,
        Step::Done,
        Step::Recovered,
        Step::Closed,
        Step::Reopened,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Step::Assigned => "assigned",
            Step::Checked => "checked",
            Step::Confirmed => "confirmed",
            Step::Refuted => "refuted",
            Step::Ordered => "ordered",
            Step::Done => "done",
            Step::Recovered => "recovered",
            Step::Closed => "closed",
            Step::Reopened => "reopened",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            Step::Assigned => "交办",
            Step::Checked => "实地核查",
            Step::Confirmed => "查实",
            Step::Refuted => "查否",
            Step::Ordered => "责令整改",
            Step::Done => "整改完成",
            Step::Recovered => "追回入账",
            Step::Closed => "销号",
            Step::Reopened => "重新办理",
        }
    }

    pub fn from_code(code: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// What is to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// 追回资金
    Recover,
    /// 纠正
    Correct,
    /// 问责处理
    Discipline,
}

impl Remedy {
    pub const ALL: [Remedy; 3] = [Remedy::Recover, Remedy::Correct, Remedy::Discipline];

    pub const fn code(self) -> &'static str {
        match self {
            Remedy::Recover => "recover",
            Remedy::Correct => "correct",
            Remedy::Discipline => "discipline",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            Remedy::Recover => "追回资金",
            Remedy::Correct => "纠正",
            Remedy::Discipline => "问责处理",
        }
    }

    pub fn from_code(code: &str) -> Option<Remedy> {
        Remedy::ALL.into_iter().find(|remedy| remedy.code() == code)
    }
}

/// A measure that was ordered (整改措施).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measure {
    pub number: i64,
    pub remedy: Remedy,
    /// 20181231
    pub due: i64,
    /// To be recovered; zero for other remedies.
    pub amount: Fen,
    pub responsible: String,
    pub text: String,
    pub done: bool,
}

/// Why a case cannot be closed yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotClosable {
    #[error("第 {0} 项整改（{1}）还没有完成")]
    MeasureOpen(i64, &'static str),
    #[error("应追回 {due} 元，已追回入账 {back} 元，还差 {short} 元")]
    Short { due: String, back: String, short: String },
}

/// Everything that stands against closing.
pub fn closable(state: State, measures: &[Measure], recovered: Fen) -> Vec<NotClosable> {
    if state == State::Refuted {
        return Vec::new();
    }
    let mut against: Vec<NotClosable> =
        measures.iter().filter(|m| !m.done).map(|m| NotClosable::MeasureOpen(m.number, m.remedy.chinese())).collect();
    let due: i64 = measures.iter().map(|m| m.amount.get()).sum();
    if recovered.get() < due {
        let yuan = |fen: i64| Fen::new(fen).yuan_grouped();
        against.push(NotClosable::Short { due: yuan(due), back: yuan(recovered.get()), short: yuan(due - recovered.get()) });
    }
    against
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_goes_its_way_and_no_other() {
        let way = [Step::Assigned, Step::Checked, Step::Confirmed, Step::Ordered, Step::Recovered, Step::Done, Step::Closed];
        let end = way.iter().try_fold(State::Opened, |state, step| state.after(*step));
        assert_eq!(end, Some(State::Closed));
        for (state, step) in [
            (State::Opened, Step::Checked),
            (State::Assigned, Step::Confirmed),
            (State::Confirmed, Step::Closed),
            (State::Refuted, Step::Ordered),
            (State::Closed, Step::Done),
        ] {
            assert_eq!(state.after(step), None, "{state:?} {step:?}");
        }
    }

    #[test]
    fn a_case_closes_when_all_is_done_and_the_money_is_back() {
        let recover = |done| Measure {
            number: 1,
            remedy: Remedy::Recover,
            due: 20181231,
            amount: Fen::new(30_000),
            responsible: String::new(),
            text: String::new(),
            done,
        };
        let against = closable(State::Rectifying, &[recover(false)], Fen::new(10_000));
        assert_eq!(against.len(), 2);
        assert_eq!(against[1].to_string(), "应追回 300.00 元，已追回入账 100.00 元，还差 200.00 元");
        assert!(closable(State::Rectifying, &[recover(true)], Fen::new(30_000)).is_empty());
        assert!(closable(State::Refuted, &[], Fen::ZERO).is_empty());
    }
}
