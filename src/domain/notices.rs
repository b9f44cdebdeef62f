//! Notices (公示、公告): how many days one hung, and whether that is enough. 国开办发〔2018〕11号: in principle at least ten days.
//! Both the first and the last day count. The words of a notice are templates that a clerk may edit; see [`template`].

pub mod template;

use chrono::{Days, NaiveDate};
use serde::Serialize;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 入库公示
    Entry,
    /// 竣工公告
    Completion,
    /// 发放公示
    Batch,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Entry, Kind::Completion, Kind::Batch];

    pub fn code(self) -> &'static str {
        ["entry", "completion", "batch"][self as usize]
    }

    pub fn title(self) -> &'static str {
        ["入库公示", "竣工公告", "发放公示"][self as usize]
    }

    pub fn find(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == text || kind.title() == text)
    }
}

/// From the first day on which a notice hung to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Window {
    /// Days on which it hung, both ends counted.
    pub fn days(self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The last day of a notice of so many days.
    pub fn of_days(from: NaiveDate, days: i64) -> Window {
        let more = Days::new(u64::try_from(days - 1).unwrap_or(0));
        Window { from, to: from.checked_add_days(more).unwrap_or(from) }
    }
}

/// Whether one of the windows is long enough and over before `day`. `not_before`: notices that hung before it do not count.
/// Errors: why not, in words, of the window that comes nearest.
pub fn noticed(windows: &[Window], least: i64, not_before: Option<NaiveDate>, day: NaiveDate) -> Result<Window, String> {
    let valid = || windows.iter().filter(|window| not_before.is_none_or(|first| window.from >= first));
    if let Some(window) = valid().find(|window| window.days() >= least && window.to < day) {
        return Ok(*window);
    }
    match valid().max_by_key(|window| (window.days(), window.to)) {
        None if windows.is_empty() => Err("没有公示".into()),
        None => Err("公示在申报（或退回）之前，不作数".into()),
        Some(window) if window.days() < least => {
            Err(format!("公示 {} 至 {} 共 {} 天，不足 {least} 天", window.from, window.to, window.days()))
        }
        Some(window) => Err(format!("公示期至 {}，{day} 尚未届满", window.to)),
    }
}

/// The last day by which something is due `days` after a day.
pub fn due(after: NaiveDate, days: i64) -> NaiveDate {
    after.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(after)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, month, day).unwrap()
    }

    #[test]
    fn days_are_counted_with_both_ends() {
        // 1 to 10 March is ten days, and over on the 11th; February 2018 has 28 days: 25 Feb to 6 Mar is 4 + 6
        let ten = Window { from: day(3, 1), to: day(3, 10) };
        assert_eq!((ten.days(), Window::of_days(day(3, 1), 10)), (10, ten));
        assert_eq!(Window { from: day(2, 25), to: day(3, 6) }.days(), 10);
        assert_eq!(noticed(&[ten], 10, None, day(3, 11)), Ok(ten));
        assert_eq!(noticed(&[ten], 10, None, day(3, 10)), Err("公示期至 2018-03-10，2018-03-10 尚未届满".into()));
        let nine = Window { from: day(3, 1), to: day(3, 9) };
        assert_eq!(noticed(&[nine], 10, None, day(4, 1)), Err("公示 2018-03-01 至 2018-03-09 共 9 天，不足 10 天".into()));
        assert_eq!(noticed(&[], 10, None, day(4, 1)), Err("没有公示".into()));
        assert_eq!(noticed(&[ten], 10, Some(day(3, 2)), day(4, 1)), Err("公示在申报（或退回）之前，不作数".into()));
        assert_eq!(noticed(&[nine, ten], 10, Some(day(3, 1)), day(4, 1)), Ok(ten));
        assert_eq!((due(day(3, 31), 30), due(day(1, 31), 0)), (day(4, 30), day(1, 31)));
    }
}
