//! 大写金额: an amount as it is written on a cheque or voucher, by the rules of
//! 支付结算办法 附一 正确填写票据和结算凭证的基本规定.

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const YI: u64 = 100_000_000;
const WAN: u64 = 10_000;

pub(super) fn in_words(fen: i64) -> String {
    let total = fen.unsigned_abs();
    let (yuan, jiao, cent) = (total / 100, (total / 10 % 10) as usize, (total % 10) as usize);
    let mut out = String::new();
    if total == 0 {
        return "零元整".into();
    }
    if fen < 0 {
        out.push('负');
    }
    if yuan > 0 {
        whole(yuan, &mut out);
        out.push('元');
    }
    // 元位是 0 而角位不是 0, or 角位是 0 而分位不是 0: one 零 stands between.
    if yuan > 0 && ((jiao > 0 && yuan.is_multiple_of(10)) || (jiao == 0 && cent > 0)) {
        out.push('零');
    }
    if jiao > 0 {
        out.push(DIGITS[jiao]);
        out.push('角');
    }
    if cent > 0 {
        out.push(DIGITS[cent]);
        out.push('分');
    } else {
        out.push('整');
    }
    out
}

/// Any positive whole number: 亿 splits it, then 万, then four digits at a time.
fn whole(value: u64, out: &mut String) {
    let (unit, mark) = match value {
        v if v >= YI => (YI, '亿'),
        v if v >= WAN => (WAN, '万'),
        v => return section(v, out),
    };
    let rest = value % unit;
    whole(value / unit, out);
    out.push(mark);
    if rest > 0 {
        if rest < unit / 10 {
            out.push('零');
        }
        whole(rest, out);
    }
}

/// One to four digits; a run of zeros inside is said once.
fn section(value: u64, out: &mut String) {
    let mut skipped = false;
    let mut begun = false;
    for place in (0..4).rev() {
        let digit = (value / 10_u64.pow(place) % 10) as usize;
        if digit == 0 {
            skipped = begun;
            continue;
        }
        if skipped {
            out.push('零');
        }
        out.push(DIGITS[digit]);
        out.push_str(PLACES[place as usize]);
        begun = true;
        skipped = false;
    }
}
