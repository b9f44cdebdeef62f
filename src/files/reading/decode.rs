//! Any of the encodings as a stream of UTF-8, with a count of the file's own bytes for progress.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use super::Encoding;

const CHUNK: usize = 1 << 17;

/// The file from its first character (after any byte order mark) as UTF-8.
pub(super) fn text_of(mut file: File, encoding: Encoding) -> io::Result<(Box<dyn BufRead + Send>, Arc<AtomicU64>)> {
    file.seek(SeekFrom::Start(encoding.bom_bytes()))?;
    let counter = Arc::new(AtomicU64::new(encoding.bom_bytes()));
    let counted = Counted { file, counter: Arc::clone(&counter) };
    let decoder = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => {
            return Ok((Box::new(BufReader::with_capacity(CHUNK, counted)), counter));
        }
        Encoding::Gb18030 => GB18030.new_decoder_without_bom_handling(),
        Encoding::Utf16Le => UTF_16LE.new_decoder_without_bom_handling(),
        Encoding::Utf16Be => UTF_16BE.new_decoder_without_bom_handling(),
    };
    let decoded = Decoded { input: counted, decoder, raw: vec![0; CHUNK], from: 0, to: 0, ended: false, finished: false };
    Ok((Box::new(BufReader::with_capacity(CHUNK, decoded)), counter))
}

struct Counted {
    file: File,
    counter: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        self.counter.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

struct Decoded {
    input: Counted,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    /// The decoder has given its last and must not be asked again.
    finished: bool,
}

impl Read for Decoded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.from == self.to && !self.ended {
                self.to = self.input.read(&mut self.raw)?;
                self.from = 0;
                self.ended = self.to == 0;
            }
            let part = &self.raw[self.from..self.to];
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(part, out, self.ended);
            self.from += read;
            self.finished = match result {
                DecoderResult::InputEmpty => self.ended,
                DecoderResult::OutputFull => false,
                DecoderResult::Malformed(..) => true,
            };
            if let DecoderResult::Malformed(..) = result {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "malformed text"));
            }
            if written > 0 || out.is_empty() {
                return Ok(written);
            }
            match result {
                DecoderResult::InputEmpty => {}
                // No room for even one character: BufReader never asks for so little.
                _ => return Err(io::Error::from(io::ErrorKind::WriteZero)),
            }
        }
    }
}
