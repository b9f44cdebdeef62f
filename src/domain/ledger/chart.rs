//! The chart of accounts (会计科目表) and the posting templates (记账模板) as data. What ships is 财政总预算会计制度
//! (财库〔2015〕192号) for the plan's years beside the control accounts of the 指标账. It has no last day: from 2023 on
//! (财库〔2022〕41号) a book loads its own, and closes the old accounts by their `valid_to`.

use crate::domain::calendar::date_from_int;
use crate::domain::ledger::Place;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

pub const SHIPPED_CHART: &str = include_str!("data/chart.csv");
pub const SHIPPED_TEMPLATES: &str = include_str!("data/templates.csv");
pub const SHIPPED_FUND_USE: &str = include_str!("data/fund_use.csv");
pub const SHIPPED_SETTINGS: &str = include_str!("data/settings.csv");

/// The two groups of lines of a voucher, each balanced by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// 指标账
    Control,
    /// 资金账
    Statutory,
}

impl Group {
    pub const fn title(self) -> &'static str {
        match self {
            Group::Control => "指标账",
            Group::Statutory => "资金账",
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Group::Control => "control",
            Group::Statutory => "statutory",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub code: i64,
    pub name: String,
    pub group: Group,
    pub parent: Option<i64>,
    /// True where the account normally has a debit balance (借).
    pub debit_normal: bool,
    /// Its balance may never go below zero.
    pub guarded: bool,
    pub role: String,
    pub leaf: bool,
    pub valid_from: i64,
    pub valid_to: Option<i64>,
}

/// A book's accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    accounts: BTreeMap<i64, Account>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChartProblem {
    #[error("第 {row} 行：{what}")]
    Row { row: usize, what: String },
    #[error("科目表缺少角色“{0}”的科目；程序靠角色认科目，每个角色须恰有一个末级科目")]
    Role(&'static str),
    #[error("记账模板“{event}”{variant}借贷科目不成对：{what}")]
    Template { event: String, variant: String, what: String },
}

/// One line of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub event: String,
    pub variant: String,
    pub line: i64,
    pub debit: bool,
    pub account: i64,
    pub summary: String,
    pub valid_from: i64,
    pub valid_to: Option<i64>,
}

/// A book's posting templates by event and variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    lines: BTreeMap<(String, String), Vec<Template>>,
}

impl Chart {
    /// Errors: two accounts in one role, or a place of the control book without an account.
    pub fn new(accounts: Vec<Account>) -> Result<Chart, ChartProblem> {
        let chart = Chart { accounts: accounts.into_iter().map(|account| (account.code, account)).collect() };
        for place in Place::ALL {
            if chart.accounts.values().filter(|a| a.role == place.role() && a.leaf && a.group == Group::Control).count() != 1 {
                return Err(ChartProblem::Role(place.role()));
            }
        }
        Ok(chart)
    }

    /// The chart that ships with the program.
    pub fn shipped() -> Chart {
        // the shipped file is checked by a test, so neither step can fail
        Chart::new(parse_accounts(SHIPPED_CHART).unwrap_or_default()).unwrap_or(Chart { accounts: BTreeMap::new() })
    }

    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub fn get(&self, code: i64) -> Option<&Account> {
        self.accounts.get(&code)
    }

    /// The account, if lines may be written to it on that day.
    pub fn leaf(&self, code: i64, day: NaiveDate) -> Option<&Account> {
        let account = self.accounts.get(&code)?;
        let after_start = date_from_int(account.valid_from).is_none_or(|from| from <= day);
        let before_end = account.valid_to.and_then(date_from_int).is_none_or(|to| day <= to);
        (account.leaf && after_start && before_end).then_some(account)
    }

    /// Code of the account that plays a place; every chart has one for each.
    pub fn place(&self, place: Place) -> i64 {
        self.with_role(place.role()).first().map_or(0, |account| account.code)
    }

