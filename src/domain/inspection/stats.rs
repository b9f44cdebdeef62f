//! The distributions that sample sizes and upper limits rest on: Poisson, binomial, hypergeometric and normal, by the
//! incomplete gamma and beta functions. This is the one module of inspection that reckons with floats: probabilities have no
//! exact decimals. Nothing here sees an amount; what leaves is a whole number of items, or a factor as a decimal that is
//! rounded up at a stated place, so that a limit never comes out too small and no machine differs from another.
//!
//! Sources: Clopper and Pearson, Biometrika 26 (1934) 404; Wright, "Exact Confidence Bounds when Sampling from Small Finite
//! Universes" (1991), for limits of populations that are known; AICPA Audit Guide "Audit Sampling", tables A and C; Stewart,
//! "Technical Notes on the AICPA Audit Guide Audit Sampling" (2012) for the confidence factors with expected misstatement.
#![allow(clippy::float_arithmetic, reason = "probabilities have no exact decimals; amounts never enter this module")]

use rust_decimal::{Decimal, RoundingStrategy};

/// Rounds of halving an interval: below the resolution of a float.
const HALVINGS: u32 = 200;
const TINY: f64 = 1e-300;
const CLOSE: f64 = 1e-15;

/// A share of one or a factor as the float that it is nearest to.
fn float(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or(0.0)
}

/// A float as a decimal rounded up at a place. The tenth place is rounded first, so that noise of the last bits counts for
/// nothing.
fn up(value: f64, places: u32) -> Decimal {
    let near: Decimal = format!("{value:.10}").parse().unwrap_or(Decimal::ZERO);
    near.round_dp_with_strategy(places, RoundingStrategy::ToPositiveInfinity).normalize()
}

/// ln Γ(x) for x > 0 (Lanczos, g = 7).
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = C.iter().zip(1..).fold(0.999_999_999_999_809_9, |sum, (c, i)| sum + c / (x + f64::from(i)));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// ln of the number of ways to choose k of n.
fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// The regularised lower incomplete gamma function P(a, x).
fn gamma_p(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * CLOSE {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (front * sum).min(1.0);
    }
    // Lentz's continued fraction for the upper one
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / guarded(an * d + b);
        c = guarded(b + an / c);
        h *= d * c;
        if (d * c - 1.0).abs() < CLOSE {
            break;
        }
    }
    (1.0 - front * h).clamp(0.0, 1.0)
}

