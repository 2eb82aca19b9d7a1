import Foundation
import Logging
import Support

/// The file in which a world outlives its process: read before anybody connects, written every few seconds in which something
/// happened, and at the end. Only its owner can read it, because it holds secrets of applications.
struct StateFile: Sendable {
    static let pause: Duration = .seconds(10)

    let path: String
    let core: EmulatorCore
    let logger: Logger

    /// Takes up the world of the file, if there is one. Whether there was.
    func load() throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        guard let content = FileManager.default.contents(atPath: path) else {
            throw EmulatorCore.BadState(description: "The state file \(path) cannot be read.")
        }
        do { try core.load(Array(content), withSessions: true) } catch let problem as EmulatorCore.BadState {
            throw EmulatorCore.BadState(description: "\(path): \(problem.description) Move the file away to begin anew.")
        }
        return true
    }

    /// Writes whenever something has happened, until cancelled.
    func keep() async {
        var written = core.stamp
        while (try? await core.clock.sleep(for: Self.pause)) != nil {
            let present = core.stamp
            if present != written, write() { written = present }
        }
    }

    /// Writes beside the file and puts it in its place, so that a half-written one is never found.
    @discardableResult
    func write() -> Bool {
        do {
            let content = Data(try core.savedState(withSessions: true))
            let beside = path + ".new"
            guard FileManager.default.createFile(atPath: beside, contents: content, attributes: [.posixPermissions: 0o600]),
                rename(beside, path) == 0
            else { throw EmulatorCore.BadState(description: "The folder cannot be written to, or the disk is full.") }
            return true
        } catch {
            logger.error("the emulator's state was not saved", metadata: ["file": "\(path)", "error": "\(error)"])
            return false
        }
    }
}
