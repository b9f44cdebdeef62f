//! Roles (角色) and who may hold which together. A role is data: what it may do, for which part of the county it may be granted, and
//! which roles it excludes. Three administrators exclude one another and every business role (GB/T 22239-2019 8.1.5 三员分立):
//! the system administrator sees no money, the security administrator grants but cannot use, the log administrator only reads.

use super::permission;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const SHIPPED: &str = include_str!("data/roles.csv");

/// For which part of the county a role may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleReach {
    /// The whole county.
    County,
    /// Units or regions, which must be named.
    Part,
    /// No rows at all: administrators.
    None,
}

impl RoleReach {
    pub fn code(self) -> &'static str {
        match self {
            RoleReach::County => "county",
            RoleReach::Part => "part",
            RoleReach::None => "none",
        }
    }

    pub fn from_code(code: &str) -> Option<RoleReach> {
        [RoleReach::County, RoleReach::Part, RoleReach::None].into_iter().find(|reach| reach.code() == code)
    }

    pub fn title(self) -> &'static str {
        match self {
            RoleReach::County => "全县",
            RoleReach::Part => "指定的单位或区划",
            RoleReach::None => "无业务数据",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    pub code: String,
    pub title: String,
    pub reach: RoleReach,
    /// It sees or moves money; otherwise it is an administrator's.
    pub business: bool,
    /// Codes of the roles that a person with this one may not hold.
    pub excludes: BTreeSet<String>,
    pub permissions: BTreeSet<String>,
    pub about: String,
}

/// The roles that ship, in their order. A line that does not hold together gives no role; the unit test reads them all.
pub fn shipped_roles() -> Vec<Role> {
    let mut roles: Vec<Role> = SHIPPED.lines().skip(1).filter_map(one).collect();
    let business: BTreeMap<String, bool> = roles.iter().map(|role| (role.code.clone(), role.business)).collect();
    let all = |wanted: bool| business.iter().filter(move |(_, is)| **is == wanted).map(|(code, _)| code.clone());
    for role in &mut roles {
        let groups: Vec<String> = role.excludes.iter().filter(|code| code.starts_with('@')).cloned().collect();
        for group in groups {
            role.excludes.remove(&group);
            role.excludes.extend(all(group == "@business"));
        }
        role.excludes.remove(&role.code);
    }
    // written on one side, it holds on both
    let pairs: Vec<(String, String)> =
        roles.iter().flat_map(|role| role.excludes.iter().map(|other| (other.clone(), role.code.clone()))).collect();
    for (code, other) in pairs {
        if let Some(role) = roles.iter_mut().find(|role| role.code == code) {
            role.excludes.insert(other);
        }
    }
    roles
}

fn one(line: &str) -> Option<Role> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let [code, title, reach, excludes, permissions, about] = cells[..] else { return None };
    let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<BTreeSet<String>>();
    let permissions = words(permissions);
    let business = permissions.iter().any(|code| permission(code).is_some_and(|permission| permission.business));
    Some(Role {
        code: code.into(),
        title: title.into(),
        reach: RoleReach::from_code(reach)?,
        business,
        excludes: words(excludes),
        permissions,
        about: about.into(),
    })
}

/// What is wrong with a role's rights, in Chinese: unknown ones, and money beside administration.
pub fn permission_problems(role: &str, business: bool, permissions: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for code in permissions {
        match permission(code) {
            None => problems.push(format!("没有“{code}”这项权限")),
            Some(permission) if permission.business != business => {
                let (this, other) = if business { ("业务", "管理员") } else { ("管理员", "业务") };
                problems.push(format!("“{}”（{code}）是{other}权限，{this}角色“{role}”不能拥有", permission.title));
            }
            Some(_) => {}
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a failed example fails its test")]
    use super::*;
    use crate::domain::access::PERMISSIONS;

    #[test]
    fn shipped_roles_hold_together() {
        let roles = shipped_roles();
        assert_eq!(roles.len(), SHIPPED.lines().count() - 1, "every line is understood");
        for role in &roles {
            assert_eq!(permission_problems(&role.title, role.business, &role.permissions), Vec::<String>::new());
            assert_eq!(role.business, role.reach != RoleReach::None, "{}", role.code);
            for other in &role.excludes {
                let other = roles.iter().find(|known| known.code == *other).expect("an excluded role is a role");
                assert!(other.excludes.contains(&role.code), "{} and {}", role.code, other.code);
            }
        }
    }

    #[test]
    fn the_three_administrators_stand_alone() {
        let roles = shipped_roles();
        for role in roles.iter().filter(|role| !role.business) {
            assert_eq!(role.excludes.len(), roles.len() - 1, "{} excludes every other", role.code);
        }
        assert_eq!(roles.iter().filter(|role| !role.business).count(), 3);
    }

    #[test]
    fn somebody_holds_each_permission() {
        let held: BTreeSet<String> = shipped_roles().into_iter().flat_map(|role| role.permissions).collect();
        for permission in PERMISSIONS {
            assert!(held.contains(permission.code), "{}", permission.code);
        }
    }

    #[test]
    fn the_auditor_writes_nothing_but_cases() {
        let auditor = shipped_roles().into_iter().find(|role| role.code == "auditor").expect("ships");
        let writes: Vec<&String> =
            auditor.permissions.iter().filter(|code| !code.ends_with(".read") && code.as_str() != "personal.unmask").collect();
        assert_eq!(writes, ["audit.export", "case.write"]);
    }
}
