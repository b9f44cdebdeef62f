//! Households and people: their cards and everything paid to them, with totals by year.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::Result;
use crate::domain::calendar::day_text;
use crate::params;

impl View<'_, '_> {
    pub(super) fn household(&mut self, id: i64) -> Result<TraceNode> {
        let h = self.tx.one(
            "SELECT h.code, h.region, COALESCE(g.name, ''), h.head, h.status, h.kind, h.file, h.file_row FROM household h
               LEFT JOIN region g ON g.book = h.book AND g.code = h.region WHERE h.book = $1 AND h.id = $2",
            params![self.book.id, id],
        )?;
        let mut node = TraceNode::new(format!("户 {}", h.text(0)?));
        let head = self.person_name(h.text(3)?);
        node.fact("村", format!("{} {}", h.text(1)?, h.text(2)?)).fact("户主", head).fact("状态", h.text(4)?);
        node.fact("类型", h.opt_string(5)?.unwrap_or_default());
        let origin = self.origin(h.opt_int(6)?, h.int(7)?)?;
        node.fact("来源", origin);
        let rows =
            self.tx.query("SELECT id FROM person WHERE book = $1 AND household = $2 ORDER BY id", params![self.book.id, h.text(0)?])?;
        for row in rows.iter().take(self.limit) {
            let child = self.person(row.int(0)?, true)?;
            node.children.push(child);
        }
        self.rest(&mut node.children, rows.len(), "人");
        Ok(node)
    }

    /// With `whole`, also the payments.
    pub(super) fn person(&mut self, id: i64, whole: bool) -> Result<TraceNode> {
        let q = self.tx.one(
            "SELECT name, id_no, household, relation, status, file, file_row FROM person WHERE book = $1 AND id = $2",
            params![self.book.id, id],
        )?;
        let id_no = q.string(1)?;
        let mut node = TraceNode::new(format!("人员 {}（{}）", self.person_name(q.text(0)?), self.id_no(&id_no)));
        node.fact("户编号", q.text(2)?).fact("与户主关系", q.text(3)?).fact("状态", q.text(4)?);
        let origin = self.origin(q.opt_int(5)?, q.int(6)?)?;
        node.fact("来源", origin);
        if whole {
            self.cards(&mut node, &id_no)?;
            self.totals(&mut node, id)?;
            let rows = self.tx.query(
                "SELECT p.batch, p.line FROM payment p JOIN batch b ON b.book = p.book AND b.id = p.batch
                  WHERE p.book = $1 AND p.person = $2 AND b.reissue_of IS NULL ORDER BY b.made, p.batch, p.line",
                params![self.book.id, id],
            )?;
            for row in rows.iter().take(self.limit) {
                let child = self.payment(row.int(0)?, row.int(1)?, false)?;
                node.children.push(child);
            }
            self.rest(&mut node.children, rows.len(), "笔");
        }
        Ok(node)
    }

    fn cards(&mut self, node: &mut TraceNode, id_no: &str) -> Result<()> {
        let rows = self.tx.query(
            "SELECT bank, account, valid_from, valid_to, file, file_row FROM card WHERE book = $1 AND id_no = $2 ORDER BY valid_from, id",
            params![self.book.id, id_no],
        )?;
        for row in rows {
            let until = row.opt_int(3)?.map_or_else(String::new, |to| format!(" 至 {}", day_text(to)));
            let mut card = TraceNode::new(format!("一卡通 {} {}", row.text(0)?, self.account(row.text(1)?)));
            let origin = self.origin(row.opt_int(4)?, row.int(5)?)?;
            card.fact("启用", format!("{}{until}", day_text(row.int(2)?))).fact("来源", origin);
            node.children.push(card);
        }
        Ok(())
    }

    /// On the card less refunds, by the year in which each was booked.
    fn totals(&mut self, node: &mut TraceNode, person: i64) -> Result<()> {
        let rows = self.tx.query(
            "SELECT t.year, CAST(SUM(t.paid) AS BIGINT), CAST(SUM(t.back) AS BIGINT) FROM (
               SELECT r.booked / 10000 AS year, p.amount AS paid, 0 AS back FROM payment p
                 JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line AND r.paid = 1
                WHERE p.book = $1 AND p.person = $2
               UNION ALL
               SELECT f.date / 10000, 0, f.amount FROM payment p
                 JOIN refund f ON f.book = p.book AND f.batch = p.batch AND f.line = p.line WHERE p.book = $1 AND p.person = $2) t
              GROUP BY t.year ORDER BY t.year",
            params![self.book.id, person],
        )?;
        for row in rows {
            let back = if row.int(2)? == 0 { String::new() } else { format!("，退回 {}", yuan(row.int(2)?)) };
            node.fact(&format!("{} 年到卡", row.int(0)?), format!("{}{back}", yuan(row.int(1)?)));
        }
        Ok(())
    }
}
