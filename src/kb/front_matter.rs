//! Front matter: YAML, decoded and then checked. Platforms and aliases are checked against the
//! whole knowledge base later, so they carry their lines.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::{Error, Spanned};

use super::date::is_date;
use super::diagnostic::{Rule, nearest};
use super::entry::{Acts, Cause, Line, Retry};
use super::findings::Findings;

/// An entry's front matter, not yet checked.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    platforms: Option<Vec<Spanned<String>>>,
    cause: Option<Spanned<String>>,
    retry: Option<Spanned<String>>,
    acts: Option<Spanned<String>>,
    sources: Option<Vec<String>>,
    needs: Option<Vec<String>>,
    aliases: Option<Vec<Spanned<String>>>,
    updated: Option<Spanned<String>>,
}

/// An entry's front matter, checked. Unknown values are left out.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    pub(super) platforms: Vec<Line>,
    pub(super) cause: Option<Cause>,
    pub(super) retry: Option<Retry>,
    pub(super) acts: Option<Acts>,
    pub(super) sources: Vec<String>,
    pub(super) needs: Vec<String>,
    pub(super) aliases: Vec<Line>,
    pub(super) updated: Option<String>,
}

impl FrontMatter {
    /// Reads an entry's front matter. Invalid values are reported and left out.
    pub(super) fn parse(yaml: Option<&str>, findings: &mut Findings) -> Self {
        let written: Written = parse(yaml, findings);
        let lines = |values: Option<Vec<Spanned<String>>>| {
            let line = |v: Spanned<String>| Line {
                line: file_line(&v),
                text: v.value,
            };
            values.unwrap_or_default().into_iter().map(line).collect()
        };
        Self {
            platforms: lines(written.platforms),
            cause: choose("cause", written.cause, Cause::ALL, Cause::as_str, findings),
            retry: choose("retry", written.retry, Retry::ALL, Retry::as_str, findings),
            acts: choose("acts", written.acts, Acts::ALL, Acts::as_str, findings),
            sources: written.sources.unwrap_or_default(),
            needs: written.needs.unwrap_or_default(),
            aliases: lines(written.aliases),
            updated: written
                .updated
                .and_then(|date| checked_date(&date, findings)),
        }
    }
}

/// A category's front matter.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CategoryMatter {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) order: Option<i64>,
}

/// Reads front matter of any type. The default if there is none or it is invalid.
pub(super) fn parse<T: DeserializeOwned + Default>(
    yaml: Option<&str>,
    findings: &mut Findings,
) -> T {
    let options = serde_saphyr::options! { with_snippet: false };
    let parsed = yaml.map(|yaml| serde_saphyr::from_str_with_options(yaml, options));
    parsed
        .unwrap_or_else(|| Ok(T::default()))
        .unwrap_or_else(|error| {
            report(&error, findings);
            T::default()
        })
}

fn report(error: &Error, findings: &mut Findings) {
    let line = error.location().map_or(1, |at| in_file(at.line()));
    if let Error::SerdeUnknownField {
        field, expected, ..
    } = error
    {
        let message = format!("the front matter has a key that jieda does not know: `{field}`");
        let hint = match nearest(field, expected.iter().copied()) {
            Some(key) => format!("did you mean `{key}`?"),
            None => format!("the keys are {}", expected.join(", ")),
        };
        findings.error(Rule::UnknownKey, line, message, hint);
        return;
    }
    // The position in the text counts from the front matter, not the file.
    let text = error.to_string();
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    let hint = "write `key: value` or `key: [one, two]`, each key once; quote a value that holds `: ` or ` #`";
    findings.error(
        Rule::BadFrontMatter,
        line,
        format!("the front matter cannot be read: {text}"),
        hint,
    );
}

/// A line of the YAML as a line of the file, which begins with `---`.
fn in_file(yaml_line: u64) -> u32 {
    u32::try_from(yaml_line)
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

fn file_line(value: &Spanned<String>) -> u32 {
    in_file(value.referenced.line())
}

fn choose<T: Copy>(
    key: &str,
    value: Option<Spanned<String>>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
    findings: &mut Findings,
) -> Option<T> {
    let value = value?;
    let chosen = all
        .iter()
        .copied()
        .find(|choice| name(*choice) == value.value);
    if chosen.is_none() {
        let names: Vec<&str> = all.iter().map(|choice| name(*choice)).collect();
        let message = format!("`{}` is not a value of `{key}`", value.value);
        let hint = format!("write one of {}", names.join(", "));
        findings.error(Rule::UnknownValue, file_line(&value), message, hint);
    }
    chosen
}

fn checked_date(date: &Spanned<String>, findings: &mut Findings) -> Option<String> {
    if is_date(&date.value) {
        return Some(date.value.clone());
    }
    let message = format!("`{}` is not a date", date.value);
    findings.error(
        Rule::BadDate,
        file_line(date),
        message,
        "write it like 2026-11-24",
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines_in_the_file() {
        let mut findings = Findings::new("x.md");
        let yaml = "# comment\nplatforms: [taobao,\n  tmall]\ncause: data\nupdated: 2026-11-24\naliases:\n";
        let matter = FrontMatter::parse(Some(yaml), &mut findings);
        assert_eq!(findings.into_diagnostics(), []);
        let line = |text: &str, line| Line {
            text: text.into(),
            line,
        };
        assert_eq!(matter.platforms, [line("taobao", 3), line("tmall", 4)]);
        assert_eq!(matter.cause, Some(Cause::Data));
        assert_eq!(matter.updated.as_deref(), Some("2026-11-24"));
        assert_eq!(matter.aliases, []);
    }
}
