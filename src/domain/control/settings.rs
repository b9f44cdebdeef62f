//! The settings of the ladder, of its checks and of what it looks for against gaming: names, kinds and sources. Their shipped
//! values, with the day from which they hold, are in `domain/ledger/data/settings.csv`.

use crate::domain::setting::{Declared, Kind};

pub fn settings() -> &'static [Declared] {
    &SETTINGS
}

const PLAN: &str = "东发〔2018〕14号 五（一）1";
const TALK: &str = "东发〔2018〕14号 五（一）1 的通报约谈制度；数值为示范默认值";
const SCORED: &str = "财农〔2017〕115号 资金结转结余率；数值通行口径，未见原文";
const AUDIT: &str = "审计署、财政部检查的常用口径；数值为示范默认值";
const TENDER: &str = "必须招标的工程项目规定（国家发展改革委令第16号）";
const PROPOSED: &str = "示范默认值";
const CATEGORIES: [&str; 3] = ["财政专项扶贫资金", "统筹整合涉农资金", "其他"];
const LEVELS: [&str; 4] = ["中央", "省", "市", "县"];

#[rustfmt::skip] // one a line
const SETTINGS: [Declared; 37] = [
    Declared { name: "allocation.own_days", kind: Kind::Whole(1, 366), meaning: "本级安排的资金应在几日内分配", source: "预算法第五十二条" },
    Declared { name: "allocation.small", kind: Kind::Money, meaning: "待分配余额低于此数（元）的尾数只合计不逐项列示", source: PROPOSED },
    Declared { name: "idle.share.first", kind: Kind::Share, meaning: "结转结余率上限：一年以内", source: SCORED },
    Declared { name: "idle.share.second", kind: Kind::Share, meaning: "结转结余率上限：一至两年", source: SCORED },
    Declared { name: "idle.share.third", kind: Kind::Share, meaning: "结转结余率上限：两年以上", source: SCORED },
    Declared { name: "idle.project_days", kind: Kind::Whole(1, 3_660), meaning: "项目资金多少天没有支出为闲置", source: AUDIT },
    Declared { name: "control.categories", kind: Kind::Some(&CATEGORIES), meaning: "计入考核的资金类别", source: PLAN },
    Declared { name: "control.from_month", kind: Kind::Whole(1, 12), meaning: "自几月起评定通报及以上等次", source: PROPOSED },
    Declared { name: "control.grace_days", kind: Kind::Whole(0, 3_660), meaning: "收文未满几日的指标不计序时要求", source: PROPOSED },
    Declared { name: "control.remind.points", kind: Kind::Points, meaning: "低于序时超过几个百分点提醒", source: PROPOSED },
    Declared { name: "control.notice.points", kind: Kind::Points, meaning: "低于序时达到几个百分点通报", source: PROPOSED },
    Declared { name: "control.notice.months", kind: Kind::Whole(1, 12), meaning: "连续几个月低于序时通报", source: PROPOSED },
    Declared { name: "control.interview.points", kind: Kind::Points, meaning: "低于序时达到几个百分点约谈", source: TALK },
    Declared { name: "control.interview.bottom", kind: Kind::Whole(0, 99), meaning: "排名后几位", source: TALK },
    Declared { name: "control.interview.bottom_months", kind: Kind::Whole(1, 12), meaning: "连续几个月排名后几位且低于序时的约谈", source: TALK },
    Declared { name: "control.interview.idle_days", kind: Kind::Whole(1, 3_660), meaning: "资金多少天没有支出约谈", source: TALK },
    Declared { name: "control.interview.due_days", kind: Kind::Whole(1, 3_660), meaning: "约谈应在几日内进行", source: TALK },
    Declared { name: "control.hold.points", kind: Kind::Points, meaning: "低于序时达到几个百分点可暂停新增分配", source: PROPOSED },
    Declared { name: "control.hold.months", kind: Kind::Whole(1, 12), meaning: "连续几个月达到约谈界线的暂停新增分配", source: PROPOSED },
    Declared { name: "control.reclaim.points", kind: Kind::Points, meaning: "低于序时达到几个百分点可收回", source: PROPOSED },
    Declared { name: "control.reclaim.months", kind: Kind::Whole(1, 12), meaning: "连续几个月达到约谈界线的收回", source: PROPOSED },
    Declared { name: "control.reclaim.from_month", kind: Kind::Whole(1, 12), meaning: "自几月起可提出收回", source: PROPOSED },
    Declared { name: "control.reclaim.idle_days", kind: Kind::Whole(1, 3_660), meaning: "资金多少天没有支出收回", source: PROPOSED },
    Declared { name: "control.reclaim.spare_days", kind: Kind::Whole(1, 3_660), meaning: "收回只动用多少天没有支出的分配", source: PROPOSED },
    Declared { name: "control.lift.points", kind: Kind::Points, meaning: "低于序时不超过几个百分点视为赶上", source: PROPOSED },
    Declared { name: "control.leaders", kind: Kind::Names, meaning: "可批准突破暂停的领导姓名（用顿号隔开）", source: PROPOSED },
    Declared { name: "control.own_levels", kind: Kind::Some(&LEVELS), meaning: "哪些级次是本级安排", source: PLAN },
    Declared { name: "control.rush.days", kind: Kind::Whole(1, 3_660), meaning: "年底突击：最后几日", source: AUDIT },
    Declared { name: "control.rush.share", kind: Kind::Share, meaning: "年底突击：最后几日的支出占全年的比例", source: AUDIT },
    Declared { name: "control.rush.month_share", kind: Kind::Share, meaning: "年底突击：最后一个月的支出占全年的比例", source: AUDIT },
    Declared { name: "control.return.days", kind: Kind::Whole(1, 3_660), meaning: "截止日后几日内退回视为为截止日而付", source: PROPOSED },
    Declared { name: "control.round_trip.days", kind: Kind::Whole(1, 3_660), meaning: "支付后几日内退回视为回流", source: AUDIT },
    Declared { name: "control.round_trip.share", kind: Kind::Share, meaning: "退回占原支付的比例达到多少视为回流", source: AUDIT },
    Declared { name: "control.split.days", kind: Kind::Whole(1, 3_660), meaning: "化整为零：几日之内", source: AUDIT },
    Declared { name: "control.split.works", kind: Kind::Money, meaning: "工程招标限额（元）", source: TENDER },
    Declared { name: "control.split.goods", kind: Kind::Money, meaning: "货物招标限额（元）", source: TENDER },
    Declared { name: "control.prepay.share", kind: Kind::Share, meaning: "开工前支付占计划投资的比例上限", source: AUDIT },
];