    pub fn place_of(&self, code: i64) -> Option<Place> {
        Place::from_role(&self.accounts.get(&code)?.role)
    }

    /// The chart in the form that [`parse_accounts`] reads.
    pub fn to_csv(&self) -> String {
        let mut out = String::from("code,name,group,parent,normal,guarded,role,leaf,valid_from,valid_to\n");
        for a in self.accounts.values() {
            let side = if a.debit_normal { "借" } else { "贷" };
            let (parent, to) = (text(a.parent), text(a.valid_to));
            let (guarded, leaf) = (u8::from(a.guarded), u8::from(a.leaf));
            out.push_str(&format!(
                "{},{},{},{parent},{side},{guarded},{},{leaf},{},{to}\n",
                a.code,
                a.name,
                a.group.code(),
                a.role,
                a.valid_from
            ));
        }
        out
    }

    pub fn with_role(&self, role: &str) -> Vec<&Account> {
        self.accounts.values().filter(|account| account.role == role && account.leaf).collect()
    }
}

impl Templates {
    /// Errors: a template whose sides cannot balance by group, or that names an unknown account.
    pub fn new(lines: Vec<Template>, chart: &Chart) -> Result<Templates, ChartProblem> {
        let mut by_event: BTreeMap<(String, String), Vec<Template>> = BTreeMap::new();
        for line in lines {
            by_event.entry((line.event.clone(), line.variant.clone())).or_default().push(line);
        }
        for ((event, variant), lines) in &by_event {
            for group in [Group::Control, Group::Statutory] {
                let in_group = |debit: bool| {
                    lines.iter().filter(|l| l.debit == debit && chart.get(l.account).is_some_and(|a| a.group == group)).count()
                };
                if in_group(true) != in_group(false) {
                    let (event, variant) = (event.clone(), variant.clone());
                    return Err(ChartProblem::Template { event, variant, what: format!("{}借贷行数不等", group.title()) });
                }
            }
            if let Some(unknown) = lines.iter().find(|l| !chart.get(l.account).is_some_and(|a| a.leaf)) {
                let (event, variant) = (event.clone(), variant.clone());
                return Err(ChartProblem::Template { event, variant, what: format!("没有末级科目 {}", unknown.account) });
            }
        }
        Ok(Templates { lines: by_event })
    }

    pub fn shipped() -> Templates {
        // checked by a test, as above
        Templates::new(parse_templates(SHIPPED_TEMPLATES).unwrap_or_default(), &Chart::shipped())
            .unwrap_or(Templates { lines: BTreeMap::new() })
    }

    /// The lines of an event in force on a day, in order; empty if the book has no such template.
    pub fn of(&self, event: &str, variant: &str, day: i64) -> Vec<&Template> {
        let key = (event.to_string(), variant.to_string());
        self.lines
            .get(&key)
            .map_or(Vec::new(), |lines| lines.iter().filter(|l| l.valid_from <= day && l.valid_to.is_none_or(|to| day <= to)).collect())
    }

    /// The templates in the form that [`parse_templates`] reads.
    pub fn to_csv(&self) -> String {
        let mut out = String::from("event,variant,line,side,account,summary,valid_from,valid_to\n");
        for t in self.all() {
            let (side, to) = (if t.debit { "借" } else { "贷" }, text(t.valid_to));
            out.push_str(&format!("{},{},{},{side},{},{},{},{to}\n", t.event, t.variant, t.line, t.account, t.summary, t.valid_from));
        }
        out
    }

    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.lines.values().flatten()
    }
}

