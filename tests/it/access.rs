//! Who may enter and what they may do, on both databases: the first administrators, waiting after wrong tries, passwords and codes that
//! end, sessions that end, and rights that hold at once.

mod log;
mod requests;
mod rights;
mod session;

use crate::support::db::{NOW, ctx};
use sunledger::app::access::signin::{SignIn, SignedIn, sign_in};
use sunledger::app::access::users::{NewUser, create};
use sunledger::app::access::{Origin, account, grants};
use sunledger::app::{AppError, Bureau, Context};

pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
/// What people use once they have changed their first secret.
pub const PASSWORD: &str = "芒果树下三只白鹅过河";

/// The administrator some time after [`NOW`].
pub fn later(micros: i64) -> Context {
    ctx("管理示").at(NOW + micros)
}

pub fn origin() -> Origin {
    Origin { ip: "10.0.0.8".into(), agent: "浏览器".into() }
}

/// A user with a first secret, and it.
pub fn new_user(bureau: &mut Bureau, login: &str, name: &str) -> String {
    create(bureau, &later(0), &NewUser { login, name, password: None }).unwrap().secret.unwrap()
}

/// A user who has changed their first secret to [`PASSWORD`].
pub fn settled_user(bureau: &mut Bureau, login: &str, name: &str) {
    let secret = new_user(bureau, login, name);
    account::change_password(bureau, &ctx(name), login, 0, &secret, PASSWORD).unwrap();
}

pub fn enter(bureau: &mut Bureau, when: i64, login: &str, password: &str) -> Result<SignedIn, AppError> {
    enter_with(bureau, when, login, password, None)
}

pub fn enter_with(bureau: &mut Bureau, when: i64, login: &str, password: &str, code: Option<&str>) -> Result<SignedIn, AppError> {
    sign_in(bureau, &later(when), &SignIn { login, password, code, origin: &origin() })
}

pub fn give(bureau: &mut Bureau, login: &str, role: &str, regions: &[&str]) -> Result<i64, AppError> {
    let regions: Vec<String> = regions.iter().map(ToString::to_string).collect();
    let asked = grants::NewGrant { login, role, units: &[], regions: &regions, reason: "到岗" };
    grants::grant(bureau, &ctx("安全示"), &asked)
}

pub fn refused<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> &'static str {
    outcome.unwrap_err().code().unwrap()
}
