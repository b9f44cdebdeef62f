//! Who may do what, and where: permissions, the reach of a person's rights (行范围) and the person as known to one request.
//! Which role holds which permission is data (`access/data/roles.csv`, then the book's own tables); here stands only what the
//! program itself must know: the names of the permissions and how a scope decides.

pub mod entry;
pub mod lockout;
pub mod password;
mod permission;
mod role;
pub mod settings;
pub mod totp;

pub use permission::{PERMISSIONS, Permission, permission};
pub use role::{Role, RoleReach, permission_problems, shipped_roles};

use std::collections::BTreeSet;

/// Whose rows a person sees: all of the county, or those of some units and of regions with all that lies within them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    County,
    Within(Within),
}

/// Units and regions, each already with everything below it. Empty sets see nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Unit codes.
    pub units: BTreeSet<String>,
    /// Region codes (区划编码).
    pub regions: BTreeSet<String>,
}

impl Scope {
    pub fn is_county(&self) -> bool {
        matches!(self, Scope::County)
    }

    pub fn has_unit(&self, unit: &str) -> bool {
        match self {
            Scope::County => true,
            Scope::Within(within) => within.units.contains(unit),
        }
    }

    pub fn has_region(&self, region: &str) -> bool {
        match self {
            Scope::County => true,
            Scope::Within(within) => within.regions.contains(region),
        }
    }
}

/// What an object in a path is, so that the door can find whose it is before the operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Batch,
    Project,
    Unit,
    Region,
    Household,
    Fund,
    /// By number or sequence.
    Voucher,
    Disbursement,
    Finding,
    Case,
    Notice,
    Objection,
    Plan,
}

/// A signed-in person, as one request sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Number of the user in the book.
    pub user: i64,
    pub login: String,
    /// 姓名: what vouchers and stages carry. Two accounts of one person carry one name, so that two-person rules hold.
    pub name: String,
    /// Codes of the roles held, in order.
    pub roles: Vec<String>,
    pub permissions: BTreeSet<String>,
    pub scope: Scope,
    /// Number of the session, 0 outside one (command line, tests).
    pub session: i64,
    /// The password must be changed before anything else is done.
    pub must_change_password: bool,
}

impl Principal {
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }

    /// Somebody at the bureau's own desk (the command line), where the machine's door decides who may enter: all permissions,
    /// the whole county, and no account.
    pub fn at_desk(name: &str) -> Principal {
        Principal {
            user: 0,
            login: String::new(),
            name: name.trim().to_string(),
            roles: Vec::new(),
            permissions: PERMISSIONS.iter().map(|permission| permission.code.to_string()).collect(),
            scope: Scope::County,
            session: 0,
            must_change_password: false,
        }
    }
}
