//! "Did you mean": the known word that an unknown one was probably meant to be.

/// The candidate nearest to `word`, if one is near enough that it may have been meant; the first of
/// several equally near ones.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().max(lower.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("uneededTime", ["unneededTime", "enabled"]), Some("unneededTime"));
        assert_eq!(nearest("instancetype", ["instanceType", "zones"]), Some("instanceType"));
        assert_eq!(nearest("gpu", ["burst", "spot"]), None);
        assert_eq!(nearest("", ["a"]), Some("a"));
    }
}
