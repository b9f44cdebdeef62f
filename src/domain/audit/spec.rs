//! Table specs (表结构说明): which files an export format has, which tables are in them, and of each column its type,
//! length, whether it must be filled, whether it belongs to the key, and what it must agree with. They are data in
//! `reports/audit/<format>/tables.csv`, read by the exporter, the verifier and the independent checker alike. A `role` tells
//! what a column means to whoever recomputes the books, so that one checker serves every format.

use crate::domain::ledger::chart;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The shapes in which a year is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditFormat {
    /// GB/T 42940-2023 财政预算管理软件审计数据接口
    Gbt42940,
    /// GB/T 24589 会计核算软件数据接口
    Gbt24589,
    /// ISO 21378:2019 Audit data collection
    Iso21378,
    /// 审计机关财务数据标准表和业务表
    Csv,
}

/// How the tables of a format are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// One UTF-8 file for each table, with a byte order mark for Excel.
    Csv,
    /// Several tables in one file, a record on each line.
    Xml { encoding: &'static str, namespace: &'static str, loc_id: bool },
}

struct Shipped {
    format: AuditFormat,
    text: &'static str,
    container: Container,
}

/// The namespace of 24589.1 as a commercial system writes it; that of 42940 is ours.
const SHIPPED: [Shipped; 4] = [
    Shipped {
        format: AuditFormat::Gbt42940,
        text: include_str!("../../../reports/audit/gbt42940/tables.csv"),
        container: Container::Xml { encoding: "UTF-8", namespace: "urn:sunledger:audit:gbt42940", loc_id: false },
    },
    Shipped {
        format: AuditFormat::Gbt24589,
        text: include_str!("../../../reports/audit/gbt24589/tables.csv"),
        container: Container::Xml {
            encoding: "GB18030",
            namespace: "http://sxbw.audit.gov.cn/AccountingSoftwareDataInterfaceStandard/2010/SOE/XMLSchema",
            loc_id: true,
        },
    },
    Shipped { format: AuditFormat::Iso21378, text: include_str!("../../../reports/audit/iso21378/tables.csv"), container: Container::Csv },
    Shipped { format: AuditFormat::Csv, text: include_str!("../../../reports/audit/csv/tables.csv"), container: Container::Csv },
];

impl AuditFormat {
    pub const ALL: [AuditFormat; 4] = [AuditFormat::Gbt42940, AuditFormat::Gbt24589, AuditFormat::Iso21378, AuditFormat::Csv];

    fn shipped(self) -> &'static Shipped {
        SHIPPED.iter().find(|shipped| shipped.format == self).unwrap_or(&SHIPPED[3])
    }

    pub const fn code(self) -> &'static str {
        match self {
            AuditFormat::Gbt42940 => "gbt42940",
            AuditFormat::Gbt24589 => "gbt24589",
            AuditFormat::Iso21378 => "iso21378",
            AuditFormat::Csv => "csv",
        }
    }

    /// As people choose it.
    pub const fn title(self) -> &'static str {
        match self {
            AuditFormat::Gbt42940 => "GB/T 42940-2023 财政预算管理软件审计数据接口（XML）",
            AuditFormat::Gbt24589 => "GB/T 24589 会计核算软件数据接口（XML，GB18030）",
            AuditFormat::Iso21378 => "ISO 21378:2019（CSV）",
            AuditFormat::Csv => "审计机关财务数据标准表和业务表（CSV）",
        }
    }

    pub fn named(code: &str) -> Option<AuditFormat> {
        AuditFormat::ALL.into_iter().find(|format| format.code() == code)
    }

    pub fn container(self) -> Container {
        self.shipped().container
    }

    /// The spec's own text, which goes out with the export.
    pub fn spec_text(self) -> &'static str {
        self.shipped().text
    }

    /// The spec that ships; a test holds that each can be read.
    pub fn spec(self) -> &'static Spec {
        static SPECS: LazyLock<Vec<(AuditFormat, Spec)>> =
            LazyLock::new(|| SHIPPED.iter().map(|shipped| (shipped.format, Spec::parse(shipped.text).unwrap_or_default())).collect());
        static NONE: Spec = Spec { tables: Vec::new() };
        SPECS.iter().find(|(format, _)| *format == self).map_or(&NONE, |(_, spec)| spec)
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text that begins and ends with no blank.
    Code,
    Int,
    /// 元 with two decimals.
    Money,
    /// A decimal number.
    Rate,
    /// yyyyMMdd
    Date,
    /// Lower-case hexadecimal digits.
    Hex,
}

