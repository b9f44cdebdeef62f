//! Programmes, batches and their lines; projects, funds, allocations, payments and what came back. Amounts are fen, days
//! whole numbers like 20180305, months like 201803; 0 stands for a day that is not there.

use crate::domain::ledger::Place;
use crate::domain::screening::Origin;

/// 20180305
pub type Day = i64;

/// One version of a programme (补贴政策), in force from a day to a day.
#[derive(Debug, Clone, Default)]
pub struct Program {
    pub code: String,
    pub name: String,
    pub department: String,
    /// 户, 人 or 村
    pub subject: String,
    /// Fen per measure.
    pub rate: i64,
    /// 月, 季, 学期, 年, 次 or 平方米
    pub measure: String,
    /// 固定, 上限 or 下限
    pub bound: String,
    pub eligibility: String,
    pub from: Day,
    /// 99991231 if open.
    pub to: Day,
    pub notice_days: Option<i64>,
    pub excludes: Vec<String>,
}

/// A one-card batch that was not cancelled.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub id: i64,
    pub code: String,
    pub unit: String,
    pub program: String,
    pub allocation: String,
    /// First and last month of the period (所属期).
    pub first: i64,
    pub last: i64,
    pub made: Day,
    pub notice_from: Day,
    pub notice_to: Day,
    pub approved: Day,
    pub sent: Day,
    /// Index of the batch whose returned lines it pays again; [`super::NONE`] otherwise.
    pub reissue_of: u32,
    pub maker: String,
    pub file: Option<i64>,
    /// Voucher of the reservation.
    pub voucher: i64,
}

/// Where a payment line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineState {
    /// Made or sent, no answer yet.
    #[default]
    Pending,
    /// On the card.
    Paid,
    /// Sent back by the bank and waiting.
    Returned,
    /// Sent back and paid again in another batch: that line counts, not this one.
    Reissued,
    /// Sent back and given back to the allocation.
    Released,
}

impl LineState {
    pub fn chinese(self) -> &'static str {
        match self {
            LineState::Pending => "待支付",
            LineState::Paid => "已到卡",
            LineState::Returned => "退票待处理",
            LineState::Reissued => "退票已重发",
            LineState::Released => "退票已释放",
        }
    }

    /// Whether the money reached the payee or is meant to: a returned line is nobody's benefit.
    pub fn counts(self) -> bool {
        matches!(self, LineState::Pending | LineState::Paid)
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Payment {
    /// Index into [`super::Facts::batches`].
    pub batch: u32,
    /// 序号
    pub line: u32,
    pub person: u32,
    /// The household under which it was paid.
    pub household: u32,
    /// Index of the account that it was paid to.
    pub account: u32,
    /// Row of the batch's file.
    pub row: u32,
    pub state: LineState,
    /// 1/10000 of the measure.
    pub quantity: i64,
    /// Fen.
    pub rate: i64,
    pub amount: i64,
    /// Fen of it that came back later (退回).
    pub refunded: i64,
    /// Day on which the bank booked it, or sent it back; 0 before.
    pub booked: Day,
}

impl Payment {
    /// What the payee has or will have: the amount less what came back; 0 for returned lines.
    pub fn kept(&self) -> i64 {
        if self.state.counts() { self.amount - self.refunded } else { 0 }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Region {
    pub code: String,
    pub name: String,
    pub parent: String,
    /// 县, 乡 or 村
    pub level: String,
    pub poor_village: bool,
    pub exit_year: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Unit {
    pub code: String,
    pub name: String,
    /// 财政, 主管部门, 乡镇, 村, 企业 or 银行
    pub kind: String,
    pub parent: String,
    pub region: String,
    pub uscc: String,
    /// Its own bank account; empty if not known.
    pub account: String,
}

#[derive(Debug, Clone, Default)]
pub struct Project {
    pub code: String,
    pub name: String,
    /// 产业, 就业, …
    pub kind: String,
    pub department: String,
    pub implementer: String,
    pub region: String,
    /// Fen.
    pub planned: i64,
    pub village_applied: Day,
    pub township_reviewed: Day,
    pub county_approved: Day,
    pub province_filed: Day,
    pub notice_from: Day,
    pub notice_to: Day,
    pub started: Day,
    pub finished: Day,
    pub completion_notice: Day,
    pub goal: String,
    /// 储备, 在库, 实施, 竣工 or 退出
    pub status: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Fund {
    pub doc_no: String,
    pub name: String,
    /// 中央, 省, 市 or 县
    pub level: String,
    pub category: String,
    pub year: i64,
    pub amount: i64,
    pub received: Day,
    /// 功能科目
    pub function: String,
    pub carried_over: bool,
    pub carried_from: i64,
    pub origin: Origin,
}

/// A dimension set: a fund, unallocated or under one allocation.
#[derive(Debug, Clone, Default)]
pub struct Dim {
    pub id: i64,
    pub fund: String,
    /// Allocation document; empty while unallocated, as are the following.
    pub allocation: String,
    pub unit: String,
    pub project: String,
    pub program: String,
}

#[derive(Debug, Clone, Default)]
pub struct AllocationAct {
    pub doc_no: String,
    /// 下达, 调减 or 收回
    pub kind: String,
    pub date: Day,
    pub fund: String,
    pub unit: String,
    pub project: String,
    pub program: String,
    pub amount: i64,
    pub voucher: i64,
    pub origin: Origin,
}

/// Money of one dimension set (index into [`super::Facts::dims`]).
#[derive(Debug, Clone, Copy, Default)]
pub struct Slice {
    pub dim: u32,
    pub amount: i64,
}

/// A project payment (项目支付).
#[derive(Debug, Clone, Default)]
pub struct Disbursement {
    pub id: i64,
    pub doc_no: String,
    pub date: Day,
    pub unit: String,
    pub allocation: String,
    pub project: String,
    pub payee: String,
    /// Bank account as written, digits.
    pub account: String,
    /// 施工单位, 供应商, 合作社, 村集体, 预算单位 or 个人
    pub payee_kind: String,
    pub purpose: String,
    pub amount: i64,
    /// 直接支付, 授权支付, 实拨单位 or 现金
    pub method: String,
    pub retention: bool,
    /// pay, move, onward or retain
    pub event: String,
    /// Day on which retention was paid out; 0 otherwise.
    pub retention_paid: Day,
    pub refunded: i64,
    pub slices: Vec<Slice>,
    pub voucher: i64,
    pub origin: Origin,
}

/// Money that came back after it was paid (退回).
#[derive(Debug, Clone, Default)]
pub struct Refund {
    pub doc_no: String,
    pub date: Day,
    /// Index of the disbursement it is of; [`super::NONE`] otherwise.
    pub disbursement: u32,
    /// Index of the payment line it is of; [`super::NONE`] otherwise.
    pub payment: u32,
    pub amount: i64,
    pub reason: String,
    pub voucher: i64,
    pub origin: Origin,
}

/// What a control place of a dimension set took (debit) and gave (credit) on a day, closing entries left out.
#[derive(Debug, Clone, Copy)]
pub struct PlaceDay {
    pub place: Place,
    /// Index into [`super::Facts::dims`].
    pub dim: u32,
    pub date: Day,
    pub debit: i64,
    pub credit: i64,
}
