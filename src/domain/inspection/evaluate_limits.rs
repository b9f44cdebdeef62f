//! The arithmetic under an evaluation: projections in whole fen, and upper limits by named methods. Factors come from
//! [`super::stats`] as decimals; every amount is exact until it is rounded to the fen, upper limits always up.
//!
//! * Money units: projected = Σ tᵢ·J + errors of the top stratum; upper limit by **Stringer** (1963): projected + F₀·J +
//!   Σ (Fᵢ − Fᵢ₋₁ − 1)·tᵢ·J, taintings in falling order, F the Poisson factors. Worked at 95% with J = 10,000 and taintings 0.5
//!   and 0.2: projected 7,000; basic 29,958; increments (4.7439 − 2.9958 − 1)·5,000 + (6.2958 − 4.7439 − 1)·2,000 = 4,844.30;
//!   upper 41,802.30.
//! * Ratio (比率估计, Cochran 1977 ch. 6): by stratum, booked total × errors ÷ booked in the sample; difference (差额估计): items ×
//!   errors ÷ items examined. Standard error by the residuals of the ratio.
//! * Rates: the exact limit of the hypergeometric distribution (Wright 1991), the same that sizes are reckoned by. Worked: none
//!   wrong among 20 of 39 at 95%: were 4 wrong, 19·18·17·16 ÷ 39·38·37·36 = 4.71%; were 3, 10.60%; so at most 3, 7.70%.
//! * Rates over strata: a proportional sample is taken as one; else the effective size of Korn and Graubard (Survey Methodology
//!   24, 1998), by Clopper–Pearson or, where that is lower, by the hypergeometric with whole numbers on the safe side.

use super::stats;
use crate::domain::money::Fen;
use rust_decimal::{Decimal, RoundingStrategy};

/// A figure that no longer fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("检查结果的金额超出可计算的范围")]
pub struct Overflow;

pub(super) type Fallible<T> = Result<T, Overflow>;

/// `a × b ÷ c`, half up; zero where `c` is zero.
pub(super) fn proportion(a: i64, b: i64, c: i64) -> Fallible<Fen> {
    if c == 0 {
        return Ok(Fen::ZERO);
    }
    let product = i128::from(a) * i128::from(b);
    let rounded = (2 * product + i128::from(c)).div_euclid(2 * i128::from(c));
    i64::try_from(rounded).map(Fen::new).map_err(|_| Overflow)
}

pub(super) fn decimal(fen: Fen) -> Decimal {
    Decimal::from(fen.get())
}

/// Fen, rounded up.
pub(super) fn fen_up(value: Decimal) -> Fallible<Fen> {
    let whole = value.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity);
    i64::try_from(whole).map(Fen::new).map_err(|_| Overflow)
}

pub(super) fn times(a: Decimal, b: Decimal) -> Fallible<Decimal> {
    a.checked_mul(b).ok_or(Overflow)
}

pub(super) fn plus(a: Fen, b: Fen) -> Fallible<Fen> {
    a.checked_add(b).ok_or(Overflow)
}

pub(super) fn share(part: u64, whole: u64) -> Decimal {
    Decimal::from(part).checked_div(Decimal::from(whole)).unwrap_or_default()
}

/// Stringer's bound over what was drawn by chance.
pub(super) struct Stringer {
    pub projected: Fen,
    /// 基本精确度
    pub basic: Fen,
    /// 增量备抵
    pub increments: Fen,
}

/// `taintings` are errors and booked amounts; `interval` the money that one unit stands for.
pub(super) fn stringer(confidence: Decimal, interval: Decimal, taintings: &[(Fen, Fen)]) -> Fallible<Stringer> {
    let mut shares: Vec<Decimal> = taintings
        .iter()
        .filter(|(error, book)| error.get() > 0 && book.get() > 0)
        .map(|(error, book)| (decimal(*error) / decimal(*book)).min(Decimal::ONE))
        .collect();
    shares.sort_by(|a, b| b.cmp(a));
    let mut before = stats::poisson_factor(confidence, 0);
    let basic = fen_up(times(before, interval)?)?;
    let (mut projected, mut increments) = (Decimal::ZERO, Decimal::ZERO);
    for (tainting, errors) in shares.iter().zip(1u32..) {
        let factor = stats::poisson_factor(confidence, errors);
        let unit = times(*tainting, interval)?;
        projected += unit;
        increments += times(factor - before - Decimal::ONE, unit)?.max(Decimal::ZERO);
        before = factor;
    }
    Ok(Stringer { projected: fen_up(projected)?, basic, increments: fen_up(increments)? })
}

