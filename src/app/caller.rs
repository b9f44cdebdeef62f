//! Who asks (调用者): the signed-in person, from where, for which operation and on what. Set on a bureau by the service, it is written
//! into the access log in the very transaction of the act, so no use case needs to know of the log and none can forget it.

use super::Context;

/// Names the machine itself, in the log, as the place from which the command line is used.
pub const DESK: &str = "本机命令行";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Number of the user; 0 for the command line.
    pub user: i64,
    /// 姓名
    pub name: String,
    /// 0 where there is none.
    pub session: i64,
    pub ip: String,
    /// Id of the operation, such as `batch.approve`.
    pub operation: String,
    /// What it is about: a batch, a document, a login.
    pub target: String,
    /// Why, where a reason was asked for.
    pub reason: String,
    pub request: Option<RequestKey>,
}

/// The key that a client gave its request, and the digest of what it asked: the same key asks the same thing once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    pub key: String,
    pub digest: [u8; 32],
}

impl Caller {
    /// Whoever works at the command line, by the name that they gave.
    pub fn at_desk(ctx: &Context, operation: &str, target: &str, reason: &str) -> Caller {
        Caller {
            user: 0,
            name: ctx.actor.clone(),
            session: 0,
            ip: DESK.into(),
            operation: operation.into(),
            target: target.into(),
            reason: reason.into(),
            request: None,
        }
    }
}
