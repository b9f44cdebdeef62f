//! Fields of forms and filter bars, made from declared parameters: label, kind of control, limits, choices, what was typed and
//! what is wrong with it.

use crate::service::{Param, ParamKind, Place, Problem};
use serde::Serialize;

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub code: String,
    pub title: String,
    pub chosen: bool,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Control {
    pub name: String,
    pub title: String,
    /// `text`, `area`, `secret`, `number`, `money`, `date`, `month`, `flag`, `choice`, `file`, `fixed`
    pub kind: &'static str,
    pub value: String,
    pub required: bool,
    pub hint: String,
    /// What is wrong with it, or empty.
    pub error: String,
    /// Longest text, 0 for none.
    pub longest: usize,
    pub least: String,
    pub most: String,
    pub choices: Vec<Choice>,
    /// It ends a range whose beginning stands before it.
    pub closes: bool,
}

/// The control of a parameter. `values` are what was typed or is known.
pub fn control(param: &Param, values: &[&str], problems: &[Problem]) -> Control {
    let joined = values.join("，");
    let value = if values.is_empty() { param.default.unwrap_or_default().to_string() } else { joined };
    let mut control = Control {
        name: param.name.to_string(),
        title: param.title.to_string(),
        kind: "text",
        value,
        required: param.required,
        hint: param.hint.to_string(),
        error: problems.iter().find(|problem| problem.field == param.name).map(|problem| problem.message.clone()).unwrap_or_default(),
        longest: 0,
        least: String::new(),
        most: String::new(),
        choices: Vec::new(),
        closes: false,
    };
    shape(&mut control, param.kind);
    control
}

fn shape(control: &mut Control, kind: ParamKind) {
    match kind {
        ParamKind::Text(longest) => control.longest = longest,
        ParamKind::Words(longest) => {
            control.kind = "area";
            control.longest = longest;
        }
        ParamKind::Secret => {
            control.kind = "secret";
            control.value.clear(); // never sent back
        }
        ParamKind::Int(least, most) => {
            control.kind = "number";
            (control.least, control.most) = (bound(least), bound(most));
        }
        ParamKind::Money => {
            control.kind = "money";
            control.hint = control.hint.trim_start_matches('元').to_string(); // stands beside the field
        }
        ParamKind::Date => control.kind = "date",
        ParamKind::Month => control.kind = "month",
        ParamKind::Year => {
            control.kind = "number";
            (control.least, control.most) = ("1900".into(), "2199".into());
        }
        ParamKind::Flag => control.kind = "flag",
        ParamKind::Choice(choices) => {
            control.kind = "choice";
            let choice = |(code, title): &(&str, &str)| Choice {
                code: (*code).to_string(),
                title: (*title).to_string(),
                chosen: control.value == *code || control.value == *title,
            };
            control.choices = choices.iter().map(choice).collect();
        }
        ParamKind::Texts(_) | ParamKind::Ints(..) => {
            if control.hint.is_empty() {
                control.hint = "多个之间用逗号隔开".into();
            }
        }
        ParamKind::File => control.kind = "file",
    }
}

/// Bounds that no person would type say nothing.
fn bound(number: i64) -> String {
    if number.abs() >= 1_000_000_000_000 { String::new() } else { number.to_string() }
}

/// Controls of a form: numbers in the path that are known stand fixed.
pub fn form(params: &[Param], values: impl Fn(&str) -> Vec<String>, problems: &[Problem]) -> Vec<Control> {
    let made = params.iter().map(|param| {
        let given = values(param.name);
        let given: Vec<&str> = given.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
        let mut control = control(param, &given, problems);
        if param.place == Place::Path && !given.is_empty() && control.error.is_empty() {
            control.kind = "fixed";
        }
        control
    });
    pair(made.collect())
}

/// `date_from` and `date_to` next to one another are a range.
pub fn pair(mut controls: Vec<Control>) -> Vec<Control> {
    for at in 1..controls.len() {
        let begins = controls[at - 1].name.strip_suffix("_from").or_else(|| (controls[at - 1].name == "from").then_some(""));
        let ends = controls[at].name.strip_suffix("_to").or_else(|| (controls[at].name == "to").then_some(""));
        controls[at].closes = begins.is_some() && begins == ends;
    }
    controls
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICES: &[(&str, &str)] = &[("unit", "按单位"), ("fund", "按指标")];

    #[test]
    fn the_control_follows_the_declaration() {
        let by = Param::query("by", "分组", ParamKind::Choice(CHOICES)).or("unit");
        let chosen: Vec<bool> = control(&by, &[], &[]).choices.iter().map(|choice| choice.chosen).collect();
        assert_eq!(chosen, [true, false]);
        let chosen: Vec<bool> = control(&by, &["fund"], &[]).choices.iter().map(|choice| choice.chosen).collect();
        assert_eq!(chosen, [false, true]);
        let amount = Param::body("amount", "金额", ParamKind::Money).required();
        let wrong = [Problem { field: "amount".into(), message: "“金额”应大于 0".into(), well_formed: true }];
        let control = control(&amount, &["-5"], &wrong);
        assert_eq!((control.kind, control.value.as_str(), control.error.as_str()), ("money", "-5", "“金额”应大于 0"));
    }

    #[test]
    fn a_secret_is_never_sent_back() {
        assert_eq!(control(&Param::body("password", "口令", ParamKind::Secret), &["hunter2"], &[]).value, "");
    }

    #[test]
    fn the_ends_of_a_range_stand_together() {
        let date = |name| Param::query(name, "日期", ParamKind::Date);
        let controls = form(&[date("date_from"), date("date_to"), date("paid_to")], |_| Vec::new(), &[]);
        assert_eq!(controls.iter().map(|control| control.closes).collect::<Vec<_>>(), [false, true, false]);
    }
}
