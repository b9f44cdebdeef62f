//! The notices as files: what stands in them, what must never stand in them, hostile words, and the proof that they hung.

use super::support::{CODE, HEAD, Library, ctx};
use crate::support::{county, on_both};
use crate::way::day;
use std::io::{Cursor, Read};
use std::path::Path;
use sunledger::app::AppError;
use sunledger::app::notices::list::{self, Hung};
use sunledger::app::notices::proof::Proof;
use sunledger::app::notices::publish::{Publication, Which, publish};
use sunledger::app::notices::write::{Of, Request, write};
use sunledger::app::projects::recorded;
use sunledger::domain::notices::{Kind, Window};

/// All parts of a .docx or .xlsx as one text.
fn text_of(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut part = String::new();
        if archive.by_index(at).unwrap().read_to_string(&mut part).is_ok() {
            all.push_str(&part);
        }
    }
    all
}

/// Names, ID numbers and accounts of the three people, and their batch.
fn batch(library: &mut Library, code: &str) -> Vec<(String, String, String)> {
    let sql = "SELECT p.name, p.id_no, c.account FROM person p JOIN card c ON c.book = p.book AND c.id_no = p.id_no
        WHERE p.book = $1 AND p.household LIKE 'D%' ORDER BY p.id";
    let people = library.bureau.read(|tx, book| {
        let found = tx.query(sql, sunledger::params![book.id])?;
        found.iter().map(|row| Ok((row.string(0)?, row.string(1)?, row.string(2)?))).collect::<Result<Vec<_>, AppError>>()
    });
    let people = people.unwrap();
    assert_eq!(library.refused("batch", &format!("{}{}", county::BATCH_HEAD, county::batch_lines(code, &people))), "");
    people
}

fn set(library: &mut Library, name: &str, value: &str) {
    library.bureau.write(|tx, book| sunledger::app::setting::change(tx, book, &ctx("主管示"), name, 20_180_301, value)).unwrap();
}

#[test]
fn a_payment_notice_shows_no_number_of_anybody() {
    on_both(|db| {
        let mut library = Library::new(db);
        let people = batch(&mut library, "PC1");
        let written = library.write(Of::Batch("PC1"), "2018-04-03").unwrap();
        assert_eq!(written.len(), 1, "one village");
        // seven days by default, 3 to 9 April; three lines at 150 yuan and their sum
        assert_eq!((written[0].from, written[0].to, written[0].rows), (day("2018-04-03"), day("2018-04-09"), 4));
        for path in [&written[0].docx, &written[0].xlsx] {
            let text = text_of(path);
            for (name, id_no, account) in &people {
                assert!(text.contains(name.as_str()), "{name} is not in {}", path.display());
                assert!(!text.contains(id_no.as_str()) && !text.contains(account.as_str()), "a number in {}", path.display());
                assert!(!text.contains(&id_no[6..14]) && !text.contains(&account[8..]), "a part of a number in {}", path.display());
            }
        }
        let docx = text_of(&written[0].docx);
        assert!(docx.contains("生态补偿发放公示") && docx.contains("共3户3人次，合计450.00元"), "{docx}");
        assert!(docx.contains("自2018年4月3日至2018年4月9日，共7天"));
        // the same again is the same, byte for byte
        let bytes = std::fs::read(&written[0].docx).unwrap();
        assert!(library.write(Of::Batch("PC1"), "2018-04-03").unwrap()[0].repeated);
        assert_eq!(bytes, std::fs::read(&written[0].docx).unwrap());
        // names as the settings say; and a minimum-living list shows name, village and amount only
        set(&mut library, "notice.mask_names", "1");
        let masked = text_of(&library.write(Of::Batch("PC1"), "2018-04-03").unwrap()[0].docx);
        assert!(!masked.contains("示例1") && masked.contains("示*1"));
        assert!(masked.contains("标准(元)") && masked.contains("数量（月）"));
        set(&mut library, "notice.minimal_words", "低保；生态补偿");
        let minimal = text_of(&library.write(Of::Batch("PC1"), "2018-04-03").unwrap()[0].docx);
        assert!(minimal.contains("居住村（居）委会") && !minimal.contains("标准(元)") && !minimal.contains("数量（"));
    });
}

