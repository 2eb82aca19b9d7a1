/// What people wrote, so that it can be kept out of errors and logs: servers like to repeat what they could not digest.
struct PersonalText: Sendable {
    /// Twelve bytes in a row are no accident.
    private static let window = 12

    private let texts: [[UInt8]]

    init(_ texts: [String]) { self.texts = texts.map { Array($0.lowercased().utf8) }.filter { $0.count > 2 } }

    /// Whether a message holds a piece of it: any twelve bytes in a row, or a shorter text as a whole.
    func occurs(in message: String) -> Bool {
        let message = Array(message.lowercased().utf8)
        var windows: Set<ArraySlice<UInt8>> = []
        if message.count >= Self.window {
            for start in 0...(message.count - Self.window) { windows.insert(message[start..<start + Self.window]) }
        }
        return texts.contains { text in
            if text.count < Self.window {
                return text.count <= message.count
                    && (0...(message.count - text.count)).contains { message[$0...].starts(with: text) }
            }
            return (0...(text.count - Self.window)).contains { windows.contains(text[$0..<$0 + Self.window]) }
        }
    }
}
