//! The whole way of the money on a county of five people, with figures computed by hand: received, allocated, reserved,
//! approved, sent, answered, reissued, released, paid to projects, moved, retained, refunded, carried over.

use crate::support::{TestDb, on_both};
use chrono::NaiveDate;
use std::io::Write;
use sunledger::app::money::{disbursement, enter, fund};
use sunledger::app::payout::{reissue, stage};
use sunledger::app::{AppError, Bureau, Context, close};
use sunledger::domain::kinds::{Kind, RowErrors};
use sunledger::domain::ledger::Place;
use sunledger::domain::money::Fen;
use sunledger::files::reading::{Limits, Source};
use sunledger::params;

pub fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

pub fn ctx(actor: &str) -> Context {
    Context::new(actor).at(1_530_000_000_000_000)
}

/// Enters a money file given as text; returns the row errors, with nothing kept if there are any.
pub fn enter_text(bureau: &mut Bureau, actor: &str, kind: &str, text: &str) -> Result<enter::Reconciled, Vec<String>> {
    let kind: &'static Kind = Kind::find(kind).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let mut errors = RowErrors::new();
    let done = bureau.write(|tx, book| {
        let mut source = Source::open(file.path(), kind, &Limits::default())?;
        let id = tx.take_ids(book.id, "file", 1)?;
        tx.execute(
            "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, $3, 'text', $4, 0, $5, 0)",
            params![book.id, id, kind.name, source.digest(), actor],
        )?;
        let (_, done) = enter::enter(tx, book, &ctx(actor), id, enter::Prepared::Nothing, &mut source, &mut errors, &|_| Ok(()))?;
        if errors.is_empty() { Ok(done) } else { AppError::refuse("rows", "rows", "") }
    });
    match done {
        Ok(done) => Ok(done),
        Err(error) if errors.is_empty() => Err(vec![error.to_string()]),
        Err(_) => Err(errors.kept().iter().map(|e| format!("{}|{}|{}|{}", e.row, e.column, e.problem, e.mend)).collect()),
    }
}

/// Balance of a place over the whole book, in fen.
pub fn place(bureau: &mut Bureau, place: Place) -> i64 {
    bureau
        .read(|tx, book| {
            let row = tx.one(
                "SELECT CAST(COALESCE(SUM(b.debit - b.credit), 0) AS BIGINT) FROM balance b
                   JOIN account a ON a.book = b.book AND a.code = b.account WHERE b.book = $1 AND a.role = $2",
                params![book.id, place.role()],
            )?;
            Ok(row.int(0)?)
        })
        .unwrap()
}

pub const BUDGETS: &str = "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目\n\
    琼财〔2018〕1号,中央专项,中央,财政专项扶贫资金,2018,\"10,000.00\",2018-01-05,2130505\n\
    东财预〔2018〕1号,本级专项,县,财政专项扶贫资金,2018,5000,2018/1/6,2130599\n";

pub const ALLOCATIONS: &str = "分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n\
    东财〔2018〕1号,下达,2018-01-10,琼财〔2018〕1号,D01,,ST01,700\n\
    东财〔2018〕1号,下达,2018-01-10,东财预〔2018〕1号,D01,,ST01,300\n\
    东财〔2018〕2号,下达,2018-01-12,琼财〔2018〕1号,D02,XM01,,6000\n";

/// Five lines at 150 yuan: 750 in all, of which 700 come from the first fund and 50 from the second.
pub fn batch_text(bureau_people: &[(String, String, String)]) -> String {
    let mut text = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n".to_string();
    for (index, (name, id_no, account)) in bureau_people.iter().enumerate() {
        text.push_str(&format!("PC01,D01,ST01,东财〔2018〕1号,2018Q1,2018-04-02,{},{name},{id_no},{account},3,50,150.00\n", index + 1));
    }
    text
}

