//! The project library (项目库) of the plan, 东发〔2018〕14号 L186: a project goes through four filing steps (村级申报、乡镇初审、
//! 市县审定、省级备案), is noticed, enters the library, is built and finished, or leaves it again (有进有出). What may follow
//! what is one table, [`Position::after`]; where a project stands on a day is worked out in [`standing`].

pub mod goal;
pub mod standing;
#[cfg(test)]
mod tests;

use serde::Serialize;

/// A step of the filing, in the order of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Village,
    Township,
    County,
    Province,
}

impl Step {
    pub const ALL: [Step; 4] = [Step::Village, Step::Township, Step::County, Step::Province];

    pub fn code(self) -> &'static str {
        ["village", "township", "county", "province"][self.index()]
    }

    pub fn title(self) -> &'static str {
        ["村级申报", "乡镇初审", "市县审定", "省级备案"][self.index()]
    }

    /// 0 to 3.
    pub fn index(self) -> usize {
        self as usize
    }

    /// By its English code or Chinese title.
    pub fn find(text: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.code() == text || step.title() == text)
    }
}

/// Where a project is in its life; the words of formats.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Reserve,
    Library,
    Works,
    Done,
    Out,
}

impl State {
    pub const ALL: [State; 5] = [State::Reserve, State::Library, State::Works, State::Done, State::Out];

    pub fn title(self) -> &'static str {
        ["储备", "在库", "实施", "竣工", "退出"][self as usize]
    }

    pub fn find(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.title() == text)
    }

    /// The state that a register's word means. Words of older registers, such as 在建, stand for work going on.
    pub fn of_register(text: &str) -> State {
        State::find(text).unwrap_or(State::Works)
    }

    /// Whether money may go to a project in this state (rules.md U01).
    pub fn takes_money(self) -> bool {
        matches!(self, State::Library | State::Works | State::Done)
    }
}

impl Serialize for State {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.title())
    }
}

/// What can be done to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    File(Step),
    /// 退回: from that step on the filing is to be done again.
    Return(Step),
    /// 入库
    Admit,
    /// 开工
    Start,
    /// 竣工
    Finish,
    /// 退出
    Exit,
    /// 一票否决
    Veto,
    Unveto,
}

impl Act {
    pub fn code(self) -> &'static str {
        match self {
            Act::File(step) => step.code(),
            Act::Return(_) => "return",
            Act::Admit => "admit",
            Act::Start => "start",
            Act::Finish => "finish",
            Act::Exit => "exit",
            Act::Veto => "veto",
            Act::Unveto => "unveto",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Act::File(step) => step.title(),
            Act::Return(_) => "退回",
            Act::Admit => "入库",
            Act::Start => "开工",
            Act::Finish => "竣工",
            Act::Exit => "退出",
            Act::Veto => "一票否决",
            Act::Unveto => "解除否决",
        }
    }

    /// The step that a return names; empty for all else.
    pub fn target(self) -> &'static str {
        match self {
            Act::Return(step) => step.code(),
            _ => "",
        }
    }

    /// From what is stored.
    pub fn find(code: &str, target: &str) -> Option<Act> {
        Some(match code {
            "return" => Act::Return(Step::find(target)?),
            "admit" => Act::Admit,
            "start" => Act::Start,
            "finish" => Act::Finish,
            "exit" => Act::Exit,
            "veto" => Act::Veto,
            "unveto" => Act::Unveto,
            step => Act::File(Step::find(step)?),
        })
    }

    /// The state that the act brings about, if it changes it.
    pub fn state(self) -> Option<State> {
        match self {
            Act::Admit => Some(State::Library),
            Act::Start => Some(State::Works),
            Act::Finish => Some(State::Done),
            Act::Exit => Some(State::Out),
            Act::File(_) | Act::Return(_) | Act::Veto | Act::Unveto => None,
        }
    }
}

/// Where a project stands, as far as it decides what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub state: State,
    /// Which filing steps are done.
    pub steps: [bool; 4],
    pub frozen: bool,
}

impl Position {
    /// The first filing step that is not done.
    pub fn next_step(&self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.steps[step.index()])
    }

    /// The table of transitions. `required`: how many filing steps stand before entry (four, where no setting says less).
    /// Errors: the act may not follow; in words, after which a reader knows why.
    pub fn after(self, act: Act, required: usize) -> Result<Position, String> {
        use State::{Done, Library, Out, Reserve, Works};
        let mut next = self;
        match (self.state, act) {
            (Reserve | Library | Works | Done, Act::File(step)) if self.next_step() == Some(step) => next.steps[step.index()] = true,
            (Reserve, Act::Return(to)) if self.steps[to.index()] => next.steps[to.index()..].fill(false),
            (Reserve, Act::Admit) if !self.frozen && self.missing(required).is_empty() => next.state = Library,
            (Library, Act::Start) if !self.frozen => next.state = Works,
            (Works, Act::Finish) => next.state = Done,
            (Reserve | Library | Works, Act::Exit) => next.state = Out,
            (Reserve | Library | Works | Done, Act::Veto) if !self.frozen => next.frozen = true,
            (_, Act::Unveto) if self.frozen => next.frozen = false,
            _ => return Err(self.why_not(act, required)),
        }
        Ok(next)
    }

    /// The filing steps among the first `required` that are not done.
    pub fn missing(&self, required: usize) -> Vec<Step> {
        Step::ALL.into_iter().take(required).filter(|step| !self.steps[step.index()]).collect()
    }

    fn why_not(&self, act: Act, required: usize) -> String {
        let state = self.state.title();
        match act {
            _ if self.state == State::Out && act != Act::Unveto => "项目已退出项目库，重新申报请另编项目编码".into(),
            Act::File(step) if self.steps[step.index()] => format!("{}已办理，每个流程只办一次；要重办请先退回", step.title()),
            Act::File(step) => match self.next_step() {
                Some(first) => format!("{}还没有办理，不能办理{}", first.title(), step.title()),
                None => "四个流程已经走完".into(),
            },
            Act::Return(_) if self.state != State::Reserve => format!("项目状态为“{state}”，只有入库前可以退回"),
            Act::Return(to) => format!("{}还没有办理，无从退回", to.title()),
            Act::Admit | Act::Start if self.frozen => "项目已被一票否决，解除前不能办理".into(),
            Act::Admit if self.state == State::Reserve => format!("四个流程未走完，缺：{}", titles(&self.missing(required))),
            Act::Veto => "项目已被一票否决，解除后才能再次否决".into(),
            Act::Unveto => "项目没有被一票否决".into(),
            _ => format!("项目状态为“{state}”，不能办理{}", act.title()),
        }
    }
}

/// Steps as a list in words.
pub fn titles(steps: &[Step]) -> String {
    steps.iter().map(|step| step.title()).collect::<Vec<_>>().join("、")
}
