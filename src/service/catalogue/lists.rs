//! One operation for each list (`fund.list` at `/funds`) and for each source of choices (`options.units` at `/options/units`),
//! made of what the lists declare: their filters, sorts and columns are the parameters.

use crate::app::lists::all::{ledger, money, payout, reference, registry, supervision, traces};
use crate::app::lists::options::{self, Source};
use crate::app::lists::spec::{Col, Match, Owner, Show};
use crate::app::lists::{Ask, Given, ListSpec, page};
use crate::app::{AppError, Result};
use crate::domain::calendar::date_to_int;
use crate::each_list;
use crate::service::answer::ListPage;
use crate::service::{Answer, Call, Gives, Input, Operation, Param, ParamKind, Reach, Value};
use std::sync::LazyLock;

type Run = fn(&mut Call<'_>) -> Result<Answer>;

macro_rules! runs {
    ($($module:ident::$name:ident),* $(,)?) => {
        &[$((&$module::$name, |call| show(&$module::$name, call))),*]
    };
}

const RUNS: &[(&ListSpec, Run)] = each_list!(runs);

const OPTION_RUNS: &[(&Source, Run)] = &[
    (&options::UNITS, |call| offer(&options::UNITS, call)),
    (&options::REGIONS, |call| offer(&options::REGIONS, call)),
    (&options::PROGRAMS, |call| offer(&options::PROGRAMS, call)),
    (&options::FUNDS, |call| offer(&options::FUNDS, call)),
    (&options::ALLOCATIONS, |call| offer(&options::ALLOCATIONS, call)),
    (&options::PROJECTS, |call| offer(&options::PROJECTS, call)),
    (&options::BATCHES, |call| offer(&options::BATCHES, call)),
    (&options::MONTHS, |call| offer(&options::MONTHS, call)),
];

/// Made once, for the life of the process: a few thousand short texts.
static MADE: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let lists = RUNS.iter().map(|(spec, run)| operation(spec, *run));
    let options = OPTION_RUNS.iter().map(|(source, run)| {
        Operation::get(kept(format!("options.{}", source.name)), kept(format!("/options/{}", source.name)), source.title)
            .about("下拉选项：编码和名称。")
            .may(source.permission)
            .reach(Reach::Rows)
            .does(*run)
    });
    lists.chain(options).collect()
});

pub fn operations() -> &'static [Operation] {
    &MADE
}

/// The list that an operation shows, if it shows one: for columns, links and exports.
pub fn spec_of(operation: &Operation) -> Option<&'static ListSpec> {
    RUNS.iter().map(|(spec, _)| *spec).find(|spec| spec.id == operation.id)
}

fn operation(spec: &'static ListSpec, run: Run) -> Operation {
    let reach = if spec.owner == Owner::County { Reach::County } else { Reach::Rows };
    Operation::get(spec.id, kept(format!("/{}", spec.name)), spec.title)
        .about(kept(format!("{}。", spec.about.trim_end_matches('。'))))
        .may(spec.permission)
        .reach(reach)
        .params(Box::leak(params(spec).into_boxed_slice()))
        .gives(Gives::List)
        .does(run)
}

fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn params(spec: &'static ListSpec) -> Vec<Param> {
    let mut params: Vec<Param> = spec.columns.iter().flat_map(filters).collect();
    if !spec.search.is_empty() {
        params.push(Param::query("q", "查找", ParamKind::Text(100)));
    }
    let sorts: Vec<(&'static str, &'static str)> =
        spec.shown().filter(|column| column.sortable).map(|column| (column.key, column.title)).collect();
    if !sorts.is_empty() {
        params.push(Param::query("sort", "排序", ParamKind::Choice(Box::leak(sorts.into_boxed_slice()))));
    }
    params.push(Param::query("order", "次序", ParamKind::Choice(&[("asc", "升序"), ("desc", "降序")])));
    params.push(Param::query("columns", "列", ParamKind::Texts(40)).hint("列的编码，逗号分隔；不填为全部"));
    params.push(Param::query("limit", "每页行数", ParamKind::Int(1, crate::app::lists::query::LARGEST_PAGE)).or("50"));
    params.push(Param::query("cursor", "翻页标记", ParamKind::Text(4_096)).hint("上一页给出的标记"));
    if !spec.person.is_empty() {
        params.push(Param::query("unmask", "显示完整个人信息", ParamKind::Flag));
        params.push(Param::query("reason", "理由", ParamKind::Text(200)).hint("显示完整个人信息须写明理由，并记入操作日志"));
    }
    params
}

/// The parameters by which a column is filtered.
fn filters(column: &'static Col) -> Vec<Param> {
    let one = |kind: ParamKind| vec![Param::query(column.key, column.title, kind)];
    match column.matched {
        Match::None => Vec::new(),
        Match::Choice(words) => one(ParamKind::Choice(words)),
        Match::Range => [("from", "起"), ("to", "止")]
            .into_iter()
            .map(|(end, word)| {
                Param::query(kept(format!("{}_{end}", column.key)), kept(format!("{}（{word}）", column.title)), value_kind(column.show))
            })
            .collect(),
        Match::Exact => one(value_kind(column.show)),
        Match::Prefix => vec![Param::query(column.key, column.title, ParamKind::Text(100)).hint("按开头匹配")],
        Match::Contains => vec![Param::query(column.key, column.title, ParamKind::Text(100)).hint("包含即匹配")],
    }
}

