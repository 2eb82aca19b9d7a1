// What the way back through a LLaMA needs of the way there, and room for both. Normalised states and gates are made again.
import Foundation

final class LlamaActivations {
    /// Of each layer [rows][width], and of the end.
    let states: [FloatBuffer]
    /// Of each layer [rows][wide]: queries, keys and values, normalised and turned.
    let wide: [FloatBuffer]
    /// Of each layer, as they were before they were normalised, where they are.
    let plain: [FloatBuffer]
    /// Of each layer [rows][heads * headSize].
    let attended: [FloatBuffer]
    /// Of each layer [rows][width]: between attention and feed-forward.
    let middle: [FloatBuffer]
    /// Of each layer [rows][2 * hidden]: gate and up.
    let gateUp: [FloatBuffer]

    /// [rows][headSize / 2]
    let cosines: FloatBuffer
    let sines: FloatBuffer
    /// To turn back: the sines, negated.
    let sinesBack: FloatBuffer

    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][hidden]
    let active: FloatBuffer
    let attention: FloatBuffer
    let scratch: TrainingScratch

    /// [rows][width]: the gradient of the states.
    let stateBack: FloatBuffer
    /// [rows][width]
    let normedBack: FloatBuffer
    /// [rows][heads * headSize]
    let attendedBack: FloatBuffer
    /// [rows][wide]
    let wideBack: FloatBuffer
    /// [rows][wide], where queries and keys are normalised.
    let plainBack: FloatBuffer
    /// [rows][hidden]
    let activeBack: FloatBuffer
    /// [rows][2 * hidden]
    let gateUpBack: FloatBuffer

    init(_ rows: TrainingRows, _ sizes: LlamaConfiguration, _ room: TrainingScratch.Room) {
        func one(_ width: Int) -> FloatBuffer { FloatBuffer(count: rows.count * width) }
        func every(_ width: Int, _ count: Int) -> [FloatBuffer] { (0..<count).map { _ in one(width) } }
        let (queries, half) = (sizes.heads * sizes.headSize, sizes.headSize / 2)
        states = every(sizes.width, sizes.layers + 1)
        wide = every(sizes.wide, sizes.layers)
        plain = sizes.queryNorm ? every(sizes.wide, sizes.layers) : []
        attended = every(queries, sizes.layers)
        middle = every(sizes.width, sizes.layers)
        gateUp = every(2 * sizes.hidden, sizes.layers)
        (cosines, sines, sinesBack) = (one(half), one(half), one(half))
        (normed, active) = (one(sizes.width), one(sizes.hidden))
        attention = FloatBuffer(count: (rows.starts.count - 1) * sizes.keyHeads * 2 * rows.count)
        scratch = TrainingScratch(rows: rows.count, room)
        (stateBack, normedBack) = (one(sizes.width), one(sizes.width))
        (attendedBack, wideBack) = (one(queries), one(sizes.wide))
        plainBack = sizes.queryNorm ? one(sizes.wide) : FloatBuffer(count: 0)
        (activeBack, gateUpBack) = (one(sizes.hidden), one(2 * sizes.hidden))
        turn(rows, sizes)
    }

    /// Sines and cosines of every row's position.
    private func turn(_ rows: TrainingRows, _ sizes: LlamaConfiguration) {
        let (half, sharpness) = (sizes.headSize / 2, sizes.rotary.sharpness)
        for (first, end) in zip(rows.starts, rows.starts.dropFirst()) {
            let rates = sizes.rotary.rates(size: sizes.headSize, length: Int(end - first))
            for row in Int(first)..<Int(end) {
                for pair in 0..<half {
                    let angle = Float(rows.places[row]) * rates[pair]
                    cosines.start[row * half + pair] = cos(angle) * sharpness
                    sines.start[row * half + pair] = sin(angle) * sharpness
                    sinesBack.start[row * half + pair] = -sin(angle) * sharpness
                }
            }
        }
    }
}
