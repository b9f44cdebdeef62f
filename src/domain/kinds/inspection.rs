//! Worksheets of an inspection (核查表), one kind for each population. The first columns are printed and locked, the others are
//! filled in at the door. They are read like any file, but enter through `sunledger inspect read`, not through `import`.

kind! {
    visit_payments = "inspect-payments" "入户核查表（到卡补贴）",
    key [PLAN, SAMPLE], updates true, total None;
    PLAN must "计划编号" "plan" Text;
    SAMPLE must "样本号" "sample" Count;
    CODE must "校验码" "code" Text;
    VILLAGE may "村" "village" Text;
    HOUSEHOLD may "户编号" "household" Text;
    NAME may "领款人" "name" Text;
    ID_NO may "身份证号" "id_no" Text;
    ACCOUNT may "卡号" "account" Text;
    PROGRAM may "补贴项目" "program" Text;
    PERIOD may "所属期" "period" Text;
    PAID may "到账日期" "paid" Text;
    QUANTITY may "账面数量" "quantity" Text;
    BOOK may "账面金额" "book" Money;
    VISITED may "核查日期" "visited" Date;
    INSPECTOR may "核查人" "inspector" Text;
    FOUND may "人员核实" "found" Choice(&["见到本人", "见到家属", "外出已核实", "领取前已死亡", "查无此人"]);
    RECEIVED may "是否收到" "received" Choice(&["收到", "部分收到", "未收到"]);
    AMOUNT may "存折查实金额" "amount" Money, note "存折（卡）上查到的到账金额，与账面相同可不填";
    REAL may "数量是否属实" "real" Choice(&["属实", "部分属实", "不属实"]);
    DUE may "应发金额" "due" Money, note "按核实的数量应发的金额，属实可不填";
    CARD may "存折由谁保管" "card" Choice(&["本人或家属", "村干部代管", "其他人"]);
    NOTICE may "是否见过公示" "notice" Choice(&["见过", "没见过", "记不清"]);
    NOTE may "备注" "note" Text;
}

kind! {
    visit_disbursements = "inspect-disbursements" "现场核查表（项目支付）",
    key [PLAN, SAMPLE], updates true, total None;
    PLAN must "计划编号" "plan" Text;
    SAMPLE must "样本号" "sample" Count;
    CODE must "校验码" "code" Text;
    DOC may "支付凭证号" "doc_no" Text;
    PROJECT may "项目" "project" Text;
    PLACE may "实施地点" "place" Text;
    PAYEE may "收款单位" "payee" Text;
    PURPOSE may "用途" "purpose" Text;
    PAID may "支付日期" "paid" Text;
    BOOK may "账面金额" "book" Money;
    VISITED may "核查日期" "visited" Date;
    INSPECTOR may "核查人" "inspector" Text;
    FOUND may "项目现场" "found" Choice(&["存在", "在建", "不存在"]);
    RECEIVED may "收款单位是否收到" "received" Choice(&["收到", "部分收到", "未收到"]);
    AMOUNT may "对方账面收款" "amount" Money, note "收款单位账上查到的金额，与账面相同可不填";
    REAL may "工程量是否属实" "real" Choice(&["属实", "部分属实", "不属实"]);
    DUE may "核实应付金额" "due" Money, note "按现场核实的工程量应付的金额，属实可不填";
    USE may "使用情况" "use" Choice(&["正常使用", "尚未完工", "闲置", "损坏"]);
    NOTICE may "有无公示牌" "notice" Choice(&["有", "没有"]);
    NOTE may "备注" "note" Text;
}

kind! {
    visit_households = "inspect-households" "入户核查表（受益户）",
    key [PLAN, SAMPLE], updates true, total None;
    PLAN must "计划编号" "plan" Text;
    SAMPLE must "样本号" "sample" Count;
    CODE must "校验码" "code" Text;
    VILLAGE may "村" "village" Text;
    HOUSEHOLD may "户编号" "household" Text;
    NAME may "户主" "name" Text;
    ID_NO may "身份证号" "id_no" Text;
    MEMBERS may "在册人数" "members" Text;
    STATUS may "在册状态" "status" Text;
    LINES may "补贴笔数" "lines" Text;
    BOOK may "账面金额" "book" Money;
    VISITED may "核查日期" "visited" Date;
    INSPECTOR may "核查人" "inspector" Text;
    FOUND may "户情核实" "found" Choice(&["见到户内成员", "外出已核实", "整户迁出", "查无此户"]);
    ELIGIBLE may "是否符合识别标准" "eligible" Choice(&["符合", "不符合"]);
    RECEIVED may "补贴是否收到" "received" Choice(&["收到", "部分收到", "未收到"]);
    AMOUNT may "存折查实金额" "amount" Money, note "检查期内存折（卡）上查到的补贴合计，与账面相同可不填";
    DUE may "应发金额" "due" Money, note "按核实的人数和条件应发的合计，无误可不填";
    MEASURES may "帮扶措施" "measures" Choice(&["已落实", "部分落实", "未落实"]);
    CARD may "存折由谁保管" "card" Choice(&["本人或家属", "村干部代管", "其他人"]);
    NOTICE may "是否见过公示" "notice" Choice(&["见过", "没见过", "记不清"]);
    NOTE may "备注" "note" Text;
}
