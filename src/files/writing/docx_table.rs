//! Tables inside a paper: title and unit above, a header row that repeats on each page, thin
//! borders, figures to the right, columns as wide as what stands in them.

use docx_rs::{
    AlignmentType, Docx, Paragraph, Table as DocxTable, TableCell, TableCellMargins,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::docx::{FANG_SONG, HEI, SIZE_SMALL, exact, run, small};
use super::{clean, display_width};
use crate::domain::report::table::{Kind, Row, RowStyle, Table, display};

/// The text area is 156 mm wide, in twips.
const TEXT_WIDTH: usize = 8844;
/// 小四, 12 pt, in half points.
const SIZE_TITLE: usize = 24;

pub(super) fn add(docx: Docx, table: &Table) -> Docx {
    let title = Paragraph::new()
        .add_run(run(&table.title, HEI, SIZE_TITLE))
        .align(AlignmentType::Center)
        .line_spacing(exact(480))
        .keep_next(true);
    let mut docx = docx.add_paragraph(title);
    if let Some(subtitle) = &table.subtitle {
        docx = docx.add_paragraph(small(subtitle, AlignmentType::Right).keep_next(true));
    }
    docx = docx.add_table(grid(table));
    for note in &table.notes {
        docx = docx.add_paragraph(small(note, AlignmentType::Both));
    }
    // Without it the body text would stick to the table's last line.
    docx.add_paragraph(small("", AlignmentType::Both))
}

fn grid(table: &Table) -> DocxTable {
    let widths = widths(table);
    let header = table
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, &width)| cell(&column.title, HEI, AlignmentType::Center, width));
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
    let font = if row.style == RowStyle::Total {
        HEI
    } else {
        FANG_SONG
    };
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
    let paragraph = Paragraph::new()
        .add_run(run(text, font, SIZE_SMALL))
        .align(align)
        .line_spacing(exact(340));
    TableCell::new()
        .add_paragraph(paragraph)
        .vertical_align(VAlignType::Center)
        .width(width, WidthType::Dxa)
}

/// Shares the text width out by the widest cell of each column, within bounds: a long name wraps
/// rather than squeezing the figures, and a header wraps at half its length.
fn widths(table: &Table) -> Vec<usize> {
    let wanted: Vec<usize> = (0..table.columns.len())
        .map(|index| {
            let column = &table.columns[index];
            let texts = table
                .rows
                .iter()
                .map(|row| display(&row.cells[index], column.kind));
            let widest = texts
                .map(|text| display_width(&clean(&text)))
                .max()
                .unwrap_or(0);
            widest
                .max(display_width(&column.title).div_ceil(2))
                .clamp(4, 26)
                + 2
        })
        .collect();
    let all: usize = wanted.iter().sum::<usize>().max(1);
    wanted.iter().map(|part| part * TEXT_WIDTH / all).collect()
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
