//! The list of families, what happens without fonts, and which face a character comes from.

use super::*;

#[test]
fn the_shipped_list_is_in_order() {
    let families = families::listed(None).unwrap();
    for role in Role::ALL {
        assert!(families.iter().any(|family| family.role == role), "{}", role.name());
    }
}
