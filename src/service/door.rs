//! The one way in. Whatever asks, page or API, passes these steps in this order, each with its own refusal: the password is
//! one's own; the permission is held; the object lies within one's reach, else it is answered as if it did not exist; what
//! others must sign is put before them instead of being done; then it is done.

use super::{Answer, Call, Input, Operation, Reach, review, words};
use crate::app::workflow::proposals::Proposal;
use crate::app::{AppError, Bureau, Context, reach};
use crate::domain::access::Principal;
use crate::service::call::Watch;
use std::path::Path;

/// Somebody at the door.
pub struct Visit<'a> {
    pub who: &'a Principal,
    pub operation: &'static Operation,
    pub input: Input,
    /// The actor is the person's name, the clock is the server's.
    pub ctx: Context,
    pub watch: &'a dyn Watch,
    /// A directory of the request's own, removed afterwards.
    pub scratch: &'a Path,
    /// Where files of proposals are kept while they wait for signatures.
    pub files: &'a Path,
}

/// Why somebody is not let in, or what was asked is not done.
#[derive(Debug)]
pub enum Refused {
    MustChangePassword,
    /// The permission that is missing; where it is held, the person's rights do not reach the county.
    NotAllowed(&'static str),
    /// There is no such thing, or none for this person.
    NotFound(String),
    App(AppError),
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Refused {
        Refused::App(error)
    }
}

/// What one may do while the password must be changed.
const ONE_S_OWN: &str = "account";

/// Whether somebody may at all: by permission, and by reach where the operation is about the whole county.
pub fn may(who: &Principal, operation: &Operation) -> bool {
    holds(who, operation) && (operation.reach != Reach::County || who.scope.is_county())
}

fn holds(who: &Principal, operation: &Operation) -> bool {
    operation.permission.is_empty() || who.may(operation.permission)
}

/// Lets a visit in, or says why not.
pub fn enter(bureau: &mut Bureau, visit: Visit<'_>) -> Result<Answer, Refused> {
    let operation = visit.operation;
    match done(bureau, visit) {
        Ok(answer) => Ok(words::answer(answer, operation)),
        Err(why) => Err(words::refused(why, operation)),
    }
}

fn done(bureau: &mut Bureau, visit: Visit<'_>) -> Result<Answer, Refused> {
    let unit = admit(bureau, visit.who, visit.operation, &visit.input)?;
    if let Some(subject) = visit.operation.review {
        return Ok(review::propose(bureau, visit, subject, &unit)?);
    }
    Ok(run(bureau, visit)?)
}

/// The steps before anything is done; also for whoever wants to know at once, before long work. Gives the unit whose object it
/// is about, empty where that is not one unit's.
pub fn admit(bureau: &mut Bureau, who: &Principal, operation: &Operation, input: &Input) -> Result<String, Refused> {
    knock(who, operation)?;
    let Reach::Of(thing, param) = operation.reach else { return Ok(String::new()) };
    let key = key_of(input, param);
    let found = bureau.read(|tx, book| reach::owners(tx, book, thing, &key))?;
    match found.filter(|owners| owners.within(&who.scope)) {
        Some(owners) => Ok(owners.unit().unwrap_or_default().to_string()),
        None => Err(Refused::NotFound(format!("没有{} {key}", reach::word(thing)))),
    }
}

/// Objects are named by codes or by numbers.
fn key_of(input: &Input, param: &str) -> String {
    match input.get(param) {
        Some(super::Value::Int(number)) => number.to_string(),
        _ => input.must(param).trim().to_string(),
    }
}

/// The first steps, for which it need not be known what exactly is asked: nobody sends a large file for nothing.
pub fn knock(who: &Principal, operation: &Operation) -> Result<(), Refused> {
    if who.must_change_password && operation.feature() != ONE_S_OWN {
        return Err(Refused::MustChangePassword);
    }
    if !may(who, operation) {
        return Err(Refused::NotAllowed(operation.permission));
    }
    Ok(())
}

fn run(bureau: &mut Bureau, visit: Visit<'_>) -> Result<Answer, AppError> {
    let Visit { who, operation, input, ctx, watch, scratch, files } = visit;
    let answer = (operation.run)(&mut Call { bureau, ctx, who, input, watch, scratch, files })?;
    // the description promises the kind; a job's result may be the marked copy of a file instead
    debug_assert!(operation.is_job() || operation.gives.is(&answer), "{} answers what it does not declare", operation.id);
    Ok(answer)
}

/// Does what was proposed once all have signed: as its maker, checked by the last signer, whose reach must have it too.
/// Errors: the object is gone or lies outside the signer's reach; whatever the operation refuses.
pub(super) fn carry_out(bureau: &mut Bureau, visit: Visit<'_>, proposal: &Proposal) -> Result<Answer, AppError> {
    if let Reach::Of(thing, param) = visit.operation.reach {
        let key = key_of(&visit.input, param);
        let found = bureau.read(|tx, book| reach::owners(tx, book, thing, &key))?;
        if !found.is_some_and(|owners| owners.within(&visit.who.scope)) {
            let message = format!("送审件 {}：没有{} {key}", proposal.id, reach::word(thing));
            return AppError::refuse("proposal_stale", message, "请退回编制人核对");
        }
    }
    run(bureau, visit)
}
