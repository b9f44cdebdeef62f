//! Tables inside a paper: title and unit above, a header row that repeats on each page, rows that do not break across pages, thin
//! rules, figures to the right, columns as wide as what stands in them. A total stays with the row above it.

use super::story::{Face, Paragraph, Story, run};
use super::styles::HEI;
use crate::domain::report::table::{Kind, Row, RowStyle, Table, display};
use crate::files::writing::columns::{Demand, share};
use crate::files::writing::markup::Markup;
use crate::files::writing::{clean, display_width};

/// `titled`: the title is not said by what stands above.
pub(super) fn write(story: &mut Story, table: &Table, titled: bool) {
    if titled && !table.title.is_empty() {
        story.add(Paragraph::new("TableTitle").words(&table.title));
    }
    if let Some(subtitle) = &table.subtitle {
        story.add(Paragraph::new("TableHint").words(subtitle));
    }
    let layout = Layout::of(table, story.width());
    let mut out = Markup::default();
    open(&mut out, table, &layout, story.width());
    header(&mut out, table, &layout);
    for (index, row) in table.rows.iter().enumerate() {
        let total_next = table.rows.get(index + 1).is_some_and(|next| next.style == RowStyle::Total);
        body_row(story, &mut out, table, (index, row), &layout, total_next);
    }
    out.close("w:tbl");
    story.add_markup(&out);
    for note in &table.notes {
        story.add(Paragraph::new("Note").words(note));
    }
    // without it the body text would stick to the table's last line
    story.add(Paragraph::new("Note"));
}

fn open(out: &mut Markup, table: &Table, layout: &Layout, width: usize) {
    out.fixed("<w:tbl><w:tblPr>").leaf("w:tblW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
    out.fixed("<w:jc w:val=\"center\"/><w:tblBorders>");
    for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
        out.leaf(side, &[("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "000000")]);
    }
    out.fixed(
        "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:top w:w=\"30\" w:type=\"dxa\"/><w:left w:w=\"70\" w:type=\"dxa\"/>",
    );
    out.fixed("<w:bottom w:w=\"30\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar>");
    out.leaf("w:tblCaption", &[("w:val", &table.title)]).fixed("</w:tblPr><w:tblGrid>");
    for width in &layout.widths {
        out.leaf("w:gridCol", &[("w:w", &width.to_string())]);
    }
    out.close("w:tblGrid");
}

fn header(out: &mut Markup, table: &Table, layout: &Layout) {
    out.fixed("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (column, &width) in table.columns.iter().zip(&layout.widths) {
        let mut runs = Markup::default();
        run(&mut runs, Face { size: layout.size, font: None }, &column.title);
        cell(out, Paragraph::new("CellHead").append(&runs), width);
    }
    out.close("w:tr");
}

fn body_row(story: &mut Story, out: &mut Markup, table: &Table, (index, row): (usize, &Row), layout: &Layout, keep: bool) {
    let font = (row.style == RowStyle::Total).then_some(HEI);
    let face = Face { font, size: layout.size };
    out.fixed("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    for (place, (value, column)) in row.cells.iter().zip(&table.columns).enumerate() {
        let text = display(value, column.kind);
        let mut runs = Markup::default();
        match table.keys.get(&(index, place)) {
            Some(key) => story.figure(&mut runs, face, key, &text),
            None if text.is_empty() => {}
            None => run(&mut runs, face, &text),
        }
        cell(out, Paragraph::new(style(column.kind)).keep_next(keep).append(&runs), layout.widths[place]);
    }
    out.close("w:tr");
}

fn style(kind: Kind) -> &'static str {
    match kind {
        Kind::Count | Kind::Date => "CellCentre",
        kind if kind.is_figure() => "CellRight",
        _ => "CellLeft",
    }
}

fn cell(out: &mut Markup, paragraph: Paragraph, width: usize) {
    out.fixed("<w:tc><w:tcPr>").leaf("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
    out.fixed("<w:vAlign w:val=\"center\"/></w:tcPr>");
    paragraph.write(out, None);
    out.close("w:tc");
}

/// Sizes of print, in half points: 五号, 小五, 六号.
const SIZES: [usize; 3] = [21, 18, 15];
const CELL_PADDING: usize = 160;

struct Layout {
    widths: Vec<usize>,
    /// In half points, where it is not 五号.
    size: Option<usize>,
}

impl Layout {
    /// The biggest print in which every figure stands on one line.
    fn of(table: &Table, width: usize) -> Layout {
        let extents: Vec<Extent> = (0..table.columns.len()).map(|index| Extent::of(table, index)).collect();
        let demands = |size: usize| extents.iter().map(|extent| extent.demand(size)).collect::<Vec<_>>();
        let fits = |size: &usize| demands(*size).iter().map(|demand| demand.floor).sum::<usize>() <= width;
        let size = SIZES.into_iter().find(fits).unwrap_or(SIZES[2]);
        Layout { widths: share(&demands(size), width), size: (size != SIZES[0]).then_some(size) }
    }
}

/// Twips for half a Chinese character, generous enough for a stand-in font.
fn half_character(size: usize) -> usize {
    size * 130 / 21
}

/// How long contents and header of a column are at most, in half characters, whatever the size of print.
struct Extent {
    widest: usize,
    title: usize,
    kind: Kind,
}

impl Extent {
    fn of(table: &Table, index: usize) -> Extent {
        let column = &table.columns[index];
        let texts = table.rows.iter().map(|row| display(&row.cells[index], column.kind));
        let widest = texts.map(|text| display_width(&clean(&text))).max().unwrap_or(0);
        // The percent sign alone is nearly as wide as a Chinese character.
        let sign = usize::from(column.kind == Kind::Percent);
        Extent { widest: widest + sign, title: display_width(&column.title), kind: column.kind }
    }

    /// What the column asks for. No text column becomes narrower than some five characters.
    fn demand(&self, size: usize) -> Demand {
        let twips = |halves: usize| halves * half_character(size) + CELL_PADDING;
        let least = twips(self.widest.max(self.title.div_ceil(2)).max(4));
        let floor = if self.kind == Kind::Text { least.min(twips(10)) } else { least };
        Demand { wanted: least.max(twips(self.title.min(10))), least, floor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::writing::docx::{LYING_WIDTH, TEXT_WIDTH};
    use crate::files::writing::sample;

    #[test]
    fn columns_fill_the_text_area_and_no_more() {
        for width in [TEXT_WIDTH, LYING_WIDTH] {
            let layout = Layout::of(&sample::table(), width);
            let all: usize = layout.widths.iter().sum();
            assert!(all <= width && all + layout.widths.len() > width);
            assert_eq!(layout.size, None);
        }
    }

    #[test]
    fn many_figures_are_printed_smaller_rather_than_broken() {
        let mut table = Table::new("wide", "宽表");
        for column in 0..7 {
            table = table.column(&format!("c{column}"), "金额", Kind::Money);
        }
        table.push((0..7).map(|_| crate::domain::money::Fen::new(12_345_678_900).into()).collect());
        assert_eq!(Layout::of(&table, LYING_WIDTH).size, Some(18));
        assert_eq!(Layout::of(&table, TEXT_WIDTH).size, Some(15));
    }
}
