//! What stands before any payment: regions, units, policies, budget documents, projects.

kind! {
    regions = "regions" "区划",
    key [CODE], updates true, total None;
    CODE must "区划编码" "code" Region, note "12 位统计用区划代码";
    NAME must "名称" "name" Text;
    PARENT may "上级编码" "parent" Region;
    LEVEL must "级别" "level" Choice(&["县", "乡", "村"]);
    POOR_VILLAGE may "贫困村" "poor_village" YesNo;
    DEEP_POVERTY may "深度贫困村" "deep_poverty" YesNo;
    EXIT_YEAR may "出列年度" "exit_year" Year;
}

kind! {
    units = "units" "单位",
    key [CODE], updates true, total None;
    CODE must "单位编码" "code" Text;
    NAME must "单位名称" "name" Text;
    KIND_OF must "单位类型" "kind" Choice(&["财政", "主管部门", "乡镇", "村", "企业", "银行"]);
    PARENT may "上级单位编码" "parent" Text;
    REGION may "区划编码" "region" Region;
    USCC may "统一社会信用代码" "uscc" Uscc;
    BANK may "开户银行" "bank" Text;
    ACCOUNT may "银行账号" "account" Account;
}

kind! {
    programs = "programs" "补贴政策",
    key [CODE, FROM], updates true, total None;
    CODE must "政策编码" "code" Text;
    NAME must "政策名称" "name" Text;
    DEPARTMENT must "主管部门" "department" Text, note "单位编码";
    SUBJECT must "发放对象" "subject" Choice(&["户", "人", "村"]);
    RATE must "标准" "rate" Money, note "每计量单位的元数";
    UNIT must "计量" "unit" Choice(&["月", "季", "学期", "年", "次", "平方米"]);
    BOUND must "标准性质" "bound" Choice(&["固定", "上限", "下限"]);
    ELIGIBILITY may "适用条件" "eligibility" Text;
    FROM must "生效日期" "from" Date;
    TO may "失效日期" "to" Date;
    NOTICE_DAYS may "公示天数" "notice_days" Count;
    EXCLUDES may "不得兼领" "excludes" Text, note "政策编码，多个用分号 ; 隔开";
}

kind! {
    budgets = "budgets" "指标",
    key [DOC_NO], updates false, total Some(AMOUNT);
    DOC_NO must "指标文号" "doc_no" Text, note "如 琼财农〔2018〕14号";
    NAME must "资金名称" "name" Text;
    LEVEL must "资金级次" "level" Choice(&["中央", "省", "市", "县"]);
    CATEGORY must "资金类别" "category" Choice(&["财政专项扶贫资金", "统筹整合涉农资金", "其他"]);
    YEAR must "年度" "year" Year;
    AMOUNT must "金额" "amount" Money;
    RECEIVED must "收文日期" "received" Date;
    FUNCTION must "功能科目" "function" Text, note "如 2130505";
    CARRIED_OVER may "上年结转" "carried_over" YesNo;
    CARRIED_FROM may "结转自年度" "carried_from" Year;
    MEMO may "摘要" "memo" Text;
}

kind! {
    projects = "projects" "项目库",
    key [CODE], updates true, total Some(PLANNED);
    CODE must "项目编码" "code" Text;
    NAME must "项目名称" "name" Text;
    KIND_OF must "项目类型" "kind"
        Choice(&["产业", "就业", "教育", "健康", "危房改造", "基础设施", "综合保障", "其他"]);
    DEPARTMENT must "主管部门" "department" Text, note "单位编码";
    IMPLEMENTER may "实施单位" "implementer" Text;
    REGION must "实施地点" "region" Region, note "12 位区划编码";
    PLANNED must "计划投资" "planned" Money;
    VILLAGE_APPLIED may "村级申报日期" "village_applied" Date;
    TOWNSHIP_REVIEWED may "乡镇初审日期" "township_reviewed" Date;
    COUNTY_APPROVED may "市县审定日期" "county_approved" Date;
    PROVINCE_FILED may "省级备案日期" "province_filed" Date;
    NOTICE_FROM may "公示开始" "notice_from" Date;
    NOTICE_TO may "公示结束" "notice_to" Date;
    STARTED may "开工日期" "started" Date;
    FINISHED may "竣工日期" "finished" Date;
    COMPLETION_NOTICE may "竣工公告日期" "completion_notice" Date;
    GOAL may "绩效目标" "goal" Text;
    STATUS must "状态" "status" Choice(&["储备", "在库", "实施", "竣工", "退出"]);
}
