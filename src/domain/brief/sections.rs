//! The sections of the brief in their order. Each writes its sentences and, where there is more
//! than one line to show, a table; each reads as correct Chinese when there is nothing to report.

use rust_decimal::Decimal;

use super::words::{against_last_month, against_schedule, percent, places, wan, whole};
use super::{BriefInput, tables};
use crate::domain::money::Fen;
use crate::domain::progress::{MoneyOverflow, ProgressReport, ProgressRow, State};
use crate::domain::report::Document;
use crate::domain::report::document::HeadingLevel;
use crate::domain::report::figure;

pub fn overall(paper: &mut Document, input: &BriefInput) -> Result<(), MoneyOverflow> {
    let total = &input.total;
    let (day, year) = (figure::day_chinese(input.as_of), input.month.year());
    paper.heading(HeadingLevel::One, "总体情况");
    let (Some(progress), Some(gap)) = (total.progress, total.gap_pp) else {
        let county = &input.county;
        paper.paragraph(format!("截至{day}，{county}{year}年尚无可用财政扶贫资金。"));
        return Ok(());
    };
    paper.paragraph(format!(
        "截至{day}，{}{year}年财政扶贫资金{}，累计支出{}，支出进度{}，{}。其中：发放到户到卡{}，\
         支付施工单位、供应商、合作社和村集体{}。",
        input.county,
        wan(total.available),
        wan(total.spent),
        figure::percent(progress),
        against_schedule(gap, total.schedule),
        wan(total.paid_household),
        wan(total.paid_payee),
    ));
    if let Some(previous) = &input.previous {
        paper.paragraph(compared(total, previous, progress)?);
    }
    let unspent = difference(total.available, total.spent)?;
    if unspent.is_zero() {
        paper.paragraph("资金已全部支出。");
        return Ok(());
    }
    paper.paragraph(format!("尚未支出{}，其中：{}。", wan(unspent), places(total)));
    paper.paragraph(outlook(input));
    Ok(())
}

fn compared(total: &ProgressRow, previous: &ProgressRow, progress: Decimal) -> Result<String, MoneyOverflow> {
    let change = match previous.progress {
        Some(before) => against_last_month(progress, before),
        None => "上月末尚无可用资金".to_owned(),
    };
    let paid = difference(total.spent, previous.spent)?;
    let month = if paid.is_negative() {
        format!("本月净退回{}", wan(difference(Fen::ZERO, paid)?))
    } else if paid.is_zero() {
        "本月无支出".to_owned()
    } else {
        format!("本月支出{}", wan(paid))
    };
    let added = difference(total.available, previous.available)?;
    let funds = if added.is_zero() {
        "可用资金较上月末无变化".to_owned()
    } else if added.is_negative() {
        format!("可用资金较上月末减少{}", wan(difference(Fen::ZERO, added)?))
    } else {
        format!("可用资金较上月末增加{}", wan(added))
    };
    Ok(format!("支出进度{change}，{month}，{funds}。"))
}

/// What is left to do this year and where the year will end.
fn outlook(input: &BriefInput) -> String {
    let total = &input.total;
    let target = figure::percent(total.target);
    if total.still_to_spend.is_zero() {
        return format!("已达到全年{target}的支出目标。");
    }
    let (month, day) = input.policy.target_day;
    let remaining = format!("距{month}月{day}日{target}的支出目标尚需支出{}", wan(total.still_to_spend));
    if total.days_left == 0 {
        return format!("{remaining}。");
    }
    let landing = match total.forecast_progress {
        Some(forecast) if forecast >= input.policy.target => "可以达到目标",
        _ => "难以达到目标",
    };
    format!(
        "{remaining}，剩余{}日，日均需支出{}。按目前支出速度测算，预计年底支出{}，支出进度{}，{landing}\
         （测算方法：{}）。",
        total.days_left,
        wan(total.needed_per_day),
        wan(total.forecast),
        percent(total.forecast_progress),
        total.forecast_method
    )
}

