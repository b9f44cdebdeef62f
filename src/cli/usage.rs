//! Help, and what is said when a command is not understood, in Chinese.

use super::{DONE, USAGE};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}";

/// Where help stands among the options.
const LAST: usize = 999;

/// The command with Chinese headings, its verbs too. What every verb takes comes last, under a heading of its own.
pub fn in_chinese(command: Command) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_string()).collect();
    let mut place = 0;
    let mut command = command
        .help_template(TEMPLATE)
        .mut_args(|arg| {
            place += 1;
            let heading = match (arg.is_positional(), arg.is_global_set()) {
                (true, _) => "参数",
                (false, true) => "账簿和经办",
                (false, false) => "选项",
            };
            noted(arg).help_heading(heading).display_order(place)
        })
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_flag(true)
        .arg(Arg::new("help").short('h').long("help").help("显示帮助").help_heading("选项").display_order(LAST).action(ArgAction::Help));
    if command.get_version().is_some() {
        let version = Arg::new("version")
            .short('V')
            .long("version")
            .help("显示版本")
            .help_heading("选项")
            .display_order(LAST)
            .action(ArgAction::Version);
        command = command.disable_version_flag(true).arg(version);
    }
    for verb in verbs {
        command = command.mut_subcommand(verb, in_chinese);
    }
    command
}

/// An argument whose help ends with its values, default and variable, which clap would tell in English.
fn noted(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let described: Vec<String> =
        arg.get_possible_values().iter().filter_map(|value| value.get_help().map(|what| format!("{} {what}", value.get_name()))).collect();
    if !described.is_empty() {
        help.push_str(&format!("：{}", described.join("，")));
    }
    let defaults: Vec<String> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let mut notes = Vec::new();
    if defaults.iter().any(|value| !value.is_empty()) {
        notes.push(format!("默认 {}", defaults.join(",")));
    }
    if let Some(variable) = arg.get_env() {
        notes.push(format!("环境变量 {}", variable.to_string_lossy()));
    }
    if !notes.is_empty() {
        help.push_str(&format!("（{}）", notes.join("；")));
    }
    arg.help(help).hide_possible_values(true).hide_default_value(true).hide_env(true)
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
            print!("{}", error.to_string().replace("[OPTIONS]", "[选项]"));
            return DONE;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", error.to_string().replace("[OPTIONS]", "[选项]"));
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
