//! From keys to indices.

use foldhash::HashMap;

/// From ids that a counter gave out, mostly dense, to indices.
#[derive(Debug, Default)]
pub struct IdIndex {
    dense: Vec<u32>,
    sparse: HashMap<i64, u32>,
}

const FREE: u32 = u32::MAX;

impl IdIndex {
    pub fn new(ids: impl ExactSizeIterator<Item = i64> + Clone) -> IdIndex {
        let count = ids.len();
        let most = ids.clone().max().unwrap_or(0);
        let mut index = IdIndex::default();
        let dense = usize::try_from(most).is_ok_and(|most| most <= count * 8 + 1_024);
        if dense {
            index.dense = vec![FREE; most as usize + 1];
        }
        for (at, id) in ids.enumerate() {
            match usize::try_from(id).ok().and_then(|id| index.dense.get_mut(id)) {
                Some(place) => *place = at as u32,
                None => {
                    index.sparse.insert(id, at as u32);
                }
            }
        }
        index
    }

    pub fn get(&self, id: i64) -> Option<u32> {
        match usize::try_from(id).ok().and_then(|id| self.dense.get(id)) {
            Some(&at) => (at != FREE).then_some(at),
            None => self.sparse.get(&id).copied(),
        }
    }
}

/// What people are found by.
#[derive(Debug, Default)]
pub struct PeopleIndex {
    pub by_id: IdIndex,
    /// By packed ID number.
    pub by_number: HashMap<u64, u32>,
    pub household_by_id: IdIndex,
}

impl PeopleIndex {
    pub fn insert(&mut self, id_no: &str, at: u32) {
        if let Some(key) = pack(id_no) {
            self.by_number.insert(key, at);
        }
    }

    pub fn find(&self, id_no: &str) -> Option<u32> {
        self.by_number.get(&pack(id_no)?).copied()
    }
}

/// The 17 digits × 16 + the check digit (X = 10); nothing for a text of another form.
pub fn pack(id_no: &str) -> Option<u64> {
    let bytes = <&[u8; 18]>::try_from(id_no.as_bytes()).ok()?;
    let mut number = 0u64;
    for &byte in &bytes[..17] {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    let check = match bytes[17] {
        b'X' | b'x' => 10,
        digit if digit.is_ascii_digit() => u64::from(digit - b'0'),
        _ => return None,
    };
    Some(number * 16 + check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_dense_and_sparse() {
        for ids in [vec![3, 1, 2], vec![5_000_000_000, 1, 70]] {
            let index = IdIndex::new(ids.iter().copied());
            for (at, id) in ids.iter().enumerate() {
                assert_eq!(index.get(*id), Some(at as u32));
            }
            assert_eq!((index.get(0), index.get(-1), index.get(4)), (None, None, None));
        }
    }

    #[test]
    fn numbers_pack_apart() {
        assert_ne!(pack("46900719600101001X"), pack("469007196001010010"));
        assert_eq!(pack("46900719600101001x"), pack("46900719600101001X"));
        assert_eq!(pack("4690071960010100"), None);
    }
}
