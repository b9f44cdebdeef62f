//! Lists of the registers: 单位, 区划, 补贴政策, 项目, 户, 人, 卡. People and cards are many: they sort by what has an index, and
//! what is filtered comes in the order of the index that finds it.

use crate::app::lists::spec::{Col, Cost, Entrance, ListSpec, Match, REGISTERS, Show};

pub static UNITS: ListSpec = ListSpec::new("units", "unit.list", "单位", "registry.read")
    .from("unit u LEFT JOIN region r ON r.book = u.book AND r.code = u.region", "u.book = $1", &[("u.code", true)])
    .columns(&[
        Col::text("code", "编码", "u.code").sort().prefix(),
        Col::text("name", "名称", "u.name").sort().contains(),
        Col::text("kind", "类型", "u.kind").sort().exact(),
        Col::text("parent", "上级单位", "u.parent").nullable().exact(),
        Col::text("region", "区划编码", "u.region").nullable().sort().prefix(),
        Col::text("region_name", "区划", "r.name").nullable(),
        Col::text("uscc", "统一社会信用代码", "u.uscc").nullable().exact(),
        Col::text("bank", "开户银行", "u.bank").nullable(),
        Col::new("account", "账号", Show::Account, "u.account").nullable().exact(),
    ])
    .of("u.code IN {}", "u.region IN {}")
    .search(&[("u.code", Match::Prefix), ("u.name", Match::Contains)]);

pub static REGIONS: ListSpec = ListSpec::new("regions", "region.list", "区划", "registry.read")
    .from("region r LEFT JOIN region p ON p.book = r.book AND p.code = r.parent", "r.book = $1", &[("r.code", true)])
    .columns(&[
        Col::text("code", "编码", "r.code").sort().prefix(),
        Col::text("name", "名称", "r.name").sort().contains(),
        Col::text("level", "级别", "r.level").sort().exact(),
        Col::text("parent", "上级编码", "r.parent").nullable().exact(),
        Col::text("parent_name", "上级", "p.name").nullable(),
        Col::new("poor_village", "贫困村", Show::YesNo, "r.poor_village").nullable().exact(),
        Col::new("deep_poverty", "深度贫困", Show::YesNo, "r.deep_poverty").nullable().exact(),
        Col::count("exit_year", "退出年度", "r.exit_year").nullable().sort().exact(),
    ])
    .of("", "r.code IN {}")
    .search(&[("r.code", Match::Prefix), ("r.name", Match::Contains)]);

pub static PROGRAMS: ListSpec = ListSpec::new("programs", "program.list", "补贴政策", "registry.read")
    .from(
        "program p LEFT JOIN unit u ON u.book = p.book AND u.code = p.department",
        "p.book = $1",
        &[("p.code", true), ("p.valid_from", false)],
    )
    .columns(&[
        Col::text("code", "编码", "p.code").sort().prefix(),
        Col::text("name", "名称", "p.name").sort().contains(),
        Col::text("department", "主管部门编码", "p.department").sort().exact(),
        Col::text("department_name", "主管部门", "COALESCE(u.name, p.department)"),
        Col::text("subject", "对象", "p.subject").sort().exact(),
        Col::money("rate", "标准", "p.rate").sort(),
        Col::text("measure", "计量单位", "p.measure"),
        Col::text("bound", "标准性质", "p.bound"),
        Col::text("eligibility", "条件", "p.eligibility").nullable(),
        Col::date("valid_from", "起始日期", "p.valid_from").sort(),
        Col::date("valid_to", "终止日期", "p.valid_to").nullable(),
        Col::count("notice_days", "公示天数", "p.notice_days").nullable(),
        Col::text("excludes", "不得兼得", "p.excludes").nullable(),
    ])
    .everyone()
    .search(&[("p.code", Match::Prefix), ("p.name", Match::Contains)]);

pub static PROJECTS: ListSpec = ListSpec::new("projects", "project.list", "项目库", "project.read")
    .from(
        "project p LEFT JOIN unit u ON u.book = p.book AND u.code = p.department
         LEFT JOIN region r ON r.book = p.book AND r.code = p.region",
        "p.book = $1",
        &[("p.code", true)],
    )
    .columns(&[
        Col::text("code", "编码", "p.code").sort().prefix().link("project"),
        Col::text("name", "名称", "p.name").sort().contains(),
        Col::text("kind", "类型", "p.kind").sort().exact(),
        Col::text("department", "主管部门编码", "p.department").sort().exact(),
        Col::text("department_name", "主管部门", "COALESCE(u.name, p.department)").sort(),
        Col::text("implementer", "实施单位", "p.implementer").nullable().exact(),
        Col::text("region", "区划编码", "p.region").sort().prefix(),
        Col::text("region_name", "地点", "COALESCE(r.name, p.region)").sort(),
        Col::money("planned", "计划投资", "p.planned").sort().range().sum(),
        Col::text("status", "登记状态", "p.status").sort().exact(),
        Col::date("started", "开工日期", "p.started").nullable().sort().range(),
        Col::date("finished", "竣工日期", "p.finished").nullable().sort().range(),
        Col::text("goal", "绩效目标", "p.goal").nullable(),
    ])
    .of("(p.department IN {} OR p.implementer IN {})", "p.region IN {}")
    .search(&[("p.code", Match::Prefix), ("p.name", Match::Contains)]);

const HOUSEHOLD: Entrance = Entrance {
    from: "household h LEFT JOIN region r ON r.book = h.book AND r.code = h.region",
    lean: "household h",
    base: "h.book = $1",
    key: &[("h.code", true)],
};

