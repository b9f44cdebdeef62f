//! Roles, their rights and grants (授权), for the security administrator (安全管理员), who gives rights and cannot use them. What gives or
//! changes rights is signed by a second person (送审).

use crate::app::access::grants::{self, NewGrant};
use crate::app::access::roles;
use crate::service::answer::Done;
use crate::service::{Answer, Operation, Param, ParamKind, Reach};
use std::collections::BTreeSet;

const LOGIN: Param = Param::body("login", "登录名", ParamKind::Text(32)).required();
const ROLE: Param = Param::body("role", "角色", ParamKind::Text(40)).required().hint("角色编码或名称");
const UNITS: Param = Param::body("units", "单位", ParamKind::Texts(40)).hint("单位编码；单位和区划都不填为全县");
const REGIONS: Param = Param::body("regions", "区划", ParamKind::Texts(20)).hint("区划编码，含其下各级");
const REASON: Param = Param::body("reason", "理由", ParamKind::Text(200)).required();
const OF: Param = Param::query("login", "登录名", ParamKind::Text(32));
const REVOKED: Param = Param::query("revoked", "包括已撤销的", ParamKind::Flag);
const GRANT: Param = Param::path("grant", "授权编号");
const OF_ROLE: Param = Param::path("role", "角色");
const PERMISSIONS: Param = Param::body("permissions", "权限", ParamKind::Texts(40)).required().hint("该角色的全部权限编码");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("role.list", "/roles", "角色和权限")
        .about("各角色的职责、范围、权限和不得兼任的角色。")
        .may("role.grant")
        .reach(Reach::Open)
        .does(|call| {
            let roles = roles::list(call.bureau)?;
            Ok(Answer::Tables(vec![roles::table(&roles), roles::permissions_table(&roles)]))
        }),
    Operation::post("role.permissions", "/roles/{role}/permissions", "修改角色权限")
        .about("给出该角色的全部权限；业务权限和管理员权限不能放在同一角色。")
        .may("role.grant")
        .reach(Reach::Open)
        .params(&[OF_ROLE, PERMISSIONS, REASON])
        .review("role")
        .does(|call| {
            let (role, wanted) = (call.input.must("role"), call.input.texts("permissions").iter().cloned().collect::<BTreeSet<_>>());
            let changed = roles::set_permissions(call.bureau, &call.ctx, role, &wanted)?;
            Ok(Done::new(format!("角色“{role}”的权限已修改 {changed} 项，立即生效")).fact("role", role).fact("changed", changed).into())
        }),
    Operation::get("role.grants", "/grants", "授权记录")
        .about("谁在何时由谁授予什么角色和范围。")
        .may("role.grant")
        .reach(Reach::Open)
        .params(&[OF, REVOKED])
        .does(|call| Ok(grants::table(&grants::grants(call.bureau, call.input.text("login"), call.input.flag("revoked"))?).into())),
    Operation::post("role.grant", "/grants", "授予角色")
        .about("授予角色，范围为全县或指定的单位、区划；不相容的职责不能由一人担任。")
        .may("role.grant")
        .reach(Reach::Open)
        .params(&[LOGIN, ROLE, UNITS, REGIONS, REASON])
        .review("role")
        .does(|call| {
            let asked = NewGrant {
                login: call.input.must("login"),
                role: call.input.must("role"),
                units: call.input.texts("units"),
                regions: call.input.texts("regions"),
                reason: call.input.must("reason"),
            };
            let grant = grants::grant(call.bureau, &call.ctx, &asked)?;
            Ok(Done::new(format!("已授予“{}”角色 {}", asked.login, asked.role)).fact("grant", grant).fact("login", asked.login).into())
        }),
    Operation::post("role.revoke", "/grants/{grant}/revocation", "撤销授权")
        .about("立即生效；不必送审。")
        .may("role.grant")
        .reach(Reach::Open)
        .params(&[GRANT, REASON])
        .does(|call| {
            let number = call.input.must("grant").parse().unwrap_or(0); // no grant has it, which is what is answered
            let grant = grants::revoke(call.bureau, &call.ctx, number, call.input.must("reason"))?;
            Ok(Done::new(format!("已撤销“{}”的 {}", grant.login, grant.words())).fact("grant", grant.id).fact("login", grant.login).into())
        }),
];