/// What was examined of one stratum.
#[derive(Default)]
pub(super) struct Seen {
    /// Items and booked total of the stratum.
    pub items: u64,
    pub total: i64,
    /// Booked and wrong, of each item examined.
    pub pairs: Vec<(Fen, Fen)>,
    pub in_error: u64,
}

impl Seen {
    pub fn examined(&self) -> u64 {
        self.pairs.len() as u64
    }

    pub fn booked(&self) -> Fallible<Fen> {
        Fen::try_sum(self.pairs.iter().map(|pair| pair.0)).ok_or(Overflow)
    }

    pub fn wrong(&self) -> Fallible<Fen> {
        Fen::try_sum(self.pairs.iter().map(|pair| pair.1)).ok_or(Overflow)
    }

    pub fn ratio_projection(&self) -> Fallible<Fen> {
        proportion(self.total, self.wrong()?.get(), self.booked()?.get())
    }

    pub fn difference_projection(&self) -> Fallible<Fen> {
        let (items, examined) = (i64::try_from(self.items).map_err(|_| Overflow)?, i64::try_from(self.examined()).map_err(|_| Overflow)?);
        proportion(items, self.wrong()?.get(), examined)
    }

    /// Variance of the ratio projection in square yuan: N²(1 − f)/n · Σ(e − R·x)² ÷ (n − 1).
    pub fn variance(&self) -> Fallible<Decimal> {
        let n = self.examined();
        if n < 2 || n >= self.items {
            return Ok(Decimal::ZERO);
        }
        let yuan = |fen: Fen| Decimal::new(fen.get(), 2);
        let ratio = yuan(self.wrong()?).checked_div(yuan(self.booked()?)).unwrap_or_default().round_dp(10);
        let mut squares = Decimal::ZERO;
        for (book, wrong) in &self.pairs {
            let residual = (yuan(*wrong) - times(ratio, yuan(*book))?).round_dp(4);
            squares = squares.checked_add(times(residual, residual)?).ok_or(Overflow)?;
        }
        let spread = squares / Decimal::from(n - 1);
        let scale = times(Decimal::from(self.items), Decimal::from(self.items - n))? / Decimal::from(n);
        times(scale.round_dp(6), spread.round_dp(6))
    }
}

/// The root of a variance in square yuan, as fen, rounded up.
pub(super) fn root(variance: Decimal) -> Fallible<Fen> {
    let square_fen = times(variance, Decimal::from(10_000))?.ceil();
    let square = u128::try_from(square_fen).map_err(|_| Overflow)?;
    let root = square.isqrt();
    let root = if root * root < square { root + 1 } else { root };
    i64::try_from(root).map(Fen::new).map_err(|_| Overflow)
}

/// Rate over strata and its upper limit.
pub(super) fn rate_over(strata: &[Seen], confidence: Decimal) -> (Decimal, Decimal) {
    let items: u64 = strata.iter().map(|stratum| stratum.items).sum();
    let examined: u64 = strata.iter().map(Seen::examined).sum();
    let (mut rate, mut variance, mut thinnest) = (Decimal::ZERO, Decimal::ZERO, Decimal::from(examined));
    for stratum in strata.iter().filter(|stratum| stratum.examined() > 0) {
        let weight = share(stratum.items, items);
        let own = share(stratum.in_error, stratum.examined());
        let n = Decimal::from(stratum.examined());
        rate += weight * own;
        variance += weight * weight * own * (Decimal::ONE - own) / n;
        thinnest = thinnest.min(n / weight);
    }
    let effective = match (rate * (Decimal::ONE - rate)).checked_div(variance) {
        Some(size) => size.min(Decimal::from(examined)),
        None => thinnest, // no error anywhere, or nothing else: as strong as the stratum that was looked at least
    };
    if is_proportional(strata, items, examined) {
        let errors = strata.iter().map(|stratum| stratum.in_error).sum();
        return (rate, stats::upper_share(confidence, errors, examined, items));
    }
    (rate, upper_of_effective(confidence, rate, effective.round_dp(6), items))
}

