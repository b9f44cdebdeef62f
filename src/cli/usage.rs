//! Help, and what is said when a command is not understood, in Chinese.

use super::{DONE, USAGE};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}";

/// The command with Chinese headings, its verbs too.
pub fn in_chinese(command: Command) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_string()).collect();
    let mut command = command
        .help_template(TEMPLATE)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            arg.help_heading(heading)
        })
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_flag(true)
        .arg(Arg::new("help").short('h').long("help").help("显示帮助").help_heading("选项").action(ArgAction::Help));
    if command.get_version().is_some() {
        let version = Arg::new("version").short('V').long("version").help("显示版本").help_heading("选项").action(ArgAction::Version);
        command = command.disable_version_flag(true).arg(version);
    }
    for verb in verbs {
        command = command.mut_subcommand(verb, in_chinese);
    }
    command
}

/// Prints help, or what was not understood; returns the exit code.
pub fn explain(error: &Error) -> u8 {
    let of = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let (arg, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print!("{error}");
            return DONE;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{error}");
            return USAGE;
        }
        ErrorKind::MissingRequiredArgument => format!("缺少：{arg}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_string(),
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", of(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => format!("不认识 {arg}"),
        ErrorKind::ArgumentConflict => format!("{arg} 不能与 {} 同时使用", of(ContextKind::PriorArg)),
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} 后面缺少值"),
        ErrorKind::InvalidValue => format!("{arg} 的值“{value}”不对，可用：{}", of(ContextKind::ValidValue)),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("{arg} 的值“{value}”不对：{why}")
        }
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => format!("{arg} 的值个数不对"),
        _ => format!("命令写法有误：{error}"),
    };
    eprintln!("{text}。\n用法可查：sunledger --help，或 sunledger 命令 --help");
    USAGE
}
