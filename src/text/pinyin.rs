//! Pinyin: the readings of 汉字, and Latin letters matched against them. Letters may be whole
//! syllables, initials, or both mixed, the last syllable perhaps still being typed: `wuliu`, `wl`,
//! `wliu` and `wuli` all spell 物流. The readings are those of the `pinyin` crate.

use std::ops::Range;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;
use rustc_hash::FxHashMap;

/// Letters of a word that is matched: a shorter one means too much, a longer one is not typed. Chosen;
/// a word must fit the bits of a [`Step`].
const LETTERS: Range<usize> = 2..32;
/// Most readings of a 汉字 that are used: the others are rare. Chosen.
const READINGS: usize = 2;
/// The first of the 汉字 with readings, and the last: CJK Unified Ideographs.
const FIRST: u16 = 0x4e00;
const LAST: u16 = 0x9fff;

/// Weight of a match with a whole syllable in it, beside the same word in 汉字. This and the two below:
/// chosen, since initials say less than syllables, and two of them little.
const SYLLABLE: f32 = 0.85;
/// Weight of a match by initials alone.
const INITIALS: f32 = 0.75;
/// Weight of a match by two initials.
const TWO_INITIALS: f32 = 0.55;

/// The syllables of Chinese, and those of each 汉字.
struct Syllables {
    /// Position 0 is no syllable.
    all: Vec<String>,
    /// Those that begin with each letter.
    by_letter: [Vec<u16>; 26],
    /// From [`FIRST`] on; 0 where there are fewer.
    of: Vec<[u16; READINGS]>,
}

static SYLLABLES: LazyLock<Syllables> = LazyLock::new(|| {
    let mut all = vec![String::new()];
    let mut ids: FxHashMap<&str, u16> = FxHashMap::default();
    let mut of = Vec::with_capacity(usize::from(LAST - FIRST) + 1);
    for code in FIRST..=LAST {
        let mut readings = [0; READINGS];
        let mut distinct: Vec<u16> = Vec::new();
        let multi = char::from_u32(code.into()).and_then(|c| c.to_pinyin_multi());
        for reading in multi.into_iter().flatten() {
            let plain = reading.plain();
            let id = *ids.entry(plain).or_insert_with(|| {
                // Keyboards have no ü.
                all.push(plain.replace('ü', "v"));
                (all.len() - 1) as u16
            });
            if !distinct.contains(&id) {
                distinct.push(id);
            }
        }
        for (slot, id) in readings.iter_mut().zip(distinct) {
            *slot = id;
        }
        of.push(readings);
    }
    let mut by_letter: [Vec<u16>; 26] = std::array::from_fn(|_| Vec::new());
    for (id, syllable) in all.iter().enumerate() {
        if let Some(letter) = syllable.bytes().next().and_then(index) {
            by_letter[letter].push(id as u16);
        }
    }
    Syllables { all, by_letter, of }
});

fn index(letter: u8) -> Option<usize> {
    letter
        .is_ascii_lowercase()
        .then(|| usize::from(letter - b'a'))
}

fn readings(unit: u16) -> [u16; READINGS] {
    match unit {
        FIRST..=LAST => SYLLABLES.of[usize::from(unit - FIRST)],
        _ => [0; READINGS],
    }
}

/// The usual pinyin of a phrase, syllables joined, and its initials; other characters are left out.
pub(crate) fn spell(phrase: &str) -> (String, String) {
    let usual = |c: char| u16::try_from(u32::from(c)).map_or(0, |unit| readings(unit)[0]);
    let ids = phrase.chars().map(usual).filter(|id| *id > 0);
    let syllables: Vec<&str> = ids.map(|id| &*SYLLABLES.all[usize::from(id)]).collect();
    let initials = syllables.iter().filter_map(|s| s.chars().next());
    (syllables.concat(), initials.collect())
}

/// A bit for each letter that the pinyin of a line's 汉字 begins with; `units` is UTF-16.
pub(crate) fn initials(units: &[u16]) -> u32 {
    let syllables = &SYLLABLES;
    let mut bits = 0;
    for id in units.iter().flat_map(|u| readings(*u)).filter(|id| *id > 0) {
        let first = syllables.all[usize::from(id)].bytes().next();
        bits |= first.and_then(index).map_or(0, |letter| 1 << letter);
    }
    bits
}

/// The ways to go on with a syllable from each place of the typed letters: a bit a place.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    /// It stands there whole.
    whole: u64,
    /// Its first letter does.
    initial: u64,
    /// The letters end inside it.
    tail: u64,
    /// Number of its letters.
    length: u8,
}

/// Typed letters, ready to be compared with 汉字.
#[derive(Debug)]
pub(crate) struct Spelling {
    steps: Vec<Step>,
    letters: usize,
    /// Letters that some 汉字 has to begin with.
    pub(crate) needs: u32,
}

