//! How cells are read, and what is said of those that are wrong.

use super::support::*;
use crate::domain::kinds::{batch, cards};
use crate::domain::money::Fen;
use crate::files::reading::{Encoding, FileProblem, Format, Limits};

fn encoding_of(read: &Read) -> Encoding {
    match read.source.format() {
        Format::Csv { encoding, .. } => *encoding,
        Format::Xlsx { .. } => unreachable!(),
    }
}

#[test]
fn reads_every_encoding() {
    let text = format!("{CARD_HEADER}\r\n{}\r\n", card_row());
    let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (content, encoding) in [
        (text.clone().into_bytes(), Encoding::Utf8),
        (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8Bom),
        (gbk.into_owned(), Encoding::Gb18030),
        (utf16, Encoding::Utf16Le),
    ] {
        let read = read_cards(&content);
        assert_eq!(encoding_of(&read), encoding);
        assert_one_card(&read);
    }
}

#[test]
fn long_gb18030_files_stream_over_chunk_borders() {
    let rare = "张䶮𬭎";
    let row = card_row().replace("张三", rare);
    let text = format!("{CARD_HEADER}\n{}", format!("{row}\n").repeat(9_000));
    let (gbk, _, failed) = encoding_rs::GB18030.encode(&text);
    assert!(!failed);
    let read = read_cards(&gbk);
    assert_eq!((read.rows.len(), read.errors.len()), (9_000, 0));
    assert!(read.rows.iter().all(|(_, row)| row[cards::HOLDER] == rare));
    let utf8 = read_cards(&text);
    assert_eq!(utf8.rows, read.rows);
}

#[test]
fn reads_tabs_and_old_line_ends() {
    let text = format!("{CARD_HEADER}\n{}\n", card_row());
    assert_one_card(&read_cards(text.replace(',', "\t")));
    assert_one_card(&read_cards(text.replace('\n', "\r")));
    assert_one_card(&read_cards(text.trim_end()));
}

#[test]
fn takes_columns_in_any_order_and_under_either_name() {
    let text = format!(" Account ,* 户 名 *,bank,ＩＤ_no,启用日期＊\n{ACCOUNT},张三,农信社,{ID},2018-03-05\n");
    assert_one_card(&read_cards(text));
    let money = read_batch(format!("{}\n{}", BATCH_HEADER.replace(",金额", ",金额（元）"), batch_row(1, "5.00")));
    assert_eq!(money.errors, []);
}

#[test]
fn skips_title_rows_and_counts_rows_as_a_spreadsheet_does() {
    let text = format!("东方市农户卡号表,,,,\n单位：东方市财政局,,,,\n\n{CARD_HEADER}\n\n{}\n,,,,\n{}\n", card_row(), card_row());
    let read = read_cards(text);
    assert_eq!(read.source.header_row(), 4);
    assert_eq!(read.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [6, 8]);
    assert_eq!(read.summary.blank_rows, 2);
}

#[test]
fn a_total_row_that_agrees_is_no_data() {
    let text = format!(
        "{BATCH_HEADER}\n{}\n{}\n合 计,,,,,,,,,,,,\"1,500.50\"\n制表：李四,,审核：王五\n",
        batch_row(1, "1000"),
        batch_row(2, "500.5")
    );
    let read = read_batch(text);
    assert_eq!(read.errors, []);
    assert_eq!((read.summary.rows, read.summary.total_checked), (2, true));
    assert_eq!(read.summary.total, Some(Fen::new(150_050)));
}

#[test]
fn a_total_row_that_disagrees_is_a_row_error() {
    let rows = format!("{BATCH_HEADER}\n{}\n小计,,,,,,,,,,,,10\n{}\n", batch_row(1, "10"), batch_row(2, "20"));
    let read = read_batch(format!("{rows}小计,,,,,,,,,,,,20\n总计：,,,,,,,,,,,,31\n"));
    assert_eq!(read.errors.len(), 1);
    let error = &read.errors[0];
    assert_eq!((error.row, error.column.as_str(), error.value.as_str()), (6, "金额", "31"));
    assert!(error.problem.contains("31.00") && error.problem.contains("30.00"));
}

#[test]
fn names_every_missing_column_and_what_was_found() {
    let problem = read("标题\n身份证号,户名,手机\n1,2,3\n", &cards::KIND).err().unwrap();
    assert_eq!(
        problem,
        FileProblem::MissingColumns {
            row: 2,
            missing: ["开户银行", "银行账号", "启用日期"].map(String::from).to_vec(),
            found: ["身份证号", "户名", "手机"].map(String::from).to_vec(),
        }
    );
    assert!(matches!(read("a,b\n1,2\n", &cards::KIND).err(), Some(FileProblem::NoHeader { .. })));
    assert_eq!(read("", &cards::KIND).err(), Some(FileProblem::Empty));
}

