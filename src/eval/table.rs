//! The tables of an evaluation: results by kind, reliability of the confidence, and each miss with
//! its reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::lookup::{Engine, Outcome};

use super::fit::{fit, generated_examples, labelled_examples};
use super::labelled::{Labelled, Measured, measure};

/// Characters of a miss that are shown.
const SHOWN: usize = 110;

/// A measured query.
#[derive(Debug, Clone)]
pub struct Row {
    /// The query.
    pub query: Labelled,
    /// The result of the engine.
    pub measured: Measured,
    /// True if the outcome was `answer` or `choose`.
    pub offered: bool,
    /// True if the outcome was `answer`.
    pub answered: bool,
}

/// Measures every query under the decision in force.
pub fn evaluate(engine: &Engine, queries: &[Labelled]) -> Vec<Row> {
    queries.iter().map(|q| row(engine, q)).collect()
}

fn row(engine: &Engine, query: &Labelled) -> Row {
    let measured = measure(engine, query);
    let offered = measured.outcome != Outcome::None;
    let answered = measured.outcome == Outcome::Answer;
    Row {
        query: query.clone(),
        measured,
        offered,
        answered,
    }
}

/// Cross-validation: measures each fold under a decision fitted on the other folds and on the lines
/// generated from the content. The fold of a query is its position in its kind modulo `folds`, so
/// kinds are spread evenly.
///
/// # Panics
/// If `folds` is 0.
pub fn cross_validate(mut engine: Engine, queries: &[Labelled], folds: usize) -> Vec<Row> {
    assert!(folds > 0, "there is at least one fold");
    let generated = generated_examples(&engine);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let fold_of: Vec<usize> = queries
        .iter()
        .map(|q| {
            let count = counts.entry(&q.kind).or_default();
            *count += 1;
            *count % folds
        })
        .collect();
    let mut rows: Vec<Option<Row>> = vec![None; queries.len()];
    for fold in 0..folds {
        let train: Vec<&Labelled> = queries
            .iter()
            .zip(&fold_of)
            .filter(|(_, f)| **f != fold)
            .map(|(q, _)| q)
            .collect();
        let decision = fit(&generated, &labelled_examples(&engine, &train));
        engine
            .decide_by(decision)
            .expect("the fit gives every feature a weight");
        for (i, query) in queries
            .iter()
            .enumerate()
            .filter(|(i, _)| fold_of[*i] == fold)
        {
            rows[i] = Some(row(&engine, query));
        }
    }
    rows.into_iter().flatten().collect()
}

/// Counts of the queries of one line of the table.
#[derive(Default)]
struct Sums {
    queries: usize,
    in_scope: bool,
    first: usize,
    three: usize,
    right_offered: usize,
    wrong_offered: usize,
    refused: usize,
    answered: usize,
    right_answered: usize,
}

impl Sums {
    fn add(&mut self, row: &Row) {
        let m = &row.measured;
        let first = m.rank == Some(0);
        self.queries += 1;
        self.in_scope |= m.in_scope;
        self.first += usize::from(first);
        self.three += usize::from(m.rank.is_some_and(|r| r < 3));
        self.right_offered += usize::from(first && row.offered);
        self.wrong_offered += usize::from(!first && row.offered);
        self.refused += usize::from(!row.offered);
        self.answered += usize::from(row.answered);
        self.right_answered += usize::from(row.answered && first);
    }

    fn line(&self, kind: &str) -> String {
        let share = |n: usize| {
            if self.queries == 0 {
                0.0
            } else {
                n as f64 / self.queries as f64
            }
        };
        let scoped = |n: usize| {
            if self.in_scope {
                format!("{:.3}", share(n))
            } else {
                "–".to_owned()
            }
        };
        format!(
            "{kind:<10} {:>6} {:>7} {:>7} {:>9} {:>9.3} {:>8.3} {:>9.3} {:>9.3}\n",
            self.queries,
            scoped(self.first),
            scoped(self.three),
            scoped(self.right_offered),
            share(self.wrong_offered),
            share(self.refused),
            share(self.answered),
            share(self.answered - self.right_answered),
        )
    }
}

/// Renders the table by kind, the totals and the reliability of the confidence.
pub fn render(rows: &[Row]) -> String {
    let mut kinds: BTreeMap<&str, Sums> = BTreeMap::new();
    let (mut inside, mut outside) = (Sums::default(), Sums::default());
    for row in rows {
        kinds.entry(&row.query.kind).or_default().add(row);
        if row.measured.in_scope {
            inside.add(row)
        } else {
            outside.add(row)
        }
    }
    let mut text = String::from(
        "kind      queries   first   three  1st+offer  offer bad  refused  answered  ans. bad\n",
    );
    for (kind, sums) in &kinds {
        text += &sums.line(kind);
    }
    text += &inside.line("in scope");
    text += &outside.line("outside");
    let answered = inside.answered + outside.answered;
    let right = inside.right_answered;
    let _ = writeln!(
        text,
        "\nright among answers: {right} of {answered} = {:.3}",
        ratio(right, answered)
    );
    text + reliability(rows).as_str()
}

/// `part / whole`; 0 of nothing.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Mean confidence against the share that was right, by tenths of the confidence, and the expected
/// calibration error (Naeini, Cooper and Hauskrecht 2015).
fn reliability(rows: &[Row]) -> String {
    let mut text = String::from("\nconfidence  queries   mean   right\n");
    let mut error = 0.0;
    for tenth in 0..10 {
        let inside: Vec<&Row> = rows
            .iter()
            .filter(|r| ((r.measured.confidence * 10.0) as usize).min(9) == tenth)
            .collect();
        if inside.is_empty() {
            continue;
        }
        let n = inside.len() as f64;
        let mean = inside.iter().map(|r| r.measured.confidence).sum::<f64>() / n;
        let right = inside.iter().filter(|r| r.measured.rank == Some(0)).count() as f64 / n;
        error += (mean - right).abs() * n / rows.len() as f64;
        let _ = writeln!(
            text,
            "{:.1} to {:.1}  {:>7}  {mean:.3}   {right:.3}",
            tenth as f64 / 10.0,
            (tenth + 1) as f64 / 10.0,
            inside.len()
        );
    }
    let _ = writeln!(text, "expected calibration error: {error:.3}");
    text
}

/// Lists each query whose right entry was not first and offered, and each that was offered a result
/// although it has no answer here.
pub fn misses(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let m = &row.measured;
        let why = match (m.in_scope, m.rank, row.offered) {
            (true, Some(0), true) | (false, _, false) => continue,
            (true, Some(0), false) => "refused".to_owned(),
            (true, Some(rank), _) => format!("rank {}", rank + 1),
            (true, None, _) => "not a candidate".to_owned(),
            (false, _, true) if row.answered => "false answer".to_owned(),
            (false, _, true) => "false offer".to_owned(),
        };
        let line: String = row
            .query
            .text
            .chars()
            .take(SHOWN)
            .map(|c| if c == '\n' { ' ' } else { c })
            .collect();
        let _ = writeln!(
            text,
            "{} {} {why}, offered {:.2}: {line}",
            row.query.id, row.query.kind, m.offered
        );
        let _ = writeln!(text, "    wanted {:?}, first {:?}", row.query.gold, m.first);
    }
    text
}
