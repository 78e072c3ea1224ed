//! The turn before, as it travels with a lookup: given out with a question, taken back with the
//! reply. It comes from outside, so it is bounded and checked; that an entry or a platform in it is
//! no more is no error, for the knowledge base may have changed since.

use deserr::Deserr;
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::{MAX_ENTRIES, MAX_ID};
use crate::lookup::MAX_OPTIONS;
use crate::lookup::follow::{MAX_TEXT, Turn, TurnOption};
use crate::web::http::decode::Expected;
use crate::web::http::error::Failure;

/// The text is not cut below this many characters.
const LEAST: usize = 200;
/// Schemas take literals alone.
const _: () = assert!(MAX_OPTIONS == 40 && MAX_TEXT == 2_000 && MAX_ID == 200);

/// 上一轮问了什么。`outcome` 是 `choose` 时给出；把它原样放进下一次查询，用户的回答就能接着判断，机器人自己什么都不用记。
#[derive(Serialize, Deserr, ToSchema, JsonSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
#[schema(as = Context)]
#[schemars(rename = "Context")]
pub(crate) struct ContextBody {
    /// 上一轮的内容，已脱敏。
    #[schema(
        min_length = 1,
        max_length = 2_000,
        pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$"
    )]
    #[deserr(try_from(String) = checked_text -> Expected)]
    text: String,
    /// 上一轮给出的平台。
    #[schema(max_length = 200, pattern = "^[^\\x00]*$")]
    #[deserr(default, try_from(Option<String>) = checked_platform -> Expected)]
    platform: Option<String>,
    /// 问用户的选项，按顺序。
    #[schema(max_items = 40)]
    #[deserr(try_from(Vec<ContextOption>) = checked_options -> Expected)]
    options: Vec<ContextOption>,
}

/// 问过的一个选项。
#[derive(Serialize, Deserr, ToSchema, JsonSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
struct ContextOption {
    /// 按平台问的时候是哪个平台。
    #[schema(max_length = 200, pattern = "^[^\\x00]*$")]
    #[deserr(default, try_from(Option<String>) = checked_platform -> Expected)]
    platform: Option<String>,
    /// 选了它，剩下的是这些条目；空的是都不是。
    #[schema(schema_with = super::schema::ids)]
    #[deserr(try_from(Vec<String>) = checked_entries -> Expected)]
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

impl From<ContextBody> for Turn {
    fn from(context: ContextBody) -> Self {
        let options = context.options.into_iter().map(|o| TurnOption {
            platform: o.platform,
            entries: o.entries,
        });
        Self {
            text: context.text,
            platform: context.platform,
            options: options.collect(),
        }
    }
}

fn checked_text(text: String) -> Result<String, Expected> {
    if fits(&text, MAX_TEXT) && !text.trim().is_empty() {
        Ok(text)
    } else {
        Err(Expected("最多 2000 个字符的内容"))
    }
}

fn checked_platform(id: Option<String>) -> Result<Option<String>, Expected> {
    match id {
        Some(id) if !fits(&id, MAX_ID) => Err(Expected("平台的代号")),
        id => Ok(id),
    }
}

fn checked_options(options: Vec<ContextOption>) -> Result<Vec<ContextOption>, Expected> {
    if options.len() <= MAX_OPTIONS {
        Ok(options)
    } else {
        Err(Expected("最多 40 项的列表"))
    }
}

fn checked_entries(ids: Vec<String>) -> Result<Vec<String>, Expected> {
    if ids.len() > MAX_ENTRIES {
        Err(Expected("最多 40 项的列表"))
    } else if ids.iter().all(|id| fits(id, MAX_ID)) {
        Ok(ids)
    } else {
        Err(Expected("编号的列表"))
    }
}

fn fits(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.contains('\0')
}
