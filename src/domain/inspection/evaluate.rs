//! What may be said of the whole from the sample. Rates are judged against the tolerable rate, money units against the
//! tolerable money; discovery fails with the first error. Items not yet looked at are first left out and then all counted as
//! wrong: only where both ways lead to the same verdict is there one (as AICPA "Audit Sampling" has it for items that cannot be
//! examined). The limits are in [`super::evaluate_limits`].

use super::draw::Chosen;
pub use super::evaluate_limits::Overflow;
use super::evaluate_limits::{self as limits, Fallible, Seen};
use super::frame::{Frame, Stratum};
use super::plan::{Method, Verdict};
use super::question::Outcome;
use super::size::Aim;
use super::stats;
use crate::domain::money::Fen;
use crate::domain::report::figure::percent;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Ratios as decimal text, both ways.
mod ratio {
    use super::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{:.6}", value.round_dp(6)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        std::borrow::Cow::<str>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// What was drawn, and from what.
#[derive(Debug)]
pub struct Basis<'a> {
    pub method: Method,
    pub aim: Aim,
    pub frame: &'a Frame,
    pub interval: Option<i64>,
}

/// An item of the sample and what was found; `None` where nobody has been there yet.
#[derive(Debug, Clone)]
pub struct Looked {
    pub chosen: Chosen,
    pub outcome: Option<Outcome>,
}

/// One township.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratumResult {
    pub name: String,
    pub items: i64,
    pub total: Fen,
    pub sampled: u64,
    pub examined: u64,
    pub in_error: u64,
    pub found: Fen,
    #[serde(with = "ratio")]
    pub upper_rate: Decimal,
    pub projected: Fen,
}

/// Figures over the whole population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Estimated rate of items in error; of money units the rate among those drawn, which says nothing of all items.
    #[serde(with = "ratio")]
    pub rate: Decimal,
    #[serde(with = "ratio")]
    pub upper_rate: Decimal,
    /// 推断差错金额
    pub projected: Fen,
    /// By the other estimator, where there are two (差额估计).
    pub difference: Option<Fen>,
    pub standard_error: Option<Fen>,
    /// 基本精确度 and 增量备抵 of Stringer's bound.
    pub basic: Option<Fen>,
    pub increments: Option<Fen>,
    /// 差错金额上限, at most the total.
    pub upper: Fen,
    pub acceptable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub method: Method,
    #[serde(with = "ratio")]
    pub confidence: Decimal,
    #[serde(with = "ratio")]
    pub tolerable: Decimal,
    pub tolerable_amount: Fen,
    pub items: i64,
    pub total: Fen,
    pub sampled: u64,
    pub examined: u64,
    pub missing: u64,
    pub in_error: u64,
    pub remarked: u64,
    /// Found in the sample: booked too much, and too little.
    pub found: Fen,
    pub under: Fen,
    pub figures: Figures,
    /// With every item not yet looked at counted as wrong.
    pub worst: Option<Figures>,
    pub strata: Vec<StratumResult>,
    pub verdict: Verdict,
    /// The verdict in words.
    pub words: Vec<String>,
}

