//! A trace as sheets, for those who read rows rather than trees: a line for each thing and for each fact, with its place in
//! the tree written as `1.2.3`.

use super::TraceNode;
use crate::domain::report::{Cell, Kind, Table};

/// A sheet for each thing that was traced.
pub fn tables(nodes: &[TraceNode]) -> Vec<Table> {
    let sheet = |node: &TraceNode| {
        let mut table = Table::new("trace", node.title.clone())
            .column("path", "层次", Kind::Text)
            .column("depth", "深度", Kind::Count)
            .column("title", "事项", Kind::Text)
            .column("fact", "内容", Kind::Text)
            .column("value", "说明", Kind::Text);
        write(node, "1", 0, &mut table);
        table
    };
    nodes.iter().map(sheet).collect()
}

fn write(node: &TraceNode, path: &str, depth: i64, table: &mut Table) {
    let row = |title: &str, fact: &str, value: &str| {
        vec![Cell::text(path), Cell::Count(depth), Cell::text(title), Cell::text(fact), Cell::text(value)]
    };
    table.push(row(&node.title, "", ""));
    for (fact, value) in &node.facts {
        table.push(row("", fact, value));
    }
    for (child, number) in node.children.iter().zip(1..) {
        write(child, &format!("{path}.{number}"), depth + 1, table);
    }
}
