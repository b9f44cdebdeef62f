//! A table for the terminal. Chinese characters count as two columns wide, figures stand right,
//! and nothing from the data can send a control sequence to the screen.

use comfy_table::{Cell as TextCell, CellAlignment, Table as TextTable, presets};

use super::clean;
use crate::domain::report::table::{Kind, Table, display};

/// The table with its title, subtitle and notes, ending in a line break.
pub fn write(table: &Table) -> String {
    let mut out = format!("{}\n", clean(&table.title));
    if let Some(subtitle) = &table.subtitle {
        out.push_str(&format!("{}\n", clean(subtitle)));
    }
    out.push_str(&grid(table));
    out.push('\n');
    for note in &table.notes {
        out.push_str(&format!("{}\n", clean(note)));
    }
    out
}

fn grid(table: &Table) -> String {
    let mut grid = TextTable::new();
    grid.load_style(presets::UTF8_FULL_CONDENSED);
    let titles = table.columns.iter().map(|column| TextCell::new(clean(&column.title)).set_alignment(alignment(column.kind)));
    grid.set_header(titles.collect::<Vec<_>>());
    for row in &table.rows {
        let cells = row.cells.iter().zip(&table.columns).map(|(cell, column)| {
            let text = display(cell, column.kind);
            TextCell::new(clean(&text)).set_alignment(alignment(column.kind))
        });
        grid.add_row(cells.collect::<Vec<_>>());
    }
    grid.to_string()
}

fn alignment(kind: Kind) -> CellAlignment {
    if kind.is_figure() { CellAlignment::Right } else { CellAlignment::Left }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::writing::sample;

    /// Columns on the screen: Chinese two, frame, dash and the rest one.
    fn width(line: &str) -> usize {
        let wide = |c: char| ('\u{2E80}'..='\u{FFEF}').contains(&c);
        line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
    }

    #[test]
    fn every_line_of_the_grid_is_equally_wide() {
        let text = write(&sample::table());
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(['│', '┌'])).collect();
        assert!(lines.len() >= 5);
        assert!(lines.iter().all(|line| width(line) == width(lines[0])), "{text}");
    }

    #[test]
    fn no_control_sequence_reaches_the_terminal() {
        let text = write(&sample::table());
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(text.contains("1,234,567.89"));
        assert!(text.contains("95.12%"));
        assert!(text.contains("-1.21"));
        assert!(text.starts_with("样表：各种列\n截至2018年9月30日"));
        assert!(text.ends_with("注：此表仅供测试。\n"));
    }
}
