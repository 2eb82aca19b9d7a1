import Support

/// What a job produced, recorded before anything is said, so that a repeat finds it and the model does not run twice.
public struct JobOutput: Sendable, Hashable {
    /// All files of one output together, in bytes.
    public static let limit = 32 * 1_024 * 1_024
    /// Files in one output.
    public static let fileLimit = 64

    /// What Features wants to remember about it: seed, model, sizes.
    public var summary: JobPayload
    public var files: [OutputFile]

    public init(summary: JobPayload, files: [OutputFile] = []) {
        self.summary = summary
        self.files = files
    }

    func validate(_ requestID: RequestID) throws(JobQueueError) {
        func check(_ valid: Bool, _ what: String) throws(JobQueueError) {
            if !valid { throw JobQueueError(.outputTooLarge, requestID, what) }
        }
        try check(summary.bytes.count <= JobPayload.limit, "the summary is larger than \(JobPayload.limit) bytes")
        try check(files.count <= Self.fileLimit, "the output has more than \(Self.fileLimit) files")
        try check(files.reduce(0) { $0 + $1.bytes.count } <= Self.limit, "the output is larger than \(Self.limit) bytes")
        try check(Set(files.map(\.name)).count == files.count, "two files of the output have the same name")
        for file in files {
            try check((1...100).contains(file.name.utf8.count), "a file's name must have 1 to 100 bytes")
            try check((1...100).contains(file.contentType.utf8.count), "a content type must have 1 to 100 bytes")
        }
    }
}

/// One file of an output, for instance a picture.
public struct OutputFile: Sendable, Hashable {
    /// Unique within the output, for instance `3.png`.
    public var name: String
    /// A media type, for instance `image/png`.
    public var contentType: String
    public var bytes: [UInt8]

    public init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}