fn guarded(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

/// The regularised incomplete beta function I_x(a, b).
fn beta_i(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) { front * beta_fraction(a, b, x) / a } else { 1.0 - front * beta_fraction(b, a, 1.0 - x) / b }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guarded(1.0 + even * d);
        c = guarded(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guarded(1.0 + odd * d);
        c = guarded(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < CLOSE {
            break;
        }
    }
    h
}

/// Where an increasing function reaches `target`.
fn solve(mut low: f64, mut high: f64, target: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if f(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The x with P(a, x) = confidence.
fn gamma_inverse(a: f64, confidence: f64) -> f64 {
    let mut high = a + 10.0;
    while gamma_p(a, high) < confidence {
        high *= 2.0;
    }
    solve(0.0, high, confidence, |x| gamma_p(a, x))
}

/// Poisson upper factor (可靠性系数): the mean at which `errors` or fewer have probability 1 − confidence. Four places, rounded
/// up; at 95% 2.9958, 4.7439, 6.2958 (published to two places as 3.00, 4.75, 6.30).
pub fn poisson_factor(confidence: Decimal, errors: u32) -> Decimal {
    up(gamma_inverse(f64::from(errors) + 1.0, float(confidence)), 4)
}

/// Confidence factor of monetary-unit sampling with an expected misstatement, `ratio` = expected ÷ tolerable, below one: the F
/// that solves F = Γ⁻¹(confidence; 1 + ratio·F) (Stewart 2012). Four places, rounded up.
pub fn expected_factor(confidence: Decimal, ratio: Decimal) -> Decimal {
    let (confidence, ratio) = (float(confidence), float(ratio));
    // F − Γ⁻¹(1 + ratio·F) begins below zero and crosses it once, for ratio < 1
    let gap = |f: f64| f - gamma_inverse(1.0 + ratio * f, confidence);
    let mut high = 16.0;
    while gap(high) < 0.0 && high < 1e6 {
        high *= 2.0;
    }
    let (mut low, mut top) = (0.0, high);
    for _ in 0..60 {
        let middle = 0.5 * (low + top);
        if gap(middle) < 0.0 {
            low = middle;
        } else {
            top = middle;
        }
    }
    up(top, 4)
}

/// P(X ≤ k) for X of n draws with chance p.
fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { 1.0 - beta_i(k as f64 + 1.0, (n - k) as f64, p) }
}

/// P(X ≤ k) for X wrong ones among n drawn, without putting back, from `population` with `wrong` of them.
fn hypergeometric_cdf(k: u64, population: u64, wrong: u64, n: u64) -> f64 {
    let all = ln_choose(population as f64, n as f64);
    let lowest = (n + wrong).saturating_sub(population);
    let term = |x: u64| (ln_choose(wrong as f64, x as f64) + ln_choose((population - wrong) as f64, (n - x) as f64) - all).exp();
    (lowest..=k.min(wrong).min(n)).map(term).sum::<f64>().min(1.0)
}

/// Noise that a probability may have: what lies this near to its limit counts as on it.
const NOISE: f64 = 1e-9;

/// The smallest n at which k or fewer errors would be rarer than 1 − confidence, were the population in error at the rate.
/// Without a `population` by the binomial distribution, else by the hypergeometric one with the number of wrong items rounded
/// up; `None` where even all items do not tell.
pub fn smallest_sample(confidence: Decimal, rate: Decimal, allowed: u64, population: Option<u64>) -> Option<u64> {
    let (risk, p) = (1.0 - float(confidence), float(rate));
    let chance = |n: u64| match population {
        None => binomial_cdf(allowed, n, p),
        Some(items) => hypergeometric_cdf(allowed, items, wrong_items(items, rate), n),
    };
    let enough = |n: u64| chance(n) <= risk + NOISE;
    let most = population.unwrap_or(100_000_000);
    if most <= allowed || !enough(most) {
        return None;
    }
    let (mut low, mut high) = (allowed, most); // low is not enough, high is
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// How many of so many items are wrong at a rate, at least one.
pub fn wrong_items(items: u64, rate: Decimal) -> u64 {
    let wrong = (Decimal::from(items) * rate).ceil();
    u64::try_from(wrong).unwrap_or(items).clamp(1, items.max(1))
}

/// Upper limit of the rate after `errors` among `examined`, drawn without putting back from so many items: the largest number
/// of wrong items under which no more errors than these would still not be rarer than 1 − confidence, as a share. It turns the
/// test of [`smallest_sample`] round, so that a sample of that size with no more errors than allowed always keeps to the rate.
/// Six places, rounded up.
pub fn upper_share(confidence: Decimal, errors: u64, examined: u64, population: u64) -> Decimal {
    if examined == 0 || examined > population || errors > examined {
        return Decimal::ONE;
    }
    let risk = 1.0 - float(confidence);
    let borne = |wrong: u64| hypergeometric_cdf(errors, population, wrong, examined) > risk + NOISE;
    let (mut low, mut high) = (errors, population - examined + errors + 1); // low is borne; beyond the last there are too few right ones
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if borne(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let share = Decimal::from(low).checked_div(Decimal::from(population)).unwrap_or(Decimal::ONE);
    share.round_dp_with_strategy(6, RoundingStrategy::ToPositiveInfinity)
}

/// Upper limit of the rate after `errors` among `examined` (Clopper–Pearson, one-sided). Both may be fractions: effective
/// numbers of a weighted sample. Six places, rounded up.
pub fn upper_rate(confidence: Decimal, errors: Decimal, examined: Decimal) -> Decimal {
    if examined <= Decimal::ZERO || errors >= examined {
        return Decimal::ONE;
    }
    let (x, n, confidence) = (float(errors), float(examined), float(confidence));
    up(solve(0.0, 1.0, confidence, |p| beta_i(x + 1.0, n - x, p)), 6).min(Decimal::ONE)
}

/// Lower limit of the rate, in the same way. Six places, rounded up (the sixth place is noise to whoever reads it).
pub fn lower_rate(confidence: Decimal, errors: Decimal, examined: Decimal) -> Decimal {
    if errors <= Decimal::ZERO || examined <= Decimal::ZERO {
        return Decimal::ZERO;
    }
    let (x, n) = (float(errors), float(examined));
    up(solve(0.0, 1.0, 1.0 - float(confidence), |p| beta_i(x, n - x + 1.0, p)), 6).min(Decimal::ONE)
}

/// The one-sided normal factor z: 1.6449 at 95%. Four places, rounded up.
pub fn normal_factor(confidence: Decimal) -> Decimal {
    let tail = 2.0 * float(confidence) - 1.0;
    up(solve(0.0, 40.0, tail.max(0.0), |z| gamma_p(0.5, 0.5 * z * z)), 4)
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
