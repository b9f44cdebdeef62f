//! What others must sign before it is done. The maker's request is tried out at once, whole and in earnest, and undone again: so
//! its errors are told to the maker and not to the signers, and the money that it moves is known by the postings themselves.
//! What is left is a proposal; its last signature does the same thing for good.

use super::door::{Visit, carry_out};
use super::input::Upload;
use super::{Answer, Call, Imported, Input, Manner, Operation, Value};
use crate::app::workflow::proposals::{self, Proposal};
use crate::app::workflow::steps::{self, Signed};
use crate::app::workflow::{kept, say_missing};
use crate::app::{AppError, Bureau, Context, Refusal, Result};
use crate::domain::money::Fen;
use crate::params;
use crate::service::answer::{Done, SECRET};
use crate::service::call::Watch;
use crate::service::catalogue;
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::path::Path;

/// Stands for whoever will check, while a request is tried out.
const SOMEBODY: &str = "（待复核）";

/// Puts a request before its signers. Errors: whatever the operation itself would refuse now.
pub(super) fn propose(bureau: &mut Bureau, visit: Visit<'_>, subject: &str, unit: &str) -> Result<Answer> {
    let (who, operation) = (visit.who, visit.operation);
    let upload = operation.params_in(super::Place::File).find_map(|param| Some((param.name, visit.input.file(param.name)?.clone())));
    let tried = match try_out(bureau, &visit)? {
        Ok(tried) => tried,
        Err(answer) => return Ok(answer),
    };
    let (file_param, file_name, file_digest) = match &upload {
        Some((param, upload)) => (*param, kept::plain_name(&upload.name).to_string(), kept::keep(visit.files, &upload.path)?),
        None => ("", String::new(), Vec::new()),
    };
    let given = visit.input.text("unit").filter(|given| who.scope.has_unit(given));
    let unit = if unit.is_empty() { given.unwrap_or_default() } else { unit };
    let asked = Proposal {
        id: 0,
        operation: operation.id.to_string(),
        subject: subject.to_string(),
        title: operation.title.to_string(),
        summary: summary(operation, &visit.input, &file_name, &tried),
        input: written(operation, &visit.input)?,
        file_param: file_param.to_string(),
        file_name,
        file_digest,
        amount: visit.input.money("amount").map_or(tried.moved, |asked| asked.max(tried.moved)),
        unit: unit.to_string(),
        digest: [0; 32],
        maker: String::new(),
        maker_user: 0,
        at: 0,
        events: Vec::new(),
    };
    let amount = asked.amount;
    let once = proposals::propose(bureau, &visit.ctx, who, asked)?;
    let (_, needed) = proposals::show(bureau, &visit.ctx, who, once.result)?;
    Ok(Done::new(format!("“{}”已送审，编号 {}，须经{}签批后办理", operation.title, once.result, say_missing(&needed)))
        .fact("proposal", once.result)
        .fact("state", "waiting")
        .fact("amount", amount.yuan())
        .repeated(once.repeated)
        .into())
}

/// What a trial came to.
#[derive(Default)]
struct Tried {
    /// Fen that its vouchers move between places.
    moved: Fen,
    /// What it said.
    said: Vec<String>,
}

/// Tries it out and takes it back. The inner error is the answer itself, where there is nothing to sign: a file with errors, one
/// that was taken before, or a mere check (`dry_run`).
fn try_out(bureau: &mut Bureau, visit: &Visit<'_>) -> Result<std::result::Result<Tried, Answer>> {
    let mut ctx = visit.ctx.clone();
    ctx.checker = SOMEBODY.to_string();
    let call_input = visit.input.clone();
    bureau.trial(|bureau| {
        let before = head(bureau)?;
        let mut call =
            Call { bureau, ctx, who: visit.who, input: call_input, watch: visit.watch, scratch: visit.scratch, files: visit.files };
        let answer = (visit.operation.run)(&mut call)?;
        if answer.refused() || visit.input.flag("dry_run") {
            return Ok(Err(answer));
        }
        let said = match answer {
            Answer::Import(imported) if imported.done.repeated => return Ok(Err(Answer::Import(imported))),
            Answer::Import(imported) => imported.done.messages,
            Answer::Done(done) => done.messages,
            _ => Vec::new(),
        };
        Ok(Ok(Tried { moved: moved(bureau, before)?, said }))
    })
}

fn head(bureau: &mut Bureau) -> Result<i64> {
    bureau.read(|tx, book| Ok(tx.one("SELECT seq FROM chain WHERE book = $1", params![book.id])?.int(0)?))
}

/// The debits of 指标账 since a voucher; red ones count as what they take back.
fn moved(bureau: &mut Bureau, since: i64) -> Result<Fen> {
    bureau.read(|tx, book| {
        let sql = "SELECT CAST(COALESCE(SUM(ABS(p.debit)), 0) AS BIGINT) FROM posting p
                     JOIN account a ON a.book = p.book AND a.code = p.account AND a.grp = 'control'
                    WHERE p.book = $1 AND p.voucher > $2";
        Ok(Fen::new(tx.one(sql, params![book.id, since])?.int(0)?))
    })
}

