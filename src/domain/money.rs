//! Money is a whole number of fen. It enters as a decimal text in 元 with at most two decimals and
//! leaves as text; no float is ever on the way, and every sum that could run over says so.

mod quantity;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::problem::Problem;
use crate::domain::text;

pub use quantity::Quantity;

/// An amount of money in fen (1 元 = 100 fen). Negative only as a difference, never as input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// Why a text is not an amount or a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyProblem {
    #[error("金额为空")]
    Empty,
    #[error("金额为负数")]
    Negative,
    #[error("金额精确到了分以下")]
    SubFen,
    #[error("数量的小数超过四位")]
    TooFine,
    #[error("数字写成了科学计数法")]
    Exponent,
    #[error("不是有限的数")]
    Infinite,
    #[error("千分位逗号的位置不对")]
    Grouping,
    #[error("金额带有“万”或“亿”单位")]
    Scaled,
    #[error("数字太大，超出可记账的范围")]
    Overflow,
    #[error("不是数字")]
    NotNumber,
}

impl Problem for MoneyProblem {
    fn mend(&self) -> &'static str {
        match self {
            Self::Empty => "请填写数字，没有则填 0",
            Self::Negative => "请填写正数；退回、收回、调减请用相应的表或类型",
            Self::SubFen => "请四舍五入到分，最多两位小数",
            Self::TooFine => "最多保留四位小数",
            Self::Exponent => "请把该列设为文本或数值格式，写出全部数字",
            Self::Infinite => "请填写实际的数",
            Self::Grouping => "请每三位一个逗号，如 1,234.50，或不写逗号",
            Self::Scaled => "请以元为单位填写，如 12000.00",
            Self::Overflow => "请核对位数",
            Self::NotNumber => "请填写数字，如 1234.50",
        }
    }
}

impl Fen {
    pub const ZERO: Fen = Fen(0);

    pub const fn new(fen: i64) -> Fen {
        Fen(fen)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads an amount in 元: `1234.5`, `1,234.50`, `￥１２３４.５元`.
    pub fn parse(text: &str) -> Result<Fen, MoneyProblem> {
        parse_scaled(text, 2).map(Fen)
    }

    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    pub fn checked_neg(self) -> Option<Fen> {
        self.0.checked_neg().map(Fen)
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or nothing when it runs over.
    pub fn try_sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }

    /// Rate × quantity, rounded half-up to the fen.
    pub fn times(rate: Fen, quantity: Quantity) -> Option<Fen> {
        let product = i128::from(rate.0) * i128::from(quantity.get());
        i64::try_from(round_half_up(product, i128::from(Quantity::ONE.get()))).ok().map(Fen)
    }

    /// `1234.50`
    pub fn yuan(self) -> String {
        let fen = self.0.unsigned_abs();
        format!("{}{}.{:02}", self.sign(), fen / 100, fen % 100)
    }

    /// `1,234.50`
    pub fn yuan_grouped(self) -> String {
        let fen = self.0.unsigned_abs();
        format!("{}{}.{:02}", self.sign(), grouped(fen / 100), fen % 100)
    }

    /// In 万元 with two decimals, half-up: 1,234,567.89 元 is `123.46`.
    pub fn wan(self) -> String {
        let hundredths = round_half_up(i128::from(self.0), 10_000);
        let sign = if hundredths < 0 { "-" } else { "" };
        let hundredths = hundredths.unsigned_abs();
        format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// 大写金额 by the cheque rules (支付结算办法 附一): `壹仟陆佰捌拾元零叁角贰分`.
    pub fn in_words(self) -> String {
        words::in_words(self.0)
    }

    fn sign(self) -> &'static str {
        if self.0 < 0 { "-" } else { "" }
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.yuan())
    }
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.yuan())
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.as_ref()),
        };
        let fen = Fen::parse(digits).map_err(de::Error::custom)?;
        Ok(if negative { Fen(-fen.0) } else { fen })
    }
}

/// Division that rounds half away from zero.
fn round_half_up(value: i128, divisor: i128) -> i128 {
    let half = divisor / 2;
    if value < 0 { (value - half) / divisor } else { (value + half) / divisor }
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Reads a non-negative decimal with at most `decimals` decimals as an integer of that scale.
fn parse_scaled(text: &str, decimals: usize) -> Result<i64, MoneyProblem> {
    match plain_digits(text.as_bytes(), decimals) {
        Some(value) => Ok(value),
        None => parse_dressed(text, decimals),
    }
}

/// The fast path: only ASCII digits and one point. Allocates nothing; `None` sends the text to
/// the careful reader, which also finds the reason for a refusal.
fn plain_digits(bytes: &[u8], decimals: usize) -> Option<i64> {
    let mut value: i64 = 0;
    let mut point = None;
    for (i, &b) in bytes.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(b - b'0'))?;
            }
            b'.' if point.is_none() && i > 0 => point = Some(i),
            _ => return None,
        }
    }
    let given = match point {
        Some(at) => bytes.len() - at - 1,
        None if bytes.is_empty() => return None,
        None => 0,
    };
    if given > decimals || (point.is_some() && given == 0) {
        return None;
    }
    (given..decimals).try_fold(value, |value, _| value.checked_mul(10))
}

fn parse_dressed(text: &str, decimals: usize) -> Result<i64, MoneyProblem> {
    let plain: String = text::trim(text).chars().map(text::half_width).collect();
    let body = plain.trim_start_matches("人民币").trim_start_matches([' ', '¥']);
    let body = body.strip_suffix("元整").or_else(|| body.strip_suffix('元')).unwrap_or(body);
    let body = body.trim_end();
    if body.is_empty() {
        return Err(MoneyProblem::Empty);
    }
    if body.ends_with(['万', '亿']) {
        return Err(MoneyProblem::Scaled);
    }
    let lower = body.to_ascii_lowercase();
    if body.contains('∞') || lower.trim_start_matches(['-', '+']).starts_with("inf") || lower == "nan" {
        return Err(MoneyProblem::Infinite);
    }
    if text::is_scientific(body.trim_start_matches(['-', '+', '−'])) {
        return Err(MoneyProblem::Exponent);
    }
    if let Some(rest) = body.strip_prefix(['-', '−', '–', '(']) {
        let amount = rest.trim_end_matches(')').trim_start_matches('¥');
        return Err(match parse_unsigned(amount, decimals) {
            Err(MoneyProblem::NotNumber) => MoneyProblem::NotNumber,
            _ => MoneyProblem::Negative,
        });
    }
    parse_unsigned(body, decimals)
}

fn parse_unsigned(body: &str, decimals: usize) -> Result<i64, MoneyProblem> {
    let (whole, fraction) = body.split_once('.').unwrap_or((body, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(fraction) || !whole.bytes().all(|b| b.is_ascii_digit() || b == b',') {
        return Err(MoneyProblem::NotNumber);
    }
    let whole = ungrouped(whole)?;
    if !is_digits(&whole) {
        return Err(MoneyProblem::NotNumber);
    }
    if fraction.len() > decimals {
        return Err(if decimals == 2 { MoneyProblem::SubFen } else { MoneyProblem::TooFine });
    }
    plain_digits(format!("{whole}.{fraction}").as_bytes(), decimals).ok_or(MoneyProblem::Overflow)
}

/// The whole part without its thousands separators, which must stand where they belong.
fn ungrouped(whole: &str) -> Result<String, MoneyProblem> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    if whole.contains(',') && (first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3)) {
        return Err(MoneyProblem::Grouping);
    }
    Ok(whole.replace(',', ""))
}
