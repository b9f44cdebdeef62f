//! The documents beside the ledger (指标文, 分配, 支付, 退回, 退票处理, and the money that each drew on) against the vouchers
//! that they became: whoever changes, deletes or slips in a document without its voucher is found here.

use super::Check;
use super::chain::yuan;
use crate::app::Result;
use crate::app::ledger::voucher_label;
use crate::params;
use crate::store::Tx;

/// A table of documents, each row of which stands under a voucher.
struct Documents {
    title: &'static str,
    /// Voucher and amount of each row; `$1` is the book.
    rows: &'static str,
    /// Events whose vouchers come only from this table, as an SQL list; `''` for none.
    events: &'static str,
}

const TABLES: [Documents; 5] = [
    Documents {
        title: "分配文",
        rows: "SELECT voucher, amount FROM allocation_act WHERE book = $1",
        events: "'allocate'", // 'adjust' is also written by the year's close, without a document
    },
    Documents {
        title: "项目支付",
        rows: "SELECT voucher, amount FROM disbursement WHERE book = $1",
        events: "'pay', 'move', 'onward', 'retain'",
    },
    Documents {
        title: "退回",
        rows: "SELECT voucher, amount FROM refund WHERE book = $1",
        events: "'refund_household', 'refund_payee', 'refund_moved', 'refund_retained'",
    },
    Documents {
        title: "退票处理",
        rows: "SELECT x.voucher, p.amount FROM payment_exit x
                 JOIN payment p ON p.book = x.book AND p.batch = x.batch AND p.line = x.line WHERE x.book = $1",
        events: "'release'",
    },
    Documents {
        title: "批次环节",
        rows: "SELECT voucher, total AS amount FROM batch_stage WHERE book = $1 AND voucher IS NOT NULL",
        events: "'reserve', 'send', 'cancel'",
    },
];

/// Documented less posted, by voucher and dimension set.
const SLICES: [(&str, &str); 2] = [
    (
        "批次资金来源",
        "SELECT t.voucher FROM (
           SELECT g.voucher, s.dim, s.amount FROM batch_slice s
             JOIN batch_stage g ON g.book = s.book AND g.batch = s.batch AND g.stage = 'reserved' WHERE s.book = $1
           UNION ALL
           SELECT v.seq, p.dim, -p.debit FROM voucher v
             JOIN posting p ON p.book = v.book AND p.voucher = v.seq
             JOIN account a ON a.book = p.book AND a.code = p.account AND a.grp = 'control'
            WHERE v.book = $1 AND v.event = 'reserve') t
         GROUP BY t.voucher, t.dim HAVING SUM(t.amount) <> 0 ORDER BY t.voucher",
    ),
    (
        "支付资金来源",
        "SELECT t.voucher FROM (
           SELECT d.voucher, s.dim, s.amount FROM disbursement_slice s
             JOIN disbursement d ON d.book = s.book AND d.id = s.disbursement WHERE s.book = $1
           UNION ALL
           SELECT v.seq, p.dim, -p.debit FROM voucher v
             JOIN posting p ON p.book = v.book AND p.voucher = v.seq
             JOIN account a ON a.book = p.book AND a.code = p.account AND a.grp = 'control'
            WHERE v.book = $1 AND v.event IN ('pay', 'move', 'onward', 'retain') AND v.reverses IS NULL) t
         GROUP BY t.voucher, t.dim HAVING SUM(t.amount) <> 0 ORDER BY t.voucher",
    ),
];

pub(super) fn compare(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<()> {
    funds(check, tx)?;
    for table in TABLES {
        amounts(check, tx, &table)?;
        vouchers_without(check, tx, &table)?;
    }
    for (title, sql) in SLICES {
        for row in tx.query(sql, params![check.book.id])? {
            let seq = row.int(0)?;
            let label = label(check, tx, seq)?;
            check.findings.voucher("document", seq, &label, format!("{title}与凭证的辅助核算不符"));
        }
    }
    Ok(())
}

fn label(check: &Check<'_>, tx: &mut Tx<'_>, seq: i64) -> Result<String> {
    let row = tx.first("SELECT year, month, number FROM voucher WHERE book = $1 AND seq = $2", params![check.book.id, seq])?;
    row.map_or(Ok(String::new()), |row| Ok(voucher_label(row.int(0)?, row.int(1)?, row.int(2)?)))
}

/// Each fund is known by its document number, under which it was received.
fn funds(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<()> {
    let rows = tx.query(
        "SELECT t.fund, MAX(t.seq), CAST(SUM(t.amount) AS BIGINT) FROM (
           SELECT doc_no AS fund, CAST(NULL AS BIGINT) AS seq, amount FROM fund WHERE book = $1
           UNION ALL
           SELECT v.reference, v.seq, -p.debit FROM voucher v
             JOIN posting p ON p.book = v.book AND p.voucher = v.seq
             JOIN account a ON a.book = p.book AND a.code = p.account AND a.role = 'unallocated'
            WHERE v.book = $1 AND v.event = 'receive' AND v.reverses IS NULL) t
         GROUP BY t.fund HAVING SUM(t.amount) <> 0 ORDER BY t.fund",
        params![check.book.id],
    )?;
    for row in rows {
        let (fund, message) = (row.text(0)?, format!("指标文 {} 的金额与收到指标的凭证差 {} 元", row.text(0)?, yuan(row.int(2)?.into())));
        match row.opt_int(1)? {
            Some(seq) => {
                let label = label(check, tx, seq)?;
                check.findings.voucher("document", seq, &label, message);
            }
            None => check.findings.book("document", fund, message),
        }
    }
    Ok(())
}

/// The documents under each voucher add up to what it moved.
fn amounts(check: &mut Check<'_>, tx: &mut Tx<'_>, table: &Documents) -> Result<()> {
    let sql = format!(
        "SELECT t.voucher, t.total, t.moved FROM (
           SELECT d.voucher, CAST(SUM(d.amount) AS BIGINT) AS total,
                  (SELECT CAST(COALESCE(SUM(p.debit), 0) AS BIGINT) FROM posting p
                     JOIN account a ON a.book = p.book AND a.code = p.account AND a.grp = 'control'
                    WHERE p.book = $1 AND p.voucher = d.voucher) AS moved
             FROM ({}) d GROUP BY d.voucher) t
          WHERE t.total <> t.moved ORDER BY t.voucher",
        table.rows
    );
    for row in tx.query(&sql, params![check.book.id])? {
        let (seq, title) = (row.int(0)?, table.title);
        let label = label(check, tx, seq)?;
        let message = if label.is_empty() {
            format!("{title}所记的凭证不存在")
        } else {
            format!("{title}合计 {} 元，凭证金额 {} 元", yuan(row.int(1)?.into()), yuan(row.int(2)?.into()))
        };
        check.findings.voucher("document", seq, &label, message);
    }
    Ok(())
}

/// Vouchers whose document is gone.
fn vouchers_without(check: &mut Check<'_>, tx: &mut Tx<'_>, table: &Documents) -> Result<()> {
    let sql = format!(
        "SELECT v.seq, v.year, v.month, v.number FROM voucher v
          WHERE v.book = $1 AND v.event IN ({}) AND v.reverses IS NULL
            AND v.seq NOT IN (SELECT d.voucher FROM ({}) d) ORDER BY v.seq",
        table.events, table.rows
    );
    for row in tx.query(&sql, params![check.book.id])? {
        let label = voucher_label(row.int(1)?, row.int(2)?, row.int(3)?);
        check.findings.voucher("document", row.int(0)?, &label, format!("凭证所依据的{}记录不见了", table.title));
    }
    Ok(())
}
