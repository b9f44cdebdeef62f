//! Lists of what was done: 导入文件, 办理记录, 登记变更, 参数.

use crate::app::lists::spec::{Col, ListSpec, Match, Show};

pub static FILES: ListSpec = ListSpec::new("files", "file.list", "导入文件", "registry.read")
    .from("file f", "f.book = $1", &[("f.id", false)])
    .columns(&[
        Col::count("id", "编号", "f.id").sort().exact().link("file"),
        Col::text("kind", "类型", "f.kind").sort().exact(),
        Col::text("name", "文件名", "f.name").sort().contains(),
        Col::count("data_rows", "数据行数", "f.data_rows").sort().sum(),
        Col::text("actor", "经办", "f.actor").sort().exact(),
        Col::time("received_at", "接收时间", "f.received_at"),
    ])
    .order("id", true)
    .search(&[("f.name", Match::Contains)]);

pub static ACTS: ListSpec = ListSpec::new("acts", "act.list", "办理记录", "audit.read")
    .from("act a", "a.book = $1", &[("a.at", false), ("a.key", true)])
    .columns(&[
        Col::time("at", "时间", "a.at").sort(),
        Col::text("verb", "事项", "a.verb").sort().exact(),
        Col::new("key", "编号", Show::Digits, "a.key").prefix(),
        Col::text("actor", "经办", "a.actor").sort().exact(),
    ])
    .order("at", true);

pub static CHANGES: ListSpec = ListSpec::new("changes", "change.list", "登记变更", "registry.read")
    .about("登记资料被新文件更新的记录；更新前的内容在审计导出中。")
    .from("change_log c LEFT JOIN file f ON f.book = c.book AND f.id = c.file", "c.book = $1", &[("c.id", false)])
    .columns(&[
        Col::count("id", "编号", "c.id").sort(),
        Col::text("kind", "类型", "c.kind").exact(),
        Col::new("record_key", "记录", Show::Digits, "c.record_key").exact(),
        Col::text("actor", "经办", "c.actor").exact(),
        Col::time("at", "时间", "c.at"),
        Col::count("file", "导入文件", "c.file").exact().link("file"),
        Col::text("file_name", "文件名", "f.name").nullable(),
        Col::count("file_row", "行号", "c.file_row"),
    ])
    .order("id", true)
    .remembered(&["change_log"]);

pub static SETTINGS: ListSpec = ListSpec::new("settings", "setting.list", "参数", "setting.read")
    .from("setting s", "s.book = $1", &[("s.name", true), ("s.valid_from", false)])
    .columns(&[
        Col::text("name", "名称", "s.name").sort().prefix(),
        Col::date("valid_from", "生效日期", "s.valid_from").sort().range(),
        Col::text("value", "值", "s.value").contains(),
        Col::text("actor", "设置人", "s.actor").exact(),
        Col::time("at", "时间", "s.at"),
    ])
    .everyone()
    .search(&[("s.name", Match::Contains)]);
