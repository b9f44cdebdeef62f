//! What an XLSX really holds is measured before it is opened: every part is inflated into nothing
//! and counted, because the sizes written in a zip may lie. Only then is the workbook parsed.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;

use super::{FileProblem, Limits};

const PARTS: usize = 10_000;

/// Refuses archives that are no XLSX, carry macros, or grow beyond the limits.
pub(super) fn check(file: &mut File, limits: &Limits) -> Result<(), FileProblem> {
    file.rewind()?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > PARTS {
        return Err(FileProblem::Bomb { limit: limits.inflated_bytes });
    }
    check_names(&archive)?;
    let mut left = limits.inflated_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().to_ascii_lowercase();
        let mut scan = PartScan::new(&name, limits);
        let mut chunk = vec![0; 1 << 16];
        loop {
            let count = part.read(&mut chunk).map_err(damaged)?;
            if count == 0 {
                break;
            }
            left = left.checked_sub(count as u64).ok_or(FileProblem::Bomb { limit: limits.inflated_bytes })?;
            scan.feed(&chunk[..count])?;
        }
        scan.finish()?;
    }
    Ok(())
}

/// The zip reader's own words are English and of no help to the person who keeps the file.
fn damaged<E>(_: E) -> FileProblem {
    FileProblem::Damaged("压缩包不完整或内容不符".into())
}

fn check_names<R>(archive: &ZipArchive<R>) -> Result<(), FileProblem>
where
    R: Read + Seek,
{
    let has = |wanted: &str| archive.file_names().any(|name| name.eq_ignore_ascii_case(wanted));
    if archive.file_names().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin")) {
        return Err(FileProblem::Macros);
    }
    if has("xl/workbook.bin") {
        return Err(FileProblem::WrongFormat("XLSB"));
    }
    if has("word/document.xml") {
        return Err(FileProblem::WrongFormat("Word"));
    }
    if has("content.xml") && has("mimetype") {
        return Err(FileProblem::WrongFormat("ODS"));
    }
    if !has("[Content_Types].xml") || !has("_rels/.rels") {
        return Err(FileProblem::WrongFormat("ZIP 压缩"));
    }
    Ok(())
}

/// Looks at a part as it flows by: no text longer than a row may be, and a count of shared strings
/// that can be true (the parser reserves memory on its word).
struct PartScan {
    is_xml: bool,
    is_strings: bool,
    head: Vec<u8>,
    bytes: u64,
    since_tag: usize,
    record_bytes: usize,
    resident_bytes: u64,
}

impl PartScan {
    fn new(name: &str, limits: &Limits) -> PartScan {
        PartScan {
            is_xml: name.ends_with(".xml") || name.ends_with(".rels"),
            is_strings: name.ends_with("sharedstrings.xml"),
            head: Vec::new(),
            bytes: 0,
            since_tag: 0,
            record_bytes: limits.record_bytes,
            resident_bytes: limits.resident_bytes,
        }
    }

    fn feed(&mut self, part: &[u8]) -> Result<(), FileProblem> {
        self.bytes += part.len() as u64;
        if !self.is_xml {
            return Ok(());
        }
        if self.is_strings && self.bytes > self.resident_bytes {
            return Err(FileProblem::Bomb { limit: self.resident_bytes });
        }
        if self.head.len() < 4_096 {
            self.head.extend_from_slice(&part[..part.len().min(4_096)]);
        }
        for piece in part.split_inclusive(|&b| b == b'<') {
            self.since_tag += piece.len();
            if self.since_tag > self.record_bytes {
                return Err(FileProblem::Damaged("有超长的内容".into()));
            }
            if piece.ends_with(b"<") {
                self.since_tag = 0;
            }
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), FileProblem> {
        if self.is_xml && (self.head.starts_with(b"\xff\xfe") || self.head.starts_with(b"\xfe\xff")) {
            return Err(FileProblem::Damaged("内部编码不是 UTF-8".into()));
        }
        let head = String::from_utf8_lossy(&self.head);
        if self.is_xml && head.contains("<!DOCTYPE") {
            return Err(FileProblem::Damaged("含有 DOCTYPE".into()));
        }
        if self.is_strings && self.bytes > 4_096 && !head.contains("sst") {
            return Err(FileProblem::Damaged("共享字符串表不完整".into()));
        }
        let counts = head.match_indices("uniqueCount").map(|(at, name)| &head[at + name.len()..]);
        for rest in counts.filter(|_| self.is_strings) {
            let digits = rest.trim_start_matches([' ', '=', '"', '\'', '\t', '\r', '\n']);
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let count = digits[..end].parse::<u64>().unwrap_or(u64::MAX);
            if count > self.bytes.max(1_000) {
                return Err(FileProblem::Damaged("共享字符串表的个数不实".into()));
            }
        }
        Ok(())
    }
}
