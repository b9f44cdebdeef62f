//! The blocks of the paper: headings, sentences, tables whose headers say what they head, charts with their titles, annexes.

use super::figures::Figures;
use crate::domain::report::chart::Chart;
use crate::domain::report::document::{Block, Document, HeadingLevel};
use crate::domain::report::figure::day_chinese;
use crate::domain::report::table::{Cell, Kind, Row, RowStyle, Table, display};
use crate::files::writing::markup::Markup;

/// What has been numbered so far.
#[derive(Default)]
struct Numbers {
    tables: usize,
    charts: usize,
    annexes: usize,
}

pub(super) fn write(document: &Document, figures: &mut Figures<'_>) -> Markup {
    let mut out = Markup::default();
    let mut numbers = Numbers::default();
    let annexes = document.blocks.iter().filter(|block| matches!(block, Block::Annex { .. })).count();
    let mut annex_title = None;
    for block in &document.blocks {
        match block {
            Block::Heading(level, text) => heading(&mut out, *level, text),
            Block::Paragraph(text) => {
                figures.text(out.fixed("<p>"), text);
                out.fixed("</p>\n");
            }
            Block::Note(text) => {
                figures.text(out.fixed("<p class=\"note\">"), text);
                out.fixed("</p>\n");
            }
            Block::Table(table) => {
                numbers.tables += 1;
                let titled = annex_title != Some(table.title.as_str());
                write_table(&mut out, table, numbers.tables, titled, figures);
            }
            Block::Chart(chart) => {
                numbers.charts += 1;
                write_chart(&mut out, chart, numbers.charts, figures);
            }
            Block::Attachments(titles) => attachments(&mut out, titles, annexes),
            Block::Signature { by, on } => {
                out.fixed("<div class=\"signature\">\n").element("p", &[], by).element("p", &[], &day_chinese(*on)).fixed("\n</div>\n");
            }
            Block::Annex { mark, title, landscape } => {
                end_annex(&mut out, numbers.annexes);
                numbers.annexes += 1;
                annex(&mut out, mark, title, *landscape, numbers.annexes);
            }
        }
        annex_title = match block {
            Block::Annex { title, .. } => Some(title.as_str()),
            _ => None,
        };
    }
    end_annex(&mut out, numbers.annexes);
    out
}

fn heading(out: &mut Markup, level: HeadingLevel, text: &str) {
    let name = match level {
        HeadingLevel::One => "h2",
        HeadingLevel::Two => "h3",
        HeadingLevel::Three => "h4",
    };
    out.element(name, &[], text).fixed("\n");
}

fn annex(out: &mut Markup, mark: &str, title: &str, landscape: bool, number: usize) {
    let (id, label) = (format!("annex{number}"), format!("annex{number}-title"));
    let class = if landscape { "annex lying" } else { "annex" };
    out.open("section", &[("class", class), ("id", &id), ("aria-labelledby", &label)]).fixed("\n");
    out.element("p", &[("class", "annex-mark")], mark).fixed("\n");
    super::lines(out.open("h2", &[("class", "annex-title"), ("id", &label)]), title).fixed("</h2>\n");
}

fn end_annex(out: &mut Markup, begun: usize) {
    if begun > 0 {
        out.fixed("</section>\n");
    }
}

/// The names of annexes lead to them where there are as many as names.
fn attachments(out: &mut Markup, titles: &[String], annexes: usize) {
    if titles.is_empty() {
        return;
    }
    out.fixed("<div class=\"attachments\"><p>附件：</p><ol");
    out.fixed(if titles.len() == 1 { " class=\"one\">\n" } else { ">\n" });
    for (index, title) in titles.iter().enumerate() {
        out.fixed("<li>");
        if annexes == titles.len() {
            out.element("a", &[("href", &format!("#annex{}", index + 1))], title);
        } else {
            out.text(title);
        }
        out.fixed("</li>\n");
    }
    out.fixed("</ol></div>\n");
}

fn write_chart(out: &mut Markup, chart: &Chart, number: usize, figures: &Figures<'_>) {
    let drawn = chart.leading(|href| figures.link(href)).named(&format!("chart{number}"));
    out.fixed("<figure class=\"drawing\">").drawn(&drawn).element("figcaption", &[], &chart.head().title).fixed("</figure>\n");
}

/// A wide table is scrolled in a region of its own, which the keyboard reaches.
fn write_table(out: &mut Markup, table: &Table, number: usize, titled: bool, figures: &mut Figures<'_>) {
    let caption = format!("table{number}");
    out.open("div", &[("class", "table"), ("role", "region"), ("tabindex", "0"), ("aria-labelledby", &caption)]).fixed("\n<table>\n");
    let class = if titled { "title" } else { "title unseen" };
    out.open("caption", &[("id", &caption)]).element("span", &[("class", class)], &table.title);
    if let Some(subtitle) = &table.subtitle {
        out.element("span", &[("class", "subtitle")], subtitle);
    }
    out.fixed("</caption>\n<thead><tr>");
    for column in &table.columns {
        out.element("th", &[("scope", "col")], &column.title);
    }
    out.fixed("</tr></thead>\n<tbody>\n");
    let names = table.columns.iter().position(|column| column.kind == Kind::Text);
    for (index, row) in table.rows.iter().enumerate() {
        write_row(out, table, (index, row), names, figures);
    }
    out.fixed("</tbody>\n</table>\n");
    for note in &table.notes {
        out.element("p", &[("class", "note")], note).fixed("\n");
    }
    out.fixed("</div>\n");
}

/// `names`: the column that says what the row is about.
fn write_row(out: &mut Markup, table: &Table, (index, row): (usize, &Row), names: Option<usize>, figures: &mut Figures<'_>) {
    out.fixed(if row.style == RowStyle::Total { "<tr class=\"total\">" } else { "<tr>" });
    for (place, (value, column)) in row.cells.iter().zip(&table.columns).enumerate() {
        let text = display(value, column.kind);
        if names == Some(place) && !matches!(value, Cell::Empty) {
            out.element("th", &[("scope", "row")], &text);
            continue;
        }
        out.fixed(match column.kind {
            Kind::Count | Kind::Date => "<td class=\"c\">",
            kind if kind.is_figure() => "<td class=\"r\">",
            _ => "<td>",
        });
        match table.keys.get(&(index, place)) {
            Some(key) => figures.write(out, key, &text),
            None => {
                out.text(&text);
            }
        }
        out.fixed("</td>");
    }
    out.fixed("</tr>\n");
}
