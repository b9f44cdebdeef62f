//! The frame (抽样框): everything that could be drawn, in a fixed order, and its one written form, whose SM3 freezes it. Anyone
//! who holds that file, the seed and the parameters draws the same sample again.
//!
//! The form: UTF-8 without a mark, lines end with LF, first `seq,item,stratum,village,household,value_fen,weight`, then one line
//! an item, numbered from 1. A field with a comma, a quotation mark or a line end is quoted as RFC 4180 has it.

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub const FRAME_HEADER: &str = "seq,item,stratum,village,household,value_fen,weight";
pub const SAMPLE_HEADER: &str = "seq,frame_seq,item,hits,whole";

/// One thing that could be drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameItem {
    /// Township code.
    pub stratum: String,
    pub village: String,
    /// Household code; empty for a payment to a project.
    pub household: String,
    /// Batch+line, payment document or household code: unique in the frame.
    pub item: String,
    /// Fen.
    pub value: i64,
    /// Risk points where they decide; else 1.
    pub weight: i64,
}

/// The frame in its order: by township, village, household, item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame(Vec<FrameItem>);

/// A stratum (层) of the frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    pub name: String,
    pub items: i64,
    /// Fen.
    pub total: i64,
}

impl Frame {
    pub fn new(mut items: Vec<FrameItem>) -> Frame {
        items.sort();
        Frame(items)
    }

    /// In the order in which a file has them.
    pub fn in_order(items: Vec<FrameItem>) -> Frame {
        Frame(items)
    }

    pub fn items(&self) -> &[FrameItem] {
        &self.0
    }

    /// Sum of the values; `None` when it runs over.
    pub fn total(&self) -> Option<i64> {
        self.0.iter().try_fold(0i64, |sum, item| sum.checked_add(item.value))
    }

    /// How many households stand in it.
    pub fn households(&self) -> i64 {
        let mut codes: Vec<&str> = self.0.iter().map(|item| item.household.as_str()).filter(|code| !code.is_empty()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.len() as i64
    }

    /// The strata by name.
    pub fn strata(&self) -> Vec<Stratum> {
        let mut found: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for item in &self.0 {
            let stratum = found.entry(&item.stratum).or_default();
            stratum.0 += 1;
            stratum.1 = stratum.1.saturating_add(item.value);
        }
        found.into_iter().map(|(name, (items, total))| Stratum { name: name.to_string(), items, total }).collect()
    }

    /// The written form.
    pub fn to_csv(&self) -> String {
        let mut out = String::with_capacity(64 * (self.0.len() + 1));
        out.push_str(FRAME_HEADER);
        out.push('\n');
        for (at, i) in self.0.iter().enumerate() {
            let (stratum, village, household) = (field(&i.stratum), field(&i.village), field(&i.household));
            out.push_str(&format!("{},{},{stratum},{village},{household},{},{}\n", at + 1, field(&i.item), i.value, i.weight));
        }
        out
    }
}

/// SM3 of a written form.
pub fn digest(text: &str) -> [u8; 32] {
    Sm3::digest(text.as_bytes()).into()
}

/// A field of the written form.
pub fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) { Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))) } else { Cow::Borrowed(text) }
}

/// What two frames differ in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameChange {
    pub added: Vec<String>,
    pub gone: Vec<String>,
    pub changed: Vec<String>,
}

impl FrameChange {
    pub fn between(before: &Frame, after: &Frame) -> FrameChange {
        let by_item = |frame: &Frame| -> BTreeMap<String, FrameItem> { frame.0.iter().map(|i| (i.item.clone(), i.clone())).collect() };
        let (before, after) = (by_item(before), by_item(after));
        let mut change = FrameChange::default();
        for (item, is) in &after {
            match before.get(item) {
                None => change.added.push(item.clone()),
                Some(was) if was != is => change.changed.push(item.clone()),
                Some(_) => {}
            }
        }
        change.gone = before.into_keys().filter(|item| !after.contains_key(item)).collect();
        change
    }

    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }

    /// In words, the first few by name.
    pub fn words(&self) -> String {
        const NAMED: usize = 5;
        let part = |what: &str, items: &[String]| {
            let named = items.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
            let more = if items.len() > NAMED { " 等" } else { "" };
            (!items.is_empty()).then(|| format!("{what} {} 个（{named}{more}）", items.len()))
        };
        let parts = [part("多出", &self.added), part("缺少", &self.gone), part("内容不同", &self.changed)];
        let told: Vec<String> = parts.into_iter().flatten().collect();
        if told.is_empty() { "各项相同，只是次序或写法不同".to_string() } else { told.join("，") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(stratum: &str, item: &str, value: i64) -> FrameItem {
        FrameItem { stratum: stratum.into(), village: "V".into(), household: "H".into(), item: item.into(), value, weight: 1 }
    }

    #[test]
    fn the_written_form_is_fixed() {
        let frame = Frame::new(vec![item("乙", "b,1", 5), item("甲", "a", 7)]);
        let text = "seq,item,stratum,village,household,value_fen,weight\n1,\"b,1\",乙,V,H,5,1\n2,a,甲,V,H,7,1\n";
        assert_eq!(frame.to_csv(), text);
        assert_eq!((frame.total(), frame.households(), frame.strata().len()), (Some(12), 1, 2));
    }

    #[test]
    fn a_changed_frame_is_named() {
        let before = Frame::new(vec![item("甲", "a", 7), item("甲", "b", 7)]);
        let after = Frame::new(vec![item("甲", "a", 8), item("甲", "c", 7)]);
        let change = FrameChange::between(&before, &after);
        assert_eq!(change.words(), "多出 1 个（c），缺少 1 个（b），内容不同 1 个（a）");
        assert!(FrameChange::between(&before, &before).is_empty());
    }
}
