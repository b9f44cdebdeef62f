//! Who and where: identity numbers, credit codes, region codes and accounts, each verified once
//! when it enters and carried in its own type; and the masks under which people see them.

mod account;
mod id_number;
mod mask;
mod region;
#[cfg(test)]
mod tests;
mod uscc;

use crate::domain::problem::Problem;

pub use account::{AccountNo, luhn_check_digit};
pub use id_number::{IdNumber, ParsedId, id_check_char};
pub use mask::{mask_account, mask_id, mask_name};
pub use region::{RegionCode, RegionLevel};
pub use uscc::{Uscc, uscc_check_char};

/// Why a text is not the number it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProblem {
    #[error("身份证号为空")]
    IdEmpty,
    #[error("身份证号被 Excel 改成了科学计数法，后几位已丢失")]
    IdDamaged,
    #[error("身份证号应为 18 位（旧证 15 位）")]
    IdLength,
    #[error("身份证号含有不该有的字符")]
    IdCharacter,
    #[error("身份证号中的出生日期不存在")]
    IdBirth,
    #[error("身份证号校验码不符")]
    IdCheck,
    #[error("身份证号末三位是 000 且校验码不符，多半被 Excel 存成了数值，后三位已丢失")]
    IdRounded,
    #[error("统一社会信用代码应为 18 位")]
    UsccLength,
    #[error("统一社会信用代码含有不该有的字符（不用 I、O、S、V、Z）")]
    UsccCharacter,
    #[error("统一社会信用代码校验码不符")]
    UsccCheck,
    #[error("区划编码应为 12 位数字")]
    Region,
    #[error("银行账号为空")]
    AccountEmpty,
    #[error("银行账号被 Excel 改成了科学计数法，后几位已丢失")]
    AccountDamaged,
    #[error("银行账号只能是数字")]
    AccountCharacter,
    #[error("银行账号位数不对（应为 6 至 32 位）")]
    AccountLength,
}

impl Problem for IdentityProblem {
    fn mend(&self) -> &'static str {
        match self {
            Self::IdEmpty => "请填写身份证号",
            Self::IdDamaged | Self::IdRounded => "请把该列设为文本格式，按证件重新录入，不能在原数上修补",
            Self::IdLength | Self::IdCharacter => "请对照证件核对位数和字符",
            Self::IdBirth => "请对照证件核对第 7 至 14 位",
            Self::IdCheck => "号码有一位或几位抄错，请对照证件核对",
            Self::UsccLength | Self::UsccCharacter | Self::UsccCheck => "请对照营业执照或法人证书核对",
            Self::Region => "请填写统计用区划代码 12 位，如 469007100000",
            Self::AccountEmpty => "请填写银行账号",
            Self::AccountDamaged => "请把该列设为文本格式，按卡或存折重新录入，不能在原数上修补",
            Self::AccountCharacter | Self::AccountLength => "请对照卡或存折核对",
        }
    }
}
