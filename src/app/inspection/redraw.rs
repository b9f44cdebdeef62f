//! The proof of a drawing: the frame kept (or a file of it) against the digest of the day, the sample drawn again from it and
//! the seed, and the books as they were known then against the frame. What differs is named.

use super::{draw, frame, stored};
use crate::app::{Bureau, Result};
use crate::domain::inspection::draw as drawing;
use crate::domain::inspection::frame::{Frame, FrameChange, digest};
use crate::domain::report::{Cell, Kind, Table};
use serde::Serialize;

/// One thing that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub what: &'static str,
    pub holds: bool,
    pub detail: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Redrawn {
    pub plan: String,
    pub checks: Vec<Check>,
}

impl Redrawn {
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new("redraw", format!("检查 {} 的抽样复核", self.plan))
            .column("what", "核对内容", Kind::Text)
            .column("holds", "结果", Kind::Text)
            .column("detail", "说明", Kind::Text);
        for check in &self.checks {
            table.push(vec![Cell::text(check.what), Cell::text(if check.holds { "相符" } else { "不符" }), Cell::text(&check.detail)]);
        }
        table
    }
}

/// Draws again and compares. `exported` is a frame out of a file, whose text must have the digest of the day.
pub fn redraw(bureau: &mut Bureau, code: &str, exported: Option<&Frame>) -> Result<Redrawn> {
    bureau.read(|tx, book| {
        let stored = stored::load(tx, book, code)?;
        let d = &stored.drawing;
        let mut checks = Vec::new();
        let mut put = |what, holds, detail: String| checks.push(Check { what, holds, detail });
        let same = digest(&stored.frame.to_csv()) == d.frame_digest;
        put("存档的抽样框与抽样时的摘要", same, format!("{} 个", stored.frame.items().len()));
        if let Some(exported) = exported {
            let same = digest(&exported.to_csv()) == d.frame_digest;
            let change = FrameChange::between(&stored.frame, exported);
            put("提交的抽样框文件与抽样时的摘要", same, if same { "一致".into() } else { change.words() });
        }
        let from = exported.unwrap_or(&stored.frame);
        let again = drawing::draw(d.steps.method, from, d.steps.size, &d.seed);
        let sample = draw::sample_csv(from, &again.chosen);
        let same = again.chosen == stored.chosen && digest(&sample) == d.sample_digest;
        put("按种子重新抽样与存档的样本", same, format!("重抽 {} 个，存档 {} 个", again.chosen.len(), stored.chosen.len()));
        let now = frame::build(tx, book, &stored.plan, d.known_to)?;
        let change = FrameChange::between(&stored.frame, &now);
        let same = now == stored.frame;
        let detail = if same {
            format!("截至凭证序号 {}", d.known_to)
        } else {
            format!("账簿和名册现在得出的抽样框{}", change.words())
        };
        put("账簿与抽样框", same, detail);
        Ok(Redrawn { plan: code.to_string(), checks })
    })
}
