//! One's own account (我的账户): who I am and what I may do, my password, the second step, my sessions. Everybody who is signed in may.

use crate::app::access::{account, roles, sessions};
use crate::domain::access::Scope;
use crate::domain::report::{Cell, Kind, Table};
use crate::service::answer::Done;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Reach};

const OLD: Param = Param::body("old_password", "原口令", ParamKind::Secret).required();
const NEW: Param = Param::body("new_password", "新口令", ParamKind::Secret).required().hint("用几个不相干的词连成一句，越长越好");
const PASSWORD: Param = Param::body("password", "口令", ParamKind::Secret).required();
const CODE: Param = Param::body("code", "动态验证码", ParamKind::Text(10)).required().hint("验证器上的六位数字");
const SESSION: Param = Param::path("session", "会话");
const ENDED: Param = Param::query("ended", "包括已结束的", ParamKind::Flag);

pub const OPERATIONS: &[Operation] = &[
    Operation::get("account.show", "/account", "我的账户").about("登录名、姓名、角色、范围和权限。").reach(Reach::Open).does(|call| {
        let roles = roles::list(call.bureau)?;
        Ok(Answer::Tables(vec![account_table(call, &roles), my_permissions(call)]))
    }),
    Operation::post("account.change_password", "/account/password", "更换口令")
        .about("须填写原口令；更换后其他会话全部结束。")
        .reach(Reach::Open)
        .params(&[OLD, NEW])
        .does(|call| {
            let (old, new) = (call.input.must("old_password"), call.input.must("new_password"));
            account::change_password(call.bureau, &call.ctx, &call.who.login, call.who.session, old, new)?;
            Ok(Done::new("口令已更换，其他会话已结束").into())
        }),
    Operation::post("account.totp_enrol", "/account/totp", "申请动态验证码")
        .about("生成验证器用的密钥，只显示一次；用验证码确认后启用。")
        .reach(Reach::Open)
        .does(|call| {
            let enrolment = account::enrol(call.bureau, &call.ctx, &call.who.login)?;
            Ok(Done::new("请用验证器扫描二维码或输入密钥，然后输入验证码确认")
                .fact("secret", enrolment.secret)
                .fact("address", enrolment.address)
                .into())
        }),
    Operation::post("account.totp_confirm", "/account/totp/confirmation", "确认动态验证码")
        .about("输入当前验证码，启用登录的第二步。")
        .reach(Reach::Open)
        .params(&[CODE])
        .does(|call| {
            account::confirm(call.bureau, &call.ctx, &call.who.login, call.input.must("code"))?;
            Ok(Done::new("动态验证码已启用，下次登录须输入").into())
        }),
    Operation::post("account.totp_remove", "/account/totp/removal", "停用动态验证码")
        .about("须填写口令。")
        .reach(Reach::Open)
        .params(&[PASSWORD])
        .does(|call| {
            account::remove(call.bureau, &call.ctx, &call.who.login, call.input.must("password"))?;
            Ok(Done::new("动态验证码已停用").into())
        }),
    Operation::get("account.sessions", "/account/sessions", "我的会话")
        .about("我在何处登录，最近何时操作。")
        .reach(Reach::Open)
        .params(&[ENDED])
        .does(|call| {
            let live = !call.input.flag("ended");
            Ok(sessions::table(&sessions::list(call.bureau, &call.ctx, Some(&call.who.login), live)?).into())
        }),
    Operation::post("account.end_session", "/account/sessions/{session}/end", "结束我的会话")
        .about("结束自己在别处的登录。")
        .reach(Reach::Open)
        .params(&[SESSION])
        .does(|call| {
            let session = super::users::session_number(call.input.must("session"))?;
            sessions::end(call.bureau, &call.ctx, session, Some(call.who.user), "本人结束")?;
            Ok(Done::new(format!("会话 {session} 已结束")).fact("session", session).into())
        }),
];

fn account_table(call: &Call<'_>, roles: &[crate::domain::access::Role]) -> Table {
    let who = call.who;
    let title = |code: &String| roles.iter().find(|role| role.code == *code).map_or(code.clone(), |role| role.title.clone());
    let titles: Vec<String> = who.roles.iter().map(title).collect();
    let scope = match &who.scope {
        Scope::County => "全县".to_string(),
        Scope::Within(within) => {
            let places: Vec<&str> = within.units.iter().chain(&within.regions).map(String::as_str).collect();
            if places.is_empty() { "无业务数据".into() } else { places.join("、") }
        }
    };
    let mut table = Table::new("account", "我的账户")
        .column("user", "编号", Kind::Count)
        .column("login", "登录名", Kind::Text)
        .column("name", "姓名", Kind::Text)
        .column("roles", "角色", Kind::Text)
        .column("scope", "范围", Kind::Text)
        .column("session", "会话", Kind::Count)
        .column("must_change_password", "须更换口令", Kind::Text);
    table.push(vec![
        Cell::Count(who.user),
        Cell::text(&who.login),
        Cell::text(&who.name),
        Cell::text(titles.join("、")),
        Cell::text(scope),
        Cell::Count(who.session),
        Cell::text(if who.must_change_password { "是" } else { "否" }),
    ]);
    table
}

fn my_permissions(call: &Call<'_>) -> Table {
    let mut table = Table::new("permissions", "我的权限").column("permission", "权限", Kind::Text).column("title", "名称", Kind::Text);
    for code in &call.who.permissions {
        table.push(vec![Cell::text(code), Cell::text(roles::permission_title(code))]);
    }
    table
}
