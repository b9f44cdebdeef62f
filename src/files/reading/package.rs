//! The tables of an audit export, read back row by row and strictly: a file that is not as the exporter writes it is not
//! guessed at. Every byte is digested on the way.

use crate::domain::audit::spec::Kind;
use crate::domain::audit::{Container, Fault, Spec, TableSpec};
use crate::files::digest::Digesting;
use encoding_rs::Encoding;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Receives (table, row, cells).
pub type Each<'a> = dyn FnMut(usize, u64, &[String], &mut Vec<Fault>) + 'a;

/// Reads a file of a spec; gives its size and SM3. What cannot be read is among the faults.
pub fn read_file(
    dir: &Path,
    file: &str,
    spec: &'static Spec,
    container: Container,
    faults: &mut Vec<Fault>,
    each: &mut Each<'_>,
) -> io::Result<(u64, String)> {
    let mut digesting = Digesting::new(File::open(dir.join(file))?);
    match container {
        Container::Csv => {
            for (index, table) in spec.tables_of(file) {
                csv_table(&mut digesting, index, table, faults, each)?;
            }
        }
        Container::Xml { encoding, .. } => xml_tables(&mut digesting, file, spec, encoding, faults, each)?,
    }
    let mut rest = Vec::new();
    digesting.read_to_end(&mut rest)?;
    let (_, bytes, sm3) = digesting.finish();
    Ok((bytes, sm3))
}

fn csv_table(
    input: &mut impl Read,
    index: usize,
    table: &'static TableSpec,
    faults: &mut Vec<Fault>,
    each: &mut Each<'_>,
) -> io::Result<()> {
    let tell = |row: u64, what: String| Fault { file: format!("{} {}", table.file, table.name), row, what };
    let mut mark = [0; 3];
    if input.read_exact(&mut mark).is_err() || mark != *b"\xef\xbb\xbf" {
        faults.push(tell(0, "文件应以 UTF-8 标记（BOM）开头".into()));
        return Ok(());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let (mut record, mut row, mut cells) = (csv::StringRecord::new(), 0, Vec::new());
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                faults.push(tell(row, format!("读不下去：{error}")));
                break;
            }
        }
        if row == 0 {
            if !record.iter().eq(table.columns.iter().map(|column| column.name.as_str())) {
                faults.push(tell(0, "表头与表结构说明不同".into()));
            }
        } else {
            cells.clear();
            let text = |at: usize| table.columns.get(at).is_none_or(|column| matches!(column.kind, Kind::Text | Kind::Code));
            let plain = |(at, cell): (usize, &str)| if text(at) { armed(cell).to_string() } else { cell.to_string() };
            cells.extend(record.iter().enumerate().map(plain));
            each(index, row, &cells, faults);
        }
        row += 1;
    }
    if row == 0 {
        faults.push(tell(0, "没有表头".into()));
    }
    Ok(())
}

/// Takes away the apostrophe that the writer put before a text.
pub fn armed(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn xml_tables(
    input: &mut impl Read,
    file: &str,
    spec: &'static Spec,
    encoding: &str,
    faults: &mut Vec<Fault>,
    each: &mut Each<'_>,
) -> io::Result<()> {
    let codec = Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let root = file.trim_end_matches(".xml");
    let mut input = BufReader::with_capacity(1 << 16, input);
    let tables: Vec<(usize, &'static TableSpec)> = spec.tables_of(file);
    let (mut bytes, mut number, mut table, mut row, mut closed) = (Vec::new(), 0_u64, 0, 0, false);
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        number += 1;
        let Some(line) = codec.decode_without_bom_handling_and_without_replacement(&bytes) else {
            faults.push(Fault { file: file.into(), row: 0, what: format!("第 {number} 行不是 {encoding} 编码") });
            continue;
        };
        let line = line.trim_end_matches('\n');
        if number == 1 && line == format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>")
            || number == 2 && line.starts_with(&format!("<{root} xmlns="))
        {
            continue;
        }
        if line == format!("</{root}>") {
            closed = true;
            continue;
        }
        let Some(at) = (table..tables.len()).find(|at| !closed && begins(line, tables[*at].1)) else {
            faults.push(Fault { file: file.into(), row: 0, what: format!("第 {number} 行不是应有的记录") });
            continue;
        };
        if at != table {
            (table, row) = (at, 0);
        }
        row += 1;
        let (index, spec) = tables[at];
        match cells_of(line, spec) {
            Some(cells) => each(index, row, &cells, faults),
            None => faults.push(Fault {
                file: format!("{file} {}", spec.name), row, what: "元素的名称或次序与表结构说明不同".into()
            }),
        }
    }
    if !closed {
        faults.push(Fault { file: file.into(), row: 0, what: format!("没有以 </{root}> 结束") });
    }
    Ok(())
}

fn begins(line: &str, table: &TableSpec) -> bool {
    line.strip_prefix('<').and_then(|rest| rest.strip_prefix(table.name.as_str())).is_some_and(|rest| rest.starts_with([' ', '>']))
}

/// The texts of a record's elements, which must be those of the table in order.
fn cells_of(line: &str, table: &TableSpec) -> Option<Vec<String>> {
    let mut rest = line.strip_prefix('<')?.strip_prefix(table.name.as_str())?;
    if !table.loc_id.is_empty() {
        rest = rest.strip_prefix(" locID=\"")?.strip_prefix(table.loc_id.as_str())?.strip_prefix('"')?;
    }
    rest = rest.strip_prefix('>')?;
    let mut cells = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        rest = rest.strip_prefix('<')?.strip_prefix(column.name.as_str())?.strip_prefix('>')?;
        let end = rest.find('<')?;
        cells.push(unescaped(&rest[..end])?);
        rest = rest[end..].strip_prefix("</")?.strip_prefix(column.name.as_str())?.strip_prefix('>')?;
    }
    (rest.strip_prefix("</")?.strip_prefix(table.name.as_str())? == ">").then_some(cells)
}

fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let (name, after) = rest[at + 1..].split_once(';')?;
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            number => char::from_u32(number.strip_prefix('#')?.parse().ok()?)?,
        });
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}

/// The rows of a payee file of the chain export, without its header. What cannot be read ends them.
pub fn chain_rows(path: &Path) -> io::Result<impl Iterator<Item = Vec<String>> + use<>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(BufReader::new(File::open(path)?));
    let width = reader.headers().map_or(0, csv::StringRecord::len);
    let rows = reader.into_records().map_while(Result::ok).take_while(move |record| record.len() == width && width >= 7);
    Ok(rows.map(|record| record.iter().map(|cell| armed(cell).to_string()).collect()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::domain::audit::AuditFormat;
    use crate::files::writing::package::Package;

    const HOSTILE: [&str; 8] =
        ["=1+1", "'quoted", "＠SUM(A1)", "a,\"b\"\r\nc\td", "<甲>&乙]]>", "𬭎㛃·䶮\u{e5e5}", "\u{202e}倒\u{0}置\u{1b}[31m", "  空格  "];

    fn small() -> &'static Spec {
        let text = "file,table,locid,caption,column,title,type,length,required,key,check,role\n\
                    T.xml,记录,T1,记录,编号,编号,int,4,1,1,1..99,\nT.xml,记录,T1,记录,文字,文字,text,40,0,0,,\n\
                    T.xml,记录,T1,记录,金额,金额,money,20,1,0,,\n";
        Box::leak(Box::new(Spec::parse(text).unwrap()))
    }

    #[test]
    fn what_is_written_is_read_back_in_every_container() {
        for container in [AuditFormat::Csv.container(), AuditFormat::Gbt24589.container(), AuditFormat::Gbt42940.container()] {
            let (dir, spec) = (tempfile::tempdir().unwrap(), small());
            let mut out = Package::new(dir.path(), spec, container);
            let mut rec = out.table("记录").unwrap();
            for (number, text) in (1..).zip(HOSTILE) {
                rec.set("编号", number).set("文字", text).set("金额", crate::domain::money::Fen::new(-number));
                out.put(&mut rec).unwrap();
            }
            let (files, faults) = out.finish().unwrap();
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!((files[0].tables[0].rows, files[0].tables[0].totals["金额"].as_str()), (8, "-0.36"));
            let (mut texts, mut faults) = (Vec::new(), Vec::new());
            let read =
                read_file(dir.path(), "T.xml", spec, container, &mut faults, &mut |_, _, cells, _| texts.push(cells[1].clone())).unwrap();
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!(read, (files[0].bytes, files[0].sm3.clone()));
            assert_eq!(texts, HOSTILE.map(crate::domain::audit::plain));
            let bytes = std::fs::read(dir.path().join("T.xml")).unwrap();
            assert!(!bytes.iter().any(|byte| *byte < 0x20 && !b"\r\n".contains(byte)), "no control characters");
        }
    }

    #[test]
    fn a_row_that_its_spec_refuses_is_named() {
        let (dir, spec) = (tempfile::tempdir().unwrap(), small());
        let mut out = Package::new(dir.path(), spec, AuditFormat::Csv.container());
        let mut rec = out.table("记录").unwrap();
        for number in [1, 100, 1] {
            rec.set("编号", number).set("金额", "1.5");
            out.put(&mut rec).unwrap();
        }
        let faults = out.finish().unwrap().1;
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 5, "{said:?}");
        assert_eq!(said[1], "T.xml 记录 第 2 行：编号（编号）“100”应在 1 至 99 之间");
        assert_eq!(said[4], "T.xml 记录 第 3 行：主键重复：1");
    }
}
