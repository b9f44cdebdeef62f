//! A monthly briefing with everything a paper can have, and an annex that lies and takes three pages. Its people and projects are invented.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sunledger::domain::money::Fen;
use sunledger::domain::report::chart::{Bar, Chart, Heading, MonthPoint, Ranking, Trend};
use sunledger::domain::report::document::{Document, HeadingLevel, Imprint, Span, Text};
use sunledger::domain::report::{Cell, Kind, Table};
use sunledger::files::writing::docx;

pub fn day() -> NaiveDate {
    "2018-10-05".parse().unwrap()
}

pub fn docx() -> Vec<u8> {
    docx::write(&paper(), day()).unwrap()
}

pub fn paper() -> Document {
    let mut paper = Document::new("关于2018年9月扶贫资金\n支出进度情况的通报");
    paper.mark = Some("东方市财政局文件".into());
    paper.doc_number = Some("东财〔2018〕14号".into());
    paper.recipients = Some("各乡镇人民政府，市直有关单位".into());
    paper.heading(HeadingLevel::One, "总体情况");
    let figure = |key: &str, text: &str| Span::Figure { key: key.into(), text: text.into() };
    paper.paragraph(Text(vec![
        Span::Words("截至2018年9月30日，全市累计支出".into()),
        figure("total.spent", "4115.15"),
        Span::Words("万元，支出进度".into()),
        figure("total.progress", "15.74%"),
        Span::Words("，比“序时”进度慢59.26个百分点。".into()),
    ]));
    paper.chart(trend());
    paper.heading(HeadingLevel::Two, "各乡镇");
    paper.chart(ranking());
    paper.note("注：按支出进度从高到低排列。");
    paper.heading(HeadingLevel::Three, "下一步要求");
    paper.paragraph("各单位要加快支出进度。");
    paper.attachments(vec!["各乡镇支出进度".into(), "项目清单".into()]);
    paper.signature("东方市财政局", day());
    paper.annex("附件1", "各乡镇支出进度", false);
    paper.table(units());
    paper.annex("附件2", "项目清单", true);
    paper.table(projects());
    paper.imprint = Some(Imprint {
        copies: "市委办公室，市政府办公室".into(), printed_by: "东方市财政局办公室".into(), printed_on: day()
    });
    paper
}

fn trend() -> Chart {
    let month = |month: i64| MonthPoint {
        label: format!("{month}月"),
        actual: (month <= 9).then(|| Decimal::new(month * 1574 / 9, 4)),
        schedule: Some(Decimal::new(month * 100 / 12, 2)),
        href: None,
    };
    let head = Heading::new("trend", "各月支出进度", "各月累计支出进度：9月末15.74%。");
    Chart::Trend(Trend { head, months: (1..=12).map(month).collect(), target: Some(Decimal::new(95, 2)), forecast: None })
}

fn ranking() -> Chart {
    let bar = |(rank, label, percent): (u32, &str, i64)| Bar {
        rank: Some(rank),
        label: label.into(),
        value: Some(Decimal::new(percent, 2)),
        behind: percent < 75,
        remark: "12.00 / 20.00 万元".into(),
        href: None,
    };
    let bars = [(1, "东河镇（示）", 81), (2, "大田镇（示）", 44)].map(bar).to_vec();
    let head = Heading::new("ranking", "各乡镇支出进度", "东河镇81%，大田镇44%。");
    Chart::Ranking(Ranking { head, bars, schedule: Some(Decimal::new(75, 2)), target: None })
}

pub fn units() -> Table {
    let mut table = Table::new("units", "各乡镇支出进度").subtitle("截至2018年9月30日　　单位：万元");
    table = table.column("unit", "单位", Kind::Text).column("spent", "累计支出", Kind::Wan).column("progress", "支出进度", Kind::Percent);
    table.push(vec![Cell::text("东河镇（示）"), Fen::new(16_200_000).into(), Cell::Ratio(Decimal::new(81, 2))]);
    table.push(vec![Cell::text("大田镇（示）"), Fen::new(8_800_000).into(), Cell::Ratio(Decimal::new(44, 2))]);
    table.push_total(vec![Cell::text("合计"), Fen::new(25_000_000).into(), Cell::Ratio(Decimal::new(625, 3))]);
    table
}

pub fn projects() -> Table {
    let mut table = Table::new("projects", "项目清单").subtitle("单位：元").note("注：项目均为示例。");
    table = table.column("no", "序号", Kind::Count).column("name", "项目名称", Kind::Text).column("unit", "责任单位", Kind::Text);
    table = table.column("plan", "计划投资", Kind::Money).column("spent", "已支付", Kind::Money).column("progress", "进度", Kind::Percent);
    table = table.column("why", "滞后原因", Kind::Text);
    for number in 1..=60 {
        let why = if number % 7 == 0 {
            "雨季停工，施工单位更换，正在重新办理开工手续，预计下月恢复施工"
        } else {
            ""
        };
        table.push(vec![
            Cell::Count(number),
            Cell::text(format!("示范项目{number}号")),
            Cell::text("东河镇（示）"),
            Fen::new(number * 1_000_000).into(),
            Fen::new(number * 250_000).into(),
            Cell::Ratio(Decimal::new(25, 2)),
            Cell::text(why),
        ]);
    }
    table.push_total(vec![
        Cell::Empty,
        Cell::text("合计"),
        Cell::Empty,
        Fen::new(1_830_000_000).into(),
        Fen::new(457_500_000).into(),
        Cell::Ratio(Decimal::new(25, 2)),
        Cell::Empty,
    ]);
    table
}
