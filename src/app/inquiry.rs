//! Looking things up in the books: vouchers as they stand on paper, batches with their stages and returned lines, funds with
//! what is left of them. Nothing here changes anything, and no answer shows a whole name or account.

pub mod batch;
pub mod fund;
pub mod period;
pub mod voucher;

#[cfg(test)]
mod tests;
