//! Vouchers: the list of a month, and one voucher as 记账凭证 with both groups of lines, who made and checked it, and the
//! seal by which it hangs in the chain.

use crate::app::account_ledger::DIMENSION;
use crate::app::ledger::voucher_label;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::{Month, date_from_int};
use crate::domain::ledger::Group;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{Row, StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;

/// A voucher in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoucherHead {
    pub seq: i64,
    /// 凭证号
    pub label: String,
    #[serde(serialize_with = "serialize_day")]
    pub date: NaiveDate,
    pub event: String,
    pub summary: String,
    pub reference: String,
    /// Debits of 指标账, or of 资金账 where that group alone is written to.
    pub amount: Fen,
    pub maker: String,
    /// Empty where nobody has reviewed it yet.
    pub checker: String,
    /// The voucher that this one takes back in red.
    pub reverses: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoucherLine {
    pub group: Group,
    pub account: i64,
    pub account_name: String,
    pub dimension: String,
    pub debit: Fen,
    pub credit: Fen,
}

/// A voucher whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voucher {
    #[serde(flatten)]
    pub head: VoucherHead,
    pub closing: bool,
    pub attachments: i64,
    /// Payee lines under it.
    pub details: i64,
    pub reversed_by: Option<i64>,
    /// When it was recorded, China time.
    pub recorded_at: String,
    pub lines: Vec<VoucherLine>,
    pub previous_hash: String,
    /// SM3
    pub hash: String,
}

/// What a list holds: newest first, from below `before` where that is given.
#[derive(Debug, Clone, Copy)]
pub struct VoucherFilter {
    pub month: Option<Month>,
    pub before: Option<i64>,
    pub limit: i64,
}

pub(crate) const HEAD: &str = "v.seq, v.year, v.month, v.number, v.date, v.event, v.summary, v.reference, v.maker, v.checker, v.reverses,
    CAST(COALESCE(
      (SELECT SUM(p.debit) FROM posting p JOIN account a ON a.book = p.book AND a.code = p.account
        WHERE p.book = v.book AND p.voucher = v.seq AND a.grp = 'control'),
      (SELECT SUM(p.debit) FROM posting p WHERE p.book = v.book AND p.voucher = v.seq), 0) AS BIGINT)";

pub fn list(bureau: &mut Bureau, filter: &VoucherFilter) -> Result<Vec<VoucherHead>> {
    bureau.read(|tx, book| {
        let of_month = if filter.month.is_some() { "AND v.year * 100 + v.month = $4" } else { "AND $4 = 0" };
        let sql = format!("SELECT {HEAD} FROM voucher v WHERE v.book = $1 AND v.seq < $2 {of_month} ORDER BY v.seq DESC LIMIT $3");
        let month = filter.month.map_or(0, Month::to_int);
        let rows = tx.query(&sql, params![book.id, filter.before.unwrap_or(i64::MAX), filter.limit.max(0), month])?;
        Ok(rows.iter().map(head).collect::<std::result::Result<_, _>>()?)
    })
}

pub(crate) fn head(row: &Row) -> std::result::Result<VoucherHead, StoreError> {
    Ok(VoucherHead {
        seq: row.int(0)?,
        label: voucher_label(row.int(1)?, row.int(2)?, row.int(3)?),
        date: date_from_int(row.int(4)?).ok_or_else(|| StoreError::Schema("凭证日期无效".into()))?,
        event: row.string(5)?,
        summary: row.string(6)?,
        reference: row.string(7)?,
        maker: row.string(8)?,
        checker: row.string(9)?,
        reverses: row.opt_int(10)?,
        amount: Fen::new(row.int(11)?),
    })
}

/// How a voucher is named: by sequence, or by year, month and number.
enum Name {
    Seq(i64),
    Number(i64, i64, i64),
}

/// Reads `12`, `#12`, `记-2018-09-0012` and `2018-09-12`.
fn name(text: &str) -> Option<Name> {
    let plain = text.trim();
    let parts: Vec<&str> = plain.trim_start_matches("记").trim_start_matches(['-', '#']).split('-').collect();
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    match parts[..] {
        [seq] => Some(Name::Seq(number(seq)?)),
        [year, month, last] => Some(Name::Number(number(year)?, number(month)?, number(last)?)),
        _ => None,
    }
}

/// The sequence of the voucher so named, if there is one.
pub(in crate::app) fn seq_of(tx: &mut Tx<'_>, book: &Book, which: &str) -> Result<Option<i64>> {
    let row = match name(which) {
        Some(Name::Seq(seq)) => tx.first("SELECT seq FROM voucher WHERE book = $1 AND seq = $2", params![book.id, seq])?,
        Some(Name::Number(year, month, number)) => {
            let sql = "SELECT seq FROM voucher WHERE book = $1 AND year = $2 AND month = $3 AND number = $4";
            tx.first(sql, params![book.id, year, month, number])?
        }
        None => None,
    };
    Ok(row.map(|row| row.int(0)).transpose()?)
}

