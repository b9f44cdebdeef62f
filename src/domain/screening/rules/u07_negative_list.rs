//! U07 超范围: what a payment was for, or to whom, is on the list of what poverty money may not pay. Words decide, each group
//! with the words that make it innocent: a harvester is no official car, a village clinic no office building.

use crate::domain::screening::facts::{Disbursement, payee_key};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "U07",
    name: "超范围",
    version: 1,
    severity: Severity::Block,
    meaning: "用途或收款人属于负面清单：人员经费、机关基本支出、接待、车辆通讯、楼堂馆所、弥补缺口和偿还债务、城市建设。\
              应排除：公益岗位和务工人员报酬、农民工工资、农机和冷链等生产车辆、村级场所、学校和卫生室、搬迁安置、贴息、学生营养餐。",
    source: "财农〔2017〕8号 中央财政专项扶贫资金管理办法（不得用于的支出）；琼府办〔2016〕324号",
    needs: &[],
    params: &PARAMS,
    pass: Pass::Book,
    find,
};

const fn words(name: &'static str, title: &'static str, default: &'static str) -> Param {
    Param { name, title, kind: ParamKind::Words, default }
}

static PARAMS: [Param; 16] = [
    words(
        "staff",
        "人员经费字样",
        "人员经费;奖金;津贴;补助工资;工资;加班费;加班补助;值班费;福利费;绩效奖;干部补助;干部补贴;驻村补助;年终慰问",
    ),
    words(
        "staff_not",
        "人员经费：排除字样",
        "护林员;公益;岗位;保洁员;管护员;村医;贫困户;贫困人口;建档立卡;农民工;民工;务工;劳务;以工代赈;学生;社员;奖补;致富",
    ),
    words(
        "office",
        "机关基本支出字样",
        "基本支出;公用经费;办公经费;办公费;办公用品;办公设备;差旅费;会议费;邮电费;物业费;办公耗材;机关运转",
    ),
    words("office_not", "机关基本支出：排除字样", "贫困户;农户;学生;扶贫车间;合作社;务工;村级;村委;村民;学校;卫生室"),
    words("reception", "接待字样", "接待费;招待费;公务接待;宴请;餐费;用餐费;烟酒;礼品;礼金"),
    words("reception_not", "接待：排除字样", "学生;营养;学员;培训;幼儿;老人;敬老"),
    words("hotels", "接待：收款人字样", "大酒店;酒店;酒楼;宾馆;饭店;会所;招待所;歌舞厅"),
    words(
        "hotels_not",
        "接待收款人：排除字样（用途或收款人）",
        "旅游;民宿;培训;务工;就业;岗位;农产品;种养;收购;建设;工程;设备;股;分红;贷款;用品有限公司;设备有限公司",
    ),
    words(
        "vehicles",
        "车辆通讯字样",
        "购车;公务用车;公车;车辆购置;购置车辆;车辆维修;车辆保险;车辆运行;车辆租赁;租车费;轿车;越野车;小汽车;燃油费;加油费;汽油费;通讯设备;手机;对讲机",
    ),
    words(
        "vehicles_not",
        "车辆通讯：排除字样（用途或收款人）",
        "农机;农用;农业机械;拖拉机;收割;机耕;插秧;植保;冷链;冷藏;保鲜;垃圾;清运;环卫;洒水;吸粪;校车;救护;流动医疗;护林;巡护;运输车;货车;三轮;防火",
    ),
    words(
        "buildings",
        "楼堂馆所字样",
        "楼堂馆所;办公楼;办公用房;办公大楼;机关食堂;职工住宅;职工宿舍;职工食堂;干部宿舍;会议中心;招待所建设",
    ),
    words(
        "buildings_not",
        "楼堂馆所：排除字样",
        "村级;村委;村部;村民;党群服务;卫生室;卫生院;学校;教师;学生;教学;幼儿园;扶贫车间;搬迁;安置;贫困农场;贫困林场;棚户",
    ),
    words(
        "gaps",
        "弥补缺口和债务字样",
        "弥补经费;弥补预算;弥补亏损;弥补缺口;经费缺口;预算缺口;企业亏损;偿还债务;偿还借款;偿还贷款;归还借款;归还贷款;还本付息;债务本息;化解债务;平衡预算",
    ),
    words("gaps_not", "弥补缺口和债务：排除字样", "贴息;小额信贷;小额贷款;风险补偿;农户贷款;贫困户"),
    words("city", "城市和大型建设字样", "城市基础设施;城市绿化;城市亮化;城区道路;城区绿化;市政道路;市政设施;县城建设;大中型基本建设"),
    words("city_not", "城市和大型建设：排除字样", "搬迁;安置;移民"),
];

/// A group of the list: its words, and those that make it innocent, by the names of the parameters.
struct Group {
    title: &'static str,
    words: &'static str,
    not: &'static str,
    /// Whether the words are looked for in the payee's name instead of the purpose.
    payee: bool,
    /// Whether the payee's name can make it innocent.
    payee_clears: bool,
    /// Whether it is innocent when a village collective is paid: its house is no office building of the administration.
    village_clears: bool,
}

const fn purpose(title: &'static str, words: &'static str, not: &'static str) -> Group {
    Group { title, words, not, payee: false, payee_clears: false, village_clears: false }
}

