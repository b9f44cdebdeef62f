//! Synthetic people, operations and answers for the tests of the pages.

use super::frame::{Frame, Seat};
use crate::domain::access::{Principal, Scope};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::service::answer::ListPage;
use crate::service::{Operation, Param, ParamKind};
use chrono::NaiveDate;
use rust_decimal::Decimal;

pub const HOSTILE: &str = "<script>alert(\"'x'\")</script>";

pub fn person(permissions: &[&str]) -> Principal {
    Principal {
        user: 7,
        login: "kuaiji".into(),
        name: "会示计".into(),
        roles: vec!["accountant".into()],
        permissions: permissions.iter().map(|code| (*code).to_string()).collect(),
        scope: Scope::County,
        session: 1,
        must_change_password: false,
    }
}

/// Somebody who may do everything, to see everything.
pub fn anybody() -> Principal {
    let all: Vec<&str> = crate::domain::access::PERMISSIONS.iter().map(|permission| permission.code).collect();
    person(&all)
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 9, 30).unwrap_or_default()
}

pub fn frame(who: &Principal, path: &str, title: &str) -> Frame {
    let roles = ["会计".to_string()];
    let seat = Seat { book: "示范县扶贫资金账", who, roles: &roles, today: day(), csrf: "c5rf", waiting: 3 };
    Frame::new(&seat, path, title)
}

const STATES: &[(&str, &str)] = &[("reserved", "已占用待审批"), ("sent", "已送银行待回盘"), ("answered", "已回盘")];

const LIST_PARAMS: &[Param] = &[
    Param::query("q", "查找", ParamKind::Text(100)),
    Param::query("unit", "单位", ParamKind::Text(40)),
    Param::query("state", "状态", ParamKind::Choice(STATES)),
    Param::query("made_from", "造表日期", ParamKind::Date),
    Param::query("made_to", "至", ParamKind::Date),
    Param::query("program", "政策", ParamKind::Text(40)),
    Param::query("open", "有待处理退票", ParamKind::Flag),
    Param::query("period", "所属期", ParamKind::Month),
    Param::query("sort", "排序", ParamKind::Text(40)),
    Param::query("order", "次序", ParamKind::Text(4)),
    Param::query("columns", "列", ParamKind::Texts(40)),
    Param::query("cursor", "翻页", ParamKind::Text(400)),
    Param::query("unmask", "完整", ParamKind::Flag),
];

pub const LIST: Operation =
    Operation::get("batch.list", "/batches", "发放批次").about("全部批次及其办理阶段。").may("payout.read").params(LIST_PARAMS);

const FORM_PARAMS: &[Param] = &[
    Param::path("batch", "批次号"),
    Param::body("date", "审批日期", ParamKind::Date).hint("默认今天"),
    Param::body("amount", "金额", ParamKind::Money).required(),
    Param::body("kind", "类型", ParamKind::Choice(STATES)).required(),
    Param::body("urgent", "加急", ParamKind::Flag),
    Param::body("reason", "理由", ParamKind::Words(500)).required().hint("写明依据的文件和条款"),
    Param::body("password", "再次输入口令", ParamKind::Secret).required(),
    Param::file("file", "附件"),
];

pub static FORM: Operation = Operation::post("batch.approve", "/batches/{batch}/approval", "审批批次")
    .about("审批通过后批次可送银行；制表人本人不能审批。")
    .params(FORM_PARAMS)
    .review("money");

pub fn batches() -> Table {
    let mut table = Table::new("batches", "发放批次")
        .column("code", "批次号", Kind::Text)
        .column("unit_name", "单位", Kind::Text)
        .column("program", "政策编码", Kind::Text)
        .column("period", "所属期", Kind::Text)
        .column("made", "造表日期", Kind::Date)
        .column("state", "状态", Kind::Text)
        .column("lines", "笔数", Kind::Count)
        .column("total", "金额", Kind::Money)
        .column("paid_lines", "到卡笔数", Kind::Count)
        .column("paid", "到卡金额", Kind::Money)
        .column("returned_lines", "退票笔数", Kind::Count)
        .column("returned", "退票金额", Kind::Money);
    let programs = [("CYFC", "市农业农村局"), ("ZXJ", "市教育局"), ("DB", "市民政局"), ("GYG", HOSTILE)];
    for number in 0..24_i64 {
        let (program, unit) = programs[usize::try_from(number % 4).unwrap_or(0)];
        let state = ["已回盘", "已送银行待回盘", "已占用待审批", "已审批待送银行", "已撤销"][usize::try_from(number % 5).unwrap_or(0)];
        let (lines, returned) = (120 + number * 37, if number % 5 == 0 { number % 7 } else { 0 });
        let paid = if number % 5 == 0 { lines - returned } else { 0 };
        table.push(vec![
            Cell::text(format!("PC2018-{program}-{:03}", 201 + number)),
            Cell::text(unit),
            Cell::text(program),
            Cell::text("2018-07 至 2018-09"),
            Cell::Date(day()),
            Cell::text(state),
            Cell::Count(lines),
            Fen::new(lines * 150_000).into(),
            Cell::Count(paid),
            Fen::new(paid * 150_000).into(),
            Cell::Count(returned),
            Fen::new(returned * 150_000).into(),
        ]);
    }
    table
}

