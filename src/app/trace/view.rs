//! What all parts of a trace share: the transaction, how much is shown, and the words for files, vouchers, money and people.

use super::TraceNode;
use crate::app::context::china_time;
use crate::app::ledger::{dim_key, voucher_label};
use crate::app::money::slices::Slice;
use crate::app::{Book, Result};
use crate::domain::calendar::day_text;
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::ledger::Place;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;

/// Bytes of a digest that are shown.
const DIGEST_SHOWN: usize = 6;

pub(super) struct View<'t, 'c> {
    pub tx: &'t mut Tx<'c>,
    pub book: &'t Book,
    /// Most lines of one list.
    pub limit: usize,
    pub unmask: bool,
}

pub(super) fn yuan(fen: i64) -> String {
    format!("{} 元", Fen::new(fen).yuan_grouped())
}

impl View<'_, '_> {
    pub fn person_name(&self, name: &str) -> String {
        if self.unmask { name.to_string() } else { mask_name(name) }
    }

    pub fn id_no(&self, id_no: &str) -> String {
        if self.unmask { id_no.to_string() } else { mask_id(id_no) }
    }

    pub fn account(&self, account: &str) -> String {
        if self.unmask { account.to_string() } else { mask_account(account) }
    }

    /// Where a record came from: file, row, digest, who and when.
    pub fn origin(&mut self, file: Option<i64>, row: i64) -> Result<String> {
        let Some(file) = file else { return Ok("由系统生成，没有来源文件".into()) };
        let found =
            self.tx.first("SELECT name, digest, actor, received_at FROM file WHERE book = $1 AND id = $2", params![self.book.id, file])?;
        let Some(found) = found else { return Ok(format!("文件 {file} 第 {row} 行")) };
        let digest = hex(found.bytes(1)?.get(..DIGEST_SHOWN).unwrap_or_default());
        let at = if row > 0 { format!(" 第 {row} 行") } else { String::new() };
        Ok(format!("{}{at}（SM3 {digest}…，{} 于 {} 导入）", found.text(0)?, found.text(2)?, china_time(found.int(3)?)))
    }

    /// A voucher in one line: number, date, who made and checked it, when.
    pub fn voucher_words(&mut self, seq: i64) -> Result<String> {
        let found = self.tx.first(
            "SELECT year, month, number, date, maker, checker, recorded_at FROM voucher WHERE book = $1 AND seq = $2",
            params![self.book.id, seq],
        )?;
        let Some(v) = found else { return Ok(format!("#{seq}（凭证不见了，请运行 ⟦verify.run⟧）")) };
        let label = voucher_label(v.int(0)?, v.int(1)?, v.int(2)?);
        let checker = if v.text(5)?.is_empty() { String::new() } else { format!("，复核 {}", v.text(5)?) };
        Ok(format!("{label}（#{seq}，{}，制单 {}{checker}，{} 记账）", day_text(v.int(3)?), v.text(4)?, china_time(v.int(6)?)))
    }

    /// A leaf for each voucher of a query whose columns are seq and summary.
    pub fn vouchers(&mut self, sql: &str, params: &[crate::store::Value]) -> Result<Vec<TraceNode>> {
        let rows = self.tx.query(sql, params)?;
        let mut nodes = Vec::new();
        for row in rows.iter().take(self.limit) {
            let mut node = TraceNode::new(format!("凭证 {}", self.voucher_words(row.int(0)?)?));
            node.fact("摘要", row.text(1)?);
            nodes.push(node);
        }
        self.rest(&mut nodes, rows.len(), "张凭证");
        Ok(nodes)
    }

    /// Tells how much of a list is not shown.
    pub fn rest(&self, nodes: &mut Vec<TraceNode>, count: usize, what: &str) {
        if count > self.limit {
            nodes.push(TraceNode::new(format!("其余 {} {what}（⟦all⟧ 显示全部）", count - self.limit)));
        }
    }

    /// The parts of an amount by fund and allocation.
    pub fn money_parts(&mut self, parts: &[Slice]) -> Result<TraceNode> {
        let mut node = TraceNode::new("资金来源");
        for part in parts {
            let key = dim_key(self.tx, self.book, part.dim)?;
            let mut child = TraceNode::new(format!("{} ← 指标 {}", yuan(part.amount), key.fund));
            let origin =
                self.tx.first("SELECT file, file_row FROM fund WHERE book = $1 AND doc_no = $2", params![self.book.id, &key.fund])?;
            child.fact("分配文", key.allocation).fact("单位", key.unit).fact("项目", key.project).fact("政策", key.program);
            if let Some(origin) = origin {
                let words = self.origin(origin.opt_int(0)?, origin.int(1)?)?;
                child.fact("指标来源", words);
            }
            node.children.push(child);
        }
        Ok(node)
    }

    /// Where the money of a fund (and of one allocation, if given) is now.
    pub fn places(&mut self, fund: &str, allocation: Option<i64>) -> Result<String> {
        let rows = self.tx.query(
            "SELECT a.role, CAST(SUM(b.debit - b.credit) AS BIGINT) FROM dim d
               JOIN balance b ON b.book = d.book AND b.dim = d.id
               JOIN account a ON a.book = b.book AND a.code = b.account AND a.grp = 'control'
              WHERE d.book = $1 AND d.fund = $2 AND d.allocation = COALESCE($3, d.allocation)
              GROUP BY a.role, a.code HAVING SUM(b.debit - b.credit) <> 0 ORDER BY a.code",
            params![self.book.id, fund, allocation],
        )?;
        let mut words = Vec::new();
        for row in rows {
            match Place::from_role(row.text(0)?) {
                Some(place) if !place.is_source() => words.push(format!("{} {}", place.title(), yuan(row.int(1)?))),
                _ => {}
            }
        }
        Ok(words.join("，"))
    }
}
