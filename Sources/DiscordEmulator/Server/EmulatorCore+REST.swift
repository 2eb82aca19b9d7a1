import OrderedCollections
import Support

/// A REST request in three steps: admitted (faults, token, limits), done, and logged.
extension EmulatorCore {
    struct Incoming: Sendable {
        var method: String
        /// Without the version.
        var path: [String]
        var shownPath: String
        var query: [String: String]
        var authorization: String?
        var contentType: String
        var body: [UInt8]

        /// An interactions endpoint in the body that was tried and is good.
        var verifiedEndpoint: String?

        var isForm: Bool { EmulatorCore.isForm(contentType) }
    }

    struct Admitted: Sendable {
        var number: Int
        var route: Route?
        var parameters: [String: String] = [:]
        var caller: ID?
        var grant: OAuthToken?
        var faults: [FaultPlan.Fault.Kind] = []
        var verdict = RateLimiter.Verdict()
        /// Set if it ends here.
        var refusal: Answer?
        var isDown = false
        var at: Timestamp

        var template: String { route?.template ?? "" }
    }

    struct Answer: Sendable {
        var status: Int
        var body: JSON?
        var headers: [(String, String)] = []
        /// The body as text, once it is final.
        var bytes: [UInt8] = []

        init(_ error: DiscordError) {
            status = error.status
            body = error.body
        }
        init(_ reply: APIReply) {
            status = reply.status
            body = reply.body
        }
        init(status: Int, body: JSON?) {
            self.status = status
            self.body = body
        }
    }

    func admit(_ incoming: Incoming) -> Admitted {
        step { state in
            let now = state.now
            let found = RouteTable.find(incoming.method, incoming.path)
            var admitted = Admitted(number: 0, at: now)
            if case .route(let route, let parameters) = found {
                admitted.route = route
                admitted.parameters = parameters
            }
            let name = "\(incoming.method) \(admitted.template)"
            admitted.number = state.traffic.begin(name)
            if state.faults.isDown(at: now) {
                admitted.isDown = true
                return admitted
            }
            admitted.faults = state.faults.take(for: name, at: now)
            if state.limiter.isBanned(at: now) {
                admitted.refusal = Answer(
                    status: 429, body: ["message": "You are being blocked from accessing our API temporarily.", "code": 0])
                return admitted
            }
            admitted.caller = bot(incoming.authorization, &state)
            guard let route = admitted.route else {
                if case .wrongMethod = found { admitted.refusal = Answer(.methodNotAllowed) } else { admitted.refusal = Answer(.notFound) }
                return admitted
            }
            if let text = incoming.authorization, text.hasPrefix("Bearer "), let scope = route.scope,
                let grant = state.world.oauthToken(String(text.dropFirst(7))), scope.isEmpty || grant.scopes.contains(scope)
            {
                admitted.grant = grant
                admitted.caller = grant.userID
            }
            if route.needsToken, admitted.caller == nil {
                admitted.refusal = Answer(.unauthorized)
                return admitted
            }
            limit(&admitted, route, &state)
            return admitted
        }
    }

    /// The application whose token the header carries.
    private func bot(_ authorization: String?, _ state: inout State) -> ID? {
        guard let authorization, authorization.hasPrefix("Bot ") else { return nil }
        return application(ofToken: String(authorization.dropFirst(4)), &state)
    }

    func application(ofToken token: String, _ state: inout State) -> ID? {
        guard !token.isEmpty else { return nil }
        if let fixed = configuration.token, fixed.reveal() != token { return nil }
        return state.world.application(ofToken: token)
    }

    private func limit(_ admitted: inout Admitted, _ route: Route, _ state: inout State) {
        var code: Int?
        for fault in admitted.faults {
            guard case .rateLimit(let wait, let isGlobal, let scope, let named) = fault else { continue }
            admitted.verdict.refused = (isGlobal ? .global : .init(rawValue: scope) ?? .user, wait)
            code = named
            // As on Discord, what is refused for its bucket tells of an empty one.
            if !isGlobal, route.pace.count > 0 {
                let bucket = RateLimiter.hash("\(route.method) \(route.template)")
                admitted.verdict.bucket = (bucket, route.pace.count, 0, state.now + wait)
            }
        }
        if admitted.verdict.refused == nil {
            let webhook = admitted.parameters["webhook_id"].flatMap { ID($0) }.flatMap { state.world.webhooks[$0] }
            let isExecute = route.template == "/webhooks/{webhook_id}/{webhook_token}" && route.method == "POST"
            admitted.verdict = state.limiter.admit(
                route, parameters: admitted.parameters, caller: admitted.caller ?? World.defaultApplication,
                hiddenKey: isExecute ? webhook.map { $0.channelID.description } : nil, at: state.now)
        }
        guard let refused = admitted.verdict.refused else { return }
        let seconds = Double(refused.retryAfter.milliseconds) / 1_000
        var body: JSONObject = [
            "message": refused.scope == .shared ? "The resource is being rate limited." : "You are being rate limited.",
            "retry_after": .double(seconds), "global": .bool(refused.scope == .global), "code": .int(code ?? 0),
        ]
        if code == 20_028 { body["message"] = "The write action you are performing on the channel has hit the write rate limit." }
        var answer = Answer(status: 429, body: .object(body))
        answer.headers = [("Retry-After", String(Int(seconds.rounded(.up)))), ("X-RateLimit-Scope", refused.scope.rawValue)]
        if refused.scope == .global { answer.headers.append(("X-RateLimit-Global", "true")) }
        admitted.refusal = answer
    }

