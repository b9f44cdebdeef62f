//! Identity numbers, accounts and codes: right ones, wrong ones, and how they are masked.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::domain::calendar;

fn id_of(body: &str) -> String {
    let bytes: &[u8; 17] = body.as_bytes().try_into().unwrap();
    format!("{body}{}", id_check_char(bytes) as char)
}

#[test]
fn reads_identity_numbers_as_people_write_them() {
    // The worked example of GB 11643.
    let id = IdNumber::parse("11010519491231002x").unwrap();
    assert_eq!(id.as_str(), "11010519491231002X");
    assert_eq!(calendar::date_to_int(id.birth()), 19_491_231);
    assert!(id.is_female());
    for text in [" 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X", "11010519491231002ｘ"]
    {
        assert_eq!(IdNumber::parse(text), Ok(id), "{text}");
    }
    assert_eq!(IdNumber::from_packed(id.packed()), Some(id));
    assert_eq!(format!("{id:?}"), "IdNumber(1101**********002X)");
}

#[test]
fn lengthens_and_marks_first_generation_numbers() {
    let parsed = IdNumber::parse_flagged("110105491231002").unwrap();
    assert!(parsed.from_fifteen);
    assert_eq!(parsed.number.as_str(), "11010519491231002X");
    assert!(!IdNumber::parse_flagged("11010519491231002X").unwrap().from_fifteen);
}

#[test]
fn names_each_fault_of_an_identity_number() {
    use IdentityProblem::*;
    for (text, problem) in [
        ("", IdEmpty),
        ("4.60007E+17", IdDamaged),
        ("4.60007e+17", IdDamaged),
        ("４.６０００７Ｅ＋１７", IdDamaged),
        ("1101051949123100", IdLength),
        ("11010519491231002A", IdCharacter),
        ("1101051949123100XX", IdCharacter),
        ("11010519490231002X", IdBirth),
        ("110105194912310021", IdCheck),
        ("110105194912310000", IdRounded),
        ("110105499931002", IdBirth),
        ("张三张三张三", IdCharacter),
    ] {
        assert_eq!(IdNumber::parse(text), Err(problem), "{text}");
    }
}

#[test]
fn never_compares_the_region_with_todays_codes() {
    for prefix in ["469007", "460007", "460032", "999999"] {
        assert!(IdNumber::parse(&id_of(&format!("{prefix}19800101001"))).is_ok());
    }
}

#[test]
fn verifies_credit_codes() {
    let code = Uscc::parse("91350100M000100Y43").unwrap();
    assert_eq!(code.as_str(), "91350100M000100Y43");
    assert_eq!(Uscc::parse("91350100m000100y43"), Ok(code));
    assert_eq!(Uscc::parse("91350100M000100Y44"), Err(IdentityProblem::UsccCheck));
    assert_eq!(Uscc::parse("91350100I000100Y43"), Err(IdentityProblem::UsccCharacter));
    assert_eq!(Uscc::parse("91350100M"), Err(IdentityProblem::UsccLength));
    assert_eq!(Uscc::parse("中文中文中文"), Err(IdentityProblem::UsccLength));
}

#[test]
fn region_codes_tell_their_level() {
    use RegionLevel::*;
    for (code, level) in [
        ("460000000000", Province),
        ("460100000000", City),
        ("469007000000", County),
        ("469007100000", Township),
        ("469007100001", Village),
        ("469007100200", Village),
    ] {
        assert_eq!(RegionCode::parse(code).unwrap().level(), level, "{code}");
    }
    let village = RegionCode::parse("469007100201").unwrap();
    let county = village.ancestor(County);
    assert_eq!(county.as_str(), "469007000000");
    assert!(village.within(&county) && !county.within(&village));
    assert_eq!(RegionCode::parse("469007"), Err(IdentityProblem::Region));
}

#[test]
fn accounts_are_digits_and_luhn_only_warns() {
    let body = b"621700000000000001";
    let card = format!("{}{}", std::str::from_utf8(body).unwrap(), luhn_check_digit(body) as char);
    assert_eq!(luhn_check_digit(b"7992739871"), b'3');
    assert!(!AccountNo::parse(&card).unwrap().is_suspect());
    let wrong = format!("{}{}", &card[..18], (card.as_bytes()[18] - b'0' + 1) % 10);
    assert!(AccountNo::parse(&wrong).unwrap().is_suspect());
    assert!(!AccountNo::parse("1234567").unwrap().is_suspect());
    assert_eq!(AccountNo::parse("６２１７ 0000 0000").unwrap().as_str(), "621700000000");
    use IdentityProblem::*;
    for (text, problem) in [
        ("", AccountEmpty),
        ("6.217E+18", AccountDamaged),
        ("6217-0000", AccountCharacter),
        ("12345", AccountLength),
        ("123456789012345678901234567890123", AccountLength),
    ] {
        assert_eq!(AccountNo::parse(text), Err(problem), "{text}");
    }
}

#[test]
fn masks_keep_the_ends() {
    assert_eq!(mask_id("46000719800101001X"), "4600**********001X");
    assert_eq!(mask_account("6217000012345678"), "6217********5678");
    assert_eq!(mask_account("123456"), "******");
    assert_eq!(mask_name("张小三"), "张*三");
    assert_eq!(mask_name("张三"), "张*");
    assert_eq!(mask_name("张"), "*");
    assert_eq!(mask_name(""), "");
}

proptest! {
    #[test]
    fn every_wrong_character_is_caught(
        region in 100_000..1_000_000_u32, day in 0_u64..40_000, serial in 0..1000_u32,
        place in 0..18_usize, shift in 1..10_u8,
    ) {
        let date = chrono::NaiveDate::from_ymd_opt(1910, 1, 1).unwrap()
            .checked_add_days(chrono::Days::new(day)).unwrap();
        let text = id_of(&format!("{region}{}{serial:03}", calendar::date_to_int(date)));
        let id = IdNumber::parse(&text).unwrap();
        prop_assert_eq!(id.as_str(), &text);
        prop_assert_eq!(id.birth(), date);
        prop_assert_eq!(IdNumber::from_packed(id.packed()), Some(id));
        let mut wrong = text.into_bytes();
        let digit = if wrong[place] == b'X' { 10 } else { wrong[place] - b'0' };
        wrong[place] = b'0' + (digit + shift) % 10;
        if wrong != id.as_str().as_bytes() {
            prop_assert!(IdNumber::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
        }
    }

    #[test]
    fn luhn_catches_every_wrong_digit(body in "62[0-9]{13,16}", place in 2..15_usize, shift in 1..10_u8) {
        let card = format!("{body}{}", luhn_check_digit(body.as_bytes()) as char);
        let mut wrong = card.clone().into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + shift) % 10;
        prop_assert!(!AccountNo::parse(&card).unwrap().is_suspect());
        prop_assert!(AccountNo::parse(std::str::from_utf8(&wrong).unwrap()).unwrap().is_suspect());
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = (IdNumber::parse(&text), Uscc::parse(&text), AccountNo::parse(&text));
        let _ = (RegionCode::parse(&text), mask_id(&text), mask_name(&text));
    }

    #[test]
    fn packed_keys_of_others_are_refused_not_panicked(key in any::<u64>()) {
        let _ = IdNumber::from_packed(key);
    }
}
