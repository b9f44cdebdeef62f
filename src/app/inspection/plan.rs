//! Plans (检查计划): drawn up with what they look at, what they are limited to and who goes; listed and shown.

use super::steps;
use crate::app::act::{Once, once};
use crate::app::book::number;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::{Period, date_from_int, date_to_int};
use crate::domain::inspection::plan::{Method, PlanKind, Population, State};
use crate::domain::inspection::size::Aim;
use crate::domain::report::figure::serialize_day;
use crate::params;
use crate::store::{Row, StoreError, Tx};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

/// What a plan may be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    Program,
    Township,
    Village,
    Unit,
    Project,
    Finding,
}

impl ScopeKind {
    pub const ALL: [ScopeKind; 6] =
        [ScopeKind::Program, ScopeKind::Township, ScopeKind::Village, ScopeKind::Unit, ScopeKind::Project, ScopeKind::Finding];

    pub fn code(self) -> &'static str {
        match self {
            ScopeKind::Program => "program",
            ScopeKind::Township => "township",
            ScopeKind::Village => "village",
            ScopeKind::Unit => "unit",
            ScopeKind::Project => "project",
            ScopeKind::Finding => "finding",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            ScopeKind::Program => "补贴政策",
            ScopeKind::Township => "乡镇",
            ScopeKind::Village => "村",
            ScopeKind::Unit => "单位",
            ScopeKind::Project => "项目",
            ScopeKind::Finding => "疑点",
        }
    }

    /// The register that knows its values; findings have their own.
    fn register(self) -> Option<&'static str> {
        match self {
            ScopeKind::Program => Some("program"),
            ScopeKind::Township | ScopeKind::Village => Some("region"),
            ScopeKind::Unit => Some("unit"),
            ScopeKind::Project => Some("project"),
            ScopeKind::Finding => None,
        }
    }
}

/// One value that a plan is limited to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Scope {
    pub kind: ScopeKind,
    pub value: String,
}

/// Somebody of the working group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    pub name: String,
    pub unit: String,
    pub leader: bool,
}

impl Member {
    /// From `name` or `name@unit`.
    pub fn named(text: &str, leader: bool) -> Member {
        let (name, unit) = text.split_once('@').unwrap_or((text, ""));
        Member { name: name.trim().to_string(), unit: unit.trim().to_string(), leader }
    }
}

/// A plan to be drawn up. What is left out comes from the kind, the quarter and the settings.
#[derive(Debug, Clone)]
pub struct NewPlan {
    pub code: Option<String>,
    pub title: Option<String>,
    pub kind: PlanKind,
    pub year: i32,
    pub quarter: Option<u32>,
    pub population: Population,
    pub period: Option<(NaiveDate, NaiveDate)>,
    pub method: Method,
    /// Basis points.
    pub confidence: Option<i64>,
    pub tolerable: Option<i64>,
    pub expected: Option<i64>,
    pub size: Option<i64>,
    pub due: Option<NaiveDate>,
    pub reason: String,
    pub scope: Vec<Scope>,
    pub members: Vec<Member>,
    pub date: NaiveDate,
}

/// A plan as it stands in the book.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    #[serde(skip)]
    pub id: i64,
    pub code: String,
    pub title: String,
    pub kind: PlanKind,
    pub year: i64,
    pub quarter: Option<i64>,
    pub population: Population,
    #[serde(serialize_with = "serialize_day")]
    pub first: NaiveDate,
    #[serde(serialize_with = "serialize_day")]
    pub last: NaiveDate,
    pub method: Method,
    /// Basis points.
    pub confidence: i64,
    pub tolerable: i64,
    pub expected: i64,
    pub size: Option<i64>,
    #[serde(serialize_with = "serialize_day")]
    pub due: NaiveDate,
    pub reason: String,
    pub maker: String,
    pub scope: Vec<Scope>,
    pub members: Vec<Member>,
}

impl Plan {
    pub fn aim(&self) -> Aim {
        let share = |points| Decimal::new(points, 4);
        Aim { confidence: share(self.confidence), tolerable: share(self.tolerable), expected: share(self.expected) }
    }
}

/// Draws a plan up. Errors: a code that is taken, a quarter or reason missing, values that no register knows, figures that
/// could not mean anything; all at once.
pub fn create(bureau: &mut Bureau, ctx: &Context, new: &NewPlan) -> Result<Once<String>> {
    bureau.write(|tx, book| {
        let code = new.code.clone().unwrap_or_else(|| default_code(new));
        let asked = format!("{:?}", NewPlan { date: NaiveDate::MIN, ..new.clone() });
        once(tx, book, ctx, "inspect-plan", &format!("inspect-plan:{code}"), &[&asked], |tx| {
            let plan = complete(tx, book, ctx, new, code)?;
            let refusals = problems(tx, book, &plan)?;
            if !refusals.is_empty() {
                return Err(AppError::Refused(refusals));
            }
            insert(tx, book, ctx, &plan, new.date)?;
            Ok(plan.code)
        })
    })
}

