//! The tables of an export against the books worked out anew: entries against the chain's vouchers, balances against their
//! sums, payments against the vouchers that moved them, progress against places. Which column means what is the spec's roles.

use super::check::Fault;
use super::follow::Follow;
use super::manifest::{fen, yuan};
use super::spec::{Check, Spec, TableSpec};
use super::truth::{Key, Shape, Sums, Truth, Words};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A row of the chain's payee lines, in the columns of the chain export.
pub type ChainRow = Vec<String>;
pub type ChainRows = Box<dyn Iterator<Item = ChainRow>>;

pub struct Compare {
    spec: &'static Spec,
    pub truth: Truth,
    pub lines: ChainRows,
    pub results: ChainRows,
    parents: BTreeMap<i64, i64>,
    codes: BTreeSet<i64>,
    leaves: BTreeMap<i64, bool>,
    expected: HashMap<usize, HashMap<Key, Sums>>,
    closings: HashMap<(usize, i64, Words), (i64, i128)>,
    /// By table and month: debit minus credit of the accounts, for parents against children.
    details: HashMap<usize, BTreeMap<i64, i128>>,
    progress: BTreeMap<String, (Option<i128>, Option<i128>)>,
    fund_years: BTreeMap<String, i64>,
    /// Debit minus credit by month, number and group as the entries table has them.
    nets: BTreeMap<(i64, i64, bool), i128>,
    entry_table: Option<usize>,
    follow: Follow,
}

/// One row with where it stands.
pub(super) struct At<'a> {
    pub(super) table: usize,
    pub(super) spec: &'static TableSpec,
    row: u64,
    pub(super) cells: &'a [String],
    faults: &'a mut Vec<Fault>,
}

impl At<'_> {
    pub(super) fn text(&self, role: &str) -> Option<&str> {
        self.spec.role(role).and_then(|at| self.cells.get(at)).map(String::as_str)
    }

    pub(super) fn int(&self, role: &str) -> Option<i64> {
        self.text(role)?.parse().ok()
    }

    pub(super) fn money(&self, role: &str) -> Option<i128> {
        fen(self.text(role)?)
    }

    pub(super) fn has(&self, role: &str) -> bool {
        self.spec.role(role).is_some()
    }

    pub(super) fn tell(&mut self, what: impl Into<String>) {
        self.faults.push(Fault { file: format!("{} {}", self.spec.file, self.spec.name), row: self.row, what: what.into() });
    }
}

impl Compare {
    pub fn new(spec: &'static Spec, truth: Truth, lines: ChainRows, results: ChainRows) -> Compare {
        Compare {
            spec,
            truth,
            lines,
            results,
            parents: BTreeMap::new(),
            codes: BTreeSet::new(),
            leaves: BTreeMap::new(),
            expected: HashMap::new(),
            closings: HashMap::new(),
            details: HashMap::new(),
            progress: BTreeMap::new(),
            fund_years: BTreeMap::new(),
            nets: BTreeMap::new(),
            entry_table: None,
            follow: Follow::new(spec),
        }
    }

    /// Takes a row of a table.
    pub fn row(&mut self, table: usize, row: u64, cells: &[String], faults: &mut Vec<Fault>) {
        let Some(spec) = self.spec.tables.get(table).filter(|spec| spec.columns.len() == cells.len()) else { return };
        let mut at = At { table, spec, row, cells, faults };
        if at.has("account.code") {
            self.account(&at);
        } else if at.has("entry.number") {
            self.entry(&mut at);
        } else if at.has("balance.account") {
            self.balance(&mut at);
        } else if at.has("progress.fund") {
            self.progress_row(&mut at);
        }
        self.follow.row(&mut at, &self.truth);
        if at.has("line.batch") {
            self.line(&mut at);
        }
        if at.has("result.batch") {
            self.result(&mut at);
        }
        if let (Some(fund), Some(year)) = (at.text("fund.doc"), at.int("fund.year")) {
            self.fund_years.insert(fund.to_string(), year);
        }
        if let (Some(seq), Some(amount)) = (at.int("batch.voucher"), at.money("batch.amount"))
            && self.truth.facts.get(&seq).map(|fact| fact.moved) != Some(amount)
        {
            at.tell(format!("批次金额 {} 与占用凭证（序号 {seq}）的金额不符", yuan(amount)));
        }
        if let (Some(seq), Some(amount)) = (at.int("detail.voucher"), at.money("detail.amount")) {
            *self.details.entry(table).or_default().entry(seq).or_default() += amount;
        }
    }

