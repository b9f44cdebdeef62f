//! Which keys a file has already given: sixteen bytes a row, so that a file of a million rows is still checked whole.

use super::chunk::Typed;
use crate::store::Field;
use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

/// By hash of the key: the row that had it first, and a hash of all its cells.
#[derive(Default)]
pub struct Seen(HashMap<u64, (u32, u32), std::hash::BuildHasherDefault<AsItIs>>);

pub enum Met {
    New,
    /// The same row again; where it was first.
    Same(u32),
    /// The same key with other content.
    Different(u32),
}

impl Seen {
    pub fn meet(&mut self, row: Typed<'_>, key: &[usize], number: u64) -> Met {
        let name = digest(key.iter().map(|&at| row.field(at)));
        let content = digest(row.fields()) as u32;
        match self.0.entry(name) {
            Entry::Vacant(place) => {
                place.insert((number as u32, content));
                Met::New
            }
            Entry::Occupied(place) => match *place.get() {
                (first, same) if same == content => Met::Same(first),
                (first, _) => Met::Different(first),
            },
        }
    }
}

fn digest<'f>(fields: impl Iterator<Item = Field<'f>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for field in fields {
        match field {
            Field::Null => 0_u8.hash(&mut hasher),
            Field::Int(n) => n.hash(&mut hasher),
            Field::Text(text) => text.hash(&mut hasher),
            Field::Bytes(bytes) => bytes.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// The keys are hashes already.
#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
