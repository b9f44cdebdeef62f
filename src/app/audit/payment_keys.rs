//! Payments that findings and cases name, each with the voucher by which it came into the books and that voucher's year: so
//! that an auditor finds it in the payment tables of this export, or knows which year's export has it.

use super::personal::Shown;
use super::scope::Scope;
use crate::app::{Book, Result};
use crate::domain::audit::Record;
use crate::files::writing::WriteProblem;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::Tx;
use std::collections::HashMap;

/// Voucher and year by batch, by document of a project payment, and by voucher.
pub(super) struct Payments {
    batches: HashMap<String, (i64, i64)>,
    documents: HashMap<String, (i64, i64)>,
    vouchers: HashMap<i64, i64>,
}

impl Payments {
    pub fn load(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Payments> {
        let mut named = |sql: &str| -> Result<HashMap<String, (i64, i64)>> {
            let mut found = HashMap::new();
            for row in tx.query(sql, params![book.id, scope.last])? {
                found.insert(row.string(0)?, (row.int(1)?, row.int(2)?));
            }
            Ok(found)
        };
        let batches = named(
            "SELECT b.code, v.seq, v.year FROM batch b
               JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
               JOIN voucher v ON v.book = b.book AND v.seq = s.voucher WHERE b.book = $1 AND v.seq <= $2",
        )?;
        let documents = named(
            "SELECT d.doc_no, v.seq, v.year FROM disbursement d JOIN voucher v ON v.book = d.book AND v.seq = d.voucher
              WHERE d.book = $1 AND v.seq <= $2",
        )?;
        let mut vouchers = HashMap::new();
        for row in tx.query("SELECT seq, year FROM voucher WHERE book = $1 AND seq <= $2", params![book.id, scope.last])? {
            vouchers.insert(row.int(0)?, row.int(1)?);
        }
        Ok(Payments { batches, documents, vouchers })
    }

    /// Kind, voucher and year; what is not in the books (yet) has neither.
    fn of(&self, key: &str) -> (&'static str, Option<(i64, i64)>) {
        if let Some(seq) = key.strip_prefix('#').and_then(|seq| seq.parse::<i64>().ok())
            && let Some(year) = self.vouchers.get(&seq)
        {
            return ("凭证", Some((seq, *year)));
        }
        let line = key.rsplit_once('+').filter(|(_, line)| line.parse::<u32>().is_ok());
        if let Some(found) = line.and_then(|(batch, _)| self.batches.get(batch)) {
            return ("发放明细", Some(*found));
        }
        self.documents.get(key).map_or(("未入账", None), |found| ("项目支付", Some(*found)))
    }

    /// Writes the payments of one finding or case.
    pub fn write(
        &self,
        out: &mut Package,
        rec: &mut Record,
        of: &str,
        keys: &[String],
        shown: &Shown<'_>,
    ) -> std::result::Result<(), WriteProblem> {
        for (number, key) in (1i64..).zip(keys) {
            let (kind, found) = self.of(key);
            let named = if found.is_some() { key.clone() } else { shown.made(key) };
            rec.fill(&[&of, &number, &kind, &named, &found.map(|(_, year)| year), &found.map(|(seq, _)| seq)]);
            out.put(rec)?;
        }
        Ok(())
    }
}
