//! Where Argo CD's copy of the repository ends.

use std::path::{Component, Path};

/// How many directories above `working` belong to the copy of the repository.
///
/// Argo CD runs a plugin in the Application's path inside a private copy under a temporary directory
/// (argo-cd `cmpserver/plugin/plugin.go`, `generateManifestGeneric`); what lies above the copy is not the
/// repository's, and a project file there belongs to somebody else. The copy may hold less than the
/// repository, when only the common root of the annotation `manifest-generate-paths` is sent: so what
/// counts is how much of the path's end the working directory ends with. Without Argo CD every directory
/// belongs.
pub(super) fn directories_above(working: &Path, source_path: Option<&str>) -> usize {
    let Some(source_path) = source_path else { return usize::MAX };
    let named = |component: &Component<'_>| matches!(component, Component::Normal(_));
    let asked = Path::new(source_path).components().rev().filter(named);
    asked.zip(working.components().rev()).take_while(|(asked, stands)| asked == stands).count()
}

#[cfg(test)]
mod tests {
    use super::directories_above;
    use std::path::Path;

    #[test]
    fn the_search_ends_where_the_copy_ends() {
        let above = |working: &str, path| directories_above(Path::new(working), path);
        assert_eq!(above("/tmp/_cmp_server/6f1c", Some(".")), 0);
        assert_eq!(above("/tmp/_cmp_server/6f1c", Some("")), 0);
        assert_eq!(above("/tmp/_cmp_server/6f1c/clusters/pools", Some("clusters/pools")), 2);
        assert_eq!(above("/tmp/_cmp_server/6f1c/clusters/pools", Some("./clusters//pools/")), 2);
        assert_eq!(above("/home/me/pools", None), usize::MAX);
    }

    #[test]
    fn a_copy_of_the_common_root_alone_is_shorter() {
        let above = |working: &str, path| directories_above(Path::new(working), Some(path));
        assert_eq!(above("/tmp/_cmp_server/6f1c/pools", "clusters/pools"), 1);
        assert_eq!(above("/tmp/_cmp_server/6f1c", "clusters/pools"), 0);
    }
}
