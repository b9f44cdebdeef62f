//! The second step (动态验证码): a secret is given out, comes into force with the first right code, and is taken off with the password.
//! In the books it is sealed with the data key ([`crate::app::vault`]).

use super::users::must_find;
use super::{account, act, secrets};
use crate::app::vault::DataKey;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::access::totp;
use crate::params;
use crate::store::Value;

/// What a device is given, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for a square code.
    pub address: String,
}

/// The key that secrets are sealed with. Errors: this program was started without it.
fn key(bureau: &Bureau) -> Result<DataKey> {
    match &bureau.data_key {
        Some(key) => Ok(key.clone()),
        None => AppError::refuse("no_data_key", "没有数据密钥，不能办理动态验证码", "请通过服务的网页或接口办理"),
    }
}

/// Whose secret it is, bound into the seal.
fn about(book: &Book, user: i64) -> String {
    format!("totp {} {user}", book.code)
}

/// The secret of a user; `None` where it was sealed with another key, or was never sealed.
pub(super) fn opened(key: Option<&DataKey>, book: &Book, user: i64, sealed: &[u8]) -> Option<Vec<u8>> {
    key?.open(&about(book, user), sealed)
}

/// Draws a secret. It counts only once it is confirmed. Errors: the second step is on already.
pub fn enrol(bureau: &mut Bureau, ctx: &Context, login: &str) -> Result<Enrolment> {
    let secret = secrets::random::<{ totp::SECRET_BYTES }>()?;
    let issuer = bureau.book.name.clone();
    let key = key(bureau)?;
    act(bureau, ctx, "account.totp_enrol", login, "", |tx, book| {
        let user = must_find(tx, book, login)?;
        if user.second_step().is_some() {
            return AppError::refuse("totp_on", "动态验证码已启用", "要换设备请先停用");
        }
        let sealed = key.seal(&about(book, user.id), &secret)?;
        tx.execute(
            "UPDATE user_account SET totp = $3, totp_confirmed = 0 WHERE book = $1 AND id = $2",
            &[Value::Int(book.id), user.id.into(), sealed.as_slice().into()],
        )?;
        let Some(address) = totp::address(&secret, &user.login, &issuer) else {
            return Err(AppError::Output("动态验证码地址没有生成".into()));
        };
        Ok(Enrolment { secret: totp::typed(&secret), address })
    })
}

/// Switches the second step on with a right code. Errors: nothing enrolled; wrong code.
pub fn confirm(bureau: &mut Bureau, ctx: &Context, login: &str, code: &str) -> Result<()> {
    let key = key(bureau)?;
    act(bureau, ctx, "account.totp_confirm", login, "", |tx, book| {
        let user = must_find(tx, book, login)?;
        if user.totp.is_empty() || user.totp_confirmed {
            return AppError::refuse("totp_not_enrolled", "没有待确认的动态验证码", "请先申请启用");
        }
        let Some(secret) = opened(Some(&key), book, user.id, &user.totp) else {
            return AppError::refuse("totp_not_enrolled", "待确认的动态验证码已经失效（数据密钥已更换）", "请重新申请启用");
        };
        let step = totp::step_of(&secret, code, ctx.now()).filter(|step| *step > user.totp_step);
        let Some(step) = step else {
            return AppError::refuse("wrong_code", "验证码不正确", "请核对设备时间，输入当前的六位数字");
        };
        tx.execute(
            "UPDATE user_account SET totp_confirmed = 1, totp_step = $3 WHERE book = $1 AND id = $2",
            params![book.id, user.id, step],
        )?;
        Ok(())
    })
}

/// Switches the second step off. Errors: wrong password.
pub fn remove(bureau: &mut Bureau, ctx: &Context, login: &str, password: &str) -> Result<()> {
    account::check(bureau, ctx, login, password)?;
    act(bureau, ctx, "account.totp_remove", login, "", |tx, book| {
        let user = must_find(tx, book, login)?;
        tx.execute("UPDATE user_account SET totp = NULL, totp_confirmed = 0 WHERE book = $1 AND id = $2", params![book.id, user.id])?;
        Ok(())
    })
}