pub fn list_page() -> ListPage {
    let totals = vec![("total".to_string(), 1_234_567_800_i64), ("lines".to_string(), 20_000)];
    ListPage { table: batches(), next: Some("c2/+=".into()), count: 12_345, totals }
}

const HEADS: &[(&str, &str, Kind)] = &[
    ("rank", "排名", Kind::Count),
    ("key", "编码", Kind::Text),
    ("name", "名称", Kind::Text),
    ("available", "可用资金", Kind::Money),
    ("spent", "已支出", Kind::Money),
    ("progress", "支出进度", Kind::Percent),
    ("schedule", "序时进度", Kind::Percent),
    ("gap_pp", "差距(百分点)", Kind::Points),
    ("state", "状态", Kind::Text),
    ("in_transit", "在途", Kind::Money),
    ("returned", "退票待处理", Kind::Money),
    ("moved_unspent", "已拨未支", Kind::Money),
    ("retention", "质保金", Kind::Money),
    ("unallocated", "未分配", Kind::Money),
    ("allocated", "已下达未支付", Kind::Money),
    ("reserved", "已报批占用", Kind::Money),
    ("forecast_progress", "预计年底进度", Kind::Percent),
];

/// One group: key, name, and in 万元 spent, in transit, returned, moved, retention, unallocated, allocated, reserved.
type Group = (&'static str, &'static str, [i64; 8]);

fn progress(name: &str, title: &str, groups: &[Group], total: bool) -> Table {
    let mut table = Table::new(name, title).subtitle("截至2018年9月30日　　单位：元").note("支出指到户到卡及付至最终收款人的资金。");
    for (key, title, kind) in HEADS {
        table = table.column(key, *title, *kind);
    }
    let schedule = Decimal::new(7_105, 4);
    let cells = |rank: Option<i64>, key: &str, name: &str, wan: &[i64; 8]| {
        let fen: Vec<Fen> = wan.iter().map(|wan| Fen::new(wan * 1_000_000)).collect();
        let available = Fen::new(wan.iter().sum::<i64>() * 1_000_000);
        let share = Decimal::from(wan[0]) / Decimal::from(wan.iter().sum::<i64>().max(1));
        vec![
            rank.map(Cell::Count).into(),
            Cell::text(key),
            Cell::text(name),
            available.into(),
            fen[0].into(),
            Cell::Ratio(share),
            Cell::Ratio(schedule),
            Cell::Points((share - schedule) * Decimal::ONE_HUNDRED),
            Cell::text(if share >= schedule { "达序时" } else { "滞后" }),
            fen[1].into(),
            fen[2].into(),
            fen[3].into(),
            fen[4].into(),
            fen[5].into(),
            fen[6].into(),
            fen[7].into(),
            Cell::Ratio(Decimal::new(9_967, 4)),
        ]
    };
    let mut sum = [0_i64; 8];
    for (rank, (key, name, wan)) in (1..).zip(groups) {
        wan.iter().zip(&mut sum).for_each(|(part, sum)| *sum += part);
        table.push(cells(Some(rank), key, name, wan));
    }
    if total {
        table.push_total(cells(None, "", "合计", &sum));
    }
    table
}

pub fn levels() -> Table {
    let groups: [Group; 4] = [
        ("central", "中央", [5_120, 310, 24, 820, 96, 410, 1_080, 140]),
        ("province", "省", [4_310, 220, 11, 640, 120, 260, 900, 95]),
        ("city", "市", [1_020, 0, 3, 210, 40, 0, 260, 0]),
        ("county", "县", [2_450, 60, 0, 330, 15, 120, 420, 30]),
    ];
    progress("progress_by_level", "扶贫资金支出进度表（按资金级次）", &groups, true)
}

pub fn units() -> Table {
    let groups: [Group; 7] = [
        ("301", "市民政局", [96, 0, 0, 0, 0, 0, 0, 0]),
        ("201", "市农业农村局", [3_900, 60, 4, 10, 0, 0, 400, 80]),
        ("202", "市教育局", [2_120, 90, 2, 0, 0, 0, 200, 0]),
        ("203", "市住房保障与房产管理局", [3_410, 120, 9, 300, 60, 0, 700, 60]),
        ("401", "东河镇", [1_100, 20, 0, 400, 30, 0, 500, 20]),
        ("402", "大田镇", [700, 0, 0, 520, 0, 0, 480, 0]),
        ("403", HOSTILE, [100, 0, 0, 520, 0, 0, 480, 0]),
    ];
    progress("progress_by_unit", "扶贫资金支出进度表（按单位）", &groups, true)
}

