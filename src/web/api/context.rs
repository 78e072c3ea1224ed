//! The turn before, as it travels with a lookup: given out with a question, taken back with the
//! reply. It comes from outside, so it is bounded and checked; that an entry or a platform in it is
//! no more is no error, for the knowledge base may have changed since.

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::lookup::follow::{MAX_OPTIONS, MAX_TEXT, Turn, TurnOption};
use crate::web::http::error::Failure;

/// Entries that an option may have.
const MAX_ENTRIES: usize = 40;
/// The text is not cut below this many characters.
const LEAST: usize = 200;
/// Characters of an id of an entry or a platform.
const MAX_ID: usize = 200;

/// 上一轮问了什么。`outcome` 是 `choose` 时给出；把它原样放进下一次查询，用户的回答就能接着判断，机器人自己什么都不用记。
#[derive(Serialize, ToSchema, JsonSchema)]
#[schema(as = Context)]
#[schemars(rename = "Context")]
pub(crate) struct ContextBody {
    /// 上一轮的内容，已脱敏。
    #[schema(
        min_length = 1,
        max_length = 2_000,
        pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$"
    )]
    text: String,
    /// 上一轮给出的平台。
    #[schema(max_length = 200, pattern = "^[^\\x00]*$")]
    platform: Option<String>,
    /// 问用户的选项，按顺序。
    #[schema(max_items = 40)]
    options: Vec<ContextOption>,
}

/// 问过的一个选项。
#[derive(Serialize, ToSchema, JsonSchema)]
struct ContextOption {
    /// 按平台问的时候是哪个平台。
    #[schema(max_length = 200, pattern = "^[^\\x00]*$")]
    platform: Option<String>,
    /// 选了它，剩下的是这些条目；空的是都不是。
    #[schema(schema_with = super::schema::ids)]
    entries: Vec<String>,
}

impl From<Turn> for ContextBody {
    fn from(turn: Turn) -> Self {
        let options = turn.options.into_iter().map(|o| ContextOption {
            platform: o.platform,
            entries: o.entries,
        });
        Self {
            text: turn.text,
            platform: turn.platform,
            options: options.collect(),
        }
    }
}

impl ContextBody {
    /// Cuts the text so that a result that holds it twice gets shorter by `over`, down to what tells
    /// the candidates apart; false when there is nothing left to cut.
    pub(crate) fn shorten(&mut self, over: usize) -> bool {
        let chars = self.text.chars().count();
        if chars <= LEAST {
            return false;
        }
        let keep = chars.saturating_sub(over.div_ceil(2)).max(LEAST);
        self.text = self.text.chars().take(keep).collect();
        true
    }
}

/// The turn before, from the field of a request.
pub(crate) fn read(value: Value) -> Result<Turn, Failure> {
    let Value::Object(mut context) = value else {
        return Err(Failure::WrongType("context", "上一轮给出的对象"));
    };
    let text = match context.remove("text") {
        Some(Value::String(text)) if fits(&text, MAX_TEXT) && !text.trim().is_empty() => text,
        Some(_) => return Err(Failure::WrongType("context.text", "最多 2000 个字符的内容")),
        None => return Err(Failure::MissingField("context.text")),
    };
    let platform = id(&mut context, "context.platform")?;
    let options = match context.remove("options") {
        Some(Value::Array(options)) if options.len() <= MAX_OPTIONS => options,
        Some(_) => return Err(Failure::WrongType("context.options", "最多 40 项的列表")),
        None => return Err(Failure::MissingField("context.options")),
    };
    none_left(&context, "context.", "text、platform、options")?;
    let options = options.into_iter().map(option).collect::<Result<_, _>>()?;
    Ok(Turn {
        text,
        platform,
        options,
    })
}

fn option(value: Value) -> Result<TurnOption, Failure> {
    const ENTRIES: &str = "context.options.entries";
    let Value::Object(mut option) = value else {
        return Err(Failure::WrongType("context.options", "对象的列表"));
    };
    let platform = id(&mut option, "context.options.platform")?;
    let entries = match option.remove("entries") {
        Some(Value::Array(entries)) if entries.len() <= MAX_ENTRIES => entries,
        Some(_) => return Err(Failure::WrongType(ENTRIES, "最多 40 项的列表")),
        None => return Err(Failure::MissingField(ENTRIES)),
    };
    none_left(&option, "context.options.", "platform、entries")?;
    let entries = entries.into_iter().map(|entry| match entry {
        Value::String(id) if fits(&id, MAX_ID) => Ok(id),
        _ => Err(Failure::WrongType(ENTRIES, "编号的列表")),
    });
    Ok(TurnOption {
        platform,
        entries: entries.collect::<Result<_, _>>()?,
    })
}

/// The field `platform`, which is called `name` in messages.
fn id(object: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, Failure> {
    match object.remove("platform") {
        Some(Value::String(id)) if fits(&id, MAX_ID) => Ok(Some(id)),
        Some(Value::Null) | None => Ok(None),
        Some(_) => Err(Failure::WrongType(name, "平台的代号")),
    }
}

fn none_left(object: &Map<String, Value>, within: &str, known: &str) -> Result<(), Failure> {
    match object.keys().next() {
        Some(unknown) => Err(Failure::UnknownField(
            format!("{within}{unknown}"),
            known.to_owned(),
        )),
        None => Ok(()),
    }
}

fn fits(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.contains('\0')
}
