//! Several files as one (ZIP) in memory: answers that are more than one paper, packages of Word and Excel. The same files give the
//! same bytes, for the ZIP has no clock.

use super::WriteProblem;
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// Packs files under their names, in the given order.
pub fn write_bundle(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, WriteProblem> {
    let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    packed(files).map_err(|error| WriteProblem::Io(error.to_string()))
}

/// The same for whoever tells of a failure in words of their own.
pub(super) fn packed<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn files_come_out_as_they_went_in_and_bytes_do_not_change() {
        let files = [("公示.docx".to_string(), b"one".to_vec()), ("b.xlsx".to_string(), vec![0; 100_000])];
        let packed = write_bundle(&files).unwrap();
        assert_eq!(packed, write_bundle(&files).unwrap());
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        assert_eq!(zip.len(), 2);
        for (name, bytes) in &files {
            let mut read = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(&read, bytes);
        }
    }
}