pub fn by_source(paper: &mut Document, input: &BriefInput) {
    paper.heading(HeadingLevel::One, "分资金支出情况");
    let groups =
        [("按资金级次", Some(&input.by_level)), ("按资金类别", Some(&input.by_category)), ("按补贴政策", input.by_program.as_ref())];
    let present = groups.into_iter().filter_map(|(title, report)| Some((title, report?)));
    let mut any = false;
    for (title, report) in present.filter(|(_, report)| !report.rows.is_empty()) {
        any = true;
        paper.heading(HeadingLevel::Two, title);
        paper.paragraph(group_sentence(report));
        if report.rows.len() > 1 {
            paper.table(tables::compact(report, title));
        }
    }
    if !any {
        paper.paragraph("本年度尚无资金到位。");
    }
}

fn group_sentence(report: &ProgressReport) -> String {
    let groups = report.rows.iter().map(|row| match row.gap_pp {
        Some(gap) => format!(
            "{}资金{}，支出{}，支出进度{}，{}",
            row.name.trim_end_matches("资金"),
            wan(row.available),
            wan(row.spent),
            percent(row.progress),
            against_schedule(gap, row.schedule)
        ),
        None => format!("{}本年度无资金", row.name),
    });
    groups.collect::<Vec<_>>().join("；") + "。"
}

pub fn ranking(paper: &mut Document, input: &BriefInput) {
    paper.heading(HeadingLevel::One, "单位支出进度排名");
    let (ranked, without): (Vec<_>, Vec<_>) = input.by_unit.rows.iter().partition(|row| row.progress.is_some());
    if ranked.is_empty() {
        paper.paragraph("本年度尚无单位分配到资金，不作排名。");
        return;
    }
    let count = |state| ranked.iter().filter(|row| row.state == state).count();
    let mut text = format!(
        "有资金的{}个单位中，达序时{}个，滞后{}个，严重滞后{}个。",
        ranked.len(),
        count(State::OnSchedule),
        count(State::Behind),
        count(State::Serious)
    );
    if ranked.len() > 1 {
        text += &order(&ranked);
    }
    if !without.is_empty() {
        text += &format!("另有{}个单位本年度无资金，不参加排名。", without.len());
    }
    paper.paragraph(text);
    paper.table(tables::ranking(&input.by_unit));
}

/// All units while they fit a sentence, otherwise the first and the last three.
fn order(ranked: &[&ProgressRow]) -> String {
    let list = |rows: &[&ProgressRow]| {
        let named = rows.iter().map(|row| format!("{}{}", row.name, percent(row.progress)));
        named.collect::<Vec<_>>().join("、")
    };
    if ranked.len() <= 8 {
        return format!("支出进度从高到低依次为：{}。", list(ranked));
    }
    let last = &ranked[ranked.len() - 3..];
    format!("排名前三的单位是：{}；排名后三的单位是：{}。", list(&ranked[..3]), list(last))
}

pub fn behind(paper: &mut Document, input: &BriefInput) -> Result<(), MoneyOverflow> {
    paper.heading(HeadingLevel::One, "支出进度滞后单位");
    let behind = tables::behind_rows(&input.by_unit);
    match behind.as_slice() {
        [] => paper.paragraph("各单位支出进度均达到序时要求，无滞后单位。"),
        [only] => paper.paragraph(format!(
            "{}支出进度{}，{}，属{}；距全年支出目标尚需支出{}，日均需支出{}。请抓紧支付，确保按期达到目标。",
            only.name,
            percent(only.progress),
            against_schedule(only.gap_pp.unwrap_or_default(), only.schedule),
            only.state.chinese(),
            wan(only.still_to_spend),
            wan(only.needed_per_day)
        )),
        several => {
            paper.paragraph(format!(
                "以下{}个单位支出进度滞后，距全年支出目标合计尚需支出{}。请各单位逐笔核对未支出资金，\
                 抓紧支付，确保按期达到目标。",
                several.len(),
                wan(total_of(several.iter().map(|row| row.still_to_spend))?)
            ));
            paper.table(tables::behind(several)?);
        }
    }
    Ok(())
}

