//! The section on the ladder: who is named in this bulletin, who is interviewed, whose new allocations are stopped or money
//! taken back, and who has caught up. Left out where the month was not run.

use super::{BriefInput, Ladder};
use crate::domain::control::{Decision, Rung, table};
use crate::domain::report::document::HeadingLevel;
use crate::domain::report::{Document, Table};

pub fn section(paper: &mut Document, input: &BriefInput) {
    let Some(ladder) = &input.ladder else { return };
    paper.heading(HeadingLevel::One, "通报和约谈");
    let [named, called, stopped] = lists(ladder);
    if named.is_empty() && called.is_empty() && stopped.is_empty() {
        paper.paragraph("本月没有通报、约谈和暂停新增分配的单位和指标。");
    } else {
        let phrases = [
            count("通报", &named, "请抓紧支付"),
            count("约谈", &called, "应按约谈通知到场说明并限期整改"),
            count("暂停新增分配或提出收回", &stopped, "以往年度资金发放到户的除外"),
        ];
        let phrases: Vec<String> = phrases.into_iter().flatten().collect();
        paper.paragraph(format!("按支出进度考核，本月{}。", phrases.join("；")));
    }
    for table in tables(input) {
        paper.table(table);
    }
    let lifted: Vec<&str> = ladder.decisions.iter().filter(|decision| decision.lifted).map(|decision| decision.name.as_str()).collect();
    if !lifted.is_empty() {
        paper.paragraph(format!("已赶上序时、解除原等次的：{}。", lifted.join("、")));
    }
}

/// Those named, those called, and those stopped or to give back.
fn lists(ladder: &Ladder) -> [Vec<&Decision>; 3] {
    let on = |holds: fn(Rung) -> bool| -> Vec<&Decision> {
        let shown = table::shown(&ladder.decisions, false).into_iter();
        shown.filter(|decision| holds(decision.rung)).collect()
    };
    [on(|rung| rung == Rung::Notice), on(|rung| rung == Rung::Interview), on(Rung::holds)]
}

/// The lists that are not empty, for the page and for the workbook.
pub fn tables(input: &BriefInput) -> Vec<Table> {
    let Some(ladder) = &input.ladder else { return Vec::new() };
    let names = [("brief_notice", "通报名单"), ("brief_interview", "约谈名单"), ("brief_hold", "暂停新增分配和收回名单")];
    let lists = lists(ladder).into_iter().zip(names).filter(|(rows, _)| !rows.is_empty());
    lists.map(|(rows, (name, title))| table::list(title, name, &rows)).collect()
}

fn count(what: &str, rows: &[&Decision], words: &str) -> Option<String> {
    (!rows.is_empty()).then(|| format!("{what}{}个（{words}）", rows.len()))
}
