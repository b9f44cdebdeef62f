//! The first pass over a file: its digest, whether it is text, and in which encoding. What a file
//! is, is told by its content; its name is never asked.

use std::fs::File;
use std::io::{Read, Seek};

use encoding_rs::{DecoderResult, GB18030};
use sm3::{Digest, Sm3};

use super::{FileProblem, Limits};

const CHUNK: usize = 1 << 16;

/// How the text of a CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    Gb18030,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 BOM",
            Encoding::Gb18030 => "GB18030",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
        }
    }

    pub(super) const fn bom_bytes(self) -> u64 {
        match self {
            Encoding::Utf8Bom => 3,
            Encoding::Utf16Le | Encoding::Utf16Be => 2,
            Encoding::Utf8 | Encoding::Gb18030 => 0,
        }
    }
}

#[derive(Debug)]
pub(super) enum Content {
    Text { encoding: Encoding, line_end: u8 },
    Zip,
}

#[derive(Debug)]
pub(super) struct Survey {
    pub content: Content,
    pub bytes: u64,
    pub digest: [u8; 32],
}

/// Reads the whole file once.
pub(super) fn survey(file: &mut File, limits: &Limits) -> Result<Survey, FileProblem> {
    let mut hasher = Sm3::new();
    let mut utf8 = Utf8Trial::default();
    let mut marks = Marks::default();
    let mut head = Vec::new();
    let mut bytes = 0_u64;
    let mut chunk = vec![0; CHUNK];
    file.rewind()?;
    loop {
        let count = file.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        let part = &chunk[..count];
        bytes += count as u64;
        if bytes > limits.file_bytes {
            return Err(FileProblem::TooLarge { limit: limits.file_bytes });
        }
        if head.len() < 512 {
            head.extend_from_slice(&part[..part.len().min(512)]);
            refuse_foreign(&head)?;
        }
        hasher.update(part);
        utf8.feed(part);
        marks.feed(part);
    }
    let content = match head.get(..2) {
        None if head.is_empty() => return Err(FileProblem::Empty),
        Some(b"PK") if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") => Content::Zip,
        Some(b"\xff\xfe") => Content::Text { encoding: Encoding::Utf16Le, line_end: b'\n' },
        Some(b"\xfe\xff") => Content::Text { encoding: Encoding::Utf16Be, line_end: b'\n' },
        _ => Content::Text {
            encoding: text_encoding(file, &head, utf8.finish(), &marks)?,
            line_end: if marks.carriage_return && !marks.newline { b'\r' } else { b'\n' },
        },
    };
    Ok(Survey { content, bytes, digest: hasher.finalize().into() })
}

fn text_encoding(file: &mut File, head: &[u8], is_utf8: bool, marks: &Marks) -> Result<Encoding, FileProblem> {
    if marks.nul {
        return Err(FileProblem::Binary);
    }
    match (is_utf8, head.starts_with(b"\xef\xbb\xbf")) {
        (true, true) => Ok(Encoding::Utf8Bom),
        (true, false) => Ok(Encoding::Utf8),
        (false, _) if is_gb18030(file)? => Ok(Encoding::Gb18030),
        (false, _) => Err(FileProblem::Encoding),
    }
}

/// Known formats that people send by mistake.
fn refuse_foreign(head: &[u8]) -> Result<(), FileProblem> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"%PDF", "PDF"),
        (b"Rar!", "RAR 压缩"),
        (b"7z\xbc\xaf", "7z 压缩"),
        (b"\x1f\x8b", "GZIP 压缩"),
        (b"\x89PNG", "PNG 图片"),
        (b"\xff\xd8\xff", "JPEG 图片"),
        (b"SQLite format 3", "数据库"),
        (b"{\\rtf", "RTF"),
    ];
    if head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(FileProblem::OldOrLocked);
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(FileProblem::WrongFormat(name));
    }
    // Many office systems "export to Excel" as a web page under the name .xls.
    let text = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if ["<html", "<!doctype", "<?xml", "<table"].iter().any(|tag| text.starts_with(tag)) {
        return Err(FileProblem::WrongFormat("网页或 XML"));
    }
    Ok(())
}

#[derive(Default)]
struct Marks {
    nul: bool,
    newline: bool,
    carriage_return: bool,
}

impl Marks {
    fn feed(&mut self, part: &[u8]) {
        self.nul = self.nul || part.contains(&0);
        self.newline = self.newline || part.contains(&b'\n');
        self.carriage_return = self.carriage_return || part.contains(&b'\r');
    }
}

/// UTF-8 validity over chunks: the start of a character cut off at a chunk's end is carried over.
#[derive(Default)]
struct Utf8Trial {
    carried: Vec<u8>,
    failed: bool,
}

impl Utf8Trial {
    fn feed(&mut self, part: &[u8]) {
        if self.failed {
            return;
        }
        let mut rest = part;
        while !self.carried.is_empty() && !rest.is_empty() {
            self.carried.push(rest[0]);
            rest = &rest[1..];
            match std::str::from_utf8(&self.carried) {
                Ok(_) => self.carried.clear(),
                Err(error) if error.error_len().is_some() => {
                    self.failed = true;
                    return;
                }
                Err(_) => {}
            }
        }
        if let Err(error) = std::str::from_utf8(rest) {
            self.failed = error.error_len().is_some();
            self.carried.extend_from_slice(&rest[error.valid_up_to()..]);
        }
    }

    fn finish(&self) -> bool {
        !self.failed && self.carried.is_empty()
    }
}

/// A strict trial: one malformed sequence and the file is not GB18030.
fn is_gb18030(file: &mut File) -> Result<bool, FileProblem> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut chunk = vec![0; CHUNK];
    let mut out = vec![0; CHUNK * 4];
    file.rewind()?;
    loop {
        let count = file.read(&mut chunk)?;
        let mut part = &chunk[..count];
        loop {
            let (result, read, _) = decoder.decode_to_utf8_without_replacement(part, &mut out, count == 0);
            part = &part[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Ok(false),
            }
        }
        if count == 0 {
            return Ok(true);
        }
    }
}
