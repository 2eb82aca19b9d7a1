import Inference

/// Tells apart what a model thinks between `<think>` and `</think>` at the start of its answer from the answer itself,
/// however the tags are split on their way.
struct ReasoningSplitter: Sendable {
    private enum State {
        /// Nothing but white space has come, or the start of a tag.
        case start
        case thinking(end: String)
        /// The thoughts are over; white space before the answer is dropped.
        case between
        case answering
    }

    private static let tags = [("<think>", "</think>"), ("<thinking>", "</thinking>")]

    private var state = State.start
    /// Seen, but not yet told: it may be part of a tag.
    private var held = ""

    /// - Returns: what can be told of the text so far.
    mutating func feed(_ text: String) -> [TextEvent] {
        if case .answering = state { return text.isEmpty ? [] : [.text(text)] }
        held += text
        var events: [TextEvent] = []
        while let event = step() {
            if let event = event.told { events.append(event) }
        }
        return events
    }

    /// The end: what was held back.
    mutating func finish() -> [TextEvent] {
        defer { held = "" }
        switch state {
        case .thinking: return held.isEmpty ? [] : [.reasoning(held)]
        case .start, .answering: return held.isEmpty ? [] : [.text(held)]
        case .between: return []
        }
    }

    /// One step forward; nil when more text is needed. A step may have nothing to tell.
    private mutating func step() -> (told: TextEvent?, Void)? {
        switch state {
        case .start:
            let trimmed = held.drop(while: \.isWhitespace)
            if let (open, close) = Self.tags.first(where: { trimmed.hasPrefix($0.0) }) {
                held = String(trimmed.dropFirst(open.count))
                state = .thinking(end: close)
                return (nil, ())
            }
            if trimmed.isEmpty || Self.tags.contains(where: { $0.0.hasPrefix(trimmed) }) { return nil }
            return answer(held)
        case .thinking(let end):
            if let found = held.firstRange(of: end) {
                let thought = String(held[..<found.lowerBound])
                held = String(held[found.upperBound...])
                state = .between
                return (thought.isEmpty ? nil : .reasoning(thought), ())
            }
            let safe = held.dropLast(Self.overlap(held, end))
            guard !safe.isEmpty else { return nil }
            held = String(held[safe.endIndex...])
            return (.reasoning(String(safe)), ())
        case .between:
            let rest = held.drop(while: \.isWhitespace)
            held = ""
            return rest.isEmpty ? nil : answer(String(rest))
        case .answering:
            return nil
        }
    }

    private mutating func answer(_ text: String) -> (told: TextEvent?, Void) {
        state = .answering
        held = ""
        return (.text(text), ())
    }

    /// How many characters at the end of a text are the start of a tag.
    private static func overlap(_ text: String, _ tag: String) -> Int {
        (1..<tag.count).reversed().first { text.hasSuffix(tag.prefix($0)) } ?? 0
    }
}
