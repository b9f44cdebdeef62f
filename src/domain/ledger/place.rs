//! Where a fen can be (money.md): the places of the control book (指标账), known to the program by the role that the chart
//! gives an account, never by its code.

/// A role of a control account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// 上级补助指标来源
    SourceUpper,
    /// 本级财力安排来源
    SourceOwn,
    /// 上年结转来源
    SourceCarried,
    /// 待分配
    Unallocated,
    /// 已分配到单位、项目
    Allocated,
    /// 发放占用
    Reserved,
    /// 在途（已送银行）
    InTransit,
    /// 已到卡
    PaidHousehold,
    /// 已付施工单位、供应商、合作社、村集体
    PaidPayee,
    /// 退票待处理
    Returned,
    /// 上级（财政）收回
    Reclaimed,
    /// 已拨单位、乡镇，尚未支出
    Moved,
    /// 质保金
    Retention,
}

impl Place {
    pub const ALL: [Place; 13] = [
        Place::SourceUpper,
        Place::SourceOwn,
        Place::SourceCarried,
        Place::Unallocated,
        Place::Allocated,
        Place::Reserved,
        Place::InTransit,
        Place::PaidHousehold,
        Place::PaidPayee,
        Place::Returned,
        Place::Reclaimed,
        Place::Moved,
        Place::Retention,
    ];

    /// The word in the chart's `role` column.
    pub fn role(self) -> &'static str {
        match self {
            Place::SourceUpper => "source_upper",
            Place::SourceOwn => "source_own",
            Place::SourceCarried => "source_carried",
            Place::Unallocated => "unallocated",
            Place::Allocated => "allocated",
            Place::Reserved => "reserved",
            Place::InTransit => "in_transit",
            Place::PaidHousehold => "paid_household",
            Place::PaidPayee => "paid_payee",
            Place::Returned => "returned",
            Place::Reclaimed => "reclaimed",
            Place::Moved => "moved",
            Place::Retention => "retention",
        }
    }

    pub fn from_role(role: &str) -> Option<Place> {
        Place::ALL.into_iter().find(|place| place.role() == role)
    }

    /// Where the money came from, as opposed to where it is.
    pub fn is_source(self) -> bool {
        matches!(self, Place::SourceUpper | Place::SourceOwn | Place::SourceCarried)
    }

    /// Spent by the definition of money.md: it arrived.
    pub fn is_paid(self) -> bool {
        matches!(self, Place::PaidHousehold | Place::PaidPayee)
    }

    pub fn title(self) -> &'static str {
        match self {
            Place::SourceUpper => "上级补助",
            Place::SourceOwn => "本级安排",
            Place::SourceCarried => "上年结转",
            Place::Unallocated => "待分配",
            Place::Allocated => "已分配未支付",
            Place::Reserved => "发放占用",
            Place::InTransit => "在途",
            Place::PaidHousehold => "已到卡",
            Place::PaidPayee => "已付最终收款人",
            Place::Returned => "退票待处理",
            Place::Reclaimed => "已收回",
            Place::Moved => "已拨单位未支出",
            Place::Retention => "质保金",
        }
    }
}