/// What signers read: the values with their labels, the file, and what the trial said.
fn summary(operation: &Operation, input: &Input, file: &str, tried: &Tried) -> String {
    let mut parts: Vec<String> = Vec::new();
    for param in operation.params {
        let texts = input.get(param.name).map(texts).unwrap_or_default();
        if !texts.is_empty() && param.kind != super::ParamKind::Secret {
            parts.push(format!("{}：{}", param.title, texts.join("、")));
        }
    }
    if !file.is_empty() {
        parts.push(format!("文件：{file}"));
    }
    if !tried.moved.is_zero() {
        parts.push(format!("涉及资金 {} 元", tried.moved.yuan_grouped()));
    }
    if let Some(said) = tried.said.first() {
        parts.push(format!("预演：{said}"));
    }
    parts.join("；")
}

/// A value as it would be written in a request; a file has none.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::Int(number) => vec![number.to_string()],
        Value::Money(fen) => vec![fen.yuan()],
        Value::Date(date) => vec![date.to_string()],
        Value::Month(month) => vec![format!("{:04}-{:02}", month.year(), month.month())],
        Value::Flag(flag) => vec![flag.to_string()],
        Value::Texts(texts) => texts.clone(),
        Value::Ints(numbers) => numbers.iter().map(i64::to_string).collect(),
        Value::File(_) => Vec::new(),
    }
}

/// The input as JSON, by parameter. Errors: a secret, which is never kept.
fn written(operation: &Operation, input: &Input) -> Result<String> {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for param in operation.params {
        let Some(value) = input.get(param.name) else { continue };
        if param.kind == super::ParamKind::Secret {
            return AppError::refuse("secret_in_review", format!("“{}”含有密码，不能送审", operation.title), "请与系统管理员联系");
        }
        let texts = texts(value);
        if !texts.is_empty() {
            values.insert(param.name, texts);
        }
    }
    serde_json::to_string(&values).map_err(|e| StoreError::Schema(e.to_string()).into())
}

/// Where a signer stands.
pub struct At<'a> {
    pub who: &'a crate::domain::access::Principal,
    pub ctx: &'a Context,
    pub watch: &'a dyn Watch,
    pub scratch: &'a Path,
    pub files: &'a Path,
}

impl<'a> At<'a> {
    /// Splits a call into where it stands and the books.
    pub fn of<'c>(call: &'c mut Call<'a>) -> (At<'c>, &'c mut Bureau) {
        (At { who: call.who, ctx: &call.ctx, watch: call.watch, scratch: call.scratch, files: call.files }, &mut *call.bureau)
    }
}

/// Signs a proposal; the last signature does it. Errors: as [`steps::sign`].
pub fn sign(bureau: &mut Bureau, at: &At<'_>, id: i64, note: &str) -> Result<Signed> {
    let mut secret = None;
    let mut signed = steps::sign(bureau, at.ctx, at.who, id, note, &mut |bureau, proposal, ctx| {
        let Some(operation) = catalogue::find(&proposal.operation) else {
            return AppError::refuse("proposal_stale", format!("没有“{}”这项操作了", proposal.operation), "请退回，由编制人重新送审");
        };
        let scratch = at.scratch.join(format!("proposal-{id}"));
        let input = read_back(operation, proposal, at, &scratch)?;
        let visit = Visit { who: at.who, operation, input, ctx: ctx.clone(), watch: at.watch, scratch: &scratch, files: at.files };
        match carry_out(bureau, visit, proposal)? {
            Answer::Import(imported) if !imported.accepted => Err(AppError::Refused(refusals(&imported))),
            mut answer => {
                secret = take_secret(&mut answer);
                Ok(said(&answer))
            }
        }
    })?;
    signed.secret = secret;
    Ok(signed)
}

/// Takes out of an answer what is shown once, so that it is not kept with the proposal.
fn take_secret(answer: &mut Answer) -> Option<String> {
    let Answer::Done(done) = answer else { return None };
    done.facts.remove(SECRET)?.as_str().map(str::to_string)
}

/// The input as it was; its file only where it still is what was signed.
fn read_back(operation: &'static Operation, proposal: &Proposal, at: &At<'_>, scratch: &Path) -> Result<Input> {
    std::fs::create_dir_all(scratch)?;
    let values: BTreeMap<String, Vec<String>> = serde_json::from_str(&proposal.input).map_err(|e| StoreError::Schema(e.to_string()))?;
    let mut input = match Input::parse(operation.params, &values, Manner::Exact) {
        Ok(input) => input,
        Err(problems) => {
            let what: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            return AppError::refuse("proposal_stale", format!("送审的内容已不适用：{}", what.join("；")), "请退回，由编制人重新送审");
        }
    };
    if let Some(param) = operation.params.iter().find(|param| !proposal.file_param.is_empty() && param.name == proposal.file_param) {
        let path = kept::take(at.files, &proposal.file_digest, &proposal.file_name, scratch)?;
        input.set(param, Value::File(Upload { name: proposal.file_name.clone(), path }));
    }
    Ok(input)
}

/// What an operation answered, as JSON to be kept.
fn said(answer: &Answer) -> String {
    match answer {
        Answer::Done(done) => serde_json::to_string(done).unwrap_or_default(),
        Answer::Import(imported) => serde_json::to_string(imported).unwrap_or_default(),
        _ => "{}".to_string(),
    }
}

/// How many errors of a file are told where it turns out to be stale.
const TOLD: usize = 20;

fn refusals(imported: &Imported) -> Vec<Refusal> {
    let rows = imported.errors.iter().take(TOLD);
    let rows =
        rows.map(|error| Refusal::new("row_error", format!("第 {} 行“{}”：{}", error.row, error.column, error.problem), &error.mend));
    imported.refused.iter().cloned().chain(rows).collect()
}
