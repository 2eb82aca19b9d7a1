import Foundation

/// What the command says to the person at the terminal: plain lines, and one line that is redrawn while work goes on.
///
/// Away from a terminal nothing is redrawn, so that a log stays readable.
struct Terminal {
    /// Whether standard error is a terminal.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Prints a line to standard output at once, also into a pipe.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// Redraws a bar such as `painting ███████░░░ 70 %` on standard error.
    static func progress(_ label: String, fraction: Double) {
        guard isInteractive else { return }
        let filled = Int((max(0, min(1, fraction)) * 30).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\(label) \(bar) \(Int(fraction * 100)) %\u{1B}[K")
    }

    /// Removes the bar.
    static func endProgress() {
        if isInteractive { write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
