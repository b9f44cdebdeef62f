//! The rules of access in force on a day: the settings `access.*`, understood.

use crate::app::book::number;
use crate::app::{Book, Result};
use crate::domain::access::lockout::Lockout;
use crate::domain::access::password::PasswordPolicy;
use crate::domain::calendar::date_to_int;
use crate::store::Tx;
use chrono::NaiveDate;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// Spans are microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessPolicy {
    pub password: PasswordPolicy,
    /// How long a password may be used; 0 without end.
    pub password_lasts: i64,
    /// How many earlier passwords may not come again.
    pub history: i64,
    pub first_secret_lasts: i64,
    pub lockout: Lockout,
    pub idle: i64,
    pub session_lasts: i64,
    /// Days for which the log is kept at least.
    pub log_days: i64,
}

pub fn in_force(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<AccessPolicy> {
    let day = date_to_int(day);
    let mut of = |name: &str| number(tx, book, &format!("access.{name}"), day);
    Ok(AccessPolicy {
        password: PasswordPolicy { least: usize::try_from(of("password_min")?).unwrap_or(8), complex: of("password_complexity")? == 1 },
        password_lasts: of("password_days")? * 24 * HOUR,
        history: of("password_history")?,
        first_secret_lasts: of("first_secret_hours")? * HOUR,
        lockout: Lockout { free: of("lock_after")?, first: of("lock_seconds")?, longest: of("lock_max_minutes")? * 60 },
        idle: of("idle_minutes")? * 60 * SECOND,
        session_lasts: of("session_hours")? * HOUR,
        log_days: of("log_days")?,
    })
}
