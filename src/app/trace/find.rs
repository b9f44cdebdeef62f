//! What an id can be: every kind is asked, so that a number that is two things is shown as both.

use crate::app::{Book, Bureau, Result};
use crate::domain::identity::IdNumber;
use crate::params;
use crate::store::Tx;

/// Something that can be traced, by its key in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Fund(String),
    Allocation(String),
    Batch(i64, String),
    /// Batch id, line, and the batch's code.
    Payment(i64, i64, String),
    Household(i64, String),
    Person(i64),
    Voucher(i64),
    Disbursement(i64, String),
    Refund(i64, String),
    /// Of these the way is asked for by name only: their codes are short and name other things, too.
    Unit(String),
    Project(String),
}

impl Subject {
    /// A name without personal data.
    pub fn name(&self) -> String {
        match self {
            Subject::Fund(doc_no) => format!("指标 {doc_no}"),
            Subject::Allocation(doc_no) => format!("分配文 {doc_no}"),
            Subject::Batch(_, code) => format!("批次 {code}"),
            Subject::Payment(_, line, code) => format!("发放 {code}+{line}"),
            Subject::Household(_, code) => format!("户 {code}"),
            Subject::Person(id) => format!("人员登记号 {id}"),
            Subject::Voucher(seq) => format!("凭证 #{seq}"),
            Subject::Disbursement(_, doc_no) => format!("支付 {doc_no}"),
            Subject::Refund(_, doc_no) => format!("退回 {doc_no}"),
            Subject::Unit(code) => format!("单位 {code}"),
            Subject::Project(code) => format!("项目 {code}"),
        }
    }
}

/// Everything that an id names.
pub fn subjects(bureau: &mut Bureau, id: &str) -> Result<Vec<Subject>> {
    bureau.read(|tx, book| find(tx, book, id.trim()))
}

fn find(tx: &mut Tx<'_>, book: &Book, id: &str) -> Result<Vec<Subject>> {
    let mut found = Vec::new();
    if tx.first("SELECT doc_no FROM fund WHERE book = $1 AND doc_no = $2", params![book.id, id])?.is_some() {
        found.push(Subject::Fund(id.to_string()));
    }
    if tx.first("SELECT id FROM allocation_act WHERE book = $1 AND doc_no = $2 LIMIT 1", params![book.id, id])?.is_some() {
        found.push(Subject::Allocation(id.to_string()));
    }
    type Make = fn(i64, String) -> Subject;
    let keyed: [(&str, &str, Make); 4] = [
        ("batch", "code", Subject::Batch),
        ("disbursement", "doc_no", Subject::Disbursement),
        ("refund", "doc_no", Subject::Refund),
        ("household", "code", Subject::Household),
    ];
    for (table, key, make) in keyed {
        if let Some(row) = tx.first(&format!("SELECT id FROM {table} WHERE book = $1 AND {key} = $2"), params![book.id, id])? {
            found.push(make(row.int(0)?, id.to_string()));
        }
    }
    let id_no = IdNumber::parse(id).map_or_else(|_| id.to_string(), |parsed| parsed.as_str().to_string());
    for row in tx.query("SELECT id FROM person WHERE book = $1 AND (id_no = $2 OR name = $3) ORDER BY id", params![book.id, id_no, id])? {
        found.push(Subject::Person(row.int(0)?));
    }
    vouchers(tx, book, id, &mut found)?;
    for (code, line) in splits(id) {
        let row = tx.first(
            "SELECT b.id FROM batch b JOIN payment p ON p.book = b.book AND p.batch = b.id
              WHERE b.book = $1 AND b.code = $2 AND p.line = $3",
            params![book.id, code, line],
        )?;
        if let Some(row) = row {
            found.push(Subject::Payment(row.int(0)?, line, code.to_string()));
        }
    }
    Ok(found)
}

/// `#12` is a sequence; `记-2018-09-0012`, or the same without 记, a number of a month.
fn vouchers(tx: &mut Tx<'_>, book: &Book, id: &str, found: &mut Vec<Subject>) -> Result<()> {
    let row = if let Some(seq) = id.strip_prefix(['#', '＃']).and_then(|seq| seq.trim().parse::<i64>().ok()) {
        tx.first("SELECT seq FROM voucher WHERE book = $1 AND seq = $2", params![book.id, seq])?
    } else if let Some((year, month, number)) = month_number(id) {
        tx.first(
            "SELECT seq FROM voucher WHERE book = $1 AND year = $2 AND month = $3 AND number = $4",
            params![book.id, year, month, number],
        )?
    } else {
        None
    };
    if let Some(row) = row {
        found.push(Subject::Voucher(row.int(0)?));
    }
    Ok(())
}

fn month_number(id: &str) -> Option<(i64, i64, i64)> {
    let mut parts = id.trim_start_matches('记').trim_start_matches('-').split('-').map(|part| part.parse::<i64>().ok());
    let found = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(found)
}

/// The ways to read `批次号+序号`: the batch may itself hold the separator.
fn splits(id: &str) -> Vec<(&str, i64)> {
    id.char_indices()
        .rev()
        .filter(|(_, mark)| matches!(mark, '+' | '＋' | '#' | '-' | '/' | ':' | '：' | ' '))
        .filter_map(|(at, mark)| {
            let line = id[at + mark.len_utf8()..].trim().parse().ok()?;
            Some((id[..at].trim(), line))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn voucher_numbers_are_read() {
        assert_eq!(super::month_number("记-2018-09-0012"), Some((2018, 9, 12)));
        assert_eq!(super::month_number("2018-09-12"), Some((2018, 9, 12)));
        assert_eq!(super::month_number("记-2018-09"), None);
        assert_eq!(super::month_number("2018-09-12-1"), None);
    }
}
