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
            SeededChance.uniform(seed: seed, stream: picture, step: step), scratch.start)
        return token < 0 ? nil : token
    }

    /// empty * (1 - scale) + prompt * scale
    func guide(_ logits: UnsafePointer<Float>, picture: Int, pictures: Int, into result: UnsafeMutablePointer<Float>) {
        ck_guide(logits + picture * codes, logits + (pictures + picture) * codes, Int64(codes), settings.conditionScale, result)
    }
}
