//! One payment line: who and to which card, of which money, and what became of it, through every correction.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::Result;
use crate::app::money::slices::{self, SliceTable, interval};
use crate::domain::calendar::day_text;
use crate::domain::money::Fen;
use crate::params;

impl View<'_, '_> {
    /// What became of a line, in one line.
    pub(super) fn fate(&mut self, batch: i64, line: i64) -> Result<String> {
        let row = self.tx.one(
            "SELECT r.paid, r.reason, r.booked, r.bank_ref, x.line, COALESCE(n.code, ''), COALESCE(g.stage, '')
               FROM payment p
               LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
               LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line
               LEFT JOIN batch n ON n.book = x.book AND n.id = x.into_batch
               LEFT JOIN batch_stage g ON g.book = p.book AND g.batch = p.batch AND g.stage IN ('sent', 'cancelled')
              WHERE p.book = $1 AND p.batch = $2 AND p.line = $3",
            params![self.book.id, batch, line],
        )?;
        let stage = row.text(6)?;
        let Some(paid) = row.opt_int(0)? else {
            return Ok(match stage {
                "sent" => "在途：银行尚未回盘".into(),
                "cancelled" => "批次已撤销".into(),
                _ => "尚未送银行".into(),
            });
        };
        let booked = format!("{}，流水 {}", day_text(row.int(2)?), row.text(3)?);
        if paid == 1 {
            return Ok(format!("已到卡（{booked}）"));
        }
        let then = match (row.opt_int(4)?, row.text(5)?) {
            (None, _) => "待更正或释放".to_string(),
            (Some(_), "") => "已释放回分配".to_string(),
            (Some(_), code) => format!("已在批次 {code} 重发"),
        };
        Ok(format!("退票：{}（{booked}），{then}", row.text(1)?))
    }

    /// With `whole`, also the person and everything before and after.
    pub(super) fn payment(&mut self, batch: i64, line: i64, whole: bool) -> Result<TraceNode> {
        let p = self.tx.one(
            "SELECT b.code, p.amount, p.quantity, p.rate, p.start, p.file_row, b.file, b.program, b.allocation, p.person,
                    c.account, c.bank, c.holder, b.reissue_of, p.memo
               FROM payment p JOIN batch b ON b.book = p.book AND b.id = p.batch
               LEFT JOIN card c ON c.book = p.book AND c.id = p.card
              WHERE p.book = $1 AND p.batch = $2 AND p.line = $3",
            params![self.book.id, batch, line],
        )?;
        let (amount, start) = (p.int(1)?, p.int(4)?);
        let mut node = TraceNode::new(format!("发放 {}+{line} {}", p.text(0)?, yuan(amount)));
        let fate = self.fate(batch, line)?;
        let account = p.opt_string(10)?.unwrap_or_default();
        let holder = p.opt_string(12)?.unwrap_or_default();
        let card = format!("{} {}（{}）", p.opt_string(11)?.unwrap_or_default(), self.account(&account), self.person_name(&holder));
        node.fact("去向", fate).fact("政策", p.text(7)?).fact("分配文", p.text(8)?).fact("账户", card);
        let origin = self.origin(p.opt_int(6)?, p.int(5)?)?;
        node.fact("计算", format!("{} × {} 元", quantity(p.int(2)?), Fen::new(p.int(3)?).yuan_grouped())).fact("来源", origin);
        node.fact("备注", p.opt_string(14)?.unwrap_or_default());
        let parts = interval(&slices::load(self.tx, self.book, SliceTable::Batch, batch)?, start, start + amount);
        let money = self.money_parts(&parts)?;
        node.children.push(money);
        self.payment_vouchers(&mut node, batch, line)?;
        self.payment_after(&mut node, batch, line)?;
        if whole {
            let person = self.person(p.int(9)?, false)?;
            node.children.push(person);
            if let Some(original) = p.opt_int(13)? {
                let mut before = self.payment(original, line, false)?;
                before.title = format!("原退票 {}", before.title);
                before.children.retain(|child| !child.title.starts_with("重发 "));
                node.children.push(before);
            }
        }
        Ok(node)
    }

    /// Reserved, sent, answered, reissued or released: each by its voucher.
    fn payment_vouchers(&mut self, node: &mut TraceNode, batch: i64, line: i64) -> Result<()> {
        let steps = self.vouchers(
            "SELECT v.seq, v.summary FROM voucher v WHERE v.book = $1 AND v.seq IN (
               SELECT voucher FROM batch_stage WHERE book = $1 AND batch = $2 AND voucher IS NOT NULL
               UNION SELECT voucher FROM payment_result WHERE book = $1 AND batch = $2 AND line = $3
               UNION SELECT voucher FROM payment_exit WHERE book = $1 AND batch = $2 AND line = $3) ORDER BY v.seq",
            params![self.book.id, batch, line],
        )?;
        node.children.extend(steps);
        let answer = self.tx.first(
            "SELECT file, file_row FROM payment_result WHERE book = $1 AND batch = $2 AND line = $3",
            params![self.book.id, batch, line],
        )?;
        if let Some(answer) = answer {
            let origin = self.origin(answer.opt_int(0)?, answer.int(1)?)?;
            node.fact("银行回盘", origin);
        }
        Ok(())
    }

    /// The line again in a later batch, and what came back from it.
    fn payment_after(&mut self, node: &mut TraceNode, batch: i64, line: i64) -> Result<()> {
        let exit = self.tx.first(
            "SELECT into_batch FROM payment_exit WHERE book = $1 AND batch = $2 AND line = $3 AND into_batch IS NOT NULL",
            params![self.book.id, batch, line],
        )?;
        if let Some(exit) = exit {
            let mut again = self.payment(exit.int(0)?, line, false)?;
            again.title = format!("重发 {}", again.title);
            node.children.push(again);
        }
        let back = self
            .tx
            .query("SELECT id FROM refund WHERE book = $1 AND batch = $2 AND line = $3 ORDER BY id", params![self.book.id, batch, line])?;
        for row in back {
            let child = self.refund(row.int(0)?, false)?;
            node.children.push(child);
        }
        Ok(())
    }
}

/// 1/10000 of the measure, without empty decimals.
fn quantity(units: i64) -> String {
    let text = format!("{}.{:04}", units / 10_000, units % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn quantities_have_no_empty_decimals() {
        assert_eq!(super::quantity(10_000), "1");
        assert_eq!(super::quantity(25_050), "2.505");
        assert_eq!(super::quantity(100_000), "10");
    }
}