fn default_code(new: &NewPlan) -> String {
    match (new.kind, new.quarter) {
        (PlanKind::Quarterly, Some(quarter)) => format!("JC{}Q{quarter}", new.year),
        (PlanKind::Annual, _) => format!("JC{}Z", new.year),
        _ => format!("JC{}D", new.year),
    }
}

fn complete(tx: &mut Tx<'_>, book: &Book, ctx: &Context, new: &NewPlan, code: String) -> Result<Plan> {
    let day = date_to_int(new.date);
    let quarter = new.quarter.filter(|_| new.kind == PlanKind::Quarterly);
    let whole = quarter.map_or_else(|| Period::of_year(new.year), |quarter| Period::of_quarter(new.year, quarter));
    let Some(whole) = whole else {
        return AppError::refuse("inspection_period", format!("没有 {} 年第 {quarter:?} 季度", new.year), "季度应为 1 至 4");
    };
    let (first, last) = new.period.unwrap_or((whole.first_day(), whole.last_day()));
    let title = new.title.clone().unwrap_or_else(|| match (new.kind, quarter) {
        (PlanKind::Quarterly, Some(quarter)) => format!("{}年第{quarter}季度扶贫资金使用情况", new.year),
        (PlanKind::Annual, _) => format!("{}年扶贫资金专项", new.year),
        _ => format!("{}年扶贫资金重点", new.year),
    });
    let due_days = number(tx, book, "inspect.due_days", day)?;
    let due = new.due.or_else(|| last.checked_add_days(Days::new(due_days.unsigned_abs()))).unwrap_or(last);
    let confidence = number(tx, book, "inspect.confidence", day)? * 100;
    let tolerable = number(tx, book, "inspect.tolerable", day)?;
    let expected = if new.method == Method::Discovery { 0 } else { number(tx, book, "inspect.expected", day)? };
    Ok(Plan {
        id: 0,
        code,
        title,
        kind: new.kind,
        year: i64::from(new.year),
        quarter: quarter.map(i64::from),
        population: new.population,
        first,
        last,
        method: new.method,
        confidence: new.confidence.unwrap_or(confidence),
        tolerable: new.tolerable.unwrap_or(tolerable),
        expected: new.expected.unwrap_or(expected),
        size: new.size,
        due,
        reason: new.reason.trim().to_string(),
        maker: ctx.actor.clone(),
        scope: new.scope.clone(),
        members: new.members.clone(),
    })
}

/// Everything that is wrong with a plan.
fn problems(tx: &mut Tx<'_>, book: &Book, plan: &Plan) -> Result<Vec<Refusal>> {
    let mut found = Vec::new();
    let mut wrong = |message: String, mend: &str| found.push(Refusal::new("inspection_plan", message, mend));
    if plan.kind == PlanKind::Quarterly && plan.quarter.is_none() {
        wrong("季度检查没有写明季度".into(), "请用 ⟦quarter⟧ 1 至 4 写明");
    }
    if plan.kind == PlanKind::Targeted && plan.reason.is_empty() && !plan.scope.iter().any(|scope| scope.kind == ScopeKind::Finding) {
        wrong("重点检查没有写明事由".into(), "请用 ⟦reason⟧ 写明事由，或用 ⟦finding⟧ 指明疑点");
    }
    if plan.first > plan.last {
        wrong(format!("检查期 {} 至 {} 首尾颠倒", plan.first, plan.last), "请核对 ⟦from⟧ 和 ⟦to⟧");
    }
    if !(5_001..10_000).contains(&plan.confidence) {
        wrong(format!("可靠程度 {}% 不对", Decimal::new(plan.confidence, 2)), "应大于 50%、小于 100%，如 95");
    }
    if !(1..10_000).contains(&plan.tolerable) {
        wrong(format!("可容忍差错率 {}% 不对", Decimal::new(plan.tolerable, 2)), "应大于 0、小于 100%，如 5");
    }
    if plan.expected < 0 || plan.expected >= plan.tolerable {
        wrong(format!("预计差错率 {}% 不低于可容忍差错率", Decimal::new(plan.expected, 2)), "预计差错率应低于可容忍差错率");
    }
    if plan.size.is_some_and(|size| size < 1) {
        wrong("样本量应至少为 1".into(), "请核对 ⟦size⟧");
    }
    if plan.code.trim().is_empty() || plan.code.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | ':')) {
        wrong(format!("计划编号“{}”不能用", plan.code), "请用字母和数字，如 JC2018Q3");
    }
    for scope in &plan.scope {
        let Some(register) = scope.kind.register() else { continue };
        let sql = format!("SELECT code FROM {register} WHERE book = $1 AND code = $2 LIMIT 1");
        if tx.first(&sql, params![book.id, &scope.value])?.is_none() {
            wrong(format!("没有{}“{}”", scope.kind.title(), scope.value), "请核对编码");
        }
    }
    Ok(found)
}

