import Foundation

/// Runs programs by `posix_spawn`. Foundation's `Process` takes a program for running as long as a server that it has started
/// does.
public enum Command {
    /// Runs it to its end and returns what it said.
    /// - Parameter quietly: for a program that leaves a server behind, which would hold a pipe open.
    @discardableResult
    public static func run(_ arguments: [String], quietly: Bool = false) throws -> String {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        var pipe = try quietly ? [nothing, nothing] : makePipe()
        defer { for file in Set(pipe + [nothing]) { close(file) } }
        let process = try spawn(arguments, input: nothing, output: pipe[1])
        var text = ""
        if !quietly {
            close(pipe[1])
            pipe[1] = nothing
            text = try readAll(pipe[0])
        }
        guard wait(for: process) == 0 else { throw TestServerError(description: "\(arguments.joined(separator: " ")) failed: \(text)") }
        return text
    }

    /// Returns the status with which it ended.
    @discardableResult
    static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Reading end, writing end; neither is inherited by other programs.
    static func makePipe() throws -> [Int32] {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestServerError(description: "no pipe")
        }
        return ends
    }

    /// Starts it with these as standard input, and output and errors.
    static func spawn(_ arguments: [String], input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (file, number) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (output, STDERR_FILENO)] {
            posix_spawn_file_actions_adddup2(&actions, file, number)
        }
        // A server that held the other end of some test's connection would keep it open after the test has closed it.
        closeOthers(&actions)
        let words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
        guard code == 0 else { throw TestServerError(description: "\(arguments[0]) cannot be run: \(String(cString: strerror(code)))") }
        return process
    }

    /// By a function of glibc 2.34 and newer that Swift does not import.
    private static func closeOthers(_ actions: inout posix_spawn_file_actions_t) {
        typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let found = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(found, to: CloseFrom.self)(&actions, STDERR_FILENO + 1)
    }

    private static func readAll(_ file: Int32) throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
