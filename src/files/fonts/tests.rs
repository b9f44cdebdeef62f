//! The list of families, what happens without fonts, and which face a character comes from.

use super::families::{listed, parse};
use super::*;

#[test]
fn the_shipped_list_names_families_for_every_role() {
    let families = listed(None).unwrap();
    for role in Role::ALL {
        assert!(families.iter().any(|family| family.role == role), "{}", role.name());
    }
    assert!(families.iter().all(|family| (100..=900).contains(&family.weight)));
}

#[test]
fn a_wrong_list_says_what_is_wrong_where() {
    let head = "用途,字体族,字重\n";
    let problem = |row: &str| parse(&format!("{head}{row}\n"), "families.csv").unwrap_err().to_string();
    assert!(problem("隶书,X,400").contains("第2行") && problem("隶书,X,400").contains("隶书"));
    assert!(problem("黑体,X,粗").contains("字重“粗”"));
    assert!(problem("黑体,,400").contains("缺少字体族"));
}

#[test]
fn without_chinese_fonts_the_error_says_what_to_install_and_where_it_looked() {
    let dir = tempfile::tempdir().unwrap();
    let places = Places { named: Some(dir.path().to_path_buf()), system: false };
    let problem = Fonts::search(&places).err().unwrap();
    assert!(problem.to_string().contains(&dir.path().display().to_string()), "{problem}");
    assert!(problem.mend().contains("fonts-noto-cjk") && problem.mend().contains("SUNLEDGER_FONTS"));
}

#[test]
fn a_list_in_the_named_directory_takes_the_place_of_the_shipped_one() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("families.csv"), "用途,字体族,字重\n黑体,没有这种字体,400\n").unwrap();
    let places = Places { named: Some(dir.path().to_path_buf()), system: true };
    assert!(matches!(Fonts::search(&places), Err(FontProblem::None(_))));
}

#[test]
fn letters_are_latin_and_marks_are_chinese() {
    assert!(is_latin('7') && is_latin('a') && is_latin('%') && is_latin('é'));
    assert!(!is_latin('“') && !is_latin('—') && !is_latin('·') && !is_latin('，') && !is_latin('元'));
}