fn insert(tx: &mut Tx<'_>, book: &Book, ctx: &Context, plan: &Plan, date: NaiveDate) -> Result<()> {
    let id = tx.take_ids(book.id, "inspection_plan", 1)?;
    tx.execute(
        "INSERT INTO inspection_plan (book, id, code, title, kind, year, quarter, population, period_first, period_last, method,
           confidence, tolerable, expected, size, due, reason, maker, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        params![
            book.id,
            id,
            &plan.code,
            &plan.title,
            plan.kind.code(),
            plan.year,
            plan.quarter,
            plan.population.code(),
            date_to_int(plan.first),
            date_to_int(plan.last),
            plan.method.code(),
            plan.confidence,
            plan.tolerable,
            plan.expected,
            plan.size,
            date_to_int(plan.due),
            &plan.reason,
            &plan.maker,
            ctx.now()
        ],
    )?;
    let mut scope = plan.scope.clone();
    scope.sort();
    scope.dedup();
    for Scope { kind, value } in &scope {
        let sql = "INSERT INTO inspection_scope (book, plan, kind, value) VALUES ($1, $2, $3, $4)";
        tx.execute(sql, params![book.id, id, kind.code(), value])?;
    }
    for (member, seq) in plan.members.iter().zip(1i64..) {
        let sql = "INSERT INTO inspection_member (book, plan, seq, name, unit, leader) VALUES ($1, $2, $3, $4, $5, $6)";
        tx.execute(sql, params![book.id, id, seq, &member.name, &member.unit, i64::from(member.leader)])?;
    }
    // the first step needs the id that was just taken
    steps::record(tx, book, ctx, &Plan { id, ..plan.clone() }, State::Drafted, date, "")
}

const COLUMNS: &str = "id, code, title, kind, year, quarter, population, period_first, period_last, method, confidence, tolerable,
    expected, size, due, reason, maker";

fn plan_of(row: &Row) -> Result<Plan> {
    fn word<T>(found: Option<T>) -> std::result::Result<T, StoreError> {
        found.ok_or_else(|| StoreError::Schema("检查计划含有本程序不认识的类型".into()))
    }
    let date = |column: usize| row.int(column).map(|number| date_from_int(number).unwrap_or_default());
    Ok(Plan {
        id: row.int(0)?,
        code: row.string(1)?,
        title: row.string(2)?,
        kind: word(PlanKind::find(row.text(3)?))?,
        year: row.int(4)?,
        quarter: row.opt_int(5)?,
        population: word(Population::find(row.text(6)?))?,
        first: date(7)?,
        last: date(8)?,
        method: word(Method::find(row.text(9)?))?,
        confidence: row.int(10)?,
        tolerable: row.int(11)?,
        expected: row.int(12)?,
        size: row.opt_int(13)?,
        due: date(14)?,
        reason: row.string(15)?,
        maker: row.string(16)?,
        scope: Vec::new(),
        members: Vec::new(),
    })
}

/// The plan of a code. Errors: no such plan.
pub fn load(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Plan> {
    let sql = format!("SELECT {COLUMNS} FROM inspection_plan WHERE book = $1 AND code = $2");
    let Some(row) = tx.first(&sql, params![book.id, code])? else {
        return AppError::refuse("no_inspection", format!("没有检查计划“{code}”"), "请用 ⟦inspection_plan.list⟧ 查看编号");
    };
    let mut plan = plan_of(&row)?;
    let sql = "SELECT kind, value FROM inspection_scope WHERE book = $1 AND plan = $2 ORDER BY kind, value";
    for row in tx.query(sql, params![book.id, plan.id])? {
        if let Some(kind) = ScopeKind::ALL.into_iter().find(|kind| row.text(0).is_ok_and(|code| code == kind.code())) {
            plan.scope.push(Scope { kind, value: row.string(1)? });
        }
    }
    let sql = "SELECT name, unit, leader FROM inspection_member WHERE book = $1 AND plan = $2 ORDER BY leader DESC, seq";
    for row in tx.query(sql, params![book.id, plan.id])? {
        plan.members.push(Member { name: row.string(0)?, unit: row.string(1)?, leader: row.int(2)? == 1 });
    }
    Ok(plan)
}
