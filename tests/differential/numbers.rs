//! A small generator with a seed, so that every run can be had again.

/// Numbers that follow from a seed.
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of case `index` under `seed`: any case can be made without those before it.
    pub fn of(seed: u64, index: u64) -> Numbers {
        // SplitMix64: neighbouring seeds give unlike states, and the state is never 0.
        let mut state =
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(index.wrapping_mul(0xd1b5_4a32_d192_ed03));
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Numbers((state ^ (state >> 31)) | 1)
    }

    /// A number below `limit`, or 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % limit.max(1) as u64).unwrap_or(0)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}
