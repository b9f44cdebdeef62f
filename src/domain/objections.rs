//! Objections (信访投诉) against a project or a batch go through the plan's own steps (东发〔2018〕14号 L200): 登记 → 调查核实 →
//! 答复 → 结果公开. Whoever is complained of takes no part; who answers is not who investigated. Until its result is public an
//! objection is open, and stands in the way of a project's entry and of a batch's approval.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Recorded,
    Investigated,
    Answered,
    Published,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::Recorded, Stage::Investigated, Stage::Answered, Stage::Published];

    pub fn code(self) -> &'static str {
        ["recorded", "investigated", "answered", "published"][self as usize]
    }

    pub fn title(self) -> &'static str {
        ["已登记", "已调查", "已答复", "已公开"][self as usize]
    }

    pub fn find(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// The stage that must stand before this one.
    pub fn before(self) -> Option<Stage> {
        match self {
            Stage::Recorded => None,
            Stage::Investigated => Some(Stage::Recorded),
            Stage::Answered => Some(Stage::Investigated),
            Stage::Published => Some(Stage::Answered),
        }
    }

    pub fn is_open(self) -> bool {
        self != Stage::Published
    }
}

/// What an investigation found.
pub const FINDINGS: [&str; 3] = ["属实", "部分属实", "不属实"];

/// Who has had a hand in it so far.
#[derive(Debug, Clone, Copy)]
pub struct Hands<'a> {
    /// The person complained of; empty where there is none.
    pub subject: &'a str,
    pub investigator: Option<&'a str>,
}

/// Whether `actor` may bring an objection from where it is to `stage`. Errors: why not, in words.
pub fn may(at: Stage, stage: Stage, actor: &str, hands: Hands<'_>) -> Result<(), String> {
    if !hands.subject.is_empty() && hands.subject == actor {
        return Err(format!("{actor} 是被反映人，应当回避"));
    }
    if at >= stage {
        return Err(format!("该投诉{}，不能重复办理", at.title()));
    }
    if stage.before() != Some(at) {
        return Err(format!("该投诉{}，不能直接办理到“{}”", at.title(), stage.title()));
    }
    if stage == Stage::Answered && hands.investigator == Some(actor) {
        return Err(format!("{actor} 是调查人，不能由本人答复"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_follow_each_other_in_different_hands() {
        let hands = Hands { subject: "村干示", investigator: Some("调查样") };
        assert!(may(Stage::Recorded, Stage::Investigated, "调查样", hands).is_ok());
        assert!(may(Stage::Recorded, Stage::Investigated, "村干示", hands).is_err_and(|why| why.contains("回避")));
        assert!(may(Stage::Recorded, Stage::Answered, "答复示", hands).is_err_and(|why| why.contains("不能直接")));
        assert!(may(Stage::Investigated, Stage::Answered, "调查样", hands).is_err_and(|why| why.contains("调查人")));
        assert!(may(Stage::Investigated, Stage::Answered, "答复示", hands).is_ok());
        assert!(may(Stage::Investigated, Stage::Investigated, "调查样", hands).is_err_and(|why| why.contains("重复")));
        assert!(may(Stage::Answered, Stage::Published, "答复示", hands).is_ok());
        assert!(Stage::Answered.is_open() && !Stage::Published.is_open());
    }
}