    fn account(&mut self, at: &At<'_>) {
        let Some(code) = at.int("account.code") else { return };
        self.codes.insert(code);
        if let Some(parent) = at.int("account.parent") {
            self.parents.insert(code, parent);
        } else if !at.has("account.parent") {
            // the longest code before it that it begins with
            let text = code.to_string();
            let above = self.codes.iter().filter(|other| **other != code && text.starts_with(&other.to_string())).max();
            above.map(|parent| self.parents.insert(code, *parent));
        }
        if let Some(leaf) = at.int("account.leaf") {
            self.leaves.insert(code, leaf == 1);
        }
    }

    fn entry(&mut self, at: &mut At<'_>) {
        self.entry_table = Some(at.table);
        let (Some(month), Some(number), Some(line)) = (at.int("entry.month"), at.int("entry.number"), at.int("entry.line")) else { return };
        let (Some(account), Some(debit), Some(credit)) = (at.int("entry.account"), at.money("entry.debit"), at.money("entry.credit"))
        else {
            return;
        };
        let control = self.truth.control.get(&account).copied().unwrap_or_default();
        *self.nets.entry((month, number, control)).or_default() += debit - credit;
        let parent = self.leaves.get(&account) == Some(&false) || self.parents.values().any(|above| *above == account);
        if parent {
            at.tell(format!("科目 {account} 不是最低级科目，不应有分录"));
        }
        let index = usize::try_from(line - 1).unwrap_or(usize::MAX);
        let Some(voucher) = self.truth.vouchers.get_mut(&(month, number)) else {
            return at.tell(format!("{month} 月 {number} 号凭证不在凭证链中"));
        };
        let Some(entry) = voucher.entries.get(index).copied() else {
            return at.tell(format!("{month} 月 {number} 号凭证没有第 {line} 条分录"));
        };
        if std::mem::replace(&mut voucher.seen[index], true) {
            at.tell(format!("{month} 月 {number} 号凭证第 {line} 条分录重复"));
        }
        let expected = [
            ("entry.account", entry.account.to_string()),
            ("entry.debit", yuan(entry.debit.into())),
            ("entry.credit", yuan(entry.credit.into())),
            ("entry.date", voucher.date.to_string()),
            ("entry.summary", voucher.summary.clone()),
            ("entry.maker", voucher.maker.clone()),
            ("entry.checker", voucher.checker.clone()),
        ];
        let words = &self.truth.words[entry.dim];
        let dims = ["entry.fund", "entry.unit", "entry.project", "entry.program"].into_iter().zip(words.iter().cloned());
        for (role, value) in expected.into_iter().chain(dims) {
            let Some(column) = at.spec.role(role) else { continue };
            if at.cells[column] != super::plain(&value) {
                at.tell(format!(
                    "{month} 月 {number} 号凭证第 {line} 条分录的{}为“{}”，凭证链中为“{value}”",
                    at.spec.columns[column].title, at.cells[column]
                ));
            }
        }
    }

    fn balance(&mut self, at: &mut At<'_>) {
        let shape = if at.has("balance.aux_type") {
            Shape::Auxiliary
        } else if at.has("balance.fund") {
            Shape::Dimensions
        } else {
            Shape::Account
        };
        let (Some(month), Some(account)) = (at.int("balance.month"), at.int("balance.account")) else { return };
        let word = |role: &str| at.text(role).unwrap_or_default().to_string();
        let words = match shape {
            Shape::Account => Words::default(),
            Shape::Dimensions => ["balance.fund", "balance.unit", "balance.project", "balance.program"].map(word),
            Shape::Auxiliary => [word("balance.aux_type"), word("balance.aux_code"), String::new(), String::new()],
        };
        let (Some(opening), Some(closing)) = (net(at, "opening"), net(at, "closing")) else { return };
        let (Some(debit), Some(credit)) = (at.money("balance.debit"), at.money("balance.credit")) else { return };
        let name = format!(
            "科目 {account} {month} 月{}",
            words.iter().filter(|word| !word.is_empty()).fold(String::new(), |all, word| all + " " + word)
        );
        if opening + debit - credit != closing {
            at.tell(format!("{name}：期初 {} + 借方 {} − 贷方 {} ≠ 期末 {}", yuan(opening), yuan(debit), yuan(credit), yuan(closing)));
        }
        if let Some((before, last)) = self.closings.insert((at.table, account, words.clone()), (month, closing))
            && (before + 1 != month || last != opening)
        {
            at.tell(format!("{name}：期初 {} 不等于 {before} 月期末 {}", yuan(opening), yuan(last)));
        }
        let expected = self.expected.entry(at.table).or_insert_with(|| self.truth.balances(shape, &self.parents));
        let Some(sums) = expected.remove(&(month, account, words)) else {
            return at.tell(format!("{name}：按凭证不应有此行"));
        };
        let figures = [
            ("期初余额", Some(opening), sums.opening),
            ("借方发生额", Some(debit), sums.debit),
            ("贷方发生额", Some(credit), sums.credit),
            ("借方累计", at.money("balance.year_debit"), sums.year_debit),
            ("贷方累计", at.money("balance.year_credit"), sums.year_credit),
            ("期末余额", Some(closing), sums.closing()),
        ];
        for (title, has, should) in figures {
            if has.is_some_and(|has| has != should) {
                at.tell(format!("{name}：{title} {} 与按凭证重算的 {} 不符", yuan(has.unwrap_or_default()), yuan(should)));
            }
        }
    }

