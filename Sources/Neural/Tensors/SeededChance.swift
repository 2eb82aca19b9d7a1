// Chance that can be had again: a number follows from a seed, a stream of it and a step alone, never from what was drawn
// before, so any number of texts or pictures can be made side by side or one after the other with the same result.

enum SeededChance {
    /// A number in 0 ..< 1: two rounds of the SplitMix64 finalizer, one for each of the numbers that decide.
    static func uniform(seed: UInt64, stream: Int, step: Int) -> Double {
        let state = mix(mix(seed &+ UInt64(stream)) ^ UInt64(step))
        return Double(state >> 11) * 0x1p-53
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
