//! Links that a person may follow: what leads to a page that would be refused is shown, but leads nowhere.

use super::grid::Grid;
use super::ways;
use crate::domain::access::Principal;
use crate::service::catalogue;
use crate::service::door::may;
use std::collections::HashMap;

/// Tells of addresses whether a person may open them; addresses of one form are asked for once.
pub struct Doors<'a> {
    who: &'a Principal,
    known: HashMap<(String, usize, String), bool>,
}

const LINK: &str = "<a href=\"";

impl<'a> Doors<'a> {
    pub fn new(who: &'a Principal) -> Doors<'a> {
        Doors { who, known: HashMap::new() }
    }

    pub fn open(&mut self, href: &str) -> bool {
        let path = href.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let first = parts.first().copied().unwrap_or_default();
        // what stands second or last is a value in some forms and a word in others: it is kept only where a word may stand
        let last = if parts.len() == 2 && first != "do" { "" } else { parts.last().copied().unwrap_or_default() };
        let form = (first.to_string(), parts.len(), last.to_string());
        if let Some(known) = self.known.get(&form) {
            return *known;
        }
        let open = match path.strip_prefix("/do/") {
            Some(id) => catalogue::find(id).is_some_and(|operation| may(self.who, operation)),
            None => ways::find(path).is_none_or(|(operation, _)| may(self.who, operation)),
        };
        self.known.insert(form, open);
        open
    }

    /// Takes the links away that this person may not follow.
    pub fn close(&mut self, grid: &mut Grid) {
        for field in grid.lines.iter_mut().flat_map(|line| &mut line.fields) {
            if !field.href.is_empty() && !self.open(&field.href) {
                field.href.clear();
            }
        }
        grid.chart = self.close_chart(&grid.chart);
    }

    /// The same in a chart, whose links are written by `files::writing::chart`.
    pub fn close_chart(&mut self, chart: &str) -> String {
        let mut parts = chart.split(LINK);
        let mut out = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (href, rest) = part.split_once('"').unwrap_or((part, ""));
            if self.open(href) {
                out.push_str(LINK);
                out.push_str(part);
            } else {
                out.push_str("<a");
                out.push_str(rest);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples;

    #[test]
    fn what_would_be_refused_leads_nowhere() {
        let reader = samples::person(&["payout.read"]);
        let mut doors = Doors::new(&reader);
        assert!(doors.open("/batches/PC1") && doors.open("/batches?unit=1") && doors.open("/#x"));
        assert!(!doors.open("/funds") && !doors.open("/findings?state=open") && !doors.open("/do/batch.cancel?batch=1"));
        assert!(doors.open("/batches/PC2/signatures"));
        let chart = "<svg><a href=\"/funds?level=x\"><title>t</title></a><a href=\"/batches/1\"></a></svg>";
        assert_eq!(doors.close_chart(chart), "<svg><a><title>t</title></a><a href=\"/batches/1\"></a></svg>");
    }
}
