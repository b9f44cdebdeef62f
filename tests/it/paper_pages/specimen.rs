//! A paper with everything in it; offices and figures are invented.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use sunledger::domain::money::Fen;
use sunledger::domain::report::chart::{Bar, Chart, Heading, MonthPoint, Ranking, Trend};
use sunledger::domain::report::document::{Document, HeadingLevel, Imprint};
use sunledger::domain::report::table::{Cell, Kind, Table};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 10, 8).unwrap_or_default()
}

pub fn units(rows: i64) -> Table {
    let mut table = Table::new("units", "各单位支出进度表")
        .subtitle("截至2018年9月30日　　单位：万元")
        .note("注：序时进度按全年95%的目标折算；带“*”的单位没有可支出的资金，不参加排名。")
        .column("rank", "名次", Kind::Count)
        .column("unit", "单位", Kind::Text)
        .column("available", "可支出资金", Kind::Wan)
        .column("spent", "累计支出", Kind::Wan)
        .column("progress", "支出进度", Kind::Percent)
        .column("gap", "比序时进度（百分点）", Kind::Points);
    let names = ["示范乡人民政府", "样板镇人民政府", "市扶贫工作办公室（示）", "市住房保障与房产管理局（样）", "市教育局"];
    for at in 0..rows {
        let name = names[at as usize % names.len()];
        table.push(vec![
            Cell::Count(at + 1),
            Cell::text(name),
            Cell::Fen(Fen::new(123_456_700 + at * 1_000_003)),
            Cell::Fen(Fen::new(98_765_400 + at * 700_001)),
            Cell::Ratio(Decimal::new(9_512 - at * 13, 4)),
            Cell::Points(Decimal::new(2_387 - at * 131, 2)),
        ]);
    }
    table.push_total(vec![
        Cell::Empty,
        Cell::text("合计"),
        Cell::Fen(Fen::new(123_456_700 * rows)),
        Cell::Fen(Fen::new(98_765_400 * rows)),
        Cell::Ratio(Decimal::new(8_012, 4)),
        Cell::Points(Decimal::new(887, 2)),
    ]);
    table
}

fn trend() -> Chart {
    let months = (1..=12).map(|month| MonthPoint {
        label: format!("{month}月"),
        actual: (month <= 9).then(|| Decimal::new(month * 87, 3)),
        schedule: Some(Decimal::new(month * 79, 3)),
        href: None,
    });
    let head = Heading::new("trend", "图1　支出进度与序时进度", "九月底支出进度78.3%，快于序时进度7.2个百分点");
    Chart::Trend(Trend { head, months: months.collect(), target: Some(Decimal::new(95, 2)), forecast: Some(Decimal::new(97, 2)) })
}

fn ranking() -> Chart {
    let bar = |rank: u32| Bar {
        rank: Some(rank),
        label: format!("第{rank}示范乡"),
        value: Some(Decimal::new(95 - i64::from(rank) * 6, 2)),
        behind: rank > 4,
        remark: "12.00 / 20.00 万元".into(),
        href: None,
    };
    let head = Heading::new("ranking", "图2　各乡镇支出进度", "六个乡镇中两个慢于序时进度");
    let bars = (1..=6).map(bar).collect();
    Chart::Ranking(Ranking { head, bars, schedule: Some(Decimal::new(71, 2)), target: Some(Decimal::new(95, 2)) })
}

pub fn document() -> Document {
    let mut paper = Document::new("示范市财政局关于2018年1—9月\n财政专项扶贫资金支出进度的通报");
    paper.mark = Some("示范市财政局文件".into());
    paper.doc_number = Some("示财〔2018〕14号".into());
    paper.recipients = Some("各乡镇人民政府，市直各有关单位".into());
    paper.paragraph(
        "截至2018年9月30日，全市2018年财政专项扶贫资金12345.67万元，累计支出9876.54万元，支出进度80.00%，快于序时进度8.75个百分点，\
         比上月末提高6.32个百分点。按照《财政专项扶贫资金管理办法》（财农〔2017〕8号）“谁使用、谁负责”的要求，现将有关情况通报如下。",
    );
    paper.heading(HeadingLevel::One, "总体情况");
    paper.heading(HeadingLevel::Two, "中央和省级资金");
    paper.paragraph(
        "中央资金6000.00万元，已支出4800.00万元；省级资金3000.00万元，已支出2550.00万元。其中：产业扶贫、教育扶贫、健康扶贫——三项合计——\
         占全部支出的61.25%……其余为基础设施。Sunledger 0.3 版自2018年起记账，凭证号 JZ-2018-09-0012 可在系统中逐笔核对。",
    );
    paper.chart(trend());
    paper.heading(HeadingLevel::Two, "各单位");
    paper.paragraph("各单位支出进度见下表。");
    paper.table(units(12));
    paper.chart(ranking());
    paper.heading(HeadingLevel::One, "下一步要求");
    paper.heading(HeadingLevel::Three, "加快支出");
    for _ in 0..3 {
        paper.paragraph(
            "进度慢于序时的单位要倒排工期、挂图作战，逐个项目落实责任人；对已完工的项目，要在验收合格后10个工作日内办理结算，\
             不得以任何理由滞留、挤占、挪用资金。市财政局将每旬通报一次，对连续两次排名末位的单位负责人进行约谈。",
        );
    }
    paper.note("本通报数字取自账簿，截至2018年10月8日已入账的凭证；万元数四舍五入。");
    paper.attachments(vec!["各单位支出进度表".into(), "结转结余资金超过一年仍未使用的项目以及有关责任单位整改时限明细表".into()]);
    paper.signature("示范市财政局", day());
    paper.annex("附件1", "各单位支出进度表", false);
    paper.table(units(60));
    paper.annex("附件2", "结转结余资金项目明细表", true);
    paper.table(units(20));
    paper.imprint = Some(Imprint {
        copies: "市委办公室，市人大常委会办公室，市政府办公室，市政协办公室，市纪委监委，市审计局，市扶贫工作办公室".into(),
        printed_by: "示范市财政局办公室".into(),
        printed_on: day(),
    });
    paper
}
