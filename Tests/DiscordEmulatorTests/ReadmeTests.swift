import Foundation
import Testing

@testable import DiscordEmulator

@Suite("The emulator's README")
struct ReadmeTests {
    private let text: String

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/DiscordEmulator/README.md")
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// As in `GET, PATCH 5 in 10 s`.
    private func methods(_ routes: [Route]) -> String {
        routes.map { route in
            guard route.pace.count > 0 else { return "\(route.method) without a bucket" }
            let isOrdinary = route.pace.count == Route.Pace.ordinary.count && route.pace.milliseconds == Route.Pace.ordinary.milliseconds
            let seconds = Double(route.pace.milliseconds) / 1_000
            let span = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
            return isOrdinary ? route.method : "\(route.method) \(route.pace.count) in \(span) s"
        }.joined(separator: ", ")
    }

    @Test("lists every REST route with its methods and their limits")
    func routes() {
        var templates: [String] = []
        for route in RouteTable.all where !templates.contains(route.template) { templates.append(route.template) }
        let missing = templates.map { template in "| `\(template)` | \(methods(RouteTable.all.filter { $0.template == template })) |" }
            .filter { !text.contains($0) }
        #expect(missing.isEmpty, "\n\(missing.joined(separator: "\n"))\n")
    }

    @Test("lists every kind of fault and every file of the page")
    func rest() throws {
        for kind in ["disconnect", "freeze", "reconnect", "invalid_session", "forget_sessions", "down", "error", "delay", "drop_request"] {
            #expect(text.contains("| `\(kind)` |"))
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/DiscordEmulator/Web")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasPrefix("inspector") && file.hasSuffix(".js") {
            #expect(text.contains("`\(file)`"))
        }
    }
}
