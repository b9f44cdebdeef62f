//! The XSD of an XML format, made of its table spec, so that the two never part: `reports/audit/<format>/*.xsd` hold what
//! this writes, and a test compares them.

use super::spec::{AuditFormat, Check, Column, Container, Kind};
use std::fmt::Write;

/// The schema of one file of a format; `None` where the format is no XML.
pub fn schema(format: AuditFormat, file: &str) -> Option<String> {
    let Container::Xml { namespace, loc_id, .. } = format.container() else { return None };
    let root = file.strip_suffix(".xml")?;
    let mut out = String::new();
    let _ = writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let _ = writeln!(
        out,
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{namespace}\" targetNamespace=\"{namespace}\" \
         elementFormDefault=\"qualified\">"
    );
    let _ = writeln!(out, "  <xs:element name=\"{root}\">\n    <xs:complexType>\n      <xs:sequence>");
    for (_, table) in format.spec().tables_of(file) {
        let _ = writeln!(out, "        <xs:element name=\"{}\" minOccurs=\"0\" maxOccurs=\"unbounded\">", table.name);
        let _ = writeln!(out, "          <xs:annotation><xs:documentation>{}</xs:documentation></xs:annotation>", table.title);
        let _ = writeln!(out, "          <xs:complexType>\n            <xs:sequence>");
        for column in &table.columns {
            element(&mut out, column);
        }
        let _ = writeln!(out, "            </xs:sequence>");
        if loc_id {
            let _ =
                writeln!(out, "            <xs:attribute name=\"locID\" type=\"xs:string\" use=\"required\" fixed=\"{}\"/>", table.loc_id);
        }
        let _ = writeln!(out, "          </xs:complexType>\n        </xs:element>");
    }
    let _ = writeln!(out, "      </xs:sequence>\n    </xs:complexType>\n  </xs:element>\n</xs:schema>");
    Some(out)
}

/// An unset value is an empty element, so every type that is not required also takes the empty text.
fn element(out: &mut String, column: &Column) {
    let _ = writeln!(out, "              <xs:element name=\"{}\">\n                <xs:simpleType>", column.name);
    let _ = writeln!(out, "                  <xs:restriction base=\"xs:string\">");
    if let Some(pattern) = pattern(column) {
        let optional = if column.required { pattern } else { format!("({pattern})?") };
        let _ = writeln!(out, "                    <xs:pattern value=\"{optional}\"/>");
    } else if column.required {
        let _ = writeln!(out, "                    <xs:minLength value=\"1\"/>");
    }
    let _ = writeln!(out, "                    <xs:maxLength value=\"{}\"/>", column.length);
    let _ = writeln!(out, "                  </xs:restriction>\n                </xs:simpleType>\n              </xs:element>");
}

fn pattern(column: &Column) -> Option<String> {
    if let Check::OneOf(words) = &column.check {
        return Some(words.join("|"));
    }
    Some(match column.kind {
        Kind::Text | Kind::Code => return None,
        Kind::Int => "-?[0-9]+".into(),
        Kind::Money => "-?[0-9]+\\.[0-9]{2}".into(),
        Kind::Rate => "-?[0-9]+(\\.[0-9]+)?".into(),
        Kind::Date if column.check == Check::Zero => "00000000|[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])".into(),
        Kind::Date => "[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])".into(),
        Kind::Hex => format!("[0-9a-f]{{{}}}", column.length),
    })
}
