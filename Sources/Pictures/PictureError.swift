/// Why a picture cannot be read or made: a closed code for the program, one sentence for people.
///
/// The sentence names what was found and what is allowed, so that it can be shown to whoever gave the picture.
public struct PictureError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        /// Not one of the formats that are read.
        case unknownFormat
        /// More bytes than allowed.
        case tooManyBytes
        /// More pixels, or a longer side, than allowed.
        case tooManyPixels
        /// Cut short, or broken inside.
        case damaged
        /// The caller's pixels and sizes do not fit each other.
        case invalidPixels
        /// No way to encode it as asked.
        case cannotEncode
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
