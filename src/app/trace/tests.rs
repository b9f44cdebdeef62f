//! Traces of the specimen book: every kind of id, the way back and forward, masks, and the record of unmasking.

use super::{TraceNode, TraceOptions, trace};
use crate::app::Context;
use crate::app::specimen::{self, Specimen};

fn run(book: &mut Specimen, id: &str, options: &TraceOptions) -> String {
    let nodes = trace(&mut book.bureau, &Context::new("丙"), id, options).unwrap();
    let mut text = String::new();
    nodes.iter().for_each(|node| flatten(node, 0, &mut text));
    text
}

fn flatten(node: &TraceNode, depth: usize, text: &mut String) {
    text.push_str(&format!("{}{}\n", "  ".repeat(depth), node.title));
    for (name, value) in &node.facts {
        text.push_str(&format!("{}{name}：{value}\n", "  ".repeat(depth + 1)));
    }
    node.children.iter().for_each(|child| flatten(child, depth + 1, text));
}

#[track_caller]
fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
}

#[test]
fn every_kind_of_id_is_known() {
    let mut book = specimen::build();
    let plain = TraceOptions::default();
    let ids = [
        (specimen::FUND, "指标 琼财农"),
        (specimen::ALLOCATION, "分配文 东财农"),
        ("PC1", "批次 PC1"),
        ("PC1+2", "发放 PC1+2"),
        ("ZF-1", "支付 ZF-1"),
        ("TH-1", "退回 TH-1"),
        ("H1", "户 H1"),
        ("张三", "人员 张*"),
        (specimen::ID_NO, "人员 张*"),
        ("#1", "凭证 记-2018-01-0001"),
        ("记-2018-02-0001", "凭证 记-2018-02-0001"),
    ];
    for (id, title) in ids {
        let text = run(&mut book, id, &plain);
        assert!(text.starts_with(title), "{id}\n{text}");
    }
    let missing = trace(&mut book.bureau, &Context::new("丙"), "没有", &plain).unwrap_err();
    assert_eq!(missing.code(), Some("not_found"));
}

#[test]
fn a_returned_line_is_followed_to_the_card_and_back_to_its_fund() {
    let mut book = specimen::build();
    let text = run(&mut book, "PC1+2", &TraceOptions::default());
    assert_holds(&text, &["退票：账户已销户", "重发 发放 PC1-R1+2", "指标 琼财农〔2018〕1号", "清册.csv 第 3 行", "SM3 020202020202…"]);
    let text = run(&mut book, "PC1-R1+2", &TraceOptions::default());
    assert_holds(&text, &["原退票 发放 PC1+2"]);
    let text = run(&mut book, specimen::FUND, &TraceOptions::default());
    assert_holds(&text, &["现在何处", "已到卡", "批次 PC1", "退票已重发：1 行 100.00 元", "支付 ZF-1 1,000.00 元", "指标.csv 第 2 行"]);
    let text = run(&mut book, "张三", &TraceOptions::default());
    assert_holds(&text, &["2018 年到卡：100.00 元，退回 50.00 元", "在途：银行尚未回盘", "退回 TH-1 50.00 元"]);
}

#[test]
fn personal_data_is_masked_until_a_reason_is_on_record() {
    let mut book = specimen::build();
    for id in ["张三", "H1", "PC1", "PC1+1", specimen::FUND, "TH-1", "#3"] {
        let text = run(&mut book, id, &TraceOptions::default());
        for personal in [specimen::ID_NO, "张三", "李四", "6217000000000000019"] {
            assert!(!text.contains(personal), "{id}\n{text}");
        }
    }
    let unmask = |reason: &str| TraceOptions { all: false, unmask: Some(reason.into()) };
    let refused = trace(&mut book.bureau, &Context::new("丙"), "H1", &unmask(" ")).unwrap_err();
    assert_eq!(refused.code(), Some("no_reason"));
    for _ in 0..2 {
        assert_holds(&run(&mut book, "PC1", &unmask("信访核查")), &[specimen::ID_NO, "张三"]);
    }
    assert_eq!(book.int("SELECT COUNT(*) FROM act WHERE verb = 'unmask' AND actor = '丙' AND result LIKE '%PC1%信访核查%'"), 2);
}
