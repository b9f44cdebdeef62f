//! Fisher's exact test (费舍尔精确检验) for two groups: how likely it is that the one has so many more by chance alone.
//!
//! Floats are right here and nowhere near money: the test adds probabilities between 0 and 1, each a quotient of factorials
//! that no integer holds; sums of logarithms keep twelve digits, of which a threshold such as 0.001 needs four.
#![allow(clippy::float_arithmetic, reason = "probabilities, never an amount")]

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The probability of a result as extreme, or more.
#[derive(Debug, Clone, Copy)]
pub struct Chance(f64);

impl Chance {
    pub fn below(self, limit: Decimal) -> bool {
        limit.to_f64().is_some_and(|limit| self.0 < limit)
    }

    /// With two digits: `3.2e-7`.
    pub fn text(self) -> String {
        format!("{:.1e}", self.0)
    }
}

/// Logarithms of factorials up to some number.
pub struct Factorials(Vec<f64>);

impl Factorials {
    pub fn up_to(most: usize) -> Factorials {
        let mut sums = Vec::with_capacity(most + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for n in 1..=most {
            sum += (n as f64).ln();
            sums.push(sum);
        }
        Factorials(sums)
    }

    fn of(&self, n: usize) -> f64 {
        self.0.get(n).copied().unwrap_or(f64::INFINITY)
    }

    fn choose(&self, n: usize, k: usize) -> f64 {
        self.of(n) - self.of(k) - self.of(n - k)
    }

    /// One-sided: of `own` drawn from `all`, of which `marked` are marked, at least `hits` are marked. `all` must not be beyond
    /// what the factorials were made for.
    pub fn at_least(&self, hits: usize, own: usize, marked: usize, all: usize) -> Chance {
        if own > all || marked > all {
            return Chance(1.0);
        }
        let (least, most) = ((own + marked).saturating_sub(all), own.min(marked));
        let total = self.choose(all, own);
        let sum: f64 = (hits.max(least)..=most).map(|k| (self.choose(marked, k) + self.choose(all - marked, own - k) - total).exp()).sum();
        Chance(sum.min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Factorials;

    #[test]
    fn the_lady_tasting_tea() {
        // Fisher 1935: all four cups right of eight, 1/70; three or more, 17/70
        let f = Factorials::up_to(8);
        assert!((f.at_least(4, 4, 4, 8).0 - 1.0 / 70.0).abs() < 1e-12);
        assert!((f.at_least(3, 4, 4, 8).0 - 17.0 / 70.0).abs() < 1e-12);
        assert!((f.at_least(0, 4, 4, 8).0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn large_groups_do_not_overflow() {
        let f = Factorials::up_to(20_000);
        assert!(f.at_least(900, 1_000, 10_000, 20_000).0 < 1e-100);
        assert!(f.at_least(500, 1_000, 10_000, 20_000).0 > 0.4);
    }
}
