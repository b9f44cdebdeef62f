//! A worksheet of an inspection (核查表) as XLSX: what is printed is locked, what is to be filled in is open and yellow, choices
//! are drop-downs. It prints on one page's width of A3 lying, so that it can be taken along on paper; a second sheet explains
//! each column. The same sheet gives the same bytes.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet as Sheet,
};

use super::{WriteProblem, clean, display_width};
use crate::domain::inspection::question;
use crate::domain::inspection::worksheet::Worksheet;
use crate::domain::kinds::{Column, Type};
use crate::domain::report::{Cell, Kind as CellKind, table::display};

const FONT: &str = "宋体";
const SHEET: &str = "核查表";
/// Numbers of paper sizes.
const A3: u8 = 8;
const A4: u8 = 9;
/// Heights in points: a line of print, a row to write in by hand.
const LINE: u32 = 20;
const ROW: u32 = 38;

struct Formats {
    title: Format,
    line: Format,
    printed_header: Format,
    open_header: Format,
    printed: Format,
    amount: Format,
}

impl Formats {
    fn new() -> Formats {
        let plain = || Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let framed = || plain().set_border(FormatBorder::Thin).set_text_wrap();
        let header = |colour| framed().set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(colour));
        Formats {
            title: plain().set_font_size(16).set_bold().set_align(FormatAlign::Center),
            line: plain().set_text_wrap(),
            printed_header: header(0xDDEBF7),
            open_header: header(0xFFE699),
            printed: framed().set_num_format("@"),
            amount: framed().set_num_format("#,##0.00").set_align(FormatAlign::Right),
        }
    }

    /// A cell to be filled in.
    fn open(ty: Type) -> Format {
        let number_format = match ty {
            Type::Date => "yyyy-mm-dd",
            Type::Money => "#,##0.00",
            _ => "@",
        };
        let format = Format::new().set_font_name(FONT).set_font_size(10).set_border(FormatBorder::Thin).set_text_wrap();
        format
            .set_align(FormatAlign::VerticalCenter)
            .set_num_format(number_format)
            .set_unlocked()
            .set_background_color(Color::RGB(0xFFFBEA))
    }
}

/// Writes a worksheet. `created` becomes the date in the file's properties.
pub fn write(worksheet: &Worksheet, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let mut book = Workbook::new();
    let year = u16::try_from(created.year()).unwrap_or(0); // a year outside Excel's calendar becomes 0, which from_ymd refuses
    let created = ExcelDateTime::from_ymd(year, created.month() as u8, created.day() as u8)?;
    book.set_properties(&DocProperties::new().set_title(clean(&worksheet.title)).set_creation_datetime(&created));
    write_sheet(book.add_worksheet(), worksheet)?;
    write_guide(book.add_worksheet(), worksheet)?;
    Ok(book.save_to_buffer()?)
}

fn write_sheet(sheet: &mut Sheet, worksheet: &Worksheet) -> Result<(), WriteProblem> {
    let formats = Formats::new();
    let columns = worksheet.kind().columns;
    let last = (columns.len() - 1) as u16;
    sheet.set_name(SHEET)?;
    sheet.merge_range(0, 0, 0, last, &clean(&worksheet.title), &formats.title)?;
    sheet.set_row_height(0, 30)?;
    let mut row = 1;
    for line in &worksheet.lines {
        sheet.merge_range(row, 0, row, last, &clean(line), &formats.line)?;
        sheet.set_row_height(row, LINE)?;
        row += 1;
    }
    let header = row;
    let first_answer = worksheet.first_answer();
    for (at, column) in columns.iter().enumerate() {
        let format = if at < first_answer { &formats.printed_header } else { &formats.open_header };
        sheet.write_string_with_format(header, at as u16, column.zh, format)?;
        sheet.set_column_width(at as u16, width(worksheet, at))?;
        if !column.note.is_empty() {
            sheet.insert_note(header, at as u16, &Note::new(column.note).set_author("阳光账").add_author_prefix(false))?;
        }
    }
    sheet.set_row_height(header, 36)?;
    for cells in &worksheet.rows {
        row += 1;
        let (printed, answers) = cells.split_at(first_answer.min(cells.len()));
        write_printed(sheet, row, printed, &formats)?;
        for (at, column) in columns.iter().enumerate().skip(first_answer) {
            write_answer(sheet, (row, at as u16), answers.get(at - first_answer), &Formats::open(column.ty))?;
        }
        sheet.set_row_height(row, ROW)?;
    }
    if row > header {
        for (at, column) in columns.iter().enumerate().skip(first_answer) {
            if let Some(list) = validation(column)? {
                sheet.add_data_validation(header + 1, at as u16, row, at as u16, &list)?;
            }
        }
    }
    sheet.set_freeze_panes(header + 1, 2)?;
    sheet.set_repeat_rows(header, header)?;
    sheet.set_landscape().set_paper_size(A3).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页，共 &N 页&R核查人签名：　　　　　　户主（负责人）签名：　　　　　　");
    let open_to_layout = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::new() };
    sheet.protect_with_options(&open_to_layout);
    Ok(())
}

