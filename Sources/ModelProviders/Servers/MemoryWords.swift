/// How servers say that a graphics card's or a machine's memory was too small. None of the APIs has a code for it.
enum MemoryWords {
    /// From PyTorch on CUDA, ROCm and MPS, PyTorch on CPUs, JAX, ONNX Runtime, and the exceptions' own names.
    private static let words = [
        "out of memory", "outofmemory", "out_of_memory", "resource_exhausted", "allocation on device", "exceed allowed memory",
        "can't allocate memory", "cannot allocate memory", "not enough memory", "not enough gpu memory", "not enough video memory",
        "failed to allocate memory", "cublas_status_alloc_failed",
    ]

    static func occur(in text: String) -> Bool {
        let text = text.lowercased()
        return words.contains { text.contains($0) }
    }

    /// The same for a body of whatever form.
    static func occur(in body: [UInt8]) -> Bool { occur(in: String(decoding: body.prefix(64 << 10), as: UTF8.self)) }
}