fn value_kind(show: Show) -> ParamKind {
    match show {
        Show::Money => ParamKind::Money,
        Show::Count | Show::Quantity | Show::Time => ParamKind::Int(0, 999_999_999_999_999),
        Show::Date => ParamKind::Date,
        Show::Month => ParamKind::Month,
        Show::YesNo => ParamKind::Flag,
        _ => ParamKind::Text(100),
    }
}

/// What a request asks of a list.
pub fn ask(spec: &'static ListSpec, input: &Input) -> Ask {
    let given = |name: &str| {
        input.get(name).and_then(|value| {
            Some(match value {
                Value::Text(text) => Given::Text(text.clone()),
                Value::Int(number) => Given::Int(*number),
                Value::Money(fen) => Given::Int(fen.get()),
                Value::Date(date) => Given::Int(date_to_int(*date)),
                Value::Month(month) => Given::Int(i64::from(month.year()) * 100 + i64::from(month.month())),
                Value::Flag(yes) => Given::Int(i64::from(*yes)),
                Value::Texts(_) | Value::Ints(_) | Value::File(_) => return None,
            })
        })
    };
    let names = spec.columns.iter().flat_map(|column| match column.matched {
        Match::None => Vec::new(),
        Match::Range => vec![format!("{}_from", column.key), format!("{}_to", column.key)],
        _ => vec![column.key.to_string()],
    });
    Ask {
        filters: names.filter_map(|name| given(&name).map(|value| (name, value))).collect(),
        search: input.text("q").map(str::to_string),
        sort: input.text("sort").map(str::to_string),
        downwards: input.text("order").map(|order| order == "desc"),
        cursor: input.text("cursor").map(str::to_string),
        limit: input.int("limit"),
        columns: input.texts("columns").to_vec(),
        unmask: input.flag("unmask"),
    }
}

fn show(spec: &'static ListSpec, call: &mut Call<'_>) -> Result<Answer> {
    let ask = ask(spec, &call.input);
    if ask.unmask && !call.who.may("personal.unmask") {
        return AppError::refuse("not_permitted", "没有查看完整个人信息的权限", "请与安全管理员联系");
    }
    let reason = call.input.text("reason").map(str::to_string);
    let scope = call.who.scope.clone();
    let page = page(call.bureau, &call.ctx, spec, &scope, &ask, reason.as_deref())?;
    let totals = page.totals.iter().map(|(key, sum)| ((*key).to_string(), *sum)).collect();
    Ok(Answer::List(ListPage { table: page.table, next: page.next, count: page.count, totals }))
}

fn offer(source: &'static Source, call: &mut Call<'_>) -> Result<Answer> {
    let scope = call.who.scope.clone();
    Ok(options::options(call.bureau, source, &scope)?.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::app::sample::Sample;
    use crate::domain::access::{PERMISSIONS, Principal, Scope};
    use crate::service::call::Unwatched;
    use crate::service::catalogue;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn operations_and_their_parameters_have_names_of_their_own() {
        let mut ids = BTreeSet::new();
        for operation in catalogue::all() {
            assert!(ids.insert(operation.id), "{}", operation.id);
            let mut names = BTreeSet::new();
            for param in operation.params {
                assert!(names.insert(param.name), "{} {}", operation.id, param.name);
            }
            let known = |code: &str| PERMISSIONS.iter().any(|permission| permission.code == code);
            assert!(operation.permission.is_empty() || known(operation.permission), "{}", operation.id);
        }
        assert!(operations().len() > 50);
    }

    #[test]
    fn a_request_goes_through_the_declared_parameters_to_the_list() {
        let mut sample = Sample::year();
        let who = Principal {
            user: 1,
            login: "a".into(),
            name: "查阅".into(),
            roles: Vec::new(),
            permissions: BTreeSet::new(),
            scope: Scope::County,
            session: 0,
            must_change_password: false,
        };
        let mut ask = |id: &str, given: &[(&str, &str)]| {
            let operation = catalogue::find(id).unwrap();
            let given: BTreeMap<String, Vec<String>> =
                given.iter().map(|(name, value)| ((*name).to_string(), vec![(*value).to_string()])).collect();
            let input = Input::parse(operation.params, &given, crate::service::Manner::Human).unwrap();
            let ctx = crate::app::Context::new("查阅");
            let scratch = std::path::Path::new(".");
            let mut call = Call { bureau: &mut sample.bureau, ctx, who: &who, input, watch: &Unwatched, scratch, files: scratch };
            (operation.run)(&mut call)
        };
        let Answer::List(page) =
            ask("voucher.list", &[("event", "allocate"), ("sort", "date"), ("order", "desc"), ("limit", "1")]).unwrap()
        else {
            panic!("a list")
        };
        assert_eq!((page.count, page.table.rows.len(), page.next.is_some()), (2, 1, true));
        let Answer::List(page) = ask("fund.list", &[("amount_to", "0.01"), ("received_from", "2018-01-01"), ("year", "2018")]).unwrap()
        else {
            panic!("a list")
        };
        assert_eq!(page.count, 2);
        let refused = ask("person.list", &[("unmask", "true"), ("reason", "核对")]).unwrap_err();
        assert_eq!(refused.code(), Some("not_permitted"));
        assert!(matches!(ask("options.units", &[]).unwrap(), Answer::Tables(tables) if tables[0].rows.len() == 2));
        assert!(matches!(ask("overview.show", &[("date", "2018-08-31")]).unwrap(), Answer::Tables(tables) if tables.len() == 6));
    }
}
