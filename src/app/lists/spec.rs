//! A list as it is declared. All texts of SQL here are the program's own; they run on both databases.

use super::query::Query;
use crate::app::{Book, Result};
use crate::domain::report::Kind;
use crate::store::Tx;

/// Codes and the words that people read.
pub type Words = &'static [(&'static str, &'static str)];

/// How a value is stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    Text,
    /// Fen.
    Money,
    Count,
    /// 1/10000.
    Quantity,
    /// 20180305
    Date,
    /// 201803
    Month,
    /// Microseconds since 1970 UTC, shown in China time.
    Time,
    YesNo,
    /// A code shown as its words.
    Words(Words),
    /// 姓名, masked.
    Name,
    /// 身份证号, masked.
    IdNo,
    /// 账号, masked.
    Account,
    /// JSON or free text that may hold ID numbers: digits of 15 and more are masked.
    Digits,
}

impl Show {
    pub fn kind(self) -> Kind {
        match self {
            Show::Money => Kind::Money,
            Show::Count => Kind::Count,
            Show::Date => Kind::Date,
            _ => Kind::Text,
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Show::Money | Show::Count | Show::Quantity | Show::Date | Show::Month | Show::Time | Show::YesNo)
    }

    pub fn is_masked(self) -> bool {
        matches!(self, Show::Name | Show::IdNo | Show::Account | Show::Digits)
    }
}

/// How a column is filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    None,
    Exact,
    Prefix,
    Contains,
    /// Parameters `key_from` and `key_to`, both included.
    Range,
    /// One of these.
    Choice(Words),
}

/// What a filter does to the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// It may be asked at any time.
    Free,
    /// It leaves few rows: the list is then read from its other end (the side door `narrow`).
    Narrows,
    /// It may only be asked together with one that bounds the set.
    NeedsBound,
    /// It bounds the set without narrowing it to a few rows.
    Bounds,
}

/// A column, or a filter that is no column ([`Col::hidden`]).
#[derive(Debug, Clone, Copy)]
pub struct Col {
    pub key: &'static str,
    pub title: &'static str,
    pub show: Show,
    pub sql: &'static str,
    pub nullable: bool,
    pub sortable: bool,
    pub summed: bool,
    pub matched: Match,
    /// Condition in place of `sql = value`; `{}` stands for the value.
    pub condition: &'static str,
    pub cost: Cost,
    /// Conditions of single choices, in place of `condition`.
    pub variants: Words,
    pub shown: bool,
    /// What it opens: `fund`, `batch`, `voucher` …, by the value of this column; empty for nothing.
    pub link: &'static str,
}

impl Col {
    pub const fn new(key: &'static str, title: &'static str, show: Show, sql: &'static str) -> Col {
        Col {
            key,
            title,
            show,
            sql,
            nullable: false,
            sortable: false,
            summed: false,
            matched: Match::None,
            condition: "",
            cost: Cost::Free,
            variants: &[],
            shown: true,
            link: "",
        }
    }

    pub const fn text(key: &'static str, title: &'static str, sql: &'static str) -> Col {
        Col::new(key, title, Show::Text, sql)
    }

    pub const fn money(key: &'static str, title: &'static str, sql: &'static str) -> Col {
        Col::new(key, title, Show::Money, sql)
    }

    pub const fn count(key: &'static str, title: &'static str, sql: &'static str) -> Col {
        Col::new(key, title, Show::Count, sql)
    }

    pub const fn date(key: &'static str, title: &'static str, sql: &'static str) -> Col {
        Col::new(key, title, Show::Date, sql)
    }

    pub const fn time(key: &'static str, title: &'static str, sql: &'static str) -> Col {
        Col::new(key, title, Show::Time, sql)
    }

    pub const fn words(key: &'static str, title: &'static str, words: Words, sql: &'static str) -> Col {
        Col::new(key, title, Show::Words(words), sql).by(Match::Choice(words))
    }

    pub const fn nullable(mut self) -> Col {
        self.nullable = true;
        self
    }

    pub const fn sort(mut self) -> Col {
        self.sortable = true;
        self
    }

    pub const fn sum(mut self) -> Col {
        self.summed = true;
        self
    }

    pub const fn by(mut self, matched: Match) -> Col {
        self.matched = matched;
        self
    }

    pub const fn exact(self) -> Col {
        self.by(Match::Exact)
    }

    pub const fn prefix(self) -> Col {
        self.by(Match::Prefix)
    }

    pub const fn contains(self) -> Col {
        self.by(Match::Contains)
    }

    pub const fn range(self) -> Col {
        self.by(Match::Range)
    }

    pub const fn when(mut self, condition: &'static str) -> Col {
        self.condition = condition;
        self
    }

    pub const fn cost(mut self, cost: Cost) -> Col {
        self.cost = cost;
        self
    }

    pub const fn variants(mut self, variants: Words) -> Col {
        self.variants = variants;
        self
    }

    /// A filter only.
    pub const fn hidden(mut self) -> Col {
        self.shown = false;
        self
    }

    pub const fn link(mut self, to: &'static str) -> Col {
        self.link = to;
        self
    }
}

/// Whose rows they are. Conditions hold `{}` where the list of codes goes; empty where there is no such owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's: only for persons whose scope is the county.
    County,
    /// Everybody's: words that say nothing of money or people, such as a chart of accounts.
    Everyone,
    /// Those of a unit, of a region, or of either.
    Of { unit: &'static str, region: &'static str },
}

