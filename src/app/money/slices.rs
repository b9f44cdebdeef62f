//! Which money a payment is made of. A payment draws on one or several dimension sets in order: slices of its running total.
//! A part of it, such as one line of a batch or a refund, is the slices that its interval covers, so that every fen keeps
//! its fund without a record of its own.

use crate::app::ledger::{Movement, balance};
use crate::app::{Book, Result};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;

/// An amount of one dimension set, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub dim: i64,
    pub amount: i64,
}

/// The part `from..to` (fen) of the running total of `slices`.
pub fn interval(slices: &[Slice], from: i64, to: i64) -> Vec<Slice> {
    let mut start = 0;
    let mut part = Vec::new();
    for slice in slices {
        let end = start + slice.amount;
        let amount = end.min(to) - start.max(from);
        if amount > 0 {
            part.push(Slice { dim: slice.dim, amount });
        }
        start = end;
    }
    part
}

/// Adds slices up by dimension set, in order of first appearance.
pub fn gather(into: &mut Vec<Slice>, part: &[Slice]) {
    for slice in part {
        match into.iter_mut().find(|s| s.dim == slice.dim) {
            Some(known) => known.amount += slice.amount,
            None => into.push(*slice),
        }
    }
}

pub fn movements(slices: &[Slice]) -> Vec<Movement> {
    slices.iter().map(|slice| Movement::within(slice.dim, Fen::new(slice.amount))).collect()
}

/// Takes `amount` from the balances of `account` in the order of `dims`. `Err` holds what is there if that is not enough.
pub fn draw(tx: &mut Tx<'_>, book: &Book, account: i64, dims: &[i64], amount: i64) -> Result<std::result::Result<Vec<Slice>, i64>> {
    let mut left = amount;
    let mut slices = Vec::new();
    let mut have = 0;
    for dim in dims {
        let balance = balance(tx, book, account, *dim)?;
        have += balance;
        let taken = left.min(balance);
        if taken > 0 {
            slices.push(Slice { dim: *dim, amount: taken });
            left -= taken;
        }
    }
    Ok(if left == 0 { Ok(slices) } else { Err(have) })
}

/// Stored slices of a batch or a disbursement; `table` is `batch_slice` or `disbursement_slice`.
pub fn load(tx: &mut Tx<'_>, book: &Book, table: SliceTable, id: i64) -> Result<Vec<Slice>> {
    let (table, key) = table.names();
    let rows = tx.query(&format!("SELECT dim, amount FROM {table} WHERE book = $1 AND {key} = $2 ORDER BY slice"), params![book.id, id])?;
    rows.iter().map(|row| Ok(Slice { dim: row.int(0)?, amount: row.int(1)? })).collect()
}

pub fn store(tx: &mut Tx<'_>, book: &Book, table: SliceTable, id: i64, slices: &[Slice]) -> Result<()> {
    let (table, key) = table.names();
    for (index, slice) in slices.iter().enumerate() {
        tx.execute(
            &format!("INSERT INTO {table} (book, {key}, slice, dim, amount) VALUES ($1, $2, $3, $4, $5)"),
            params![book.id, id, index as i64 + 1, slice.dim, slice.amount],
        )?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
pub enum SliceTable {
    Batch,
    Disbursement,
}

impl SliceTable {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            SliceTable::Batch => ("batch_slice", "batch"),
            SliceTable::Disbursement => ("disbursement_slice", "disbursement"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slice(dim: i64, amount: i64) -> Slice {
        Slice { dim, amount }
    }

    #[test]
    fn a_line_may_straddle_two_funds() {
        let slices = [slice(1, 100), slice(2, 50)];
        assert_eq!(interval(&slices, 90, 120), vec![slice(1, 10), slice(2, 20)]);
        assert_eq!(interval(&slices, 0, 100), vec![slice(1, 100)]);
        assert_eq!(interval(&slices, 150, 160), vec![]);
    }

    proptest! {
        #[test]
        fn parts_make_the_whole(amounts in prop::collection::vec(1i64..1000, 1..8), cut in 0i64..8000) {
            let slices: Vec<Slice> = amounts.iter().enumerate().map(|(i, a)| slice(i as i64, *a)).collect();
            let total: i64 = amounts.iter().sum();
            let cut = cut % (total + 1);
            let mut whole = interval(&slices, 0, cut);
            gather(&mut whole, &interval(&slices, cut, total));
            prop_assert_eq!(whole, slices);
        }
    }
}
