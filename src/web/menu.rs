//! The menu: sections in the order in which a bureau works, each holding the operations of its features. It is made from the
//! declarations, so an operation that is added appears, and it shows only what the person may.

use super::address::page_of;
use crate::domain::access::Principal;
use crate::service::door::may;
use crate::service::{Method, Operation, Place, catalogue};
use serde::Serialize;

/// A section, what it is called, and the features (the part of an operation's id before the dot) that belong to it.
struct Chapter {
    key: &'static str,
    title: &'static str,
    features: &'static [&'static str],
    /// Its own page, where it has one; else the page that lists what can be done.
    page: &'static str,
}

const fn chapter(key: &'static str, title: &'static str, features: &'static [&'static str]) -> Chapter {
    Chapter { key, title, features, page: "" }
}

const CHAPTERS: &[Chapter] = &[
    Chapter { key: "overview", title: "总览", features: &["overview"], page: "/" },
    Chapter { key: "inbox", title: "待办", features: &["inbox", "proposal", "approval", "job"], page: "/inbox" },
    chapter("money", "指标与分配", &["fund", "allocation", "allocation_act", "refund"]),
    chapter("projects", "项目库", &["project", "performance", "notice", "objection"]),
    chapter("payout", "发放", &["batch", "payment", "return"]),
    chapter("disbursements", "项目支付", &["disbursement"]),
    chapter("books", "凭证与账簿", &["voucher", "posting", "ledger", "trial_balance", "period", "year", "trace"]),
    chapter("progress", "进度", &["progress", "forecast", "control", "interview", "override"]),
    chapter("oversight", "监督", &["finding", "case", "screening"]),
    chapter("inspection", "检查", &["plan", "inspection_plan", "risk"]),
    chapter("audit", "审计", &["audit", "verify", "export", "act"]),
    chapter("brief", "通报", &["brief"]),
    chapter(
        "registry",
        "基础资料",
        &["region", "unit", "program", "household", "person", "card", "import", "row", "file", "change", "template", "setting", "chart"],
    ),
    chapter("access", "用户与权限", &["user", "role", "session"]),
    chapter("log", "操作日志", &["log"]),
];

/// Files and rows that belong to the section of their business, not to the registers.
const OF_BUSINESS: &[(&str, &str)] = &[
    ("budgets", "money"),
    ("allocations", "money"),
    ("refunds", "money"),
    ("projects", "projects"),
    ("batch", "payout"),
    ("returns", "payout"),
    ("disbursements", "disbursements"),
];

/// Lists that belong elsewhere than their feature says.
const STRAYS: &[(&str, &str)] = &[("ledger_account.list", "registry"), ("approval.levels", "access"), ("approval.set_level", "access")];

/// A section as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    pub key: &'static str,
    pub title: &'static str,
    pub href: String,
    pub current: bool,
    /// Pages of the section, shown where it is the current one.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub title: &'static str,
    pub about: &'static str,
    pub href: String,
    pub current: bool,
}

/// The section that an operation belongs to.
pub fn section_of(id: &str) -> Option<&'static str> {
    if let Some((_, key)) = STRAYS.iter().find(|(stray, _)| *stray == id) {
        return Some(key);
    }
    let (feature, rest) = id.split_once('.').unwrap_or((id, ""));
    if matches!(feature, "import" | "row")
        && let Some((_, key)) = OF_BUSINESS.iter().find(|(kind, _)| *kind == rest)
    {
        return Some(key);
    }
    if feature.starts_with("ref_") {
        return Some("registry");
    }
    CHAPTERS.iter().find(|chapter| chapter.features.contains(&feature)).map(|chapter| chapter.key)
}

/// One's own account stands in the head of the page, and choices of drop-downs are no pages.
fn is_elsewhere(operation: &Operation) -> bool {
    operation.feature() == "options" || operation.feature() == "account"
}

