import Discord
import DiscordModels
import Synchronization

/// Who the bot is: told by the gateway when a session begins, asked of Discord when one is taken up again.
final class Selfhood: Sendable {
    private let rest: RESTClient
    private let known = Mutex<User?>(nil)

    init(_ rest: RESTClient) { self.rest = rest }

    func learn(_ user: User) { known.withLock { $0 = user } }

    func user() async throws -> User {
        if let user = known.withLock({ $0 }) { return user }
        let user = try await rest.currentUser()
        learn(user)
        return user
    }
}
