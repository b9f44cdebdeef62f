//! The file by which the bank pays a batch: one line per payment, and at the end the control
//! totals that both sides compare. The digest covers the lines, not the format, so that the CSV
//! and the XLSX of one batch carry the same one.

use std::io::{Seek, Write};

use rust_xlsxwriter::{Format, Workbook};
use sm3::{Digest, Sm3};

use super::WriteProblem;
use super::csv_out::{Encoded, TextEncoding, as_text};
use crate::domain::identity::AccountNo;
use crate::domain::money::Fen;

/// The banks' field for the summary holds 20 bytes of GBK.
const SUMMARY_BYTES: usize = 20;
const HEADER: [&str; 6] = ["批次号", "序号", "户名", "银行账号", "金额", "摘要"];

pub struct BankFile<'a> {
    pub batch: &'a str,
    /// Shown above the table in XLSX.
    pub title: &'a str,
}

pub struct BankLine<'a> {
    pub line: u32,
    pub account: AccountNo,
    pub holder: &'a str,
    pub amount: Fen,
    /// Cut to what the bank's field holds.
    pub summary: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankFormat {
    CsvUtf8Bom,
    CsvGb18030,
    Xlsx,
}

/// 总笔数, 总金额 and the SM3 digest (hex) of the lines `批次号 序号 户名 账号 金额 摘要`, tab between
/// fields and a line feed after each line, in UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTotals {
    pub count: u64,
    pub amount: Fen,
    pub digest: String,
}

/// Writes the lines as they come and returns the control totals that stand in the last row.
pub fn write_bank_file<'a, W>(
    file: &BankFile<'_>,
    format: BankFormat,
    lines: impl IntoIterator<Item = BankLine<'a>>,
    out: W,
) -> Result<BankTotals, WriteProblem>
where
    W: Write + Seek + Send,
{
    match format {
        BankFormat::CsvUtf8Bom => write_csv(file, TextEncoding::Utf8Bom, lines, out),
        BankFormat::CsvGb18030 => write_csv(file, TextEncoding::Gb18030, lines, out),
        BankFormat::Xlsx => write_xlsx(file, lines, out),
    }
}

#[derive(Default)]
struct Tally {
    count: u64,
    amount: Fen,
    hasher: Sm3,
}

impl Tally {
    /// Counts a line and returns its summary as the bank can hold it.
    fn add<'s>(&mut self, batch: &str, line: &BankLine<'s>) -> Result<&'s str, WriteProblem> {
        let summary = fitted(line.summary);
        self.count += 1;
        self.amount = self.amount.checked_add(line.amount).ok_or(WriteProblem::Overflow)?;
        self.hasher.update(format!("{batch}\t{}\t{}\t{}\t{}\t{summary}\n", line.line, line.holder, line.account.as_str(), line.amount));
        Ok(summary)
    }

    fn finish(self) -> BankTotals {
        let digest = self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        BankTotals { count: self.count, amount: self.amount, digest }
    }
}

/// The longest beginning that fits into the bank's field, whole characters only.
fn fitted(summary: &str) -> &str {
    let mut bytes = 0;
    for (at, c) in summary.char_indices() {
        let mut utf8 = [0; 4];
        bytes += encoding_rs::GB18030.encode(c.encode_utf8(&mut utf8)).0.len();
        if bytes > SUMMARY_BYTES || c.is_control() {
            return &summary[..at];
        }
    }
    summary
}

fn write_csv<'a, W: Write>(
    file: &BankFile<'_>,
    encoding: TextEncoding,
    lines: impl IntoIterator<Item = BankLine<'a>>,
    out: W,
) -> Result<BankTotals, WriteProblem> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Encoded::new(out, encoding)?);
    let batch = as_text(file.batch);
    let mut tally = Tally::default();
    writer.write_record(HEADER)?;
    for line in lines {
        let summary = tally.add(file.batch, &line)?;
        writer.write_record([
            batch.as_ref(),
            &line.line.to_string(),
            &as_text(line.holder),
            line.account.as_str(),
            &line.amount.yuan(),
            &as_text(summary),
        ])?;
    }
    let totals = tally.finish();
    let (count, amount) = (totals.count.to_string(), totals.amount.yuan());
    writer.write_record(["合计", &count, "", "", &amount, &format!("SM3:{}", totals.digest)])?;
    writer.flush()?;
    Ok(totals)
}

fn write_xlsx<'a, W: Write + Seek + Send>(
    file: &BankFile<'_>,
    lines: impl IntoIterator<Item = BankLine<'a>>,
    out: W,
) -> Result<BankTotals, WriteProblem> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let money = Format::new().set_num_format("#,##0.00");
    sheet.set_name("代发清单")?;
    sheet.set_freeze_panes(2, 0)?;
    for (at, width) in [16, 8, 12, 24, 14, 24].into_iter().enumerate() {
        sheet.set_column_width(at as u16, width)?;
    }
    sheet.write_string_with_format(0, 0, file.title, &bold)?;
    for (at, title) in HEADER.iter().enumerate() {
        sheet.write_string_with_format(1, at as u16, *title, &bold)?;
    }
    let mut tally = Tally::default();
    let mut row = 2;
    for line in lines {
        let summary = tally.add(file.batch, &line)?;
        sheet.write_string_with_format(row, 0, file.batch, &text)?;
        sheet.write_number(row, 1, line.line)?;
        sheet.write_string(row, 2, line.holder)?;
        sheet.write_string_with_format(row, 3, line.account.as_str(), &text)?;
        sheet.write_number_with_format(row, 4, shown_yuan(line.amount), &money)?;
        sheet.write_string(row, 5, summary)?;
        row += 1;
    }
    let totals = tally.finish();
    sheet.write_string_with_format(row, 0, "合计", &bold)?;
    sheet.write_number(row, 1, totals.count as u32)?;
    sheet.write_number_with_format(row, 4, shown_yuan(totals.amount), &money)?;
    sheet.write_string(row, 5, format!("SM3:{}", totals.digest))?;
    book.save_to_writer(out)?;
    Ok(totals)
}

/// A spreadsheet's number can only be a float. It is read from the exact decimal text, so it is
/// the float nearest to the amount, and nothing is calculated with it.
fn shown_yuan(amount: Fen) -> f64 {
    amount.yuan().parse().unwrap_or_default()
}
