//! Batches that a slow unit makes later than the others do, by the plan's own days: labelled, for it is true (rule M08).

use super::hands::Weaver;
use super::natural::rows_of;
use crate::app::demo::plan::Batch;
use crate::domain::calendar::{Period, parse_date};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Days in which a batch should be made.
const LIMIT: i64 = 30;

struct Lag<'a> {
    batch: &'a Batch,
    period: Period,
    days: i64,
}

pub fn label(weaver: &mut Weaver<'_>) {
    for code in late(weaver) {
        weaver.guilty_of("M08", "批次", &code, &[], "资金下达且所属期结束三十日后才造册，其他单位没有这样迟");
    }
}

/// First day on which each document gave money to a unit for a programme.
fn given(weaver: &Weaver<'_>) -> BTreeMap<(String, String, String), NaiveDate> {
    let mut first = BTreeMap::new();
    for cells in rows_of(weaver, "allocations").filter(|cells| cells[1] == "下达") {
        let Ok(date) = parse_date(&cells[2]) else { continue };
        let day = first.entry((cells[0].clone(), cells[4].clone(), cells[6].clone())).or_insert(date);
        *day = date.min(*day);
    }
    first
}

fn late(weaver: &Weaver<'_>) -> Vec<String> {
    let given = given(weaver);
    let mut programs: BTreeMap<&str, Vec<Lag<'_>>> = BTreeMap::new();
    for batch in weaver.paying().filter(|b| !b.code.ends_with("-R1") && !b.lines.is_empty()) {
        let day = given.get(&(batch.allocation.clone(), batch.unit.clone(), batch.program.to_string()));
        let (Some(day), Ok(period)) = (day.copied(), Period::parse(&batch.period)) else { continue };
        let since = if period.month_count() <= 3 { day.max(period.last_day()) } else { day };
        let days = batch.made.signed_duration_since(since).num_days();
        programs.entry(batch.program).or_default().push(Lag { batch, period, days });
    }
    let mut late = Vec::new();
    for lags in programs.values() {
        late.extend(lags.iter().filter(|lag| lag.days >= LIMIT && !usual(lags, lag)).map(|lag| lag.batch.code.clone()));
    }
    late
}

/// Whether a quarter of the other units, or the unit itself in half of the other periods, are about as late; or nobody can tell
/// while a long period still runs.
fn usual(lags: &[Lag<'_>], own: &Lag<'_>) -> bool {
    let as_late = |lag: &&Lag<'_>| lag.days >= LIMIT && lag.days >= own.days - LIMIT;
    let peers = || lags.iter().filter(|lag| lag.period == own.period && lag.batch.unit != own.batch.unit);
    let periods = || lags.iter().filter(|lag| lag.period != own.period && lag.batch.unit == own.batch.unit);
    let (others, others_late) = (peers().count(), peers().filter(as_late).count());
    let (times, times_late) = (periods().count(), periods().filter(as_late).count());
    let in_season = own.batch.made <= own.period.last_day() && others + times == 0;
    in_season || others > 0 && others_late * 4 >= others || times > 0 && times_late * 2 >= times
}
