//! Regions and units name their parents, which may come later in the same file. Both registers are small: all of them are
//! held until the file has been read.

use crate::app::Result;
use crate::app::import::ImportCtx;
use crate::domain::identity::RegionCode;
use crate::domain::kinds::{Column, Kind, RowErrors, regions, units};
use crate::files::reading::RowView;
use crate::params;
use crate::store::Tx;
use std::collections::HashMap;

/// A record of the tree; `row` is 0 for one that is in the book and not in the file.
struct Node {
    row: u64,
    parent: String,
    level: String,
}

pub struct Tree {
    spec: Option<Spec>,
    nodes: HashMap<String, Node>,
}

#[derive(Clone, Copy)]
struct Spec {
    code: usize,
    parent: usize,
    /// What a record is; only of regions does it rank.
    level: usize,
    column: &'static Column,
    stored: &'static str,
    ranked: bool,
}

/// From the top.
const LEVELS: [&str; 3] = ["县", "乡", "村"];

impl Tree {
    pub fn of(kind: &Kind) -> Tree {
        let spec = match kind.name {
            "regions" => Some(Spec {
                code: regions::CODE,
                parent: regions::PARENT,
                level: regions::LEVEL,
                column: &regions::KIND.columns[regions::PARENT],
                stored: "SELECT code, COALESCE(parent, ''), level FROM region WHERE book = $1",
                ranked: true,
            }),
            "units" => Some(Spec {
                code: units::CODE,
                parent: units::PARENT,
                level: units::KIND_OF,
                column: &units::KIND.columns[units::PARENT],
                stored: "SELECT code, COALESCE(parent, ''), kind FROM unit WHERE book = $1",
                ranked: false,
            }),
            _ => None,
        };
        Tree { spec, nodes: HashMap::new() }
    }

    /// Remembers a row, also one with errors elsewhere: its children are not to blame.
    pub fn note(&mut self, row: &RowView<'_>) {
        let Some(spec) = self.spec else { return };
        let plain = |text: &str| match (spec.ranked, RegionCode::parse(text)) {
            (true, Ok(code)) => code.as_str().to_string(),
            _ => text.to_string(),
        };
        let node = Node { row: row.number(), parent: plain(row.text(spec.parent)), level: row.text(spec.level).to_string() };
        self.nodes.entry(plain(row.text(spec.code))).or_insert(node);
    }

    /// Every parent is there, stands higher, and no one is its own ancestor.
    pub fn check(&mut self, tx: &mut Tx<'_>, at: &ImportCtx<'_>, errors: &mut RowErrors) -> Result<()> {
        let Some(spec) = self.spec else { return Ok(()) };
        for row in tx.query(spec.stored, params![at.book.id])? {
            let node = Node { row: 0, parent: row.string(1)?, level: row.string(2)? };
            self.nodes.entry(row.string(0)?).or_insert(node);
        }
        for (code, node) in self.nodes.iter().filter(|(_, node)| node.row > 0 && !node.parent.is_empty()) {
            // what stands above the county is not in the register
            let above = spec.ranked && node.level == LEVELS[0];
            match self.nodes.get(&node.parent) {
                None if above => {}
                None => errors.cell(node.row, spec.column, &node.parent, "没有这个上级", "请核对上级编码，或把上级也写进文件"),
                Some(parent) if spec.ranked && !stands_above(&parent.level, &node.level) => {
                    let problem = format!("上级是{}级，不高于本行的{}级", parent.level, node.level);
                    errors.cell(node.row, spec.column, &node.parent, &problem, "请核对上级编码和级别");
                }
                Some(_) if self.in_circle(code) => {
                    errors.cell(node.row, spec.column, &node.parent, "上级关系成了一个圈", "请核对上级编码");
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn in_circle(&self, code: &str) -> bool {
        let mut at = code;
        for _ in 0..=self.nodes.len() {
            match self.nodes.get(at) {
                Some(node) if node.parent == code => return true,
                Some(node) if !node.parent.is_empty() => at = &node.parent,
                _ => return false,
            }
        }
        false // a circle further up: its own members are told
    }
}

/// An unknown level has been told of already.
fn stands_above(parent: &str, child: &str) -> bool {
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
    match (rank(parent), rank(child)) {
        (Some(parent), Some(child)) => parent < child,
        _ => true,
    }
}
