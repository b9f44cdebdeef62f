//! How a sheet looks and what it is called: cell formats by kind of column, widths by content,
//! sheet names that Excel accepts.

use std::collections::HashSet;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::domain::report::table::{Kind, RowStyle, Table, display};
use crate::files::writing::{clean, display_width};

const FONT: &str = "宋体";

pub(super) struct Formats {
    pub title: Format,
    pub subtitle: Format,
    pub header: Format,
    pub note: Format,
}

impl Formats {
    pub fn new() -> Formats {
        let plain = || Format::new().set_font_name(FONT);
        let header = plain().set_bold().set_border(FormatBorder::Thin).set_text_wrap();
        Formats {
            title: plain().set_bold().set_font_size(16).set_align(FormatAlign::Center),
            subtitle: plain().set_align(FormatAlign::Right),
            header: header.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            note: plain().set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    pub fn cell(kind: Kind, style: RowStyle) -> Format {
        let number_format = match kind {
            Kind::Text => "@",
            Kind::Money | Kind::Wan => "#,##0.00",
            Kind::Percent => "0.00%",
            Kind::Points => "0.00",
            Kind::Count => "0",
            Kind::Date => "yyyy-mm-dd",
        };
        let align = if kind.is_figure() { FormatAlign::Right } else { FormatAlign::Left };
        let format = Format::new().set_font_name(FONT).set_border(FormatBorder::Thin).set_num_format(number_format).set_align(align);
        if style == RowStyle::Total { format.set_bold() } else { format }
    }
}

/// In characters, within bounds that keep a sheet readable.
pub(super) fn column_width(table: &Table, index: usize) -> u32 {
    let column = &table.columns[index];
    let shown = |cell| display_width(&display(cell, column.kind));
    let widest = table.rows.iter().map(|row| shown(&row.cells[index])).max().unwrap_or(0);
    (widest.max(display_width(&column.title)).clamp(6, 48) + 2) as u32
}

/// A name Excel accepts: at most 31 characters, none of `[]:*?/\'`, not taken in this workbook.
pub(super) fn sheet_name(title: &str, taken: &mut HashSet<String>) -> String {
    let illegal = |c| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let legal: String = clean(title).chars().map(|c| if illegal(c) { '_' } else { c }).collect();
    let legal = if legal.trim().is_empty() { "表".to_owned() } else { legal };
    let mut name: String = legal.chars().take(31).collect();
    let mut number = 1;
    // Excel compares sheet names without regard to case.
    while !taken.insert(name.to_lowercase()) {
        number += 1;
        let suffix = format!("({number})");
        name = legal.chars().take(31 - suffix.len()).collect::<String>() + &suffix;
    }
    name
}
