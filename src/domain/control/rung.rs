//! The rungs of the ladder and what stands on it.

use serde::{Deserialize, Serialize};

/// How far it has come. The numbers are those that the database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    #[default]
    None,
    /// 提醒
    Remind,
    /// 通报
    Notice,
    /// 约谈
    Interview,
    /// 暂停新增分配
    Hold,
    /// 收回
    Reclaim,
}

impl Rung {
    pub const ALL: [Rung; 6] = [Rung::None, Rung::Remind, Rung::Notice, Rung::Interview, Rung::Hold, Rung::Reclaim];

    pub fn number(self) -> i64 {
        self as i64
    }

    /// The rung of a stored number; an unknown number is none.
    pub fn of(number: i64) -> Rung {
        Rung::ALL.into_iter().find(|rung| rung.number() == number).unwrap_or_default()
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Rung::None => "正常",
            Rung::Remind => "提醒",
            Rung::Notice => "通报",
            Rung::Interview => "约谈",
            Rung::Hold => "暂停新增分配",
            Rung::Reclaim => "收回",
        }
    }

    /// From here up a rung stays until its subject has caught up.
    pub fn stays(self) -> bool {
        self >= Rung::Interview
    }

    /// Whether new allocations are refused.
    pub fn holds(self) -> bool {
        self >= Rung::Hold
    }
}

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Unit,
    Fund,
}

impl SubjectKind {
    pub const ALL: [SubjectKind; 2] = [SubjectKind::Unit, SubjectKind::Fund];

    pub fn code(self) -> &'static str {
        match self {
            SubjectKind::Unit => "unit",
            SubjectKind::Fund => "fund",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            SubjectKind::Unit => "单位",
            SubjectKind::Fund => "指标",
        }
    }

    pub fn from_code(code: &str) -> Option<SubjectKind> {
        SubjectKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
