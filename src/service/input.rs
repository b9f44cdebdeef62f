//! Values of a request, understood by the declared parameters: everything that is wrong is told at once, by field.

use super::{Param, ParamKind};
use crate::domain::calendar::Month;
use crate::domain::money::Fen;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Name of the parameter.
    pub field: String,
    /// What is wrong and how to mend it, in Chinese.
    pub message: String,
    /// The value has the declared form but means nothing here, such as a day of the year 3.
    #[serde(skip)]
    pub well_formed: bool,
}

impl Problem {
    /// A value that has not the declared form.
    pub fn of_form(field: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { field: field.into(), message: message.into(), well_formed: false }
    }
}

/// How exactly values must be written: programs as the description of the API says, people as they are used to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Exact,
    Human,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Int(i64),
    Money(Fen),
    Date(NaiveDate),
    Month(Month),
    Flag(bool),
    Texts(Vec<String>),
    Ints(Vec<i64>),
    File(Upload),
}

/// A file that came with the request and lies on the server's disk while the operation runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name as sent, without folders.
    pub name: String,
    pub path: PathBuf,
}

/// The values given, by parameter name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    values: BTreeMap<&'static str, Value>,
}

impl Input {
    pub fn set(&mut self, param: &'static Param, value: Value) {
        self.values.insert(param.name, value);
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The text given, if any. Choices, too, are texts.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The text of a required parameter; the door has seen to it that it is there.
    pub fn must(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn money(&self, name: &str) -> Option<Fen> {
        match self.get(name) {
            Some(Value::Money(fen)) => Some(*fen),
            _ => None,
        }
    }

    pub fn date(&self, name: &str) -> Option<NaiveDate> {
        match self.get(name) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    pub fn month(&self, name: &str) -> Option<Month> {
        match self.get(name) {
            Some(Value::Month(month)) => Some(*month),
            _ => None,
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Flag(true)))
    }

    pub fn texts(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub fn ints(&self, name: &str) -> &[i64] {
        match self.get(name) {
            Some(Value::Ints(numbers)) => numbers,
            _ => &[],
        }
    }

    pub fn file(&self, name: &str) -> Option<&Upload> {
        match self.get(name) {
            Some(Value::File(upload)) => Some(upload),
            _ => None,
        }
    }

    /// Understands the texts given for the declared parameters. Files are set apart by the caller.
    pub fn parse(params: &'static [Param], given: &BTreeMap<String, Vec<String>>, manner: Manner) -> Result<Input, Vec<Problem>> {
        let mut input = Input::default();
        let mut problems = Vec::new();
        for param in params.iter().filter(|param| param.kind != ParamKind::File) {
            let texts = given.get(param.name).map(Vec::as_slice).unwrap_or_default();
            if manner == Manner::Exact
                && let Some(why) = texts.iter().find_map(|text| ill_written(param.kind, text))
            {
                problems.push(Problem::of_form(param.name, format!("“{}”{why}", param.title)));
                continue;
            }
            let blank = |text: &&String| text.trim().is_empty() && (manner == Manner::Human || textual(param.kind));
            let mut texts: Vec<&str> = texts.iter().filter(|text| !blank(text)).map(String::as_str).collect();
            texts.extend(param.default.filter(|_| texts.is_empty()));
            if texts.is_empty() {
                if param.required {
                    problems.push(Problem::of_form(param.name, format!("请填写“{}”", param.title)));
                }
                continue;
            }
            match understand(param, &texts, manner) {
                Ok(value) => input.set(param, value),
                Err(why) => {
                    let well_formed = param.kind == ParamKind::Date && texts.iter().all(|text| iso_day(text));
                    problems.push(Problem { field: param.name.into(), message: format!("“{}”{why}", param.title), well_formed });
                }
            }
        }
        if problems.is_empty() { Ok(input) } else { Err(problems) }
    }
}

const LONGEST_SECRET: usize = 256;

/// Kinds for which nothing but spaces is the same as nothing.
fn textual(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::Text(_) | ParamKind::Words(_) | ParamKind::Secret)
}

/// What is wrong with a text as it came, with the spaces around it, as the description has it.
fn ill_written(kind: ParamKind, text: &str) -> Option<String> {
    match kind {
        ParamKind::Text(longest) | ParamKind::Texts(longest) => text_within(text, longest, false).err(),
        ParamKind::Words(longest) => text_within(text, longest, true).err(),
        ParamKind::Secret => text_within(text, LONGEST_SECRET, false).err(),
        _ => None,
    }
}

/// A day of the calendar as programs write it.
fn iso_day(text: &str) -> bool {
    text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// 元 as programs write them: digits, and at most two after the point.
fn plain_money(text: &str) -> bool {
    let (yuan, fen) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits(yuan, 13) && digits(fen, 2) && (yuan == "0" || !yuan.starts_with('0'))
}

/// Control characters have no place in any value; words over several lines may have line ends and tabs.
fn clean(text: &str, lines: bool) -> bool {
    !text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
}

fn understand(param: &Param, texts: &[&str], manner: Manner) -> Result<Value, String> {
    let exact = manner == Manner::Exact;
    let one = match (texts, param.kind) {
        ([one], kind) if exact && !textual(kind) => one,
        ([one], _) => one.trim(),
        (_, ParamKind::Texts(_) | ParamKind::Ints(..)) => "",
        _ => return Err("只能填写一个值".into()),
    };
    match param.kind {
        ParamKind::Text(longest) => text_within(one, longest, false).map(Value::Text),
        ParamKind::Words(longest) => text_within(one, longest, true).map(Value::Text),
        // spaces belong to a secret
        ParamKind::Secret => text_within(texts.first().copied().unwrap_or_default(), LONGEST_SECRET, false).map(Value::Text),
        ParamKind::Int(least, most) => int_within(one, least, most).map(Value::Int),
        ParamKind::Money if exact && !plain_money(one) => Err("不是金额，应如 1234.50".into()),
        ParamKind::Money => match Fen::parse(one) {
            Ok(fen) if fen > Fen::ZERO => Ok(Value::Money(fen)),
            Ok(_) => Err("应大于 0".into()),
            Err(problem) => Err(format!("不是金额：{problem}")),
        },
        ParamKind::Date if exact && !iso_day(one) => Err("不是日期，应如 2018-09-30".into()),
        ParamKind::Date => crate::domain::calendar::parse_date(one).map(Value::Date).map_err(|_| "不是日期，应如 2018-09-30".into()),
        ParamKind::Month => month(one).map(Value::Month).ok_or_else(|| "不是月份，应如 2018-09".into()),
        ParamKind::Year => int_within(one, 1900, 2199).map(Value::Int),
        ParamKind::Flag if exact && !matches!(one, "true" | "false") => Err("应为 true 或 false".into()),
        ParamKind::Flag => match one {
            "true" | "1" | "on" | "是" => Ok(Value::Flag(true)),
            "false" | "0" | "off" | "否" => Ok(Value::Flag(false)),
            _ => Err("应为 true 或 false".into()),
        },
        ParamKind::Choice(choices) => match choices.iter().find(|(code, title)| *code == one || !exact && *title == one) {
            Some((code, _)) => Ok(Value::Text((*code).to_string())),
            None => {
                let known: Vec<String> = choices.iter().map(|(code, title)| format!("{code}（{title}）")).collect();
                Err(format!("没有这个选项，可用：{}", known.join("、")))
            }
        },
        ParamKind::Texts(longest) => {
            let parts = split(texts, manner);
            let texts: Result<Vec<String>, String> = parts.map(|part| text_within(part, longest, false)).collect();
            texts.map(Value::Texts)
        }
        ParamKind::Ints(least, most) => {
            let numbers: Result<Vec<i64>, String> = split(texts, manner).map(|part| int_within(part, least, most)).collect();
            numbers.map(Value::Ints)
        }
        ParamKind::File => Err("应为文件".into()),
    }
}

/// People separate by commas, programs repeat.
fn split<'t>(texts: &'t [&'t str], manner: Manner) -> impl Iterator<Item = &'t str> {
    let separators: &[char] = if manner == Manner::Human { &[',', '，', '、'] } else { &[] };
    texts.iter().flat_map(move |text| text.split(separators)).map(str::trim).filter(|part| !part.is_empty())
}

fn text_within(text: &str, longest: usize, lines: bool) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("最多 {longest} 个字"));
    }
    if !clean(text, lines) {
        return Err("含有控制字符".into());
    }
    Ok(text.to_string())
}

fn int_within(text: &str, least: i64, most: i64) -> Result<i64, String> {
    let plain = !text.starts_with('+'); // as JSON writes numbers
    let number: i64 = text.parse().ok().filter(|_| plain).ok_or_else(|| "不是整数".to_string())?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(format!("应在 {least} 至 {most} 之间")) }
}

fn month(text: &str) -> Option<Month> {
    let (year, month) = text.split_once('-')?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    Month::new(year.parse().ok()?, month.parse().ok()?)
}
