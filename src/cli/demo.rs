//! `sunledger demo`: a synthetic county, walked through the real way.

use super::serve::Serve;
use super::{DONE, REFUSED};
use crate::app::Result;
use crate::app::book::DEFAULT_BOOK;
use crate::app::demo::generate::Shape;
use crate::app::demo::seats::FILE;
use crate::app::demo::{DemoReport, Options, left_in, run};
use crate::domain::money::Fen;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Demo {
    /// 生成到这个目录（账簿为其中的 sunledger.db）
    #[arg(long, value_name = "目录", default_value = "./demo")]
    dir: PathBuf,
    /// 随机种子：相同的种子生成相同的数据
    #[arg(long, value_name = "数", default_value_t = 2018)]
    seed: u64,
    /// 建档立卡户数
    #[arg(long, value_name = "户数", default_value_t = 4_649)]
    households: u64,
    /// 年度，2018 至 2020 之间相连的年份
    #[arg(long, value_name = "年度", value_delimiter = ',', default_values_t = [2018, 2019, 2020])]
    years: Vec<i32>,
    /// 生成后启动服务，各岗位都有可登录的用户；目录中已有示范县时直接启动
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    service: Serve,
}

impl Demo {
    /// The exit code: 0, or 1 where the finished books do not hold.
    pub fn run(&self) -> Result<u8> {
        if let Some(database) = left_in(&self.dir).filter(|_| self.serve) {
            tell!("目录中已有示范县（重新生成请去掉 --serve 或换一个目录）；用户和口令见 {}", self.dir.join(FILE).display());
            return self.open(&database);
        }
        let shape = Shape { seed: self.seed, households: self.households, years: self.years.clone() };
        let report = run(&Options { dir: self.dir.clone(), shape, seats: self.serve }, &mut |line| tell!("{line}"))?;
        self.print(&report);
        let holds = report.closing.verified.as_ref().is_none_or(|verified| verified.holds()) && report.differences == 0;
        let handed = report.handed_over.accepted && !report.handed_over.refusal.is_empty();
        if !(holds && handed) {
            return Ok(REFUSED);
        }
        if self.serve { self.open(&report.database) } else { Ok(DONE) }
    }

    fn open(&self, database: &Path) -> Result<u8> {
        self.service.serve(&format!("sqlite://{}", database.display()), DEFAULT_BOOK)
    }

    fn print(&self, report: &DemoReport) {
        for table in report.closing.tables() {
            tell!("\n{table}");
        }
        for t in &report.totals {
            let wan = |fen: i64| Fen::new(fen).wan();
            let (received, own, aid) = (wan(t.received), wan(t.own), wan(t.student_aid));
            tell!("{} 年：收到指标 {received} 万元（本级 {own}），发放 {} 笔，其中学生资助 {aid} 万元", t.year, t.payments);
        }
        if let Some(verified) = &report.closing.verified {
            let (vouchers, payments) = (verified.vouchers, verified.payments);
            match verified.problem_count {
                0 => tell!("核验无误：凭证 {vouchers} 张，发放明细 {payments} 行；链尾 {}", verified.head_hash),
                count => tell!("核验发现 {count} 处问题，请运行 sunledger verify 查看"),
            }
        }
        tell!("账簿：{}", report.database.display());
        tell!("文件：{}（{} 个，按种类分目录；送银行文件在 bank/）", self.dir.display(), report.files);
        for paper in &report.closing.papers {
            tell!("通报：{}", paper.display());
        }
        let handed = &report.handed_over;
        tell!(
            "审计导出：{}（{} 个文件，{} 字节，凭证 {} 张，明细 {} 行）",
            handed.dir.display(),
            handed.files,
            handed.bytes,
            handed.vouchers,
            handed.lines
        );
        tell!("  离线核验{}；改动一个字节后被拒：{}", if handed.accepted { "通过" } else { "不通过" }, handed.refusal);
        let (labels, database) = (report.labels.display(), report.database.display());
        tell!("{}", report.found.words());
        tell!("筛查标注：{labels}（逐条规则：sunledger --db sqlite://{database} screen --score {labels} --as-of 末年-12-31）");
        if let Some((seats, path)) = &report.seats {
            tell!("可登录的用户（口令每次生成都不同，也在 {} 中）：", path.display());
            for seat in seats {
                tell!("  {:<10} {}  {}（{}）", seat.login, seat.password, seat.title, seat.name);
            }
        }
        tell!("用时 {}.{} 秒。全部为虚构数据。", report.took.as_secs(), report.took.subsec_millis() / 100);
        tell!("接着可以：sunledger --db sqlite://{} progress --by unit --as-of 2018-09-30", report.database.display());
    }
}
