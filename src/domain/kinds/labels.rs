//! What is known of misuse in a county: the yardstick by which a screening is scored. It is never imported into a book.

kind! {
    screen_labels = "screen-labels" "筛查标注",
    key [RULE, SUBJECT_KIND, SUBJECT, PAYMENT, VERDICT], updates false, total None;
    RULE must "规则" "rule" Text, note "如 P03";
    VERDICT must "判定" "verdict" Choice(&["违规", "无辜"]);
    SUBJECT_KIND must "对象类型" "subject_kind" Choice(&["人员", "户", "账户", "批次", "项目支付", "政策", "项目", "单位", "资金", "区划", "收款人", "年度"]);
    SUBJECT must "对象" "subject" Text, note "人员填身份证号，其余填编码、文号或名称";
    PAYMENT may "支付" "payment" Text, note "批次号+序号、支付凭证号或凭证号；多个用分号隔开";
    NOTE may "说明" "note" Text;
}
