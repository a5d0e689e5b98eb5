//! Texts that wait: packed, since a fleet's texts resemble themselves and fill memory until the last is sound.

use super::RenderedFile;
use lz4_flex::block::{compress_into, decompress, get_maximum_output_size};
use std::cell::RefCell;

/// A packed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    bytes: Box<[u8]>,
    /// How long the text is.
    length: usize,
}

thread_local! {
    /// Room to pack in.
    static ROOM: RefCell<Vec<u8>> = RefCell::default();
}

impl Packed {
    /// Packs a text.
    pub fn new(text: &str) -> Packed {
        ROOM.with_borrow_mut(|room| {
            let most = get_maximum_output_size(text.len());
            if room.len() < most {
                room.resize(most, 0);
            }
            let count = compress_into(text.as_bytes(), room).expect("there is room for the worst case");
            Packed { bytes: room[..count].into(), length: text.len() }
        })
    }

    /// The text.
    pub fn text(&self) -> String {
        let text = decompress(&self.bytes, self.length).ok().and_then(|text| String::from_utf8(text).ok());
        text.expect("a text was packed here")
    }
}

/// Packed files of one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedFiles {
    /// Where each of them stands, and how long its text is.
    entries: Box<[(Box<str>, usize)]>,
    /// Their texts, one behind the other.
    texts: Packed,
}

impl PackedFiles {
    /// Packs files.
    pub fn new(files: Vec<RenderedFile>) -> PackedFiles {
        let texts = Packed::new(&files.iter().map(|file| file.text.as_str()).collect::<String>());
        let entries = files.into_iter().map(|file| (file.path.into_boxed_str(), file.text.len())).collect();
        PackedFiles { entries, texts }
    }

    /// The files.
    pub fn files(&self) -> Vec<RenderedFile> {
        let texts = self.texts.text();
        let mut rest = texts.as_str();
        let file = |(path, length): &(Box<str>, usize)| {
            let (text, others) = rest.split_at(*length);
            rest = others;
            RenderedFile { path: path.to_string(), text: text.to_owned() }
        };
        self.entries.iter().map(file).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_out_as_it_was() {
        let noise: String =
            (0u32..50_000).filter_map(|i| char::from_u32(i.wrapping_mul(2_654_435_761) >> 11)).collect();
        let manifests = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ä\n---\n".repeat(5_000);
        for text in
            ["", "a", "---\n", "é\u{10ffff}", &noise, &manifests, "", "shorter than what was packed before\n"]
        {
            let packed = Packed::new(text);
            assert!(packed.text() == text, "{} bytes", text.len());
        }
        assert!(Packed::new(&manifests).bytes.len() < manifests.len() / 50);
    }

    #[test]
    fn files_come_out_as_they_were() {
        let texts = ["kind: A\n", "", "kind: é\n", "kind: A\n"];
        let file = |text: &str| RenderedFile { path: format!("{}.yaml", text.len()), text: text.to_owned() };
        let files: Vec<RenderedFile> = texts.into_iter().map(file).collect();
        for files in [files, Vec::new()] {
            assert_eq!(PackedFiles::new(files.clone()).files(), files);
        }
    }
}
