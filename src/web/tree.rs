//! A trace as a page shows it: each step set in by its depth, what is known of it beneath, and every number that has a page of
//! its own as a link to it: vouchers, batches, payment lines, households, the money's source.

use super::address::encode;
use super::grid::Grid;
use super::links;
use crate::domain::report::{Cell, Table};

/// Classes by depth; what lies deeper is set in no further.
const LEVELS: [&str; 6] = ["t l0", "t l1", "t l2", "t l3", "t l4", "t l5"];

/// Makes a grid of a trace out of the plain one; any other table is left as it is.
pub fn shape(table: &Table, grid: &mut Grid) {
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let (Some(path), Some(depth), Some(title), Some(fact), Some(value)) = (at("path"), at("depth"), at("title"), at("fact"), at("value"))
    else {
        return;
    };
    for (line, row) in grid.lines.iter_mut().zip(&table.rows) {
        let level = if let Some(Cell::Count(depth)) = row.cells.get(depth) { usize::try_from(*depth).unwrap_or(0) } else { 0 };
        let class = LEVELS[level.min(LEVELS.len() - 1)];
        line.fields[title].class = class;
        line.fields[title].href = of_title(&line.fields[title].text).unwrap_or_default();
        let known = line.fields[fact].text.clone();
        line.fields[fact].class = class;
        line.fields[value].class = "t";
        line.fields[value].href = of_fact(&known, &line.fields[value].text).unwrap_or_default();
        line.fields.retain({
            let mut at = 0;
            move |_| {
                at += 1;
                at - 1 != path && at - 1 != depth
            }
        });
    }
    grid.heads.retain(|head| head.key != "path" && head.key != "depth");
}

/// The code that a text begins with, up to a blank or a bracket.
fn code(text: &str) -> &str {
    text.split([' ', '（', '，']).next().unwrap_or_default()
}

fn of_title(title: &str) -> Option<String> {
    if let Some((_, fund)) = title.split_once("← 指标 ") {
        return links::to("fund", code(fund));
    }
    let (what, rest) = title.split_once(' ')?;
    match what {
        "凭证" => links::to("voucher", code(rest)),
        "批次" => links::to("batch", code(rest)),
        "户" => links::to("household", code(rest)),
        "指标" => links::to("fund", code(rest)),
        "项目" => links::to("project", code(rest)),
        "发放" => {
            let (batch, line) = code(rest).rsplit_once('+')?;
            Some(format!("/batches/{}/lines/{}", encode(batch), encode(line)))
        }
        _ => None,
    }
}

fn of_fact(fact: &str, value: &str) -> Option<String> {
    match fact {
        "凭证" => links::to("voucher", code(value)),
        "分配文" => links::to("allocation", code(value)),
        "户编号" => links::to("household", code(value)),
        "批次" => links::to("batch", code(value)),
        "指标" => links::to("fund", code(value)),
        "项目" => links::to("project", code(value)),
        "单位" => links::to("unit", code(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::Kind;
    use crate::web::grid::grid;

    #[test]
    fn steps_are_set_in_and_numbers_open_their_pages() {
        let mut table = Table::new("trace", "发放")
            .column("path", "层次", Kind::Text)
            .column("depth", "深度", Kind::Count)
            .column("title", "事项", Kind::Text)
            .column("fact", "内容", Kind::Text)
            .column("value", "说明", Kind::Text);
        let mut row = |depth: i64, title: &str, fact: &str, value: &str| {
            table.push(vec![Cell::text("1"), Cell::Count(depth), Cell::text(title), Cell::text(fact), Cell::text(value)]);
        };
        row(0, "发放 PC1-A+12 540.00 元", "", "");
        row(2, "540.00 元 ← 指标 财农1号", "", "");
        row(9, "凭证 记-2018-12-0019（#525，制单 甲）", "", "");
        row(1, "", "户编号", "469");
        let mut shown = grid(&table);
        shape(&table, &mut shown);
        assert_eq!(shown.heads.len(), 3);
        let hrefs: Vec<&str> = shown.lines.iter().map(|line| line.fields[0].href.as_str()).collect();
        assert_eq!(hrefs[0], "/batches/PC1-A/lines/12");
        assert_eq!(hrefs[1], "/funds/%E8%B4%A2%E5%86%9C1%E5%8F%B7");
        assert_eq!(hrefs[2], "/vouchers/%E8%AE%B0-2018-12-0019");
        assert_eq!((shown.lines[2].fields[0].class, shown.lines[3].fields[2].href.as_str()), ("t l5", "/households/469"));
    }
}
