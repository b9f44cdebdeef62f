//! The inspection report (检查报告): what was looked at and how it was chosen, what was found, what follows for the whole, and
//! what is demanded. Names of people are masked before they come here. The paper carries the seed and the digests of frame and
//! sample, so that whoever doubts the choice can make it again.

use super::draw::Share;
use super::evaluate::Evaluation;
use super::plan::{Method, PlanKind, Population, Verdict};
use crate::domain::money::Fen;
use crate::domain::report::document::HeadingLevel;
use crate::domain::report::figure::{day_chinese, percent};
use crate::domain::report::{Cell, Document, Kind, Table};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// An item in error or remarked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub sample: i64,
    pub township: String,
    pub village: String,
    /// Masked person, or project.
    pub subject: String,
    pub item: String,
    pub book: Fen,
    pub over: Fen,
    pub what: String,
    /// 线索编号, or ''.
    pub case_code: String,
}

/// Everything that a report says.
#[derive(Debug, Clone)]
pub struct ReportInput {
    pub county: String,
    pub issuer: String,
    pub doc_number: Option<String>,
    pub issued_on: NaiveDate,
    pub code: String,
    pub title: String,
    pub kind: PlanKind,
    pub population: Population,
    pub period: (NaiveDate, NaiveDate),
    /// What the plan is limited to, in words; empty for the whole county.
    pub scope: String,
    /// 组长 first.
    pub members: Vec<String>,
    pub reason: String,
    pub households: i64,
    /// Households among those drawn.
    pub households_drawn: i64,
    pub size_how: String,
    pub shares: Vec<Share>,
    pub interval: Option<i64>,
    pub start: Option<i64>,
    pub seed: String,
    pub frame_digest: String,
    pub sample_digest: String,
    pub known_to: i64,
    pub visited: Option<(NaiveDate, NaiveDate)>,
    pub evaluation: Evaluation,
    pub exceptions: Vec<Exception>,
    pub remarks: Vec<Exception>,
    pub demands: Vec<String>,
}

/// The paper, and the sheets that go with it.
pub struct Report {
    pub document: Document,
    pub tables: Vec<Table>,
}

impl Report {
    pub fn compose(input: &ReportInput) -> Report {
        let mut paper = Document::new(format!("{}{}\n检查报告", input.county, input.title));
        paper.doc_number = input.doc_number.clone();
        what_was_looked_at(&mut paper, input);
        how_it_was_chosen(&mut paper, input);
        what_was_found(&mut paper, input);
        what_follows(&mut paper, input);
        demands(&mut paper, input);
        paper.signature(&input.issuer, input.issued_on);
        let tables = vec![figures(input), strata(input), exceptions("exceptions", "差错明细", &input.exceptions), remarks(input)];
        Report { document: paper, tables }
    }
}

fn what_was_looked_at(paper: &mut Document, input: &ReportInput) {
    paper.heading(HeadingLevel::One, "检查概况");
    let e = &input.evaluation;
    let members = if input.members.is_empty() { String::new() } else { format!("检查组成员：{}。", input.members.join("、")) };
    let scope = if input.scope.is_empty() { "全市范围".to_string() } else { input.scope.clone() };
    paper.paragraph(format!(
        "本次为{}（{}），检查 {} 至 {} 的{}，范围为{scope}，共 {} 个、{} 元，涉及 {} 户。{members}",
        input.kind.title(),
        input.code,
        day_chinese(input.period.0),
        day_chinese(input.period.1),
        input.population.title(),
        e.items,
        e.total.yuan_grouped(),
        input.households
    ));
    if !input.reason.is_empty() {
        paper.paragraph(format!("检查事由：{}。", input.reason));
    }
    if let Some((first, last)) = input.visited {
        paper.paragraph(format!("核查时间：{} 至 {}。", day_chinese(first), day_chinese(last)));
    }
}

