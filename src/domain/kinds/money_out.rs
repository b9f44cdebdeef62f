//! The money on its way: allocations, payout batches, the bank's answers, project payments, refunds.

kind! {
    allocations = "allocations" "分配",
    key [DOC_NO, KIND_OF, BUDGET, UNIT, PROJECT, PROGRAM], updates false, total Some(AMOUNT);
    DOC_NO must "分配文号" "doc_no" Text, note "如 东财〔2018〕14号";
    KIND_OF must "类型" "kind" Choice(&["下达", "调减", "收回"]);
    DATE must "日期" "date" Date;
    BUDGET must "指标文号" "budget" Text;
    UNIT must "单位编码" "unit" Text;
    PROJECT may "项目编码" "project" Text;
    PROGRAM may "政策编码" "program" Text;
    AMOUNT must "金额" "amount" Money;
    MEMO may "摘要" "memo" Text;
}

kind! {
    batch = "batch" "发放清册",
    key [BATCH, LINE], updates false, total Some(AMOUNT);
    BATCH must "批次号" "batch" Text;
    UNIT must "单位编码" "unit" Text;
    PROGRAM must "政策编码" "program" Text;
    ALLOCATION must "分配文号" "allocation" Text;
    PERIOD must "所属期" "period" Period;
    DATE must "造表日期" "date" Date;
    NOTICE_FROM may "公示开始" "notice_from" Date;
    NOTICE_TO may "公示结束" "notice_to" Date;
    LINE must "序号" "line" Count;
    HOUSEHOLD may "户编号" "household" Text;
    NAME must "姓名" "name" Text;
    ID_NO must "身份证号" "id_no" IdNo;
    ACCOUNT must "银行账号" "account" Account;
    QUANTITY must "数量" "quantity" Quantity;
    RATE must "标准" "rate" Money;
    AMOUNT must "金额" "amount" Money;
    MEMO may "备注" "memo" Text;
}

kind! {
    returns = "returns" "银行回盘",
    key [BATCH, LINE], updates false, total Some(AMOUNT);
    BATCH must "批次号" "batch" Text;
    LINE must "序号" "line" Count;
    ACCOUNT must "银行账号" "account" Account;
    AMOUNT must "金额" "amount" Money;
    RESULT must "结果" "result" Choice(&["成功", "失败"]);
    REASON may "失败原因" "reason" Text, note "结果为失败时填写";
    BOOKED must "记账日期" "booked" Date;
    BANK_REF must "银行流水号" "bank_ref" Text;
}

kind! {
    disbursements = "disbursements" "项目支付",
    key [DOC_NO], updates false, total Some(AMOUNT);
    DOC_NO must "支付凭证号" "doc_no" Text;
    DATE must "日期" "date" Date;
    UNIT must "单位编码" "unit" Text;
    ALLOCATION must "分配文号" "allocation" Text;
    PROJECT must "项目编码" "project" Text;
    PAYEE must "收款人" "payee" Text;
    ACCOUNT must "收款账号" "account" Account;
    PAYEE_KIND must "收款人类型" "payee_kind"
        Choice(&["施工单位", "供应商", "合作社", "村集体", "预算单位", "个人"]);
    PURPOSE must "用途" "purpose" Text;
    AMOUNT must "金额" "amount" Money;
    METHOD must "支付方式" "method" Choice(&["直接支付", "授权支付", "实拨单位", "现金"]);
    RETENTION may "质保金" "retention" YesNo;
}

kind! {
    refunds = "refunds" "退回",
    key [DOC_NO], updates false, total Some(AMOUNT);
    DOC_NO must "退回凭证号" "doc_no" Text;
    DATE must "日期" "date" Date;
    OF must "原支付凭证号" "of" Text,
        also &["批次号+序号", "原支付凭证号或批次号+序号", "原支付凭证号or批次号+序号", "原凭证号"],
        note "支付凭证号，或 批次号+序号（如 P2018-03+15）";
    AMOUNT must "金额" "amount" Money;
    REASON must "原因" "reason" Text;
}
