//! "Did you mean": the known word that an unknown one was probably meant to be.

/// The candidate nearest to `word`, if one is near enough that it may have been meant; the first of
/// several equally near ones.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + candidate.chars().count().max(lower.chars().count()) / 4
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidate that `word` was certainly meant to be: it differs in case, hyphens and underscores
/// alone, or by one letter in a word of five or more (two in one of ten or more), and every other
/// candidate is further away.
///
/// This is what a fix may write unseen; [`nearest`] is what a person is asked about.
pub fn certain<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    let given = folded(word);
    if given.chars().count() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut unique = true;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&given, &folded(candidate));
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, known)) if distance == least && known != candidate => unique = false,
            Some((least, _)) if distance == least => {}
            _ => (best, unique) = (Some((distance, candidate)), true),
        }
    }
    let (distance, candidate) = best.filter(|_| unique)?;
    let allowed = match folded(candidate).chars().count().min(given.chars().count()) {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    (distance <= allowed).then_some(candidate)
}

/// Case, hyphens and underscores are the most frequent mistakes.
fn folded(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{certain, nearest};

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("uneededTime", ["unneededTime", "enabled"]), Some("unneededTime"));
        assert_eq!(nearest("instancetype", ["instanceType", "zones"]), Some("instanceType"));
        assert_eq!(nearest("gpu", ["burst", "spot"]), None);
        assert_eq!(nearest("", ["a"]), Some("a"));
    }

    #[test]
    fn only_one_close_candidate_is_certain() {
        let words = ["instanceType", "zones", "size", "min", "max", "taints"];
        assert_eq!(certain("instance_type", words), Some("instanceType"));
        assert_eq!(certain("instanctype", words), Some("instanceType"));
        assert_eq!(certain("Size", words), Some("size"));
        assert_eq!(certain("taint", words), Some("taints"));
        assert_eq!(certain("sise", words), None, "short words are too close to each other");
        assert_eq!(certain("mix", words), None);
        assert_eq!(certain("", words), None);
        assert_eq!(certain("abcdf", ["abcde", "abcdg"]), None, "two are equally near");
        assert_eq!(certain("NO_SCHEDULE", ["NoSchedule", "NoExecute"]), Some("NoSchedule"));
    }
}
