//! The money's way as a flow chart (Sankey): places as blocks, what went from one to the next as bands whose breadth is the
//! amount. The layout is our own, for no kept library has one: blocks stand in the columns and order given, every block gets
//! room enough for its two lines of words however little it holds, and bands leave and enter in the order of what they lead
//! to, so that they do not cross without need.

use super::paper::{Anchor, Paper, Style, px};
use super::{Flow, FlowChart, MUTED, Node, PALETTE, scaled};
use crate::domain::money::Fen;

const WIDTH: i64 = 10_600;
/// What the fullest column's money takes in height.
const FULL: i64 = 2_700;
const BLOCK: i64 = 140;
/// Two lines of words.
const ROOM: i64 = 380;
const GAP: i64 = 90;
const TOP: i64 = 60;
/// Words right of the last column.
const MARGIN: i64 = 1_500;
/// The thinnest band and block that is still seen.
const LEAST: i64 = 12;

/// A block as laid out.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    x: i64,
    y: i64,
    height: i64,
    amount: i64,
}

struct Band {
    flow: usize,
    breadth: i64,
    from_y: i64,
    to_y: i64,
}

impl FlowChart {
    pub fn svg(&self) -> String {
        let (blocks, height) = self.blocks();
        let bands = self.bands(&blocks);
        let linked = self.nodes.iter().any(|node| node.href.is_some()) || self.flows.iter().any(|flow| flow.href.is_some());
        let mut paper = Paper::open(&self.head, WIDTH, height, linked);
        for band in &bands {
            self.draw_band(&mut paper, band, &blocks);
        }
        let total = self.total(&blocks);
        for (node, block) in self.nodes.iter().zip(&blocks).filter(|(_, block)| block.amount > 0) {
            draw_block(&mut paper, node, block, total);
        }
        paper.finish()
    }

    /// Flows that exist: between known nodes, from left to right, of more than nothing.
    fn drawn(&self) -> impl Iterator<Item = (usize, &Flow)> {
        self.flows.iter().enumerate().filter(|(_, flow)| {
            let column = |node: usize| self.nodes.get(node).map(|node| node.column);
            flow.amount > Fen::ZERO && column(flow.from).zip(column(flow.to)).is_some_and(|(from, to)| from < to)
        })
    }

    /// What goes in or out of a node, whichever is more.
    fn amount(&self, node: usize) -> i64 {
        let sum = |side: fn(&Flow) -> usize| {
            self.drawn().filter(|(_, flow)| side(flow) == node).fold(0_i64, |sum, (_, flow)| sum.saturating_add(flow.amount.get()))
        };
        sum(|flow| flow.to).max(sum(|flow| flow.from))
    }

    fn total(&self, blocks: &[Block]) -> i64 {
        let columns = self.nodes.iter().map(|node| node.column).max().unwrap_or(0);
        let of = |column: usize| {
            let inside = self.nodes.iter().zip(blocks).filter(move |(node, _)| node.column == column);
            inside.fold(0_i64, |sum, (_, block)| sum.saturating_add(block.amount))
        };
        (0..=columns).map(of).max().unwrap_or(0)
    }

    /// All blocks where they stand, and the height of the whole.
    fn blocks(&self) -> (Vec<Block>, i64) {
        let mut blocks: Vec<Block> = (0..self.nodes.len()).map(|node| Block { amount: self.amount(node), ..Block::default() }).collect();
        let total = self.total(&blocks);
        let columns = self.nodes.iter().map(|node| node.column).max().unwrap_or(0);
        let mut bottoms = vec![TOP; columns + 1];
        let steps = i64::try_from(columns.max(1)).unwrap_or(1);
        for (node, block) in self.nodes.iter().zip(&mut blocks).filter(|(_, block)| block.amount > 0) {
            block.height = scaled(FULL, block.amount, total).max(LEAST);
            let room = block.height.max(ROOM);
            let column = i64::try_from(node.column).unwrap_or(0);
            block.x = 40 + (WIDTH - MARGIN - BLOCK - 40) * column / steps;
            block.y = bottoms[node.column] + (room - block.height) / 2;
            bottoms[node.column] += room + GAP;
        }
        let height = bottoms.iter().copied().max().unwrap_or(TOP);
        for (node, block) in self.nodes.iter().zip(&mut blocks) {
            block.y += (height - bottoms[node.column]) / 2; // shorter columns stand in the middle
        }
        (blocks, height)
    }

