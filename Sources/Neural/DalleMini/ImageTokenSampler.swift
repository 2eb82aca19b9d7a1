// From two rows of logits to the next image token: guidance, top-k, temperature, and chance. Chance is a function of
// (seed + picture, step), so picture i of a seed is the same whether it is painted among nine or alone, as the first of
// seed + i.
import CKernels

struct ImageTokenSampler {
    let seed: UInt64
    let settings: DalleMini.Settings
    let codes: Int
    private let guided: FloatBuffer
    private let scratch: FloatBuffer

    init(seed: UInt64, settings: DalleMini.Settings, codes: Int) {
        self.seed = seed
        self.settings = settings
        self.codes = codes
        guided = FloatBuffer(count: codes)
        scratch = FloatBuffer(count: codes)
    }

    /// logits [2 * pictures][codes], the empty prompt's rows first. nil if a logit is not finite.
    func next(logits: UnsafePointer<Float>, picture: Int, pictures: Int, step: Int) -> Int32? {
        guide(logits, picture: picture, pictures: pictures, into: guided.start)
        let token = ck_sample_top_k(
            guided.start, Int64(codes), Int64(min(settings.topK, codes)), settings.temperature,
            Self.uniform(seed: seed, picture: picture, step: step), scratch.start)
        return token < 0 ? nil : token
    }

    /// empty * (1 - scale) + prompt * scale
    func guide(_ logits: UnsafePointer<Float>, picture: Int, pictures: Int, into result: UnsafeMutablePointer<Float>) {
        ck_guide(logits + picture * codes, logits + (pictures + picture) * codes, Int64(codes), settings.conditionScale, result)
    }

    /// A number in 0 ..< 1: two rounds of the SplitMix64 finalizer, one for each of the numbers that decide.
    static func uniform(seed: UInt64, picture: Int, step: Int) -> Double {
        let state = mix(mix(seed &+ UInt64(picture)) ^ UInt64(step))
        return Double(state >> 11) * 0x1p-53
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
