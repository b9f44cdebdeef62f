//! What is done to a proposal: signed, sent back with a reason, sent again, withdrawn. The last signature that is needed and
//! the operation itself are one transaction: either both stand or neither, and of any number of racers one wins. Where the
//! operation is refused (it has become stale), the signature and the refusal are written down together.

use super::proposals::{Proposal, State, find};
use super::{levels, refused, say_missing};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::access::Principal;
use crate::domain::workflow::{Against, Level, missing, next};
use crate::params;
use crate::store::Tx;

/// What came of a signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    pub id: i64,
    pub title: String,
    /// The level that was signed.
    pub level: i64,
    /// Levels that are still to be signed.
    pub missing: Vec<Level>,
    /// What the operation answered, JSON; `None` while signatures are missing, and where it was refused.
    pub result: Option<String>,
    /// Why it could not be done.
    pub failed: Vec<Refusal>,
    /// Signed and done before; nothing was done again.
    pub repeated: bool,
    /// What the operation shows once, to the last signer alone (首次口令); it is kept nowhere.
    pub secret: Option<String>,
}

impl Signed {
    /// The secret that is to be handed over, in a sentence.
    pub fn say_secret(&self) -> Option<String> {
        self.secret.as_ref().map(|secret| format!("首次口令 {secret} 只显示这一次，请当面交给本人"))
    }

    /// In one sentence.
    pub fn say(&self) -> String {
        let what = format!("送审件 {}（{}）", self.id, self.title);
        if !self.failed.is_empty() {
            return format!("{what}已签批，但办理未成，已退给编制人");
        }
        match (&self.result, self.repeated) {
            (Some(_), true) => format!("{what}此前已签批并办理，未重复"),
            (Some(_), false) => format!("{what}已签批并办理"),
            (None, _) => format!("{what}已签第 {} 级，还缺{}", self.level, say_missing(&self.missing)),
        }
    }
}

/// Runs what was proposed: as its maker, checked by the last signer. Gives its answer as JSON.
pub type Run<'r> = dyn FnMut(&mut Bureau, &Proposal, &Context) -> Result<String> + 'r;

/// An event about to be written.
#[derive(Default)]
struct Step<'a> {
    act: &'a str,
    level: i64,
    permission: &'a str,
    reason: &'a str,
    result: &'a str,
    digest: Vec<u8>,
}

fn record(tx: &mut Tx<'_>, book: &Book, ctx: &Context, who: &Principal, id: i64, step: &Step<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO proposal_event (book, proposal, seq, act, level, permission, reason, result, digest, actor, actor_user, at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM proposal_event WHERE book = $1 AND proposal = $2),
                 $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            book.id,
            id,
            step.act,
            step.level,
            step.permission,
            step.reason,
            step.result,
            step.digest.clone(),
            &ctx.actor,
            who.user,
            ctx.now()
        ],
    )?;
    Ok(())
}

/// Signs. Errors: no such proposal; not waiting; the maker signs; signed by this person already; another level is due.
pub fn sign(bureau: &mut Bureau, ctx: &Context, who: &Principal, id: i64, note: &str, run: &mut Run<'_>) -> Result<Signed> {
    bureau.whole(|bureau| {
        let (proposal, mut signed, last) = bureau.write(|tx, book| put_signature(tx, book, ctx, who, id, note.trim()))?;
        if !last || signed.repeated {
            return Ok(signed);
        }
        let doing = Context { actor: proposal.maker.clone(), checker: ctx.actor.clone(), clock: ctx.clock, history: false };
        let (act, reason, result) = match run(bureau, &proposal, &doing) {
            Ok(result) => ("done", String::new(), result),
            Err(AppError::Refused(refusals)) => {
                signed.failed = refusals;
                ("failed", AppError::Refused(signed.failed.clone()).to_string(), String::new())
            }
            Err(error) => return Err(error), // the system's failure: nothing is kept, not even the signature
        };
        bureau.write(|tx, book| {
            let step = Step { act, reason: &reason, result: &result, ..Step::default() };
            record(tx, book, ctx, who, id, &step)
        })?;
        signed.result = (act == "done").then_some(result);
        Ok(signed)
    })
}

