import Foundation
import Support

/// Turns what a person typed into what may stand in a message: no formatting, no mention, no link preview, bounded length.
///
/// `allowed_mentions` already pings nobody; this also keeps the text from looking like a mention, a heading or a spoiler.
enum DisplayText {
    /// One line without control characters: what a prompt is stored, painted and shown as.
    ///
    /// Line breaks, tabs and other white space become single spaces; control characters, text direction overrides and
    /// invisible marks go, except the joiners that emoji and scripts need.
    static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar == "\u{2028}" || scalar == "\u{2029}" {
                pendingSpace = !result.isEmpty
            } else if isUnwanted(scalar) {
                continue
            } else {
                if pendingSpace { result.append(" ") }
                pendingSpace = false
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .privateUse: true
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}" && !("\u{E0020}"..."\u{E007F}" ~= scalar)
        default: false
        }
    }

    /// The same words as plain text of a message.
    ///
    /// - Parameter limit: UTF-16 code units of the original that are kept at most; the result has at most twice as many.
    static func escaped(_ text: String, limit: Int) -> String {
        var result = ""
        for character in shortened(text, limit: limit) {
            switch character {
            case "\\", "*", "_", "~", "`", "|", ">", "#", "-", "+", "[", "]", "<", ":": result += "\\\(character)"
            case "@": result += "@\u{200B}"
            // No address, and so no preview of what is behind it.
            case "/" where result.hasSuffix("\\:"): result += "\u{200B}/"
            default: result.append(character)
            }
        }
        return result
    }

    /// At most `limit` UTF-16 code units, which is how Discord counts, with an ellipsis where some were cut. Never cuts
    /// inside of what people see as one character.
    static func shortened(_ text: String, limit: Int) -> String {
        if text.utf16.count <= limit { return text }
        var (kept, length) = ("", 0)
        for character in text {
            length += character.utf16.count
            if length > limit - 1 { break }
            kept.append(character)
        }
        return kept.trimmingCharacters(in: .whitespaces) + "…"
    }

    /// A span as people say it: `0.4 s`, `2.1 s`, `12 s`, `3 min`.
    static func span(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        if milliseconds < 9_950 {
            let tenths = (milliseconds + 50) / 100
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let seconds = (milliseconds + 500) / 1_000
        return seconds < 90 ? "\(seconds) s" : "\((seconds + 30) / 60) min"
    }

    /// A rough span for an estimate: whole seconds, then tens, then minutes; never less than a second.
    static func roughSpan(_ duration: Duration) -> String {
        let seconds = max(1, (duration.milliseconds + 999) / 1_000)
        if seconds <= 20 { return "\(seconds) s" }
        if seconds < 90 { return "\((seconds + 9) / 10 * 10) s" }
        return "\((seconds + 59) / 60) min"
    }

    /// A number with at most two decimals, without needless zeros: `7`, `7.5`.
    static func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        guard abs(hundredths) < 1e15 else { return "\(value)" }
        let text = String(abs(Int64(hundredths)) % 100 + 100).dropFirst()
        let decimals = text.hasSuffix("0") ? String(text.dropLast()) : String(text)
        return (value < 0 ? "-" : "") + "\(abs(Int64(hundredths)) / 100)" + (decimals == "0" ? "" : ".\(decimals)")
    }

    /// Ten blocks and a number.
    static func progressBar(_ fraction: Double) -> String {
        let fraction = max(0, min(1, fraction.isNaN ? 0 : fraction))
        let full = Int(fraction * 10)
        return String(repeating: "▰", count: full) + String(repeating: "▱", count: 10 - full) + " \(Int(fraction * 100)) %"
    }
}
