//! Days on which offices are closed (节假日): weekends, and the yearly notices of the State Council's General Office (国办发明电
//! on 部分节假日安排) for 2018 to 2020, with the weekend days worked in exchange (调休). Other years have weekends only.

use crate::domain::ledger::chart;
use chrono::{Datelike, NaiveDate, Weekday};
use std::sync::LazyLock;

static SHIPPED: LazyLock<Vec<(i64, i64, bool, &'static str)>> = LazyLock::new(|| {
    let rows = chart::rows(include_str!("data/holidays.csv"), 4).unwrap_or_default(); // a test holds that it can be read
    let row = |cells: Vec<&'static str>| Some((cells[0].parse().ok()?, cells[1].parse().ok()?, cells[2] == "休", cells[3]));
    rows.into_iter().filter_map(|(_, cells)| row(cells)).collect()
});

/// Why offices are closed on a day; nothing on a working day.
pub fn closed(day: NaiveDate) -> Option<&'static str> {
    let number = crate::domain::calendar::date_to_int(day);
    if let Some((_, _, free, name)) = SHIPPED.iter().find(|(from, to, _, _)| (*from..=*to).contains(&number)) {
        return free.then_some(*name);
    }
    match day.weekday() {
        Weekday::Sat => Some("星期六"),
        Weekday::Sun => Some("星期日"),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn holidays_weekends_and_days_worked_in_exchange() {
        let day = |m, d| NaiveDate::from_ymd_opt(2018, m, d).unwrap();
        assert_eq!(SHIPPED.len(), 37);
        assert_eq!(closed(day(10, 1)), Some("国庆节"));
        assert_eq!(closed(day(9, 30)), None, "a Sunday that was worked");
        assert_eq!((closed(day(9, 15)), closed(day(9, 16)), closed(day(9, 17))), (Some("星期六"), Some("星期日"), None));
    }
}
