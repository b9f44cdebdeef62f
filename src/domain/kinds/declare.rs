//! The form in which a kind is declared: one line per column. The index constants come out of the
//! same lines as the columns, so they cannot disagree.

macro_rules! kind {
    (
        $module:ident = $name:literal $title:literal,
        key [$($key:ident),+], updates $updates:literal, total $total:expr;
        $( $id:ident $need:ident $zh:literal $en:literal $ty:expr $(, also $also:expr)? $(, note $note:literal)? ; )+
    ) => {
        #[doc = $title]
        pub mod $module {
            #[allow(unused_imports)]
            use $crate::domain::kinds::{Column, Kind, Type::{self, *}};

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum At { $($id),+ }
            $( #[doc = $zh] pub const $id: usize = At::$id as usize; )+

            pub static KIND: Kind = Kind {
                name: $name,
                title: $title,
                columns: &[$(
                    Column {
                        zh: $zh,
                        en: $en,
                        also: kind!(@or &[] $(, $also)?),
                        ty: $ty,
                        required: kind!(@need $need),
                        note: kind!(@or "" $(, $note)?),
                    }
                ),+],
                key: &[$($key),+],
                updates: $updates,
                money_total: $total,
            };
        }
    };
    (@need must) => { true };
    (@need may) => { false };
    (@or $default:expr) => { $default };
    (@or $default:expr, $given:expr) => { $given };
}