/// The count and the sums of a filtered set.
pub struct Totals {
    pub count: i64,
    /// In the order of the summed columns.
    pub sums: Vec<i64>,
}

/// Tables to read a list from, and its unique key as they name it: the same key whichever way one comes in.
#[derive(Debug, Clone, Copy)]
pub struct Entrance {
    pub from: &'static str,
    /// Tables that count, sums and conditions need, where they are fewer; empty where they are not.
    pub lean: &'static str,
    /// Begins with the book: `f.book = $1`.
    pub base: &'static str,
    /// Expression and whether it is a text.
    pub key: &'static [(&'static str, bool)],
}

/// What moves with every write to what a list reads: counters of ids that such a write takes from, and the ledger (the head of the
/// chain, and the number of stages that batches have come to).
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    pub counters: &'static [&'static str],
    pub ledger: bool,
}

/// Registers of people: rows that come in and rows that are changed.
pub const REGISTERS: &[&str] = &["card", "change_log", "file", "household", "person"];

/// Another way to the totals, where it is quicker than counting; `None` where it does not know this query. It is told the place of
/// the database.
pub type Shortcut = fn(&mut Tx<'_>, &Book, &str, &Query) -> Result<Option<Totals>>;

/// One list.
pub struct ListSpec {
    /// English, plural; name of tables and files, and of the path: `funds`.
    pub name: &'static str,
    /// Of its operation: `fund.list`.
    pub id: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub permission: &'static str,
    pub door: Entrance,
    /// Other entrances, in the order in which they are preferred: for a filter that [`Cost::Narrows`] by the name `narrow`, for a
    /// choice by its code, for a scope of regions (and a filter of that name) `region`, else for a filter by the name of its column.
    /// Rows come in the order of the entrance's own key.
    pub side_doors: &'static [(&'static str, Entrance)],
    pub columns: &'static [Col],
    /// Column sorted by where nothing is said, and whether downwards; an empty name is the key alone.
    pub order: (&'static str, bool),
    pub owner: Owner,
    /// What the free search looks through: expression and how.
    pub search: &'static [(&'static str, Match)],
    /// Totals are remembered as long as this stands.
    pub remembered: Option<Marks>,
    pub shortcut: Option<Shortcut>,
    /// The person of a row, by ID number, where masked columns can be shown in full; empty where they cannot.
    pub person: &'static str,
}

impl std::fmt::Debug for ListSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ListSpec").field(&self.name).finish()
    }
}

impl ListSpec {
    pub const fn new(name: &'static str, id: &'static str, title: &'static str, permission: &'static str) -> ListSpec {
        ListSpec {
            name,
            id,
            title,
            about: "",
            permission,
            door: Entrance { from: "", lean: "", base: "", key: &[] },
            side_doors: &[],
            columns: &[],
            order: ("", false),
            owner: Owner::County,
            search: &[],
            remembered: None,
            shortcut: None,
            person: "",
        }
    }

    pub const fn about(mut self, about: &'static str) -> ListSpec {
        self.about = about;
        self
    }

    /// Tables, the condition of the book, and what is unique in the list after any sort.
    pub const fn from(mut self, from: &'static str, base: &'static str, key: &'static [(&'static str, bool)]) -> ListSpec {
        self.door = Entrance { from, lean: "", base, key };
        self
    }

    pub const fn entrance(mut self, door: Entrance) -> ListSpec {
        self.door = door;
        self
    }

    pub const fn side_doors(mut self, doors: &'static [(&'static str, Entrance)]) -> ListSpec {
        self.side_doors = doors;
        self
    }

    pub const fn columns(mut self, columns: &'static [Col]) -> ListSpec {
        self.columns = columns;
        self
    }

    pub const fn order(mut self, column: &'static str, downwards: bool) -> ListSpec {
        self.order = (column, downwards);
        self
    }

    pub const fn of(mut self, unit: &'static str, region: &'static str) -> ListSpec {
        self.owner = Owner::Of { unit, region };
        self
    }

    pub const fn everyone(mut self) -> ListSpec {
        self.owner = Owner::Everyone;
        self
    }

    pub const fn search(mut self, search: &'static [(&'static str, Match)]) -> ListSpec {
        self.search = search;
        self
    }

    /// Totals are remembered as long as these counters stand.
    pub const fn remembered(mut self, counters: &'static [&'static str]) -> ListSpec {
        self.remembered = Some(Marks { counters, ledger: false });
        self
    }

    /// Totals are remembered as long as these counters and the ledger stand.
    pub const fn remembered_with_ledger(mut self, counters: &'static [&'static str]) -> ListSpec {
        self.remembered = Some(Marks { counters, ledger: true });
        self
    }

    pub const fn shortcut(mut self, shortcut: Shortcut) -> ListSpec {
        self.shortcut = Some(shortcut);
        self
    }

    pub const fn person(mut self, id_no: &'static str) -> ListSpec {
        self.person = id_no;
        self
    }

    pub fn column(&self, key: &str) -> Option<&'static Col> {
        self.columns.iter().find(|column| column.key == key)
    }

    pub fn shown(&self) -> impl Iterator<Item = &'static Col> {
        self.columns.iter().filter(|column| column.shown)
    }

    pub fn summed(&self) -> impl Iterator<Item = &'static Col> {
        self.columns.iter().filter(|column| column.summed)
    }
}
