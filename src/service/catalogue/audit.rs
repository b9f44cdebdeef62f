//! What auditors ask first (审计查询), the whole book verified (核验), and exports that others check the book by (审计导出).

use super::asked::{AS_OF, KNOWN_AT, YEAR, choices, count, day, file, folder, known_at, named, needs, year, zipped};
use crate::app::audit::export::{Options, write};
use crate::app::audit::{Personal, aging, cross, find, unusual, verify as packages, who, year_end};
use crate::app::inquiry::voucher::list_table;
use crate::app::verify::verify_against;
use crate::app::{KnownAt, Result, export};
use crate::domain::audit::AuditFormat;
use crate::domain::audit::manifest::MANIFEST;
use crate::files::reading::archive::unpack;
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Place, Reach};
use std::path::{Path, PathBuf};

const NUMBER: Param = Param::query("number", "凭证号", ParamKind::Int(1, 9_999_999)).hint("月内编号");
const FROM: Param = Param::query("from", "起始日期", ParamKind::Date);
const TO: Param = Param::query("to", "截止日期", ParamKind::Date);
const AMOUNT: Param = Param::query("amount", "金额", ParamKind::Money).hint("有一条分录恰为这个金额");
const LEAST: Param = Param::query("least", "不小于", ParamKind::Money);
const MOST: Param = Param::query("most", "不大于", ParamKind::Money);
const ACCOUNT: Param = Param::query("account", "科目编码", ParamKind::Int(1, 999_999_999_999)).hint("上级科目包括下级");
const SUMMARY: Param = Param::query("summary", "摘要或依据文号", ParamKind::Text(100));
const PERSON: Param = Param::query("person", "制单或复核的人", ParamKind::Text(50));
const LIMIT: Param = Param::query("limit", "最多列出几张", ParamKind::Int(1, 10_000)).or("200");
const ALL: Param = Param::query("all", "相符的也列出", ParamKind::Flag);
const TOP: Param = Param::query("top", "列出最大的几张", ParamKind::Int(1, 1_000)).or("20");
const DAYS: Param = Param::query("days", "最后几天", ParamKind::Int(1, 366)).or("10");
const ONE_PERSON: Param = Param::query("person", "只看一个人", ParamKind::Text(50));
const HEADS: Param = Param::body("heads", "留存的链尾摘要", ParamKind::Texts(64)).hint("核对凭证链仍含有它，可以有多个");
const EXPORT_YEAR: Param = Param::body("year", "会计年度", ParamKind::Year).required();
const AS_KNOWN_AT: Param = Param::body("as_known_at", "记录时点", ParamKind::Text(40)).hint("只算到这一时点已入账的凭证");
const FORMAT: Param = Param::body("format", "数据格式", choices!(AuditFormat::ALL, title)).required();
const PERSONAL: Param = Param::body("personal", "收款人信息", choices!(Personal::ALL, title)).or("pseudonymised");
const REASON: Param = Param::body("reason", "导出个人信息的依据", ParamKind::Text(200)).hint("审计通知书文号等");
const PACKAGE: Param = Param::file("package", "导出的压缩包");
const PUBLIC_KEY: Param = Param::new("public_key", Place::File, "公钥文件", ParamKind::File).hint("应由这个公钥的主人签名");

const fn question(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::get(id, path, title).may("audit.read").reach(Reach::County)
}

