//! PostgreSQL: connecting, prepared statements kept by text, and values in and out.

use super::value::{Row, Value};
use super::{Result, StoreError};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;
use std::error::Error;
use std::ops::{Deref, DerefMut};

pub(super) struct Pg {
    pub(super) client: Closing,
    statements: HashMap<String, Statement>,
}

/// A client that closes on a thread of its own: the driver waits for the end of its connection, which threads that serve others
/// may not.
pub(super) struct Closing(Option<Client>);

impl Deref for Closing {
    type Target = Client;
    #[allow(clippy::expect_used)] // taken by Drop alone
    fn deref(&self) -> &Client {
        self.0.as_ref().expect("the client is there until it is dropped")
    }
}

impl DerefMut for Closing {
    #[allow(clippy::expect_used)] // as above
    fn deref_mut(&mut self) -> &mut Client {
        self.0.as_mut().expect("the client is there until it is dropped")
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let client = self.0.take();
        let _ = std::thread::spawn(move || drop(client)).join(); // what does not close ends with the process
    }
}

pub(super) fn open(url: &str) -> Result<Pg> {
    let mut client = Client::connect(url, NoTls).map_err(|error| StoreError::Open {
        what: "连接不上 PostgreSQL".into(),
        detail: format!("请检查地址、用户和服务是否运行。（{error}）"),
    })?;
    client.batch_execute(
        "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on",
    )?;
    Ok(Pg { client: Closing(Some(client)), statements: HashMap::new() })
}

impl Pg {
    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let statement = self.prepared(sql)?;
        let mut rows = self.client.query_raw(&statement, params.iter())?;
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(row.len());
            for column in 0..row.len() {
                values.push(read(&row, column)?);
            }
            each(Row(values))?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
        Ok(self.client.execute(&statement, &params)?)
    }
}

fn read(row: &postgres::Row, column: usize) -> Result<Value> {
    let kind = row.columns()[column].type_().clone();
    Ok(match kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
        Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN | Type::BPCHAR => row.try_get::<_, Option<String>>(column)?.into(),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
        other => return Err(StoreError::Schema(format!("查询返回了未约定的类型 {other}"))),
    })
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(n), &Type::INT4) => i32::try_from(*n)?.to_sql(ty, out),
            (Value::Int(n), _) => n.to_sql(ty, out),
            (Value::Text(s), _) => s.to_sql(ty, out),
            (Value::Bytes(b), _) => b.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::BYTEA | Type::UNKNOWN | Type::BPCHAR | Type::NAME)
    }

    to_sql_checked!();
}
