// Storage of tensors: a run of floats at one address for as long as someone holds it. Shapes live with those who use it.
// Give a buffer a name for as long as its pointer is used: `FloatBuffer(count: 4).start` is freed before anyone can read it.
// Weights are written while a checkpoint loads and only read afterwards; a workspace belongs to one call. That discipline,
// not the type, makes sharing safe, so the type stays inside this module.

final class FloatBuffer: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    /// `count` zeros, aligned for every vector width.
    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        start = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { start.deallocate() }

    /// A copy, for tests and small results.
    var array: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