    /// Every band with where it leaves and arrives: at both ends in the order of the other end's height.
    fn bands(&self, blocks: &[Block]) -> Vec<Band> {
        let total = self.total(blocks);
        let mut bands: Vec<Band> = self
            .drawn()
            .map(|(flow, of)| Band { flow, breadth: scaled(FULL, of.amount.get(), total).max(LEAST / 2), from_y: 0, to_y: 0 })
            .collect();
        for (node, block) in blocks.iter().enumerate() {
            let mut leaving: Vec<usize> = (0..bands.len()).filter(|&band| self.flows[bands[band].flow].from == node).collect();
            leaving.sort_by_key(|&band| blocks[self.flows[bands[band].flow].to].y);
            let mut y = block.y;
            for band in leaving {
                bands[band].from_y = y;
                y += bands[band].breadth;
            }
            let mut entering: Vec<usize> = (0..bands.len()).filter(|&band| self.flows[bands[band].flow].to == node).collect();
            entering.sort_by_key(|&band| blocks[self.flows[bands[band].flow].from].y);
            let mut y = block.y;
            for band in entering {
                bands[band].to_y = y;
                y += bands[band].breadth;
            }
        }
        bands
    }

    fn draw_band(&self, paper: &mut Paper, band: &Band, blocks: &[Block]) {
        let flow = &self.flows[band.flow];
        let (from, to) = (&blocks[flow.from], &blocks[flow.to]);
        let (x0, x1) = (from.x + BLOCK, to.x);
        let bend = (x0 + x1) / 2;
        let (a, b, breadth) = (band.from_y, band.to_y, band.breadth);
        let path = format!(
            "M{x0} {a}C{m} {a} {m} {b} {x1} {b}V{b2}C{m} {b2} {m} {a2} {x0} {a2}Z",
            x0 = px(x0),
            x1 = px(x1),
            m = px(bend),
            a = px(a),
            b = px(b),
            a2 = px(a + breadth),
            b2 = px(b + breadth)
        );
        let (source, target) = (&self.nodes[flow.from], &self.nodes[flow.to]);
        let colour = PALETTE[target.colour % PALETTE.len()];
        let says = format!("{} → {}：{} 元", source.label, target.label, flow.amount.yuan_grouped());
        paper.linked(flow.href.as_deref(), &says, |paper| {
            paper.shape(
                "path",
                &[
                    ("d", path),
                    ("fill", colour.into()),
                    ("fill-opacity", "0.35".into()),
                    ("stroke", colour.into()),
                    ("stroke-opacity", "0.8".into()),
                    ("stroke-width", "0.7".into()),
                ],
            );
        });
    }
}

fn draw_block(paper: &mut Paper, node: &Node, block: &Block, total: i64) {
    let amount = Fen::new(block.amount);
    let share = share(block.amount, total);
    let says = format!("{}：{} 元，占 {share}", node.label, amount.yuan_grouped());
    paper.linked(node.href.as_deref(), &says, |paper| {
        paper.shape(
            "rect",
            &[
                ("x", px(block.x)),
                ("y", px(block.y)),
                ("width", px(BLOCK)),
                ("height", px(block.height)),
                ("fill", PALETTE[node.colour % PALETTE.len()].into()),
                ("stroke", "#1F2933".into()),
                ("stroke-width", "0.8".into()),
            ],
        );
        let (x, middle) = (block.x + BLOCK + 70, block.y + block.height / 2);
        paper.text(x, middle - 25, Style::new(13).anchor(Anchor::Start).bold().rim(), &node.label);
        paper.text(x, middle + 125, Style::new(12).colour(MUTED).rim(), &format!("{} 万元 · {share}", amount.wan()));
    });
}

fn share(amount: i64, total: i64) -> String {
    if total <= 0 {
        return "—".into();
    }
    let thousandths = (i128::from(amount) * 2_000 + i128::from(total)) / (2 * i128::from(total));
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}
