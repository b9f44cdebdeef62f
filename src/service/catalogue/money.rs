//! Steps of money that no file brings: reclaim by a higher level (收回), retention paid out (质保金), a voucher taken back in
//! red (红字冲销), and one voucher as it stands on paper.

use super::common::{DATE, REASON, day, posted};
use crate::app::inquiry::voucher;
use crate::app::money::{disbursement, fund};
use crate::app::{Result, close};
use crate::domain::money::Fen;
use crate::service::{Answer, Call, Operation, Param, ParamKind};

const FUND: Param = Param::path("fund", "指标文号");
const DISBURSEMENT: Param = Param::path("disbursement", "支付凭证号");
const VOUCHER: Param = Param::path("voucher", "凭证").hint("序号，或凭证号（记-2018-09-0012）");
const DOC_NO: Param = Param::body("doc_no", "收回文号", ParamKind::Text(100)).required();
const AMOUNT: Param = Param::body("amount", "金额", ParamKind::Money).required().hint("元");

pub const OPERATIONS: &[Operation] = &[
    Operation::post("fund.reclaim", "/funds/{fund}/reclaims", "收回资金")
        .about("上级收回（或收回存量）指标中尚未分配的资金。")
        .may("money.make")
        .review("money")
        .params(&[FUND, DOC_NO, AMOUNT, DATE])
        .does(reclaim),
    Operation::post("disbursement.retention", "/disbursements/{disbursement}/retention", "支付质保金")
        .about("支付一笔项目支付中预留的质保金。")
        .may("money.make")
        .review("money")
        .params(&[DISBURSEMENT, DATE])
        .does(|call| {
            let (doc_no, date) = (call.input.must("disbursement"), day(call));
            let done = disbursement::pay_retention(call.bureau, &call.ctx, doc_no, date)?;
            Ok(posted(&format!("质保金 {doc_no} 已支付"), &done))
        }),
    Operation::post("voucher.reverse", "/vouchers/{voucher}/reversal", "红字冲销")
        .about("红字冲销一张凭证，写明理由；发放类业务请用撤销、退票释放或退回更正。")
        .may("money.make")
        .review("money")
        .params(&[VOUCHER, REASON.required(), DATE])
        .does(reverse),
];

fn reclaim(call: &mut Call<'_>) -> Result<Answer> {
    let (date, input) = (day(call), &call.input);
    let (code, amount) = (input.must("fund"), input.money("amount").unwrap_or(Fen::ZERO));
    let done = fund::reclaim(call.bureau, &call.ctx, input.must("doc_no"), code, amount, date)?;
    Ok(posted(&format!("已收回指标 {code} 资金 {} 元", amount.yuan_grouped()), &done))
}

fn reverse(call: &mut Call<'_>) -> Result<Answer> {
    let seq = voucher::show(call.bureau, call.input.must("voucher"))?.head.seq;
    let (date, reason) = (day(call), call.input.must("reason"));
    let done = close::reverse(call.bureau, &call.ctx, seq, date, reason)?;
    Ok(posted(&format!("序号 {seq} 的凭证已红字冲销"), &done))
}
