//! Reference lists (比对名单), one list for each kind, for persons whose scope is the county: they name people beyond any unit.

use crate::app::lists::spec::{Col, ListSpec, REGISTERS, Show};

const ID_NO: Col = Col::new("id_no", "身份证号", Show::IdNo, "x.id_no").exact();
const NAME: Col = Col::new("name", "姓名", Show::Name, "x.name").nullable().exact();
const FROM: Col = Col::date("valid_from", "起始日期", "x.valid_from").range();
const TO: Col = Col::date("valid_to", "终止日期", "x.valid_to").nullable().range();
const FILE: Col = Col::count("file", "导入文件", "x.file").exact().link("file");
const ROW: Col = Col::count("file_row", "行号", "x.file_row");

/// A list of one table, with what names a row in it.
macro_rules! reference {
    ($name:ident, $table:literal, $id:literal, $title:literal, [$($key:tt),+], [$($column:expr),+ $(,)?]) => {
        pub static $name: ListSpec = ListSpec::new($table, $id, $title, "registry.read")
            .from(concat!($table, " x"), "x.book = $1", &[$($key),+])
            .columns(&[$($column),+, FILE, ROW])
            .remembered(REGISTERS);
    };
}

reference!(
    DEATHS,
    "ref_deaths",
    "ref_death.list",
    "比对名单：死亡",
    [("x.id_no", true)],
    [ID_NO, NAME, Col::date("died", "死亡日期", "x.died").range(),]
);
reference!(
    PAYROLL,
    "ref_payroll",
    "ref_payroll.list",
    "比对名单：财政供养",
    [("x.id_no", true), ("x.employer", true), ("x.valid_from", false)],
    [ID_NO, NAME, Col::text("employer", "单位", "x.employer").contains(), FROM, TO]
);
reference!(
    COMPANIES,
    "ref_companies",
    "ref_company.list",
    "比对名单：工商登记",
    [("x.id_no", true), ("x.company", true), ("x.role", true)],
    [
        ID_NO,
        Col::text("company", "企业名称", "x.company").contains(),
        Col::text("uscc", "统一社会信用代码", "x.uscc").nullable().exact(),
        Col::text("role", "角色", "x.role").exact(),
        Col::money("capital", "注册资本", "x.capital").nullable().range(),
        Col::date("registered", "登记日期", "x.registered").range(),
        Col::date("cancelled", "注销日期", "x.cancelled").nullable(),
    ]
);
reference!(
    VEHICLES,
    "ref_vehicles",
    "ref_vehicle.list",
    "比对名单：车辆",
    [("x.id_no", true), ("x.plate", true)],
    [
        ID_NO,
        Col::text("plate", "号牌", "x.plate").exact(),
        Col::text("model", "车型", "x.model").exact(),
        Col::money("price", "购置价", "x.price").nullable().range(),
        Col::date("registered", "登记日期", "x.registered").range(),
    ]
);
reference!(
    PROPERTIES,
    "ref_properties",
    "ref_property.list",
    "比对名单：房产",
    [("x.id_no", true), ("x.location", true)],
    [
        ID_NO,
        Col::text("location", "坐落", "x.location").contains(),
        Col::text("use_kind", "用途", "x.use_kind").exact(),
        Col::new("area", "面积（平方米）", Show::Quantity, "x.area"),
        Col::date("registered", "登记日期", "x.registered").range(),
    ]
);
reference!(
    CADRES,
    "ref_cadres",
    "ref_cadre.list",
    "比对名单：村镇干部",
    [("x.id_no", true), ("x.region", true), ("x.valid_from", false)],
    [ID_NO, NAME, Col::text("region", "区划编码", "x.region").prefix(), Col::text("post", "职务", "x.post").exact(), FROM, TO]
);
reference!(
    KIN,
    "ref_kin",
    "ref_kin.list",
    "比对名单：亲属",
    [("x.id_no", true), ("x.kin_id", true)],
    [ID_NO, Col::new("kin_id", "亲属身份证号", Show::IdNo, "x.kin_id").exact(), Col::text("relation", "关系", "x.relation").exact(),]
);
reference!(
    HUKOU,
    "ref_hukou",
    "ref_hukou.list",
    "比对名单：户籍变动",
    [("x.id_no", true), ("x.change", true), ("x.changed", false)],
    [
        ID_NO,
        Col::text("booklet", "户号", "x.booklet").exact(),
        Col::text("change", "变动类型", "x.change").exact(),
        Col::date("changed", "变动日期", "x.changed").range(),
    ]
);
reference!(CUSTODY, "ref_custody", "ref_custody.list", "比对名单：服刑", [("x.id_no", true), ("x.valid_from", false)], [ID_NO, FROM, TO]);
reference!(
    STUDENTS,
    "ref_students",
    "ref_student.list",
    "比对名单：学籍",
    [("x.id_no", true), ("x.term", true)],
    [
        ID_NO,
        Col::text("school", "学校", "x.school").contains(),
        Col::text("stage", "学段", "x.stage").exact(),
        Col::text("term", "学期", "x.term").exact(),
        Col::text("status", "状态", "x.status").exact(),
    ]
);
reference!(
    POSTS,
    "ref_posts",
    "ref_post.list",
    "比对名单：岗位考勤",
    [("x.id_no", true), ("x.post", true), ("x.period_first", false), ("x.period_last", false)],
    [
        ID_NO,
        Col::text("post", "岗位", "x.post").contains(),
        Col::new("period_first", "所属期起", Show::Month, "x.period_first").range(),
        Col::new("period_last", "所属期止", Show::Month, "x.period_last").range(),
        Col::new("days", "出勤天数", Show::Quantity, "x.days"),
    ]
);
reference!(
    LOANS,
    "ref_loans",
    "ref_loan.list",
    "比对名单：小额信贷",
    [("x.id_no", true), ("x.issued", false), ("x.account", true)],
    [
        ID_NO,
        Col::money("amount", "金额", "x.amount").range().sum(),
        Col::date("issued", "放款日期", "x.issued").range(),
        Col::new("account", "收款账号", Show::Account, "x.account").exact(),
        Col::text("borrower", "用款单位", "x.borrower").nullable().contains(),
        Col::text("purpose", "用途", "x.purpose").nullable().contains(),
    ]
);
reference!(
    HOUSING,
    "ref_housing",
    "ref_housing.list",
    "比对名单：危房改造",
    [("x.household", true)],
    [
        Col::text("household", "户编号", "x.household").prefix().link("household"),
        Col::text("grade", "鉴定等级", "x.grade").exact(),
        Col::text("appraiser", "鉴定机构", "x.appraiser").nullable(),
        Col::text("method", "改造方式", "x.method").exact(),
        Col::new("area", "建筑面积（平方米）", Show::Quantity, "x.area"),
        Col::count("persons", "核定人数", "x.persons"),
        Col::date("finished", "竣工日期", "x.finished").nullable().range(),
        Col::date("demolished", "旧房拆除日期", "x.demolished").nullable(),
    ]
);
