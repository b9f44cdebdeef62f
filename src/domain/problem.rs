//! What every refusal of a value has in common: it says in Chinese what is wrong (`Display`)
//! and how the person who keeps the file can mend it.

use std::fmt::Display;

pub trait Problem: Display {
    /// How to mend it, as an instruction to the person who keeps the file.
    fn mend(&self) -> &'static str;
}