fn how_it_was_chosen(paper: &mut Document, input: &ReportInput) {
    paper.heading(HeadingLevel::One, "抽样方法");
    let e = &input.evaluation;
    let townships = input.evaluation.strata.iter().filter(|stratum| stratum.sampled > 0).count();
    paper.paragraph(format!("采用{}。{}。实际抽取 {} 个。", e.method.title(), input.size_how, e.sampled));
    if input.households > 0 {
        let share = Decimal::from(input.households_drawn).checked_div(Decimal::from(input.households)).unwrap_or_default();
        paper.paragraph(format!("抽查 {townships} 个乡镇、{} 户，占受益户的 {}。", input.households_drawn, percent(share)));
    }
    if let (Some(interval), Some(start)) = (input.interval, input.start) {
        let unit = if e.method == Method::Risk { "分" } else { "分（货币）" };
        paper.paragraph(format!("抽样间隔 {interval} {unit}，随机起点 {start}；不小于间隔的全部检查。"));
    }
    paper.note(format!(
        "抽样可以复核：抽样框截至凭证序号 {}，摘要（SM3）{}；随机种子“{}”；样本摘要 {}。凭抽样框文件、种子和本段参数可重新抽出同一样本。",
        input.known_to, input.frame_digest, input.seed, input.sample_digest
    ));
}

fn what_was_found(paper: &mut Document, input: &ReportInput) {
    paper.heading(HeadingLevel::One, "检查结果");
    let e = &input.evaluation;
    paper.paragraph(e.words.first().cloned().unwrap_or_default());
    if e.under.get() > 0 {
        paper.paragraph(format!("另有少发 {} 元，应予补发，不与多发相抵。", e.under.yuan_grouped()));
    }
    paper.table(without(strata(input), &["upper_rate"]));
    if input.exceptions.is_empty() {
        paper.paragraph("未发现差错。");
    } else {
        let slim = ["village", "item", "case_code"];
        paper.table(without(exceptions("exceptions", "差错明细", &input.exceptions), &slim));
    }
    if !input.remarks.is_empty() {
        paper.paragraph(format!("另有 {} 个不属差错但应予关注的情况，见附表。", input.remarks.len()));
    }
}

fn what_follows(paper: &mut Document, input: &ReportInput) {
    paper.heading(HeadingLevel::One, "推断和结论");
    for words in input.evaluation.words.iter().skip(1) {
        paper.paragraph(words.clone());
    }
}

fn demands(paper: &mut Document, input: &ReportInput) {
    paper.heading(HeadingLevel::One, "整改要求");
    let mut demands = input.demands.clone();
    if demands.is_empty() {
        if !input.exceptions.is_empty() {
            demands.push("对差错明细逐项核实原因，多发的收回，少发的补发，涉嫌违纪违法的移送处理。".to_string());
        }
        demands.push(match input.evaluation.verdict {
            Verdict::NotAcceptable => "差错超过可容忍的程度，主管部门应对同类资金全面自查，财政部门扩大检查。".to_string(),
            Verdict::Acceptable => "继续落实公示公告和一卡通管理制度，巩固检查成果。".to_string(),
            Verdict::Incomplete => "抓紧完成其余样本的核查，核查后重新评价。".to_string(),
        });
    }
    for (demand, number) in demands.iter().zip(1..) {
        paper.paragraph(format!("{number}.{demand}"));
    }
}

