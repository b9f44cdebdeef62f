//! The mark that the next page begins after: list, sort and the last row's sort value and key. A key may hold an ID number, so
//! the mark is sealed with the book's secret: nobody reads it, and one that was not made here, or for another list or sort, is
//! refused. The seal is a synthetic-IV construction over SM3: the tag authenticates the text and keys its stream.

use super::query::Query;
use crate::domain::ledger::chain::Canonical;
use crate::store::Value;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Sort value (if any) and key of the last row seen.
pub type Place = Vec<Value>;

const TAG: usize = 16;
/// Longer texts are no marks of ours.
const LONGEST: usize = 4_096;

/// Makes the mark.
pub fn seal(secret: &[u8], query: &Query, place: &Place) -> String {
    let values: Vec<serde_json::Value> = place.iter().map(to_json).collect();
    let text = serde_json::Value::Array(values).to_string().into_bytes();
    let tag = tag(secret, query, &text);
    let mut bytes = tag.to_vec();
    bytes.extend(stream(secret, &tag, &text));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a mark; `None` for anything that this list and sort did not make.
pub fn open(secret: &[u8], query: &Query, mark: &str) -> Option<Place> {
    if mark.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(mark).ok()?;
    let (tag_given, sealed) = bytes.split_at_checked(TAG)?;
    let text = stream(secret, tag_given, sealed);
    if tag(secret, query, &text) != tag_given {
        return None;
    }
    let values: Vec<serde_json::Value> = serde_json::from_slice(&text).ok()?;
    values.iter().map(from_json).collect()
}

fn tag(secret: &[u8], query: &Query, text: &[u8]) -> [u8; TAG] {
    let mut c = Canonical::default();
    c.text("list cursor").bytes(secret).text(query.spec.name).text(query.sort.map_or("", |column| column.key));
    c.byte(u8::from(query.downwards)).bytes(text);
    // another way in may have another order
    for (expression, _) in query.door().key {
        c.text(expression);
    }
    let whole = c.finish();
    let mut tag = [0; TAG];
    tag.copy_from_slice(&whole[..TAG]);
    tag
}

/// The text under the key stream of a tag; the same again gives the text back.
fn stream(secret: &[u8], tag: &[u8], text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (number, chunk) in (0..).zip(text.chunks(32)) {
        let mut c = Canonical::default();
        c.text("list cursor stream").bytes(secret).bytes(tag).int(number);
        out.extend(chunk.iter().zip(c.finish()).map(|(byte, key)| byte ^ key));
    }
    out
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        // Sort values and keys are never NULL nor bytes.
        Value::Null | Value::Bytes(_) => serde_json::Value::Null,
    }
}

fn from_json(value: &serde_json::Value) -> Option<Value> {
    match value {
        serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
        serde_json::Value::String(text) => Some(Value::Text(text.clone())),
        _ => None,
    }
}
