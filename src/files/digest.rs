//! Bytes on their way, counted and digested by SM3, so that what was written or read has one digest and one size.

use crate::domain::ledger::chain::{Canonical, hex};
use std::io::{self, Read, Write};

/// Passes bytes on to a writer or from a reader.
pub struct Digesting<T> {
    inner: T,
    digest: Canonical,
    bytes: u64,
}

impl<T> Digesting<T> {
    pub fn new(inner: T) -> Digesting<T> {
        Digesting { inner, digest: Canonical::default(), bytes: 0 }
    }

    /// What is inside, the bytes that passed, and their SM3.
    pub fn finish(self) -> (T, u64, String) {
        (self.inner, self.bytes, hex(&self.digest.finish()))
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.raw(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.raw(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Size and SM3 of a file.
pub fn of_file(path: &std::path::Path) -> io::Result<(u64, String)> {
    let mut file = Digesting::new(std::fs::File::open(path)?);
    let mut buffer = vec![0; 1 << 16];
    while file.read(&mut buffer)? > 0 {}
    let (_, bytes, sm3) = file.finish();
    Ok((bytes, sm3))
}
