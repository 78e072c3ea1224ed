//! The wire types of a batch's answer: one JSON value, or, for a large batch, a line a group and a
//! last line with the counts.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::body::{VerdictBody, Wire};
use super::schema;
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::Outcome;
use crate::lookup::batch::{Bounded, Group};
use crate::service::{Recorded, Service};
use crate::table::number::Order;
use crate::wording;

/// A group and its answer.
pub(crate) struct Answered {
    pub(crate) group: Group,
    pub(crate) recorded: Recorded,
}

impl Answered {
    pub(crate) fn outcome(&self) -> Outcome {
        self.recorded.answer.verdict.outcome
    }

    /// The outcome in a word, for a person.
    pub(crate) fn word(&self) -> &'static str {
        let verdict = &self.recorded.answer.verdict;
        wording::outcome(verdict.outcome, verdict.confidence)
    }
}

/// 各种结果各有多少行。
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// 有答案的。
    pub(crate) answer: usize,
    /// 要反问一句的。
    pub(crate) choose: usize,
    /// 没有答案的。
    pub(crate) none: usize,
}

impl Counts {
    pub(crate) fn of(answered: &[Answered]) -> Self {
        let mut counts = Self::default();
        answered.iter().for_each(|one| counts.add(one));
        counts
    }

    fn add(&mut self, one: &Answered) {
        let count = match one.outcome() {
            Outcome::Answer => &mut self.answer,
            Outcome::Choose => &mut self.choose,
            Outcome::None => &mut self.none,
        };
        *count += one.group.lines.len();
    }

    fn total(&self) -> usize {
        self.answer + self.choose + self.none
    }
}

/// 一批报错的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = BatchAnswer)]
pub(super) struct BatchBody<'a> {
    /// 知识库的版本。
    #[schema(pattern = "^[0-9a-f]{8}$")]
    generation: &'a str,
    /// 查了多少行；空白的没有查。
    total: usize,
    counts: Counts,
    /// 同一种报错归成一组，多的在前。
    groups: Vec<GroupBody<'a>>,
    /// 文件里没有查的工作表：只查第一张有内容的。
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    other_sheets: &'a [String],
}

/// 同一种报错和它的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
pub(super) struct GroupBody<'a> {
    /// 同一种报错的指纹总是一样，不管单号和时间怎么变。
    #[schema(pattern = "^[0-9a-f]{16}$")]
    fingerprint: &'a str,
    /// 有几行。
    count: usize,
    /// 是哪几行：`texts` 的第几项、`text` 的第几行或文件的第几行，从 1 数起；占几行的算第一行。
    lines: &'a [usize],
    /// 这几行旁边的订单号；没有的行不在里面。
    orders: Vec<OrderBody<'a>>,
    /// 其中的第一行，已脱敏。
    sample: &'a str,
    /// 这次查询的编号；反馈时要用。
    #[schema(format = "uuid")]
    lookup_id: String,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

/// 一行的订单号。
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
struct OrderBody<'a> {
    /// 是哪一行。
    line: usize,
    /// 订单号，和单元格里写的一样。
    text: &'a str,
    /// 表格软件已经把它的后几位改掉了，补不回来：要从平台重新导出。
    damaged: bool,
}

/// 超过 200 行的一批，最后一行。
#[derive(Serialize, ToSchema)]
#[schema(as = BatchEnd)]
pub(super) struct EndBody<'a> {
    /// 知识库的版本。
    #[schema(pattern = "^[0-9a-f]{8}$")]
    generation: &'a str,
    /// 查了多少行；空白的没有查。
    total: usize,
    counts: Counts,
    /// 没有查的；都查了就是空的。
    left_out: Vec<LeftOutBody>,
    /// 文件里没有查的工作表：只查第一张有内容的。
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    other_sheets: &'a [String],
}

/// 没有查的几行。
#[derive(Serialize, ToSchema)]
#[schema(as = LeftOut)]
struct LeftOutBody {
    /// 从哪一行起。
    first: usize,
    /// 到哪一行为止。
    last: usize,
    /// 一共几行，空白的不算。
    count: usize,
    #[schema(schema_with = schema::omission)]
    reason: &'static str,
}

impl<'a> GroupBody<'a> {
    fn new(wire: &Wire<'a>, answered: &'a Answered) -> Self {
        let Answered { group, recorded } = answered;
        let orders = group.orders.iter();
        let order = |(line, order): &'a (usize, Order)| OrderBody {
            line: *line,
            text: &order.text,
            damaged: order.damaged,
        };
        Self {
            fingerprint: &group.fingerprint,
            count: group.lines.len(),
            lines: &group.lines,
            orders: orders.map(order).collect(),
            sample: &recorded.answer.query.masked,
            lookup_id: recorded.id.to_string(),
            verdict: wire.verdict(&recorded.answer.verdict),
        }
    }
}

/// The whole answer.
pub(super) fn whole<'a>(
    now: &'a Generation,
    answered: &'a [Answered],
    other_sheets: &'a [String],
) -> BatchBody<'a> {
    let wire = Wire::new(now);
    let counts = Counts::of(answered);
    let groups = answered.iter();
    BatchBody {
        generation: now.engine.generation(),
        total: counts.total(),
        counts,
        groups: groups.map(|one| GroupBody::new(&wire, one)).collect(),
        other_sheets,
    }
}

/// Looks each group up and emits its line of JSON, without the line's end, then the last line.
/// Stops early where `emit` returns false.
///
/// # Errors
/// Only if a line cannot be written as JSON, which no answer should bring about.
pub fn batch_lines(
    (service, channel): (&Service, Channel),
    now: &Generation,
    batch: Bounded,
    limit: usize,
    mut emit: impl FnMut(String) -> bool,
) -> serde_json::Result<()> {
    let wire = Wire::new(now);
    let mut counts = Counts::default();
    for group in batch.groups {
        let answered = Answered {
            recorded: service.turn(now, &group.paste, None, limit, channel),
            group,
        };
        counts.add(&answered);
        if !emit(serde_json::to_string(&GroupBody::new(&wire, &answered))?) {
            return Ok(());
        }
    }
    let left_out = batch.left_out.iter().map(|left| LeftOutBody {
        first: left.first,
        last: left.last,
        count: left.count,
        reason: left.reason.as_str(),
    });
    let end = EndBody {
        generation: now.engine.generation(),
        total: counts.total(),
        counts,
        left_out: left_out.collect(),
        other_sheets: &batch.other_sheets,
    };
    emit(serde_json::to_string(&end)?);
    Ok(())
}

/// Completes the schema of a large batch's lines: each is a group, but for the last.
pub(crate) fn is_a_line_each(content: &mut Value) {
    content["schema"] = json!({"oneOf": [
        {"$ref": "#/components/schemas/Group"},
        {"$ref": "#/components/schemas/BatchEnd"},
    ]});
}