pub static HOUSEHOLDS: ListSpec = ListSpec::new("households", "household.list", "户", "registry.read")
    .entrance(HOUSEHOLD)
    .side_doors(&[
        ("region", Entrance { key: &[("h.region", true), ("h.code", true)], ..HOUSEHOLD }),
        ("status_date", Entrance { key: &[("h.status_date", false), ("h.code", true)], ..HOUSEHOLD }),
    ])
    .columns(&[
        Col::text("code", "户编号", "h.code").sort().prefix().link("household"),
        Col::text("region", "区划编码", "h.region").prefix(),
        Col::text("region_name", "村", "COALESCE(r.name, h.region)"),
        Col::new("head", "户主", Show::Name, "h.head").exact().cost(Cost::Narrows),
        Col::new("head_id", "户主身份证号", Show::IdNo, "h.head_id").exact().cost(Cost::Narrows),
        Col::count("identified", "识别年度", "h.identified").exact(),
        Col::text("status", "状态", "h.status").exact(),
        Col::date("status_date", "状态日期", "h.status_date").nullable().range(),
        Col::text("kind", "类型", "h.kind").nullable().exact(),
        Col::text("housing", "住房", "h.housing").nullable().exact(),
    ])
    .of("", "h.region IN {}")
    .remembered(REGISTERS)
    .search(&[("h.code", Match::Prefix), ("h.head", Match::Exact), ("h.head_id", Match::Exact)])
    .person("h.head_id");

const PERSON: Entrance = Entrance {
    from: "person p JOIN household h ON h.book = p.book AND h.code = p.household
         LEFT JOIN region r ON r.book = h.book AND r.code = h.region",
    lean: "person p",
    base: "p.book = $1",
    key: &[("p.id", false)],
};
/// From villages to their households to their people.
const VILLAGERS: Entrance = Entrance {
    from: "household h CROSS JOIN person p LEFT JOIN region r ON r.book = h.book AND r.code = h.region",
    lean: "household h CROSS JOIN person p",
    base: "h.book = $1 AND p.book = $1 AND p.household = h.code",
    key: &[("h.region", true), ("h.code", true), ("p.id", false)],
};

pub static PERSONS: ListSpec = ListSpec::new("persons", "person.list", "人员", "registry.read")
    .entrance(PERSON)
    .side_doors(&[
        ("narrow", Entrance { lean: "", ..PERSON }),
        ("region", VILLAGERS),
        ("household", Entrance { key: &[("p.household", true), ("p.id", false)], ..PERSON }),
        ("name", Entrance { key: &[("p.name", true), ("p.id", false)], ..PERSON }),
        ("status_date", Entrance { key: &[("p.status_date", false), ("p.id", false)], ..PERSON }),
    ])
    .columns(&[
        Col::text("household", "户编号", "p.household").sort().prefix().link("household"),
        Col::new("name", "姓名", Show::Name, "p.name").prefix(),
        Col::new("id_no", "身份证号", Show::IdNo, "p.id_no").exact().cost(Cost::Narrows),
        Col::text("relation", "与户主关系", "p.relation").exact(),
        Col::text("region", "区划编码", "h.region").prefix(),
        Col::text("region_name", "村", "COALESCE(r.name, h.region)"),
        Col::text("labour", "劳动能力", "p.labour").nullable().exact(),
        Col::text("school", "在校情况", "p.school").nullable().exact(),
        Col::text("health", "健康状况", "p.health").nullable().exact(),
        Col::text("status", "状态", "p.status").exact(),
        Col::date("status_date", "状态日期", "p.status_date").nullable().range(),
    ])
    .of("", "h.region IN {}")
    .remembered(REGISTERS)
    .search(&[("p.household", Match::Prefix), ("p.name", Match::Prefix), ("p.id_no", Match::Exact)])
    .person("p.id_no");

const CARD: Entrance = Entrance {
    from: "card c LEFT JOIN person p ON p.book = c.book AND p.id_no = c.id_no
         LEFT JOIN household h ON h.book = p.book AND h.code = p.household",
    lean: "card c",
    base: "c.book = $1",
    key: &[("c.id", false)],
};
/// From villages to their people's cards, not from every card of the county to its village.
const VILLAGERS_CARDS: Entrance = Entrance {
    from: "household h CROSS JOIN person p CROSS JOIN card c",
    lean: "",
    base: "h.book = $1 AND p.book = $1 AND p.household = h.code AND c.book = $1 AND c.id_no = p.id_no",
    key: &[("h.region", true), ("h.code", true), ("p.id", false), ("c.id", false)],
};

pub static CARDS: ListSpec = ListSpec::new("cards", "card.list", "一卡通账户", "registry.read")
    .entrance(CARD)
    .side_doors(&[
        ("narrow", Entrance { lean: "", ..CARD }),
        ("region", VILLAGERS_CARDS),
        ("valid_from", Entrance { key: &[("c.valid_from", false), ("c.id", false)], ..CARD }),
        ("valid_to", Entrance { key: &[("c.valid_to", false), ("c.id", false)], ..CARD }),
    ])
    .columns(&[
        Col::new("holder", "户名", Show::Name, "c.holder").exact().cost(Cost::Narrows),
        Col::new("id_no", "身份证号", Show::IdNo, "c.id_no").exact().cost(Cost::Narrows),
        Col::text("bank", "银行", "c.bank").exact(),
        Col::new("account", "账号", Show::Account, "c.account").exact().cost(Cost::Narrows),
        Col::date("valid_from", "起始日期", "c.valid_from").range(),
        Col::date("valid_to", "终止日期", "c.valid_to").nullable().range(),
        Col::text("household", "户编号", "p.household").nullable().exact().cost(Cost::Narrows).link("household"),
    ])
    .of("", "h.region IN {}")
    .remembered(REGISTERS)
    .search(&[("c.account", Match::Exact), ("c.id_no", Match::Exact), ("c.holder", Match::Exact)])
    .person("c.id_no");