#[test]
fn refuses_doubled_headers_and_reports_unknown_ones_once() {
    let doubled = read(format!("{CARD_HEADER},holder\n"), &cards::KIND).err();
    assert_eq!(doubled, Some(FileProblem::DuplicateHeaders { row: 1, columns: vec!["holder".into()] }));
    let unknown = read_cards(format!("{CARD_HEADER},手机,\n{},139,\n", card_row()));
    assert_one_card(&unknown);
    assert_eq!(unknown.summary.unknown_columns, ["手机"]);
}

#[test]
fn gives_all_errors_of_all_rows_at_once() {
    let text = format!(
        "{BATCH_HEADER}\n\
         P1,U1,G1,D1,第三月,2018-02-30,x,张三,4.60007E+17,6.217E+18,1.00001,1e3,1.234\n\
         P1,U1,G1,,2018Q1,2018年3月5日,2,,{ID},{ACCOUNT},1,-5,\n"
    );
    let read = read_batch(text);
    let found: Vec<_> = read.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "所属期"),
            (2, "造表日期"),
            (2, "序号"),
            (2, "身份证号"),
            (2, "银行账号"),
            (2, "数量"),
            (2, "标准"),
            (2, "金额"),
            (3, "分配文号"),
            (3, "姓名"),
            (3, "标准"),
            (3, "金额"),
        ]
    );
    assert!(read.errors.iter().all(|error| !error.problem.is_empty() && !error.mend.is_empty()));
    let damage = &read.errors[3];
    assert!(damage.problem.contains("Excel") && damage.problem.contains("科学计数法"));
    assert_eq!(read.errors[11].problem, "金额为空");
}

#[test]
fn quotes_hold_commas_quotes_and_line_ends() {
    let text = format!("{CARD_HEADER}\n{ID},\"张\"\"三\"\"\",\"农,信\n社\",'{ACCOUNT},2018/3/5\n{}\n", card_row());
    let read = read_cards(text);
    assert_eq!(read.errors, []);
    assert_eq!(read.rows[0].1[1..4], ["张\"三\"", "农,信\n社", ACCOUNT]);
    assert_eq!(read.rows[1].0, 3);
}

#[test]
fn too_many_cells_are_an_error_and_too_few_are_empty() {
    let read = read_cards(format!("{CARD_HEADER}\n{},多,余\n{ID},张三\n{},,\n", card_row(), card_row()));
    assert_eq!((read.errors[0].row, read.errors[0].column.as_str()), (2, ""));
    let missing: Vec<_> = read.errors[1..].iter().map(|e| (e.row, e.column.as_str())).collect();
    assert_eq!(missing, [(3, "开户银行"), (3, "银行账号"), (3, "启用日期")]);
}

#[test]
fn long_cells_are_row_errors_and_too_many_rows_refuse_the_file() {
    let long = "长".repeat(4_097);
    let read = read_cards(format!("{CARD_HEADER}\n{}\n", card_row().replace("张三", &long)));
    assert_eq!(read.errors.len(), 1);
    assert_eq!((read.errors[0].row, read.errors[0].column.as_str()), (2, "户名"));
    assert!(read.errors[0].value.chars().count() < 100);
    let limits = Limits { rows: 1, ..Limits::default() };
    let text = format!("{CARD_HEADER}\n{0}\n{0}\n", card_row());
    assert_eq!(read_with(text, &cards::KIND, &limits).err(), Some(FileProblem::TooManyRows { limit: 1 }));
}

#[test]
fn personal_numbers_are_masked_in_errors() {
    let wrong = "110105194912310021";
    let read = read_cards(format!("{CARD_HEADER}\n{}\n", card_row().replace(ID, wrong)));
    assert_eq!(read.errors[0].value, "1101**********0021");
}

#[test]
fn the_digest_is_that_of_the_bytes_and_rows_can_be_read_twice() {
    let text = format!("{BATCH_HEADER}\n{}\n", batch_row(1, "1"));
    let mut first = read_batch(&text);
    let again = read_batch(&text);
    assert_eq!(first.source.digest(), again.source.digest());
    assert_eq!(first.source.digest_hex().len(), 64);
    let mut errors = crate::domain::kinds::RowErrors::new();
    let twice = first.source.for_each_row(&mut errors, |row, errors| {
        assert_eq!(row.fen(batch::AMOUNT, errors), Some(Fen::new(100)));
        assert_eq!(row.opt_text(batch::MEMO), None);
        assert_eq!(row.opt_date(batch::NOTICE_FROM, errors), Some(None));
        Ok::<(), FileProblem>(())
    });
    assert_eq!(twice, Ok(first.summary));
}

#[test]
fn a_source_can_be_read_on_another_thread() {
    fn can_be_sent<T: Send>(_: &T) {}
    can_be_sent(&read_cards(format!("{CARD_HEADER}\n{}\n", card_row())).source);
}