#[test]
fn hostile_words_stay_words() {
    on_both(|db| {
        let mut library = Library::new(db);
        let hostile = "XM04,\"=HYPERLINK(\"\"http://x\"\")<w:p/>{{主管部门}} 469007194001010011\",产业,D02,\u{202e}公司,469007100201,1,,,,,,,,,,目标,储备\n";
        assert_eq!(library.refused("projects", &format!("{HEAD}{hostile}")), "");
        let written = library.write(Of::Project("XM04", Kind::Entry), "2018-01-06").unwrap();
        let docx = text_of(&written[0].docx);
        assert!(docx.contains("&lt;w:p/&gt;{{主管部门}}"), "put in once, as text");
        assert!(!docx.contains("469007194001010011") && docx.contains("4690**********0011"));
        let sheet = text_of(&written[0].xlsx);
        assert!(!sheet.contains("<f>") && !sheet.contains("469007194001010011") && !sheet.contains('\u{202e}'));

        let edited = library.dir.path().join("模板");
        std::fs::create_dir_all(&edited).unwrap();
        let with = |library: &mut Library, text: &str| {
            std::fs::write(edited.join("entry.txt"), text).unwrap();
            let of = Of::Project("XM04", Kind::Entry);
            let request = Request { of, date: day("2018-01-06"), from: None, days: None, templates: Some(&edited) };
            write(&mut library.bureau, &ctx("公示员"), &request, &library.dir.path().join("改")).map_err(|error| error.to_string())
        };
        let refused = with(&mut library, "# {{项目名称}}\n{{银行账号}}\n{{表}}\n{{表}}\n{{落款}}\n").unwrap_err();
        for part in ["第 2 行：没有占位符“银行账号”", "{{表}} 行，现有 2 个", "缺少占位符 {{公示开始}}"] {
            assert!(refused.contains(part), "{part}: {refused}");
        }
        assert!(!library.dir.path().join("改").exists(), "nothing is written");
        let own = "# 本村公示：{{项目编码}}\n{{项目名称}}，{{公示开始}}起{{公示结束}}止。\n{{表}}\n{{落款}}\n";
        assert!(text_of(&with(&mut library, own).unwrap()[0].docx).contains("本村公示：XM04"));
    });
}

#[test]
fn a_publication_keeps_its_proof_and_short_ones_are_flagged() {
    on_both(|db| {
        let mut library = Library::new(db);
        batch(&mut library, "PC1");
        let flags = |library: &mut Library, date: &str| -> Vec<Hung> {
            library.bureau.read(|tx, book| list::list(tx, book, day(date), true)).unwrap()
        };
        let of =
            |rows: &[Hung], subject: &str| rows.iter().filter(|row| row.subject == subject).map(|row| row.flag.clone()).collect::<Vec<_>>();
        assert_eq!(of(&flags(&mut library, "2018-04-03"), "PC1"), ["没有发放公示"]);
        let written = library.write(Of::Batch("PC1"), "2018-04-03").unwrap().remove(0);
        assert_eq!(of(&flags(&mut library, "2018-04-03"), "PC1"), ["未张贴", "没有发放公示"]);
        let hung = |library: &mut Library| library.bureau.read(recorded::batch_notices).unwrap().into_values().collect::<Vec<_>>();
        assert!(hung(&mut library).is_empty());
        assert_eq!(library.publish(Which::Number(written.id), "2018-04-03", "2018-04-08").unwrap().days, 6);
        assert_eq!(hung(&mut library), [(20_180_403, 20_180_408)]);
        assert_eq!(of(&flags(&mut library, "2018-04-20"), "PC1"), ["不足 7 天"]);

        let photo = library.photo();
        let mut asked = Publication {
            which: Which::Number(written.id),
            level: String::new(),
            place: " ".into(),
            window: Window { from: day("2018-04-03"), to: day("2018-04-09") },
            proof: Proof::of(&photo).unwrap(),
            file: Some(Proof::of(&photo).unwrap()),
        };
        let refused = publish(&mut library.bureau, &ctx("公示员"), &asked).unwrap_err().to_string();
        assert!(refused.contains("没有写明张贴地点") && refused.contains("不一致"), "{refused}");
        asked.place = "村委会".into();
        asked.file = Some(Proof::of(&written.docx).unwrap());
        assert!(!publish(&mut library.bureau, &ctx("公示员"), &asked).unwrap().repeated);
        assert!(publish(&mut library.bureau, &ctx("公示员"), &asked).unwrap().repeated);
        let rows = library.bureau.read(|tx, book| list::list(tx, book, day("2018-04-20"), false)).unwrap();
        let good = rows.iter().find(|row| row.place == "村委会").unwrap();
        assert_eq!((good.days, good.flag.as_str(), good.proof.as_str()), (Some(7), "", "照片.jpg"));
        assert_eq!(good.proof_digest, sunledger::domain::ledger::chain::hex(&Proof::of(&photo).unwrap().digest));
        std::fs::write(library.dir.path().join("空.jpg"), b"").unwrap();
        assert_eq!(Proof::of(&library.dir.path().join("空.jpg")).unwrap_err().code(), Some("empty_proof"));
        assert_eq!(library.write(Of::Project(CODE, Kind::Completion), "2018-04-03").unwrap_err().code(), Some("not_finished"));
        let short = Request { of: Of::Batch("PC1"), date: day("2018-04-03"), from: None, days: Some(3), templates: None };
        let refused = write(&mut library.bureau, &ctx("公示员"), &short, library.dir.path()).unwrap_err();
        assert_eq!(refused.code(), Some("notice_short"));
    });
}
