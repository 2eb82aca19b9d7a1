/// What was kept and what was dropped, and why, with samples to look at.
public struct CleaningReport: Sendable, Hashable {
    public static let samplesOfReason = 3

    public private(set) var kept = 0
    public private(set) var dropped: [DropReason: Int] = [:]
    public private(set) var droppedSamples: [DropReason: [String]] = [:]
    /// From all over the export.
    public private(set) var keptSamples: [String] = []
    private var stride = 1

    public init() {}

    public var read: Int { kept + dropped.values.reduce(0, +) }

    mutating func keep(_ text: String) {
        if kept % stride == 0 {
            keptSamples.append(Self.sample(text))
            if keptSamples.count == 16 {
                keptSamples = keptSamples.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                stride *= 2
            }
        }
        kept += 1
    }

    mutating func drop(_ text: String, _ reason: DropReason) {
        dropped[reason, default: 0] += 1
        guard droppedSamples[reason, default: []].count < Self.samplesOfReason else { return }
        // What looks like a secret is not shown again.
        droppedSamples[reason, default: []].append(reason.isPrivate ? "\(text.prefix(3))…" : Self.sample(text))
    }

    private static func sample(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
        return line.count > 100 ? "\(line.prefix(99))…" : line
    }
}

/// Why a message says nothing about how a person talks, or says too much.
public enum DropReason: String, Sendable, Hashable, CaseIterable {
    case system, bot, forwarded, empty, link, junk, command, code, secret, address, long, duplicate

    /// For a report.
    public var words: String {
        switch self {
        case .system: "written by Discord, not by a person"
        case .bot: "written by a bot, or by a command"
        case .forwarded: "somebody else's words, passed on"
        case .empty: "no text"
        case .link: "nothing but links"
        case .junk: "no words"
        case .command: "a command to a bot"
        case .code: "a block of code"
        case .secret: "may hold a password or a key"
        case .address: "may hold an address or a number of a person"
        case .long: "longer than \(TextCleaner.longest) characters"
        case .duplicate: "said before in the same words"
        }
    }

    var isPrivate: Bool { self == .secret || self == .address }
}