    /// Does what the request asks, and logs the exchange.
    func perform(_ incoming: Incoming, _ admitted: Admitted) -> Answer {
        var shownRequest = JSON.null
        let answer = admitted.refusal ?? forcedError(admitted) ?? execute(incoming, admitted, &shownRequest)
        return finish(incoming, admitted, answer, shownRequest)
    }

    private func forcedError(_ admitted: Admitted) -> Answer? {
        for case .error(let status) in admitted.faults {
            return Answer(status: status, body: ["message": .string("\(status): emulated fault"), "code": 0])
        }
        return nil
    }

    private func execute(_ incoming: Incoming, _ admitted: Admitted, _ shownRequest: inout JSON) -> Answer {
        guard let route = admitted.route else { return Answer(.notFound) }
        do {
            var call = APICall(
                parameters: admitted.parameters, query: incoming.query, caller: admitted.caller ?? World.defaultApplication)
            call.grant = admitted.grant
            call.authorization = incoming.authorization
            call.isForm = incoming.isForm
            call.verifiedEndpoint = incoming.verifiedEndpoint
            (call.body, call.files) = try Self.readBody(incoming.body, contentType: incoming.contentType)
            shownRequest = Self.shown(call)
            let ready = call
            return Answer(try step { (state) throws(DiscordError) in try route.handler(&state.world, ready) })
        } catch {
            return Answer(error)
        }
    }

    private func finish(_ incoming: Incoming, _ admitted: Admitted, _ answer: Answer, _ request: JSON) -> Answer {
        var answer = answer
        answer.bytes = answer.body?.bytes ?? []
        let written = answer
        return step { state in
            var answer = written
            let now = state.now
            state.limiter.note(status: answer.status, scope: admitted.verdict.refused?.scope, at: now)
            if let bucket = admitted.verdict.bucket, admitted.verdict.refused?.scope != .global {
                let left = max(0, (bucket.resetAt - now).milliseconds)
                answer.headers += [
                    ("X-RateLimit-Limit", String(bucket.limit)), ("X-RateLimit-Remaining", String(bucket.remaining)),
                    ("X-RateLimit-Reset", Self.seconds(bucket.resetAt.millisecondsSinceEpoch)),
                    ("X-RateLimit-Reset-After", Self.seconds(left)), ("X-RateLimit-Bucket", bucket.hash),
                ]
            }
            state.traffic.add(
                .init(
                    number: admitted.number, at: admitted.at, method: incoming.method, path: incoming.shownPath, route: admitted.template,
                    status: answer.status, request: request, response: answer.body ?? .null, duration: now - admitted.at,
                    size: incoming.body.count + answer.bytes.count, caller: admitted.caller, faults: admitted.faults.map(\.name)))
            return answer
        }
    }

    /// Logs a request that was cut and not done.
    func logLost(_ incoming: Incoming, _ admitted: Admitted) {
        step { state in
            state.traffic.add(
                .init(
                    number: admitted.number, at: admitted.at, method: incoming.method, path: incoming.shownPath, route: admitted.template,
                    status: 0, request: .null, response: .null, duration: state.now - admitted.at, size: 0, caller: admitted.caller,
                    faults: admitted.faults.map(\.name)))
        }
    }

    /// Milliseconds as seconds with three digits.
    static func seconds(_ milliseconds: Int64) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
    }

    static func isForm(_ contentType: String) -> Bool { contentType.lowercased().hasPrefix("application/x-www-form-urlencoded") }

    static func readBody(_ bytes: [UInt8], contentType: String) throws(DiscordError) -> (JSON, [UploadedFile]) {
        guard !bytes.isEmpty else { return (.empty, []) }
        if let boundary = Multipart.boundary(of: contentType) {
            let parts = try Multipart.parse(bytes, boundary: boundary)
            guard let payload = parts.payload else { return (.empty, parts.files) }
            return (try json(payload), parts.files)
        }
        if isForm(contentType) {
            let pairs = RequestTarget("?" + String(decoding: bytes, as: UTF8.self)).query
            // What a client makes of a multipart form without files.
            if let payload = pairs["payload_json"] { return (try json(Array(payload.utf8)), []) }
            return (.object(JSONObject(uniqueKeysWithValues: pairs.sorted { $0.key < $1.key }.map { ($0, .string($1)) })), [])
        }
        return (try json(bytes), [])
    }

    private static func json(_ bytes: [UInt8]) throws(DiscordError) -> JSON {
        do { return try JSONReader.read(bytes) } catch { throw .badJSON }
    }

    /// The request for the log: its JSON, and of files name and size.
    private static func shown(_ call: APICall) -> JSON {
        guard !call.files.isEmpty else { return call.body }
        let files = call.files.map { file -> JSON in
            ["n": .int(file.index), "filename": .string(file.filename), "size": .int(file.bytes.count)]
        }
        return ["payload_json": call.body, "files": .array(files)]
    }
}
