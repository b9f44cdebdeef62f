//! Tracing (追溯): from any number that a bureau knows (a document, a batch, a household, a person, a voucher, a payment) the
//! whole way of the money, back to the file and row it came from and forward to the card or the refund. Personal data is
//! masked unless a reason is given, which is put on record first.

mod batch;
mod document;
mod find;
mod fund;
mod payment;
mod person;
mod table;
#[cfg(test)]
mod tests;
mod view;
mod voucher;

use super::{AppError, Bureau, Context, Result, act};
pub use find::{Subject, subjects};
use serde::Serialize;
pub use table::tables;
use view::View;

/// Lines of a list that are shown unless all are asked for.
pub const SHOWN: usize = 20;

/// One thing on the way, what is known of it, and what follows from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TraceNode {
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub children: Vec<TraceNode>,
}

impl TraceNode {
    fn new(title: impl Into<String>) -> TraceNode {
        TraceNode { title: title.into(), ..TraceNode::default() }
    }

    /// Adds a fact, unless there is nothing to say.
    fn fact(&mut self, name: &str, value: impl Into<String>) -> &mut TraceNode {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((name.to_string(), value));
        }
        self
    }
}

#[derive(Debug, Clone, Default)]
pub struct TraceOptions {
    /// All lines of every list.
    pub all: bool,
    /// Why personal data must be seen whole; `None` masks it.
    pub unmask: Option<String>,
}

/// Everything that `id` names, each with its whole way. Errors: nothing has that number; unmasking without a reason.
pub fn trace(bureau: &mut Bureau, ctx: &Context, id: &str, options: &TraceOptions) -> Result<Vec<TraceNode>> {
    let id = id.trim();
    let subjects = subjects(bureau, id)?;
    if subjects.is_empty() {
        let mend =
            "可以是：指标文号、分配文号、批次号、批次号+序号、支付或退回凭证号、户编号、身份证号、姓名、凭证号（记-2018-09-0012）或 #序号";
        return AppError::refuse("not_found", "账簿中没有这个编号", mend);
    }
    trace_of(bureau, ctx, &subjects, options)
}

/// The whole way of each of these. Errors: unmasking without a reason.
pub fn trace_of(bureau: &mut Bureau, ctx: &Context, subjects: &[Subject], options: &TraceOptions) -> Result<Vec<TraceNode>> {
    if let Some(reason) = &options.unmask {
        act::record_unmasking(bureau, ctx, &subjects.iter().map(Subject::name).collect::<Vec<_>>(), reason)?;
    }
    bureau.read(|tx, book| {
        let mut view = View { tx, book, limit: if options.all { usize::MAX } else { SHOWN }, unmask: options.unmask.is_some() };
        subjects.iter().map(|subject| view.subject(subject)).collect()
    })
}

impl View<'_, '_> {
    fn subject(&mut self, subject: &Subject) -> Result<TraceNode> {
        match subject {
            Subject::Fund(doc_no) => self.fund(doc_no),
            Subject::Allocation(doc_no) => self.allocation_document(doc_no),
            Subject::Batch(id, _) => self.batch(*id, true),
            Subject::Payment(batch, line, _) => self.payment(*batch, *line, true),
            Subject::Household(id, _) => self.household(*id),
            Subject::Person(id) => self.person(*id, true),
            Subject::Voucher(seq) => self.voucher(*seq),
            Subject::Disbursement(id, _) => self.disbursement(*id, true),
            Subject::Refund(id, _) => self.refund(*id, true),
            Subject::Unit(code) => self.unit(code),
            Subject::Project(code) => self.project(code),
        }
    }
}
