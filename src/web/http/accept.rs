//! Which of our media types a client likes best.

use axum::http::{HeaderMap, header};

/// The position of the offer with the highest quality; of equally good ones the first. Where none
/// is acceptable, or nothing is asked for, the first as well: an answer helps more than a 406.
pub(crate) fn preferred(request: &HeaderMap, offers: &[&str]) -> usize {
    let ranges: Vec<Range> = request
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::parse)
        .collect();
    let mut best = (0.0, 0);
    for (at, offer) in offers.iter().enumerate() {
        let fitting = ranges
            .iter()
            .filter_map(|r| Some((r.fits(offer)?, r.quality)));
        // The most specific range that fits says how good the offer is.
        let quality = fitting
            .max_by_key(|(specific, _)| *specific)
            .map_or(0.0, |f| f.1);
        if quality > best.0 {
            best = (quality, at);
        }
    }
    best.1
}

/// A media range of an `Accept` header.
struct Range {
    kind: String,
    subtype: String,
    quality: f32,
}

impl Range {
    /// Nothing for what is no media range, or has a quality that is none.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1.0;
        for part in parts {
            if let Some((name, value)) = part.split_once('=')
                && name.trim().eq_ignore_ascii_case("q")
            {
                quality = value
                    .trim()
                    .parse()
                    .ok()
                    .filter(|q| (0.0..=1.0).contains(q))?;
            }
        }
        Some(Self {
            kind: kind.trim().to_ascii_lowercase(),
            subtype: subtype.trim().to_ascii_lowercase(),
            quality,
        })
    }

    /// Degree to which it names a media type, the more specific the higher; `None` if it does not.
    fn fits(&self, offer: &str) -> Option<u8> {
        let (kind, subtype) = offer.split_once('/')?;
        match (self.kind.as_str(), self.subtype.as_str()) {
            (k, s) if k == kind && s == subtype => Some(2),
            (k, "*") if k == kind => Some(1),
            ("*", "*") => Some(0),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_liked_offer_is_chosen() {
        let offers = ["application/json", "text/markdown", "text/plain"];
        for (accept, chosen) in [
            ("", 0),
            ("*/*", 0),
            ("text/html,application/xhtml+xml,*/*;q=0.8", 0),
            ("text/markdown", 1),
            ("TEXT/Markdown ; Q=0.5", 1),
            ("text/plain, text/markdown;q=0.9", 2),
            ("text/*", 1),
            ("text/*, text/markdown;q=0.1", 2),
            ("text/plain;q=0.2, application/json;q=0.1", 2),
            ("text/plain;q=0", 0),
            ("*/*;q=0.1, application/json;q=0, text/plain;q=0", 1),
            ("image/png", 0),
            ("text/plain;q=2, text/markdown;q=0.1", 1),
            (";;;, text, /, text/plain;format=flowed", 2),
        ] {
            let value = HeaderValue::from_str(accept).expect("a header's value");
            let request = HeaderMap::from_iter([(header::ACCEPT, value)]);
            assert_eq!(preferred(&request, &offers), chosen, "{accept}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &offers), 0);
    }
}
