//! All lists, by feature.

pub mod ledger;
pub mod money;
pub mod payout;
pub mod reference;
pub mod registry;
pub mod supervision;
pub mod traces;

use super::ListSpec;

/// Calls a macro with the path of every list, in the order of the documents: whoever makes something for each list, such as
/// its operation, misses none.
#[macro_export]
macro_rules! each_list {
    ($with:ident) => {
        $with! {
            money::FUNDS, money::ALLOCATIONS, money::ALLOCATION_ACTS, payout::BATCHES, payout::PAYMENTS, payout::RETURNS,
            money::DISBURSEMENTS, money::REFUNDS, ledger::VOUCHERS, ledger::POSTINGS, ledger::ACCOUNTS, ledger::TEMPLATES,
            registry::UNITS, registry::REGIONS, registry::PROGRAMS, registry::PROJECTS, registry::HOUSEHOLDS, registry::PERSONS,
            registry::CARDS, supervision::FINDINGS, supervision::CASES, supervision::NOTICES, supervision::OBJECTIONS,
            supervision::PLANS, supervision::CONTROLS, supervision::INTERVIEWS, supervision::OVERRIDES, traces::FILES, traces::ACTS,
            traces::CHANGES, traces::SETTINGS, reference::DEATHS, reference::PAYROLL, reference::COMPANIES, reference::VEHICLES,
            reference::PROPERTIES, reference::CADRES, reference::KIN, reference::HUKOU, reference::CUSTODY, reference::STUDENTS,
            reference::POSTS, reference::LOANS, reference::HOUSING,
        }
    };
}

macro_rules! references {
    ($($module:ident::$name:ident),* $(,)?) => { &[$(&$module::$name),*] };
}

pub static ALL: &[&ListSpec] = each_list!(references);

/// The list of that name.
pub fn find(name: &str) -> Option<&'static ListSpec> {
    ALL.iter().copied().find(|spec| spec.name == name)
}