    fn progress_row(&mut self, at: &mut At<'_>) {
        let Some(fund) = at.text("progress.fund").map(str::to_string) else { return };
        let figures = self.progress.entry(fund.clone()).or_default();
        match at.text("progress.measure") {
            Some("可用金额") => figures.0 = at.money("progress.value"),
            Some(_) => figures.1 = at.money("progress.value"),
            None => *figures = (at.money("progress.available"), at.money("progress.spent")),
        }
        let figures = *figures;
        let truth = self.truth.progress.get(&fund).copied().unwrap_or_default();
        if figures.0.is_some_and(|has| has != truth.0) || figures.1.is_some_and(|has| has != truth.1) {
            let (available, spent) = (yuan(truth.0), yuan(truth.1));
            at.tell(format!("指标 {fund} 的支出进度与按余额重算的不符：可用应为 {available}，已支出应为 {spent}"));
        }
        if let Some(ratio) = at.text("progress.ratio").filter(|_| truth.0 > 0)
            && ratio != super::ratio(truth.1, truth.0)
        {
            at.tell(format!("指标 {fund} 的支出进度应为 {}", super::ratio(truth.1, truth.0)));
        }
    }

    /// voucher, batch, line, commitment, quantity, rate, amount
    fn line(&mut self, at: &mut At<'_>) {
        let (Some(batch), Some(line)) = (at.text("line.batch"), at.text("line.line")) else { return };
        let Some(truth) = self.lines.find(|row| super::plain(&row[1]) == batch && row[2] == line) else {
            let name = format!("批次 {batch} 第 {line} 行");
            return at.tell(format!("{name}不在凭证链的发放明细中，或次序不同"));
        };
        let rate = truth[5].parse().map(yuan).unwrap_or_default();
        let amount = truth[6].parse().map(yuan).unwrap_or_default();
        let pairs = [
            ("detail.voucher", &truth[0]),
            ("line.commitment", &truth[3]),
            ("line.quantity", &truth[4]),
            ("line.rate", &rate),
            ("line.amount", &amount),
        ];
        differ(at, &pairs);
    }

    /// voucher, line, paid, reason, booked, bank_ref, amount
    fn result(&mut self, at: &mut At<'_>) {
        let (Some(voucher), Some(line)) = (at.text("detail.voucher"), at.text("result.line")) else { return };
        let Some(truth) = self.results.find(|row| row[0] == voucher && row[1] == line) else {
            let name = format!("凭证序号 {voucher} 下第 {line} 行");
            return at.tell(format!("{name}不在凭证链的银行回盘中，或次序不同"));
        };
        let paid = if truth[2] == "1" { "成功" } else { "失败" }.to_string();
        let (reason, bank_ref) = (super::plain(&truth[3]), super::plain(&truth[5]));
        let amount = truth[6].parse().map(yuan).unwrap_or_default();
        let pairs = [
            ("result.paid", &paid),
            ("result.reason", &reason),
            ("result.booked", &truth[4]),
            ("result.bank_ref", &bank_ref),
            ("result.amount", &amount),
        ];
        differ(at, &pairs);
    }

