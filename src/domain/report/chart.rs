//! What charts are made of, as plain data: progress by month, a ranking, shares of a whole, the money's way. They hold the same
//! figures as the tables beside them; `files::writing::chart` draws them.

use crate::domain::money::Fen;
use rust_decimal::Decimal;

/// What a chart is called and what it shows in one sentence, for those who hear it read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Unique on the page; letters, digits and hyphens: other characters are left out.
    pub id: String,
    pub title: String,
    pub description: String,
}

impl Heading {
    pub fn new(id: &str, title: impl Into<String>, description: impl Into<String>) -> Heading {
        let id = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Heading { id, title: title.into(), description: description.into() }
    }
}

/// A month's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthPoint {
    /// 9月
    pub label: String,
    /// Spent of available; `None` for months still to come.
    pub actual: Option<Decimal>,
    /// What the schedule asks for at that day.
    pub schedule: Option<Decimal>,
    /// Where the point leads.
    pub href: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    pub head: Heading,
    pub months: Vec<MonthPoint>,
    /// 0.95
    pub target: Option<Decimal>,
    /// What the year's end is expected to come to.
    pub forecast: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Place in the ranking; `None` competes with nobody.
    pub rank: Option<u32>,
    pub label: String,
    /// A share of one; `None` where there is no money to spend.
    pub value: Option<Decimal>,
    /// Short of what the schedule asks for.
    pub behind: bool,
    /// What is said of it besides: `12.00 / 20.00 万元`.
    pub remark: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    pub head: Heading,
    pub bars: Vec<Bar>,
    pub schedule: Option<Decimal>,
    pub target: Option<Decimal>,
}

/// One bar and its amounts, in the order of the parts' names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    pub label: String,
    pub amounts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub amount: Fen,
    pub href: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    pub head: Heading,
    /// At most as many as there are patterns (seven).
    pub names: Vec<String>,
    pub stacks: Vec<Stack>,
}

/// A place where money is or comes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub label: String,
    /// From the left, counted from 0.
    pub column: usize,
    /// Which colour of the palette its bands have.
    pub colour: usize,
    pub href: Option<String>,
}

/// An amount that goes from one node to another, by their numbers. Nothing is drawn for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub from: usize,
    pub to: usize,
    pub amount: Fen,
    pub href: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowChart {
    pub head: Heading,
    pub nodes: Vec<Node>,
    pub flows: Vec<Flow>,
}

/// Any of them, as a paper holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    Trend(Trend),
    Ranking(Ranking),
    Shares(Shares),
    Flow(FlowChart),
}

impl Chart {
    pub fn head(&self) -> &Heading {
        match self {
            Chart::Trend(chart) => &chart.head,
            Chart::Ranking(chart) => &chart.head,
            Chart::Shares(chart) => &chart.head,
            Chart::Flow(chart) => &chart.head,
        }
    }

    /// The same chart with its links changed by `to`; where that gives nothing, the part leads nowhere.
    pub fn leading(&self, to: impl Fn(&str) -> Option<String>) -> Chart {
        let mut chart = self.clone();
        let lead = |href: &mut Option<String>| *href = href.as_deref().and_then(&to);
        match &mut chart {
            Chart::Trend(chart) => chart.months.iter_mut().for_each(|month| lead(&mut month.href)),
            Chart::Ranking(chart) => chart.bars.iter_mut().for_each(|bar| lead(&mut bar.href)),
            Chart::Shares(chart) => chart.stacks.iter_mut().flat_map(|stack| &mut stack.amounts).for_each(|part| lead(&mut part.href)),
            Chart::Flow(chart) => {
                chart.nodes.iter_mut().for_each(|node| lead(&mut node.href));
                chart.flows.iter_mut().for_each(|flow| lead(&mut flow.href));
            }
        }
        chart
    }

    /// The same chart under another id, for a page on which several stand.
    pub fn named(mut self, id: &str) -> Chart {
        let head = match &mut self {
            Chart::Trend(chart) => &mut chart.head,
            Chart::Ranking(chart) => &mut chart.head,
            Chart::Shares(chart) => &mut chart.head,
            Chart::Flow(chart) => &mut chart.head,
        };
        *head = Heading::new(id, head.title.as_str(), head.description.as_str());
        self
    }
}
