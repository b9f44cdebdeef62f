//! First two digits against Benford's law, as a note and never as proof: only where there are at least a thousand amounts, and
//! never on fixed-rate subsidies, whose amounts are what the rate makes them. The measure is the mean absolute deviation of
//! the ninety shares with Nigrini's limits for first-two digits (0.0012, 0.0018, 0.0022; M. Nigrini, Benford's Law, 2012).

#![allow(clippy::float_arithmetic, reason = "a statistic over counts; no amount is computed")]

/// Fewest amounts for which the test means anything.
pub const LEAST: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benford {
    pub count: usize,
    /// Mean absolute deviation of the shares.
    pub deviation: f64,
    /// The pair of digits that stands out most, and by how many amounts.
    pub digits: usize,
    pub excess: f64,
}

impl Benford {
    pub fn verdict(&self) -> &'static str {
        match self.deviation {
            d if d < 0.0012 => "接近",
            d if d < 0.0018 => "尚可",
            d if d < 0.0022 => "勉强",
            _ => "不符",
        }
    }
}

/// The test over amounts in fen; nothing where there are too few of at least ten fen.
pub fn first_two_digits(amounts: impl IntoIterator<Item = i64>) -> Option<Benford> {
    let mut counts = [0usize; 100];
    for amount in amounts.into_iter().filter(|amount| *amount >= 10) {
        let mut first = amount;
        while first >= 100 {
            first /= 10;
        }
        counts[usize::try_from(first).unwrap_or(0)] += 1;
    }
    let count: usize = counts.iter().sum();
    if count < LEAST {
        return None;
    }
    let (mut deviation, mut digits, mut excess) = (0.0, 10, f64::MIN);
    for (pair, seen) in counts.iter().enumerate().skip(10) {
        let expected = (1.0 + 1.0 / pair as f64).log10();
        deviation += (*seen as f64 / count as f64 - expected).abs() / 90.0;
        let more = *seen as f64 - expected * count as f64;
        if more > excess {
            (digits, excess) = (pair, more);
        }
    }
    Some(Benford { count, deviation, digits, excess })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn powers_follow_the_law_and_a_favoured_amount_does_not() {
        // 1.01 to the power of n fills every decade evenly on the scale of logarithms
        let natural: Vec<i64> = (0..2314).map(|n| (1_000.0 * 1.01f64.powi(n % 1157)) as i64).collect();
        let sound = first_two_digits(natural.iter().copied()).unwrap();
        assert!(sound.deviation < 0.0012, "{sound:?}");
        let favoured = natural.into_iter().chain(std::iter::repeat_n(490_000, 500));
        let odd = first_two_digits(favoured).unwrap();
        assert_eq!((odd.digits, odd.verdict()), (49, "不符"));
        assert!(first_two_digits([100; 999]).is_none());
    }
}
