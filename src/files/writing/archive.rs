//! A directory as one ZIP file, for handing several files over at once. The same files give the same bytes: names sorted, no
//! clock, no owner.

use super::WriteProblem;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// From this size on a part needs the wide form of the archive.
const WIDE_FROM: u64 = 1 << 32;

/// Packs everything below `dir` into the file `to`, which must not lie within it; tells bytes done of all.
pub fn pack(dir: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), WriteProblem> {
    let mut parts = BTreeMap::new();
    collect(dir, "", &mut parts)?;
    let total: u64 = parts.values().map(|(_, bytes)| bytes).sum();
    let mut zip = ZipWriter::new(BufWriter::new(File::create(to)?));
    let mut done = 0;
    for (name, (path, bytes)) in parts {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(bytes >= WIDE_FROM);
        zip.start_file(name, options).map_err(damaged)?;
        io::copy(&mut File::open(path)?, &mut zip)?;
        done += bytes;
        progress(done, total);
    }
    zip.finish().map_err(damaged)?.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    Ok(())
}

fn collect(dir: &Path, before: &str, parts: &mut BTreeMap<String, (PathBuf, u64)>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), parts)?;
        } else {
            parts.insert(name, (entry.path(), entry.metadata()?.len()));
        }
    }
    Ok(())
}

fn damaged(error: zip::result::ZipError) -> WriteProblem {
    WriteProblem::Io(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::reading::archive::unpack;

    #[test]
    fn what_is_packed_unpacks_and_packs_to_the_same_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("chain")).unwrap();
        fs::write(from.join("chain/head.txt"), "头").unwrap();
        fs::write(from.join("样本.csv"), "a,b\r\n").unwrap();
        let zips = ["1.zip", "2.zip"].map(|name| dir.path().join(name));
        pack(&from, &zips[0], &mut |_, _| ()).unwrap();
        unpack(&zips[0], &to, 1 << 20).unwrap();
        assert_eq!(fs::read_to_string(to.join("chain/head.txt")).unwrap(), "头");
        assert_eq!(fs::read_to_string(to.join("样本.csv")).unwrap(), "a,b\r\n");
        pack(&to, &zips[1], &mut |_, _| ()).unwrap();
        assert_eq!(fs::read(&zips[0]).unwrap(), fs::read(&zips[1]).unwrap());
    }
}
