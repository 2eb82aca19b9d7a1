import Logging
import Support
import Synchronization

@testable import Discord

/// A Discord that answers from a script, and remembers what it was asked.
final class ScriptedTransport: RESTTransport {
    typealias Answer = Result<RESTResponse, RESTTransportError>

    private struct State {
        var requests: [RESTRequest] = []
        var answers: [Answer]
        var otherwise: Answer
    }

    private let state: Mutex<State>

    /// - Parameter otherwise: the answer when the script has ended.
    init(_ answers: [Answer], otherwise: Answer = .success(RESTResponse(status: 204))) {
        state = Mutex(State(answers: answers, otherwise: otherwise))
    }

    var requests: [RESTRequest] { state.withLock { $0.requests } }

    func send(_ request: RESTRequest) async throws(RESTTransportError) -> RESTResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? state.otherwise : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

extension Result where Success == RESTResponse, Failure == RESTTransportError {
    static func status(_ status: Int, _ json: String = "", _ headers: [String: String] = [:]) -> Self {
        .success(RESTResponse(status: status, headers: headers, body: Array(json.utf8)))
    }

    static var noAnswer: Self { .failure(RESTTransportError(.noAnswer, detail: "readTimeout")) }
    static var notSent: Self { .failure(RESTTransportError(.notSent, detail: "no connection")) }
}

extension RESTClient {
    static let testToken = "MTIz.secret.token"

    static func scripted(_ transport: any RESTTransport, clock: any WallClock = ImpatientClock()) -> RESTClient {
        RESTClient(
            configuration: Configuration(token: Secret(testToken), baseURL: "http://discord.test/api/v10/"), transport: transport,
            clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, randomness: { 7 })
    }
}

/// A clock on which nobody has to wait: it jumps to the moment that is waited for.
final class ImpatientClock: WallClock {
    private let time: Mutex<Timestamp>
    private let start: Timestamp

    init(now: Timestamp = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)) {
        start = now
        time = Mutex(now)
    }

    func now() -> Timestamp { time.withLock { $0 } }
    /// What has been waited in all.
    var waited: Duration { now() - start }

    func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, deadline) }
    }
}

/// A clock whose sleepers wake a little before their time, as real ones do when the wall clock is slowed.
final class EarlyClock: WallClock {
    private let time = Mutex(Timestamp(millisecondsSinceEpoch: 1_700_000_000_000))

    func now() -> Timestamp { time.withLock { $0 } }

    func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        await Task.yield()
        time.withLock { now in
            // The last millisecond passes only in a sleep of its own.
            if deadline - now > .milliseconds(1) { now = deadline - .milliseconds(1) } else { now = max(now, deadline) }
        }
    }
}