pub fn months() -> Table {
    let mut table = progress("progress_by_month", "扶贫资金支出进度表（按月份）", &[], false);
    for month in 1..=9_i64 {
        let share = Decimal::new([120, 480, 1_320, 2_210, 3_180, 3_990, 4_870, 5_620, 6_339][usize::try_from(month - 1).unwrap_or(0)], 4);
        let schedule = Decimal::new(95 * month, 2) / Decimal::from(12);
        let mut cells = vec![Cell::Empty; HEADS.len()];
        cells[1] = Cell::text(format!("2018-{month:02}"));
        cells[2] = Cell::text(format!("{month}月"));
        (cells[3], cells[4]) = (Fen::new(20_343_400_000).into(), Fen::new(12_894_910_500 / 9 * month).into());
        (cells[5], cells[6]) = (Cell::Ratio(share), Cell::Ratio(schedule));
        cells[8] = Cell::text(if share >= schedule { "达序时" } else { "滞后" });
        cells[16] = Cell::Ratio(Decimal::new(9_967, 4));
        table.push(cells);
    }
    table
}

/// The tables of the overview; the amounts are those of [`levels`].
pub fn overview() -> Vec<Table> {
    let said = "截至 2018-09-30";
    let names = ["中央", "省", "市", "县"];
    let parts = [
        [5_120, 310, 24, 820, 96, 410, 1_080, 140],
        [4_310, 220, 11, 640, 120, 260, 900, 95],
        [1_020, 0, 3, 210, 40, 0, 260, 0],
        [2_450, 60, 0, 330, 15, 120, 420, 30],
    ];
    let places = ["paid_household", "in_transit", "returned", "moved", "retention", "unallocated", "allocated", "reserved"];
    let words = ["已到卡", "在途", "退票待处理", "已拨单位未支出", "质保金", "待分配", "已分配未支付", "发放占用"];
    let fen = |wan: i64| Cell::Fen(Fen::new(wan * 1_000_000));
    let mut nodes = Table::new("nodes", "资金去向")
        .subtitle(said)
        .column("node", "节点", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("stage", "环节", Kind::Count)
        .column("amount", "金额", Kind::Money);
    let mut flows = Table::new("flows", "资金流向")
        .column("from", "自", Kind::Text)
        .column("to", "至", Kind::Text)
        .column("level", "级次", Kind::Text)
        .column("amount", "金额", Kind::Money);
    let mut node = |node: &str, name: &str, stage, wan| nodes.push(vec![Cell::text(node), Cell::text(name), Cell::Count(stage), fen(wan)]);
    for (name, part) in names.iter().zip(&parts) {
        let all: i64 = part.iter().sum();
        node(name, name, 0, all);
        let mut flow = |from: &str, to: &str, wan| flows.push(vec![Cell::text(from), Cell::text(to), Cell::text(*name), fen(wan)]);
        flow(name, "received", all);
        flow("received", "distributed", all - part[5]);
        for (place, wan) in places.iter().zip(part).filter(|(_, wan)| **wan > 0) {
            flow(if *place == "unallocated" { "received" } else { "distributed" }, place, *wan);
        }
    }
    let sum = |at: usize| parts.iter().map(|part| part[at]).sum::<i64>();
    node("received", "收到资金", 1, (0..8).map(sum).sum());
    node("distributed", "已下达单位、项目", 2, (0..8).filter(|at| *at != 5).map(sum).sum());
    node("unallocated", "待分配", 2, sum(5));
    for (at, place) in places.iter().enumerate().filter(|(at, _)| *at != 5) {
        node(place, words[at], 3, sum(at));
    }
    let renamed = |table: Table, name: &str, key: &str, title: &str| {
        let mut table = Table { name: name.into(), title: title.into(), ..table };
        table.columns.iter_mut().filter(|column| column.key == "key").for_each(|column| column.key = key.into());
        table
    };
    let mut months = renamed(months(), "months", "month", "支出进度与序时进度");
    months.columns[9].key = "day".into();
    let ranking = renamed(units(), "ranking", "unit", "单位支出进度排名");
    let levels = renamed(levels(), "levels", "level", "分级次支出进度");
    vec![nodes, flows, months, ranking, levels, alerts()]
}

fn alerts() -> Table {
    let mut table = Table::new("alerts", "提示")
        .column("kind", "类型", Kind::Text)
        .column("grade", "程度", Kind::Text)
        .column("what", "事项", Kind::Text)
        .column("subject", "编码", Kind::Text)
        .column("count", "笔数", Kind::Count)
        .column("amount", "金额", Kind::Money)
        .column("list", "列表", Kind::Text)
        .column("filter", "筛选", Kind::Text);
    let mut row = |kind: &str, grade: &str, what: &str, count: i64, wan: i64, list: &str, filter: &str| {
        let text = |text: &str| Cell::text(text);
        table.push(vec![
            text(kind),
            text(grade),
            text(what),
            text(""),
            Cell::Count(count),
            Cell::Fen(Fen::new(wan * 1_000_000)),
            text(list),
            text(filter),
        ]);
    };
    row("returned", "严重", "退票待处理", 25, 38, "returns", "state=returned");
    row("behind", "严重", "大田镇支出进度严重滞后，较序时 -29.88 个百分点", 1, 508, "allocations", "unit=402");
    row("to_approve", "注意", "批次待审批", 4, 265, "batches", "state=reserved");
    row("findings", "严重", "疑点待处理", 61, 17, "findings", "state=open");
    table
}
