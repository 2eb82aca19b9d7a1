// What is wrong with a checkpoint, and where: file, tensor or key, offset. Thrown by everything that loads; nothing that
// loads may trap, whatever the bytes say.

public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is; closed, so that programs can decide on it.
    public enum Code: Sendable, Equatable {
        /// The file is missing or cannot be read.
        case unreadable
        /// The file ends before what its header promises.
        case truncated
        /// The header, or a JSON or text file, is not what its format says.
        case malformed
        /// A tensor the model needs is not there.
        case missingTensor
        /// A tensor has another shape or number format than the configuration asks for.
        case wrongShape
        /// A configuration value is outside what is sensible or contradicts another one.
        case outOfBounds
        /// The checkpoint is sound, but of a model this code does not know.
        case unsupported
    }

    public let code: Code
    /// The path of the file.
    public let file: String
    /// The tensor, or the key of a configuration file.
    public let item: String?
    /// Where in the file, in bytes from its start.
    public let offset: Int?
    /// One sentence without the words above.
    public let detail: String

    init(_ code: Code, file: String, item: String? = nil, offset: Int? = nil, _ detail: String) {
        self.code = code
        self.file = file
        self.item = item
        self.offset = offset
        self.detail = detail
    }

    public var description: String {
        var text = file
        if let item { text += ": \(item)" }
        if let offset { text += " (at byte \(offset))" }
        return "\(text): \(detail)"
    }
}