fn put_signature(tx: &mut Tx<'_>, book: &Book, ctx: &Context, who: &Principal, id: i64, note: &str) -> Result<(Proposal, Signed, bool)> {
    let levels = levels::on(tx, book, ctx.today())?;
    let proposal = find(tx, book, who, &levels, id)?;
    let mut signed = Signed { id, title: proposal.title.clone(), ..Signed::default() };
    let given = proposal.signatures();
    if proposal.state() == State::Done && given.last().is_some_and(|last| last.name == ctx.actor) {
        signed.level = given.last().map_or(0, |last| last.level);
        signed.result = proposal.events.last().map(|event| event.result.clone());
        signed.repeated = true;
        return Ok((proposal, signed, true));
    }
    refuse_state(&proposal, &[State::Waiting])?;
    let needed = proposal.needed(&levels);
    if needed.is_empty() {
        return AppError::refuse("no_level", format!("“{}”没有设定审批层级", proposal.subject), "请先设定审批层级");
    }
    let what = format!("送审件 {id} ");
    let (level, last) = match next(&needed, &given, &proposal.maker, &ctx.actor, &|permission| who.may(permission)) {
        Ok(due) => due,
        Err(against) => return Err(refused(&against, &what, &proposal.maker)),
    };
    let step = Step {
        act: "signed",
        level: level.level,
        permission: &level.permission,
        reason: note,
        digest: proposal.digest.to_vec(),
        ..Step::default()
    };
    record(tx, book, ctx, who, id, &step)?;
    signed.level = level.level;
    signed.missing = missing(&needed, &given).into_iter().filter(|other| other.level > level.level).cloned().collect();
    Ok((proposal, signed, last))
}

fn refuse_state(proposal: &Proposal, wanted: &[State]) -> Result<()> {
    let state = proposal.state();
    if wanted.contains(&state) {
        return Ok(());
    }
    AppError::refuse("proposal_state", format!("送审件 {} {}，不能再这样办理", proposal.id, state.chinese()), "请先查看送审件的办理过程")
}

/// Sends back for correction. Errors: no reason; not waiting; the maker's own; a person who signs no level of it.
pub fn send_back(bureau: &mut Bureau, ctx: &Context, who: &Principal, id: i64, reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return AppError::refuse("no_reason", "退回须写明理由", "请写明需要更正什么");
    }
    step(bureau, ctx, who, id, &[State::Waiting], |proposal, levels| {
        if proposal.maker == ctx.actor {
            return Err(refused(&Against::Maker, &format!("送审件 {id} "), &proposal.maker));
        }
        let needed = proposal.needed(levels);
        match needed.iter().find(|level| !who.may(&level.permission)) {
            Some(level) if needed.iter().all(|level| !who.may(&level.permission)) => {
                Err(refused(&Against::NotTheirs((*level).clone()), &format!("送审件 {id} "), &proposal.maker))
            }
            _ => Ok(Step { act: "returned", reason, ..Step::default() }),
        }
    })
}

/// Sends a returned or failed proposal again as it is; all signatures are given anew. Errors: not the maker; not returned.
pub fn send_again(bureau: &mut Bureau, ctx: &Context, who: &Principal, id: i64, note: &str) -> Result<String> {
    step(bureau, ctx, who, id, &[State::Returned, State::Failed], |proposal, _| {
        refuse_stranger(proposal, ctx)?;
        Ok(Step { act: "resent", reason: note.trim(), ..Step::default() })
    })
}

/// Takes it back. Errors: not the maker; done or withdrawn already.
pub fn withdraw(bureau: &mut Bureau, ctx: &Context, who: &Principal, id: i64, note: &str) -> Result<String> {
    step(bureau, ctx, who, id, &[State::Waiting, State::Returned, State::Failed], |proposal, _| {
        refuse_stranger(proposal, ctx)?;
        Ok(Step { act: "withdrawn", reason: note.trim(), ..Step::default() })
    })
}

fn refuse_stranger(proposal: &Proposal, ctx: &Context) -> Result<()> {
    if proposal.maker == ctx.actor {
        return Ok(());
    }
    AppError::refuse("not_maker", format!("送审件 {} 由 {} 编制，只能由本人办理", proposal.id, proposal.maker), "请由编制人办理")
}

/// One event; gives the proposal's title.
fn step<'s>(
    bureau: &mut Bureau,
    ctx: &Context,
    who: &Principal,
    id: i64,
    from: &[State],
    decide: impl FnOnce(&Proposal, &[Level]) -> Result<Step<'s>>,
) -> Result<String> {
    bureau.write(|tx, book| {
        let levels = levels::on(tx, book, ctx.today())?;
        let proposal = find(tx, book, who, &levels, id)?;
        refuse_state(&proposal, from)?;
        let step = decide(&proposal, &levels)?;
        record(tx, book, ctx, who, id, &step)?;
        Ok(proposal.title)
    })
}