/// Reads `chart.csv`: code,name,group,parent,normal,guarded,role,leaf,valid_from,valid_to.
pub fn parse_accounts(text: &str) -> Result<Vec<Account>, ChartProblem> {
    rows(text, 10)?
        .into_iter()
        .map(|(row, cells)| {
            Ok(Account {
                code: number(row, cells[0])?,
                name: cells[1].to_string(),
                group: match cells[2] {
                    "control" => Group::Control,
                    "statutory" => Group::Statutory,
                    other => {
                        return Err(ChartProblem::Row { row, what: format!("账组应为 control 或 statutory，实为“{other}”") });
                    }
                },
                parent: optional(row, cells[3])?,
                debit_normal: side(row, cells[4])?,
                guarded: cells[5] == "1",
                role: cells[6].to_string(),
                leaf: cells[7] == "1",
                valid_from: number(row, cells[8])?,
                valid_to: optional(row, cells[9])?,
            })
        })
        .collect()
}

/// Reads `templates.csv`: event,variant,line,side,account,summary,valid_from,valid_to.
pub fn parse_templates(text: &str) -> Result<Vec<Template>, ChartProblem> {
    rows(text, 8)?
        .into_iter()
        .map(|(row, cells)| {
            Ok(Template {
                event: cells[0].to_string(),
                variant: cells[1].to_string(),
                line: number(row, cells[2])?,
                debit: side(row, cells[3])?,
                account: number(row, cells[4])?,
                summary: cells[5].to_string(),
                valid_from: number(row, cells[6])?,
                valid_to: optional(row, cells[7])?,
            })
        })
        .collect()
}

/// Rows of a plain data file (no quoting: these files hold no commas in cells), header skipped.
pub fn rows(text: &str, width: usize) -> Result<Vec<(usize, Vec<&str>)>, ChartProblem> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().skip(1);
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            if cells.len() == width {
                Ok((index + 1, cells))
            } else {
                Err(ChartProblem::Row { row: index + 1, what: format!("应有 {width} 列，实有 {} 列", cells.len()) })
            }
        })
        .collect()
}

fn text(number: Option<i64>) -> String {
    number.map_or_else(String::new, |n| n.to_string())
}

fn number(row: usize, text: &str) -> Result<i64, ChartProblem> {
    text.parse().map_err(|_| ChartProblem::Row { row, what: format!("“{text}”不是整数") })
}

fn optional(row: usize, text: &str) -> Result<Option<i64>, ChartProblem> {
    if text.is_empty() { Ok(None) } else { number(row, text).map(Some) }
}

fn side(row: usize, text: &str) -> Result<bool, ChartProblem> {
    match text {
        "借" => Ok(true),
        "贷" => Ok(false),
        other => Err(ChartProblem::Row { row, what: format!("方向应为 借 或 贷，实为“{other}”") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_whole() {
        let chart = Chart::new(parse_accounts(SHIPPED_CHART).unwrap()).unwrap();
        let templates = Templates::new(parse_templates(SHIPPED_TEMPLATES).unwrap(), &chart).unwrap();
        assert_eq!(chart.place(Place::InTransit), 9204);
        assert_eq!(templates.of("send", "", 20180901).len(), 4);
        assert_eq!(templates.of("send", "", 20150901).len(), 0, "not before its effective date");
        assert!(!rows(SHIPPED_FUND_USE, 4).unwrap().is_empty());
        assert!(!rows(SHIPPED_SETTINGS, 4).unwrap().is_empty());
    }

    #[test]
    fn what_is_exported_is_what_is_loaded() {
        let chart = Chart::shipped();
        assert_eq!(Chart::new(parse_accounts(&chart.to_csv()).unwrap()).unwrap(), chart);
        let templates = Templates::shipped();
        assert_eq!(Templates::new(parse_templates(&templates.to_csv()).unwrap(), &chart).unwrap(), templates);
    }

    #[test]
    fn a_lame_template_is_refused() {
        let chart = Chart::shipped();
        let lame = parse_templates("h\npay,,1,借,9202,x,20160101,\npay,,2,贷,1001,x,20160101,\n").unwrap();
        assert!(matches!(Templates::new(lame, &chart), Err(ChartProblem::Template { .. })));
    }
}