fn figures(input: &ReportInput) -> Table {
    let e = &input.evaluation;
    let mut table = Table::new("figures", "检查数据").column("what", "项目", Kind::Text).column("value", "数据", Kind::Text);
    let yuan = |fen: Fen| format!("{} 元", fen.yuan_grouped());
    let mut put = |what: &str, value: String| table.push(vec![Cell::text(what), Cell::text(value)]);
    put("计划编号", input.code.clone());
    put("检查对象", input.population.title().to_string());
    put("抽样方法", e.method.title().to_string());
    put("总体个数", e.items.to_string());
    put("总体金额", yuan(e.total));
    put("样本量的确定", input.size_how.clone());
    put("样本个数", e.sampled.to_string());
    put("已核查", e.examined.to_string());
    put("差错个数", e.in_error.to_string());
    put("查出差错金额", yuan(e.found));
    put("少发金额", yuan(e.under));
    put("推断差错率", percent(e.figures.rate));
    put("差错率上限", percent(e.figures.upper_rate));
    put("推断差错金额", yuan(e.figures.projected));
    let extra = [
        ("差额估计的差错金额", e.figures.difference),
        ("标准误", e.figures.standard_error),
        ("基本精确度", e.figures.basic),
        ("增量备抵", e.figures.increments),
    ];
    for (what, value) in extra {
        if let Some(value) = value {
            put(what, yuan(value));
        }
    }
    put("差错金额上限", yuan(e.figures.upper));
    put("可靠程度", percent(e.confidence));
    put("可容忍差错率", percent(e.tolerable));
    put("可容忍差错金额", yuan(e.tolerable_amount));
    put("随机种子", input.seed.clone());
    put("抽样框摘要（SM3）", input.frame_digest.clone());
    put("样本摘要（SM3）", input.sample_digest.clone());
    put("结论", e.verdict.title().to_string());
    table
}

fn strata(input: &ReportInput) -> Table {
    let mut table = Table::new("strata", "分乡镇情况")
        .subtitle("单位：元")
        .column("township", "乡镇", Kind::Text)
        .column("items", "总体个数", Kind::Count)
        .column("total", "总体金额", Kind::Money)
        .column("sampled", "抽查", Kind::Count)
        .column("examined", "已查", Kind::Count)
        .column("in_error", "差错", Kind::Count)
        .column("found", "差错金额", Kind::Money)
        .column("upper_rate", "差错率上限", Kind::Percent);
    for s in &input.evaluation.strata {
        let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        let upper = if s.examined > 0 { Cell::Ratio(s.upper_rate) } else { Cell::Empty };
        let (sampled, examined, in_error) = (count(s.sampled), count(s.examined), count(s.in_error));
        table.push(vec![Cell::text(&s.name), Cell::Count(s.items), s.total.into(), sampled, examined, in_error, s.found.into(), upper]);
    }
    let e = &input.evaluation;
    let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let (sampled, examined, in_error) = (count(e.sampled), count(e.examined), count(e.in_error));
    let upper = if e.examined > 0 && e.method != Method::Mus { Cell::Ratio(e.figures.upper_rate) } else { Cell::Empty };
    table.push_total(vec![Cell::text("合计"), Cell::Count(e.items), e.total.into(), sampled, examined, in_error, e.found.into(), upper]);
    table
}

fn exceptions(name: &str, title: &str, rows: &[Exception]) -> Table {
    let mut table = Table::new(name, title)
        .subtitle("单位：元")
        .column("sample", "样本号", Kind::Count)
        .column("township", "乡镇", Kind::Text)
        .column("village", "村", Kind::Text)
        .column("subject", "对象", Kind::Text)
        .column("item", "单据", Kind::Text)
        .column("book", "账面金额", Kind::Money)
        .column("over", "差错金额", Kind::Money)
        .column("what", "情况", Kind::Text)
        .column("case_code", "线索", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::Count(row.sample),
            Cell::text(&row.township),
            Cell::text(&row.village),
            Cell::text(&row.subject),
            Cell::text(&row.item),
            row.book.into(),
            row.over.into(),
            Cell::text(&row.what),
            Cell::text(&row.case_code),
        ]);
    }
    table
}

/// The table without some columns, for the width of a page.
fn without(mut table: Table, keys: &[&str]) -> Table {
    let kept: Vec<bool> = table.columns.iter().map(|column| !keys.contains(&column.key.as_str())).collect();
    let mut keep = kept.iter();
    table.columns.retain(|_| *keep.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut keep = kept.iter();
        row.cells.retain(|_| *keep.next().unwrap_or(&true));
    }
    table
}

fn remarks(input: &ReportInput) -> Table {
    exceptions("remarks", "关注事项", &input.remarks)
}

/// The exceptions of a plan as a sheet, for looking up.
pub fn exception_table(rows: &[Exception]) -> Table {
    exceptions("exceptions", "差错明细", rows)
}
