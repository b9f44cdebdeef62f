//! What a row says must agree with itself: ends after beginnings, filing steps in their order, a code's level.

use super::chunk::Typed;
use super::table::Table;
use crate::app::import::Warnings;
use crate::domain::identity::RegionCode;
use crate::domain::kinds::{Kind, RowErrors, projects, regions};
use crate::files::reading::RowView;

/// The first may not be later than the second.
const IN_ORDER: [(&str, &str); 4] =
    [("valid_from", "valid_to"), ("notice_from", "notice_to"), ("started", "finished"), ("finished", "completion_notice")];

/// The steps by which a project enters the library (村申报、乡镇初审、市县审定、省备案), in their order.
const FILING: [usize; 4] = [projects::VILLAGE_APPLIED, projects::TOWNSHIP_REVIEWED, projects::COUNTY_APPROVED, projects::PROVINCE_FILED];

pub fn check(row: &RowView<'_>, kind: &'static Kind, typed: Typed<'_>, table: &Table, errors: &mut RowErrors, warnings: &mut Warnings) {
    for (first, second) in IN_ORDER {
        let (Some(from), Some(to)) = (table.position(first), table.position(second)) else { continue };
        // of these kinds no column takes two places, so positions are those of the kind's columns
        if let (Some(begins), Some(ends)) = (typed.int(from), typed.int(to))
            && begins > ends
        {
            refuse_order(row, kind, from, to, errors);
        }
    }
    match kind.name {
        "projects" => filing_order(row, kind, typed, errors),
        "regions" => code_level(row, warnings),
        _ => {}
    }
}

fn filing_order(row: &RowView<'_>, kind: &'static Kind, typed: Typed<'_>, errors: &mut RowErrors) {
    let mut latest: Option<(usize, i64)> = None;
    for step in FILING {
        let Some(day) = typed.int(step) else { continue };
        match latest {
            Some((before, reached)) if reached > day => refuse_order(row, kind, before, step, errors),
            _ => latest = Some((step, day)),
        }
    }
}

fn refuse_order(row: &RowView<'_>, kind: &'static Kind, first: usize, second: usize, errors: &mut RowErrors) {
    let column = |at: usize| kind.columns[at].zh;
    let problem = format!("早于{}（{}）", column(first), row.text(first));
    row.refuse(second, errors, &problem, "请核对两个日期的先后");
}

fn code_level(row: &RowView<'_>, warnings: &mut Warnings) {
    let Ok(code) = RegionCode::parse(row.text(regions::CODE)) else { return };
    let level = row.text(regions::LEVEL);
    if code.level().zh() != level {
        warnings.push(|| format!("第 {} 行：编码 {} 是{}级编码，级别写的是{level}", row.number(), code.as_str(), code.level().zh()));
    }
}
