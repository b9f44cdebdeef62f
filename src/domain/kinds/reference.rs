//! Reference lists (比对名单): what other offices know about the same people, for screening.

kind! {
    ref_deaths = "ref-deaths" "死亡",
    key [ID_NO], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    NAME may "姓名" "name" Text;
    DIED must "死亡日期" "died" Date;
}

kind! {
    ref_payroll = "ref-payroll" "财政供养",
    key [ID_NO, EMPLOYER, FROM], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    NAME may "姓名" "name" Text;
    EMPLOYER must "单位" "employer" Text;
    FROM must "起始日期" "from" Date;
    TO may "终止日期" "to" Date;
}

kind! {
    ref_companies = "ref-companies" "工商登记",
    key [ID_NO, COMPANY, ROLE], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    COMPANY must "企业名称" "company" Text;
    USCC may "统一社会信用代码" "uscc" Uscc;
    ROLE must "角色" "role" Choice(&["法定代表人", "股东", "高管"]);
    CAPITAL may "注册资本" "capital" Money, note "元";
    REGISTERED must "登记日期" "registered" Date;
    CANCELLED may "注销日期" "cancelled" Date;
}

kind! {
    ref_vehicles = "ref-vehicles" "车辆",
    key [ID_NO, PLATE], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    PLATE must "号牌" "plate" Text;
    MODEL must "车型" "model" Choice(&["轿车", "客车", "货车", "农用", "摩托"]);
    PRICE may "购置价" "price" Money, note "元";
    REGISTERED must "登记日期" "registered" Date;
}

kind! {
    ref_properties = "ref-properties" "房产",
    key [ID_NO, LOCATION], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    LOCATION must "坐落" "location" Text;
    USE must "用途" "use" Choice(&["住宅", "商铺"]);
    AREA must "面积" "area" Quantity, note "平方米";
    REGISTERED must "登记日期" "registered" Date;
}

kind! {
    ref_cadres = "ref-cadres" "村镇干部",
    key [ID_NO, REGION, FROM], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    NAME may "姓名" "name" Text;
    REGION must "区划编码" "region" Region;
    POST must "职务" "post" Text;
    FROM must "起始日期" "from" Date;
    TO may "终止日期" "to" Date;
}

kind! {
    ref_kin = "ref-kin" "亲属",
    key [ID_NO, KIN_ID], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    KIN_ID must "亲属身份证号" "kin_id" IdNo;
    RELATION must "关系" "relation" Text;
}

kind! {
    ref_hukou = "ref-hukou" "户籍变动",
    key [ID_NO, CHANGE, CHANGED], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    BOOKLET must "户号" "booklet" Text;
    CHANGE must "变动类型" "change" Choice(&["分户", "迁入", "迁出", "注销"]);
    CHANGED must "变动日期" "changed" Date;
}

kind! {
    ref_custody = "ref-custody" "服刑",
    key [ID_NO, FROM], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    FROM must "起始日期" "from" Date;
    TO may "终止日期" "to" Date;
}

kind! {
    ref_students = "ref-students" "学籍",
    key [ID_NO, TERM], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    SCHOOL must "学校" "school" Text;
    STAGE must "学段" "stage" Text;
    TERM must "学期" "term" Text, note "如 2018春、2018秋";
    STATUS must "状态" "status" Choice(&["在读", "休学", "毕业", "退学"]);
}

kind! {
    ref_posts = "ref-posts" "岗位考勤",
    key [ID_NO, POST, PERIOD], updates true, total None;
    ID_NO must "身份证号" "id_no" IdNo;
    POST must "岗位" "post" Text;
    PERIOD must "所属期" "period" Period;
    DAYS must "出勤天数" "days" Quantity;
}

kind! {
    ref_loans = "ref-loans" "小额信贷",
    key [ID_NO, ISSUED, ACCOUNT], updates true, total Some(AMOUNT);
    ID_NO must "身份证号" "id_no" IdNo;
    AMOUNT must "金额" "amount" Money;
    ISSUED must "放款日期" "issued" Date;
    ACCOUNT must "收款账号" "account" Account;
    BORROWER may "用款单位" "borrower" Text;
    PURPOSE may "用途" "purpose" Text;
}

kind! {
    ref_housing = "ref-housing" "危房改造",
    key [HOUSEHOLD], updates true, total None;
    HOUSEHOLD must "户编号" "household" Text;
    GRADE must "鉴定等级" "grade" Text;
    APPRAISER may "鉴定机构" "appraiser" Text;
    METHOD must "改造方式" "method" Choice(&["新建", "修缮"]);
    AREA must "建筑面积" "area" Quantity, note "平方米";
    PERSONS must "核定人数" "persons" Count;
    FINISHED may "竣工日期" "finished" Date;
    DEMOLISHED may "旧房拆除日期" "demolished" Date;
}
