//! What the steps of an inspection say, in sentences that the command line and the service share.

use super::cases::HandedOver;
use super::draw::Drawn;
use super::plan::Plan;
use super::read::ReadReport;
use crate::app::act::Once;
use crate::domain::inspection::frame::{Frame, digest};
use crate::domain::ledger::chain::hex;

pub fn planned(done: &Once<String>) -> String {
    let said = if done.repeated { "此前已拟定" } else { "已拟定" };
    format!("检查计划 {} {said}", done.result)
}

/// The frame as it would be drawn from now, and its digest.
pub fn frame(plan: &Plan, frame: &Frame, known_to: i64) -> [String; 2] {
    let (items, households) = (frame.items().len(), frame.households());
    [
        format!("检查 {}：{} {items} 个，受益户 {households} 户，截至凭证序号 {known_to}", plan.code, plan.population.title()),
        format!("抽样框摘要（SM3）：{}", hex(&digest(&frame.to_csv()))),
    ]
}

pub fn drawn_before(code: &str) -> String {
    format!("检查 {code} 已经抽样，以下是当时的结果")
}

pub fn closed(code: &str) -> String {
    format!("检查 {code} 已办结")
}

impl Drawn {
    /// What was drawn, how, and what it can be drawn again by.
    pub fn sentences(&self) -> Vec<String> {
        let whole = if self.whole > 0 { format!("（其中全查层 {} 个）", self.whole) } else { String::new() };
        let mut said = vec![
            format!("总体：{} 个，{} 元，受益户 {} 户", self.items, self.total.yuan_grouped(), self.households),
            format!("方法：{}；{}", self.steps.method.title(), self.steps.how),
            format!("样本：{} 个{whole}，{} 个乡镇，{} 户", self.sampled, self.townships, self.households_drawn),
        ];
        if let (Some(interval), Some(start)) = (self.steps.interval, self.steps.start) {
            said.push(format!("抽样间隔 {interval}，随机起点 {start}"));
        }
        said.push(format!("种子：{}", self.seed));
        said.push(format!("抽样框摘要（SM3）：{}", self.frame_digest));
        said.push(format!("样本摘要（SM3）：{}", self.sample_digest));
        said
    }
}

impl HandedOver {
    pub fn sentence(&self, plan: &str) -> String {
        let samples = self.samples.iter().map(i64::to_string).collect::<Vec<_>>().join("、");
        format!("检查 {plan}：样本 {samples} 的差错已转为线索 {}", self.case_code)
    }
}

impl ReadReport {
    /// What became of a worksheet.
    pub fn sentence(&self, dry_run: bool) -> String {
        let file = &self.file;
        if self.repeated {
            return format!("{file}：这个文件已经交过，没有变化");
        }
        if !self.errors.is_empty() {
            return format!("{file}：有 {} 处错误，整个文件没有读入", self.errors.count());
        }
        let trial = if dry_run { "（试读，未保存）" } else { "" };
        format!(
            "{file}：新填 {} 个，更正 {} 个，未变 {} 个，空行 {} 个；检查 {} 已核查 {}/{}{trial}",
            self.entered, self.replaced, self.unchanged, self.blank, self.plan, self.examined, self.sampled
        )
    }
}
