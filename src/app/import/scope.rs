//! A batch file (发放清册) from somebody whose rights reach only some units: it is looked over before anything is read into the
//! book, so that what lies outside answers as what does not exist, and nothing else is told of it.

use crate::app::Result;
use crate::domain::kinds::{Kind, RowErrors, batch};
use crate::files::reading::{Limits, Source};
use std::collections::BTreeSet;
use std::path::Path;

/// Rows of the file that name a unit which `admits` refuses, the first of each; none for kinds that name no paying unit.
/// Errors: the file cannot be read as that kind.
pub fn foreign_units(path: &Path, kind: &'static Kind, admits: &dyn Fn(&str) -> bool) -> Result<RowErrors> {
    let mut found = RowErrors::new();
    if kind.name != batch::KIND.name {
        return Ok(found);
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    let column = &kind.columns[batch::UNIT];
    let mut source = Source::open(path, kind, &Limits::default())?;
    // what else is wrong with the rows is for the import to say
    source.for_each_row::<crate::app::AppError, _>(&mut RowErrors::new(), |row, _| {
        let unit = row.text(batch::UNIT);
        if !unit.is_empty() && !admits(unit) && told.insert(unit.to_string()) {
            found.cell(row.number(), column, unit, "没有这个单位", "请先导入单位（units），或核对单位编码");
        }
        Ok(())
    })?;
    Ok(found)
}
