//! Users and their sessions, for the system administrator (系统管理员), who sees no money.

use crate::app::access::users::{self, Created, NewUser};
use crate::app::access::{grants, sessions};
use crate::app::context::china_time;
use crate::app::{AppError, Result};
use crate::service::answer::Done;
use crate::service::{Answer, Operation, Param, ParamKind, Reach};

const USER: Param = Param::path("login", "登录名");
const LOGIN: Param = Param::body("login", "登录名", ParamKind::Text(32)).required().hint("2 至 32 个字母、数字或 . _ -");
const NAME: Param = Param::body("name", "姓名", ParamKind::Text(40)).required().hint("同一人的几个用户须相同");
const REASON: Param = Param::body("reason", "理由", ParamKind::Text(200)).required();
const SESSION: Param = Param::path("session", "会话");
const ENDED: Param = Param::query("ended", "包括已结束的", ParamKind::Flag);
const OF: Param = Param::query("login", "登录名", ParamKind::Text(32));

pub const OPERATIONS: &[Operation] = &[
    Operation::get("user.list", "/users", "用户目录")
        .about("全部用户及其角色、状态、最近登录。")
        .may("user.manage")
        .reach(Reach::Open)
        .does(|call| Ok(users::table(&users::list(call.bureau)?).into())),
    Operation::get("user.show", "/users/{login}", "用户")
        .about("一个用户、其授权记录和会话。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[USER])
        .does(|call| {
            let login = call.input.must("login");
            let user = users::show(call.bureau, login)?;
            let grants = grants::grants(call.bureau, Some(login), true)?;
            let sessions = sessions::list(call.bureau, &call.ctx, Some(login), false)?;
            Ok(Answer::Tables(vec![users::table(&[user]), grants::table(&grants), sessions::table(&sessions)]))
        }),
    Operation::post("user.create", "/users", "新建用户")
        .about("给出首次口令，只显示一次，首次登录须更换。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[LOGIN, NAME])
        .does(|call| {
            let new = NewUser { login: call.input.must("login"), name: call.input.must("name"), password: None };
            Ok(created("已新建用户", users::create(call.bureau, &call.ctx, &new)?))
        }),
    Operation::post("user.reset", "/users/{login}/reset", "重置口令")
        .about("经签批后给出新的首次口令，停用动态验证码，结束其全部登录。首次口令只给最后签批的人看一次，由其当面交给本人：申请重置的人不知道口令。")
        .may("user.manage")
        .review("role")
        .reach(Reach::Open)
        .params(&[USER, REASON])
        .does(|call| Ok(created("已重置口令", users::reset_password(call.bureau, &call.ctx, call.input.must("login"), None)?))),
    Operation::post("user.disable", "/users/{login}/disabling", "停用用户")
        .about("立即结束其全部登录。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[USER, REASON])
        .does(|call| {
            let login = call.input.must("login");
            users::disable(call.bureau, &call.ctx, login, call.input.must("reason"))?;
            Ok(Done::new(format!("用户“{login}”已停用，其登录已全部结束")).fact("login", login).into())
        }),
    Operation::post("user.enable", "/users/{login}/enabling", "启用用户")
        .about("停用的用户重新启用。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[USER, REASON])
        .does(|call| {
            let login = call.input.must("login");
            users::enable(call.bureau, &call.ctx, login, call.input.must("reason"))?;
            Ok(Done::new(format!("用户“{login}”已启用")).fact("login", login).into())
        }),
    Operation::get("session.list", "/sessions", "会话")
        .about("谁在线，从何处登录。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[OF, ENDED])
        .does(|call| {
            let live = !call.input.flag("ended");
            Ok(sessions::table(&sessions::list(call.bureau, &call.ctx, call.input.text("login"), live)?).into())
        }),
    Operation::post("session.end", "/sessions/{session}/end", "结束会话")
        .about("立即结束一个登录。")
        .may("user.manage")
        .reach(Reach::Open)
        .params(&[SESSION, REASON])
        .does(|call| {
            let session = session_number(call.input.must("session"))?;
            sessions::end(call.bureau, &call.ctx, session, None, call.input.must("reason"))?;
            Ok(Done::new(format!("会话 {session} 已结束")).fact("session", session).into())
        }),
];

/// The number of a session in a path. Errors: it is none.
pub(super) fn session_number(text: &str) -> Result<i64> {
    match text.parse() {
        Ok(number) => Ok(number),
        Err(_) => AppError::refuse("no_session", format!("没有会话 {text}"), "请先查看会话列表"),
    }
}

fn created(what: &str, created: Created) -> Answer {
    let ends = china_time(created.secret_ends);
    Done::new(format!("{what}：{}", created.login))
        .also(format!("首次口令只显示这一次，请当面交给本人；在 {ends} 前有效，首次登录须更换"))
        .fact("login", created.login)
        .fact("user", created.user)
        .fact("secret", created.secret)
        .fact("secret_ends", ends)
        .into()
}
