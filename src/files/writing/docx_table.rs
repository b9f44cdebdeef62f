//! Tables inside a paper: title and unit above, a header row that repeats on each page, thin
//! borders, figures to the right, columns as wide as what stands in them.

use docx_rs::{
    AlignmentType, Docx, Paragraph, Table as DocxTable, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::docx::{FANG_SONG, HEI, SIZE_SMALL, exact, run, small};
use super::{clean, display_width};
use crate::domain::report::table::{Kind, Row, RowStyle, Table, display};

/// The text area is 156 mm wide, in twips.
const TEXT_WIDTH: usize = 8844;
/// 小四, 12 pt, in half points.
const SIZE_TITLE: usize = 24;

pub(super) fn add(docx: Docx, table: &Table) -> Docx {
    let title =
        Paragraph::new().add_run(run(&table.title, HEI, SIZE_TITLE)).align(AlignmentType::Center).line_spacing(exact(480)).keep_next(true);
    let mut docx = docx.add_paragraph(title);
    if let Some(subtitle) = &table.subtitle {
        docx = docx.add_paragraph(small(subtitle, AlignmentType::Right).keep_next(true));
    }
    docx = docx.add_table(grid(table));
    for note in &table.notes {
        docx = docx.add_paragraph(small(note, AlignmentType::Left));
    }
    // Without it the body text would stick to the table's last line.
    docx.add_paragraph(small("", AlignmentType::Both))
}

fn grid(table: &Table) -> DocxTable {
    let widths = widths(table);
    let header = table.columns.iter().zip(&widths).map(|(column, &width)| cell(&column.title, HEI, AlignmentType::Center, width));
    // cant_split is what the writer later turns into a repeated header row; no other row has it.
    let mut rows = vec![TableRow::new(header.collect()).cant_split()];
    rows.extend(table.rows.iter().map(|row| body_row(table, row, &widths)));
    DocxTable::new(rows)
        .set_grid(widths)
        .layout(TableLayoutType::Fixed)
        .width(TEXT_WIDTH, WidthType::Dxa)
        .margins(TableCellMargins::new().margin(30, 70, 30, 70))
}

fn body_row(table: &Table, row: &Row, widths: &[usize]) -> TableRow {
    let font = if row.style == RowStyle::Total { HEI } else { FANG_SONG };
    let cells = row.cells.iter().zip(&table.columns).zip(widths);
    let cells = cells.map(|((value, column), &width)| {
        let align = match column.kind {
            Kind::Count | Kind::Date => AlignmentType::Center,
            kind if kind.is_figure() => AlignmentType::Right,
            _ => AlignmentType::Left,
        };
        cell(&display(value, column.kind), font, align, width)
    });
    TableRow::new(cells.collect())
}

fn cell(text: &str, font: &str, align: AlignmentType, width: usize) -> TableCell {
    let paragraph = Paragraph::new().add_run(run(text, font, SIZE_SMALL)).align(align).line_spacing(exact(340));
    TableCell::new().add_paragraph(paragraph).vertical_align(VAlignType::Center).width(width, WidthType::Dxa)
}

/// Twips for half a Chinese character at 五号, generous enough for a stand-in font.
const HALF_CHAR: usize = 130;
const CELL_PADDING: usize = 160;
/// No text column becomes narrower than some five characters.
const NARROWEST_TEXT: usize = 1400;

/// Shares the text width out by what stands in each column. Where not everything fits, first
/// headers take two lines, then long texts wrap; figures are broken last of all.
fn widths(table: &Table) -> Vec<usize> {
    let columns = 0..table.columns.len();
    let least: Vec<usize> = columns.clone().map(|index| least_width(table, index)).collect();
    let mut widths: Vec<usize> = columns
        .map(|index| {
            let title = display_width(&table.columns[index].title).min(10);
            least[index].max(title * HALF_CHAR + CELL_PADDING)
        })
        .collect();
    let excess = widths.iter().sum::<usize>().saturating_sub(TEXT_WIDTH);
    let excess = shrink(&mut widths, excess, |index| least[index]);
    shrink(&mut widths, excess, |index| match table.columns[index].kind {
        Kind::Text => NARROWEST_TEXT,
        _ => usize::MAX,
    });
    let all = widths.iter().sum::<usize>().max(1);
    widths.iter().map(|width| width * TEXT_WIDTH / all).collect()
}

/// What a column takes with its header on two lines.
fn least_width(table: &Table, index: usize) -> usize {
    let column = &table.columns[index];
    let texts = table.rows.iter().map(|row| display(&row.cells[index], column.kind));
    let widest = texts.map(|text| display_width(&clean(&text))).max().unwrap_or(0);
    // The percent sign alone is nearly as wide as a Chinese character.
    let sign = usize::from(column.kind == Kind::Percent);
    let title = display_width(&column.title).div_ceil(2);
    (widest + sign).max(title).max(4) * HALF_CHAR + CELL_PADDING
}

/// Takes `excess` off the columns from left to right, none below its floor; returns what is left
/// of the excess.
fn shrink(widths: &mut [usize], mut excess: usize, floor: impl Fn(usize) -> usize) -> usize {
    for (index, width) in widths.iter_mut().enumerate() {
        let spare = width.saturating_sub(floor(index)).min(excess);
        *width -= spare;
        excess -= spare;
    }
    excess
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::writing::sample;

    #[test]
    fn columns_fill_the_text_area_and_no_more() {
        let widths = widths(&sample::table());
        let all: usize = widths.iter().sum();
        assert!(all <= TEXT_WIDTH && all + widths.len() > TEXT_WIDTH);
    }
}
