//! The schemas of the XML formats: those in `reports/audit` are those of the table specs, and the files are valid by them.

use super::{book, export, python};
use crate::support::{Db, TestDb};
use sunledger::domain::audit::{AuditFormat, xsd};
use tempfile::TempDir;

/// `SUNLEDGER_BLESS=1` writes the schemas anew after a spec has changed.
#[test]
fn the_schemas_are_those_of_the_specs() {
    let mut compared = 0;
    for format in AuditFormat::ALL {
        for file in format.spec().files() {
            let Some(text) = xsd::schema(format, file) else { continue };
            let name = format!("reports/audit/{}/{}.xsd", format.code(), file.trim_end_matches(".xml"));
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            if std::env::var_os("SUNLEDGER_BLESS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            assert!(std::fs::read_to_string(&path).is_ok_and(|shipped| shipped == text), "{}", path.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 8);
}

/// Where Python has lxml, every XML file is valid by its XSD, and a wrong one is not.
#[test]
fn xml_files_are_valid_by_their_schemas() {
    if !python(&["-c", "import lxml.etree"]).status.success() {
        eprintln!("without lxml the schemas are only compared with the specs");
        return;
    }
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = book(&db);
    let dir = TempDir::new().unwrap();
    for format in [AuditFormat::Gbt24589, AuditFormat::Gbt42940] {
        let out = dir.path().join(format.code());
        export(&mut bureau, format, &out);
        for file in format.spec().files() {
            let code = "import sys; from lxml import etree; s = etree.XMLSchema(etree.parse(sys.argv[1])); s.assertValid(etree.parse(sys.argv[2]))";
            let schema = out.join(format!("spec/{}.xsd", file.trim_end_matches(".xml")));
            let output = python(&["-c", code, schema.to_str().unwrap(), out.join(file).to_str().unwrap()]);
            assert!(output.status.success(), "{file} {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
