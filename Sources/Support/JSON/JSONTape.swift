/// JSON text as a flat list of tokens: one pass says where everything lies, and nothing is made of it before somebody asks.
///
/// ``JSONReader`` reads values from it. What it accepts is what Foundation's `JSONDecoder` accepts of UTF-8: texts and numbers are judged
/// when they are asked for. Owns a copy of the text, so that a decoder that outlives its call reads no strange memory.
final class JSONTape {
    enum Kind: UInt8 {
        case null, no, yes, number, string, array, object
    }

    /// Sixteen bytes. An object's members are a key's token, then its value's.
    struct Token {
        /// Of a text or number: where it begins.
        var start: UInt32
        /// Of a text or number its bytes, of an array its elements, of an object its members.
        var count: UInt32 = 0
        /// The token after this value; after the member for a key.
        var next: UInt32
        var kind: Kind
        /// Of a text: it has neither escapes nor control characters nor anything beyond ASCII. Of an object: all its keys are so.
        var isPlain = true
        /// Of a text: bytes as they are make it, once they are valid UTF-8.
        var isSimple = true
    }

    /// As deep as Foundation goes.
    static let deepest = 512
    /// Zeros after the text, which end every loop that reads it word by word.
    static let padding = 16

    let text: UnsafeMutablePointer<UInt8>
    let length: Int
    private(set) var tokens: UnsafeMutablePointer<Token>
    private(set) var count = 0
    private var capacity: Int
    /// Members by key of the objects that have many.
    var members: [Int: [String: Int]] = [:]
    /// How far the search for a path has come in a container: its child and that child's number.
    var progress: [Int: (child: Int, number: Int)] = [:]

    init(_ bytes: UnsafeRawBufferPointer) throws {
        length = bytes.count
        guard length < Int(UInt32.max) - Self.padding else { throw Self.malformed() }
        text = .allocate(capacity: length + Self.padding)
        if let start = bytes.baseAddress { UnsafeMutableRawPointer(text).copyMemory(from: start, byteCount: length) }
        (text + length).initialize(repeating: 0, count: Self.padding)
        capacity = 16 + length / 8
        tokens = .allocate(capacity: capacity)
        try fill()
    }

    deinit {
        text.deallocate()
        tokens.deallocate()
    }

    @inline(__always)
    func append(_ token: Token) {
        if count == capacity { grow() }
        (tokens + count).initialize(to: token)
        count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: tokens, count: count)
        tokens.deallocate()
        (tokens, capacity) = (larger, capacity * 2)
    }

    static func malformed() -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "the text is not valid JSON"))
    }
}
