//! The running service over real HTTP, as programs and browsers meet it: who is refused what, tokens and sessions, forged and
//! hostile requests, exports, doing things once, uploads and jobs, two persons for one piece of money, the log, and the end.

mod conditions;
mod duties;
mod exports;
mod forms;
mod input;
mod matrix;
mod once;
mod reach;
mod recalled;
mod records;
mod sessions;
mod stop;
mod tokens;
mod uploads;

use crate::support::county::{BATCH_HEAD, batch_lines};
use crate::support::service::{Client, County};
use serde_json::{Value, json};

/// A batch of two payees of unit D01, taken by the accountant; 300.00 yuan.
pub fn batch(county: &County, maker: &Client, code: &str, at: usize) -> Value {
    let text = format!("{BATCH_HEAD}{}", batch_lines(code, &county.people[at..at + 2]));
    let (state, result) = maker.uploaded("/imports/batch", &format!("{code}.csv"), text.as_bytes());
    assert_eq!(state, "done", "{result}");
    result
}

pub fn sign(who: &Client, batch: &str) -> crate::support::service::Answered {
    who.post(&format!("/batches/{batch}/signature"), &json!({ "date": "2018-04-03" }))
}
