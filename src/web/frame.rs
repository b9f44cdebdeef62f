//! What surrounds every page: the book, who is signed in, the menu of what they may, the way back.

use super::menu::{self, Section};
use crate::domain::access::Principal;
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    pub title: String,
    /// Empty for the page itself.
    pub href: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// 账套名称
    pub book: String,
    /// 姓名
    pub person: String,
    /// 角色, joined for reading.
    pub roles: String,
    /// 2018-09-30, China time.
    pub today: String,
    /// The session's token against forged requests.
    pub csrf: String,
    pub menu: Vec<Section>,
    /// What waits for this person; 0 shows nothing.
    pub waiting: i64,
    pub title: String,
    pub crumbs: Vec<Crumb>,
    /// Seconds after which the page asks for itself again, for pages without script; 0 never.
    pub reload: u32,
}

/// What the service knows of a request when it makes a page.
#[derive(Debug, Clone)]
pub struct Seat<'a> {
    pub book: &'a str,
    pub who: &'a Principal,
    /// Titles of the roles held.
    pub roles: &'a [String],
    pub today: chrono::NaiveDate,
    pub csrf: &'a str,
    pub waiting: i64,
}

impl Frame {
    /// The frame of a page at `path`.
    pub fn new(seat: &Seat<'_>, path: &str, title: impl Into<String>) -> Frame {
        let title = title.into();
        let menu = menu::of(seat.who, path);
        let mut crumbs: Vec<Crumb> = menu
            .iter()
            .filter(|section| section.current && section.href != path)
            .map(|section| Crumb { title: section.title.to_string(), href: section.href.clone() })
            .collect();
        crumbs.push(Crumb { title: title.clone(), href: String::new() });
        Frame {
            book: seat.book.to_string(),
            person: seat.who.name.clone(),
            roles: if seat.roles.is_empty() { seat.who.roles.join("、") } else { seat.roles.join("、") },
            today: seat.today.to_string(),
            csrf: seat.csrf.to_string(),
            menu,
            waiting: seat.waiting,
            title,
            crumbs,
            reload: 0,
        }
    }

    /// A step between the section and the page.
    pub fn under(mut self, title: impl Into<String>, href: impl Into<String>) -> Frame {
        let at = self.crumbs.len().saturating_sub(1);
        self.crumbs.insert(at, Crumb { title: title.into(), href: href.into() });
        self
    }
}
