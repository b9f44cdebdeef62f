//! `sunledger screen`: rules over the book or one batch, their findings, and trials of other parameters.

use super::output::{Format, Output};
use super::{DONE, Desk, day};
use crate::app::act::record_unmasking;
use crate::app::screening::findings::{checks_table, short_table, table};
use crate::app::screening::trial::{Trial, trial};
use crate::app::screening::words::{assignment, params_table, rules_table, unmasked};
use crate::app::screening::{Screened, Wanted, run, score};
use crate::app::{AppError, Result};
use crate::domain::screening::score::{findings_table as faults_table, table as score_table};
use crate::domain::screening::{Rule, Severity, rules::RULES};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Findings shown on a terminal.
const SHOWN: usize = 40;

/// 疑点筛查：按规则查全账或一个批次
#[derive(Debug, Args)]
pub struct Screen {
    /// 只查这个批次（审批前看结果，不记入疑点台账）
    #[arg(long, value_name = "批次号", conflicts_with_all = ["all", "changed"])]
    batch: Option<String>,
    /// 查全账（默认）
    #[arg(long)]
    all: bool,
    /// 只用这些规则，如 P03；可写多次
    #[arg(long = "rule", value_name = "规则")]
    rules: Vec<String>,
    /// 截至哪一天，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    /// 只列这种程度：block 禁付，hold 待核，note 提示
    #[arg(long, value_name = "程度", value_parser = severity)]
    severity: Option<Severity>,
    /// 试算：改用这个参数（如 screen.P05.capital=200000），看会多出和消除哪些疑点；可写多次
    #[arg(long = "try", value_name = "参数=值", value_parser = assignment)]
    changed: Vec<(String, String)>,
    /// 列出全部规则、含义、来源和参数
    #[arg(long = "rules", conflicts_with_all = ["batch", "changed"])]
    catalogue: bool,
    /// 对照标注文件（如示范数据的 labels.csv）计算每条规则的查全率和查准率，不记入疑点台账
    #[arg(long, value_name = "标注文件", conflicts_with_all = ["batch", "changed", "rules", "severity"])]
    score: Option<PathBuf>,
    /// 终端上列出全部疑点
    #[arg(long)]
    all_rows: bool,
    /// 显示完整的身份证号和账号，须写明理由并留下记录
    #[arg(long, requires = "reason")]
    unmask: bool,
    /// 查看完整个人信息的理由
    #[arg(long, value_name = "理由", requires = "unmask")]
    reason: Option<String>,
    #[command(flatten)]
    output: Output,
}

fn severity(text: &str) -> std::result::Result<Severity, String> {
    Severity::from_code(text).ok_or_else(|| format!("没有“{text}”这种程度，可用：block（禁付）、hold（待核）、note（提示）"))
}

impl Screen {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        if self.catalogue {
            return self.output.write(&[rules_table(), params_table()], &catalogue_json(), ctx.today());
        }
        let mut bureau = desk.open()?;
        let as_of = self.as_of.unwrap_or_else(|| ctx.today());
        if self.unmask {
            record_unmasking(&mut bureau, &ctx, &[unmasked(self.batch.as_deref())], self.reason.as_deref().unwrap_or_default())?;
        }
        if !self.changed.is_empty() {
            return self.show_trial(&trial(&mut bureau, as_of, &self.changed)?, as_of);
        }
        if let Some(file) = &self.score {
            let report = score::run(&mut bureau, as_of, file)?;
            let json = json!({ "as_of": as_of.to_string(), "score": report });
            return self.output.write(&[score_table(&report), faults_table(&report)], &json, as_of);
        }
        let wanted = Wanted { as_of, batch: self.batch.clone(), rules: self.rules.clone() };
        let mut screened = run(&mut bureau, &ctx, &wanted)?;
        if let Some(severity) = self.severity {
            screened.findings.retain(|finding| finding.severity == severity);
        }
        self.show(&screened)
    }

    fn show(&self, screened: &Screened) -> Result<u8> {
        let json = json!({
            "as_of": screened.as_of.to_string(),
            "payments": screened.payments,
            "people": screened.people,
            "checks": screened.checks.iter().map(|check| check.json()).collect::<Vec<_>>(),
            "findings": screened.findings.iter().map(|finding| finding.json(&screened.files, self.unmask)).collect::<Vec<_>>(),
        });
        if self.output.format() != Format::Table {
            let tables = [table(&screened.findings, self.unmask), checks_table(&screened.checks)];
            return self.output.write(&tables, &json, screened.as_of);
        }
        let most = if self.all_rows { usize::MAX } else { SHOWN };
        let tables = [checks_table(&screened.checks), short_table(&screened.findings, most, self.unmask)];
        self.output.write(&tables, &json, screened.as_of)?;
        for sentence in screened.sentences() {
            tell!("{sentence}");
        }
        Ok(DONE)
    }

    fn show_trial(&self, trial: &Trial, as_of: NaiveDate) -> Result<u8> {
        let told = |findings: &[crate::app::screening::Finding]| {
            findings.iter().map(|finding| finding.json(&trial.files, self.unmask)).collect::<Vec<_>>()
        };
        let json = json!({ "as_of": as_of.to_string(), "newly": told(&trial.newly), "cleared": told(&trial.cleared), "both": trial.both });
        let most = if self.all_rows { usize::MAX } else { SHOWN };
        let tables = match self.output.format() {
            Format::Table => trial.tables(|findings| short_table(findings, most, self.unmask)),
            _ => trial.tables(|findings| table(findings, self.unmask)),
        };
        self.output.write(&tables, &json, as_of)?;
        if self.output.format() == Format::Table {
            tell!("{}", trial.sentence());
        }
        Ok(DONE)
    }
}

fn catalogue_json() -> serde_json::Value {
    let rule = |rule: &&'static Rule| {
        let params: Vec<_> = rule
            .params
            .iter()
            .map(|p| json!({ "name": format!("screen.{}.{}", rule.id, p.name), "title": p.title, "default": p.default }))
            .collect();
        json!({
            "rule": rule.id, "name": rule.name, "version": rule.version, "severity": rule.severity.code(), "meaning": rule.meaning,
            "source": rule.source, "lists": rule.needs.iter().map(|list| list.kind()).collect::<Vec<_>>(), "parameters": params,
        })
    };
    json!(RULES.iter().map(rule).collect::<Vec<_>>())
}

/// Refuses `--pass` and `--reject` together or neither.
pub fn verdict(pass: bool, reject: bool) -> Result<bool> {
    if pass == reject {
        return AppError::refuse("verdict", "请写明是放行还是不予发放", "放行写 --pass，不予发放写 --reject，二者选一");
    }
    Ok(pass)
}
