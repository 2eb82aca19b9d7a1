import Foundation
import Support
import Synchronization

/// A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, gone with the process however that ends.
///
/// Debian's package is used, and installed if it is missing. The server does not run as root: it refuses. The user `troupe` owns
/// it and needs no password; a user named `guarded`, if a test makes one, needs its own.
public final class PostgresTestServer: Sendable {
    /// One for all tests of a run.
    public static func shared() throws -> PostgresTestServer { try sharedResult.get() }
    private static let sharedResult = Result { try PostgresTestServer() }

    /// Where its socket is.
    public let folder: URL
    private let programs: URL
    private let user: [String]
    private let log: URL
    /// Closed by the system when this process ends; the shell at the other end then stops the server and removes the folder.
    private let lifeline: FileHandle
    private let databases = Mutex(0)

    /// Starts a server for one test alone, which may stop it.
    /// - Parameter settings: of `postgresql.conf`, as `max_connections=20`.
    public static func own(settings: [String] = []) async throws -> PostgresTestServer {
        try await aside { try PostgresTestServer(settings: settings) }
    }

    private init(settings: [String] = []) throws {
        programs = try Self.findPrograms()
        user = geteuid() == 0 ? ["runuser", "-u", getpwnam("postgres") == nil ? "nobody" : "postgres", "--"] : []
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "pg-\(UUID().uuidString.prefix(8))")
        log = folder.appending(path: "log")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if user.count > 2 { try Command.run(["chown", user[2], folder.path]) }

        let defaults = [
            "unix_socket_directories='\(folder.path)'", "listen_addresses=''", "fsync=off", "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=2000", "shared_buffers=64MB", "jit=off",
        ]
        // The server's keeper is no child of this process: nobody here would wait for its end.
        let script = """
            trap '' INT TERM HUP
            folder=$1 programs=$2 options=$3; shift 3
            exec 3<&0
            {
                if "$@" "$programs/initdb" -D "$folder/data" -U troupe -A trust --no-sync -E UTF8 --locale=C.UTF-8 \
                    --locale-provider=icu --icu-locale=en >"$folder/setup" 2>&1 &&
                    "$@" sh -c 'printf "%s\\n" "$1" >>"$0/data/postgresql.conf"
                        printf "local all guarded scram-sha-256\\nlocal all all trust\\n" >"$0/data/pg_hba.conf"' "$folder" "$options" &&
                    "$@" "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" start >>"$folder/setup" 2>&1
                then echo ready; else cat "$folder/setup" "$folder/log"; fi
                exec >/dev/null 2>&1
                cat
                "$@" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop
                rm -rf "$folder"
            } <&3 3<&- &
            """
        let (input, output) = (try Command.makePipe(), try Command.makePipe())
        let parameters = [folder.path, programs.path, (defaults + settings).joined(separator: "\n")]
        let keeper = try Command.spawn(
            ["/bin/sh", "-c", script, "troupe-postgres"] + parameters + (user.isEmpty ? ["env"] : user), input: input[0], output: output[1])
        Command.wait(for: keeper)
        close(input[0])
        close(output[1])
        lifeline = FileHandle(fileDescriptor: input[1], closeOnDealloc: true)
        let answer = FileHandle(fileDescriptor: output[0], closeOnDealloc: true).availableData
        guard answer.starts(with: Data("ready".utf8)) else {
            throw TestServerError(description: "PostgreSQL does not start: \(String(decoding: answer, as: UTF8.self))")
        }
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

    public enum Stop: String, Sendable, CaseIterable { case fast, immediate }

    /// `immediate` is what a crash of the machine is to those connected.
    public func stop(_ mode: Stop = .fast) async throws { try await control(["-m", mode.rawValue, "stop"]) }

    public func start() async throws { try await control(["-t", "60", "-l", log.path, "start"]) }

    /// Makes it a standby, which can be read and not written, as after a failover.
    public func demote() async throws {
        try await stop()
        try Command.run(user + ["touch", folder.appending(path: "data/standby.signal").path])
        try await start()
    }

    /// Makes it a primary again.
    public func promote() async throws { try await control(["promote"]) }

    private func control(_ arguments: [String]) async throws {
        let program = [programs.appending(path: "pg_ctl").path, "-D", folder.appending(path: "data").path, "-w"]
        let command = user + program + arguments
        try await Self.aside { _ = try Command.run(command, quietly: true) }
    }

    /// Waits on a thread that Swift's tasks do not need.
    private static func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    // MARK: Programs

    private static func findPrograms() throws -> URL {
        if let found = installedPrograms() { return found }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        try Command.run([root.appending(path: "Scripts/install-system-packages.sh").path, "postgresql"])
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
}

public struct TestServerError: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}
