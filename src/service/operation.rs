//! The declared operation.

use super::{Answer, Call, Param, Place};
use crate::app::{AppError, Result};
pub use crate::domain::access::Thing;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    /// Whether it may change something.
    pub const fn writes(self) -> bool {
        !matches!(self, Method::Get)
    }
}

/// What an operation answers when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    Tables,
    /// A page of a list, or the whole filtered set as a file.
    List,
    /// Sentences and facts.
    Done,
    /// The same of rows that were sent, or everything that is wrong with them.
    Taken,
    /// A document.
    File,
}

impl Gives {
    /// Whether an answer is of this kind. Rows under review are not taken yet: their proposal is done.
    pub fn is(self, answer: &Answer) -> bool {
        match answer {
            Answer::Tables(_) => self == Gives::Tables,
            Answer::List(_) => self == Gives::List,
            Answer::Done(_) => matches!(self, Gives::Done | Gives::Taken),
            Answer::Import(_) => self == Gives::Taken,
            Answer::File(_) => self == Gives::File,
        }
    }
}

/// How far a person's scope must reach for the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It shows nothing of the books: one's own account, templates, meanings of codes.
    Open,
    /// It shows or moves money of the whole county: only for persons whose scope is the county.
    County,
    /// It keeps to the rows of [`Call::scope`] itself.
    Rows,
    /// It is about one object, named by the parameter: what lies outside the scope is answered as if it did not exist.
    Of(Thing, &'static str),
}

/// One thing that the service can do.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Stable, with a dot: `batch.approve`. The API's `operationId` is the same with an underscore.
    pub id: &'static str,
    pub method: Method,
    /// Below `/api/v1`, parameters in braces: `/batches/{batch}/approval`.
    pub path: &'static str,
    /// What buttons and headings say: 审批批次.
    pub title: &'static str,
    /// A sentence or two in Chinese: what it does and what must be so before.
    pub about: &'static str,
    /// Code of a permission (`domain::access::PERMISSIONS`); empty where signing in is enough.
    pub permission: &'static str,
    pub reach: Reach,
    pub params: &'static [Param],
    /// The subject of the approval policy (审批层级) under which others must sign before it is done; `None` where nobody must.
    pub review: Option<&'static str>,
    /// It takes longer than anybody waits for an answer: it runs as a job.
    pub long: bool,
    pub gives: Gives,
    pub run: fn(&mut Call<'_>) -> Result<Answer>,
}

impl Operation {
    pub const fn get(id: &'static str, path: &'static str, title: &'static str) -> Operation {
        Operation::new(Method::Get, id, path, title)
    }

    pub const fn post(id: &'static str, path: &'static str, title: &'static str) -> Operation {
        Operation::new(Method::Post, id, path, title)
    }

    pub const fn put(id: &'static str, path: &'static str, title: &'static str) -> Operation {
        Operation::new(Method::Put, id, path, title)
    }

    pub const fn delete(id: &'static str, path: &'static str, title: &'static str) -> Operation {
        Operation::new(Method::Delete, id, path, title)
    }

    const fn new(method: Method, id: &'static str, path: &'static str, title: &'static str) -> Operation {
        Operation {
            id,
            method,
            path,
            title,
            about: "",
            permission: "",
            reach: Reach::County,
            params: &[],
            review: None,
            long: false,
            gives: if matches!(method, Method::Get) { Gives::Tables } else { Gives::Done },
            run: |_| AppError::refuse("not_offered", "这项操作没有开通", "请与系统管理员联系"),
        }
    }

    pub const fn about(mut self, about: &'static str) -> Operation {
        self.about = about;
        self
    }

    pub const fn may(mut self, permission: &'static str) -> Operation {
        self.permission = permission;
        self
    }

    pub const fn reach(mut self, reach: Reach) -> Operation {
        self.reach = reach;
        self
    }

    pub const fn params(mut self, params: &'static [Param]) -> Operation {
        self.params = params;
        let mut at = 0;
        while at < params.len() {
            // what comes with files is read from disk, line by line
            self.long = self.long || matches!(params[at].place, Place::File);
            at += 1;
        }
        self
    }

    pub const fn review(mut self, subject: &'static str) -> Operation {
        self.review = Some(subject);
        self
    }

    pub const fn long(mut self) -> Operation {
        self.long = true;
        self
    }

    pub const fn gives(mut self, gives: Gives) -> Operation {
        self.gives = gives;
        self
    }

    pub const fn does(mut self, run: fn(&mut Call<'_>) -> Result<Answer>) -> Operation {
        self.run = run;
        self
    }

    /// Its feature, the part before the dot: operations of one feature stand together in documents and menus.
    pub fn feature(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(feature, _)| feature)
    }

    pub fn params_in(&self, place: Place) -> impl Iterator<Item = &'static Param> {
        self.params.iter().filter(move |param| param.place == place)
    }

    /// Whether it takes files: then its body is multipart.
    pub fn takes_files(&self) -> bool {
        self.params_in(Place::File).next().is_some()
    }

    /// Whether it runs as a job: what is long, and what takes files, whose size nobody knows.
    pub fn is_job(&self) -> bool {
        self.long || self.takes_files()
    }
}
