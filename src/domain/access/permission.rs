//! The permissions that operations ask for, each with the words that administrators read.

/// A right that a role may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    pub code: &'static str,
    pub title: &'static str,
    /// It shows or moves money or personal data: never given together with an administrator's permission.
    pub business: bool,
}

const fn business(code: &'static str, title: &'static str) -> Permission {
    Permission { code, title, business: true }
}

const fn administration(code: &'static str, title: &'static str) -> Permission {
    Permission { code, title, business: false }
}

/// All permissions, in the order in which they are shown.
pub const PERMISSIONS: &[Permission] = &[
    // money
    business("money.read", "查看指标、分配、凭证、账簿"),
    business("money.make", "编制指标、分配、项目支付、退回、冲销"),
    business("money.check", "复核资金业务"),
    business("money.lead", "审批大额资金业务"),
    business("period.close", "结账、反结账、年终结账"),
    // one-card payments
    business("payout.read", "查看发放批次和明细"),
    business("payout.make", "报送发放清册、更正重发、撤销"),
    business("payout.check", "复核发放批次、核定待核行"),
    business("payout.lead", "审批大额发放批次"),
    business("payout.send", "送银行、接收回盘、释放退票"),
    // registers
    business("registry.read", "查看基础资料"),
    business("registry.write", "维护基础资料和比对名单"),
    business("personal.unmask", "查看完整个人信息"),
    // projects and publicity
    business("project.read", "查看项目库、公示公告、信访"),
    business("project.write", "办理项目流程、公示公告、信访"),
    business("project.decide", "审定项目、一票否决"),
    // control
    business("progress.read", "查看支出进度、预测、考核结果"),
    business("control.run", "月度考核、约谈、到期核对"),
    business("control.lead", "批准突破、收回"),
    // supervision
    business("screening.read", "查看疑点、线索、证据"),
    business("screening.run", "运行筛查、暂缓疑点"),
    business("screening.confirm", "批准暂缓疑点"),
    business("case.write", "立案、交办、核查、整改"),
    business("case.close", "线索销号"),
    business("inspection.read", "查看检查计划、抽样、评价"),
    business("inspection.write", "检查计划、抽样、核查表、评价"),
    // audit and bulletins
    business("audit.read", "审计查询"),
    business("audit.export", "审计导出、核验"),
    business("brief.make", "编制支出进度通报"),
    // settings of the money side
    business("setting.read", "查看参数、科目、模板"),
    business("setting.write", "修改参数、科目、模板"),
    // the three administrators (等保 2.0: 系统、安全、审计管理员)
    administration("system.manage", "管理服务、任务、密钥、运行状态"),
    administration("user.manage", "管理用户、会话"),
    administration("role.grant", "授予角色、维护角色权限"),
    administration("log.read", "查看和导出操作日志"),
];

/// The permission of that code.
pub fn permission(code: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.code == code)
}
