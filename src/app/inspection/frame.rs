//! The frame out of the books: what a plan could draw, as known up to a voucher. Money on cards counts from the day the bank
//! booked it; payments to projects those that really left (not money moved to a unit, not retention); households with what
//! arrived on their cards within the period.

use super::findings;
use super::plan::{Plan, ScopeKind};
use super::risk;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::frame::{Frame, FrameItem};
use crate::domain::inspection::plan::{Method, Population};
use crate::params;
use crate::store::Tx;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Regions by code: their township and their name.
pub(super) struct Regions(HashMap<String, (String, String)>);

impl Regions {
    pub fn load(tx: &mut Tx<'_>, book: &Book) -> Result<Regions> {
        let mut found = HashMap::new();
        let rows = tx.query("SELECT code, name, parent, level FROM region WHERE book = $1", params![book.id])?;
        for row in rows {
            let (code, level) = (row.string(0)?, row.text(3)?);
            let township = if level == "村" { row.opt_string(2)?.unwrap_or_default() } else { code.clone() };
            found.insert(code, (township, row.string(1)?));
        }
        Ok(Regions(found))
    }

    /// The township of a region; a region that no register knows stands for itself.
    pub fn township<'a>(&'a self, code: &'a str) -> &'a str {
        self.0.get(code).map_or(code, |(township, _)| if township.is_empty() { code } else { township })
    }

    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.0.get(code).map_or(code, |(_, name)| name)
    }
}

/// What a plan is limited to, by kind; kinds without a value do not limit.
struct Limits(BTreeMap<ScopeKind, BTreeSet<String>>);

impl Limits {
    fn of(plan: &Plan) -> Limits {
        let mut found: BTreeMap<ScopeKind, BTreeSet<String>> = BTreeMap::new();
        for scope in &plan.scope {
            found.entry(scope.kind).or_default().insert(scope.value.clone());
        }
        Limits(found)
    }

    fn allow(&self, kind: ScopeKind, value: &str) -> bool {
        self.0.get(&kind).is_none_or(|values| values.contains(value))
    }

    fn allow_place(&self, regions: &Regions, region: &str) -> bool {
        self.allow(ScopeKind::Township, regions.township(region)) && self.allow(ScopeKind::Village, region)
    }
}

/// The last voucher of the book.
pub(super) fn head(tx: &mut Tx<'_>, book: &Book) -> Result<i64> {
    Ok(tx.one("SELECT seq FROM chain WHERE book = $1", params![book.id])?.int(0)?)
}

/// Builds the frame of a plan as known up to a voucher. Errors: a finding that is not there; a total that runs over.
pub(super) fn build(tx: &mut Tx<'_>, book: &Book, plan: &Plan, known_to: i64) -> Result<Frame> {
    let regions = Regions::load(tx, book)?;
    let mut items = match plan.population {
        Population::Payments => payments(tx, book, plan, known_to, &regions)?,
        Population::Households => households(payments(tx, book, plan, known_to, &regions)?),
        Population::Disbursements => disbursements(tx, book, plan, known_to, &regions)?,
    };
    let named: Vec<&str> = plan.scope.iter().filter(|scope| scope.kind == ScopeKind::Finding).map(|scope| scope.value.as_str()).collect();
    if !named.is_empty() {
        let subjects = findings::subjects(tx, book, &named)?;
        items.retain(|item| subjects.contains(&item.item) || (!item.household.is_empty() && subjects.contains(&item.household)));
    }
    if plan.method == Method::Risk {
        let points = risk::village_points(tx, book, plan.last)?;
        for item in &mut items {
            item.weight = points.get(&item.village).copied().unwrap_or(1);
        }
    }
    let frame = Frame::new(items);
    match frame.total() {
        Some(_) => Ok(frame),
        None => AppError::refuse("overflow", "抽样框的总金额超出可计算的范围", "请缩小检查的范围"),
    }
}

/// The frame as it would be drawn from now. Errors: as when it is drawn.
pub fn current(bureau: &mut Bureau, code: &str) -> Result<(Plan, Frame, i64)> {
    bureau.read(|tx, book| {
        let plan = super::plan::load(tx, book, code)?;
        let known_to = head(tx, book)?;
        let frame = build(tx, book, &plan, known_to)?;
        Ok((plan, frame, known_to))
    })
}

fn payments(tx: &mut Tx<'_>, book: &Book, plan: &Plan, known_to: i64, regions: &Regions) -> Result<Vec<FrameItem>> {
    let limits = Limits::of(plan);
    let sql = "SELECT b.code, p.line, b.program, b.unit, h.region, h.code, p.amount FROM payment_result r
                 JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
                 JOIN batch b ON b.book = r.book AND b.id = r.batch
                 JOIN household h ON h.book = p.book AND h.id = p.household
                WHERE r.book = $1 AND r.paid = 1 AND r.booked BETWEEN $2 AND $3 AND r.voucher <= $4";
    let mut items = Vec::new();
    tx.scan(sql, params![book.id, date_to_int(plan.first), date_to_int(plan.last), known_to], |row| {
        let (program, unit, region) = (row[2].text()?, row[3].text()?, row[4].text()?);
        if limits.allow(ScopeKind::Program, program) && limits.allow(ScopeKind::Unit, unit) && limits.allow_place(regions, region) {
            items.push(FrameItem {
                stratum: regions.township(region).to_string(),
                village: region.to_string(),
                household: row[5].text()?.to_string(),
                item: format!("{}+{}", row[0].text()?, row[1].int()?),
                value: row[6].int()?,
                weight: 1,
            });
        }
        Ok(())
    })?;
    Ok(items)
}

fn households(payments: Vec<FrameItem>) -> Vec<FrameItem> {
    let mut found: BTreeMap<String, FrameItem> = BTreeMap::new();
    for payment in payments {
        let code = payment.household.clone();
        found
            .entry(code.clone())
            .and_modify(|household| household.value = household.value.saturating_add(payment.value))
            .or_insert_with(|| FrameItem { item: code, ..payment });
    }
    found.into_values().collect()
}

fn disbursements(tx: &mut Tx<'_>, book: &Book, plan: &Plan, known_to: i64, regions: &Regions) -> Result<Vec<FrameItem>> {
    let limits = Limits::of(plan);
    let sql = "SELECT d.doc_no, d.unit, d.project, COALESCE(j.region, ''), d.amount FROM disbursement d
                 LEFT JOIN project j ON j.book = d.book AND j.code = d.project
                WHERE d.book = $1 AND d.event IN ('pay', 'onward') AND d.date BETWEEN $2 AND $3 AND d.voucher <= $4";
    let mut items = Vec::new();
    tx.scan(sql, params![book.id, date_to_int(plan.first), date_to_int(plan.last), known_to], |row| {
        let (unit, project, region) = (row[1].text()?, row[2].text()?, row[3].text()?);
        if limits.allow(ScopeKind::Unit, unit) && limits.allow(ScopeKind::Project, project) && limits.allow_place(regions, region) {
            items.push(FrameItem {
                stratum: regions.township(region).to_string(),
                village: region.to_string(),
                household: String::new(),
                item: row[0].text()?.to_string(),
                value: row[4].int()?,
                weight: 1,
            });
        }
        Ok(())
    })?;
    Ok(items)
}
