import AsyncHTTPClient
import Console
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// What came back.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var text: String
}

typealias Ask = @Sendable (_ method: String, _ path: String, _ headers: [String: String], _ body: String?) async throws -> Answer

/// Asks a service that is running, in the short form that tests like.
struct Asking: Sendable {
    let ask: Ask

    func callAsFunction(
        _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: String? = nil
    ) async throws -> Answer {
        try await ask(method, path, headers, body)
    }
}

/// Runs the service with these routes on a port of the system's choice for the length of the story.
func withConsole(_ routes: [any ConsoleRoutes], _ story: @escaping @Sendable (Asking) async throws -> Void) async throws {
    let logger = Logger(label: "console", factory: { _ in SwiftLogNoOpLogHandler() })
    let server = ConsoleServer(configuration: .init(port: 0), routes: routes, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let port = try await server.port()
        do {
            try await story(
                Asking { method, path, headers, body in
                    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
                    request.method = .init(rawValue: method)
                    for (name, value) in headers { request.headers.add(name: name, value: value) }
                    if let body { request.body = .bytes(ByteBuffer(string: body)) }
                    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
                    let text = String(buffer: try await response.body.collect(upTo: 10 << 20))
                    let names = response.headers.map { ($0.name.lowercased(), $0.value) }
                    return Answer(
                        status: Int(response.status.code), headers: Dictionary(names) { first, _ in first }, text: text)
                })
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