/// One voucher by sequence or label. Errors: no such voucher.
pub fn show(bureau: &mut Bureau, which: &str) -> Result<Voucher> {
    let (condition, key) = match name(which) {
        Some(Name::Seq(seq)) => ("v.seq = $2 AND $3 = 0 AND $4 = 0", [seq, 0, 0]),
        Some(Name::Number(year, month, number)) => ("v.year = $2 AND v.month = $3 AND v.number = $4", [year, month, number]),
        None => {
            return AppError::refuse("voucher_name", format!("看不懂的凭证号“{which}”"), "请写序号（如 12）或凭证号（如 记-2018-09-0012）");
        }
    };
    bureau.read(|tx, book| {
        let sql = format!(
            "SELECT {HEAD}, v.closing, v.attachments, v.details, v.recorded_at, v.prev_hash, v.hash,
                    (SELECT r.seq FROM voucher r WHERE r.book = v.book AND r.reverses = v.seq)
               FROM voucher v WHERE v.book = $1 AND {condition}"
        );
        let Some(row) = tx.first(&sql, params![book.id, key[0], key[1], key[2]])? else {
            return AppError::refuse("no_voucher", format!("没有凭证 {which}"), "请用 ⟦voucher.list⟧ 查看");
        };
        let head = head(&row)?;
        let rows = tx.query(
            &format!(
                "SELECT x.grp, p.account, x.name, {DIMENSION}, p.debit, p.credit FROM posting p
                   JOIN account x ON x.book = p.book AND x.code = p.account
                   JOIN dim d ON d.book = p.book AND d.id = p.dim
                   LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
                   LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
                  WHERE p.book = $1 AND p.voucher = $2 ORDER BY x.grp, p.line"
            ),
            params![book.id, head.seq],
        )?;
        let mut lines = Vec::with_capacity(rows.len());
        for line in &rows {
            lines.push(VoucherLine {
                group: if line.text(0)? == Group::Control.code() { Group::Control } else { Group::Statutory },
                account: line.int(1)?,
                account_name: line.string(2)?,
                dimension: line.string(3)?,
                debit: Fen::new(line.int(4)?),
                credit: Fen::new(line.int(5)?),
            });
        }
        Ok(Voucher {
            head,
            closing: row.int(12)? == 1,
            attachments: row.int(13)?,
            details: row.int(14)?,
            recorded_at: crate::app::context::china_time(row.int(15)?),
            previous_hash: hex(row.bytes(16)?),
            hash: hex(row.bytes(17)?),
            reversed_by: row.opt_int(18)?,
            lines,
        })
    })
}

/// The list as a sheet.
pub fn list_table(vouchers: &[VoucherHead]) -> Table {
    let mut table = Table::new("vouchers", "凭证目录")
        .subtitle("单位：元")
        .column("seq", "序号", Kind::Count)
        .column("label", "凭证号", Kind::Text)
        .column("date", "日期", Kind::Date)
        .column("summary", "摘要", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("maker", "制单", Kind::Text)
        .column("checker", "复核", Kind::Text);
    for voucher in vouchers {
        table.push(vec![
            Cell::Count(voucher.seq),
            Cell::text(&voucher.label),
            Cell::Date(voucher.date),
            Cell::text(&voucher.summary),
            voucher.amount.into(),
            Cell::text(&voucher.maker),
            Cell::text(&voucher.checker),
        ]);
    }
    table
}

impl Voucher {
    /// 记账凭证
    pub fn table(&self) -> Table {
        let head = &self.head;
        let mut table = Table::new("voucher", "记账凭证")
            .subtitle(format!("{}　{}　序号 {}　附件 {} 张　单位：元", head.date, head.label, head.seq, self.attachments))
            .column("group", "账组", Kind::Text)
            .column("account", "科目编码", Kind::Text)
            .column("account_name", "科目名称", Kind::Text)
            .column("dimension", "辅助核算", Kind::Text)
            .column("debit", "借方金额", Kind::Money)
            .column("credit", "贷方金额", Kind::Money);
        let amount = |fen: Fen| if fen.is_zero() { Cell::text("") } else { Cell::Fen(fen) };
        for line in &self.lines {
            table.push(vec![
                Cell::text(line.group.title()),
                Cell::text(line.account.to_string()),
                Cell::text(&line.account_name),
                Cell::text(&line.dimension),
                amount(line.debit),
                amount(line.credit),
            ]);
        }
        for group in [Group::Control, Group::Statutory] {
            let mut lines = self.lines.iter().filter(|line| line.group == group).peekable();
            if lines.peek().is_some() {
                let (debit, credit) = lines.fold((0, 0), |sum, line| (sum.0 + line.debit.get(), sum.1 + line.credit.get()));
                let none = || Cell::text("");
                let title = Cell::text(format!("{}合计", group.title()));
                table.push_total(vec![title, none(), none(), none(), Cell::Fen(Fen::new(debit)), Cell::Fen(Fen::new(credit))]);
            }
        }
        for note in self.notes() {
            table = table.note(note);
        }
        table
    }

    fn notes(&self) -> Vec<String> {
        let head = &self.head;
        let checker = if head.checker.is_empty() { "（未复核）" } else { &head.checker };
        let mut notes =
            vec![format!("摘要：{}", head.summary), format!("制单：{}　复核：{checker}　记录时间：{}", head.maker, self.recorded_at)];
        if self.details > 0 {
            notes.push(format!("明细：{} 笔（{}）", self.details, head.reference));
        }
        if let Some(original) = head.reverses {
            notes.push(format!("红字冲销序号 {original} 的凭证"));
        }
        if let Some(reversal) = self.reversed_by {
            notes.push(format!("已由序号 {reversal} 的凭证冲销"));
        }
        notes.push(format!("校验值（SM3）：{}", self.hash));
        notes
    }
}