/// Whether each stratum gave its share of what was examined, to the item.
fn is_proportional(strata: &[Seen], items: u64, examined: u64) -> bool {
    let off = |stratum: &Seen| {
        let (given, due) = (u128::from(stratum.examined()) * u128::from(items), u128::from(examined) * u128::from(stratum.items));
        given.abs_diff(due) < u128::from(items)
    };
    strata.iter().all(off)
}

/// The limit of a rate that was seen in a sample as strong as so many drawn by equal chance; no weaker than that of a population
/// without end, nor than that of this one with the size rounded down and the errors up.
pub(super) fn upper_of_effective(confidence: Decimal, rate: Decimal, effective: Decimal, items: u64) -> Decimal {
    let errors = (effective * rate).round_dp(6);
    let endless = stats::upper_rate(confidence, errors, effective);
    match (u64::try_from(errors.ceil()), u64::try_from(effective.floor())) {
        (Ok(errors), Ok(examined)) => endless.min(stats::upper_share(confidence, errors, examined, items)),
        _ => endless,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn confidence() -> Decimal {
        Decimal::new(95, 2)
    }

    /// The figures worked in the module's head, in fen.
    #[test]
    fn stringer_by_hand() {
        let taintings = [(Fen::new(20), Fen::new(100)), (Fen::new(50), Fen::new(100)), (Fen::ZERO, Fen::new(70))];
        let bound = stringer(confidence(), Decimal::from(1_000_000), &taintings).unwrap();
        assert_eq!(bound.projected, Fen::new(700_000));
        assert_eq!(bound.basic, Fen::new(2_995_800));
        assert_eq!(bound.increments, Fen::new(484_430));
    }

    /// Two strata of 100 and 50 items: 4 of 10 examined wrong in the first, none of 5 in the second.
    #[test]
    fn rates_weigh_by_stratum() {
        let seen = |items, examined, in_error| Seen { items, total: 0, pairs: vec![(Fen::ZERO, Fen::ZERO); examined], in_error };
        let (rate, upper) = rate_over(&[seen(100, 10, 4), seen(50, 5, 0)], confidence());
        assert_eq!(rate.round_dp(4), Decimal::new(2_667, 4));
        assert!(upper > rate && upper < Decimal::new(53, 2), "{upper}");
        let (none, upper) = rate_over(&[seen(100, 40, 0), seen(50, 20, 0)], confidence());
        // proportional and without an error: as 60 of 150, of which at most 5 may be wrong
        assert_eq!((none, upper), (Decimal::ZERO, Decimal::new(33_334, 6)));
    }

    /// Booked 100, 200, 300 yuan, 30 wrong in the second; 30 items of 6,000 in all. R = 0.05; residuals −5, 20, −15; Σ² = 650;
    /// variance 30·27/3 · 650/2 = 87,750; root 296.23 (rounded up).
    #[test]
    fn ratio_and_difference_by_hand() {
        let pairs = vec![(Fen::new(10_000), Fen::ZERO), (Fen::new(20_000), Fen::new(3_000)), (Fen::new(30_000), Fen::ZERO)];
        let seen = Seen { items: 30, total: 600_000, pairs, in_error: 1 };
        assert_eq!(seen.ratio_projection(), Ok(Fen::new(30_000)));
        assert_eq!(seen.difference_projection(), Ok(Fen::new(30_000)));
        assert_eq!(seen.variance(), Ok(Decimal::from(87_750)));
        assert_eq!(root(Decimal::from(87_750)), Ok(Fen::new(29_623)));
    }

    proptest! {
        #[test]
        fn the_bound_is_never_below_the_projection(errors in prop::collection::vec((0i64..5_000, 5_000i64..9_000), 0..12), interval in 1_000i64..100_000_000) {
            let taintings: Vec<(Fen, Fen)> = errors.iter().map(|(error, book)| (Fen::new(*error), Fen::new(*book))).collect();
            let bound = stringer(confidence(), Decimal::from(interval), &taintings).unwrap();
            prop_assert!(bound.basic.get() >= interval * 2 && bound.increments.get() >= 0);
            let exact: i64 = errors.iter().map(|(error, book)| (i128::from(*error) * i128::from(interval) / i128::from(*book)) as i64).sum();
            prop_assert!(bound.projected.get() >= exact && bound.projected.get() <= exact + errors.len() as i64 + 1);
        }
    }
}