/// Evaluates a sample. Errors: amounts beyond what can be reckoned with; never for a book that could hold them.
pub fn evaluate(basis: &Basis<'_>, looked: &[Looked]) -> Fallible<Evaluation> {
    let total = Fen::new(basis.frame.total().ok_or(Overflow)?);
    let outcomes = || looked.iter().filter_map(|one| one.outcome.as_ref());
    let sum = |pick: fn(&Outcome) -> Fen| Fen::try_sum(outcomes().map(pick)).ok_or(Overflow);
    let examined = outcomes().count() as u64;
    let missing = looked.len() as u64 - examined;
    let figures = figures(basis, looked, total)?;
    let worst = if missing > 0 { Some(self::figures(basis, &worst_case(basis, looked), total)?) } else { None };
    let verdict = match (&worst, figures.acceptable) {
        _ if examined == 0 => Verdict::Incomplete,
        (None, true) => Verdict::Acceptable,
        (Some(worst), true) if worst.acceptable => Verdict::Acceptable,
        (Some(_), true) => Verdict::Incomplete,
        (_, false) => Verdict::NotAcceptable,
    };
    let mut evaluation = Evaluation {
        method: basis.method,
        confidence: basis.aim.confidence,
        tolerable: basis.aim.tolerable,
        tolerable_amount: tolerable_amount(basis, total)?,
        items: basis.frame.items().len() as i64,
        total,
        sampled: looked.len() as u64,
        examined,
        missing,
        in_error: outcomes().filter(|outcome| outcome.in_error).count() as u64,
        remarked: outcomes().filter(|outcome| !outcome.remarks.is_empty()).count() as u64,
        found: sum(|outcome| outcome.over)?,
        under: sum(|outcome| outcome.under)?,
        figures,
        worst,
        strata: strata(basis, looked)?,
        verdict,
        words: Vec::new(),
    };
    evaluation.words = words(&evaluation);
    Ok(evaluation)
}

fn tolerable_amount(basis: &Basis<'_>, total: Fen) -> Fallible<Fen> {
    let amount = limits::times(basis.aim.tolerable, limits::decimal(total))?.floor();
    i64::try_from(amount).map(Fen::new).map_err(|_| Overflow)
}

fn worst_case(basis: &Basis<'_>, looked: &[Looked]) -> Vec<Looked> {
    let wrong = |one: &Looked| {
        let over = Fen::new(basis.frame.items()[one.chosen.at].value);
        Looked { chosen: one.chosen, outcome: Some(Outcome { over, in_error: true, ..Outcome::default() }) }
    };
    looked.iter().map(|one| if one.outcome.is_some() { one.clone() } else { wrong(one) }).collect()
}

fn figures(basis: &Basis<'_>, looked: &[Looked], total: Fen) -> Fallible<Figures> {
    let mut figures = match basis.method {
        Method::Mus => by_money(basis, looked)?,
        Method::Risk => by_weight(basis, looked, total)?,
        _ => by_items(basis, looked, total)?,
    };
    figures.upper = figures.upper.min(total);
    figures.projected = figures.projected.min(total);
    let errors = looked.iter().filter(|one| one.outcome.as_ref().is_some_and(|outcome| outcome.in_error)).count();
    figures.acceptable = match basis.method {
        Method::Mus => figures.upper <= tolerable_amount(basis, total)?,
        Method::Discovery => errors == 0 && figures.upper_rate <= basis.aim.tolerable,
        _ if looked.len() == basis.frame.items().len() => figures.rate <= basis.aim.tolerable,
        _ => figures.upper_rate <= basis.aim.tolerable,
    };
    Ok(figures)
}

/// What was seen, by the strata that the sample was drawn in (one, where it was not).
fn seen(basis: &Basis<'_>, looked: &[Looked], by_stratum: bool) -> Vec<(String, Seen)> {
    let key = |name: &str| if by_stratum { name.to_string() } else { String::new() };
    let mut found: BTreeMap<String, Seen> = BTreeMap::new();
    for Stratum { name, items, total } in basis.frame.strata() {
        let stratum = found.entry(key(&name)).or_default();
        stratum.items += items.unsigned_abs();
        stratum.total = stratum.total.saturating_add(total);
    }
    for one in looked {
        let item = &basis.frame.items()[one.chosen.at];
        if let (Some(outcome), Some(stratum)) = (&one.outcome, found.get_mut(&key(&item.stratum))) {
            stratum.pairs.push((Fen::new(item.value), outcome.over));
            stratum.in_error += u64::from(outcome.in_error);
        }
    }
    found.into_iter().collect()
}

