//! 记账凭证 as it lies in the binder: every amount in its row of digits, five lines a slip, two slips a page, with the hands of
//! those who made, checked and posted it.

use super::links;
use super::ways::Way;
use crate::app::inquiry::voucher::{Voucher, VoucherLine};
use crate::domain::ledger::Group;
use crate::domain::money::Fen;
use serde::Serialize;

/// Lines of one slip.
const LINES: usize = 5;
/// 亿 to 分.
const DIGITS: usize = 11;

#[derive(Debug, Clone, Serialize)]
pub struct VoucherPage {
    pub slips: Vec<Slip>,
    /// Words over the digits, from 亿 to 分.
    pub units: [&'static str; DIGITS],
    pub acts: Vec<Way>,
    pub links: Vec<Way>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slip {
    pub book: String,
    pub label: String,
    pub seq: i64,
    pub date: String,
    pub page: usize,
    pub pages: usize,
    pub lines: Vec<SlipLine>,
    pub totals: Vec<Total>,
    pub attachments: i64,
    pub details: i64,
    pub remark: String,
    pub maker: String,
    pub checker: String,
    pub poster: String,
    pub chief: String,
    pub hash: String,
    pub recorded: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlipLine {
    pub summary: String,
    pub group: &'static str,
    pub account: String,
    pub name: String,
    pub dimension: String,
    pub href: String,
    pub debit: Amount,
    pub credit: Amount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    pub title: String,
    /// 大写金额
    pub words: String,
    pub debit: Amount,
    pub credit: Amount,
}

/// An amount with its digits one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amount {
    pub text: String,
    /// Blank where the amount does not reach.
    pub digits: Vec<String>,
    /// 红字
    pub red: bool,
}

impl Amount {
    /// Nothing is left blank; before a total's first digit stands ￥.
    fn new(fen: Fen, total: bool) -> Amount {
        if fen.is_zero() && !total {
            return Amount { text: String::new(), digits: vec![String::new(); DIGITS], red: false };
        }
        let number = format!("{:03}", fen.get().unsigned_abs());
        let mut digits = vec![String::new(); DIGITS.saturating_sub(number.len())];
        if total && let Some(last) = digits.last_mut() {
            *last = "￥".into();
        }
        digits.extend(number.chars().map(String::from));
        Amount { text: fen.yuan_grouped(), digits, red: fen.is_negative() }
    }
}

/// The slips of a voucher: as many as its lines need, totals on the last.
pub fn page(book: &str, voucher: &Voucher, acts: Vec<Way>, links: Vec<Way>) -> VoucherPage {
    let chunks: Vec<&[VoucherLine]> = voucher.lines.chunks(LINES).collect();
    let pages = chunks.len().max(1);
    let slips = chunks.iter().enumerate().map(|(index, lines)| slip(book, voucher, lines, index + 1, pages));
    VoucherPage {
        slips: slips.collect(), units: ["亿", "千", "百", "十", "万", "千", "百", "十", "元", "角", "分"], acts, links
    }
}

fn slip(book: &str, voucher: &Voucher, lines: &[VoucherLine], page: usize, pages: usize) -> Slip {
    let head = &voucher.head;
    let mut shown: Vec<SlipLine> =
        lines.iter().enumerate().map(|(at, line)| slip_line(line, if at == 0 { &head.summary } else { "" })).collect();
    while shown.len() < LINES {
        shown.push(blank());
    }
    let remark = match (head.reverses, voucher.reversed_by) {
        (Some(original), _) => format!("红字冲销第 {original} 号"),
        (None, Some(reversal)) => format!("已由第 {reversal} 号冲销"),
        (None, None) => String::new(),
    };
    Slip {
        book: book.to_string(),
        label: head.label.clone(),
        seq: head.seq,
        date: crate::domain::report::figure::day_chinese(head.date),
        page,
        pages,
        lines: shown,
        totals: if page == pages { totals(voucher) } else { Vec::new() },
        attachments: voucher.attachments,
        details: voucher.details,
        remark,
        maker: head.maker.clone(),
        checker: head.checker.clone(),
        // the program posts in the moment of making; there is no later hand
        poster: "阳光账".into(),
        chief: String::new(),
        hash: voucher.hash.clone(),
        recorded: voucher.recorded_at.clone(),
    }
}

fn slip_line(line: &VoucherLine, summary: &str) -> SlipLine {
    SlipLine {
        summary: summary.to_string(),
        group: match line.group {
            Group::Control => "指标",
            Group::Statutory => "资金",
        },
        account: line.account.to_string(),
        name: line.account_name.clone(),
        dimension: line.dimension.clone(),
        href: links::to("account", &line.account.to_string()).unwrap_or_default(),
        debit: Amount::new(line.debit, false),
        credit: Amount::new(line.credit, false),
    }
}

fn blank() -> SlipLine {
    let none = Amount::new(Fen::ZERO, false);
    SlipLine {
        summary: String::new(),
        group: "",
        account: String::new(),
        name: String::new(),
        dimension: String::new(),
        href: String::new(),
        debit: none.clone(),
        credit: none,
    }
}

fn totals(voucher: &Voucher) -> Vec<Total> {
    let of = |group: Group| {
        let mut lines = voucher.lines.iter().filter(|line| line.group == group).peekable();
        lines.peek()?;
        let (debit, credit) = lines.fold((0_i64, 0_i64), |sum, line| (sum.0 + line.debit.get(), sum.1 + line.credit.get()));
        Some(Total {
            title: format!("{}合计", group.title()),
            words: Fen::new(debit).in_words(),
            debit: Amount::new(Fen::new(debit), true),
            credit: Amount::new(Fen::new(credit), true),
        })
    };
    [Group::Control, Group::Statutory].into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_stands_digit_by_digit() {
        let amount = Amount::new(Fen::new(120_050), false);
        assert_eq!((amount.digits.join("|").as_str(), amount.text.as_str()), ("|||||1|2|0|0|5|0", "1,200.50"));
        assert_eq!(Amount::new(Fen::new(5), true).digits.join("|"), "|||||||￥|0|0|5");
        assert!(Amount::new(Fen::new(-100), false).red);
        assert_eq!(Amount::new(Fen::ZERO, false).digits.concat(), "");
        assert_eq!(Amount::new(Fen::new(99_999_999_999), true).digits.concat(), "99999999999");
    }
}