pub const OPERATIONS: &[Operation] = &[
    question("audit.find", "/audit/vouchers", "查凭证")
        .about("按凭证号、日期、金额、科目、摘要、经办人查凭证。")
        .params(&[NUMBER, FROM, TO, AMOUNT, LEAST, MOST, ACCOUNT, SUMMARY, PERSON, LIMIT])
        .does(found),
    question("audit.cross", "/audit/cross", "资金账与指标账核对")
        .about("资金账与指标账按指标、月份核对。")
        .params(&[YEAR, KNOWN_AT, ALL])
        .does(|call| {
            let (year, known_at) = (year(call), known_at(call)?);
            Ok(cross::cross(call.bureau, year, known_at)?.table(call.input.flag("all")).into())
        }),
    question("audit.aging", "/audit/aging", "未支出资金的账龄").about("未支出资金按停留时间分段。").params(&[AS_OF, KNOWN_AT]).does(
        |call| {
            let (as_of, known_at) = (day(call, "as_of"), known_at(call)?);
            Ok(Answer::Tables(aging::aging(call.bureau, as_of, known_at)?.tables()))
        },
    ),
    question("audit.unusual", "/audit/unusual", "大额和异常凭证").about("金额最大的和有异常情形的凭证。").params(&[YEAR, TOP]).does(
        |call| {
            let (year, top) = (year(call), count(call, "top"));
            Ok(unusual::unusual(call.bureau, year, top)?.table().into())
        },
    ),
    question("audit.year_end", "/audit/year-end", "年末几天的支付")
        .about("年末突击花钱：最后几天的支付及其占比。")
        .params(&[YEAR, DAYS])
        .does(|call| {
            let (year, days) = (year(call), count(call, "days") as u64);
            Ok(Answer::Tables(year_end::year_end(call.bureau, year, days)?.tables()))
        }),
    question("audit.who", "/audit/who", "谁办了什么")
        .about("各人办理的业务，有无不相容职务。")
        .params(&[ONE_PERSON])
        .does(|call| Ok(Answer::Tables(who::who(call.bureau, call.input.text("person"))?.tables().into_iter().collect()))),
    Operation::post("verify.run", "/verifications", "核验账簿")
        .about("把整本账重新计算一遍：凭证链、编号、平衡、余额、明细；列出不符之处。")
        .may("audit.read")
        .reach(Reach::County)
        .params(&[HEADS])
        .long()
        .gives(Gives::Tables)
        .does(|call| {
            let (watch, heads) = (call.watch, call.input.texts("heads"));
            let report = verify_against(call.bureau, heads, &mut |at| watch.advance(at.done, at.total))?;
            Ok(report.table().into())
        }),
    Operation::post("export.chain", "/exports/chain", "导出凭证链")
        .about("凭证链，供独立核验（不含个人信息），打成一个压缩包。")
        .may("audit.export")
        .reach(Reach::County)
        .long()
        .gives(Gives::File)
        .does(|call| {
            let (watch, dir) = (call.watch, folder(call, "chain")?);
            let done = export::chain(call.bureau, &dir, &mut |done, of| watch.advance(done, of))?;
            zipped(call, &dir, format!("凭证链-{}-{}", done.book, done.seq))
        }),
    Operation::post("export.audit", "/exports/audit", "审计导出")
        .about("一个年度的账，按审计数据接口格式，打成一个压缩包。导出个人信息须有权限，写明依据并留下记录。")
        .may("audit.export")
        .reach(Reach::County)
        .params(&[EXPORT_YEAR, FORMAT, AS_KNOWN_AT, PERSONAL, REASON])
        .long()
        .gives(Gives::File)
        .does(exported),
    Operation::post("export.verify", "/exports/verification", "核验审计导出")
        .about("只凭导出的压缩包核验：字节、凭证链、平衡、余额、支付和进度；一个字节改动也会查出。")
        .may("audit.export")
        .reach(Reach::Open)
        .params(&[PACKAGE, HEADS, PUBLIC_KEY])
        .gives(Gives::Tables)
        .does(checked),
];

fn found(call: &mut Call<'_>) -> Result<Answer> {
    super::asked::not_both(call, &AMOUNT, &LEAST)?;
    super::asked::not_both(call, &AMOUNT, &MOST)?;
    let input = &call.input;
    let amount = input.money("amount");
    let wanted = find::Wanted {
        number: input.int("number"),
        from: input.date("from"),
        to: input.date("to"),
        least: amount.or(input.money("least")),
        most: amount.or(input.money("most")),
        account: input.int("account"),
        words: input.text("summary").map(str::to_string),
        person: input.text("person").map(str::to_string),
        limit: count(call, "limit"),
    };
    let (found, more) = find::find(call.bureau, &wanted)?;
    let table = list_table(&found);
    Ok(if more { table.note(format!("只列出前 {} 张，请缩小范围或放宽张数", wanted.limit)) } else { table }.into())
}

fn exported(call: &mut Call<'_>) -> Result<Answer> {
    let personal = call.input.text("personal").and_then(Personal::from_code).unwrap_or(Personal::Pseudonymised);
    if personal != Personal::Pseudonymised {
        needs(call, "personal.unmask")?;
    }
    let options = Options {
        year: year(call),
        known_at: call.input.text("as_known_at").map(KnownAt::parse).transpose()?,
        format: call.input.text("format").and_then(AuditFormat::named).unwrap_or(AuditFormat::Csv),
        out: call.scratch.join("export"),
        personal,
        reason: call.input.must("reason").to_string(),
        sign_with: None,
    };
    let watch = call.watch;
    let handed = write(call.bureau, &call.ctx, &options, &mut |done, of| watch.advance(done, of))?;
    let manifest = &handed.manifest;
    zipped(call, &options.out, format!("审计导出-{}-{}-{}", manifest.book.code, manifest.year, manifest.format))
}

/// Bytes that a package may unpack to.
const PACKAGE_BYTES: u64 = 8 << 30;

fn checked(call: &mut Call<'_>) -> Result<Answer> {
    let (package, key, dir) = (file(call, &PACKAGE)?, named(call, &PUBLIC_KEY)?, call.scratch.join("package"));
    call.watch.advance(0, 2);
    unpack(&package, &dir, PACKAGE_BYTES)?;
    call.watch.advance(1, 2);
    let checked = packages::verify(&root(&dir)?, call.input.texts("heads"), key.as_deref())?;
    call.watch.advance(2, 2);
    Ok(checked.table().into())
}

/// Where the manifest lies: at the top, or in the one folder that there is.
fn root(dir: &Path) -> Result<PathBuf> {
    if dir.join(MANIFEST).exists() {
        return Ok(dir.to_path_buf());
    }
    let mut within = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        within.push(entry?.path());
    }
    Ok(match within.as_slice() {
        [one] if one.is_dir() => one.clone(),
        _ => dir.to_path_buf(),
    })
}
