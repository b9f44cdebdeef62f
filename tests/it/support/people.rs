//! Invented people with valid numbers, each with a card, and what a batch for them needs: units D01 and D02, the programme
//! ST01 (50 yuan a month) and the project XM01.

use super::db::TestDb;
use sunledger::app::{AppError, Bureau};
use sunledger::domain::identity::{id_check_char, luhn_check_digit};
use sunledger::params;

/// Name, ID number and account.
pub type Payee = (String, String, String);

fn id_no(n: i64) -> String {
    let first17 = format!("46900719{:02}{:02}{:02}{:03}", 40 + n / 336_000 % 60, 1 + n / 28_000 % 12, 1 + n / 1_000 % 28, n % 1_000);
    let digits: &[u8; 17] = first17.as_bytes().try_into().unwrap();
    format!("{first17}{}", id_check_char(digits) as char)
}

pub fn account(n: i64) -> String {
    let body = format!("621700{n:012}");
    format!("{body}{}", luhn_check_digit(body.as_bytes()) as char)
}

impl TestDb {
    /// Registers `count` people, each a household of their own.
    pub fn people(&self, bureau: &mut Bureau, count: i64) -> Vec<Payee> {
        register_plan(bureau);
        (1..=count).map(|n| register(bureau, n)).collect()
    }

    /// Gives a payee another card from a day on; returns its account.
    pub fn new_card(&self, bureau: &mut Bureau, payee: &Payee, from: i64) -> String {
        let (name, id_no, _) = payee;
        bureau
            .write(|tx, book| {
                tx.execute(
                    "UPDATE card SET valid_to = $3 WHERE book = $1 AND id_no = $2 AND valid_to IS NULL",
                    params![book.id, id_no, from - 1],
                )?;
                let id = tx.take_ids(book.id, "card", 1)?;
                let account = account(700_000 + id);
                tx.execute(
                    "INSERT INTO card (book, id, id_no, holder, bank, account, valid_from, file, file_row) VALUES ($1, $2, $3, $4, '农信社', $5, $6, 1, 1)",
                    params![book.id, id, id_no, name, &account, from],
                )?;
                Ok::<_, AppError>(account)
            })
            .unwrap()
    }
}

fn register_plan(bureau: &mut Bureau) {
    for statement in [
        "INSERT INTO unit (book, code, name, kind, file, file_row) VALUES (1, 'D01', '林业局', '主管部门', 1, 1), (1, 'D02', '样板镇', '乡镇', 1, 2)",
        "INSERT INTO program (book, code, name, department, subject, rate, measure, bound, valid_from, file, file_row)
         VALUES (1, 'ST01', '生态补偿', 'D01', '人', 5000, '月', '固定', 20180101, 1, 1)",
        "INSERT INTO project (book, code, name, kind, department, region, planned, village_applied, township_reviewed, county_approved,
           province_filed, notice_from, notice_to, status, file, file_row)
         VALUES (1, 'XM01', '示范道路', '基础设施', 'D02', '469007100201', 600000, 20170801, 20170901, 20171001, 20171101, 20171005,
           20171020, '在建', 1, 1)",
    ] {
        bureau.store.batch(statement).unwrap();
    }
}

fn register(bureau: &mut Bureau, n: i64) -> Payee {
    let payee = (format!("示例{n}"), id_no(n), account(n));
    bureau
        .write(|tx, book| {
            let (name, id_no, account) = &payee;
            let code = format!("D{n:04}");
            let id = tx.take_ids(book.id, "household", 1)?;
            tx.execute(
                "INSERT INTO household (book, id, code, region, head, head_id, identified, status, file, file_row)
                 VALUES ($1, $2, $3, '469007100201', $4, $5, 20140101, '未脱贫', 1, 1)",
                params![book.id, id, &code, name, id_no],
            )?;
            let id = tx.take_ids(book.id, "person", 1)?;
            tx.execute(
                "INSERT INTO person (book, id, household, name, id_no, relation, status, file, file_row) VALUES ($1, $2, $3, $4, $5, '户主', '正常', 1, 1)",
                params![book.id, id, &code, name, id_no],
            )?;
            let id = tx.take_ids(book.id, "card", 1)?;
            tx.execute(
                "INSERT INTO card (book, id, id_no, holder, bank, account, valid_from, file, file_row) VALUES ($1, $2, $3, $4, '农信社', $5, 20150101, 1, 1)",
                params![book.id, id, id_no, name, account],
            )?;
            Ok::<_, AppError>(())
        })
        .unwrap();
    payee
}