pub fn returned(paper: &mut Document, input: &BriefInput) -> Result<(), MoneyOverflow> {
    paper.heading(HeadingLevel::One, "退票及处理情况");
    let lines = &input.returned;
    let count: u64 = lines.iter().map(|line| u64::from(line.count)).sum();
    if count == 0 {
        paper.paragraph("本年度无银行退票。");
        return Ok(());
    }
    let reissued_count: u64 = lines.iter().map(|line| u64::from(line.reissued_count)).sum();
    let outstanding_count: u64 = lines.iter().map(|line| u64::from(line.outstanding_count)).sum();
    let amount = total_of(lines.iter().map(|line| line.amount))?.yuan_grouped();
    let reissued = total_of(lines.iter().map(|line| line.reissued))?.yuan_grouped();
    let outstanding = total_of(lines.iter().map(|line| line.outstanding))?.yuan_grouped();
    let done = match reissued_count {
        0 => "均未重发".to_owned(),
        _ => format!("已更正重发{reissued_count}笔、{reissued}元"),
    };
    let open = match outstanding_count {
        0 => "已全部处理完毕。".to_owned(),
        _ => format!("尚有{outstanding_count}笔、{outstanding}元待处理，请有关单位核对户名、账号后尽快报送更正。"),
    };
    paper.paragraph(format!("本年累计银行退票{count}笔、{amount}元，{done}，{open}"));
    paper.table(tables::returned(lines)?);
    Ok(())
}

pub fn next_month(paper: &mut Document, input: &BriefInput) -> Result<(), MoneyOverflow> {
    paper.heading(HeadingLevel::One, "下月支出需求");
    let Some(month) = input.month.plus(1).filter(|next| next.year() == input.month.year()) else {
        paper.paragraph("本年度支出已截止，下年度支出需求待资金下达后另行测算。");
        return Ok(());
    };
    let (end, number) = (month.last_day(), month.month());
    let due = input.policy.with_target(input.total.target).schedule(end);
    let needs = tables::needs(input, end)?;
    let whole = whole(&input.county);
    let need = input.total.needed_by(end, &input.policy)?;
    let mut text = format!("按序时要求，{}支出进度应达到{}。", figure::day_chinese(end), figure::percent(due));
    text += &if need.is_zero() {
        format!("{whole}已提前达到下月末序时进度，请继续保持。")
    } else {
        format!("以现有资金测算，{number}月{whole}至少需支出{}。", wan(need))
    };
    match needs.as_slice() {
        [] => paper.paragraph(text),
        [(only, amount)] => {
            paper.paragraph(format!("{text}其中{}至少需支出{}。", only.name, wan(*amount)));
        }
        several => {
            let sum = wan(total_of(several.iter().map(|(_, need)| *need))?);
            text += &format!("分单位看，{}个单位需加快支出，合计{sum}，金额见下表（其他单位快于序时的部分不作抵减）。", several.len());
            paper.paragraph(text);
            paper.table(tables::next_month(several, number)?);
        }
    }
    Ok(())
}

/// How the figures were made and by which seal they can be checked.
pub fn basis(paper: &mut Document, input: &BriefInput) {
    paper.note(format!(
        "说明：1.支出指银行已确认到户到卡，或已付至施工单位、供应商、合作社、村集体的资金，扣除退票和退回；\
         仅拨至预算单位或乡镇的、在途的资金和质保金不计入支出。2.序时进度以全年{}为目标，{}。\
         3.金额以万元为单位，由分计算后四舍五入，分项与合计的尾差不作调整；退票金额以元为单位。",
        figure::percent(input.total.target),
        input.policy.curve.chinese()
    ));
    if input.policy.has_overrides() {
        paper.note("部分级次或指标另有支出目标，各行的目标和序时进度按资金加权。");
    }
    if !input.chain_head.is_empty() {
        paper.note(format!("本通报数据取自截至{}的总账，凭证链校验值（SM3）：{}。", figure::day_chinese(input.as_of), input.chain_head));
    }
}

fn difference(a: Fen, b: Fen) -> Result<Fen, MoneyOverflow> {
    a.checked_sub(b).ok_or(MoneyOverflow)
}

fn total_of(amounts: impl IntoIterator<Item = Fen>) -> Result<Fen, MoneyOverflow> {
    Fen::try_sum(amounts).ok_or(MoneyOverflow)
}
