//! What is asked of a list, and the same once understood: every filter, sort and column is one that the list declares.

use super::cursor::{self, Place};
use super::spec::{Col, Cost, Entrance, ListSpec, Match, Owner, Show};
use crate::app::{AppError, Book, Refusal, Result};
use crate::domain::access::Scope;
use crate::store::Value;

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Text(String),
    Int(i64),
}

/// As it came.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Parameter name (`unit`, `date_from`) and value.
    pub filters: Vec<(String, Given)>,
    pub search: Option<String>,
    /// Key of a column.
    pub sort: Option<String>,
    pub downwards: Option<bool>,
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 500.
    pub limit: Option<i64>,
    /// Keys of the columns wanted; empty for all.
    pub columns: Vec<String>,
    /// Masked columns in full: the caller has the right to it, and the reason has been written down.
    pub unmask: bool,
}

/// One condition: a column, how it is compared, and with what.
#[derive(Debug, Clone)]
pub struct Filter {
    pub column: &'static Col,
    pub compare: Compare,
    pub value: Value,
}

impl Filter {
    /// Its value where that is a text, else empty.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            _ => "",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Prefix,
    Contains,
    From,
    To,
}

/// As it was understood.
#[derive(Debug, Clone)]
pub struct Query {
    pub spec: &'static ListSpec,
    pub scope: Scope,
    pub filters: Vec<Filter>,
    pub search: Option<String>,
    pub sort: Option<&'static Col>,
    pub downwards: bool,
    pub after: Option<Place>,
    pub limit: i64,
    pub columns: Vec<&'static Col>,
    pub unmask: bool,
}

pub const LARGEST_PAGE: i64 = 500;
const USUAL_PAGE: i64 = 50;
const LONGEST_WORD: usize = 100;

impl Query {
    /// Errors: all that is wrong with what was asked, at once.
    pub fn understand(spec: &'static ListSpec, book: &Book, scope: &Scope, ask: &Ask) -> Result<Query> {
        let mut wrong = Vec::new();
        let mut filters = Vec::new();
        for (name, value) in &ask.filters {
            match filter(spec, name, value) {
                Ok(filter) => filters.push(filter),
                Err(refusal) => wrong.push(refusal),
            }
        }
        let search = ask.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if search.is_some_and(|text| spec.search.is_empty() || !is_word(text)) {
            wrong.push(Refusal::new("search", "查找的文字无效", format!("最多 {LONGEST_WORD} 个字，不含控制字符")));
        }
        let sort_key = ask.sort.as_deref().unwrap_or(spec.order.0);
        let sort = spec.column(sort_key).filter(|column| column.sortable && column.shown);
        if sort.is_none() && !sort_key.is_empty() {
            wrong.push(Refusal::new("sort", format!("不能按“{sort_key}”排序"), sortable(spec)));
        }
        let limit = ask.limit.unwrap_or(USUAL_PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            wrong.push(Refusal::new("limit", format!("每页行数 {limit} 无效"), format!("应在 1 至 {LARGEST_PAGE} 之间")));
        }
        let columns = match columns(spec, &ask.columns) {
            Ok(columns) => columns,
            Err(refusal) => {
                wrong.push(refusal);
                Vec::new()
            }
        };
        let downwards = ask.downwards.unwrap_or(ask.sort.is_none() && spec.order.1);
        let mut query = Query {
            spec,
            scope: scope.clone(),
            filters,
            search: search.map(str::to_string),
            sort,
            downwards,
            after: None,
            limit,
            columns,
            unmask: ask.unmask && !spec.person.is_empty(),
        };
        query.check_bounds(&mut wrong);
        if let Some(text) = ask.cursor.as_deref().filter(|text| !text.is_empty()) {
            match cursor::open(&book.secret, &query, text).filter(|place| query.fits(place)) {
                Some(place) => query.after = Some(place),
                None => wrong.push(Refusal::new("cursor", "翻页标记无效", "请从第一页重新查询；更改排序后翻页标记不再有效")),
            }
        }
        if wrong.is_empty() { Ok(query) } else { Err(AppError::Refused(wrong)) }
    }

    /// Whether a filter leaves few rows.
    pub fn is_narrow(&self) -> bool {
        self.filters.iter().any(|filter| filter.column.cost == Cost::Narrows)
    }

