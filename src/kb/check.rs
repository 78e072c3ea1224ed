//! Rules over the whole knowledge base: names that are used twice, training phrases that two
//! entries claim, links and platforms that do not exist.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::category::parents;
use super::diagnostic::{Diagnostic, Rule, nearest};
use super::draft::Draft;
use super::entry::Line;
use super::findings::Findings;
use super::id::{is_id, report_bad_id};
use super::links::no_picture;
use super::model::Kb;

/// Everything that was parsed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole<'a> {
    /// The valid entries.
    pub(super) drafts: &'a [Draft],
    /// Everything else; its entries are still empty.
    pub(super) kb: &'a Kb,
    /// Ids of all files of entries, invalid ones among them.
    pub(super) entry_ids: &'a BTreeSet<&'a str>,
    /// Ids of all categories' files, invalid ones among them.
    pub(super) category_ids: &'a BTreeSet<&'a str>,
}

/// The path and line of a first occurrence, for a message to name.
type Place<'a> = (&'a str, u32);

/// Applies every rule of this file.
pub(super) fn check(whole: Whole) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for rule in [platforms, addresses, links, titles, indexes, phrases] {
        rule(whole, &mut diagnostics);
    }
    diagnostics
}

fn platforms(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let vocabulary = &whole.kb.vocabulary;
    let known: Vec<&str> = vocabulary.platforms.iter().map(|p| p.id.as_str()).collect();
    for draft in whole.drafts {
        let mut findings = Findings::new(&draft.entry.path);
        for platform in draft
            .platforms
            .iter()
            .filter(|p| vocabulary.platform(&p.text).is_none())
        {
            let hint = match nearest(&platform.text, known.iter().copied()) {
                Some(id) => format!("did you mean `{id}`?"),
                None => format!(
                    "write one of {}, or add it to _vocabulary/platforms.toml",
                    known.join(", ")
                ),
            };
            let message = format!("`{}` is not a platform of the vocabulary", platform.text);
            findings.error(Rule::UnknownPlatform, platform.line, message, hint);
        }
        diagnostics.extend(findings.into_diagnostics());
    }
}

/// Ids and aliases: an address belongs to one entry or category.
fn addresses(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let mut aliases: HashMap<&str, Place> = HashMap::new();
    for draft in whole.drafts {
        let entry = &draft.entry;
        let mut findings = Findings::new(&entry.path);
        if whole.category_ids.contains(entry.id.as_str()) {
            let message = format!("`{}` is a category, so it cannot be an entry too", entry.id);
            findings.error(Rule::IdTaken, 1, message, "give the file another name");
        }
        for alias in &draft.aliases {
            let text = alias.text.as_str();
            if !is_id(text) {
                report_bad_id(text, alias.line, &mut findings);
            }
            let taken = match aliases.get(text) {
                _ if whole.entry_ids.contains(text) => Some("an entry".to_owned()),
                _ if whole.category_ids.contains(text) => Some("a category".to_owned()),
                Some((path, line)) => Some(format!("an alias at {path}:{line}")),
                None => None,
            };
            if let Some(taken) = taken {
                let message = format!("the alias `{text}` is already {taken}");
                findings.error(Rule::IdTaken, alias.line, message, "keep it in one place");
            }
            aliases.entry(text).or_insert((&entry.path, alias.line));
        }
        diagnostics.extend(findings.into_diagnostics());
    }
}

fn links(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let aliases: HashSet<&str> = whole
        .drafts
        .iter()
        .flat_map(|d| &d.aliases)
        .map(|a| a.text.as_str())
        .collect();
    let exists = |id: &str| {
        whole.entry_ids.contains(id) || whole.category_ids.contains(id) || aliases.contains(id)
    };
    for draft in whole.drafts {
        let mut findings = Findings::new(&draft.entry.path);
        for picture in &draft.pictures {
            if !whole.kb.pictures.contains_key(&picture.text) {
                no_picture(&picture.text, picture.line, &mut findings);
            }
        }
        for link in draft.links.iter().filter(|link| !exists(&link.text)) {
            // A file that was moved has kept its name.
            let name = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
            let same_name = whole
                .entry_ids
                .iter()
                .find(|id| name(id) == name(&link.text));
            let meant = same_name
                .copied()
                .or_else(|| nearest(&link.text, whole.entry_ids.iter().copied()));
            let hint = match meant {
                Some(id) => format!("did you mean `/kb/{id}`?"),
                None => "link an entry by `/kb/<id>` or `./<file>.md`".to_owned(),
            };
            let message = format!("no entry has the id `{}`", link.text);
            findings.error(Rule::BrokenLink, link.line, message, hint);
        }
        diagnostics.extend(findings.into_diagnostics());
    }
}

/// Titles of entries, and out-of-scope topics.
fn titles(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let entries = whole.drafts.iter().map(|d| &d.entry);
    let titles = entries.map(|e| (e.title.as_str(), e.path.as_str(), e.title_line));
    let topics = whole
        .kb
        .out_of_scope
        .iter()
        .map(|n| (n.topic.as_str(), n.path.as_str(), n.line));
    twice(
        titles,
        Rule::DuplicateTitle,
        "name in each the difference, such as the platform",
        diagnostics,
    );
    twice(
        topics,
        Rule::DuplicateTopic,
        "join the two, or name them apart",
        diagnostics,
    );
}

