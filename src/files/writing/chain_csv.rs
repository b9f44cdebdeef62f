//! The payee lines that go out with the chain: plain CSV for machines. What a spreadsheet would run as a formula is disarmed
//! here too; whoever checks the digests takes the first apostrophe away again.

use super::WriteProblem;
use super::package::disarmed;
use std::fs::File;
use std::path::Path;

pub struct ChainCsv(csv::Writer<File>);

impl ChainCsv {
    pub fn create(path: &Path, header: &[&str]) -> Result<ChainCsv, WriteProblem> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_path(path)?;
        out.write_record(header)?;
        Ok(ChainCsv(out))
    }

    pub fn row(&mut self, cells: &[&str]) -> Result<(), WriteProblem> {
        for cell in cells {
            let number = cell.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
            let cell = if number { (*cell).into() } else { disarmed(cell) };
            self.0.write_field(cell.as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    pub fn finish(mut self) -> Result<(), WriteProblem> {
        self.0.flush()?;
        Ok(())
    }
}
