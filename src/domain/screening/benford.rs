//! The law of first digits (Benford) for two leading digits, in whole numbers: sums of money that grew by themselves begin
//! with 10 far more often than with 99; invented ones do not. A test needs many values over several orders of magnitude.

/// How often in a million each pair from 10 to 99 leads: log10(1 + 1/d), rounded.
const EXPECTED: [i64; 90] = [
    41_393, 37_789, 34_762, 32_185, 29_963, 28_029, 26_329, 24_824, 23_481, 22_276, 21_189, 20_203, 19_305, 18_483, 17_729, 17_033, 16_390,
    15_794, 15_240, 14_723, 14_240, 13_788, 13_364, 12_965, 12_589, 12_234, 11_899, 11_582, 11_281, 10_995, 10_724, 10_465, 10_219, 9_984,
    9_760, 9_545, 9_340, 9_143, 8_955, 8_774, 8_600, 8_433, 8_273, 8_118, 7_969, 7_825, 7_687, 7_553, 7_424, 7_299, 7_179, 7_062, 6_949,
    6_839, 6_733, 6_631, 6_531, 6_434, 6_340, 6_249, 6_160, 6_074, 5_990, 5_909, 5_830, 5_752, 5_677, 5_604, 5_532, 5_463, 5_395, 5_329,
    5_264, 5_201, 5_140, 5_080, 5_021, 4_963, 4_907, 4_853, 4_799, 4_746, 4_695, 4_645, 4_596, 4_548, 4_501, 4_454, 4_409, 4_365,
];

/// How far a set of amounts is from the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    pub count: i64,
    /// Chi-square, in thousandths.
    pub chi_square: i64,
    /// Mean absolute deviation of the shares, in millionths.
    pub deviation: i64,
}

/// The fit of amounts of at least two digits; nothing where there are fewer than two, or they do not spread a hundredfold.
pub fn fit(amounts: impl Iterator<Item = i64>) -> Option<Fit> {
    let mut seen = [0_i64; 90];
    let (mut count, mut least, mut most) = (0_i64, i64::MAX, 0_i64);
    for amount in amounts.filter(|amount| *amount >= 10) {
        let mut lead = amount;
        while lead >= 100 {
            lead /= 10;
        }
        if let Some(times) = usize::try_from(lead - 10).ok().and_then(|place| seen.get_mut(place)) {
            *times += 1;
        }
        (count, least, most) = (count + 1, least.min(amount), most.max(amount));
    }
    if count < 2 || most / 100 < least {
        return None;
    }
    let (mut chi_square, mut deviation) = (0_i128, 0_i128);
    for (times, expected) in seen.into_iter().zip(EXPECTED) {
        // both in millionths of the count: seen × 1,000,000 against expected × count
        let off = i128::from(times) * 1_000_000 - i128::from(expected) * i128::from(count);
        // (o − e)² / e in thousandths, with o − e = off / 1,000,000 and e = expected × count / 1,000,000
        chi_square += off * off / (i128::from(expected) * i128::from(count) * 1_000);
        deviation += off.abs();
    }
    let whole = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
    Some(Fit { count, chi_square: whole(chi_square), deviation: whole(deviation / (i128::from(count) * 90)) })
}

#[cfg(test)]
mod tests {
    use super::{EXPECTED, fit};

    #[test]
    fn the_shares_add_up() {
        assert_eq!(EXPECTED.iter().sum::<i64>(), 999_996);
        assert_eq!((EXPECTED[0], EXPECTED[89]), (41_393, 4_365));
    }

    #[test]
    fn a_geometric_series_follows_the_law_and_a_uniform_one_does_not() {
        let mut value = 1_000_000_000_i64; // grows by 0.7% a step
        let series: Vec<i64> = (0..3_000)
            .map(|_| {
                value += value * 7 / 1_000;
                if value > 1_000_000_000_000_000 {
                    value /= 1_000_000;
                }
                value
            })
            .collect();
        let good = fit(series.into_iter()).unwrap();
        assert!(good.deviation < 1_200, "{good:?}");
        let even = fit((1_000..150_000).step_by(33)).unwrap();
        assert!(even.deviation > 2_200 && even.chi_square > 135_980, "{even:?}");
    }

    #[test]
    fn amounts_of_one_size_are_not_for_this_law() {
        assert!(fit(std::iter::repeat_n(30_000, 5_000)).is_none());
        assert!(fit(std::iter::empty()).is_none());
    }
}
