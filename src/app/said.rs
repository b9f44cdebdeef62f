//! What came of an act, in the words that the command line prints and the service answers: said once for both.

use super::import::ImportReport;
use super::payout::reissue::{Reissued, Released};
use super::payout::stage::Staged;
use super::payout::strip::Stripped;
use super::projects::act::Done;
use crate::domain::money::Fen;

impl Staged {
    /// `what` was done: 已送银行.
    pub fn said(&self, what: &str) -> String {
        let voucher = self.voucher.as_ref().map_or_else(String::new, |voucher| format!("，凭证 {}", voucher.label()));
        format!("批次 {} {what}：{} 笔，{} 元{voucher}", self.batch, self.lines, Fen::new(self.total).yuan_grouped())
    }
}

impl Stripped {
    /// `code` is the batch that was given up.
    pub fn said(&self, code: &str) -> String {
        let total = Fen::new(self.total).yuan_grouped();
        format!("批次 {code} 已撤销，剔除 {} 行后重编为 {}：{} 笔，{total} 元", self.taken_out, self.batch, self.lines)
    }
}

impl Reissued {
    pub fn said(&self) -> String {
        let total = Fen::new(self.total).yuan_grouped();
        format!("已编制重发批次 {}：{} 笔，{total} 元（凭证 {}）", self.batch, self.lines, self.voucher.label())
    }

    /// Which lines still wait for a card, if any.
    pub fn said_waiting(&self) -> Option<String> {
        let lines: Vec<String> = self.waiting.iter().map(i64::to_string).collect();
        (!lines.is_empty()).then(|| format!("还有 {} 笔退票的收款人没有新账户：序号 {}", lines.len(), lines.join("、")))
    }
}

impl Released {
    pub fn said(&self) -> String {
        let total = Fen::new(self.total).yuan_grouped();
        format!("已释放 {} 笔退票，{total} 元退回分配（凭证 {}）", self.lines, self.voucher.label())
    }
}

impl Done {
    pub fn said(&self) -> String {
        let Done { code, name, act, state, steps, .. } = self;
        format!("项目 {code} {name}：{act}已登记，状态 {state}，流程 {steps}/4")
    }

    /// What a project that leaves still holds.
    pub fn said_unspent(&self) -> Option<String> {
        let unspent = Fen::new(self.unspent);
        (self.unspent > 0).then(|| format!("该项目还有未支付的分配 {} 元，请用 调减 收回", unspent.yuan_grouped()))
    }
}

impl ImportReport {
    /// File and kind, with which every line about it begins.
    pub fn head(&self) -> String {
        format!("{}（{}）", self.file, self.kind.title)
    }

    /// What came of the file: taken, taken before, or refused.
    pub fn said(&self) -> String {
        let head = self.head();
        if !self.accepted() {
            let count = if self.errors.is_empty() { String::new() } else { format!("共 {} 处错误，", self.errors.count()) };
            return format!("{head}：{count}文件没有导入，账簿没有变化");
        }
        if self.repeated {
            return format!("{head}：内容相同的文件已于 {}，账簿没有变化", self.earlier.as_deref().unwrap_or("以前报送"));
        }
        let (rows, inserted) = (self.rows, self.inserted);
        let mut said = format!("{head}：共 {rows} 行，新增 {inserted}，更新 {}，未变 {}", self.updated, self.unchanged);
        match self.vouchers.as_slice() {
            [] => {}
            [one] => said.push_str(&format!("，凭证 {one}")),
            [first, .., last] => said.push_str(&format!("，凭证 {} 张：{first} 至 {last}", self.vouchers.len())),
        }
        if self.dry_run {
            said.push_str("（仅检查，未入账）");
        }
        said
    }
}
