import Foundation
import Support
import Synchronization

/// A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, gone with the process however that ends.
///
/// Debian's package is used, and installed if it is missing. The server does not run as root: it refuses.
public final class PostgresTestServer: Sendable {
    /// One for all tests of a run.
    public static func shared() throws -> PostgresTestServer { try sharedResult.get() }
    private static let sharedResult = Result { try PostgresTestServer() }

    let folder: URL
    private let programs: URL
    private let user: [String]
    private let log: URL
    /// Closed by the system when this process ends; the shell at the other end then stops the server and removes the folder.
    private let lifeline: FileHandle
    private let databases = Mutex(0)

    /// Starts a server for one test alone, which may stop it.
    /// - Parameter settings: of `postgresql.conf`, as `max_connections=20`.
    public init(settings: [String] = []) throws {
        programs = try Self.findPrograms()
        user = geteuid() == 0 ? ["runuser", "-u", getpwnam("postgres") == nil ? "nobody" : "postgres", "--"] : []
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "pg-\(UUID().uuidString.prefix(8))")
        log = folder.appending(path: "log")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if user.count > 2 { _ = try Self.run(["chown", user[2], folder.path]) }

        let defaults = [
            "unix_socket_directories='\(folder.path)'", "listen_addresses=''", "fsync=off", "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=400", "shared_buffers=64MB", "jit=off",
        ]
        let script = """
            trap '' INT TERM HUP
            folder=$1 programs=$2 options=$3; shift 3
            if "$@" "$programs/initdb" -D "$folder/data" -U troupe -A trust --no-sync -E UTF8 --locale=C.UTF-8 \
                --locale-provider=icu --icu-locale=en >"$folder/setup" 2>&1 &&
                "$@" sh -c 'printf "%s\\n" "$1" >>"$0/data/postgresql.conf"' "$folder" "$options" &&
                "$@" "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" start >>"$folder/setup" 2>&1
            then echo ready; else cat "$folder/setup" "$folder/log"; fi
            exec >/dev/null 2>&1
            cat
            "$@" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop
            rm -rf "$folder"
            """
        let shell = Process()
        let (input, output) = (Pipe(), Pipe())
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments =
            ["-c", script, "troupe-postgres", folder.path, programs.path, (defaults + settings).joined(separator: "\n")]
            + (user.isEmpty ? ["env"] : user)
        shell.standardInput = input
        shell.standardOutput = output
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        lifeline = input.fileHandleForWriting
        try shell.run()
        let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard answer.hasPrefix("ready") else { throw TestServerError(description: "PostgreSQL does not start: \(answer)") }
    }

    deinit { try? lifeline.close() }

    // MARK: Databases

    /// The address of a database on it, for instance `postgres`.
    public func address(_ database: String) -> String { "postgres://troupe@/\(database)?host=\(folder.path)" }

    func makeDatabase() throws -> String {
        let name = databases.withLock { count in
            count += 1
            return "t\(count)"
        }
        try sql("CREATE DATABASE \(name) TEMPLATE template0")
        return name
    }

    /// Runs statements past Storage, in the database `postgres` or another.
    @discardableResult
    public func sql(_ statements: String, database: String = "postgres") throws -> [[String?]] {
        try LibpqConnection(address(database)).run(statements)
    }

    /// Ends all connections to a database, as an administrator or a crash of a backend would.
    public func terminateConnections(to database: String) throws {
        try sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
    }

    // MARK: Faults

    public enum Stop: String, Sendable { case fast, immediate }

    /// `immediate` is what a crash of the machine is to those connected.
    public func stop(_ mode: Stop = .fast) throws { try control(["-m", mode.rawValue, "stop"]) }

    public func start() throws { try control(["-t", "60", "-l", log.path, "start"]) }

    private func control(_ arguments: [String]) throws {
        _ = try Self.run(
            user + [programs.appending(path: "pg_ctl").path, "-D", folder.appending(path: "data").path, "-w"] + arguments)
    }

    // MARK: Programs

    private static func findPrograms() throws -> URL {
        if let found = installedPrograms() { return found }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        _ = try run([root.appending(path: "Scripts/install-system-packages.sh").path, "postgresql"])
        if let found = installedPrograms() { return found }
        throw TestServerError(description: "there is no PostgreSQL 14 or newer here; install it with your package manager")
    }

    /// Debian keeps them by version; elsewhere they are in the path.
    private static func installedPrograms() -> URL? {
        let debian = URL(filePath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian.path)) ?? []
        let folders =
            versions.compactMap(Int.init).filter { $0 >= 14 }.sorted(by: >).map { debian.appending(path: "\($0)/bin") }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { URL(filePath: String($0)) }
        return folders.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "initdb").path) }
    }

    private static func run(_ command: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        // A server that is started here must not hold the pipe open.
        let quiet = command.last == "start"
        process.standardOutput = quiet ? FileHandle.nullDevice : output
        process.standardError = quiet ? FileHandle.nullDevice : output
        try process.run()
        let text = quiet ? "" : String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestServerError(description: "\(command.joined(separator: " ")) failed: \(text)")
        }
        return text
    }
}

public struct TestServerError: Error, CustomStringConvertible {
    public let description: String
}