/// Samples in which the items of a stratum were equally likely.
fn by_items(basis: &Basis<'_>, looked: &[Looked], total: Fen) -> Fallible<Figures> {
    let seen: Vec<Seen> = seen(basis, looked, basis.method.is_stratified()).into_iter().map(|(_, seen)| seen).collect();
    let confidence = basis.aim.confidence;
    let (rate, upper_rate) = limits::rate_over(&seen, confidence);
    let (mut projected, mut difference, mut variance) = (Fen::ZERO, Fen::ZERO, Decimal::ZERO);
    for stratum in &seen {
        projected = limits::plus(projected, stratum.ratio_projection()?)?;
        difference = limits::plus(difference, stratum.difference_projection()?)?;
        variance = variance.checked_add(stratum.variance()?).ok_or(Overflow)?;
    }
    let standard_error = limits::root(variance)?;
    let margin = limits::fen_up(limits::times(stats::normal_factor(confidence), limits::decimal(standard_error))?)?;
    // with few errors the normal limit is too small: then as much money as the limit of the rate lets be wrong
    let by_rate = limits::fen_up(limits::times(upper_rate, limits::decimal(total))?)?;
    let whole = seen.iter().all(|stratum| stratum.examined() == stratum.items);
    let upper = if whole { projected } else { limits::plus(projected, margin)?.max(by_rate) };
    Ok(Figures {
        rate,
        upper_rate: if whole { rate } else { upper_rate },
        projected,
        difference: Some(difference),
        standard_error: Some(standard_error),
        basic: None,
        increments: None,
        upper,
        acceptable: false,
    })
}

fn by_money(basis: &Basis<'_>, looked: &[Looked]) -> Fallible<Figures> {
    let interval = Decimal::from(basis.interval.unwrap_or(0));
    let chance = looked.iter().filter(|one| !one.chosen.whole);
    let (drawn, examined) = (chance.clone().count() as u64, chance.clone().filter(|one| one.outcome.is_some()).count() as u64);
    // whoever was not visited is stood for by those who were
    let interval = limits::times(interval, Decimal::from(drawn.max(1)))? / Decimal::from(examined.max(1));
    let book = |one: &Looked| Fen::new(basis.frame.items()[one.chosen.at].value);
    let taintings: Vec<(Fen, Fen)> = chance.filter_map(|one| Some((one.outcome.as_ref()?.over, book(one)))).collect();
    let bound = limits::stringer(basis.aim.confidence, interval, &taintings)?;
    let top = looked.iter().filter(|one| one.chosen.whole).filter_map(|one| Some(one.outcome.as_ref()?.over));
    let projected = limits::plus(bound.projected, Fen::try_sum(top).ok_or(Overflow)?)?;
    let outcomes = looked.iter().filter_map(|one| one.outcome.as_ref());
    let (all, wrong) = (outcomes.clone().count() as u64, outcomes.filter(|outcome| outcome.in_error).count() as u64);
    if all == basis.frame.items().len() as u64 || drawn == 0 && all == looked.len() as u64 {
        // everything that could be in error was seen: what was found is all there is
        let found = Fen::try_sum(looked.iter().filter_map(|one| Some(one.outcome.as_ref()?.over))).ok_or(Overflow)?;
        let (rate, none) = (limits::share(wrong, all), Some(Fen::ZERO));
        let (projected, upper) = (found, found);
        return Ok(Figures {
            rate,
            upper_rate: rate,
            projected,
            difference: None,
            standard_error: None,
            basic: none,
            increments: none,
            upper,
            acceptable: false,
        });
    }
    let basic = bound.basic;
    Ok(Figures {
        rate: limits::share(wrong, all),
        upper_rate: stats::upper_rate(basis.aim.confidence, Decimal::from(wrong), Decimal::from(all)),
        projected,
        difference: None,
        standard_error: None,
        basic: Some(basic),
        increments: Some(bound.increments),
        upper: limits::plus(limits::plus(projected, basic)?, bound.increments)?,
        acceptable: false,
    })
}

