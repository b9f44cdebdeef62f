//! What progress is computed from: for each group the balance of every place on the day, and what
//! was paid within the year. Because a fen is always in exactly one place, the money available is
//! the sum of the places and of what has been paid, whatever happened on the way.

use rust_decimal::Decimal;

use crate::domain::money::Fen;

/// The money of one group (a fund, a unit, a level, …) on the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    pub key: String,
    pub name: String,
    pub unallocated: Fen,
    pub allocated: Fen,
    pub reserved: Fen,
    pub in_transit: Fen,
    /// Sent back by the bank and not yet reissued.
    pub returned: Fen,
    /// With a budget unit or a township, not yet with a beneficiary (以拨代支).
    pub moved: Fen,
    /// 质保金, counted as unspent until it is paid.
    pub retention: Fen,
    /// Confirmed on household cards within the year, net of returns and refunds.
    pub paid_household: Fen,
    /// Paid to contractors, suppliers, co-ops and villages within the year, net of refunds.
    pub paid_payee: Fen,
    /// The group's own target, where some of its money has another than the common one: the mean of the targets, weighed by
    /// the money.
    pub target: Option<Decimal>,
}

/// What a group paid, net, in the last days of the year up to the day: the basis of the forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentSpend {
    pub key: String,
    /// Days the sum covers; see [`super::Policy::recent_days`].
    pub days: u32,
    pub paid: Fen,
}

/// A sum of money does not fit the money type; no real county comes near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("金额合计超出可表示的范围")]
pub struct MoneyOverflow;

/// Adds amounts, refusing rather than wrapping.
pub(super) fn sum(amounts: impl IntoIterator<Item = Fen>) -> Result<Fen, MoneyOverflow> {
    Fen::try_sum(amounts).ok_or(MoneyOverflow)
}

pub(super) fn fen(value: i128) -> Result<Fen, MoneyOverflow> {
    i64::try_from(value).map(Fen::new).map_err(|_| MoneyOverflow)
}

impl Holding {
    pub fn new(key: impl Into<String>, name: impl Into<String>) -> Holding {
        Holding { key: key.into(), name: name.into(), ..Holding::default() }
    }

    /// Everything the year has to spend: all places plus what has been paid.
    pub fn available(&self) -> Result<Fen, MoneyOverflow> {
        sum([
            self.unallocated,
            self.allocated,
            self.reserved,
            self.in_transit,
            self.returned,
            self.moved,
            self.retention,
            self.paid_household,
            self.paid_payee,
        ])
    }

    pub fn spent(&self) -> Result<Fen, MoneyOverflow> {
        sum([self.paid_household, self.paid_payee])
    }

    /// One holding with the raw figures of all, from which a total row is computed.
    pub fn total<'a>(name: &str, holdings: impl IntoIterator<Item = &'a Holding>) -> Result<Holding, MoneyOverflow> {
        let mut total = Holding::new("total", name);
        let mut weighed: Option<Decimal> = None;
        for holding in holdings {
            if let Some(target) = holding.target {
                *weighed.get_or_insert(Decimal::ZERO) += target * Decimal::from(holding.available()?.get());
            }
            let add = |a: Fen, b: Fen| sum([a, b]);
            total.unallocated = add(total.unallocated, holding.unallocated)?;
            total.allocated = add(total.allocated, holding.allocated)?;
            total.reserved = add(total.reserved, holding.reserved)?;
            total.in_transit = add(total.in_transit, holding.in_transit)?;
            total.returned = add(total.returned, holding.returned)?;
            total.moved = add(total.moved, holding.moved)?;
            total.retention = add(total.retention, holding.retention)?;
            total.paid_household = add(total.paid_household, holding.paid_household)?;
            total.paid_payee = add(total.paid_payee, holding.paid_payee)?;
        }
        let available = total.available()?.get();
        total.target = weighed.filter(|_| available > 0).map(|sum| sum / Decimal::from(available));
        Ok(total)
    }
}
