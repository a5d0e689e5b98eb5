#!/bin/sh
# Lays the JSON Schema of SARIF 2.1.0 where tests/finding_formats.rs looks for it. The schema is the
# OASIS one as the crate serde-sarif ships it; it is not ours to distribute, so it is not committed.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/target/sarif-schema-2.1.0.json"
sum=af47e7b67f24efe74076621fd3a5fbe7398add9e84fe820c971219a385895cea

if [ -f "$target" ] && printf '%s  %s\n' "$sum" "$target" | sha256sum --check --status; then
    exit 0
fi

# A package of its own, since the crate is needed for this file alone and does not build here.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<'EOF'
[package]
name = "fetch-sarif-schema"
version = "0.0.0"
edition = "2021"

[dependencies]
serde-sarif = { version = "=0.8.0", default-features = false }

[workspace]
EOF

cd "$work"
crate=$(cargo metadata --quiet --format-version 1 | tr ',' '\n' |
    sed -n 's|.*"manifest_path":"\(.*/serde-sarif-0\.8\.0\)/Cargo\.toml".*|\1|p')
printf '%s  %s\n' "$sum" "$crate/src/schema.json" | sha256sum --check --quiet
mkdir -p "$root/target"
cp "$crate/src/schema.json" "$target"
