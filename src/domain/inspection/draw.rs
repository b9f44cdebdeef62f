//! Drawing a sample that a third party can draw again with a few lines of any language (`tests/check/redraw.py` is one such).
//! Chance comes from the seed by SM3 alone:
//!
//! * An item's **key** is SM3(seed LF item). Random and discovery samples are the n smallest keys (equal keys by item); a
//!   stratified one is the same within each stratum.
//! * A **start** below m is the first 8 bytes, big-endian, of SM3(seed LF `start` LF counter), counter 0, 1, …: the first of
//!   them that is below the largest multiple of m, modulo m, so that no start is likelier than another.
//! * **Systematic** of n among N: with a start r below N, items ⌊(r + jN) ÷ n⌋ for j = 0 … n − 1 in the frame's order.
//! * **Money units** (and risk points in their stead): interval J = ⌊T ÷ n⌋; whatever is J or more is taken whole (全查层); the
//!   rest is laid end to end in the frame's order and every J-th unit from a start r below J falls on an item.
//!
//! Strata share n by largest remainder (最大余数法), each at least two items so that its spread can be told (Cochran, Sampling
//! Techniques, 3rd ed. 1977, §5.5 and 5.12): in proportion to their items, or to items times standard deviation (Neyman 1934),
//! which for amounts that are all alike falls back to the first.

use super::frame::{Frame, FrameItem};
use super::plan::Method;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;

/// Items that a stratum has in the sample at the least, if it has them.
const LEAST: u64 = 2;

/// An item drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Chosen {
    /// Place in the frame, from 0.
    pub at: usize,
    /// Money units that fell on it; 1 otherwise.
    pub hits: i64,
    /// Taken without chance.
    pub whole: bool,
}

/// How many of a stratum were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub stratum: String,
    pub items: u64,
    pub drawn: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    /// In the frame's order.
    pub chosen: Vec<Chosen>,
    pub shares: Vec<Share>,
    /// Of money units or risk points.
    pub interval: Option<i64>,
    pub start: Option<i64>,
}

fn hash(seed: &str, rest: &str) -> [u8; 32] {
    let mut sm3 = Sm3::new();
    sm3.update(seed.as_bytes());
    sm3.update(b"\n");
    sm3.update(rest.as_bytes());
    sm3.finalize().into()
}

/// The key by which items are put in order.
pub fn key(seed: &str, item: &str) -> [u8; 32] {
    hash(seed, item)
}

/// A whole number below `end`, each equally likely; 0 where `end` is 0.
pub fn below(seed: &str, end: u64) -> u64 {
    if end == 0 {
        return 0;
    }
    let spare = (u64::MAX % end + 1) % end; // 2^64 mod end
    let mut counter = 0u64;
    loop {
        let digest = hash(seed, &format!("start\n{counter}"));
        let number = digest[..8].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        if number <= u64::MAX - spare {
            return number % end;
        }
        counter += 1;
    }
}

/// Draws. A size beyond the frame takes all of it.
pub fn draw(method: Method, frame: &Frame, size: u64, seed: &str) -> Drawing {
    let items = frame.items();
    let size = size.min(items.len() as u64);
    match method {
        Method::Random | Method::Discovery => Drawing { chosen: by_key(items, 0..items.len(), size, seed), ..Drawing::default() },
        Method::Stratified => stratified(frame, size, seed, false),
        Method::Neyman => stratified(frame, size, seed, true),
        Method::Systematic => systematic(items, size, seed),
        Method::Mus => by_units(items, size, seed, |item| item.value),
        Method::Risk => by_units(items, size, seed, |item| item.weight),
    }
}

/// The size that a stratified sample must have for every stratum to be told.
pub fn least_for_strata(frame: &Frame) -> u64 {
    frame.strata().iter().map(|stratum| LEAST.min(stratum.items as u64)).sum()
}

fn by_key(items: &[FrameItem], range: impl Iterator<Item = usize>, size: u64, seed: &str) -> Vec<Chosen> {
    let mut keyed: Vec<([u8; 32], &str, usize)> = range.map(|at| (key(seed, &items[at].item), items[at].item.as_str(), at)).collect();
    keyed.sort_unstable();
    let mut chosen: Vec<Chosen> = keyed.into_iter().take(size as usize).map(|(_, _, at)| Chosen { at, hits: 1, whole: false }).collect();
    chosen.sort_unstable();
    chosen
}

fn systematic(items: &[FrameItem], size: u64, seed: &str) -> Drawing {
    let all = items.len() as u64;
    if size == 0 {
        return Drawing::default();
    }
    let start = below(seed, all);
    let place = |j: u64| ((u128::from(start) + u128::from(j) * u128::from(all)) / u128::from(size)) as usize;
    let chosen = (0..size).map(|j| Chosen { at: place(j), hits: 1, whole: false }).collect();
    Drawing { chosen, start: i64::try_from(start).ok(), ..Drawing::default() }
}

