//! The four kinds of value that cross between the program and either database, and a row of them.

use super::{Result, StoreError};

/// An owned value, for parameters and results.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A borrowed value, for bulk loading without copies.
#[derive(Debug, Clone, Copy)]
pub enum Field<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    pub fn int(self) -> Result<i64> {
        match self {
            Field::Int(n) => Ok(n),
            other => Err(StoreError::Schema(format!("应为整数，实为 {other:?}"))),
        }
    }

    pub fn text(self) -> Result<&'a str> {
        match self {
            Field::Text(s) => Ok(s),
            other => Err(StoreError::Schema(format!("应为文字，实为 {other:?}"))),
        }
    }
}

impl Value {
    pub fn as_field(&self) -> Field<'_> {
        match self {
            Value::Null => Field::Null,
            Value::Int(n) => Field::Int(*n),
            Value::Text(s) => Field::Text(s),
            Value::Bytes(b) => Field::Bytes(b),
        }
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Value::Text(s.to_string())
    }
}
impl From<String> for Value {
    fn from(s: String) -> Self {
        Value::Text(s)
    }
}
impl From<&String> for Value {
    fn from(s: &String) -> Self {
        Value::Text(s.clone())
    }
}
impl From<Vec<u8>> for Value {
    fn from(b: Vec<u8>) -> Self {
        Value::Bytes(b)
    }
}
impl From<&[u8]> for Value {
    fn from(b: &[u8]) -> Self {
        Value::Bytes(b.to_vec())
    }
}
impl From<[u8; 32]> for Value {
    fn from(b: [u8; 32]) -> Self {
        Value::Bytes(b.to_vec())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}

/// Builds a parameter list from mixed types: `params![book, "text", date]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Value::from($value)),*][..] };
}

/// A result row; columns by position in the query. A wrong type is a defect of the query and says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(Value::Int(n)) => Ok(*n),
            other => Err(wrong("整数", column, other)),
        }
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.int(column).map(Some),
        }
    }

    pub fn text(&self, column: usize) -> Result<&str> {
        match self.0.get(column) {
            Some(Value::Text(s)) => Ok(s),
            other => Err(wrong("文字", column, other)),
        }
    }

    pub fn string(&self, column: usize) -> Result<String> {
        self.text(column).map(str::to_string)
    }

    pub fn opt_string(&self, column: usize) -> Result<Option<String>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.string(column).map(Some),
        }
    }

    pub fn bytes(&self, column: usize) -> Result<&[u8]> {
        match self.0.get(column) {
            Some(Value::Bytes(b)) => Ok(b),
            other => Err(wrong("字节", column, other)),
        }
    }

    pub fn digest(&self, column: usize) -> Result<[u8; 32]> {
        let bytes = self.bytes(column)?;
        <[u8; 32]>::try_from(bytes).map_err(|_| wrong("32 字节摘要", column, self.0.get(column)))
    }
}

fn wrong(wanted: &str, column: usize, got: Option<&Value>) -> StoreError {
    StoreError::Schema(format!("查询第 {column} 列应为{wanted}，实为 {got:?}"))
}
