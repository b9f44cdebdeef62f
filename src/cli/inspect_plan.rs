//! `sunledger inspect plan|list|show|size`: drawing a plan up, looking plans up, and reckoning a sample size beforehand.

use super::output::{Output, say};
use super::{DONE, day};
use crate::app::inspection::aim;
use crate::app::inspection::plan::{self, NewPlan};
use crate::app::inspection::plan_view;
use crate::app::inspection::{Member, Scope, ScopeKind, words};
use crate::app::{Bureau, Context, Result};
use crate::domain::inspection::plan::{Method, PlanKind, Population};
use chrono::NaiveDate;
use clap::Args;

/// 拟定检查计划
#[derive(Debug, Args)]
pub struct PlanVerb {
    /// quarterly 季度检查，annual 年度专项检查，targeted 重点检查
    #[arg(long, value_name = "类型", value_parser = kind)]
    kind: PlanKind,
    /// 年度
    #[arg(long, value_name = "年度")]
    year: i32,
    /// 季度，1 至 4
    #[arg(long, value_name = "季度", value_parser = clap::value_parser!(u32).range(1..=4))]
    quarter: Option<u32>,
    /// 编号，默认如 JC2018Q3
    #[arg(long, value_name = "编号")]
    code: Option<String>,
    /// 名称（报告的标题会在后面加“检查报告”）
    #[arg(long, value_name = "文字")]
    title: Option<String>,
    /// 检查对象：payments 到卡补贴，disbursements 项目支付，households 受益户
    #[arg(long, value_name = "对象", default_value = "payments", value_parser = population)]
    population: Population,
    /// 检查期首日，默认为该季度或年度
    #[arg(long, value_name = "日期", value_parser = day::date, requires = "to")]
    from: Option<NaiveDate>,
    /// 检查期末日
    #[arg(long, value_name = "日期", value_parser = day::date, requires = "from")]
    to: Option<NaiveDate>,
    /// 抽样方法：random 简单随机，stratified 分层，neyman 分层（奈曼），systematic 系统，mus 货币单元，discovery 发现，risk 按风险分
    #[arg(long, value_name = "方法", default_value = "stratified", value_parser = method)]
    method: Method,
    /// 可靠程度，百分数，默认见设置 inspect.confidence
    #[arg(long, value_name = "百分数", value_parser = aim::percent)]
    confidence: Option<i64>,
    /// 可容忍差错率（货币单元抽样为占总额的比例），百分数
    #[arg(long, value_name = "百分数", value_parser = aim::percent)]
    tolerable: Option<i64>,
    /// 预计差错率，百分数
    #[arg(long, value_name = "百分数", value_parser = aim::percent)]
    expected: Option<i64>,
    /// 指定样本量，不按公式
    #[arg(long, value_name = "个数", value_parser = clap::value_parser!(i64).range(1..))]
    size: Option<i64>,
    /// 应完成的日期，默认检查期末后 30 日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    due: Option<NaiveDate>,
    /// 事由（重点检查必填）
    #[arg(long, value_name = "文字", default_value = "")]
    reason: String,
    /// 只查这些补贴政策
    #[arg(long, value_name = "编码", value_delimiter = ',')]
    program: Vec<String>,
    /// 只查这些乡镇
    #[arg(long, value_name = "区划编码", value_delimiter = ',')]
    township: Vec<String>,
    /// 只查这些村
    #[arg(long, value_name = "区划编码", value_delimiter = ',')]
    village: Vec<String>,
    /// 只查这些单位
    #[arg(long, value_name = "编码", value_delimiter = ',')]
    unit: Vec<String>,
    /// 只查这些项目
    #[arg(long, value_name = "编码", value_delimiter = ',')]
    project: Vec<String>,
    /// 按疑点检查
    #[arg(long, value_name = "疑点编号", value_delimiter = ',')]
    finding: Vec<String>,
    /// 组长，如 王某 或 王某@财政局
    #[arg(long, value_name = "姓名@单位")]
    leader: Option<String>,
    /// 组员，可写多个
    #[arg(long, value_name = "姓名@单位", value_delimiter = ',')]
    member: Vec<String>,
    /// 拟定日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

macro_rules! word {
    ($name:ident, $ty:ty) => {
        fn $name(text: &str) -> std::result::Result<$ty, String> {
            let known = || <$ty>::ALL.iter().map(|word| format!("{}（{}）", word.code(), word.title())).collect::<Vec<_>>().join("、");
            <$ty>::find(text.trim()).ok_or_else(|| format!("没有“{text}”，可用：{}", known()))
        }
    };
}
word!(kind, PlanKind);
word!(population, Population);
word!(method, Method);

impl PlanVerb {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let values = [
            (ScopeKind::Program, &self.program),
            (ScopeKind::Township, &self.township),
            (ScopeKind::Village, &self.village),
            (ScopeKind::Unit, &self.unit),
            (ScopeKind::Project, &self.project),
            (ScopeKind::Finding, &self.finding),
        ];
        let scope = values.into_iter().flat_map(|(kind, values)| values.iter().map(move |value| Scope { kind, value: value.clone() }));
        let members =
            self.leader.iter().map(|name| Member::named(name, true)).chain(self.member.iter().map(|name| Member::named(name, false)));
        let new = NewPlan {
            code: self.code.clone(),
            title: self.title.clone(),
            kind: self.kind,
            year: self.year,
            quarter: self.quarter,
            population: self.population,
            period: self.from.zip(self.to),
            method: self.method,
            confidence: self.confidence,
            tolerable: self.tolerable,
            expected: self.expected,
            size: self.size,
            due: self.due,
            reason: self.reason.clone(),
            scope: scope.collect(),
            members: members.collect(),
            date: self.date.unwrap_or_else(|| ctx.today()),
        };
        let done = plan::create(bureau, ctx, &new)?;
        tell!("{}。接着：sunledger inspect frame {} --out 抽样框.csv", words::planned(&done), done.result);
        Ok(DONE)
    }
}

