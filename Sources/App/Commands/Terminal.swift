import Foundation

/// What the command says to the person at the terminal: plain lines, and one line that is redrawn while work goes on.
///
/// Away from a terminal nothing is redrawn, so that a log stays readable.
struct Terminal {
    /// Whether standard error is a terminal.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Characters in a line of the terminal; nil where standard error is none.
    static var columns: Int? {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Prints a line to standard output at once, also into a pipe.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// Redraws a bar such as `painting ███████░░░ 70 %` on standard error.
    ///
    /// - Parameters:
    ///   - drawing: lines above it.
    ///   - before: how many lines were above it when it was last drawn.
    static func progress(_ label: String, fraction: Double, below drawing: [String] = [], before: Int = 0) {
        guard isInteractive else { return }
        if before > 0 { write("\u{1B}[\(before)A") }
        for line in drawing { write("\r\(line)\u{1B}[K\n") }
        let filled = Int((max(0, min(1, fraction)) * 30).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\(label) \(bar) \(Int(fraction * 100)) %\u{1B}[K")
    }

    /// Removes the bar; what was drawn above it stays.
    static func endProgress() {
        if isInteractive { write("\r\u{1B}[K") }
    }

    /// Says something that happens meanwhile: a line of its own on standard error.
    static func note(_ line: String) { write(line + "\n") }

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
