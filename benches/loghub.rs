//! Quality on other content: each system of a log benchmark becomes a knowledge base, each template
//! an entry, each raw line a paste. The decision is fitted from the content alone.
//!
//! `cargo bench --bench loghub -- DIR [--held-out]` reads `DIR/*.jsonl` (`text`, `template_id`,
//! `template`) and counts the lines whose own template is the first result. With `--held-out` a
//! third of the templates is left out of each base, and their lines must be refused. `--misses`
//! prints each line that was missed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jieda::eval::fit::{fit, generated_examples};
use jieda::kb::Kb;
use jieda::lookup::judge::Decision;
use jieda::lookup::{Engine, Exclude, Scored};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    text: String,
    template_id: String,
    template: String,
}

#[derive(Default)]
struct Counts {
    lines: usize,
    first: usize,
    inside: usize,
    right_offered: usize,
    outside: usize,
    refused: usize,
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let held_out = args.iter().any(|a| a == "--held-out");
    let verbose = args.iter().any(|a| a == "--misses");
    let Some(dir) = args.iter().find(|a| !a.starts_with("--")) else {
        println!("loghub: no folder given, nothing measured");
        return Ok(());
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .with_context(|| dir.clone())?
        .filter_map(|f| Some(f.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    files.sort();
    println!(
        "{:<14}{:>8}{:>8}{:>14}{:>10}",
        "system", "lines", "first", "right+offered", "refused"
    );
    let mut means = [0.0; 3];
    for file in &files {
        let counts = system(file, held_out, verbose)?;
        let shares = [
            ratio(
                counts.first,
                if held_out {
                    counts.inside
                } else {
                    counts.lines
                },
            ),
            ratio(counts.right_offered, counts.inside),
            ratio(counts.refused, counts.outside),
        ];
        let name = file
            .file_stem()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        println!(
            "{name:<14}{:>8}{:>8.4}{:>14.4}{:>10.4}",
            counts.lines, shares[0], shares[1], shares[2]
        );
        for (mean, share) in means.iter_mut().zip(shares) {
            *mean += share / files.len() as f64;
        }
    }
    println!(
        "{:<14}{:>8}{:>8.4}{:>14.4}{:>10.4}",
        "mean", "", means[0], means[1], means[2]
    );
    Ok(())
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

fn system(file: &Path, held_out: bool, verbose: bool) -> anyhow::Result<Counts> {
    let text = std::fs::read_to_string(file)?;
    let lines: Vec<Line> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let templates: BTreeMap<&str, &str> = lines
        .iter()
        .map(|l| (l.template_id.as_str(), l.template.as_str()))
        .collect();
    // Every third template, in the order of the ids, is unknown to the base.
    let known: BTreeMap<&str, &str> = templates
        .iter()
        .enumerate()
        .filter(|(i, _)| !held_out || i % 3 != 2)
        .map(|(_, (id, template))| (*id, *template))
        .collect();
    let engine = engine(&known)?;
    let mut counts = Counts::default();
    let mut seen: BTreeMap<&str, (Option<String>, bool)> = BTreeMap::new();
    for line in &lines {
        let (first, offered) = seen.entry(&line.text).or_insert_with(|| {
            let scored = engine.consider(&line.text, None, Exclude::Nothing);
            let offered = 1.0 - scored.judgement.none >= engine.judge().decision().offer;
            (first(&engine, &scored), offered)
        });
        let right = first.as_deref() == Some(&line.template_id);
        counts.lines += 1;
        if known.contains_key(line.template_id.as_str()) {
            counts.inside += 1;
            counts.first += usize::from(right);
            counts.right_offered += usize::from(right && *offered);
            if verbose && !(right && *offered) {
                println!(
                    "  {} not {first:?} {offered}: {} | {}",
                    line.template_id, line.text, line.template
                );
            }
        } else {
            counts.outside += 1;
            counts.refused += usize::from(!*offered);
        }
    }
    Ok(counts)
}

/// Writes the base into a temporary folder, reads it back, and fits its decision.
fn engine(templates: &BTreeMap<&str, &str>) -> anyhow::Result<Engine> {
    let dir = std::env::temp_dir().join(format!("jieda-loghub-{}", std::process::id()));
    let category = dir.join("log");
    std::fs::create_dir_all(&category)?;
    std::fs::write(
        category.join("_index.md"),
        "---\ntitle: log\ndescription: log\norder: 1\n---\n",
    )?;
    for (id, template) in templates {
        let mut template = (*template).to_owned();
        while template.contains("<*><*>") {
            template = template.replace("<*><*>", "<*>");
        }
        let entry = format!(
            "---\nsources: [{id}]\n---\n# {id}\n\n## 报错信息\n```text\n{template}\n```\n\n## 原因\n{id}\n"
        );
        std::fs::write(category.join(format!("{}.md", id.to_lowercase())), entry)?;
    }
    let sources = Kb::read(&dir)?;
    std::fs::remove_dir_all(&dir)?;
    let (kb, _) = Kb::parse(&sources);
    let mut engine = Engine::with_decision(kb, Kb::digest(&sources), Decision::built_in())?;
    let decision = fit(&generated_examples(&engine), &[]);
    engine.decide_by(decision)?;
    Ok(engine)
}

fn first(engine: &Engine, scored: &Scored) -> Option<String> {
    let chance = scored.judgement.entries.first()?;
    let entry = engine.entry_of(scored.evidence[chance.candidate].topic)?;
    engine.kb().entries[entry].sources.first().cloned()
}