/// Drawn by risk points: each item stands for interval ÷ points of them (Horvitz and Thompson 1952), the limit with Kish's
/// effective size.
fn by_weight(basis: &Basis<'_>, looked: &[Looked], total: Fen) -> Fallible<Figures> {
    let interval = Decimal::from(basis.interval.unwrap_or(1));
    let (mut all, mut squares, mut wrong, mut money) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for one in looked {
        let Some(outcome) = &one.outcome else { continue };
        let points = Decimal::from(basis.frame.items()[one.chosen.at].weight.max(1));
        let stands_for = if one.chosen.whole { Decimal::ONE } else { (interval / points).round_dp(6) };
        all += stands_for;
        squares += stands_for * stands_for;
        wrong += if outcome.in_error { stands_for } else { Decimal::ZERO };
        money = money.checked_add(limits::times(stands_for, limits::decimal(outcome.over))?).ok_or(Overflow)?;
    }
    let rate = wrong.checked_div(all).unwrap_or_default();
    let effective = (all * all).checked_div(squares).unwrap_or_default().round_dp(6);
    let upper_rate = limits::upper_of_effective(basis.aim.confidence, rate, effective, basis.frame.items().len() as u64);
    let projected = limits::fen_up(money)?;
    let by_rate = limits::fen_up(limits::times(upper_rate, limits::decimal(total))?)?;
    Ok(Figures {
        rate,
        upper_rate,
        projected,
        difference: None,
        standard_error: None,
        basic: None,
        increments: None,
        upper: projected.max(by_rate),
        acceptable: false,
    })
}

fn strata(basis: &Basis<'_>, looked: &[Looked]) -> Fallible<Vec<StratumResult>> {
    let mut results = Vec::new();
    for (name, seen) in seen(basis, looked, true) {
        let sampled = looked.iter().filter(|one| basis.frame.items()[one.chosen.at].stratum == name).count() as u64;
        let confidence = basis.aim.confidence;
        let upper_rate = match basis.method {
            // drawn with unequal chances: as if of a population without end
            Method::Mus | Method::Risk => stats::upper_rate(confidence, seen.in_error.into(), seen.examined().into()),
            _ => stats::upper_share(confidence, seen.in_error, seen.examined(), seen.items),
        };
        results.push(StratumResult {
            items: i64::try_from(seen.items).map_err(|_| Overflow)?,
            total: Fen::new(seen.total),
            sampled,
            examined: seen.examined(),
            in_error: seen.in_error,
            found: seen.wrong()?,
            upper_rate,
            projected: seen.ratio_projection()?,
            name,
        });
    }
    Ok(results)
}

fn words(e: &Evaluation) -> Vec<String> {
    let confidence = percent(e.confidence);
    let f = &e.figures;
    let mut said = vec![format!(
        "应查 {} 个，已查 {} 个，发现差错 {} 个，差错金额 {} 元。",
        e.sampled,
        e.examined,
        e.in_error,
        e.found.yuan_grouped()
    )];
    let compare = if f.acceptable { "不超过" } else { "超过" };
    said.push(match e.method {
        Method::Mus => format!(
            "推断差错金额 {} 元；以 {confidence} 的可靠程度，差错金额不高于 {} 元，{compare}可容忍的 {} 元。",
            f.projected.yuan_grouped(),
            f.upper.yuan_grouped(),
            e.tolerable_amount.yuan_grouped()
        ),
        Method::Discovery if e.in_error > 0 => "发现抽样以不出现差错为前提，已发现差错，须扩大检查。".to_string(),
        _ if e.sampled as i64 == e.items && e.missing == 0 => {
            format!("已全部检查，差错率 {}，{compare}可容忍的 {}。", percent(f.rate), percent(e.tolerable))
        }
        _ => format!(
            "推断差错率 {}；以 {confidence} 的可靠程度，差错率不高于 {}，{compare}可容忍的 {}。推断差错金额 {} 元，上限 {} 元。",
            percent(f.rate),
            percent(f.upper_rate),
            percent(e.tolerable),
            f.projected.yuan_grouped(),
            f.upper.yuan_grouped()
        ),
    });
    if let Some(worst) = &e.worst {
        let figure = if e.method.by_money() { format!("{} 元", worst.upper.yuan_grouped()) } else { percent(worst.upper_rate) };
        said.push(format!("尚有 {} 个未核查；若全部算作差错，上限为 {figure}。", e.missing));
    }
    said.push(format!("结论：{}。", e.verdict.title()));
    said
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
