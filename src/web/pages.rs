//! The smaller pages: a form, what was done, work under way, what was refused, a section's own page.

use super::address::Query;
use super::fields::{self, Control};
use super::links;
use crate::service::answer::Done;
use crate::service::{Operation, Place, Problem};
use serde::Serialize;

/// A form of an operation.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    pub id: &'static str,
    pub about: &'static str,
    pub action: String,
    pub controls: Vec<Control>,
    /// What is wrong with the whole, with how to mend it.
    pub problems: Vec<Wrong>,
    pub files: bool,
    /// The request's own key: sent twice, done once.
    pub key: String,
    pub submit: &'static str,
    /// Others must sign before it is done.
    pub review: bool,
    pub back: String,
    /// The empty file to fill in, or empty.
    pub template: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The control it is about, or empty.
    pub field: String,
    pub message: String,
    pub mend: String,
}

/// The form with what is known or was typed, and what is wrong with it. `back` is where to go without doing it.
pub fn form(operation: &'static Operation, typed: &Query, problems: &[Problem], refusals: Vec<Wrong>, key: &str, back: &str) -> Form {
    let controls = fields::form(operation.params, |name| typed.all(name).into_iter().map(str::to_string).collect(), problems);
    let known = |field: &str| controls.iter().any(|control| control.name == field);
    let of_fields = problems.iter().map(|problem| Wrong {
        field: if known(&problem.field) { problem.field.clone() } else { String::new() },
        message: problem.message.clone(),
        mend: String::new(),
    });
    Form {
        id: operation.id,
        about: operation.about,
        action: format!("/do/{}", operation.id),
        problems: of_fields.chain(refusals).collect(),
        files: operation.takes_files(),
        key: key.to_string(),
        submit: match (operation.review, operation.takes_files()) {
            (Some(_), _) => "送审",
            (None, true) => "上传",
            (None, false) => "确定",
        },
        template: operation.id.strip_prefix("import.").map(|kind| format!("/templates/{}", kind.replace('_', "-"))).unwrap_or_default(),
        review: operation.review.is_some(),
        back: if back.starts_with('/') && !back.starts_with("//") && !back.starts_with("/\\") { back.to_string() } else { "/".into() },
        controls,
    }
}

/// What was done and where to go on.
#[derive(Debug, Clone, Serialize)]
pub struct DonePage {
    pub messages: Vec<String>,
    pub repeated: bool,
    pub next: Vec<Step>,
    /// The same form again, for the next of its kind.
    pub again: String,
    /// A password that is shown this once.
    pub secret: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub title: String,
    pub href: String,
}

/// Facts that name something which has a page.
const FACTS: &[(&str, &str)] = &[
    ("proposal", "查看送审件"),
    ("batch", "查看批次"),
    ("voucher", "查看凭证"),
    ("project", "查看项目"),
    ("finding", "查看疑点"),
    ("case", "查看线索"),
    ("plan", "查看检查计划"),
    ("notice", "查看公示"),
    ("objection", "查看信访"),
    ("fund", "追溯指标"),
    ("allocation", "追溯分配"),
    ("login", "查看用户"),
    ("job", "查看任务"),
];

/// Where the facts of an answer lead.
pub fn steps(facts: &serde_json::Map<String, serde_json::Value>) -> Vec<Step> {
    let steps = FACTS.iter().filter_map(|(name, words)| {
        let value = match facts.get(*name)? {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let kind = if *name == "login" { "user" } else { name };
        Some(Step { title: format!("{words} {value}"), href: links::to(kind, &value)? })
    });
    steps.collect()
}

pub fn done(operation: &Operation, answer: &Done) -> DonePage {
    let again = if operation.params.iter().any(|param| param.place == Place::Path) || operation.feature() == "account" {
        String::new() // it was about one thing, and that is done
    } else {
        format!("/do/{}", operation.id)
    };
    let secret = answer.facts.get("secret").and_then(serde_json::Value::as_str).unwrap_or_default().to_string();
    DonePage { messages: answer.messages.clone(), repeated: answer.repeated, next: steps(&answer.facts), again, secret }
}

/// Work under way or ended.
#[derive(Debug, Clone, Serialize)]
pub struct JobPage {
    pub id: i64,
    pub file: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`, `interrupted`
    pub state: String,
    pub words: &'static str,
    pub done: u64,
    pub total: u64,
    /// 0 to 100.
    pub percent: u64,
    /// `约 2 分钟`, or empty while it cannot be told.
    pub left: String,
    pub running: bool,
    pub messages: Vec<String>,
    pub problems: Vec<Wrong>,
    pub next: Vec<Step>,
    pub tables: Vec<super::grid::Grid>,
    /// Address of the stream of progress.
    pub events: String,
    pub cancel: String,
}

/// What state a job is in, in words.
pub fn job_words(state: &str) -> &'static str {
    match state {
        "queued" => "排队中",
        "running" => "办理中",
        "done" => "已办完",
        "failed" => "没有办成",
        "cancelled" => "已取消",
        _ => "已中断",
    }
}

/// How far, as whole percent; work of unknown size stands at nothing until it is done.
pub fn percent(done: u64, total: u64) -> u64 {
    if total == 0 { 0 } else { u64::try_from(u128::from(done.min(total)) * 100 / u128::from(total)).unwrap_or(100) }
}

/// What was refused, in words that a person can act on.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    pub status: u16,
    pub title: String,
    pub mend: String,
    pub items: Vec<Wrong>,
    pub back: String,
}