#[test]
fn the_whole_way() {
    on_both(|db: &TestDb| {
        let mut bureau = db.bureau();
        let people = db.people(&mut bureau, 5);
        enter_text(&mut bureau, "甲", "budgets", BUDGETS).unwrap();
        enter_text(&mut bureau, "甲", "allocations", ALLOCATIONS).unwrap();
        assert_eq!(place(&mut bureau, Place::Unallocated), 1_500_000 - 700_000);
        let batch = enter_text(&mut bureau, "甲", "batch", &batch_text(&people)).unwrap();
        assert_eq!(batch.outcome.inserted, 5);
        assert_eq!(place(&mut bureau, Place::Reserved), 75_000);

        // nobody approves his own batch, nor sends what he approved; what is not approved cannot be sent
        assert_eq!(stage::send(&mut bureau, &ctx("丙"), "PC01", day("2018-04-03")).unwrap_err().code(), Some("not_approved"));
        assert_eq!(stage::approve(&mut bureau, &ctx("甲"), "PC01", day("2018-04-03")).unwrap_err().code(), Some("maker_is_checker"));
        assert!(!stage::approve(&mut bureau, &ctx("乙"), "PC01", day("2018-04-03")).unwrap().repeated);
        assert!(stage::approve(&mut bureau, &ctx("乙"), "PC01", day("2018-04-03")).unwrap().repeated);
        assert_eq!(stage::send(&mut bureau, &ctx("乙"), "PC01", day("2018-04-03")).unwrap_err().code(), Some("approver_is_sender"));
        stage::send(&mut bureau, &ctx("甲"), "PC01", day("2018-04-03")).unwrap();
        assert_eq!(place(&mut bureau, Place::InTransit), 75_000);

        // the bank: 1–3 on the card, 4 and 5 returned; a stranger's line and a wrong amount are only reported
        let answer = |line: usize, result: &str, amount: &str| {
            let (reason, account) = (if result == "失败" { "账户已销户" } else { "" }, &people[line - 1].2);
            format!("PC01,{line},{account},{amount},{result},{reason},2018-04-05,LS{line}\n")
        };
        let head = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n";
        let first = format!(
            "{head}{}{}{}PC01,99,621700000000,1,成功,,2018-04-05,X\n",
            answer(1, "成功", "150"),
            answer(2, "成功", "151"),
            answer(4, "失败", "150")
        );
        let done = enter_text(&mut bureau, "甲", "returns", &first).unwrap();
        let told: Vec<(i64, u64)> = done.differences.iter().map(|d| (d.line, d.row)).collect();
        assert_eq!(told, vec![(2, 3), (3, 0), (5, 0), (99, 5)]);
        assert_eq!((place(&mut bureau, Place::PaidHousehold), place(&mut bureau, Place::Returned)), (15_000, 15_000));
        let rest = format!(
            "{head}{}{}{}{}",
            answer(1, "成功", "150"),
            answer(2, "成功", "150"),
            answer(3, "成功", "150"),
            answer(5, "失败", "150")
        );
        let done = enter_text(&mut bureau, "甲", "returns", &rest).unwrap();
        assert_eq!((done.outcome.inserted, done.outcome.unchanged, done.differences.len()), (3, 1, 0));
        assert_eq!(place(&mut bureau, Place::InTransit), 0);
        assert_eq!((place(&mut bureau, Place::PaidHousehold), place(&mut bureau, Place::Returned)), (45_000, 30_000));

        // line 4 gets a new card and is paid again; line 5 is released
        assert_eq!(reissue::reissue(&mut bureau, &ctx("甲"), "PC01", day("2018-04-20")).unwrap_err().code(), Some("no_card_yet"));
        let new_account = db.new_card(&mut bureau, &people[3], 20180410);
        let again = reissue::reissue(&mut bureau, &ctx("甲"), "PC01", day("2018-04-20")).unwrap().result;
        assert_eq!((again.batch.as_str(), again.lines, again.waiting.as_slice()), ("PC01-R1", 1, &[5i64][..]));
        let repeat = reissue::reissue(&mut bureau, &ctx("甲"), "PC01", day("2018-04-20")).unwrap();
        assert!(repeat.repeated && repeat.result == again, "the same request again has the effect of once");
        stage::approve(&mut bureau, &ctx("乙"), "PC01-R1", day("2018-04-20")).unwrap();
        stage::send(&mut bureau, &ctx("甲"), "PC01-R1", day("2018-04-21")).unwrap();
        let reply = format!("{head}PC01-R1,4,{new_account},150,成功,,2018-04-22,LS9\n");
        enter_text(&mut bureau, "甲", "returns", &reply).unwrap();
        let released = reissue::release(&mut bureau, &ctx("甲"), "PC01", &[5], day("2018-04-23")).unwrap().result;
        assert_eq!((released.lines, released.total), (1, 15_000));
        assert_eq!((place(&mut bureau, Place::PaidHousehold), place(&mut bureau, Place::Returned)), (60_000, 0));

        // projects: 1,000 paid, 2,000 moved to a township of which 500 go on, 300 retained and later paid
        let head = "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n";
        let payments = format!(
            "{head}ZF1,2018-05-02,D02,东财〔2018〕2号,XM01,示范建筑公司,46001234567890,施工单位,工程款,1000,直接支付,否\n\
             ZF2,2018-05-03,D02,东财〔2018〕2号,XM01,样板镇政府,46001234567891,预算单位,拨付,2000,实拨单位,否\n\
             ZF3,2018-05-04,D02,东财〔2018〕2号,XM01,示范合作社,46001234567892,合作社,种苗,500,实拨单位,否\n\
             ZF4,2018-05-05,D02,东财〔2018〕2号,XM01,示范建筑公司,46001234567890,施工单位,质保金,300,直接支付,是\n"
        );
        enter_text(&mut bureau, "甲", "disbursements", &payments).unwrap();
        assert_eq!(
            (place(&mut bureau, Place::PaidPayee), place(&mut bureau, Place::Moved), place(&mut bureau, Place::Retention)),
            (150_000, 150_000, 30_000)
        );
        disbursement::pay_retention(&mut bureau, &ctx("甲"), "ZF4", day("2018-06-01")).unwrap();
        assert_eq!((place(&mut bureau, Place::PaidPayee), place(&mut bureau, Place::Retention)), (180_000, 0));
        let refunds = "退回凭证号,日期,原支付凭证号,金额,原因\nTH1,2018-07-01,PC01+1,50,多发\nTH2,2018-07-02,ZF1,100,核减\nTH3,2018-07-03,ZF2,200,退回\n";
        enter_text(&mut bureau, "甲", "refunds", refunds).unwrap();
        assert_eq!(
            (place(&mut bureau, Place::PaidHousehold), place(&mut bureau, Place::PaidPayee), place(&mut bureau, Place::Moved)),
            (55_000, 170_000, 130_000)
        );
        fund::reclaim(&mut bureau, &ctx("甲"), "琼财收〔2018〕9号", "琼财〔2018〕1号", Fen::new(100_000), day("2018-11-01")).unwrap();

        // conservation: what came is where it is, to the fen
        let sources = -[Place::SourceUpper, Place::SourceOwn, Place::SourceCarried].map(|p| place(&mut bureau, p)).iter().sum::<i64>();
        let elsewhere: i64 = Place::ALL.into_iter().filter(|p| !p.is_source()).map(|p| place(&mut bureau, p)).sum();
        assert_eq!((sources, elsewhere), (1_500_000, 1_500_000));

        // year end: paid and reclaimed leave against their sources, the rest is carried over
        let closed = close::close_year(&mut bureau, &ctx("乙"), 2018).unwrap().result;
        assert_eq!((closed.carried, closed.reclaimed), (1_500_000 - 225_000 - 100_000, 0));
        assert_eq!(place(&mut bureau, Place::SourceCarried), -(1_500_000 - 225_000 - 100_000));
        assert_eq!((place(&mut bureau, Place::PaidHousehold), place(&mut bureau, Place::SourceUpper)), (0, 0));
        let late = "退回凭证号,日期,原支付凭证号,金额,原因\nTH9,2019-02-01,PC01+2,150,追回\n";
        enter_text(&mut bureau, "甲", "refunds", late).unwrap();
        assert_eq!(place(&mut bureau, Place::PaidHousehold), 0, "a closed year's figures stand");
    });
}