fn write_printed(sheet: &mut Sheet, row: u32, cells: &[Cell], formats: &Formats) -> Result<(), WriteProblem> {
    for (at, cell) in cells.iter().enumerate() {
        let at = at as u16;
        match cell {
            Cell::Fen(fen) => match fen.yuan().parse::<f64>() {
                // the float of a file, which prints as the amount again; nothing is reckoned with it
                Ok(number) => sheet.write_number_with_format(row, at, number, &formats.amount)?,
                Err(_) => sheet.write_string_with_format(row, at, fen.yuan(), &formats.amount)?,
            },
            Cell::Count(number) => sheet.write_string_with_format(row, at, number.to_string(), &formats.printed)?,
            cell => sheet.write_string_with_format(row, at, clean(&display(cell, CellKind::Text)), &formats.printed)?,
        };
    }
    Ok(())
}

/// A cell to be filled in, or that was: text as people type it.
fn write_answer(sheet: &mut Sheet, (row, at): (u32, u16), cell: Option<&Cell>, format: &Format) -> Result<(), WriteProblem> {
    match cell {
        None | Some(Cell::Empty) => sheet.write_blank(row, at, format)?,
        Some(cell) => sheet.write_string_with_format(row, at, clean(&display(cell, CellKind::Money)), format)?,
    };
    Ok(())
}

/// In characters: wide enough for what is printed, or for the longest choice.
fn width(worksheet: &Worksheet, at: usize) -> u32 {
    let column = &worksheet.kind().columns[at];
    let shown = worksheet
        .rows
        .iter()
        .filter_map(|row| row.get(at).filter(|_| at < worksheet.first_answer()))
        .map(|cell| display_width(&display(cell, CellKind::Money)))
        .max();
    let needed = match (column.ty, shown) {
        (Type::Choice(choices), _) => choices.iter().map(|choice| display_width(choice)).max().unwrap_or(8),
        (Type::Date, None) => 10,
        (Type::Text, None) if column.en == "note" => 22,
        (_, shown) => shown.unwrap_or(9),
    };
    // printed text wraps; codes do not
    let most = if column.en == "household" || at >= worksheet.first_answer() { 22 } else { 11 };
    (needed.clamp(4, most) + 2) as u32
}

fn validation(column: &Column) -> Result<Option<DataValidation>, WriteProblem> {
    let title = |text: &str| text.chars().take(30).collect::<String>();
    Ok(match column.ty {
        Type::Choice(choices) => Some(
            DataValidation::new()
                .allow_list_strings(choices)?
                .set_error_title("不在可选的答案之内")?
                .set_error_message(format!("请选择：{}", choices.join("、")))?,
        ),
        Type::Money | Type::Date => Some(DataValidation::new().set_input_title(title(column.zh))?.set_input_message(match column.ty {
            Type::Date => "日期，如 2018-10-15",
            _ if column.note.is_empty() => "金额，元",
            _ => column.note,
        })?),
        _ => None,
    })
}

fn write_guide(sheet: &mut Sheet, worksheet: &Worksheet) -> Result<(), WriteProblem> {
    let bold = Format::new().set_font_name(FONT).set_bold().set_border(FormatBorder::Thin);
    let plain = Format::new().set_font_name(FONT).set_border(FormatBorder::Thin).set_text_wrap();
    sheet.set_name("填写说明")?;
    for (at, width) in [20u32, 10, 70].into_iter().enumerate() {
        sheet.set_column_width(at as u16, width)?;
    }
    for (at, title) in ["列", "是否必填", "怎样填"].into_iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, title, &bold)?;
    }
    let required = question::required(worksheet.population);
    for (row, column) in worksheet.kind().columns.iter().skip(worksheet.first_answer()).enumerate() {
        let must = required.contains(&column.en) || matches!(column.en, "visited" | "inspector");
        let how = match column.ty {
            Type::Choice(choices) => format!("选填其一：{}", choices.join("、")),
            Type::Date => "到场核查的日期，如 2018-10-15".to_string(),
            Type::Money => format!("元，最多两位小数。{}", column.note),
            _ => column.note.to_string(),
        };
        let row = row as u32 + 1;
        sheet.write_string_with_format(row, 0, column.zh, &plain)?;
        sheet.write_string_with_format(row, 1, if must { "是" } else { "否" }, &plain)?;
        sheet.write_string_with_format(row, 2, how, &plain)?;
    }
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    let below = (worksheet.kind().columns.len() - worksheet.first_answer()) as u32 + 2;
    let notes = [
        "只填黄色的格子；蓝色的列由系统打印，不要改动、增删行或调换列。",
        "没有去到的样本整行留空，以后补填再交即可；已交的内容要更正，请在交表时写明原因。",
        "表中有个人信息，只供检查使用，用后交回，不得外传。",
    ];
    for (at, note) in notes.into_iter().enumerate() {
        sheet.merge_range(below + at as u32, 0, below + at as u32, 2, note, &Format::new().set_font_name(FONT).set_text_wrap())?;
    }
    Ok(())
}
