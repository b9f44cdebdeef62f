//! The kinds of value that a setting may have, and what is wrong with a value that is not of its kind.

use crate::domain::money::Fen;
use crate::domain::problem::Problem;
use crate::domain::progress::Curve;
use rust_decimal::Decimal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A share of one, 0 to 1: `0.95`.
    Share,
    /// Percentage points, not below zero.
    Points,
    /// A whole number between two, both included.
    Whole(u32, u32),
    /// An amount in 元.
    Money,
    /// Names, set apart by 、 or a comma; may be empty.
    Names,
    /// Some of these words, set apart in the same way.
    Some(&'static [&'static str]),
    /// A curve of the schedule, see `progress.curve`.
    Curve,
    Text,
}

impl Kind {
    /// What is wrong with a value, in Chinese; nothing where it fits.
    pub fn problem(self, value: &str) -> Option<String> {
        let decimal = || value.trim().parse::<Decimal>().ok();
        match self {
            Kind::Share => match decimal() {
                Some(share) if share >= Decimal::ZERO && share <= Decimal::ONE => None,
                _ => Some("应为 0 至 1 之间的小数，如 0.95".into()),
            },
            Kind::Points => match decimal() {
                Some(points) if points >= Decimal::ZERO => None,
                _ => Some("应为不小于 0 的百分点数，如 10".into()),
            },
            Kind::Whole(least, most) => match value.trim().parse::<u32>() {
                Ok(number) if (least..=most).contains(&number) => None,
                _ if most == u32::MAX => Some(format!("应为不小于 {least} 的整数")),
                _ => Some(format!("应为 {least} 至 {most} 的整数")),
            },
            Kind::Money => Fen::parse(value).err().map(|problem| format!("应为以元为单位的金额：{problem}，{}", problem.mend())),
            Kind::Names | Kind::Text => None,
            Kind::Some(words) => {
                let wrong: Vec<&str> = names(value).filter(|name| !words.contains(name)).collect();
                (!wrong.is_empty() || names(value).next().is_none())
                    .then(|| format!("应为下列中的一项或几项，用顿号隔开：{}", words.join("、")))
            }
            Kind::Curve => value.parse::<Curve>().err().map(|problem| problem.to_string()),
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Kind::Share => "比例",
            Kind::Points => "百分点",
            Kind::Whole(..) => "整数",
            Kind::Money => "金额（元）",
            Kind::Names => "姓名",
            Kind::Some(_) => "选项",
            Kind::Curve => "曲线",
            Kind::Text => "文字",
        }
    }
}

/// The names of a list as people write them: 甲、乙 or 甲，乙.
pub fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(['、', ',', '，', ';', '；']).map(str::trim).filter(|name| !name.is_empty())
}
