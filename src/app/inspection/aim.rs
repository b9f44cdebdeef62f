//! What a sample is to tell, and how large it must be, reckoned before there is a plan.

use crate::app::{AppError, Result};
use crate::domain::inspection::plan::Method;
use crate::domain::inspection::size::{self, Aim, Size};
use rust_decimal::Decimal;

/// A percentage with at most two decimals, in basis points: `5`, `2.5`, `95%`.
pub fn percent(text: &str) -> std::result::Result<i64, String> {
    let digits = text.trim().trim_end_matches(['%', '％']);
    let value: Decimal = digits.parse().map_err(|_| "应为百分数，如 5 或 2.5".to_string())?;
    let points = value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(Decimal::MAX);
    if !points.fract().is_zero() || points.is_sign_negative() || points > Decimal::from(10_000) {
        return Err("应为 0 至 100 的百分数，最多两位小数".into());
    }
    i64::try_from(points).map_err(|_| "应为百分数".to_string())
}

/// What a sample is to tell, from basis points. Errors: a sample of such an aim does not exist.
pub fn aim_of(confidence: i64, tolerable: i64, expected: i64) -> Result<Aim> {
    let share = |points| Decimal::new(points, 4);
    if expected >= tolerable || confidence <= 5_000 || confidence >= 10_000 {
        return AppError::refuse(
            "inspection_plan",
            "可靠程度应在 50% 和 100% 之间，预计差错率应低于可容忍差错率",
            "请核对 ⟦confidence⟧、⟦tolerable⟧、⟦expected⟧",
        );
    }
    Ok(Aim { confidence: share(confidence), tolerable: share(tolerable), expected: share(expected) })
}

/// The size of a sample reckoned beforehand; of a very large population where `items` is not known.
pub fn size_of(method: Method, aim: &Aim, items: Option<u64>) -> Size {
    match method {
        Method::Mus => size::money_units(aim),
        Method::Discovery => size::discovery(aim, items),
        _ => size::attribute(aim, items),
    }
}