/// What else a value must agree with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    None,
    Range(i64, i64),
    OneOf(Vec<String>),
    /// A value of that column of that table, which comes before.
    Ref(String, String),
    /// The column names vouchers; every voucher of these events must have its rows here.
    Events(Vec<String>),
    /// A date may be 00000000.
    Zero,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub title: String,
    pub kind: Kind,
    pub length: usize,
    pub required: bool,
    pub key: bool,
    pub check: Check,
    pub roles: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    pub file: String,
    pub name: String,
    pub loc_id: String,
    pub title: String,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spec {
    pub tables: Vec<TableSpec>,
}

impl TableSpec {
    /// Where the column with that role stands.
    pub fn role(&self, role: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.roles.iter().any(|own| own == role))
    }
}

impl Spec {
    /// Reads a spec. Errors name the line.
    pub fn parse(text: &str) -> Result<Spec, String> {
        let mut spec = Spec::default();
        for (line, cells) in chart::rows(text, 12).map_err(|problem| problem.to_string())? {
            let column = column(&cells[4..]).ok_or_else(|| format!("表结构说明第 {line} 行看不懂"))?;
            match spec.tables.last_mut().filter(|table| table.file == cells[0] && table.name == cells[1]) {
                Some(table) => table.columns.push(column),
                None => spec.tables.push(TableSpec {
                    file: cells[0].into(),
                    name: cells[1].into(),
                    loc_id: cells[2].into(),
                    title: cells[3].into(),
                    columns: vec![column],
                }),
            }
        }
        Ok(spec)
    }

    /// The files of the format in order.
    pub fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = Vec::new();
        for table in &self.tables {
            if files.last() != Some(&table.file.as_str()) {
                files.push(&table.file);
            }
        }
        files
    }

    /// The tables of a file with their place among all.
    pub fn tables_of(&self, file: &str) -> Vec<(usize, &TableSpec)> {
        self.tables.iter().enumerate().filter(|(_, table)| table.file == file).collect()
    }

    /// Columns that others refer to, as (table, column).
    pub fn referred(&self) -> HashSet<(&str, &str)> {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        columns
            .filter_map(|column| match &column.check {
                Check::Ref(table, column) => Some((table.as_str(), column.as_str())),
                _ => None,
            })
            .collect()
    }
}

/// From column name to roles.
fn column(cells: &[&str]) -> Option<Column> {
    let kind = match cells[2] {
        "text" => Kind::Text,
        "code" => Kind::Code,
        "int" => Kind::Int,
        "money" => Kind::Money,
        "rate" => Kind::Rate,
        "date" => Kind::Date,
        "hex" => Kind::Hex,
        _ => return None,
    };
    Some(Column {
        name: cells[0].into(),
        title: cells[1].into(),
        kind,
        length: cells[3].parse().ok()?,
        required: flag(cells[4])?,
        key: flag(cells[5])?,
        check: check(cells[6])?,
        roles: cells[7].split('+').filter(|role| !role.is_empty()).map(str::to_string).collect(),
    })
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

fn check(text: &str) -> Option<Check> {
    let words = |list: &str| list.split('|').map(str::to_string).collect();
    if text.is_empty() {
        return Some(Check::None);
    }
    if text == "zero" {
        return Some(Check::Zero);
    }
    if let Some(target) = text.strip_prefix("ref:") {
        let (table, column) = target.split_once('.')?;
        return Some(Check::Ref(table.into(), column.into()));
    }
    if let Some(events) = text.strip_prefix("events:") {
        return Some(Check::Events(words(events)));
    }
    if let Some((low, high)) = text.split_once("..") {
        return Some(Check::Range(low.parse().ok()?, high.parse().ok()?));
    }
    Some(Check::OneOf(words(text)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_spec_can_be_read_and_refers_only_backwards() {
        for format in AuditFormat::ALL {
            let spec = Spec::parse(format.spec_text()).unwrap();
            assert_eq!(&spec, format.spec());
            let mut before: HashSet<(&str, &str)> = HashSet::new();
            for table in &spec.tables {
                assert!(table.columns.iter().any(|column| column.key) || table.columns.len() > 5, "{} has no key", table.name);
                before.extend(table.columns.iter().map(|column| (table.name.as_str(), column.name.as_str())));
                for column in &table.columns {
                    if let Check::Ref(to, of) = &column.check {
                        assert!(before.contains(&(to.as_str(), of.as_str())), "{}.{} → {to}.{of}", table.name, column.name);
                    }
                }
            }
        }
    }

    /// Widths of the auditors' own tables as they are known: 15, 21, 42, 64 and 34 columns.
    #[test]
    fn the_auditors_tables_have_their_known_widths() {
        let width = |name: &str| AuditFormat::Csv.spec().tables.iter().find(|table| table.name == name).unwrap().columns.len();
        assert_eq!(["DZZBXX", "KJKM", "KMYE", "JZPZ", "PZFZMX"].map(width), [15, 21, 42, 64, 34]);
    }
}
