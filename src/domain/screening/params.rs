//! Parameters of rules with their effective dates. A rule asks for the value on the day that it judges, so that a change
//! from July on leaves the first half of the year as it was.

use super::rule::{Param, ParamKind, Rule};
use super::rules::RULES;
use crate::domain::money::Fen;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Where the settings of rules stand: `screen.P05.capital`.
pub const PREFIX: &str = "screen.";

/// Stands for a rule's id in the names of what concerns all rules.
const GENERAL: &str = "general";

/// After how many days a reference list is too old to rely on. The plan compares data twice a year (东发〔2018〕14号).
pub const STALE_DAYS: Param =
    Param { name: "stale_days", title: "比对名单多少天后视为过旧", kind: ParamKind::Count, default: "200" };

static GENERAL_PARAMS: [Param; 1] = [STALE_DAYS];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamProblem {
    #[error("没有筛查参数“{0}”")]
    Unknown(String),
    #[error("筛查参数“{name}”的值“{value}”不对，应为{wanted}")]
    Value { name: String, value: String, wanted: &'static str },
}

/// A parameter's value, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    Number(i64),
    Share(Decimal),
    Words(Vec<String>),
}

/// All parameters of all rules, each with its values by day.
#[derive(Debug, Clone, Default)]
pub struct ParamTable {
    values: BTreeMap<String, Vec<(i64, Given)>>,
    texts: BTreeMap<String, Vec<(i64, String)>>,
}

impl ParamTable {
    /// The defaults, with what a bureau has set: name with prefix, day, value. Errors: an unknown name, a wrong value.
    pub fn new<'a>(settings: impl IntoIterator<Item = (&'a str, i64, &'a str)>) -> Result<ParamTable, ParamProblem> {
        let mut table = ParamTable::default();
        for param in &GENERAL_PARAMS {
            table.put(&format!("{PREFIX}{GENERAL}.{}", param.name), 0, param.default)?;
        }
        for rule in RULES {
            for param in rule.params {
                let name = full_name(rule, param);
                // the defaults are ours, and the tests read them all
                table.put(&name, 0, param.default)?;
            }
        }
        for (name, day, value) in settings {
            table.put(name, day, value)?;
        }
        for values in table.values.values_mut() {
            values.sort_by_key(|(day, _)| *day);
        }
        for texts in table.texts.values_mut() {
            texts.sort_by_key(|(day, _)| *day);
        }
        Ok(table)
    }

    /// The same with some values in force from the beginning: for a trial run.
    pub fn with<'a>(mut self, trial: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<ParamTable, ParamProblem> {
        for (name, value) in trial {
            self.values.remove(name);
            self.texts.remove(name);
            self.put(name, 0, value)?;
        }
        Ok(self)
    }

    fn put(&mut self, name: &str, day: i64, value: &str) -> Result<(), ParamProblem> {
        let param = find(name).ok_or_else(|| ParamProblem::Unknown(name.to_string()))?;
        let given = understand(param.kind, value).ok_or_else(|| ParamProblem::Value {
            name: name.to_string(),
            value: value.to_string(),
            wanted: wanted(param.kind),
        })?;
        let (values, texts) = (self.values.entry(name.to_string()).or_default(), self.texts.entry(name.to_string()).or_default());
        values.retain(|(known, _)| *known != day);
        texts.retain(|(known, _)| *known != day);
        values.push((day, given));
        texts.push((day, value.to_string()));
        Ok(())
    }

    pub fn of<'a>(&'a self, rule: &'a Rule) -> Params<'a> {
        Params { table: self, rule }
    }

    /// Name and value of a rule's parameters on a day, for evidence.
    pub fn in_force(&self, rule: &Rule, day: i64) -> Vec<(String, String)> {
        let text = |param: &Param| {
            let texts = self.texts.get(&full_name(rule, param));
            let found = texts.and_then(|texts| texts.iter().rev().find(|(from, _)| *from <= day).or(texts.first()));
            found.map_or_else(|| param.default.to_string(), |(_, text)| text.clone())
        };
        rule.params.iter().map(|param| (param.name.to_string(), text(param))).collect()
    }
}

/// `screen.P05.capital`
pub fn full_name(rule: &Rule, param: &Param) -> String {
    format!("{PREFIX}{}.{}", rule.id, param.name)
}

