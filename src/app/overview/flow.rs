//! The money's way as nodes and flows, level by level: 级次 → 收到 → 待分配、已下达、已收回; 已下达 → its places. What flows into a
//! node flows out of it again or stays there.

use crate::app::progress::{Snapshot, new_year};
use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::{Chart, Place};
use crate::domain::money::Fen;
use crate::domain::progress::MoneyOverflow;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Where distributed money is.
const DISTRIBUTED: [Place; 8] = [
    Place::Allocated,
    Place::Reserved,
    Place::InTransit,
    Place::PaidHousehold,
    Place::PaidPayee,
    Place::Returned,
    Place::Moved,
    Place::Retention,
];

/// From, to, level: amount.
pub(super) struct Flow {
    flows: Vec<(String, String, String, Fen)>,
}

pub(super) fn flow(tx: &mut Tx<'_>, book: &Book, chart: &Chart, day: NaiveDate, snapshot: &Snapshot) -> Result<Flow> {
    let mut sums = snapshot.by_level_and_place()?;
    let account = chart.place(Place::Reclaimed);
    let reclaimed = tx.query(
        "SELECT dim, CAST(SUM(debit - credit) AS BIGINT) FROM daily
          WHERE book = $1 AND account = $2 AND date >= $3 AND date <= $4 AND closing = 0 GROUP BY dim ORDER BY dim",
        params![book.id, account, new_year(day), date_to_int(day)],
    )?;
    for row in reclaimed {
        let Some(level) = snapshot.level_of(row.int(0)?) else { continue };
        let sum = sums.entry((level.to_string(), Place::Reclaimed)).or_default();
        *sum = sum.checked_add(Fen::new(row.int(1)?)).ok_or(MoneyOverflow)?;
    }
    let mut levels: Vec<String> = sums.keys().map(|(level, _)| level.clone()).collect();
    levels.dedup();
    let mut flows = Vec::new();
    for level in levels {
        let at = |place: Place| sums.get(&(level.clone(), place)).copied().unwrap_or_default();
        let distributed = Fen::try_sum(DISTRIBUTED.map(at)).ok_or(MoneyOverflow)?;
        let received = Fen::try_sum([at(Place::Unallocated), at(Place::Reclaimed), distributed]).ok_or(MoneyOverflow)?;
        let mut push = |from: &str, to: &str, amount: Fen| {
            if !amount.is_zero() {
                flows.push((from.to_string(), to.to_string(), level.clone(), amount));
            }
        };
        push(&level, "received", received);
        push("received", Place::Unallocated.role(), at(Place::Unallocated));
        push("received", "distributed", distributed);
        push("received", Place::Reclaimed.role(), at(Place::Reclaimed));
        for place in DISTRIBUTED {
            push("distributed", place.role(), at(place));
        }
    }
    Ok(Flow { flows })
}

impl Flow {
    /// Each node with what passed it or stands there, in the order of the way.
    pub fn nodes(&self) -> Table {
        let mut table = Table::new("nodes", "资金去向")
            .column("node", "节点", Kind::Text)
            .column("name", "名称", Kind::Text)
            .column("stage", "环节", Kind::Count)
            .column("amount", "金额", Kind::Money);
        let mut nodes: BTreeMap<(i64, usize, &str), i64> = BTreeMap::new();
        for (from, to, _, amount) in &self.flows {
            if to == "received" {
                *nodes.entry((0, 0, from)).or_default() += amount.get();
            }
            *nodes.entry((stage(to), position(to), to)).or_default() += amount.get();
        }
        for ((stage, _, node), amount) in nodes {
            table.push(vec![Cell::text(node), Cell::text(name(node)), Cell::Count(stage), Cell::Fen(Fen::new(amount))]);
        }
        table
    }

    pub fn flows(&self) -> Table {
        let mut table = Table::new("flows", "资金流向")
            .column("from", "自", Kind::Text)
            .column("to", "至", Kind::Text)
            .column("level", "级次", Kind::Text)
            .column("amount", "金额", Kind::Money);
        for (from, to, level, amount) in &self.flows {
            table.push(vec![Cell::text(from), Cell::text(to), Cell::text(level), Cell::Fen(*amount)]);
        }
        table
    }
}

fn stage(node: &str) -> i64 {
    match node {
        "received" => 1,
        "distributed" | "unallocated" | "reclaimed" => 2,
        _ => 3,
    }
}

/// Place in the order of the way.
fn position(node: &str) -> usize {
    Place::from_role(node).and_then(|place| Place::ALL.iter().position(|one| *one == place)).unwrap_or(0)
}

fn name(node: &str) -> &str {
    match node {
        "received" => "收到资金",
        "distributed" => "已下达单位、项目",
        _ => match Place::from_role(node) {
            Some(place) => place.title(),
            None => node,
        },
    }
}
