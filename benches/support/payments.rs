//! A book with many payments: twenty townships and four programmes, a batch for each pair, most of them answered by the bank.

#![allow(clippy::unwrap_used, dead_code)]

use super::timing::size;
use super::{account, approve, county, ctx, id_no, import};
use chrono::NaiveDate;
use std::fmt::Write;
use std::path::Path;
use sunledger::app::payout::{reissue, stage};
use sunledger::app::{Bureau, Context};
use sunledger::domain::kinds::{self, Kind};

/// Units and programmes: a batch for each pair.
const UNITS: u64 = 20;
const PROGRAMS: u64 = 4;

/// Makes the book: as many payments as `lines`, and as many persons, or as `SUNLEDGER_BENCH_PEOPLE` says.
pub fn make(url: &str, dir: &Path, lines: u64) {
    let mut bureau = county(url, size("SUNLEDGER_BENCH_PEOPLE", lines));
    let send = |bureau: &mut Bureau, kind: &'static Kind, text: &str| {
        let path = dir.join("file.csv");
        std::fs::write(&path, text).unwrap();
        import(bureau, kind, &path);
    };
    let mut units = "单位编码,单位名称,单位类型\n".to_string();
    let mut allocations = "分配文号,类型,日期,指标文号,单位编码,政策编码,金额\n".to_string();
    let mut programs = "政策编码,政策名称,主管部门,发放对象,标准,计量,标准性质,生效日期\n".to_string();
    for unit in 1..=UNITS {
        writeln!(units, "T{unit:02},样板{unit}镇,乡镇").unwrap();
        for program in 1..=PROGRAMS {
            writeln!(
                allocations,
                "基财〔2018〕9号,下达,2018-01-06,基准〔2018〕9号,T{unit:02},Q{program},{}",
                lines * 300 / UNITS / PROGRAMS
            )
            .unwrap();
        }
    }
    for program in 1..=PROGRAMS {
        writeln!(programs, "Q{program},样板政策{program},D01,人,50,月,固定,2018-01-01").unwrap();
    }
    send(&mut bureau, &kinds::units::KIND, &units);
    send(&mut bureau, &kinds::programs::KIND, &programs);
    let head = "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目";
    send(
        &mut bureau,
        &kinds::budgets::KIND,
        &format!("{head}\n基准〔2018〕9号,样板资金,中央,财政专项扶贫资金,2018,{},2018-01-05,2130505\n", lines * 300),
    );
    send(&mut bureau, &kinds::allocations::KIND, &allocations);
    let each = lines / UNITS / PROGRAMS;
    for unit in 0..UNITS {
        for program in 1..=PROGRAMS {
            batch(&mut bureau, &send, unit, program, each);
        }
        eprintln!("{} 笔", (unit + 1) * PROGRAMS * each);
    }
    bureau.store.checkpoint().unwrap();
}

fn batch(bureau: &mut Bureau, send: &dyn Fn(&mut Bureau, &'static Kind, &str), unit: u64, program: u64, each: u64) {
    let code = format!("PC-T{:02}-Q{program}", unit + 1);
    let mut text = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n".to_string();
    let mut reply = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n".to_string();
    for n in 0..each {
        let person = unit * each + n;
        let (id_no, account, line) = (id_no(person), account(person), n + 1);
        writeln!(
            text,
            "{code},T{:02},Q{program},基财〔2018〕9号,2018Q1,2018-04-02,{line},示{person},{id_no},{account},3,50.00,150.00",
            unit + 1
        )
        .unwrap();
        let answer = if n % 50 == 7 { "失败,账户冻结" } else { "成功," };
        writeln!(reply, "{code},{line},{account},150.00,{answer},2018-04-05,L{line}").unwrap();
    }
    send(bureau, &kinds::batch::KIND, &text);
    if unit == UNITS - 1 {
        return; // these wait for approval
    }
    let day = |day| NaiveDate::from_ymd_opt(2018, 4, day).unwrap();
    let who = |name: &str| Context::new(name).at(ctx().now());
    approve(bureau, &code, day(3));
    stage::send(bureau, &who("出纳丙"), &code, day(4)).unwrap();
    send(bureau, &kinds::returns::KIND, &reply);
    let released: Vec<i64> = (0..each as i64).filter(|n| n % 50 == 7 && n % 100 == 7).map(|n| n + 1).collect();
    reissue::release(bureau, &who("出纳丙"), &code, &released, day(10)).unwrap();
}