    /// What can be told only when all rows have been read.
    pub fn finish(&mut self, faults: &mut Vec<Fault>) {
        let fault = |table: usize, what: String| {
            let spec = self.spec.tables.get(table);
            Fault { file: spec.map_or_else(String::new, |spec| format!("{} {}", spec.file, spec.name)), row: 0, what }
        };
        if let Some(table) = self.entry_table {
            for ((month, number), voucher) in &self.truth.vouchers {
                let missing: Vec<String> =
                    voucher.seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(index, _)| (index + 1).to_string()).collect();
                if !missing.is_empty() {
                    faults.push(fault(table, format!("缺 {month} 月 {number} 号凭证的第 {} 条分录", missing.join("、"))));
                }
            }
            for ((month, number, control), net) in self.nets.iter().filter(|(_, net)| **net != 0) {
                let group = if *control { "指标账" } else { "资金账" };
                faults.push(fault(table, format!("{month} 月 {number} 号凭证{group}借贷不平，相差 {}", yuan(*net))));
            }
        } else if !self.truth.vouchers.is_empty() {
            faults.push(Fault { file: String::new(), row: 0, what: "没有记账凭证表的内容".into() });
        }
        self.finish_balances(faults);
        self.finish_details(faults);
        self.follow.finish(faults);
        for (fund, (available, spent)) in &self.truth.progress {
            let later = self.fund_years.get(fund).is_some_and(|year| *year > self.truth.year);
            if (*available != 0 || *spent != 0) && !later && !self.progress.contains_key(fund) {
                faults.push(Fault { file: "支出进度".into(), row: 0, what: format!("缺指标 {fund}") });
            }
        }
    }

    /// Rows that should be there and are not; so parents are also compared with the sum of their children.
    fn finish_balances(&mut self, faults: &mut Vec<Fault>) {
        for (table, spec) in self.spec.tables.iter().enumerate().filter(|(_, spec)| spec.role("balance.account").is_some()) {
            let shape = if spec.role("balance.aux_type").is_some() {
                Shape::Auxiliary
            } else if spec.role("balance.fund").is_some() {
                Shape::Dimensions
            } else {
                Shape::Account
            };
            let left = self.expected.remove(&table).unwrap_or_else(|| self.truth.balances(shape, &self.parents));
            let mut left: Vec<&Key> = left.keys().collect();
            left.sort();
            for (month, account, words) in left {
                let what = format!("缺科目 {account} {month} 月的余额行{}", words.concat());
                faults.push(Fault { file: format!("{} {}", spec.file, spec.name), row: 0, what });
            }
        }
    }

    fn finish_details(&mut self, faults: &mut Vec<Fault>) {
        for (table, spec) in self.spec.tables.iter().enumerate() {
            let Some(column) = spec.role("detail.voucher") else { continue };
            let mut sums = self.details.remove(&table).unwrap_or_default();
            let mut tell = |what: String| faults.push(Fault { file: format!("{} {}", spec.file, spec.name), row: 0, what });
            if let Check::Events(events) = &spec.columns[column].check {
                let of_year = self.truth.facts.iter().filter(|(_, fact)| fact.year == self.truth.year && !fact.reversal);
                for (seq, _) in of_year.filter(|(_, fact)| events.contains(&fact.event)) {
                    sums.entry(*seq).or_default();
                }
            }
            for (seq, sum) in sums {
                match self.truth.facts.get(&seq) {
                    None => tell(format!("凭证序号 {seq} 不在凭证链中")),
                    Some(fact) if fact.moved != sum => {
                        tell(format!("凭证序号 {seq} 的明细合计 {}，凭证为 {}", yuan(sum), yuan(fact.moved)));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// A balance as debit minus credit, from two columns or from a side and an amount.
fn net(at: &At<'_>, which: &str) -> Option<i128> {
    if at.has(&format!("balance.{which}_side")) {
        let amount = at.money(&format!("balance.{which}"))?;
        return match at.text(&format!("balance.{which}_side"))? {
            "借" if amount > 0 => Some(amount),
            "贷" if amount > 0 => Some(-amount),
            "平" if amount == 0 => Some(0),
            _ => Some(i128::MAX / 4), // side and amount contradict each other: no sum can be equal to this
        };
    }
    Some(at.money(&format!("balance.{which}_debit"))? - at.money(&format!("balance.{which}_credit"))?)
}

fn differ(at: &mut At<'_>, pairs: &[(&str, &String)]) {
    for (role, should) in pairs {
        let Some(column) = at.spec.role(role) else { continue };
        if at.cells[column] != **should {
            at.tell(format!("{}为“{}”，凭证链中为“{should}”", at.spec.columns[column].title, at.cells[column]));
        }
    }
}
