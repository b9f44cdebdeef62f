//! Where a project stands on a day, out of two sources: its row in the register, which came by the `projects` file, and what
//! was recorded here, event by event. A recorded step counts before the file's; a step that only the file knows counts as
//! recorded from that file. A return (退回) voids the steps from its target on, in the file too, unless the file gives a later day.

use super::{Act, Position, State, Step};
use chrono::NaiveDate;

/// The project's row in the register, and the file it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub department: String,
    pub implementer: String,
    pub region: String,
    /// 计划投资, in fen.
    pub planned: i64,
    pub filed: [Option<NaiveDate>; 4],
    pub notice: Option<(NaiveDate, NaiveDate)>,
    pub started: Option<NaiveDate>,
    pub finished: Option<NaiveDate>,
    pub completion_notice: Option<NaiveDate>,
    pub goal: String,
    pub state: State,
    pub origin: Origin,
}

/// The file's name, row, and who sent it in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub file: String,
    pub row: i64,
    pub actor: String,
}

/// What was recorded here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub act: Act,
    pub date: NaiveDate,
    pub doc_no: String,
    pub office: String,
    pub opinion: String,
    pub actor: String,
    /// Microseconds since 1970 UTC.
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub facts: Facts,
    /// In the order recorded.
    pub events: Vec<Event>,
}

/// A filing step that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed<'a> {
    pub date: NaiveDate,
    pub by: By<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By<'a> {
    Event(&'a Event),
    File(&'a Origin),
}

impl By<'_> {
    pub fn actor(&self) -> &str {
        match self {
            By::Event(event) => &event.actor,
            By::File(origin) => &origin.actor,
        }
    }
}

/// A project on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    pub state: State,
    pub filed: [Option<Filed<'a>>; 4],
    /// The veto in force.
    pub veto: Option<&'a Event>,
}

impl Standing<'_> {
    pub fn position(&self) -> Position {
        Position { state: self.state, steps: [0, 1, 2, 3].map(|at: usize| self.filed[at].is_some()), frozen: self.veto.is_some() }
    }

    /// A step that is dated before the one before it, with that one.
    pub fn out_of_order(&self) -> Option<(Step, Step)> {
        let mut latest: Option<(Step, NaiveDate)> = None;
        for step in Step::ALL {
            let Some(filed) = &self.filed[step.index()] else { continue };
            match latest {
                Some((before, date)) if filed.date < date => return Some((before, step)),
                _ => latest = Some((step, filed.date)),
            }
        }
        None
    }
}

impl Record {
    /// As it stands after all that is known.
    pub fn now(&self) -> Standing<'_> {
        self.on(NaiveDate::MAX)
    }

    /// As it stood at the end of a day, by the dates of what was recorded.
    pub fn on(&self, day: NaiveDate) -> Standing<'_> {
        Standing { state: self.state(day), filed: Step::ALL.map(|step| self.filed(step, day)), veto: self.veto(day) }
    }

    fn until(&self, day: NaiveDate) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.iter().filter(move |event| event.date <= day)
    }

    /// The last return that voids a step.
    fn returned(&self, step: Step, day: NaiveDate) -> Option<&Event> {
        self.until(day).rfind(|event| matches!(event.act, Act::Return(to) if to <= step))
    }

    /// The day from which the filing that counts began: that of the last return, if there was one.
    pub fn filing_since(&self) -> Option<NaiveDate> {
        self.returned(Step::Province, NaiveDate::MAX).map(|event| event.date)
    }

    fn filed(&self, step: Step, day: NaiveDate) -> Option<Filed<'_>> {
        let returned = self.returned(step, day);
        let recorded = self.until(day).rfind(|event| event.act == Act::File(step));
        if let Some(event) = recorded.filter(|event| returned.is_none_or(|returned| returned.id < event.id)) {
            return Some(Filed { date: event.date, by: By::Event(event) });
        }
        let date = self.facts.filed[step.index()].filter(|date| *date <= day)?;
        let counts = returned.is_none_or(|returned| returned.date <= date);
        counts.then_some(Filed { date, by: By::File(&self.facts.origin) })
    }

    fn state(&self, day: NaiveDate) -> State {
        let changes = || self.events.iter().filter_map(|event| Some((event.date, event.act.state()?)));
        let Some((_, last)) = changes().next_back() else { return self.facts.state };
        // a file that is ahead of what was recorded here says what happened since
        if self.facts.state > last {
            return self.facts.state;
        }
        match changes().rfind(|(date, _)| *date <= day) {
            Some((_, state)) => state,
            None => self.before_first(),
        }
    }

    /// The state before the first that was recorded here.
    fn before_first(&self) -> State {
        match self.events.iter().find_map(|event| event.act.state()) {
            Some(State::Works) => State::Library,
            Some(State::Done) => State::Works,
            Some(State::Out) => self.facts.state.min(State::Works),
            _ => State::Reserve,
        }
    }

    fn veto(&self, day: NaiveDate) -> Option<&Event> {
        self.until(day).rfind(|event| matches!(event.act, Act::Veto | Act::Unveto)).filter(|event| event.act == Act::Veto)
    }

    /// The day when work was finished, recorded or from the file.
    pub fn finished(&self) -> Option<NaiveDate> {
        self.day_of(Act::Finish).or(self.facts.finished)
    }

    pub fn started(&self) -> Option<NaiveDate> {
        self.day_of(Act::Start).or(self.facts.started)
    }

    fn day_of(&self, act: Act) -> Option<NaiveDate> {
        self.events.iter().rfind(|event| event.act == act).map(|event| event.date)
    }

    /// The latest day among the filing steps that count and the changes of state: no further act may be dated before it.
    pub fn latest(&self) -> Option<NaiveDate> {
        let filed = self.now().filed.iter().flatten().map(|filed| filed.date).max();
        let changed = self.events.iter().filter(|event| !matches!(event.act, Act::Veto | Act::Unveto)).map(|event| event.date).max();
        filed.max(changed).max(self.started()).max(self.finished())
    }
}