fn by_units(items: &[FrameItem], size: u64, seed: &str, units: impl Fn(&FrameItem) -> i64) -> Drawing {
    let total: i128 = items.iter().map(|item| i128::from(units(item).max(0))).sum();
    if total == 0 || size == 0 {
        return Drawing::default();
    }
    // values are 64-bit amounts whose sum was checked to be one
    let interval = i64::try_from((total / i128::from(size)).max(1)).unwrap_or(i64::MAX);
    let start = below(seed, interval.unsigned_abs()) as i64;
    let mut next = i128::from(start);
    let mut passed = 0i128;
    let mut chosen = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let value = units(item).max(0);
        if value >= interval {
            chosen.push(Chosen { at, hits: 1, whole: true });
            continue;
        }
        passed += i128::from(value);
        if next < passed {
            chosen.push(Chosen { at, hits: 1, whole: false });
            next += i128::from(interval); // the item is shorter than the interval: no second unit falls on it
        }
    }
    Drawing { chosen, shares: Vec::new(), interval: Some(interval), start: Some(start) }
}

fn stratified(frame: &Frame, size: u64, seed: &str, neyman: bool) -> Drawing {
    let items = frame.items();
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        members.entry(&item.stratum).or_default().push(at);
    }
    let counts: Vec<u64> = members.values().map(|at| at.len() as u64).collect();
    let spread: Vec<u128> = members.values().map(|at| spread(items, at)).collect();
    let weights = if neyman && spread.iter().any(|weight| *weight > 0) { spread } else { counts.iter().map(|n| u128::from(*n)).collect() };
    let mut drawing = Drawing::default();
    for ((name, places), drawn) in members.iter().zip(allocate(&counts, &weights, size)) {
        drawing.chosen.extend(by_key(items, places.iter().copied(), drawn, seed));
        drawing.shares.push(Share { stratum: (*name).to_string(), items: places.len() as u64, drawn });
    }
    drawing.chosen.sort_unstable();
    drawing
}

/// Items times standard deviation, N·S = √(N·Σx² − (Σx)²), as a whole number. Amounts are reckoned in yuan here: only shares
/// come of it, and the squares of a whole county's fen would run over.
fn spread(items: &[FrameItem], places: &[usize]) -> u128 {
    let yuan = |at: &usize| u128::from((items[*at].value.max(0) / 100).unsigned_abs());
    let sum: u128 = places.iter().map(yuan).sum();
    let squares: u128 = places.iter().map(|at| yuan(at).saturating_mul(yuan(at))).fold(0, u128::saturating_add);
    (places.len() as u128).saturating_mul(squares).saturating_sub(sum.saturating_mul(sum)).isqrt()
}

/// Shares `size` out by largest remainder (ties to the earlier stratum); nobody gets more than it has, and each two where it
/// has them, taken from whoever has most above that.
pub fn allocate(counts: &[u64], weights: &[u128], size: u64) -> Vec<u64> {
    let size = size.min(counts.iter().sum());
    let mut shares = vec![0u64; counts.len()];
    let mut open: Vec<usize> = (0..counts.len()).collect();
    let mut left = size;
    while left > 0 && !open.is_empty() {
        // the strata that are not yet full share what is left
        let total: u128 = open.iter().map(|at| weights[*at]).sum();
        let even = total == 0;
        let weight = |at: usize| if even { u128::from(counts[at]) } else { weights[at] };
        let total = open.iter().map(|at| weight(*at)).sum::<u128>().max(1);
        let parts: Vec<(u64, u128)> = open.iter().map(|at| divide(left, weight(*at), total)).collect();
        let mut rest = left - parts.iter().map(|part| part.0).sum::<u64>();
        let mut order: Vec<usize> = (0..open.len()).collect();
        order.sort_by(|a, b| parts[*b].1.cmp(&parts[*a].1).then(a.cmp(b)));
        let mut given: Vec<u64> = parts.iter().map(|part| part.0).collect();
        for at in order {
            if rest > 0 {
                given[at] += 1;
                rest -= 1;
            }
        }
        left = 0;
        for (at, amount) in open.iter().zip(given) {
            let room = counts[*at] - shares[*at];
            shares[*at] += amount.min(room);
            left += amount.saturating_sub(room);
        }
        open.retain(|at| shares[*at] < counts[*at]);
    }
    lift(counts, &mut shares);
    shares
}

/// `left × weight ÷ total` with its remainder.
fn divide(left: u64, weight: u128, total: u128) -> (u64, u128) {
    let product = u128::from(left).saturating_mul(weight);
    ((product / total) as u64, product % total)
}

fn lift(counts: &[u64], shares: &mut [u64]) {
    let least = |at: usize| LEAST.min(counts[at]);
    for at in 0..counts.len() {
        while shares[at] < least(at) {
            let above = |other: &usize| shares[*other].saturating_sub(least(*other));
            let donor = (0..counts.len()).filter(|other| above(other) > 0).max_by_key(|other| (above(other), std::cmp::Reverse(*other)));
            let Some(donor) = donor else { return };
            shares[donor] -= 1;
            shares[at] += 1;
        }
    }
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
