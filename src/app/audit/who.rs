//! Who did what (谁办了什么): the acts of each person by kind, how often and when; and pairs of duties that one person should
//! not hold both (不相容职务). The program refuses them on one and the same batch; here they are seen across the whole book.

use crate::app::context::china_day;
use crate::app::{Bureau, Result};
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Acts of one kind by one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acts {
    pub person: String,
    pub kind: String,
    pub count: i64,
    #[serde(serialize_with = "serialize_day")]
    pub first: NaiveDate,
    #[serde(serialize_with = "serialize_day")]
    pub last: NaiveDate,
}

/// Two duties in one hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Both {
    pub person: String,
    pub one: &'static str,
    pub other: &'static str,
    /// Batches or vouchers on which one person did both: a breach. Elsewhere it is only seen.
    pub same: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Who {
    pub acts: Vec<Acts>,
    pub incompatible: Vec<Both>,
}

/// Person, kind, time of each act. Every part is limited to a book.
const SOURCES: [&str; 8] = [
    "SELECT maker, '制单', COUNT(*), MIN(recorded_at), MAX(recorded_at) FROM voucher WHERE book = $1 GROUP BY maker",
    "SELECT checker, '复核', COUNT(*), MIN(recorded_at), MAX(recorded_at) FROM voucher WHERE book = $1 AND checker <> '' GROUP BY checker",
    "SELECT b.maker, '造发放清册', COUNT(*), MIN(s.at), MAX(s.at) FROM batch b
       JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved' WHERE b.book = $1 GROUP BY b.maker",
    "SELECT actor, CASE stage WHEN 'approved' THEN '审批清册' WHEN 'sent' THEN '送银行' ELSE '撤销清册' END, COUNT(*), MIN(at), MAX(at)
       FROM batch_stage WHERE book = $1 AND stage <> 'reserved' GROUP BY actor, stage",
    "SELECT actor, CASE state WHEN 'closed' THEN '结账' ELSE '反结账' END, COUNT(*), MIN(at), MAX(at) FROM period_event WHERE book = $1 GROUP BY actor, state",
    "SELECT actor, '导入文件', COUNT(*), MIN(received_at), MAX(received_at) FROM file WHERE book = $1 GROUP BY actor",
    "SELECT actor, '修改登记资料', COUNT(*), MIN(at), MAX(at) FROM change_log WHERE book = $1 GROUP BY actor",
    "SELECT actor, '改设置', COUNT(*), MIN(at), MAX(at) FROM setting WHERE book = $1 GROUP BY actor",
];
const PERSONAL: &str =
    "SELECT actor, '导出个人信息', COUNT(*), MIN(at), MAX(at) FROM act WHERE book = $1 AND verb = 'export_personal' GROUP BY actor";

/// Duties that are not to be in one hand (会计基础工作规范 第十二条; 财会〔2024〕11号), and how many things one person did both to.
const PAIRS: [(&str, &str, &str); 6] = [
    ("制单", "复核", "SELECT maker, COUNT(*) FROM voucher WHERE book = $1 AND maker = checker GROUP BY maker"),
    (
        "造发放清册",
        "审批清册",
        "SELECT s.actor, COUNT(*) FROM batch_stage s JOIN batch b ON b.book = s.book AND b.id = s.batch AND b.maker = s.actor
          WHERE s.book = $1 AND s.stage = 'approved' GROUP BY s.actor",
    ),
    (
        "审批清册",
        "送银行",
        "SELECT s.actor, COUNT(*) FROM batch_stage s JOIN batch_stage t ON t.book = s.book AND t.batch = s.batch AND t.actor = s.actor
           AND t.stage = 'sent' WHERE s.book = $1 AND s.stage = 'approved' GROUP BY s.actor",
    ),
    ("审批清册", "修改登记资料", ""),
    ("送银行", "修改登记资料", ""),
    ("制单", "反结账", ""),
];

/// Acts of one person, or of all.
pub fn who(bureau: &mut Bureau, actor: Option<&str>) -> Result<Who> {
    bureau.read(|tx, book| {
        let mut acts = Vec::new();
        for sql in SOURCES.iter().chain([&PERSONAL]) {
            for row in tx.query(sql, params![book.id])? {
                acts.push(Acts {
                    person: row.string(0)?,
                    kind: row.string(1)?,
                    count: row.int(2)?,
                    first: china_day(row.int(3)?),
                    last: china_day(row.int(4)?),
                });
            }
        }
        acts.sort_by(|a, b| (&a.person, &a.kind).cmp(&(&b.person, &b.kind)));
        let mut duties: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for act in &acts {
            duties.entry(&act.person).or_default().insert(&act.kind);
        }
        let mut incompatible = Vec::new();
        for (one, other, same) in PAIRS {
            let mut both: BTreeMap<String, i64> = BTreeMap::new();
            if !same.is_empty() {
                for row in tx.query(same, params![book.id])? {
                    both.insert(row.string(0)?, row.int(1)?);
                }
            }
            for (person, of) in &duties {
                if of.contains(one) && of.contains(other) {
                    let same = both.get(*person).copied().unwrap_or(0);
                    incompatible.push(Both { person: person.to_string(), one, other, same });
                }
            }
        }
        let wanted = |person: &str| actor.is_none_or(|actor| actor == person);
        acts.retain(|act| wanted(&act.person));
        incompatible.retain(|both| wanted(&both.person));
        Ok(Who { acts, incompatible })
    })
}

impl Who {
    pub fn tables(&self) -> Vec<Table> {
        let mut acts = Table::new("who", "经办情况表")
            .column("person", "人员", Kind::Text)
            .column("kind", "业务", Kind::Text)
            .column("count", "次数", Kind::Count)
            .column("first", "最早", Kind::Date)
            .column("last", "最近", Kind::Date);
        for act in &self.acts {
            acts.push(vec![
                Cell::text(&act.person),
                Cell::text(&act.kind),
                Cell::Count(act.count),
                Cell::Date(act.first),
                Cell::Date(act.last),
            ]);
        }
        let mut both = Table::new("incompatible_duties", "不相容职务由一人兼任的情况")
            .note("同一事项上由一人办理属违反分离；其余为同一人在不同事项上分别办过。")
            .column("person", "人员", Kind::Text)
            .column("one", "职务一", Kind::Text)
            .column("other", "职务二", Kind::Text)
            .column("same", "同一事项（件）", Kind::Count);
        for b in &self.incompatible {
            both.push(vec![Cell::text(&b.person), Cell::text(b.one), Cell::text(b.other), Cell::Count(b.same)]);
        }
        vec![acts, both]
    }
}
