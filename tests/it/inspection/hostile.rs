//! Worksheets as offices send them back: numbers as numbers, blanks around answers, full-width letters; and as nobody should:
//! rows that slipped, printed cells typed over, formulas, answers that contradict each other. A bad sheet leaves no trace.

use super::{at, blank_answers, day, drawn, filled, handed_in, paid_county, planned, quarter, saved, told};
use crate::support::on_both;
use rust_xlsxwriter::Workbook;
use sunledger::app::inspection::read::{ReadOptions, read};
use sunledger::domain::inspection::plan::Method;
use sunledger::domain::kinds::visit_payments as v;
use sunledger::domain::report::Cell;
use tempfile::TempDir;

/// The sheet as a spreadsheet program writes it after somebody typed into it: columns in another order, a column of its own,
/// numbers and dates as numbers.
fn as_typed(sheet: &sunledger::domain::inspection::worksheet::Worksheet, path: &std::path::Path) {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_string(0, 0, "东方市核查表").unwrap();
    let columns = v::KIND.columns;
    for (at, column) in columns.iter().enumerate() {
        page.write_string(2, (columns.len() - at) as u16, format!(" {} ", column.zh)).unwrap();
    }
    page.write_string(2, 0, "自己加的列").unwrap();
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (at, cell) in cells.iter().enumerate() {
            let (row, place) = (row as u32 + 3, (columns.len() - at) as u16);
            match cell {
                Cell::Text(text) if at == v::VISITED => page.write_number(row, place, if text.is_empty() { 0.0 } else { 43_286.0 }),
                Cell::Text(text) => page.write_string(row, place, format!("  {text}\u{3000}")),
                Cell::Count(number) => page.write_number(row, place, *number as f64),
                Cell::Fen(amount) => page.write_number(row, place, amount.yuan().parse::<f64>().unwrap()),
                _ => continue,
            }
            .unwrap();
        }
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    page.set_column_format((columns.len() - v::VISITED) as u16, &date).unwrap();
    for row in 0..sheet.rows.len() as u32 {
        let place = (columns.len() - v::VISITED) as u16;
        page.write_number_with_format(row + 3, place, 43_286.0, &date).unwrap(); // 2018-07-05
    }
    book.save(path).unwrap();
}

#[test]
fn what_people_type_is_understood() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Random, Some(6)));
        drawn(&mut bureau, &code, "种子").unwrap();
        let sheet = filled(&mut bureau, &code, |sample, row| {
            if sample == 2 {
                row[v::RECEIVED] = Cell::text("部分收到");
                row[v::AMOUNT] = Cell::text("￥１００.00元");
            }
        });
        let path = dir.path().join("typed.xlsx");
        as_typed(&sheet, &path);
        let report = handed_in(&mut bureau, &path, None).unwrap();
        assert_eq!((report.entered, report.examined), (6, 6), "{:?}", told(&report));
        // the sheet of the program itself says the same
        let same = handed_in(&mut bureau, &saved(&sheet, dir.path(), "same"), None).unwrap();
        assert_eq!((same.entered, same.unchanged), (0, 6), "{:?}", told(&same));
    });
}

#[test]
fn every_error_is_told_in_its_column_and_nothing_is_kept() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Random, Some(10)));
        drawn(&mut bureau, &code, "种子").unwrap();
        let sheet = filled(&mut bureau, &code, |sample, row| match sample {
            1 => row[v::CODE] = Cell::text("AAAAAAAA"),
            2 => row[v::SAMPLE] = Cell::text("99"),
            3 => row[v::BOOK] = Cell::text("9999"),
            4 => row[v::VISITED] = Cell::text("2018-06-30"),
            5 => row[v::VISITED] = Cell::text("2018-08-30"),
            6 => row[v::FOUND] = Cell::text("=HYPERLINK(\"http://x\")"),
            7 => row[v::RECEIVED] = Cell::text("部分收到"),
            8 => row[v::REAL] = Cell::Empty,
            9 => row[v::AMOUNT] = Cell::text("-1"),
            10 => row[v::PLAN] = Cell::text("JC1999Q1"),
            _ => {}
        });
        let before = db.raw().dump();
        let report = handed_in(&mut bureau, &saved(&sheet, dir.path(), "bad"), None).unwrap();
        let errors = told(&report);
        for (row, column, problem) in [
            (5, "校验码", "校验码与样本号不符"),
            (6, "样本号", "没有这个样本号"),
            (7, "账面金额", "账面金额应为 150.00"),
            (8, "核查日期", "早于抽样的日期"),
            (9, "核查日期", "晚于今天"),
            (10, "人员核实", "不在允许的值之内"),
            (11, "存折查实金额", "须填写存折查实金额"),
            (12, "数量是否属实", "没有填"),
            (13, "存折查实金额", "金额为负数"),
            (14, "计划编号", "属于检查“JC1999Q1”"),
        ] {
            let found = errors.iter().any(|error| error.starts_with(&format!("{row}|{column}|")) && error.contains(problem));
            assert!(found, "{row} {column} {problem} is missing in {errors:#?}");
        }
        assert!(before == db.raw().dump(), "a refused sheet leaves no trace");
        let options = ReadOptions { date: Some(day(7, 10)), errors_to: Some(dir.path().to_path_buf()), ..ReadOptions::default() };
        let report = read(&mut bureau, &at("甲", day(7, 10)), &saved(&sheet, dir.path(), "bad"), &options).unwrap();
        assert!(report.errors_file.is_some_and(|path| path.exists()));
    });
}

#[test]
fn sheets_of_nothing_and_doubled_rows_are_refused() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Random, Some(3)));
        drawn(&mut bureau, &code, "种子").unwrap();
        let mut sheet = filled(&mut bureau, &code, |_, _| {});
        sheet.rows.push(sheet.rows[0].clone());
        let report = handed_in(&mut bureau, &saved(&sheet, dir.path(), "twice"), None).unwrap();
        assert_eq!(told(&report), ["7|样本号|样本 1 在第 4 行已经填过".replace("第 4 行", "第 5 行").replace("7|", "8|")]);
        for (name, content) in
            [("text.xlsx", "no workbook"), ("csv.csv", "计划编号,样本号,校验码\n没有,1,A\n"), ("none.csv", "甲,乙\n1,2\n")]
        {
            let path = dir.path().join(name);
            std::fs::write(&path, content).unwrap();
            assert!(handed_in(&mut bureau, &path, None).is_err(), "{name}");
        }
        // a dry run keeps nothing
        let good = filled(&mut bureau, &code, |sample, row| {
            if sample == 3 {
                blank_answers(row)
            }
        });
        let path = saved(&good, dir.path(), "good");
        let options = ReadOptions { date: Some(day(7, 10)), dry_run: true, ..ReadOptions::default() };
        let before = db.raw().dump();
        assert_eq!(read(&mut bureau, &at("甲", day(7, 10)), &path, &options).unwrap().entered, 2);
        assert!(before == db.raw().dump());
    });
}
