//! CSV on its way out, in the encoding the receiver wants.

use std::borrow::Cow;
use std::io::{self, Write};

use encoding_rs::{Encoder, EncoderResult, GB18030};

/// The encodings in which CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    Utf8,
    Utf8Bom,
    Gb18030,
}

/// Takes UTF-8 and writes the chosen encoding.
pub(super) struct Encoded<W: Write> {
    out: W,
    /// Only for GB18030.
    encoder: Option<Encoder>,
    /// Bytes of a character that a write has cut off.
    carried: Vec<u8>,
}

impl<W: Write> Encoded<W> {
    pub fn new(mut out: W, encoding: TextEncoding) -> io::Result<Encoded<W>> {
        if encoding == TextEncoding::Utf8Bom {
            out.write_all(b"\xef\xbb\xbf")?;
        }
        let encoder = (encoding == TextEncoding::Gb18030).then(|| GB18030.new_encoder());
        Ok(Encoded { out, encoder, carried: Vec::new() })
    }
}

impl<W: Write> Write for Encoded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(encoder) = &mut self.encoder else {
            return self.out.write(bytes);
        };
        self.carried.extend_from_slice(bytes);
        let valid = match std::str::from_utf8(&self.carried) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let ready: Vec<u8> = self.carried.drain(..valid).collect();
        let mut text = std::str::from_utf8(&ready).unwrap_or_default();
        let mut buffer = [0; 4_096];
        loop {
            let (result, read, written) = encoder.encode_from_utf8_without_replacement(text, &mut buffer, false);
            self.out.write_all(&buffer[..written])?;
            text = &text[read..];
            match result {
                EncoderResult::InputEmpty => return Ok(bytes.len()),
                EncoderResult::OutputFull => {}
                // GB18030 holds nearly all of Unicode; what it lacks (private use) is shown as ?.
                EncoderResult::Unmappable(_) => self.out.write_all(b"?")?,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A text that a spreadsheet would take for a formula gets the mark of a text (').
pub(super) fn as_text(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}