const GROUPS: [Group; 8] = [
    purpose("人员经费", "staff", "staff_not"),
    purpose("行政事业单位基本支出", "office", "office_not"),
    purpose("接待", "reception", "reception_not"),
    Group { payee: true, payee_clears: true, ..purpose("接待（收款人）", "hotels", "hotels_not") },
    Group { payee_clears: true, ..purpose("车辆、通讯", "vehicles", "vehicles_not") },
    Group { village_clears: true, ..purpose("楼堂馆所", "buildings", "buildings_not") },
    purpose("弥补缺口、偿还债务", "gaps", "gaps_not"),
    purpose("城市和大型建设", "city", "city_not"),
];

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for (at, paid) in facts.disbursements.iter().enumerate() {
        if paid.still_paid() <= 0 {
            continue;
        }
        let found: Vec<(&str, &str)> =
            GROUPS.iter().filter_map(|group| word(group, paid, params).map(|word| (group.title, word))).collect();
        if found.is_empty() {
            continue;
        }
        let at = at as u32;
        let hit = Hit::new(Subject::Disbursement(at)).disbursement(facts, at);
        let listed = |(title, word): (&str, &str)| Evidence::new("负面清单").text("类别", title).text("字样", word);
        hits.push(found.into_iter().map(listed).fold(hit, Hit::evidence));
    }
}

/// The first word of a group that a payment has, unless one that clears it stands there too.
fn word<'a>(group: &Group, paid: &Disbursement, params: &Params<'a>) -> Option<&'a str> {
    if group.village_clears && paid.payee_kind == "村集体" {
        return None;
    }
    let (purpose, payee) = (payee_key(&paid.purpose), payee_key(&paid.payee));
    let looked_at = if group.payee { &payee } else { &purpose };
    let word = params.words(group.words, paid.date).iter().find(|word| looked_at.contains(word.as_str()))?;
    let clears = |not: &String| purpose.contains(not.as_str()) || (group.payee_clears && payee.contains(not.as_str()));
    (!params.words(group.not, paid.date).iter().any(clears)).then_some(word.as_str())
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    fn found(purpose: &str, payee: &str) -> usize {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", payee, 500_000, 20180701).purpose = purpose.into();
        s.hits("U07").len()
    }

    #[test]
    fn each_group_of_the_list_is_found_in_the_purpose() {
        for purpose in [
            "人员经费",
            "乡镇干部奖金",
            "支付临聘人员工资",
            "办公经费",
            "差旅费报销",
            "公务接待费",
            "春节慰问礼品",
            "公务用车购置",
            "车辆维修费",
            "通讯设备采购",
            "乡政府办公楼维修",
            "干部宿舍改造",
            "弥补经费缺口",
            "偿还债务",
            "还本付息",
            "城区道路改造",
        ] {
            assert_eq!(found(purpose, "示例甲公司"), 1, "{purpose}");
        }
    }

    #[test]
    fn poor_peoples_work_machines_villages_and_schools_are_innocent() {
        for purpose in [
            "工程款",
            "护林员工资",
            "公益性岗位工资",
            "农民工工资",
            "以工代赈务工人员工资",
            "贫困户产业奖补资金",
            "农机车辆维修",
            "冷链运输车辆购置",
            "垃圾清运车辆购置",
            "拖拉机燃油费",
            "扶贫车间办公设备",
            "村级组织办公用房",
            "村委会办公楼修缮",
            "学校教师职工宿舍",
            "学生营养餐费",
            "贫困劳动力培训学员餐费",
            "小额信贷还本付息贴息",
            "易地搬迁安置点市政道路",
            "停车场硬化",
            "机耕路工程",
            "旅游接待中心建设",
            "市政府批复的通村道路",
        ] {
            assert_eq!(found(purpose, "示例甲公司"), 0, "{purpose}");
        }
    }

    #[test]
    fn a_payees_trade_counts_only_where_it_tells() {
        assert_eq!(found("工作餐", "示例大酒店"), 1);
        assert_eq!(found("贫困劳动力培训场地", "示例大酒店"), 0);
        assert_eq!(found("乡村旅游扶贫股金", "示例酒店管理公司"), 0);
        assert_eq!(found("道路工程款", "示例市政工程有限公司"), 0);
        assert_eq!(found("轿车", "示例汽车销售公司"), 1);
        assert_eq!(found("车辆维修", "示例农机专业合作社"), 0);
    }

    #[test]
    fn a_villages_house_is_no_office_building_but_its_dinner_is_a_dinner() {
        let village = |purpose: &str| {
            let mut s = Sample::new();
            let paid = s.disbursement("ZF1", "X1", "示村股份经济合作社", 500_000, 20180701);
            (paid.purpose, paid.payee_kind) = (purpose.into(), "村集体".into());
            s.hits("U07").len()
        };
        assert_eq!((village("办公楼维修"), village("接待费")), (0, 1));
    }

    #[test]
    fn money_that_came_back_is_settled_and_words_may_be_changed() {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", "示例甲公司", 500_000, 20180701).purpose = "公务接待费".into();
        assert_eq!(s.hits("U07")[0].amount, 500_000);
        assert!(s.hits_with("U07", &[("screen.U07.reception", "烟酒")]).is_empty());
        s.last().refunded = 500_000;
        assert!(s.hits("U07").is_empty());
    }
}
