//! A ZIP file unpacked into a directory of its own. Names may lie, and so may sizes: nothing is written outside of the
//! directory, links are not followed, and what is inflated is counted.

use super::FileProblem;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

const PARTS: usize = 10_000;

/// Unpacks `zip` into `into`, at most `limit` bytes. Errors: no ZIP or a damaged one; a name that leads elsewhere or comes
/// twice; more than the limit.
pub fn unpack(zip: &Path, into: &Path, limit: u64) -> Result<(), FileProblem> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(zip)?)).map_err(damaged)?;
    if archive.len() > PARTS {
        return Err(FileProblem::Unpacked { limit });
    }
    fs::create_dir_all(into)?;
    let mut left = limit;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        if part.is_symlink() {
            return Err(damaged("link"));
        }
        let path = into.join(part.enclosed_name().ok_or_else(|| damaged("name"))?);
        if part.is_dir() {
            fs::create_dir_all(&path).map_err(damaged)?;
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(damaged)?;
        }
        let mut file = File::create_new(&path).map_err(damaged)?;
        // one byte more than may come tells that there is too much
        let written = io::copy(&mut part.by_ref().take(left.saturating_add(1)), &mut file).map_err(damaged)?;
        left = left.checked_sub(written).ok_or(FileProblem::Unpacked { limit })?;
    }
    Ok(())
}

/// The zip reader's own words are English and of no help to the person who keeps the file.
fn damaged<E>(_: E) -> FileProblem {
    FileProblem::BadArchive
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::reading::tests::support::zip_of;

    fn tried(zip: &[u8], limit: u64) -> (Result<(), FileProblem>, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        fs::write(&path, zip).unwrap();
        (unpack(&path, &dir.path().join("in/side"), limit), dir)
    }

    #[test]
    fn nothing_leaves_the_directory_and_nothing_grows_beyond_the_limit() {
        for name in ["../a.txt", "/a.txt", "b/../../a.txt"] {
            let (result, dir) = tried(&zip_of(&[(name, b"a")]), 100);
            // an absolute name is taken as one within, any other is refused
            assert!(result == Err(FileProblem::BadArchive) || dir.path().join("in/side/a.txt").exists(), "{name}");
            assert!(!dir.path().join("in/a.txt").exists() && !dir.path().join("a.txt").exists());
        }
        assert_eq!(tried(&zip_of(&[("a", &[0; 101])]), 100).0, Err(FileProblem::Unpacked { limit: 100 }));
        assert_eq!(tried(&zip_of(&[("a", &[0; 50]), ("b", &[0; 50])]), 100).0, Ok(()));
        assert_eq!(tried(b"no zip", 100).0, Err(FileProblem::BadArchive));
    }
}
