//! Screening (疑点筛查): over the book or one batch, trials of other parameters, scores against labels, the rules; and one
//! finding (疑点), which another person may agree to set aside.

use super::asked::{day, file, needs, noted, said};
use crate::app::act::record_unmasking;
use crate::app::screening::findings::{checks_table, table};
use crate::app::screening::run::run_with;
use crate::app::screening::trial::trial;
use crate::app::screening::words::{assignment, params_table, rules_table, unmasked};
use crate::app::screening::{Wanted, history, score, suppress, suppressed};
use crate::app::{Refusal, Result};
use crate::domain::screening::Severity;
use crate::domain::screening::score::{findings_table as faults_table, table as score_table};
use crate::service::catalogue::asked::choices;
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Place, Reach, Thing};
use chrono::NaiveDate;

const BATCH: Param = Param::path("batch", "批次号");
const AS_OF: Param = Param::body("as_of", "截至日期", ParamKind::Date).hint("默认今天");
const RULES: Param = Param::body("rules", "规则", ParamKind::Texts(10)).hint("如 P03、M01；默认全部");
const SEVERITY: Param = Param::body("severity", "程度", choices!(Severity::ALL, chinese));
const QUERY_AS_OF: Param = super::asked::AS_OF;
const QUERY_RULES: Param = Param::query("rules", "规则", ParamKind::Texts(10)).hint("如 P03、M01；默认全部");
const QUERY_SEVERITY: Param = Param::query("severity", "程度", choices!(Severity::ALL, chinese));
const UNMASK: Param = Param::body("unmask", "显示完整个人信息", ParamKind::Flag);
const WHY: Param = Param::body("unmask_reason", "查看完整个人信息的理由", ParamKind::Words(500));
const CHANGED: Param = Param::body("changed", "参数=值", ParamKind::Texts(200)).required().hint("如 screen.P05.capital=200000");
const LABELS: Param = Param::file("labels", "标注文件");
const SCORE_AS_OF: Param = Param::new("as_of", Place::Body, "截至日期", ParamKind::Date).hint("默认今天");
const FINDING: Param = Param::path("finding", "疑点编号").hint("至少前 6 位");
const UNTIL: Param = Param::body("until", "暂缓到", ParamKind::Date).required().hint("一年以内，到期自动恢复");
const REASON: Param = Param::body("reason", "理由", ParamKind::Words(1_000)).required();

pub const OPERATIONS: &[Operation] = &[
    Operation::post("screening.run", "/screenings", "运行筛查")
        .about("按规则筛查全账，结果记入疑点台账。要看完整个人信息须有权限并写明理由，留下记录。")
        .may("screening.run")
        .reach(Reach::County)
        .params(&[AS_OF, RULES, SEVERITY, UNMASK, WHY])
        .long()
        .does(|call| screened(call, None)),
    Operation::get("screening.batch", "/batches/{batch}/screening", "批次筛查")
        .about("审批前看一个批次的疑点，不记入疑点台账。")
        .may("screening.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, QUERY_AS_OF, QUERY_RULES, QUERY_SEVERITY])
        .does(|call| {
            let batch = call.input.must("batch").to_string();
            screened(call, Some(batch))
        }),
    Operation::post("screening.unmask", "/batches/{batch}/screening/unmasking", "批次筛查（完整个人信息）")
        .about("同“批次筛查”，显示完整的身份证号和账号；须写明理由，并留下记录。")
        .may("screening.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, AS_OF, RULES, SEVERITY, UNMASK.or("true"), WHY.required()])
        .gives(Gives::Tables)
        .does(|call| {
            let batch = call.input.must("batch").to_string();
            screened(call, Some(batch))
        }),
    Operation::post("screening.trial", "/screenings/trial", "筛查试算")
        .about("改用别的参数，看会多出和消除哪些疑点；不记入疑点台账。")
        .may("screening.run")
        .reach(Reach::County)
        .params(&[AS_OF, CHANGED])
        .long()
        .gives(Gives::Tables)
        .does(tried),
    Operation::post("screening.score", "/screenings/score", "筛查评分")
        .about("对照标注文件计算每条规则的查全率和查准率；不记入疑点台账。")
        .may("screening.run")
        .reach(Reach::County)
        .params(&[SCORE_AS_OF, LABELS])
        .gives(Gives::Tables)
        .does(|call| {
            let (as_of, labels) = (day(call, "as_of"), file(call, &LABELS)?);
            call.watch.advance(0, 1);
            let report = score::run(call.bureau, as_of, &labels)?;
            call.watch.advance(1, 1);
            Ok(Answer::Tables(vec![score_table(&report), faults_table(&report)]))
        }),
    Operation::get("screening.rules", "/screening/rules", "疑点规则")
        .about("全部规则、含义、来源和参数。")
        .may("screening.read")
        .reach(Reach::Open)
        .does(|_| Ok(Answer::Tables(vec![rules_table(), params_table()]))),
    Operation::get("finding.show", "/findings/{finding}", "疑点")
        .about("一个疑点：依据（文件和行）、历次变化、暂缓记录。")
        .may("screening.read")
        .reach(Reach::Of(Thing::Finding, "finding"))
        .params(&[FINDING])
        .does(|call| Ok(Answer::Tables(history::tables(&history::show(call.bureau, call.input.must("finding"))?).into()))),
    Operation::post("finding.suppress", "/findings/{finding}/suppression", "暂缓疑点")
        .about("暂缓处理到某日，须由另一人同意，到期自动恢复。")
        .may("screening.run")
        .reach(Reach::Of(Thing::Finding, "finding"))
        .review("screening")
        .params(&[FINDING, UNTIL, REASON])
        .does(|call| {
            let until = call.input.date("until").unwrap_or(NaiveDate::MIN);
            let done = suppress(call.bureau, &call.ctx, call.input.must("finding"), until, call.input.must("reason"))?;
            let answer = said([suppressed(&done, until, &call.ctx)]).fact("finding", done.result.as_str());
            Ok(answer.repeated(done.repeated).into())
        }),
];

fn screened(call: &mut Call<'_>, batch: Option<String>) -> Result<Answer> {
    let unmask = call.input.flag("unmask");
    if unmask {
        needs(call, "personal.unmask")?;
        record_unmasking(call.bureau, &call.ctx, &[unmasked(batch.as_deref())], call.input.must("unmask_reason"))?;
    }
    let wanted = Wanted { as_of: day(call, "as_of"), batch, rules: call.input.texts("rules").to_vec() };
    let watch = call.watch;
    let mut screened = run_with(call.bureau, &call.ctx, &wanted, &mut |done, of| watch.advance(done, of))?;
    if let Some(severity) = call.input.text("severity").and_then(Severity::from_code) {
        screened.findings.retain(|finding| finding.severity == severity);
    }
    Ok(noted(vec![checks_table(&screened.checks), table(&screened.findings, unmask)], screened.sentences()))
}

fn tried(call: &mut Call<'_>) -> Result<Answer> {
    let assigned: std::result::Result<Vec<_>, String> = call.input.texts("changed").iter().map(|text| assignment(text)).collect();
    let changed = assigned.map_err(|why| Refusal::new("assignment", format!("看不懂的参数：{why}"), "多个参数分开写"))?;
    let as_of = day(call, "as_of");
    call.watch.advance(0, 1);
    let tried = trial(call.bureau, as_of, &changed)?;
    call.watch.advance(1, 1);
    Ok(noted(tried.tables(|findings| table(findings, false)).into(), [tried.sentence()]))
}
