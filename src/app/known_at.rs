//! The known-at axis of the books (invariant 9): what was on record at a moment, so that last month's figures can be had
//! again after later corrections. The axis is the commit sequence; a time is turned into the last voucher recorded by then,
//! because clocks may step back and sequences may not.

use super::context::{china_time, end_of_china_day};
use super::{AppError, Book, Result};
use crate::domain::calendar::parse_date;
use crate::params;
use crate::store::Tx;
use chrono::{DateTime, NaiveDateTime};

/// A moment on the known-at axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// Up to and including the voucher of this sequence.
    Seq(i64),
    /// Up to and including this instant, microseconds since 1970 UTC.
    Time(i64),
}

/// China Standard Time is UTC+8 all year.
const CHINA_OFFSET_MICROS: i64 = 8 * 3_600 * 1_000_000;

impl KnownAt {
    /// Reads `#123`, `2018-10-05` (the end of that day), `2018-10-05 09:00:00` (both in China) or RFC 3339.
    pub fn parse(text: &str) -> Result<KnownAt> {
        let text = text.trim();
        if let Some(number) = text.strip_prefix('#') {
            return match number.parse::<i64>() {
                Ok(seq) if seq >= 0 => Ok(KnownAt::Seq(seq)),
                _ => refuse(text),
            };
        }
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Ok(KnownAt::Time(instant.timestamp_micros()));
        }
        for form in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
            if let Ok(local) = NaiveDateTime::parse_from_str(text, form) {
                return Ok(KnownAt::Time(local.and_utc().timestamp_micros() - CHINA_OFFSET_MICROS));
            }
        }
        match parse_date(text) {
            Ok(day) => Ok(KnownAt::Time(end_of_china_day(day))),
            Err(_) => refuse(text),
        }
    }

    /// As a report words it.
    pub fn label(self) -> String {
        match self {
            KnownAt::Seq(seq) => format!("凭证序号 {seq} 及以前"),
            KnownAt::Time(micros) => china_time(micros),
        }
    }
}

fn refuse<T>(text: &str) -> Result<T> {
    AppError::refuse(
        "known_at",
        format!("看不懂的记录时点“{text}”"),
        "请写成 2018-10-05、2018-10-05 09:00:00、2018-10-05T09:00:00+08:00，或凭证序号 #123",
    )
}

/// The last voucher that counts; `None` where all do.
pub(crate) fn horizon(tx: &mut Tx<'_>, book: &Book, known_at: Option<KnownAt>) -> Result<Option<i64>> {
    match known_at {
        None => Ok(None),
        Some(KnownAt::Seq(seq)) => Ok(Some(seq)),
        Some(KnownAt::Time(micros)) => {
            // The plus keeps the index by time out of it: walking back from the head reads only what came later.
            let last = tx.first(
                "SELECT seq FROM voucher WHERE book = $1 AND +recorded_at <= $2 ORDER BY seq DESC LIMIT 1",
                params![book.id, micros],
            )?;
            Ok(Some(last.map_or(Ok(0), |row| row.int(0))?))
        }
    }
}

/// What counts at a moment: vouchers up to a sequence, settings recorded up to an instant; all where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Known {
    pub seq: Option<i64>,
    /// Microseconds since 1970 UTC.
    pub time: Option<i64>,
}

/// Both ends of a moment. A voucher's moment, for the settings, is when it was recorded.
pub(crate) fn known(tx: &mut Tx<'_>, book: &Book, known_at: Option<KnownAt>) -> Result<Known> {
    let seq = horizon(tx, book, known_at)?;
    let time = match known_at {
        None => None,
        Some(KnownAt::Time(micros)) => Some(micros),
        Some(KnownAt::Seq(seq)) => {
            let recorded = "SELECT recorded_at FROM voucher WHERE book = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1";
            Some(tx.first(recorded, params![book.id, seq])?.map_or(Ok(0), |row| row.int(0))?)
        }
    };
    Ok(Known { seq, time })
}

/// Daily totals as known at a horizon, as a table `x` to select from: columns account, dim, date, closing, debit, credit.
/// Parameters: $1 book, $2 last day, $3 horizon. What came after the horizon is taken off again, so that only the postings
/// of later vouchers are read, never all of them. An empty list of accounts means every account.
pub(crate) fn known_daily(horizon: Option<i64>, accounts: &[i64]) -> String {
    let codes: Vec<String> = accounts.iter().map(i64::to_string).collect();
    let only = |column: &str| if codes.is_empty() { String::new() } else { format!(" AND {column} IN ({})", codes.join(", ")) };
    let daily = format!("SELECT account, dim, date, closing, debit, credit FROM daily WHERE book = $1 AND date <= $2{}", only("account"));
    // $3 is named in either form, so that both take the same parameters.
    if horizon.is_none() {
        return format!("({daily} AND CAST($3 AS BIGINT) >= 0) x");
    }
    // The plus keeps SQLite on the primary key (book, voucher) instead of the index by account.
    let later = format!(
        "SELECT account, dim, date, closing, -debit, -credit FROM posting WHERE book = $1 AND voucher > $3 AND +date <= $2{}",
        only("+account")
    );
    format!("({daily} UNION ALL {later}) x")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_china_time() {
        let nine = KnownAt::Time(1_538_701_200_000_000); // 2018-10-05 01:00:00 UTC
        assert_eq!(KnownAt::parse("2018-10-05 09:00:00").unwrap(), nine);
        assert_eq!(KnownAt::parse("2018-10-05T09:00:00+08:00").unwrap(), nine);
        assert_eq!(KnownAt::parse("2018-10-05T01:00:00Z").unwrap(), nine);
        assert_eq!(KnownAt::parse("2018-10-05").unwrap(), KnownAt::Time(1_538_755_199_999_999));
        assert_eq!(KnownAt::parse("#12").unwrap(), KnownAt::Seq(12));
        assert_eq!(nine.label(), "2018-10-05 09:00:00");
        for wrong in ["", "#", "#-1", "昨天", "2018-13-01"] {
            assert_eq!(KnownAt::parse(wrong).unwrap_err().code(), Some("known_at"));
        }
    }
}
