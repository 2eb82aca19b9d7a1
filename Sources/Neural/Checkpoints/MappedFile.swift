// A file as read-only memory. Pages are read when they are touched, so a checkpoint is never in memory twice. A file that comes out of
// a database is held as it is.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    init(path: String) throws(CheckpointError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CheckpointError(.unreadable, file: path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CheckpointError(.unreadable, file: path, "is not a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw CheckpointError(.truncated, file: path, offset: 0, "is empty") }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw CheckpointError(.unreadable, file: path, "cannot be mapped: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
        isMapped = true
    }

    /// Holds the bytes of a file that lies elsewhere.
    /// - Parameter name: what errors call it.
    init(_ bytes: [UInt8], name: String) throws(CheckpointError) {
        guard !bytes.isEmpty else { throw CheckpointError(.truncated, file: name, offset: 0, "is empty") }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        path = name
        self.bytes = UnsafeRawBufferPointer(copy)
        isMapped = false
    }

    deinit {
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        if isMapped { munmap(start, bytes.count) } else { start?.deallocate() }
    }
}