fn twice<'a>(
    names: impl Iterator<Item = (&'a str, &'a str, u32)>,
    rule: Rule,
    hint: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for (name, path, line) in names {
        if let Some((first, at)) = seen.get(name) {
            let message = format!("`{name}` is already used at {first}:{at}");
            diagnostics.push(Diagnostic::error(rule, path, line, "", message, hint));
        } else {
            seen.insert(name, (path, line));
        }
    }
}

/// Every folder above an entry or category has its `_index.md`.
fn indexes(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    let folders = whole.kb.categories.iter().map(|c| c.id.as_str());
    for id in whole.entry_ids.iter().copied() {
        missing.extend(parents(id).filter(|folder| !whole.category_ids.contains(folder)));
    }
    for id in folders {
        missing.extend(parents(id).filter(|folder| !whole.category_ids.contains(folder)));
    }
    for folder in missing {
        let message = format!("the folder `{folder}` has no _index.md, so it is not a category");
        let hint = "write one: `---`, `title: …`, `description: …`, `order: 1`, `---`";
        let path = format!("{folder}/_index.md");
        diagnostics.push(Diagnostic::error(
            Rule::MissingIndex,
            &path,
            1,
            "",
            message,
            hint,
        ));
    }
    for entry in whole
        .drafts
        .iter()
        .map(|d| &d.entry)
        .filter(|e| e.category().is_empty())
    {
        let message = "the entry is in no category";
        let hint = "move it into the folder of one";
        diagnostics.push(Diagnostic::error(
            Rule::MissingIndex,
            &entry.path,
            1,
            "",
            message,
            hint,
        ));
    }
}

/// The first occurrence of a training phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Claim<'a> {
    /// Path and line of its entry or out-of-scope topic. The line is needed: two topics may share a
    /// file.
    owner: Place<'a>,
    line: u32,
}

/// Training phrases: each belongs to one entry or out-of-scope topic.
fn phrases(whole: Whole, diagnostics: &mut Vec<Diagnostic>) {
    let mut claims: HashMap<String, Claim> = HashMap::new();
    for entry in whole.drafts.iter().map(|d| &d.entry) {
        let owner = (entry.path.as_str(), entry.title_line);
        for line in [&entry.templates, &entry.similar_errors, &entry.questions]
            .into_iter()
            .flatten()
        {
            diagnostics.extend(claim(&mut claims, owner, line));
        }
        let mut missed: HashMap<String, u32> = HashMap::new();
        for line in &entry.near_misses {
            let key = key(&line.text);
            if claims.get(&key).is_some_and(|claim| claim.owner == owner) {
                let message = format!(
                    "`{}` is both a training phrase and a near miss of this entry",
                    line.text
                );
                let hint = "keep it where it is right";
                let rule = Rule::ContradictedPhrase;
                diagnostics.push(Diagnostic::error(
                    rule, owner.0, line.line, "", message, hint,
                ));
            }
            diagnostics.extend(
                missed
                    .insert(key, line.line)
                    .map(|first| repeated(owner.0, line, first)),
            );
        }
    }
    for topic in &whole.kb.out_of_scope {
        let owner = (topic.path.as_str(), topic.line);
        for line in &topic.phrases {
            diagnostics.extend(claim(&mut claims, owner, line));
        }
    }
}

/// Records the owner of a training phrase. Returns a diagnostic if it has one already.
fn claim<'a>(
    claims: &mut HashMap<String, Claim<'a>>,
    owner: Place<'a>,
    line: &Line,
) -> Option<Diagnostic> {
    let key = key(&line.text);
    if key.is_empty() {
        // Wildcards alone: another rule reports it.
        return None;
    }
    let first = *claims.entry(key).or_insert(Claim {
        owner,
        line: line.line,
    });
    if first
        == (Claim {
            owner,
            line: line.line,
        })
    {
        return None;
    }
    if first.owner == owner {
        return Some(repeated(owner.0, line, first.line));
    }
    let (path, at) = (first.owner.0, first.line);
    let message = format!(
        "`{}` is already at {path}:{at}, and can belong to one place only",
        line.text
    );
    let hint = "keep it where it is right, or add to each what tells the two apart";
    Some(Diagnostic::error(
        Rule::SharedPhrase,
        owner.0,
        line.line,
        "",
        message,
        hint,
    ))
}

fn repeated(path: &str, line: &Line, first: u32) -> Diagnostic {
    let message = format!("`{}` is already at line {first}", line.text);
    Diagnostic::warning(
        Rule::RepeatedPhrase,
        path,
        line.line,
        "",
        message,
        "remove one",
    )
}

/// The letters and digits of a training phrase in lower case. Two phrases with equal keys are the
/// same to a reader.
fn key(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_phrases_are_the_same_but_for_case_and_punctuation() {
        assert_eq!(key("PDD 报错，怎么办？"), key("pdd报错 怎么办"));
        assert_ne!(key("CD08"), key("CD01"));
        assert_eq!(key("？——"), "");
    }
}
