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
        let problem = OutputFile.problem(of: files, fileLimit: Self.fileLimit, byteLimit: Self.limit)
        try check(problem == nil, "the output: \(problem ?? "")")
    }
}

/// One file of a job, for instance a picture: what it produced, what it starts from, what there is to see of it so far.
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

    /// Why these files cannot be kept together; nil if they can.
    static func problem(of files: [OutputFile], fileLimit: Int, byteLimit: Int) -> String? {
        if files.count > fileLimit { return "more than \(fileLimit) files" }
        if files.reduce(0, { $0 + $1.bytes.count }) > byteLimit { return "larger than \(byteLimit) bytes" }
        if Set(files.map(\.name)).count != files.count { return "two files have the same name" }
        if !files.allSatisfy({ (1...100).contains($0.name.utf8.count) }) { return "a file's name must have 1 to 100 bytes" }
        if !files.allSatisfy({ (1...100).contains($0.contentType.utf8.count) }) { return "a content type must have 1 to 100 bytes" }
        return nil
    }
}
