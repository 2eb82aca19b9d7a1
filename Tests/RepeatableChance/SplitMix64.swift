import Synchronization

/// A small generator whose numbers a seed repeats, so that a case that fails is found again by its number. Source: Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 ..< 1.
    public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// One of them; there must be one.
    public mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }

    /// True in one case of so many.
    public mutating func chance(_ one: UInt64) -> Bool { next() % one == 0 }
}

/// A repeatable source of 64 random bits, for what asks for one.
public func seeded(_ seed: UInt64) -> @Sendable () -> UInt64 {
    let generator = Mutex(SplitMix64(seed: seed))
    return { generator.withLock { $0.next() } }
}