/// The menu of a person on a page.
pub fn of(who: &Principal, path: &str) -> Vec<Section> {
    let here = current_section(path);
    let sections = CHAPTERS.iter().filter_map(|chapter| {
        let mut items = if here == Some(chapter.key) { readable(who, chapter, path) } else { Vec::new() };
        // the section's own page needs no second entry
        items.retain(|item| item.href != chapter.page && chapter.key != "overview");
        let reachable = offered(who, chapter).next().is_some();
        let href = if chapter.page.is_empty() { format!("/sections/{}", chapter.key) } else { chapter.page.to_string() };
        (reachable || chapter.key == "overview").then(|| Section {
            key: chapter.key,
            title: chapter.title,
            href,
            current: here == Some(chapter.key),
            items,
        })
    });
    sections.collect()
}

/// What of a chapter a person may do.
fn offered<'a>(who: &'a Principal, chapter: &'a Chapter) -> impl Iterator<Item = &'static Operation> + 'a {
    catalogue::all()
        .filter(move |operation| !is_elsewhere(operation) && section_of(operation.id) == Some(chapter.key) && may(who, operation))
}

/// Pages that can be opened without knowing a number first.
fn readable(who: &Principal, chapter: &Chapter, path: &str) -> Vec<Item> {
    let pages =
        offered(who, chapter).filter(|operation| operation.method == Method::Get && operation.params_in(Place::Path).next().is_none());
    pages.filter_map(|operation| item(operation, path)).collect()
}

fn item(operation: &'static Operation, path: &str) -> Option<Item> {
    let href = page_of(operation, |_| None)?;
    let current = path == href;
    Some(Item { title: operation.title, about: operation.about, href, current })
}

/// What a section offers, for its own page: what can be looked at and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub title: &'static str,
    pub pages: Vec<Item>,
    pub acts: Vec<Item>,
}

/// The offer of a section, if there is such a section and the person may do anything in it.
pub fn offer(who: &Principal, key: &str) -> Option<Offer> {
    let chapter = CHAPTERS.iter().find(|chapter| chapter.key == key)?;
    let acts: Vec<Item> = offered(who, chapter)
        .filter(|operation| operation.method.writes() && operation.params_in(Place::Path).next().is_none())
        .map(|operation| Item { title: operation.title, about: operation.about, href: format!("/do/{}", operation.id), current: false })
        .collect();
    let pages = readable(who, chapter, "");
    if pages.is_empty() && acts.is_empty() { None } else { Some(Offer { title: chapter.title, pages, acts }) }
}

/// Which section a path is in: by the section's own page, the operation of a form, or the operation shown there.
fn current_section(path: &str) -> Option<&'static str> {
    if let Some(chapter) = CHAPTERS.iter().find(|chapter| chapter.page == path && !chapter.page.is_empty()) {
        return Some(chapter.key);
    }
    if let Some(key) = path.strip_prefix("/sections/") {
        return CHAPTERS.iter().find(|chapter| chapter.key == key).map(|chapter| chapter.key);
    }
    if let Some(id) = path.strip_prefix("/do/") {
        return section_of(id);
    }
    super::ways::find(path).and_then(|(operation, _)| section_of(operation.id))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::web::samples;
    use std::collections::BTreeSet;

    #[test]
    fn a_person_sees_only_what_they_may() {
        let accountant = samples::person(&["payout.read", "payout.make"]);
        let keys: Vec<&str> = of(&accountant, "/").iter().map(|section| section.key).collect();
        assert!(keys.contains(&"overview") && keys.contains(&"payout"), "{keys:?}");
        assert!(!keys.contains(&"log") && !keys.contains(&"access"), "{keys:?}");
        assert!(offer(&accountant, "log").is_none() && offer(&accountant, "no such").is_none());
    }

    #[test]
    fn a_page_and_a_form_are_in_the_section_of_their_feature() {
        let accountant = samples::person(&["payout.read", "payout.make"]);
        for path in ["/sections/payout", "/batches/PC2018-CYFC-201", "/do/batch.cancel"] {
            let current: Vec<&str> = of(&accountant, path).iter().filter(|section| section.current).map(|section| section.key).collect();
            assert_eq!(current, ["payout"], "{path}");
        }
    }

    #[test]
    fn every_operation_has_its_section() {
        let homeless: BTreeSet<&str> = catalogue::all()
            .filter(|operation| !is_elsewhere(operation) && section_of(operation.id).is_none())
            .map(|operation| operation.id)
            .collect();
        assert!(homeless.is_empty(), "{homeless:?}");
    }
}
