//! `sunledger trace 编号`: the whole way of what a number names, as a tree or as JSON.

use super::Desk;
use super::output::say;
use crate::app::Result;
use crate::app::trace::{TraceNode, TraceOptions, trace};
use clap::{Args, ValueEnum};

/// How many of several findings are named before the trees.
const TITLES: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Tree,
    Json,
}

#[derive(Debug, Args)]
pub struct Trace {
    /// 文号、批次号、批次号+序号、支付或退回凭证号、户编号、身份证号、姓名、凭证号（记-2018-09-0012）或 #序号
    #[arg(value_name = "编号")]
    id: String,
    /// 明细全部列出
    #[arg(long)]
    all: bool,
    /// 显示完整的姓名、身份证号和账号，须写明理由并留下记录
    #[arg(long, requires = "reason")]
    unmask: bool,
    /// 查看完整个人信息的理由
    #[arg(long, value_name = "理由", requires = "unmask")]
    reason: Option<String>,
    /// 输出格式：tree 树形，json
    #[arg(long, value_enum, default_value = "tree", value_name = "格式")]
    format: Format,
}

impl Trace {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let unmask = if self.unmask { Some(self.reason.clone().unwrap_or_default()) } else { None };
        let nodes = trace(&mut bureau, &desk.context(), &self.id, &TraceOptions { all: self.all, unmask })?;
        if self.format == Format::Json {
            let json = serde_json::to_string_pretty(&nodes).map_err(std::io::Error::other)?;
            return say(format!("{json}\n").as_bytes());
        }
        let mut text = String::new();
        if nodes.len() > 1 {
            let titles: Vec<&str> = nodes.iter().take(TITLES).map(|node| node.title.as_str()).collect();
            let more = if nodes.len() > TITLES { "；……" } else { "" };
            text.push_str(&format!("“{}”有 {} 种可能：{}{more}\n\n", self.id, nodes.len(), titles.join("；")));
        }
        for node in &nodes {
            draw(node, "", "", &mut text);
        }
        say(text.as_bytes())
    }
}

/// A node's title after `head`; its facts and children after `body`, which continues the lines drawn to the left of it.
fn draw(node: &TraceNode, head: &str, body: &str, out: &mut String) {
    out.push_str(&format!("{head}{}\n", node.title));
    let bar = if node.children.is_empty() { "  " } else { "│ " };
    for (name, value) in &node.facts {
        out.push_str(&format!("{body}{bar}{name}：{value}\n"));
    }
    for (at, child) in node.children.iter().enumerate() {
        let (branch, below) = if at + 1 == node.children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        draw(child, &format!("{body}{branch}"), &format!("{body}{below}"), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_drawn() {
        let leaf = |title: &str| TraceNode { title: title.into(), facts: vec![("甲".into(), "乙".into())], children: vec![] };
        let tree = TraceNode { title: "根".into(), facts: vec![("名".into(), "值".into())], children: vec![leaf("一"), leaf("二")] };
        let mut text = String::new();
        draw(&tree, "", "", &mut text);
        assert_eq!(text, "根\n│ 名：值\n├─ 一\n│    甲：乙\n└─ 二\n     甲：乙\n");
    }
}