/// 检查计划目录
#[derive(Debug, Args)]
pub struct ListVerb {
    /// 只列这个年度
    #[arg(long, value_name = "年度")]
    year: Option<i64>,
    #[command(flatten)]
    output: Output,
}

impl ListVerb {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let plans = plan_view::list(bureau, self.year)?;
        self.output.write(&[plan_view::list_table(&plans)], &plans, ctx.today())
    }
}

/// 一个检查计划：范围、成员、办理过程
#[derive(Debug, Args)]
pub struct ShowVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    #[command(flatten)]
    output: Output,
}

impl ShowVerb {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let shown = plan_view::show(bureau, &self.plan)?;
        self.output.write(&plan_view::tables(&shown), &shown, ctx.today())
    }
}

/// 试算样本量
#[derive(Debug, Args)]
pub struct SizeVerb {
    /// 抽样方法
    #[arg(long, value_name = "方法", default_value = "random", value_parser = method)]
    method: Method,
    /// 可靠程度，百分数
    #[arg(long, value_name = "百分数", default_value = "95", value_parser = aim::percent)]
    confidence: i64,
    /// 可容忍差错率，百分数
    #[arg(long, value_name = "百分数", default_value = "5", value_parser = aim::percent)]
    tolerable: i64,
    /// 预计差错率，百分数
    #[arg(long, value_name = "百分数", default_value = "0", value_parser = aim::percent)]
    expected: i64,
    /// 总体个数；不写则按很大的总体
    #[arg(long, value_name = "个数", value_parser = clap::value_parser!(u64).range(1..))]
    items: Option<u64>,
}

impl SizeVerb {
    pub fn run(&self) -> Result<u8> {
        let aim = aim::aim_of(self.confidence, self.tolerable, self.expected)?;
        let size = aim::size_of(self.method, &aim, self.items);
        say(format!("{}\n", size.how).as_bytes())
    }
}
