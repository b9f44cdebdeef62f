//! What must hold for any money whatever: conservation, exact totals, ranks, exact targets.

use proptest::prelude::*;

use super::*;

fn any_holding() -> impl Strategy<Value = Holding> {
    prop::array::uniform9(0i64..1_000_000_000_000).prop_map(|places| {
        let [a, b, c, d, e, f, g, h, i] = places.map(Fen::new);
        Holding {
            unallocated: a,
            allocated: b,
            reserved: c,
            in_transit: d,
            returned: e,
            moved: f,
            retention: g,
            paid_household: h,
            paid_payee: i,
            ..Holding::new("x", "某单位")
        }
    })
}

proptest! {
    /// Moving money between places changes nothing that is available.
    #[test]
    fn moves_conserve_the_available_money(holding in any_holding(), part in 0u32..=100) {
        let before = holding.available().unwrap();
        let moved = holding.in_transit.get() * i64::from(part) / 100;
        let mut after = holding.clone();
        after.in_transit = Fen::new(after.in_transit.get() - moved);
        after.paid_household = Fen::new(after.paid_household.get() + moved);
        prop_assert_eq!(after.available().unwrap(), before);
        prop_assert_eq!(after.spent().unwrap().get() - holding.spent().unwrap().get(), moved);
    }

    /// The total is made of raw figures: it equals the sum of the rows to the fen.
    #[test]
    fn the_total_is_the_sum_of_raw_rows(holdings in prop::collection::vec(any_holding(), 0..12)) {
        let day = date(2018, 9, 30);
        let report =
            ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default())
                .unwrap();
        let available: i64 = report.rows.iter().map(|row| row.available.get()).sum();
        let spent: i64 = report.rows.iter().map(|row| row.spent.get()).sum();
        prop_assert_eq!(report.total.available.get(), available);
        prop_assert_eq!(report.total.spent.get(), spent);
    }

    /// A rank is one more than the number of strictly better groups, and rows come in its order.
    #[test]
    fn a_rank_counts_the_better_ones(pairs in prop::collection::vec((0i64..6, 0i64..6), 0..15)) {
        let holdings: Vec<Holding> = pairs
            .iter()
            .map(|&(left, paid)| group("g", Fen::new(left + paid), Fen::new(paid)))
            .collect();
        let day = date(2018, 9, 30);
        let report =
            ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default())
                .unwrap();
        for row in &report.rows {
            let better = report.rows.iter().filter(|other| other.progress > row.progress).count();
            let expected = row.progress.map(|_| better as u32 + 1);
            prop_assert_eq!(row.rank, expected);
        }
        prop_assert!(report.rows.is_sorted_by_key(|row| row.rank.unwrap_or(u32::MAX)));
    }

    /// Spending what is still to be spent meets the target, and one fen less does not.
    #[test]
    fn what_is_still_to_spend_is_exact(holding in any_holding()) {
        let policy = Policy::default();
        let row = ProgressRow::measure(&holding, None, date(2018, 9, 30), &policy).unwrap();
        let due = i128::from(row.available.get()) * 95;
        let spent = i128::from(row.spent.get());
        let more = i128::from(row.still_to_spend.get());
        prop_assert!((spent + more) * 100 >= due);
        prop_assert!(more == 0 || (spent + more - 1) * 100 < due);
        let days = i128::from(row.days_left);
        prop_assert!(i128::from(row.needed_per_day.get()) * days >= more);
        prop_assert!(row.forecast <= row.available);
    }
}