/// The parameter of a full name.
pub fn find(name: &str) -> Option<&'static Param> {
    let (rule, param) = name.strip_prefix(PREFIX)?.split_once('.')?;
    if rule == GENERAL {
        return GENERAL_PARAMS.iter().find(|known| known.name == param);
    }
    let rule = RULES.iter().find(|known| known.id == rule)?;
    rule.params.iter().find(|known| known.name == param)
}

/// All parameters with their full names, in the order of the catalogue.
pub fn all() -> impl Iterator<Item = (String, &'static Param)> {
    let general = GENERAL_PARAMS.iter().map(|param| (format!("{PREFIX}{GENERAL}.{}", param.name), param));
    general.chain(RULES.iter().flat_map(|rule| rule.params.iter().map(|param| (full_name(rule, param), param))))
}

/// The value of a number that concerns all rules.
pub(super) fn general_count(table: &ParamTable, param: &Param, day: i64) -> i64 {
    let values = table.values.get(&format!("{PREFIX}{GENERAL}.{}", param.name));
    let given = values.and_then(|values| values.iter().rev().find(|(from, _)| *from <= day).or(values.first()));
    match given {
        Some((_, Given::Number(number))) => *number,
        _ => 0,
    }
}

/// Refuses a value that means nothing.
pub fn check(name: &str, value: &str) -> Result<(), ParamProblem> {
    ParamTable::default().put(name, 0, value)
}

fn understand(kind: ParamKind, text: &str) -> Option<Given> {
    let text = text.trim();
    match kind {
        ParamKind::Count => text.parse().ok().filter(|n| (0..=100_000_000).contains(n)).map(Given::Number),
        ParamKind::Yuan => Fen::parse(text).ok().map(|fen| Given::Number(fen.get())),
        ParamKind::Share => {
            text.parse().ok().filter(|share: &Decimal| !share.is_sign_negative() && *share <= Decimal::ONE_HUNDRED).map(Given::Share)
        }
        ParamKind::Words => {
            let words = text.split([';', '；']).map(str::trim).filter(|word| !word.is_empty());
            Some(Given::Words(words.map(str::to_string).collect()))
        }
    }
}

fn wanted(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Count => "不小于 0 的整数",
        ParamKind::Yuan => "金额（元，最多两位小数）",
        ParamKind::Share => "不小于 0 的小数，如 0.25",
        ParamKind::Words => "用分号隔开的文字",
    }
}

/// The parameters of one rule. Asking for a name that the rule does not declare, or as another kind, is a defect of the rule
/// that its first test meets; in a release it reads as zero or nothing.
#[derive(Clone, Copy)]
pub struct Params<'a> {
    table: &'a ParamTable,
    rule: &'a Rule,
}

impl<'a> Params<'a> {
    fn given(&self, name: &str, day: i64) -> Option<&'a Given> {
        let param = self.rule.params.iter().find(|param| param.name == name);
        debug_assert!(param.is_some(), "rule {} declares no parameter {name}", self.rule.id);
        let values = self.table.values.get(&full_name(self.rule, param?))?;
        values.iter().rev().find(|(from, _)| *from <= day).or(values.first()).map(|(_, given)| given)
    }

    /// A whole number, or the fen of an amount, in force on a day (20180305).
    pub fn count(&self, name: &str, day: i64) -> i64 {
        match self.given(name, day) {
            Some(Given::Number(number)) => *number,
            other => {
                debug_assert!(false, "rule {}: {name} is {other:?}", self.rule.id);
                0
            }
        }
    }

    /// An amount in fen in force on a day.
    pub fn fen(&self, name: &str, day: i64) -> i64 {
        self.count(name, day)
    }

    pub fn share(&self, name: &str, day: i64) -> Decimal {
        match self.given(name, day) {
            Some(Given::Share(share)) => *share,
            other => {
                debug_assert!(false, "rule {}: {name} is {other:?}", self.rule.id);
                Decimal::ZERO
            }
        }
    }

    pub fn words(&self, name: &str, day: i64) -> &'a [String] {
        match self.given(name, day) {
            Some(Given::Words(words)) => words,
            other => {
                debug_assert!(false, "rule {}: {name} is {other:?}", self.rule.id);
                &[]
            }
        }
    }
}
