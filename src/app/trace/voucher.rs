//! A voucher: its postings, what it reverses or is reversed by, its place in the chain, and the documents that it is about.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::Result;
use crate::app::ledger::dim_key;
use crate::domain::ledger::chain::hex;
use crate::params;

impl View<'_, '_> {
    pub(super) fn voucher(&mut self, seq: i64) -> Result<TraceNode> {
        let v = self.tx.one(
            "SELECT event, summary, reference, attachments, reverses, file, details, prev_hash, hash FROM voucher WHERE book = $1 AND seq = $2",
            params![self.book.id, seq],
        )?;
        let mut node = TraceNode::new(format!("凭证 {}", self.voucher_words(seq)?));
        node.fact("摘要", v.text(1)?).fact("关于", v.text(2)?).fact("附件", format!("{} 张", v.int(3)?));
        if v.int(6)? > 0 {
            node.fact("发放明细", format!("{} 行", v.int(6)?));
        }
        node.fact("摘要值", hex(v.bytes(8)?)).fact("上一张摘要值", hex(v.bytes(7)?));
        if let Some(file) = v.opt_int(5)? {
            let origin = self.origin(Some(file), 0)?;
            node.fact("来源", origin);
        }
        if let Some(original) = v.opt_int(4)? {
            let words = self.voucher_words(original)?;
            node.fact("红字冲销", words);
        }
        let reversal = self.tx.first("SELECT seq FROM voucher WHERE book = $1 AND reverses = $2", params![self.book.id, seq])?;
        if let Some(reversal) = reversal {
            let words = self.voucher_words(reversal.int(0)?)?;
            node.fact("已被冲销", words);
        }
        let postings = self.postings(seq)?;
        node.children.push(postings);
        self.about(&mut node, seq, v.text(0)?, v.text(2)?)?;
        Ok(node)
    }

    fn postings(&mut self, seq: i64) -> Result<TraceNode> {
        let rows = self.tx.query(
            "SELECT p.account, COALESCE(a.name, ''), p.dim, p.debit, p.credit FROM posting p
               LEFT JOIN account a ON a.book = p.book AND a.code = p.account WHERE p.book = $1 AND p.voucher = $2 ORDER BY p.line",
            params![self.book.id, seq],
        )?;
        let mut node = TraceNode::new("分录");
        for row in rows.iter().take(self.limit) {
            let (debit, credit) = (row.int(3)?, row.int(4)?);
            let (side, amount) = if debit != 0 { ("借", debit) } else { ("贷", credit) };
            let mut line = TraceNode::new(format!("{side} {} {} {}", row.int(0)?, row.text(1)?, yuan(amount)));
            let key = dim_key(self.tx, self.book, row.int(2)?)?;
            line.fact("指标", key.fund)
                .fact("分配文", key.allocation)
                .fact("单位", key.unit)
                .fact("项目", key.project)
                .fact("政策", key.program);
            node.children.push(line);
        }
        self.rest(&mut node.children, rows.len(), "条分录");
        Ok(node)
    }

    /// The fund, allocation, batch, payment or refund of a voucher, each with its own way.
    fn about(&mut self, node: &mut TraceNode, seq: i64, event: &str, reference: &str) -> Result<()> {
        let book = self.book.id;
        let known_fund = self.tx.first("SELECT doc_no FROM fund WHERE book = $1 AND doc_no = $2", params![book, reference])?;
        if known_fund.is_some() && matches!(event, "receive" | "reclaim") {
            let child = self.fund(reference)?;
            node.children.push(child);
        }
        if self.tx.first("SELECT id FROM allocation_act WHERE book = $1 AND voucher = $2 LIMIT 1", params![book, seq])?.is_some() {
            let child = self.allocation_document(reference)?;
            node.children.push(child);
        }
        if matches!(event, "reserve" | "send" | "cancel" | "confirm" | "return" | "release")
            && let Some(row) = self.tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book, reference])?
        {
            let child = self.batch(row.int(0)?, true)?;
            node.children.push(child);
        }
        if let Some(row) = self.tx.first("SELECT id FROM disbursement WHERE book = $1 AND doc_no = $2", params![book, reference])? {
            let child = self.disbursement(row.int(0)?, true)?;
            node.children.push(child);
        }
        if let Some(row) = self.tx.first("SELECT id FROM refund WHERE book = $1 AND voucher = $2", params![book, seq])? {
            let child = self.refund(row.int(0)?, true)?;
            node.children.push(child);
        }
        Ok(())
    }
}
