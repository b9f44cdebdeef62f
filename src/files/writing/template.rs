//! An empty XLSX for a kind: what a person needs to see in order to fill it in rightly the first
//! time. Codes are text columns (no lost digits), choices are drop-downs, a second sheet explains.

use std::io::{Seek, Write};

use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Note, Workbook, Worksheet};

use super::WriteProblem;
use crate::domain::kinds::{Column, Kind, Type};

const LAST_ROW: u32 = 1_048_575;

/// Writes the template of a kind.
pub fn write_template<W>(kind: &Kind, out: W) -> Result<(), WriteProblem>
where
    W: Write + Seek + Send,
{
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(kind.title)?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in kind.columns.iter().enumerate() {
        write_column(sheet, at as u16, column)?;
    }
    write_guide(book.add_worksheet(), kind)?;
    book.save_to_writer(out)?;
    Ok(())
}

fn write_column(sheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), WriteProblem> {
    let (mark, colour) = if column.required { ("*", 0xFFE699) } else { ("", 0xDDEBF7) };
    let header = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(Color::RGB(colour));
    sheet.set_column_width(at, if column.ty.is_digit_text() { 24 } else { 16 })?;
    sheet.set_column_format(at, &Format::new().set_num_format(number_format(column.ty)))?;
    sheet.write_string_with_format(0, at, format!("{}{mark}", column.zh), &header)?;
    sheet.insert_note(0, at, &Note::new(hint(column)).set_author("阳光账").add_author_prefix(false))?;
    if let Some(choices) = column.ty.choices() {
        let list = DataValidation::new()
            .allow_list_strings(choices)?
            .set_error_title("不在允许的值之内")?
            .set_error_message(format!("请选择：{}", choices.join("、")))?;
        sheet.add_data_validation(1, at, LAST_ROW, at, &list)?;
    }
    Ok(())
}

/// `@` makes a column text, so that nothing typed into it is changed.
fn number_format(ty: Type) -> &'static str {
    match ty {
        Type::Date => "yyyy-mm-dd",
        Type::Money => "#,##0.00",
        Type::Count => "0",
        Type::Quantity => "General",
        _ => "@",
    }
}

fn type_words(ty: Type) -> String {
    match ty {
        Type::Text => "文字".into(),
        Type::Money => "金额，元，最多两位小数".into(),
        Type::Date => "日期，如 2018-03-05".into(),
        Type::Period => "所属期，如 2018-03、2018Q1、2018".into(),
        Type::Year => "年度，如 2018".into(),
        Type::Count => "整数".into(),
        Type::Quantity => "数字，最多四位小数".into(),
        Type::IdNo => "身份证号 18 位，文本".into(),
        Type::Uscc => "统一社会信用代码 18 位".into(),
        Type::Region => "区划编码 12 位，文本".into(),
        Type::Account => "银行账号，文本".into(),
        Type::Choice(values) => format!("选填其一：{}", values.join("、")),
        Type::YesNo => "是 或 否".into(),
    }
}

fn hint(column: &Column) -> String {
    let need = if column.required { "必填" } else { "可空" };
    let gap = if column.note.is_empty() { "" } else { "。" };
    format!("{need}。{}{gap}{}", type_words(column.ty), column.note)
}

fn write_guide(sheet: &mut Worksheet, kind: &Kind) -> Result<(), WriteProblem> {
    let bold = Format::new().set_bold();
    sheet.set_name("填写说明")?;
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(3, 60)?;
    for (at, title) in ["列名", "英文列名", "是否必填", "填写要求"].iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, *title, &bold)?;
    }
    for (at, column) in kind.columns.iter().enumerate() {
        let row = at as u32 + 1;
        sheet.write_string(row, 0, column.zh)?;
        sheet.write_string(row, 1, column.en)?;
        sheet.write_string(row, 2, if column.required { "是" } else { "否" })?;
        sheet.write_string(row, 3, hint(column))?;
    }
    let keys: Vec<_> = kind.key.iter().map(|&at| kind.columns[at].zh).collect();
    let row = kind.columns.len() as u32 + 2;
    let rule = if kind.updates { "再次上报以新内容为准" } else { "不得以不同内容再次上报" };
    sheet.write_string(row, 0, format!("同一{}只算一行，{rule}。", keys.join("+")))?;
    sheet.write_string(row + 1, 0, "可在表头上方加标题行，在末尾加“合计”行；合计与明细不符的文件会退回。")?;
    Ok(())
}
