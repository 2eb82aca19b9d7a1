import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// One method at one address of the API, and what a token must be good for to use it.
struct APIRoute: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> Response

    let method: HTTPRequest.Method
    let path: String
    let scope: APICaller.Scope
    let handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ scope: APICaller.Scope, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.scope = scope
        self.handler = handler
    }
}

/// A request that was let in.
struct APIRequest: Sendable {
    /// Bytes that a body may have.
    static let largestBody = 64 << 10

    let request: Request
    let context: ConsoleContext

    /// A part of the path, as it was before it was escaped.
    func parameter(_ name: String) throws -> String {
        guard let text = (context.parameters.get(name) ?? "").removingPercentEncoding else {
            throw Problem(.badRequest, "\(name) is not escaped as an address must be.", field: name)
        }
        return text
    }

    func fields() async throws -> JSONFields { try JSONFields(await request.bytes(upTo: Self.largestBody)) }

    /// - Throws: ``Problem`` 400 for a parameter that is none of these, or comes twice.
    func query(_ allowed: Set<String>) throws -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard allowed.contains(name), values[name] == nil else {
                throw Problem(
                    .badRequest, "There is no query parameter \(name.prefix(60)) here, or it came twice.", field: String(name.prefix(60)))
            }
            values[name] = String(value)
        }
        return values
    }

    /// The page of a list that is asked for: `limit` 1…1,000 (100), `before` the number of the last one seen.
    func page(_ query: [String: String]) throws -> (limit: Int, before: Int64?) {
        let limit = try query["limit"].map { text in
            guard let limit = Int(text), text == String(limit), (1...1_000).contains(limit) else {
                throw Problem(.badRequest, "limit must be a whole number from 1 to 1000.", field: "limit")
            }
            return limit
        }
        let before = try query["before"].map { text in
            guard let number = Int64(text), text == String(number), number > 0 else {
                throw Problem(.badRequest, "before must be the number of the last one seen.", field: "before")
            }
            return number
        }
        return (limit ?? 100, before)
    }

    /// What makes a repeat of this very request harmless.
    func idempotencyKey() throws -> String {
        guard let key = request.headers[.idempotencyKey], (1...80).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem(
                .badRequest,
                "Send a header Idempotency-Key of 1 to 80 visible ASCII characters, the same with every repeat of this request.",
                field: "Idempotency-Key")
        }
        return key
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key")!
}

extension Router<ConsoleContext> {
    /// Adds routes behind ``BearerAuthentication``; other methods at their addresses are answered 405 with what is allowed.
    func add(_ routes: [APIRoute], tokens: any APITokenStore) {
        let authentication = BearerAuthentication(tokens: tokens)
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            for route in routes {
                on(RouterPath(path), method: route.method) { request, context in
                    try await authentication.handle(request, context: context) { request, context in
                        try context.require(route.scope)
                        return try await route.handler(APIRequest(request: request, context: context))
                    }
                }
            }
            let allowed = routes.map(\.method.rawValue).sorted().joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete, .head, .options, .trace, HTTPRequest.Method("QUERY")!]
            where !routes.contains(where: { $0.method == method }) {
                on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(.methodNotAllowed, "This address takes \(allowed).", headers: [.allow: allowed])
                }
            }
        }
    }
}
