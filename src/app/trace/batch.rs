//! A batch: its stages, what became of its lines in sum, and the lines themselves.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::Result;
use crate::app::context::china_time;
use crate::app::money::slices::{self, SliceTable};
use crate::domain::calendar::day_text;
use crate::params;

/// Words for the stages of a batch.
fn stage_title(stage: &str) -> &str {
    match stage {
        "reserved" => "占用",
        "approved" => "审批",
        "sent" => "送银行",
        "cancelled" => "撤销",
        other => other,
    }
}

impl View<'_, '_> {
    /// With `whole`, also where its money is from and its lines.
    pub(super) fn batch(&mut self, id: i64, whole: bool) -> Result<TraceNode> {
        let b = self.tx.one(
            "SELECT b.code, b.unit, b.program, b.allocation, b.period_first, b.period_last, b.made, b.maker, b.file, COALESCE(o.code, '')
               FROM batch b LEFT JOIN batch o ON o.book = b.book AND o.id = b.reissue_of WHERE b.book = $1 AND b.id = $2",
            params![self.book.id, id],
        )?;
        let mut node = TraceNode::new(format!("批次 {}", b.text(0)?));
        node.fact("单位", b.text(1)?).fact("政策", b.text(2)?).fact("分配文", b.text(3)?);
        let (first, last) = (b.int(4)?, b.int(5)?);
        node.fact("所属期", if first == last { first.to_string() } else { format!("{first} 至 {last}") });
        node.fact("造表", format!("{}，{}", day_text(b.int(6)?), b.text(7)?)).fact("重发自", b.text(9)?);
        let origin = self.origin(b.opt_int(8)?, 0)?;
        node.fact("来源", origin);
        self.stages(&mut node, id)?;
        let sums = self.outcomes(id)?;
        node.children.push(sums);
        if whole {
            let parts = slices::load(self.tx, self.book, SliceTable::Batch, id)?;
            let money = self.money_parts(&parts)?;
            node.children.push(money);
            self.lines(&mut node, id)?;
        }
        Ok(node)
    }

    fn stages(&mut self, node: &mut TraceNode, id: i64) -> Result<()> {
        let rows = self.tx.query(
            "SELECT stage, date, actor, voucher, lines, total, at FROM batch_stage WHERE book = $1 AND batch = $2 ORDER BY at, date, stage",
            params![self.book.id, id],
        )?;
        for row in rows {
            let title = format!("{} {}，{} 行 {}", stage_title(row.text(0)?), day_text(row.int(1)?), row.int(4)?, yuan(row.int(5)?));
            let mut child = TraceNode::new(title);
            child.fact("办理", format!("{}，{}", row.text(2)?, china_time(row.int(6)?)));
            if let Some(voucher) = row.opt_int(3)? {
                let words = self.voucher_words(voucher)?;
                child.fact("凭证", words);
            }
            node.children.push(child);
        }
        Ok(())
    }

    /// On card, returned, in transit, paid again, released, refunded: lines and amounts.
    fn outcomes(&mut self, id: i64) -> Result<TraceNode> {
        let rows = self.tx.query(
            "SELECT t.outcome, CAST(COUNT(*) AS BIGINT), CAST(SUM(t.amount) AS BIGINT) FROM (
               SELECT CASE WHEN r.paid = 1 THEN '1已到卡'
                           WHEN x.into_batch IS NOT NULL THEN '3退票已重发'
                           WHEN x.line IS NOT NULL THEN '4退票已释放'
                           WHEN r.paid = 0 THEN '2退票待处理'
                           WHEN g.stage = 'sent' THEN '5在途'
                           WHEN g.stage = 'cancelled' THEN '6已撤销' ELSE '7尚未送银行' END AS outcome, p.amount
                 FROM payment p
                 LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
                 LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line
                 LEFT JOIN batch_stage g ON g.book = p.book AND g.batch = p.batch AND g.stage IN ('sent', 'cancelled')
                WHERE p.book = $1 AND p.batch = $2) t
              GROUP BY t.outcome ORDER BY t.outcome",
            params![self.book.id, id],
        )?;
        let mut node = TraceNode::new("各行去向");
        for row in rows {
            node.fact(row.text(0)?.trim_start_matches(|c: char| c.is_ascii_digit()), format!("{} 行 {}", row.int(1)?, yuan(row.int(2)?)));
        }
        let back = self.tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE book = $1 AND batch = $2",
            params![self.book.id, id],
        )?;
        if back.int(0)? > 0 {
            node.fact("到卡后退回", format!("{} 笔 {}", back.int(0)?, yuan(back.int(1)?)));
        }
        Ok(node)
    }

    fn lines(&mut self, node: &mut TraceNode, id: i64) -> Result<()> {
        let count = self
            .tx
            .one("SELECT CAST(COUNT(*) AS BIGINT) FROM payment WHERE book = $1 AND batch = $2", params![self.book.id, id])?
            .int(0)?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let most = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let rows = self.tx.query(
            "SELECT p.line, q.name, q.id_no, p.amount FROM payment p LEFT JOIN person q ON q.book = p.book AND q.id = p.person
              WHERE p.book = $1 AND p.batch = $2 ORDER BY p.line LIMIT $3",
            params![self.book.id, id, most],
        )?;
        let mut lines = TraceNode::new(format!("发放明细 {count} 行"));
        for row in rows {
            let name = row.opt_string(1)?.unwrap_or_default();
            let id_no = row.opt_string(2)?.unwrap_or_default();
            let title = format!("{} {}（{}）{}", row.int(0)?, self.person_name(&name), self.id_no(&id_no), yuan(row.int(3)?));
            let mut line = TraceNode::new(title);
            let fate = self.fate(id, row.int(0)?)?;
            line.fact("去向", fate);
            lines.children.push(line);
        }
        self.rest(&mut lines.children, count, "行");
        node.children.push(lines);
        Ok(())
    }
}
