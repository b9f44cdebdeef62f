//! A table with every kind of cell, some of them hostile, and a paper with every kind of block.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::money::Fen;
use crate::domain::report::chart::{Chart, Heading, MonthPoint, Trend};
use crate::domain::report::document::{Document, HeadingLevel, Imprint, Source, Span, Text, VoucherRef};
use crate::domain::report::{Cell, Kind, Table};

pub fn table() -> Table {
    let mut table = Table::new("sample", "样表：各种列")
        .subtitle("截至2018年9月30日　　单位：元")
        .note("注：此表仅供测试。")
        .column("name", "名称", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("wan", "金额(万元)", Kind::Wan)
        .column("progress", "进度", Kind::Percent)
        .column("gap_pp", "差距", Kind::Points)
        .column("count", "笔数", Kind::Count)
        .column("on", "日期", Kind::Date);
    let row = |name: &str, fen: i64, ratio: Option<Decimal>| {
        vec![
            Cell::text(name),
            Cell::Fen(Fen::new(fen)),
            Cell::Fen(Fen::new(fen)),
            ratio.map(Cell::Ratio).into(),
            ratio.map(|_| Cell::Points(Decimal::new(-1205, 3))).into(),
            Cell::Count(3),
            NaiveDate::from_ymd_opt(2018, 9, 30).map(Cell::Date).into(),
        ]
    };
    table.push(row("东河镇", 123_456_789, Some(Decimal::new(951_245, 6))));
    table.push(row("=HYPERLINK(\"http://x\")", 0, None));
    table.push(row("甲\u{1b}[31m\n\u{202e}乙<&>", -100, None));
    table.push_total(row("合计", 123_456_689, Some(Decimal::ONE)));
    table
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 10, 5).unwrap_or_default()
}

/// A monthly briefing in small: red head, figures that lead to their sources, a chart, annexes standing and lying, imprint.
pub fn paper() -> Document {
    let mut paper = Document::new("关于2018年9月扶贫资金\n支出进度情况的通报");
    paper.mark = Some("东方市财政局文件".to_owned());
    paper.doc_number = Some("东财〔2018〕14号".to_owned());
    paper.recipients = Some("各乡镇人民政府，市直有关单位".to_owned());
    paper.heading(HeadingLevel::One, "总体情况");
    let words = |text: &str| Span::Words(text.to_owned());
    let figure = |key: &str, text: &str| Span::Figure { key: key.to_owned(), text: text.to_owned() };
    paper.paragraph(Text(vec![
        words("截至2018年9月30日，全市累计收到扶贫资金"),
        figure("total.received", "26147.00"),
        words("万元，累计支出"),
        figure("total.spent", "4115.15"),
        words("万元，支出进度"),
        figure("total.progress", "15.74%"),
        words("，比“序时”进度慢59.26个百分点。"),
    ]));
    paper.heading(HeadingLevel::Two, "各乡镇");
    paper.chart(trend());
    paper.table(ranking());
    paper.note("注：金额按元计算，按万元列示。");
    paper.heading(HeadingLevel::Three, "下一步要求");
    paper.paragraph("各单位要加快支出进度。");
    paper.attachments(vec!["各乡镇支出进度".to_owned(), "样表".to_owned()]);
    paper.signature("东方市财政局", day());
    paper.annex("附件1", "各乡镇支出进度", false);
    paper.table(ranking());
    paper.annex("附件2", "样表", true);
    paper.table(table());
    paper.imprint =
        Some(Imprint {
            copies: "市委办公室，市政府办公室".to_owned(), printed_by: "东方市财政局办公室".to_owned(), printed_on: day()
        });
    sources(&mut paper);
    paper
}

fn trend() -> Chart {
    let share = |percent: i64| Some(Decimal::new(percent, 2));
    let months = (1..=12).map(|month| MonthPoint {
        label: format!("{month}月"),
        actual: (month <= 9).then_some(Decimal::new(month * 1574 / 9, 4)),
        schedule: share(month * 100 / 12),
        href: (month == 9).then(|| "#total.progress".to_owned()),
    });
    let head = Heading::new("trend", "各月支出进度", "各月累计支出进度：9月末15.74%，序时75.00%。");
    Chart::Trend(Trend { head, months: months.collect(), target: share(95), forecast: share(21) })
}

fn ranking() -> Table {
    let mut table = Table::new("units", "各乡镇支出进度")
        .subtitle("截至2018年9月30日　　单位：万元")
        .column("unit", "单位", Kind::Text)
        .column("received", "收到资金", Kind::Wan)
        .summed()
        .column("spent", "累计支出", Kind::Wan)
        .summed()
        .column("progress", "支出进度", Kind::Percent);
    let row = |name: &str, received: i64, spent: i64, progress: i64| {
        vec![Cell::text(name), Fen::new(received).into(), Fen::new(spent).into(), Cell::Ratio(Decimal::new(progress, 4))]
    };
    table.push(row("东河镇（示）", 1_000_000_000, 250_000_000, 2500));
    table.push(row("大田镇（示）", 25_147_000_000, 3_865_150_000, 1537));
    table.push_total(row("合计", 26_147_000_000, 4_115_150_000, 1574));
    table.key(1, "total.received");
    table.key(2, "total.spent");
    table
}

fn sources(paper: &mut Document) {
    let source = |key: &str, name: &str, value: &str, how: &str, parts: &[&str], vouchers: &[usize]| Source {
        key: key.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        how: how.to_owned(),
        parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        vouchers: vouchers.to_vec(),
    };
    paper.sources = vec![
        source("total.received", "累计收到资金", "261470000.00", "本年收到的指标文金额合计", &[], &[0]),
        source("total.spent", "累计支出", "41151500.00", "实际付到收款人的金额合计，扣除退回", &[], &[1, 2]),
        source("total.progress", "支出进度", "0.1574", "累计支出 ÷ 累计收到资金", &["total.spent", "total.received"], &[]),
    ];
    let voucher = |number: &str, month: u32, summary: &str, amount: &str| VoucherRef {
        number: number.to_owned(),
        date: NaiveDate::from_ymd_opt(2018, month, 5).unwrap_or_default(),
        summary: summary.to_owned(),
        amount: amount.to_owned(),
    };
    paper.seal = Some("sunledger-specimen-1".to_owned());
    paper.vouchers = vec![
        voucher("记-2018-03-0001", 3, "收到2018年中央财政专项扶贫资金", "261470000.00"),
        voucher("记-2018-09-0012", 9, "发放产业扶贫补助", "41151501.00"),
        voucher("记-2018-09-0013", 9, "退回<重复>发放", "-1.00"),
    ];
}
