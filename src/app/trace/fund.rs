//! Funds and allocations: received, handed out, and what was paid out of them.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::{AppError, Result};
use crate::domain::calendar::day_text;
use crate::params;

impl View<'_, '_> {
    pub(super) fn fund(&mut self, doc_no: &str) -> Result<TraceNode> {
        let f = self.tx.one(
            "SELECT name, level, category, year, amount, received, function, carried_over, file, file_row FROM fund WHERE book = $1 AND doc_no = $2",
            params![self.book.id, doc_no],
        )?;
        let mut node = TraceNode::new(format!("指标 {doc_no} {}", yuan(f.int(4)?)));
        node.fact("名称", f.text(0)?).fact("级次", f.text(1)?).fact("类别", f.text(2)?).fact("年度", f.int(3)?.to_string());
        node.fact("收文日期", day_text(f.int(5)?)).fact("功能科目", f.text(6)?);
        node.fact("上年结转", if f.int(7)? == 1 { "是" } else { "" });
        let origin = self.origin(f.opt_int(8)?, f.int(9)?)?;
        node.fact("来源", origin);
        let places = self.places(doc_no, None)?;
        node.fact("现在何处", places);
        node.children = self.vouchers(
            "SELECT seq, summary FROM voucher WHERE book = $1 AND reference = $2 AND event IN ('receive', 'reclaim') ORDER BY seq",
            params![self.book.id, doc_no],
        )?;
        let rows = self.tx.query("SELECT id FROM allocation WHERE book = $1 AND fund = $2 ORDER BY id", params![self.book.id, doc_no])?;
        for row in rows.iter().take(self.limit) {
            let child = self.allocation(row.int(0)?)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "项分配");
        Ok(node)
    }

    /// All that one document allocated or took back.
    pub(super) fn allocation_document(&mut self, doc_no: &str) -> Result<TraceNode> {
        let mut node = TraceNode::new(format!("分配文 {doc_no}"));
        let rows = self.tx.query("SELECT id FROM allocation WHERE book = $1 AND doc_no = $2 ORDER BY id", params![self.book.id, doc_no])?;
        for row in rows.iter().take(self.limit) {
            let child = self.allocation(row.int(0)?)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "项分配");
        if rows.is_empty() {
            let acts = self.tx.query(
                "SELECT kind, date, amount, voucher, file, file_row FROM allocation_act WHERE book = $1 AND doc_no = $2 ORDER BY id",
                params![self.book.id, doc_no],
            )?;
            for act in acts.iter().take(self.limit) {
                let child = self.allocation_act(act)?;
                node.children.push(child);
            }
            self.rest(&mut node.children, acts.len(), "项");
        }
        Ok(node)
    }

    /// A unit with every allocation to it.
    pub(super) fn unit(&mut self, code: &str) -> Result<TraceNode> {
        let found = self.tx.first("SELECT name, kind FROM unit WHERE book = $1 AND code = $2", params![self.book.id, code])?;
        let Some(unit) = found else { return AppError::refuse("not_found", format!("没有单位 {code}"), "请核对单位编码") };
        let mut node = TraceNode::new(format!("单位 {code} {}", unit.text(0)?));
        node.fact("类别", unit.text(1)?);
        self.allocations_of(&mut node, "SELECT id FROM allocation WHERE book = $1 AND unit = $2 ORDER BY id", code)?;
        Ok(node)
    }

    /// A project with every allocation to it.
    pub(super) fn project(&mut self, code: &str) -> Result<TraceNode> {
        let sql = "SELECT name, kind, department, planned, status FROM project WHERE book = $1 AND code = $2";
        let found = self.tx.first(sql, params![self.book.id, code])?;
        let Some(p) = found else { return AppError::refuse("not_found", format!("没有项目 {code}"), "请核对项目编码") };
        let mut node = TraceNode::new(format!("项目 {code} {}", p.text(0)?));
        node.fact("类别", p.text(1)?).fact("主管部门", p.text(2)?).fact("计划投资", yuan(p.int(3)?)).fact("状态", p.text(4)?);
        self.allocations_of(&mut node, "SELECT id FROM allocation WHERE book = $1 AND project = $2 ORDER BY id", code)?;
        Ok(node)
    }

    fn allocations_of(&mut self, node: &mut TraceNode, sql: &str, key: &str) -> Result<()> {
        let rows = self.tx.query(sql, params![self.book.id, key])?;
        for row in rows.iter().take(self.limit) {
            let child = self.allocation(row.int(0)?)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "项分配");
        Ok(())
    }

    fn allocation_act(&mut self, act: &crate::store::Row) -> Result<TraceNode> {
        let mut node = TraceNode::new(format!("{} {} {}", act.text(0)?, day_text(act.int(1)?), yuan(act.int(2)?)));
        let voucher = self.voucher_words(act.int(3)?)?;
        let origin = self.origin(act.opt_int(4)?, act.int(5)?)?;
        node.fact("凭证", voucher).fact("来源", origin);
        Ok(node)
    }

    fn allocation(&mut self, id: i64) -> Result<TraceNode> {
        let book = self.book.id;
        let a = self.tx.one(
            "SELECT a.doc_no, a.fund, a.unit, COALESCE(u.name, ''), a.project, COALESCE(j.name, ''), a.program
               FROM allocation a LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
               LEFT JOIN project j ON j.book = a.book AND j.code = a.project WHERE a.book = $1 AND a.id = $2",
            params![book, id],
        )?;
        let (doc_no, fund) = (a.text(0)?, a.text(1)?);
        let mut node = TraceNode::new(format!("分配 {doc_no} → {} {}", a.text(2)?, a.text(3)?));
        node.fact("指标", fund).fact("项目", format!("{} {}", a.text(4)?, a.text(5)?).trim()).fact("政策", a.text(6)?);
        let places = self.places(fund, Some(id))?;
        node.fact("现在何处", places);
        let acts = self.tx.query(
            "SELECT kind, date, amount, voucher, file, file_row FROM allocation_act
              WHERE book = $1 AND fund = $2 AND unit = $3 AND project = $4 AND program = $5 AND (doc_no = $6 OR kind <> '下达') ORDER BY id",
            params![book, fund, a.text(2)?, a.text(4)?, a.text(6)?, doc_no],
        )?;
        for act in acts.iter().take(self.limit) {
            let child = self.allocation_act(act)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, acts.len(), "项增减");
        self.drawn(&mut node, fund, id)?;
        Ok(node)
    }

    /// What drew on an allocation's money.
    fn drawn(&mut self, node: &mut TraceNode, fund: &str, allocation: i64) -> Result<()> {
        let from_batches = "SELECT DISTINCT s.batch FROM dim d JOIN batch_slice s ON s.book = d.book AND s.dim = d.id
             WHERE d.book = $1 AND d.fund = $2 AND d.allocation = $3 ORDER BY s.batch";
        let rows = self.tx.query(from_batches, params![self.book.id, fund, allocation])?;
        for row in rows.iter().take(self.limit) {
            let child = self.batch(row.int(0)?, false)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "个批次");
        let from_payments = "SELECT DISTINCT s.disbursement FROM dim d JOIN disbursement_slice s ON s.book = d.book AND s.dim = d.id
             WHERE d.book = $1 AND d.fund = $2 AND d.allocation = $3 ORDER BY s.disbursement";
        let rows = self.tx.query(from_payments, params![self.book.id, fund, allocation])?;
        for row in rows.iter().take(self.limit) {
            let child = self.disbursement(row.int(0)?, false)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "笔支付");
        Ok(())
    }
}
