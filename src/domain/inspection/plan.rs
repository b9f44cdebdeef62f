//! What a plan is: its kind, what it looks at, its method and the steps it goes through, each with its code in the database
//! and its Chinese name.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $code:literal $title:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word of the database and of JSON.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// The Chinese name.
            pub const fn title(self) -> &'static str {
                match self { $($name::$variant => $title),+ }
            }

            /// By code or Chinese name.
            pub fn find(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.code() == text || word.title() == text)
            }
        }
    };
}

words! {
    /// 检查类型
    PlanKind {
        Quarterly "quarterly" "季度检查",
        Annual "annual" "年度专项检查",
        Targeted "targeted" "重点检查",
    }
}

words! {
    /// 检查对象
    Population {
        /// Payments that the bank put on cards within the period.
        Payments "payments" "到卡补贴",
        /// Payments to builders, suppliers, co-operatives and villages.
        Disbursements "disbursements" "项目支付",
        /// Households paid anything within the period.
        Households "households" "受益户",
    }
}

words! {
    /// 抽样方法
    Method {
        Random "random" "简单随机抽样",
        Stratified "stratified" "分层抽样（按乡镇，比例分配）",
        Neyman "neyman" "分层抽样（按乡镇，奈曼分配）",
        Systematic "systematic" "系统抽样",
        Mus "mus" "货币单元抽样",
        Discovery "discovery" "发现抽样",
        Risk "risk" "按风险分抽样",
    }
}

words! {
    /// 办理状态
    State {
        Drafted "drafted" "拟定",
        Drawn "drawn" "已抽样",
        InField "in_field" "入户",
        Evaluated "evaluated" "已评价",
        Reported "reported" "已报告",
        Closed "closed" "已办结",
    }
}

words! {
    /// 检查结论
    Verdict {
        Acceptable "acceptable" "总体可以接受",
        NotAcceptable "not_acceptable" "总体不可接受",
        Incomplete "incomplete" "核查未完成，暂不能下结论",
    }
}

impl Method {
    /// Whether shares of the population are shares of its money rather than of its items.
    pub const fn by_money(self) -> bool {
        matches!(self, Method::Mus)
    }

    pub const fn is_stratified(self) -> bool {
        matches!(self, Method::Stratified | Method::Neyman)
    }
}

impl State {
    /// The steps that may follow. More answers may come in after an evaluation, and it may be made again.
    pub const fn next(self) -> &'static [State] {
        match self {
            State::Drafted => &[State::Drawn],
            State::Drawn => &[State::InField],
            State::InField => &[State::Evaluated],
            State::Evaluated => &[State::InField, State::Evaluated, State::Reported],
            State::Reported => &[State::Closed],
            State::Closed => &[],
        }
    }

    pub fn may_become(self, next: State) -> bool {
        self.next().contains(&next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_code_and_title() {
        assert_eq!(Method::find("mus"), Some(Method::Mus));
        assert_eq!(Method::find("系统抽样"), Some(Method::Systematic));
        assert_eq!(State::find("nothing"), None);
    }

    #[test]
    fn nothing_is_closed_before_it_is_reported() {
        assert!(State::ALL.iter().filter(|state| state.may_become(State::Closed)).all(|state| *state == State::Reported));
        assert!(State::Closed.next().is_empty());
        assert!(!State::Drawn.may_become(State::Evaluated));
    }
}
