//! How wide the columns of a table are, for every writer that sets a table on a page of fixed width: each column by what stands
//! in it; where not everything fits, first headers take two lines, then long texts wrap, the longest first; figures are
//! broken last of all.

/// What a column asks for, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Demand {
    /// Contents and header on one line.
    pub wanted: usize,
    /// Contents on one line, the header on two.
    pub least: usize,
    /// With its text wrapped; for figures the same as `least`.
    pub floor: usize,
}

/// Shares `total` out; the widths come to it, but for what rounding leaves.
pub(super) fn share(demands: &[Demand], total: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = demands.iter().map(|demand| demand.wanted).collect();
    lower(&mut widths, total, |index| demands[index].least);
    lower(&mut widths, total, |index| demands[index].floor);
    let all = widths.iter().sum::<usize>().max(1);
    widths.iter().map(|width| width * total / all).collect()
}

/// Lowers the widest columns to one level, none below its floor, until all come to `total` or nothing more can be taken.
fn lower(widths: &mut [usize], total: usize, floor: impl Fn(usize) -> usize) {
    let cut = |widths: &[usize], level: usize| -> Vec<usize> {
        widths.iter().enumerate().map(|(index, &width)| width.min(level.max(floor(index)))).collect()
    };
    if widths.iter().sum::<usize>() <= total {
        return;
    }
    let (mut low, mut high) = (0, widths.iter().copied().max().unwrap_or(0));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if cut(widths, middle).iter().sum::<usize>() <= total {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    widths.copy_from_slice(&cut(widths, low));
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn demand(wanted: usize, least: usize, floor: usize) -> Demand {
        Demand { wanted, least, floor }
    }

    #[test]
    fn what_fits_is_spread_in_proportion() {
        assert_eq!(share(&[demand(100, 80, 80), demand(300, 200, 50)], 800), [200, 600]);
    }

    #[test]
    fn the_longest_text_gives_way_first_and_figures_keep_their_width() {
        // 1000 for a figure of 300, a short name of 100 and a remark that would take 2000
        let shared = share(&[demand(350, 300, 300), demand(120, 100, 60), demand(2_000, 2_000, 200)], 1_000);
        assert_eq!(shared, [300, 100, 600]);
    }

    #[test]
    fn when_nothing_helps_all_are_scaled() {
        assert_eq!(share(&[demand(600, 600, 600), demand(600, 600, 600)], 600), [300, 300]);
        assert_eq!(share(&[], 600), Vec::<usize>::new());
    }
}