impl Spelling {
    /// `None` for what is not lower-case letters alone, or too few or too many of them.
    pub(crate) fn new(units: &[u16]) -> Option<Self> {
        let letters: Vec<u8> = units
            .iter()
            .map(|u| u8::try_from(*u).ok().filter(u8::is_ascii_lowercase))
            .collect::<Option<_>>()?;
        if !LETTERS.contains(&letters.len()) {
            return None;
        }
        let syllables = &SYLLABLES;
        let mut steps = vec![Step::default(); syllables.all.len()];
        let mut needs = 0;
        for (at, letter) in letters.iter().enumerate() {
            let letter = index(*letter)?;
            // Only these stand inside a syllable too: shi, lian, dong, er.
            if at == 0 || !b"aeghinoruv".contains(&letters[at]) {
                needs |= 1 << letter;
            }
            for &id in &syllables.by_letter[letter] {
                let (syllable, rest) = (syllables.all[usize::from(id)].as_bytes(), &letters[at..]);
                let step = &mut steps[usize::from(id)];
                step.length = syllable.len() as u8;
                step.initial |= 1 << at;
                step.whole |= u64::from(rest.starts_with(syllable)) << at;
                step.tail |= u64::from(syllable.starts_with(rest)) << at;
            }
        }
        Some(Self {
            steps,
            letters: letters.len(),
            needs,
        })
    }

    /// The first stretch of 汉字 that the letters spell.
    pub(crate) fn find(&self, units: &[u16]) -> Option<Range<usize>> {
        (0..units.len()).find_map(|start| Some(start..self.end(units, start)?))
    }

    fn end(&self, units: &[u16], start: usize) -> Option<usize> {
        let done = 1 << self.letters;
        let mut reached = 1_u64;
        for (at, unit) in units.iter().enumerate().skip(start) {
            let mut next = 0;
            for id in readings(*unit) {
                let step = self.steps[usize::from(id)];
                next |= (reached & step.whole) << step.length | (reached & step.initial) << 1;
                if reached & step.tail != 0 {
                    next |= done;
                }
            }
            if next & done != 0 {
                return Some(at + 1);
            }
            if next == 0 {
                return None;
            }
            reached = next;
        }
        None
    }

    /// Weight of a match with a stretch of so many 汉字, 0 to 1.
    pub(crate) fn quality(&self, hanzi: usize) -> f32 {
        match (self.letters, hanzi) {
            (2, 2) => TWO_INITIALS,
            (letters, hanzi) if letters == hanzi => INITIALS,
            _ => SYLLABLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn spelled(letters: &str, text: &str) -> String {
        let spelling = Spelling::new(&units(letters)).expect("letters");
        let text = units(text);
        let ready = spelling.needs & !initials(&text) == 0;
        match spelling.find(&text) {
            Some(range) => {
                assert!(ready, "{letters} is not kept from its line");
                String::from_utf16_lossy(&text[range])
            }
            None => String::new(),
        }
    }

    #[test]
    fn syllables_initials_and_both_mixed_spell() {
        for (letters, text, found) in [
            ("wlys", "拼多多物流映射选哪个", "物流映射"),
            ("wuliu", "下载物流公司", "物流"),
            ("wuliuys", "物流映射", "物流映射"),
            ("wlyingshe", "物流映射", "物流映射"),
            ("wuliuying", "物流映射", "物流映"),
            ("wuliuyin", "物流映射", "物流映"),
            ("wu", "物流", "物"),
            ("xian", "西安仓", "西安"),
            ("chongxin", "重新同步", "重新"),
            ("cx", "重新同步", "重新"),
            ("lv", "绿色", "绿"),
            ("nv", "女装", "女"),
            ("wlys", "物流公司", ""),
            ("wuliu", "无效", ""),
        ] {
            assert_eq!(spelled(letters, text), found, "{letters}");
        }
    }

    #[test]
    fn no_way_to_spell_a_line_is_kept_from_it() {
        let text = units("拼多多圆通国际物流映射选哪个银行重庆女装耳机阿里欧洲安全");
        let whole = |unit: u16| &SYLLABLES.all[usize::from(readings(unit)[0])];
        for part in text.windows(4) {
            for ways in 0..16 {
                let letters: String = part
                    .iter()
                    .enumerate()
                    .map(|(i, unit)| match ways >> i & 1 {
                        0 => whole(*unit).as_str(),
                        _ => &whole(*unit)[..1],
                    })
                    .collect();
                for end in 2..=letters.len() {
                    let spelling = Spelling::new(&units(&letters[..end])).expect("letters");
                    assert_eq!(spelling.needs & !initials(&text), 0, "{letters}");
                    assert!(spelling.find(&text).is_some(), "{letters}");
                }
            }
        }
    }

    #[test]
    fn not_everything_is_pinyin() {
        for text in ["", "w", "cd08", "物流", "a b", &"w".repeat(32)] {
            assert!(Spelling::new(&units(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn a_phrase_is_spelled_by_its_usual_readings() {
        assert_eq!(spell("物流映射"), ("wuliuyingshe".into(), "wlys".into()));
        assert_eq!(spell("绿色 CD08"), ("lvse".into(), "ls".into()));
    }
}
