//! Project payments and refunds.

use super::TraceNode;
use super::view::{View, yuan};
use crate::app::Result;
use crate::app::money::slices::{self, SliceTable};
use crate::domain::calendar::day_text;
use crate::params;

fn way_title(event: &str) -> &str {
    match event {
        "pay" => "支付",
        "move" => "拨付单位（尚未支出）",
        "onward" => "单位支付最终收款人",
        "retain" => "预留质保金（尚未支出）",
        other => other,
    }
}

impl View<'_, '_> {
    /// With `whole`, also where its money is from.
    pub(super) fn disbursement(&mut self, id: i64, whole: bool) -> Result<TraceNode> {
        let d = self.tx.one(
            "SELECT doc_no, date, unit, allocation, project, payee, account, payee_kind, purpose, amount, method, event, voucher, file, file_row
               FROM disbursement WHERE book = $1 AND id = $2",
            params![self.book.id, id],
        )?;
        let (doc_no, kind) = (d.string(0)?, d.text(7)?);
        let mut node = TraceNode::new(format!("{} {doc_no} {}", way_title(d.text(11)?), yuan(d.int(9)?)));
        let payee = if kind == "个人" { self.person_name(d.text(5)?) } else { d.string(5)? };
        let account = self.account(d.text(6)?);
        node.fact("日期", day_text(d.int(1)?)).fact("收款人", format!("{payee}（{kind}）")).fact("账户", account);
        node.fact("用途", d.text(8)?)
            .fact("方式", d.text(10)?)
            .fact("单位", d.text(2)?)
            .fact("项目", d.text(4)?)
            .fact("分配文", d.text(3)?);
        let voucher = self.voucher_words(d.int(12)?)?;
        let origin = self.origin(d.opt_int(13)?, d.int(14)?)?;
        node.fact("凭证", voucher).fact("来源", origin);
        if whole {
            let parts = slices::load(self.tx, self.book, SliceTable::Disbursement, id)?;
            let money = self.money_parts(&parts)?;
            node.children.push(money);
        }
        let later = self.vouchers(
            "SELECT v.seq, v.summary FROM voucher v
              WHERE v.book = $1 AND ((v.reference = $2 AND v.event = 'retention_pay') OR v.reverses = $3) ORDER BY v.seq",
            params![self.book.id, &doc_no, d.int(12)?],
        )?;
        node.children.extend(later);
        let back = self.tx.query("SELECT id FROM refund WHERE book = $1 AND disbursement = $2 ORDER BY id", params![self.book.id, id])?;
        for row in back {
            let child = self.refund(row.int(0)?, false)?;
            node.children.push(child);
        }
        Ok(node)
    }

    /// With `whole`, also the payment that it is of.
    pub(super) fn refund(&mut self, id: i64, whole: bool) -> Result<TraceNode> {
        let r = self.tx.one(
            "SELECT doc_no, date, amount, reason, voucher, file, file_row, disbursement, batch, line FROM refund WHERE book = $1 AND id = $2",
            params![self.book.id, id],
        )?;
        let mut node = TraceNode::new(format!("退回 {} {}", r.text(0)?, yuan(r.int(2)?)));
        let voucher = self.voucher_words(r.int(4)?)?;
        let origin = self.origin(r.opt_int(5)?, r.int(6)?)?;
        node.fact("日期", day_text(r.int(1)?)).fact("原因", r.text(3)?).fact("凭证", voucher).fact("来源", origin);
        if whole {
            let of = match (r.opt_int(7)?, r.opt_int(8)?, r.opt_int(9)?) {
                (Some(disbursement), _, _) => Some(self.disbursement(disbursement, true)?),
                (_, Some(batch), Some(line)) => Some(self.payment(batch, line, true)?),
                _ => None,
            };
            node.children.extend(of);
        }
        Ok(node)
    }
}