    /// The way in by which this query reads least.
    pub fn door(&self) -> &'static Entrance {
        let named = |name: &str| self.spec.side_doors.iter().find(|(door, _)| *door == name).map(|(_, entrance)| entrance);
        let chosen = || self.filters.iter().filter(|f| !f.column.variants.is_empty()).find_map(|f| named(f.text()));
        let of_regions = || named("region").filter(|_| self.is_of_regions());
        let filtered = || self.filters.iter().find_map(|filter| named(filter.column.key));
        let door = if self.is_narrow() { named("narrow") } else { chosen().or_else(of_regions).or_else(filtered) };
        door.unwrap_or(&self.spec.door)
    }

    /// Whether only rows of some regions are wanted.
    fn is_of_regions(&self) -> bool {
        let by_region = matches!(self.spec.owner, Owner::Of { region, .. } if !region.is_empty());
        (by_region && !self.scope.is_county()) || self.filters.iter().any(|filter| filter.column.key == "region")
    }

    /// What rows are ordered by, without ties: expression and whether it is a text. An absent sort value counts as the least,
    /// on both databases.
    pub fn terms(&self) -> Vec<(String, bool)> {
        let key = self.door().key;
        let sort = self.sort.filter(|column| key.first().is_none_or(|(first, _)| *first != column.sql)).map(|column| {
            let text = !column.show.is_number();
            let expression = match (column.nullable, text) {
                (false, _) => column.sql.to_string(),
                (true, true) => format!("COALESCE({}, '')", column.sql),
                (true, false) => format!("COALESCE({}, -9000000000000000000)", column.sql),
            };
            (expression, text)
        });
        sort.into_iter().chain(key.iter().map(|(expression, text)| ((*expression).to_string(), *text))).collect()
    }

    fn fits(&self, place: &Place) -> bool {
        let terms = self.terms();
        terms.len() == place.len() && terms.iter().zip(place).all(|((_, text), value)| *text == matches!(value, Value::Text(_)))
    }

    fn check_bounds(&self, wrong: &mut Vec<Refusal>) {
        let bounded = self.filters.iter().any(|filter| matches!(filter.column.cost, Cost::Narrows | Cost::Bounds));
        if bounded {
            return;
        }
        let free: Vec<&str> =
            self.spec.columns.iter().filter(|c| matches!(c.cost, Cost::Narrows | Cost::Bounds)).map(|column| column.title).collect();
        let mut needy: Vec<&str> = self
            .filters
            .iter()
            .map(|filter| filter.column)
            .chain(self.sort)
            .filter(|c| c.cost == Cost::NeedsBound)
            .map(|c| c.title)
            .collect();
        needy.dedup();
        for title in needy {
            let mend = format!("请先按其中一项筛选：{}", free.join("、"));
            wrong.push(Refusal::new("too_wide", format!("按“{title}”筛选或排序的范围太大"), mend));
        }
    }
}

/// A text that can be looked for.
fn is_word(text: &str) -> bool {
    text.chars().count() <= LONGEST_WORD && !text.chars().any(char::is_control)
}

fn filter(spec: &'static ListSpec, name: &str, value: &Given) -> std::result::Result<Filter, Refusal> {
    let found = spec.columns.iter().find_map(|column| Some((column, comparison(column, name)?)));
    let Some((column, compare)) = found else {
        return Err(Refusal::new("filter", format!("“{}”没有筛选项“{name}”", spec.title), "请核对筛选项的名称"));
    };
    let refuse = |why: &str| Refusal::new("filter", format!("“{}”{why}", column.title), "请改正后再查询");
    let value = match value {
        Given::Int(number) if column.show.is_number() => Value::Int(*number),
        Given::Text(text) if !column.show.is_number() => {
            if !is_word(text) {
                return Err(refuse(&format!("的文字无效：最多 {LONGEST_WORD} 个字，不含控制字符")));
            }
            Value::Text(text.trim().to_string())
        }
        _ => return Err(refuse("的值类型不对")),
    };
    if let (Match::Choice(words), Value::Text(text)) = (column.matched, &value)
        && !words.iter().any(|(code, _)| code == text)
    {
        let known: Vec<&str> = words.iter().map(|(code, _)| *code).collect();
        return Err(refuse(&format!("没有“{text}”这个选项，可用：{}", known.join("、"))));
    }
    if column.show == Show::YesNo && !matches!(value, Value::Int(0 | 1)) {
        return Err(refuse("应为是或否"));
    }
    Ok(Filter { column, compare, value })
}

/// How a column is compared by the parameter of that name.
fn comparison(column: &Col, name: &str) -> Option<Compare> {
    let whole = column.key == name;
    match column.matched {
        Match::None => None,
        Match::Exact | Match::Choice(_) => whole.then_some(Compare::Equal),
        Match::Prefix => whole.then_some(Compare::Prefix),
        Match::Contains => whole.then_some(Compare::Contains),
        Match::Range => match name.strip_prefix(column.key)? {
            "_from" => Some(Compare::From),
            "_to" => Some(Compare::To),
            _ => None,
        },
    }
}

fn columns(spec: &'static ListSpec, wanted: &[String]) -> std::result::Result<Vec<&'static Col>, Refusal> {
    if wanted.is_empty() {
        return Ok(spec.shown().collect());
    }
    let known = |key: &String| spec.column(key).filter(|column| column.shown);
    match wanted.iter().find(|key| known(key).is_none()) {
        Some(unknown) => {
            let keys: Vec<&str> = spec.shown().map(|column| column.key).collect();
            Err(Refusal::new("columns", format!("“{}”没有列“{unknown}”", spec.title), format!("可用：{}", keys.join("、"))))
        }
        // in the order of the list, each once
        None => Ok(spec.shown().filter(|column| wanted.iter().any(|key| key == column.key)).collect()),
    }
}

fn sortable(spec: &ListSpec) -> String {
    let keys: Vec<&str> = spec.shown().filter(|column| column.sortable).map(|column| column.key).collect();
    if keys.is_empty() { "此列表的次序固定".into() } else { format!("可用：{}", keys.join("、")) }
}
