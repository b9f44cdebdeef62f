//! The settings of progress and of the idle money's reclaim at the year's end.

use super::{Declared, Kind};

pub fn settings() -> &'static [Declared] {
    &SETTINGS
}

const PLAN: &str = "东发〔2018〕14号 五（一）1";

const SETTINGS: [Declared; 10] = [
    Declared { name: "progress.target", kind: Kind::Share, meaning: "年度支出进度目标", source: PLAN },
    Declared {
        name: "progress.target.level.*",
        kind: Kind::Share,
        meaning: "某一级次资金的目标，如 progress.target.level.中央",
        source: "各级绩效评价办法（中央资金通行口径 92%，财农〔2017〕115号，得分数值未见原文）",
    },
    Declared {
        name: "progress.target.fund.*",
        kind: Kind::Share,
        meaning: "某一指标的目标，如 progress.target.fund.琼财农〔2018〕7号，优先于级次",
        source: "该指标的下达文件",
    },
    Declared { name: "progress.curve", kind: Kind::Curve, meaning: "序时曲线", source: "示范默认值" },
    Declared {
        name: "progress.behind_points", kind: Kind::Points, meaning: "低于序时几个百分点为滞后", source: "示范默认值"
    },
    Declared {
        name: "progress.serious_points", kind: Kind::Points, meaning: "低于序时几个百分点为严重滞后", source: "示范默认值"
    },
    Declared { name: "progress.run_rate_days", kind: Kind::Whole(1, 366), meaning: "预测用的近期天数", source: "示范默认值" },
    Declared {
        name: "idle.reclaim_years", kind: Kind::Whole(1, 99), meaning: "结转超过几年的收回", source: "预算法第四十二条"
    },
    Declared {
        name: "allocation.days",
        kind: Kind::Whole(1, 366),
        meaning: "上级指标应在收文后几日内分配",
        source: "预算法第五十二条；中央对地方专项转移支付管理办法第十九条",
    },
    Declared {
        name: "payout.answer_days", kind: Kind::Whole(0, 366), meaning: "送银行几日后仍未收齐回盘的列入待办", source: "示范默认值"
    },
];
