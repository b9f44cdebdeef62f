//! A curve as a bureau writes it in its settings: `linear`, `monthly`,
//! `stairs:03-31=25,06-30=50,09-30=75,11-30=92,12-31=95`, or `interpolated:` with the same points.
//! The targets are percentages; a percent sign behind them is welcome.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::{Curve, Milestone, PolicyError};

impl FromStr for Curve {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Curve, PolicyError> {
        let refused = || PolicyError::Curve(text.to_owned());
        let (kind, points) = text.split_once(':').unwrap_or((text, ""));
        match kind.trim() {
            "linear" if points.is_empty() => Ok(Curve::Linear),
            "monthly" if points.is_empty() => Ok(Curve::Monthly),
            "stairs" => milestones(points).map(Curve::Stairs).ok_or_else(refused),
            "interpolated" => milestones(points).map(Curve::Interpolated).ok_or_else(refused),
            _ => Err(refused()),
        }
    }
}

fn milestones(points: &str) -> Option<Vec<Milestone>> {
    points.split(',').map(milestone).collect()
}

fn milestone(point: &str) -> Option<Milestone> {
    let (date, percent) = point.trim().split_once('=')?;
    let (month, day) = date.trim().split_once('-')?;
    let percent = Decimal::from_str(percent.trim().trim_end_matches('%').trim_end()).ok()?;
    Some(Milestone { month: month.parse().ok()?, day: day.parse().ok()?, share: percent.checked_div(Decimal::ONE_HUNDRED)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_read_as_written() {
        assert_eq!("linear".parse(), Ok(Curve::Linear));
        let point = |month, day, hundredths| Milestone { month, day, share: Decimal::new(hundredths, 2) };
        let stairs = Curve::Stairs(vec![point(3, 31, 25), point(12, 31, 95)]);
        assert_eq!("stairs: 03-31=25%, 12-31=95".parse(), Ok(stairs));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "straight", "linear:03-31=1", "stairs", "stairs:3月=25", "stairs:03-31=x"] {
            assert_eq!(text.parse::<Curve>(), Err(PolicyError::Curve(text.to_owned())));
        }
    }
}
