import Foundation
import Testing

/// Who resumes, wakes or cancels a task waits for that task's own lock, which the runtime holds while the task's cancellation
/// handlers run. If one of those waits for the lock that the first holds, two threads wait for each other for ever: on a machine
/// of two cores that is every thread there is.
@Suite("What is done under a lock")
struct LockTests {
    @Test("Nothing is resumed, told through a stream or cancelled under a lock")
    func nothingWaitsUnderALock() throws {
        var bodies = 0
        for module in try Repository.modules() {
            for file in module.swiftFiles {
                for body in Self.lockedBodies(in: try String(contentsOf: file, encoding: .utf8)) {
                    bodies += 1
                    for call in [".resume(", ".yield(", ".finish(", ".cancel()"] {
                        #expect(
                            !body.contains(call),
                            "\(file.lastPathComponent) in \(module.name) calls \(call) under a lock; do it once that is unlocked:\n\(body)")
                    }
                }
            }
        }
        #expect(bodies > 100, "the locks were not found")
    }

    @Test("The search sees through braces")
    func theSearchWorks() {
        let text = "a.withLock { if x { y() } }; b.withLock({ z.resume() }).cancel(); c.yield()"
        #expect(Self.lockedBodies(in: text) == [" if x { y() } ", " z.resume() "])
    }

    private static func lockedBodies(in text: String) -> [String] {
        text.matches(of: /withLock\s*\(?\s*\{/).map { match in
            var depth = 1
            let body = text[match.range.upperBound...].prefix { character in
                if character == "{" { depth += 1 } else if character == "}" { depth -= 1 }
                return depth > 0
            }
            return String(body)
        }
    }
}
