//! Texts that wait: packed, since a fleet's texts resemble themselves and fill memory until the last is sound.

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
}
