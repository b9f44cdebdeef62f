//! People who can sign in to the demo county: one for each role, invented, with passwords drawn anew each time. Who made and
//! approved the county's batches sits here under the same name, so that the service's two-person rules go on to hold for them.

use super::run::{APPROVER, CASHIER, CHIEF, MAKER};
use crate::app::access::account;
use crate::app::access::grants::{self, NewGrant};
use crate::app::access::users::{self, NewUser};
use crate::app::{AppError, Bureau, Context, Result};
use crate::params;
use rand::TryRng;
use rand::rngs::SysRng;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Where logins and passwords are written, for their owner only.
pub const FILE: &str = "users.csv";

struct Seat {
    login: &'static str,
    name: &'static str,
    role: &'static str,
    title: &'static str,
    /// Name of the unit whose money it sees; the whole county where empty.
    unit: &'static str,
}

const fn seat(login: &'static str, name: &'static str, role: &'static str, title: &'static str, unit: &'static str) -> Seat {
    Seat { login, name, role, title, unit }
}

const SEATS: &[Seat] = &[
    seat("kuaiji", MAKER, "accountant", "会计", ""),
    seat("fuhe", APPROVER, "checker", "复核", ""),
    seat("guoku", CASHIER, "treasury", "国库支付", ""),
    seat("lingdao", CHIEF, "leader", "财政局领导", ""),
    seat("minzheng", "部门示己", "department", "主管部门经办", "市民政局"),
    seat("basuo", "乡镇示庚", "township", "乡镇经办", "八所镇人民政府"),
    seat("shenji", "审计示辛", "auditor", "审计", ""),
    seat("tongbao", "通报示壬", "briefing", "通报", ""),
    seat("xitong", "系统示癸", "system_admin", "系统管理员", ""),
    seat("anquan", "安全示子", "security_admin", "安全管理员", ""),
    seat("rizhi", "日志示丑", "log_admin", "审计管理员", ""),
];

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    pub login: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub password: String,
}

/// Makes the users and writes their passwords beside the book.
pub fn seat_all(bureau: &mut Bureau, dir: &Path) -> Result<(Vec<Seated>, PathBuf)> {
    let ctx = Context::new("示范数据");
    let mut seated = Vec::new();
    for seat in SEATS {
        let (login, name) = (seat.login, seat.name);
        let created = users::create(bureau, &ctx, &NewUser { login, name, password: None })?;
        let units = units(bureau, seat.unit)?;
        grants::grant(bureau, &ctx, &NewGrant { login, role: seat.role, units: &units, regions: &[], reason: "示范" })?;
        let password = password()?;
        // ready to use: the first secret has been exchanged for them
        account::change_password(bureau, &ctx, login, 0, &created.secret.unwrap_or_default(), &password)?;
        seated.push(Seated { login, name, title: seat.title, password });
    }
    let path = dir.join(FILE);
    let mut text = String::from("登录名,口令,姓名,角色\n");
    for one in &seated {
        text.push_str(&format!("{},{},{},{}\n", one.login, one.password, one.name, one.title));
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    file.write_all(text.as_bytes())?;
    Ok((seated, path))
}

fn units(bureau: &mut Bureau, name: &str) -> Result<Vec<String>> {
    if name.is_empty() {
        return Ok(Vec::new());
    }
    bureau.read(|tx, book| {
        let sql = "SELECT code FROM unit WHERE book = $1 AND name = $2 ORDER BY code";
        let rows = tx.query(sql, params![book.id, name])?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    })
}

/// Twelve letters and digits that are told apart on paper, in three groups.
fn password() -> Result<String> {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut drawn = [0u8; 12];
    SysRng.try_fill_bytes(&mut drawn).map_err(|error| AppError::Output(format!("系统随机数不可用：{error}")))?;
    let signs: Vec<char> = drawn.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    Ok(signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}
