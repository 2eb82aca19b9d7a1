import Foundation
import Synchronization

/// A Redis server of the tests' own: in a temporary folder, on a socket in it, gone with the process however that ends.
///
/// Debian's package is used, and installed if it is missing. It keeps what it has confirmed: `appendfsync always`.
public final class RedisTestServer: Sendable {
    /// One for all tests of a run.
    public static func shared() throws -> RedisTestServer { try sharedResult.get() }
    private static let sharedResult = Result { try RedisTestServer() }

    private let folder: URL
    private let command: [String]
    /// Closed by the system when this process ends; the shell at the other end then kills the server and removes the folder.
    private let lifeline: FileHandle
    private static let prefixes = Mutex(0)

    /// - Parameter settings: of `redis.conf`, as `["--maxmemory", "3mb"]`.
    public init(settings: [String] = []) throws {
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "redis-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if !FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server") {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            try Command.run([root.appending(path: "Scripts/install-system-packages.sh").path, "redis-server"])
        }
        command =
            [
                "redis-server", "--port", "0", "--unixsocket", folder.path + "/s", "--dir", folder.path, "--daemonize", "yes", "--pidfile",
                folder.path + "/pid", "--logfile", folder.path + "/log", "--save", "", "--appendonly", "yes", "--appendfsync", "always",
                "--maxmemory-policy", "noeviction",
            ] + settings
        let script = """
            trap '' INT TERM HUP
            folder=$1; shift
            exec 3<&0
            {
                "$@" && until redis-cli -s "$folder/s" ping >/dev/null 2>&1; do sleep 0.05; done && echo ready
                exec >/dev/null 2>&1
                cat
                kill -9 "$(cat "$folder/pid")"
                rm -rf "$folder"
            } <&3 3<&- &
            """
        let (input, output) = (try Command.makePipe(), try Command.makePipe())
        let keeper = try Command.spawn(
            ["/bin/sh", "-c", script, "troupe-redis", folder.path] + command, input: input[0], output: output[1])
        Command.wait(for: keeper)
        close(input[0])
        close(output[1])
        lifeline = FileHandle(fileDescriptor: input[1], closeOnDealloc: true)
        let answer = FileHandle(fileDescriptor: output[0], closeOnDealloc: true).availableData
        guard answer.starts(with: Data("ready".utf8)) else {
            throw TestServerError(description: "Redis does not start: \(String(decoding: answer, as: UTF8.self))")
        }
    }

    deinit { try? lifeline.close() }

    /// An address under which nothing is yet.
    public func freshAddress() -> String {
        let number = Self.prefixes.withLock { count in
            count += 1
            return count
        }
        return "redis+unix://\(folder.path)/s?prefix=t\(number)"
    }

    /// Runs one command past the driver and returns what `redis-cli` prints.
    @discardableResult
    public func cli(_ words: String...) throws -> String {
        try Command.run(["redis-cli", "-s", folder.path + "/s"] + words).trimmingCharacters(in: .newlines)
    }

    /// What a crash of its process is to those connected.
    public func crash() throws { try signal(SIGKILL) }

    /// Stops it in the middle of whatever it does, as a network that swallows everything would, or lets it go on.
    public func freeze(_ isFrozen: Bool) throws { try signal(isFrozen ? SIGSTOP : SIGCONT) }

    private func signal(_ number: Int32) throws {
        let text = try String(contentsOf: folder.appending(path: "pid"), encoding: .utf8).trimmingCharacters(in: .newlines)
        guard let process = pid_t(text) else { throw TestServerError(description: "Redis does not run") }
        kill(process, number)
    }

    /// Starts it again on what its log has kept.
    public func start() throws { try Command.run(command, quietly: true) }
}
