//! How much of a file is too much. A hostile or broken file meets a limit before it meets memory.

#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the file as it came.
    pub file_bytes: u64,
    /// Bytes of all parts of an XLSX together, once inflated.
    pub inflated_bytes: u64,
    /// Bytes of the part of an XLSX that is held in memory (shared strings).
    pub resident_bytes: u64,
    /// Bytes of one CSV row, or of one text in an XLSX.
    pub record_bytes: usize,
    pub cell_chars: usize,
    pub columns: usize,
    pub rows: u64,
    /// Among how many first rows the header is looked for.
    pub header_rows: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 1 << 30,
            inflated_bytes: 1 << 30,
            resident_bytes: 256 << 20,
            record_bytes: 1 << 20,
            cell_chars: 4_096,
            columns: 1_000,
            rows: 5_000_000,
            header_rows: 20,
        }
    }
}
