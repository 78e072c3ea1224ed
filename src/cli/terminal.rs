//! An answer as text for a terminal: the paste with what matched, the steps, and why. Returns
//! strings and prints nothing.

use std::fmt::Write as _;

use jieda::kb::render;
use jieda::lookup::weigh::weighed;
use jieda::lookup::{Answer, Engine, Hit, Outcome, Scored, Span, SpanKind, Verdict};
use jieda::wording;

/// Renders an answer; `colour` adds ANSI colours, without it marks tell the spans apart.
pub(super) fn answer(engine: &Engine, sent: &str, answer: &Answer, colour: bool) -> String {
    let mut text = String::new();
    if answer.problems.is_empty() {
        verdict(engine, sent, &answer.verdict, colour, &mut text);
    }
    for (i, problem) in answer.problems.iter().enumerate() {
        let _ = writeln!(text, "—— 第 {} 个问题 ——", i + 1);
        let part: String = sent
            .chars()
            .skip(problem.span.start)
            .take(problem.span.len())
            .collect();
        let mut own = problem.verdict.clone();
        for span in own.results.iter_mut().flat_map(|h| &mut h.matched.spans) {
            span.start -= problem.span.start;
            span.end -= problem.span.start;
        }
        verdict(engine, &part, &own, colour, &mut text);
    }
    text
}

fn verdict(engine: &Engine, sent: &str, verdict: &Verdict, colour: bool, text: &mut String) {
    let kb = engine.kb();
    let spans = verdict
        .results
        .first()
        .map_or(&[][..], |h| &h.matched.spans);
    let _ = writeln!(text, "{}\n", marked(sent.trim_end(), spans, colour));
    match (verdict.outcome, verdict.results.first()) {
        (Outcome::Answer, Some(hit)) => {
            let entry = &kb.entries[hit.entry];
            let _ = writeln!(
                text,
                "{}",
                bold(
                    &format!(
                        "{}（把握 {}%）",
                        entry.title,
                        wording::percent(hit.confidence)
                    ),
                    colour
                )
            );
            let _ = writeln!(
                text,
                "\n{}\n",
                render::plain(&entry.answer_markdown()).trim_end()
            );
            let _ = writeln!(text, "依据：{}", why(hit));
            let _ = writeln!(text, "条目：{}", entry.id);
        }
        (Outcome::Choose, _) => {
            if let Some(ask) = &verdict.ask {
                let _ = writeln!(text, "{}", bold(&ask.question, colour));
                for option in &ask.options {
                    let _ = writeln!(text, "  · {}  {}", option.label, option.entries.join("、"));
                }
            }
            nearest(engine, verdict, "候选：", text);
        }
        _ => none(engine, verdict, colour, text),
    }
}

/// No entry solves it: the reason, the summary for support, and the nearest entries.
fn none(engine: &Engine, verdict: &Verdict, colour: bool, text: &mut String) {
    let heading = format!("{}。", wording::NOT_COVERED);
    let _ = writeln!(text, "{}", bold(&heading, colour));
    if let Some(handover) = &verdict.handover {
        let _ = writeln!(text, "{}", wording::advice(&handover.reason));
        let _ = writeln!(
            text,
            "\n{}\n指纹：{}",
            handover.summary, handover.fingerprint
        );
    }
    nearest(engine, verdict, "只是相近，多半不是答案：", text);
}

fn nearest(engine: &Engine, verdict: &Verdict, heading: &str, text: &mut String) {
    if !verdict.results.is_empty() {
        let _ = writeln!(text, "\n{heading}");
        for hit in &verdict.results {
            let entry = &engine.kb().entries[hit.entry];
            let _ = writeln!(
                text,
                "  {:>3}%  {}  {}",
                wording::percent(hit.confidence),
                entry.title,
                entry.id
            );
        }
    }
}

fn why(hit: &Hit) -> String {
    match (&hit.matched.template, &hit.matched.phrase) {
        (Some(template), _) => format!("与报错信息「{template}」一致"),
        (None, Some(phrasing)) => format!("与「{phrasing}」最相近"),
        (None, None) => "用词相近".to_owned(),
    }
}

fn bold(text: &str, colour: bool) -> String {
    if colour {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// The sent text with its spans: coloured, or in brackets of their own kind. Control characters
/// are shown as spaces, so that a paste cannot steer the terminal.
fn marked(sent: &str, spans: &[Span], colour: bool) -> String {
    let mut text = String::new();
    let mut spans = spans.iter().peekable();
    let mut open: Option<SpanKind> = None;
    for (at, c) in sent.chars().enumerate() {
        if let Some(span) = spans.peek()
            && span.start == at
        {
            open = Some(span.kind);
            text.push_str(marks(span.kind, colour).0);
        }
        text.push(if c.is_control() && c != '\n' { ' ' } else { c });
        if let (Some(span), Some(kind)) = (spans.peek(), open)
            && span.end == at + 1
        {
            text.push_str(marks(kind, colour).1);
            open = None;
            spans.next();
        }
    }
    if let Some(kind) = open {
        text.push_str(marks(kind, colour).1);
    }
    text
}

fn marks(kind: SpanKind, colour: bool) -> (&'static str, &'static str) {
    match (kind, colour) {
        (SpanKind::Literal, true) => ("\x1b[32m", "\x1b[0m"),
        (SpanKind::Variable, true) => ("\x1b[36;3m", "\x1b[0m"),
        (SpanKind::Code, true) => ("\x1b[33;1m", "\x1b[0m"),
        (SpanKind::Platform, true) => ("\x1b[35m", "\x1b[0m"),
        (SpanKind::Literal, false) => ("[", "]"),
        (SpanKind::Variable, false) => ("<", ">"),
        (SpanKind::Code, false) => ("#[", "]"),
        (SpanKind::Platform, false) => ("{", "}"),
    }
}

/// Each candidate with its features times their weights, best first, `none` among them.
pub(super) fn explanation(engine: &Engine, scored: &Scored, limit: usize) -> String {
    let style = if scored.reading.analyzed.style.message {
        "报错"
    } else {
        "提问或短语"
    };
    let mut text = format!(
        "{style}  信息量 {:.1}  没有答案的概率 {:.3}\n",
        scored.reading.information, scored.judgement.none
    );
    for candidate in weighed(engine, scored, limit) {
        let _ = writeln!(text, "\n{:+.2}  {}", candidate.utility, candidate.name);
        for term in &candidate.terms {
            let _ = writeln!(
                text,
                "    {:<24} {:>6.3} × {:>7.3} = {:>+7.3}",
                term.feature,
                term.value,
                term.weight,
                term.product()
            );
        }
        if let Some(nearest) = &candidate.nearest {
            let _ = writeln!(text, "    最相近的一行：{nearest}");
        }
    }
    text
}
