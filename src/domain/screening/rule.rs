//! What a rule declares of itself.

use super::facts::Facts;
use super::hits::Hits;
use super::params::Params;
use serde::Serialize;

/// What follows from a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示: a lead for later.
    Note,
    /// 待核: a reviewer decides line by line, with a reason, before the batch is approved.
    Hold,
    /// 禁付: the line cannot be paid.
    Block,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Block, Severity::Hold, Severity::Note];

    pub const fn code(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Hold => "hold",
            Severity::Block => "block",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            Severity::Note => "提示",
            Severity::Hold => "待核",
            Severity::Block => "禁付",
        }
    }

    pub fn from_code(code: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.code() == code)
    }
}

/// A reference list (比对名单) that a rule cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    Deaths,
    Payroll,
    Companies,
    Vehicles,
    Properties,
    Cadres,
    Kin,
    Hukou,
    Custody,
    Students,
    Posts,
    Loans,
    Housing,
}

impl List {
    pub const ALL: [List; 13] = [
        List::Deaths,
        List::Payroll,
        List::Companies,
        List::Vehicles,
        List::Properties,
        List::Cadres,
        List::Kin,
        List::Hukou,
        List::Custody,
        List::Students,
        List::Posts,
        List::Loans,
        List::Housing,
    ];

    /// The kind of file that brings it (formats.md).
    pub fn kind(self) -> &'static str {
        match self {
            List::Deaths => "ref-deaths",
            List::Payroll => "ref-payroll",
            List::Companies => "ref-companies",
            List::Vehicles => "ref-vehicles",
            List::Properties => "ref-properties",
            List::Cadres => "ref-cadres",
            List::Kin => "ref-kin",
            List::Hukou => "ref-hukou",
            List::Custody => "ref-custody",
            List::Students => "ref-students",
            List::Posts => "ref-posts",
            List::Loans => "ref-loans",
            List::Housing => "ref-housing",
        }
    }

    pub fn title(self) -> &'static str {
        crate::domain::kinds::Kind::find(self.kind()).map_or(self.kind(), |kind| kind.title)
    }
}

/// What the text of a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A whole number: days, months, persons, square metres.
    Count,
    /// Yuan with at most two decimals, held as fen.
    Yuan,
    /// A share of one, such as 0.25.
    Share,
    /// Words or codes, separated by `;`.
    Words,
}

/// A number or text of a rule that a bureau may change from a day on (`sunledger setting set screen.P05.capital …`).
#[derive(Debug)]
pub struct Param {
    pub name: &'static str,
    /// 中文名称 with its unit.
    pub title: &'static str,
    pub kind: ParamKind,
    pub default: &'static str,
}

/// When a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Looks at payment lines: before a batch is approved, and afterwards.
    Lines,
    /// Looks at projects, units and funds, or at people who were not paid: only on the whole book.
    Book,
    /// As [`Pass::Lines`], after all others: it looks at their hits.
    After,
}

/// A rule. Rules stand alone: none knows of another, but for those of [`Pass::After`].
pub struct Rule {
    /// Of the catalogue: `P03`.
    pub id: &'static str,
    /// 规则名称
    pub name: &'static str,
    /// Grows when the logic changes, so that an old finding says which logic found it.
    pub version: u32,
    pub severity: Severity,
    /// What a hit means, one sentence in Chinese for the reviewer, with the innocent look-alikes to rule out.
    pub meaning: &'static str,
    /// Document and article it comes from.
    pub source: &'static str,
    /// Lists without which it has not checked anything.
    pub needs: &'static [List],
    pub params: &'static [Param],
    pub pass: Pass,
    pub find: fn(&Facts, &Params<'_>, &mut Hits<'_>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}
