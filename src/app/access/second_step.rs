//! The second step (动态验证码): a secret is given out, comes into force with the first right code, and is taken off with the password.

use super::users::must_find;
use super::{account, act, secrets};
use crate::app::{AppError, Bureau, Context, Result};
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

/// Draws a secret. It counts only once it is confirmed. Errors: the second step is on already.
pub fn enrol(bureau: &mut Bureau, ctx: &Context, login: &str) -> Result<Enrolment> {
    let secret = secrets::random::<{ totp::SECRET_BYTES }>()?;
    let issuer = bureau.book.name.clone();
    act(bureau, ctx, "account.totp_enrol", login, "", |tx, book| {
        let user = must_find(tx, book, login)?;
        if user.second_step().is_some() {
            return AppError::refuse("totp_on", "动态验证码已启用", "要换设备请先停用");
        }
        tx.execute(
            "UPDATE user_account SET totp = $3, totp_confirmed = 0 WHERE book = $1 AND id = $2",
            &[Value::Int(book.id), user.id.into(), secret.as_slice().into()],
        )?;
        let Some(address) = totp::address(&secret, &user.login, &issuer) else {
            return Err(AppError::Output("动态验证码地址没有生成".into()));
        };
        Ok(Enrolment { secret: totp::typed(&secret), address })
    })
}

/// Switches the second step on with a right code. Errors: nothing enrolled; wrong code.
pub fn confirm(bureau: &mut Bureau, ctx: &Context, login: &str, code: &str) -> Result<()> {
    act(bureau, ctx, "account.totp_confirm", login, "", |tx, book| {
        let user = must_find(tx, book, login)?;
        if user.totp.is_empty() || user.totp_confirmed {
            return AppError::refuse("totp_not_enrolled", "没有待确认的动态验证码", "请先申请启用");
        }
        let step = totp::step_of(&user.totp, code, ctx.now()).filter(|step| *step > user.totp_step);
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
