//! What stands beside the lines of [`super::screening`]: projects with payments, and batches that wait for their approval.

#![allow(clippy::unwrap_used, dead_code)]

use super::{PROGRAM, UNIT, account, id_no};
use sunledger::app::{AppError, Book};
use sunledger::params;
use sunledger::store::Tx;

/// Two hundred projects with ten payments each, some at fault.
pub fn projects(tx: &mut Tx<'_>, book: &Book) -> Result<(), AppError> {
    for n in 0..200_i64 {
        let code = format!("XM{n:04}");
        let filed = if n % 20 == 0 { None } else { Some(20_180_120_i64) };
        tx.execute(
            "INSERT INTO project (book, code, name, kind, department, implementer, region, planned, village_applied, township_reviewed, county_approved,
                province_filed, notice_from, notice_to, started, goal, status, file, file_row)
             VALUES ($1, $2, '示例道路', '基础设施', $3, $3, '469007100201', 100000000, 20180101, 20180105, 20180110, $4, 20180106, 20180118, 20180201, '通路', '实施', 0, 0)",
            params![book.id, &code, UNIT, filed],
        )?;
        for part in 0..10_i64 {
            let (id, date) = (n * 10 + part + 1, 20_180_301 + part / 3 * 100 + part);
            let (purpose, method) = (if id % 97 == 0 { "公务接待费" } else { "工程款" }, if id % 101 == 0 { "现金" } else { "直接支付" });
            tx.execute(
                "INSERT INTO disbursement (book, id, doc_no, date, unit, allocation, project, payee, account, payee_kind, purpose, amount, method, retention,
                    event, voucher, file, file_row) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '施工单位', $10, $11, $12, 0, 'pay', 1, 0, 0)",
                params![book.id, id, format!("ZF{id}"), date, UNIT, super::ALLOCATION, &code, format!("示例{}公司", n % 40), account(800_000_000 + n as u64 % 40),
                    purpose, 8_000_000 + id * 137, method],
            )?;
        }
    }
    tx.take_ids(book.id, "disbursement", 10_000)?;
    Ok(())
}

/// A batch of the second people of households from `first` on, who are paid by no other.
pub fn batch_csv(path: &std::path::Path, code: &str, first: u64, lines: u64) {
    use std::io::Write;
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(
        out,
        "批次号,单位编码,政策编码,分配文号,所属期,造表日期,公示开始,公示结束,序号,户编号,姓名,身份证号,银行账号,数量,标准,金额,备注"
    )
    .unwrap();
    for n in 0..lines {
        let (home, person) = (first + n, (first + n) * 4 + 1);
        let (id, number, allocation) = (id_no(person), account(person), super::ALLOCATION);
        writeln!(out, "{code},{UNIT},{PROGRAM},{allocation},2018Q4,2018-12-20,2018-12-05,2018-12-16,{},H{home:07},示{person},{id},{number},3,50.00,150.00,", n + 1).unwrap();
    }
}

/// The file that brought a list, on 15 January 2019.
pub fn received(tx: &mut Tx<'_>, book: &Book, file: i64, kind: &str, rows: u64) -> Result<(), AppError> {
    tx.execute(
        "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, $3, $3, $4, $5, '示', 1547517600000000)",
        params![book.id, file, kind, [file as u8; 32], rows as i64],
    )?;
    Ok(())
}
