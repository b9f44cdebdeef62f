//! Who the money is for: registered households, their members, their cards.

kind! {
    households = "households" "建档立卡户",
    key [CODE], updates true, total None;
    CODE must "户编号" "code" Text;
    REGION must "区划编码" "region" Region, note "所在村的 12 位编码";
    HEAD must "户主姓名" "head" Text;
    HEAD_ID must "户主身份证号" "head_id" IdNo;
    IDENTIFIED must "识别日期" "identified" Date;
    STATUS must "状态" "status" Choice(&["未脱贫", "已脱贫", "返贫", "清退"]);
    STATUS_DATE may "状态日期" "status_date" Date;
    KIND_OF may "属性" "kind" Choice(&["一般", "低保", "特困"]);
    HOUSING may "危房等级" "housing" Choice(&["A", "B", "C", "D"]);
}

kind! {
    persons = "persons" "人员",
    key [ID_NO], updates true, total None;
    HOUSEHOLD must "户编号" "household" Text;
    NAME must "姓名" "name" Text;
    ID_NO must "身份证号" "id_no" IdNo;
    RELATION must "与户主关系" "relation" Text;
    LABOUR may "劳动能力" "labour" Choice(&["有", "弱", "无"]);
    SCHOOL may "在校状况" "school" Choice(&["学前", "小学", "初中", "高中", "中职", "高等", "否"]);
    HEALTH may "健康状况" "health" Text;
    STATUS must "状态" "status" Choice(&["正常", "死亡", "迁出"]);
    STATUS_DATE may "状态日期" "status_date" Date;
}

kind! {
    cards = "cards" "一卡通",
    key [ID_NO, ACCOUNT, FROM], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    HOLDER must "户名" "holder" Text;
    BANK must "开户银行" "bank" Text;
    ACCOUNT must "银行账号" "account" Account;
    FROM must "启用日期" "from" Date;
    TO may "停用日期" "to" Date;
}
