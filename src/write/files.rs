//! What tells files from each other, and whose they are.

use std::fs::Metadata;

/// What tells one file from another on this machine, where the system says so: device and inode.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// What tells one file from another on this machine, where the system says so: device and inode.
#[cfg(not(unix))]
pub(super) fn identity(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether two directories belong to the same user and group and stand on the same device.
#[cfg(unix)]
pub(super) fn same_owner_and_device(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.uid(), a.gid(), a.dev()) == (b.uid(), b.gid(), b.dev())
}

/// Whether two directories belong to the same user and group and stand on the same device.
#[cfg(not(unix))]
pub(super) fn same_owner_and_device(_a: &Metadata, _b: &Metadata) -> bool {
    true
}
