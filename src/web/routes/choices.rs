//! What fields for codes offer: units, programmes, funds and the like, as far as the person's reach goes.

use super::seat::Desk;
use crate::app::Bureau;
use crate::domain::report::table::plain;
use crate::service::call::Unwatched;
use crate::service::door::{self, Visit};
use crate::service::{Answer, Input, catalogue};
use crate::web::fields::{Choice, Control};

/// Which fields hold the codes of which source.
const SOURCES: &[(&str, &str)] = &[
    ("unit", "options.units"),
    ("department", "options.units"),
    ("implementer", "options.units"),
    ("region", "options.regions"),
    ("program", "options.programs"),
    ("fund", "options.funds"),
    ("budget", "options.funds"),
    ("allocation", "options.allocations"),
    ("project", "options.projects"),
];

/// Up to so many are a drop-down; more are offered while one types.
const DROP_DOWN: usize = 60;
const MOST: usize = 2_000;

/// Gives the controls their choices.
pub fn fill(bureau: &mut Bureau, desk: &Desk, controls: &mut [Control]) {
    for control in controls.iter_mut().filter(|control| control.kind == "text") {
        let Some((_, source)) = SOURCES.iter().find(|(name, _)| *name == control.name) else { continue };
        let offered = offered(bureau, desk, source);
        if !offered.is_empty() && offered.len() <= MOST {
            offer(control, offered);
        }
    }
}

fn offer(control: &mut Control, offered: Vec<(String, String)>) {
    let value = control.value.clone();
    let mut choices: Vec<Choice> = offered
        .into_iter()
        .map(|(code, label)| Choice {
            chosen: code == value,
            title: if label == code { code.clone() } else { format!("{code} {label}") },
            code,
        })
        .collect();
    if choices.len() > DROP_DOWN {
        control.kind = "suggest";
    } else {
        control.kind = "choice";
        if !value.is_empty() && !choices.iter().any(|choice| choice.chosen) {
            // what was typed or came with the address is kept, known or not
            choices.push(Choice { code: value.clone(), title: value, chosen: true });
        }
    }
    control.choices = choices;
}

/// Codes and labels; none where the person may not see them.
fn offered(bureau: &mut Bureau, desk: &Desk, source: &'static str) -> Vec<(String, String)> {
    let key = format!("{source}|{}", desk.who.session);
    desk.state.recall.look(desk.mark, key, || Ok(look(bureau, desk, source))).unwrap_or_default() // a look that offers nothing
}

fn look(bureau: &mut Bureau, desk: &Desk, source: &str) -> Vec<(String, String)> {
    let tables = match tables(bureau, desk, source, Input::default()) {
        Some(tables) => tables,
        None => return Vec::new(),
    };
    let rows = tables.iter().flat_map(|table| &table.rows);
    rows.filter_map(|row| Some((row.cells.first().and_then(plain)?, row.cells.get(1).and_then(plain)?))).collect()
}

/// What another reading operation says, for a page that shows it beside its own; nothing where the person may not see it.
pub fn tables(bureau: &mut Bureau, desk: &Desk, id: &str, input: Input) -> Option<Vec<crate::domain::report::Table>> {
    let operation = catalogue::find(id).filter(|operation| door::may(&desk.who, operation))?;
    let scratch = &desk.state.config.data;
    let visit = Visit { who: &desk.who, operation, input, ctx: desk.ctx.clone(), watch: &Unwatched, scratch, files: scratch };
    match door::enter(bureau, visit) {
        Ok(Answer::Tables(tables)) => Some(tables),
        Ok(Answer::List(page)) => Some(vec![page.table]),
        Ok(_) => None,
        Err(refused) => {
            tracing::debug!(?refused, operation = id, "not shown beside the page");
            None
        }
    }
}

/// The input of an operation with the values of a path.
pub fn input(id: &str, values: &crate::web::ways::Values) -> Input {
    let given = values.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect();
    let parsed = catalogue::find(id).map(|operation| Input::parse(operation.params, &given, crate::service::Manner::Human));
    parsed.and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{Param, ParamKind};
    use crate::web::fields::control;

    #[test]
    fn few_are_a_drop_down_and_many_are_suggested() {
        let param = Param::query("unit", "单位", ParamKind::Text(40));
        let some = |count: usize| (0..count).map(|at| (at.to_string(), format!("单位{at}"))).collect::<Vec<_>>();
        let mut few = control(&param, &["3"], &[]);
        offer(&mut few, some(5));
        assert_eq!((few.kind, few.choices.len(), few.choices[3].chosen), ("choice", 5, true));
        let mut unknown = control(&param, &["甲"], &[]);
        offer(&mut unknown, some(5));
        assert_eq!((unknown.choices.len(), unknown.choices[5].chosen), (6, true));
        let mut many = control(&param, &["3"], &[]);
        offer(&mut many, some(61));
        assert_eq!((many.kind, many.value.as_str()), ("suggest", "3"));
    }
}
