//! Where a unit or a fund stands at a month's end. Money keeps its own target (of its level or document), so what a subject
//! should have spent is the sum over its money, and its schedule the mean weighed by money. A fund received only lately asks
//! for nothing yet, while what it has spent counts.

use super::rung::SubjectKind;
use crate::domain::money::Fen;
use crate::domain::progress::MoneyOverflow;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The money of one dimension set at a month's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub available: Fen,
    pub spent: Fen,
    pub unallocated: Fen,
    /// The share to be spent by the target day.
    pub target: Decimal,
    /// The share that should have been spent by now; zero for a fund in its first days.
    pub due: Decimal,
}

/// The sums of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub available: Fen,
    pub spent: Fen,
    pub unallocated: Fen,
    target: Decimal,
    due: Decimal,
}

impl Standing {
    pub fn add(&mut self, part: &Part) -> Result<(), MoneyOverflow> {
        let sum = |a: Fen, b: Fen| a.checked_add(b).ok_or(MoneyOverflow);
        self.available = sum(self.available, part.available)?;
        self.spent = sum(self.spent, part.spent)?;
        self.unallocated = sum(self.unallocated, part.unallocated)?;
        let available = Decimal::from(part.available.get());
        self.target += part.target * available;
        self.due += part.due * available;
        Ok(())
    }

    fn per_available(&self, amount: Decimal) -> Option<Decimal> {
        (self.available.get() > 0).then(|| amount / Decimal::from(self.available.get()))
    }

    /// `None` where nothing is available.
    pub fn progress(&self) -> Option<Decimal> {
        self.per_available(Decimal::from(self.spent.get()))
    }

    pub fn schedule(&self) -> Option<Decimal> {
        self.per_available(self.due)
    }

    pub fn target(&self) -> Option<Decimal> {
        self.per_available(self.target)
    }

    /// Percentage points ahead of schedule, negative when behind.
    pub fn gap(&self) -> Option<Decimal> {
        self.per_available((Decimal::from(self.spent.get()) - self.due) * Decimal::ONE_HUNDRED)
    }

    pub fn unspent(&self) -> i64 {
        self.available.get().saturating_sub(self.spent.get())
    }

    /// What should have been spent by now, rounded up to the fen.
    pub fn due(&self) -> Fen {
        Fen::new(self.due.round_dp(6).ceil().to_i64().unwrap_or(i64::MAX))
    }
}

/// What is known of a subject: its standing at the end of each month from January on, the last being the month judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub kind: SubjectKind,
    pub key: String,
    pub name: String,
    pub months: Vec<Standing>,
    /// Days since money was last paid to a payee, of the money that has lain longest; `None` where nothing is left.
    pub idle_days: Option<u32>,
}

impl Facts {
    pub fn last(&self) -> Standing {
        self.months.last().copied().unwrap_or_default()
    }
}
