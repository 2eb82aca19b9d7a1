import Discord
import DiscordModels
public import Jobs
public import Support

/// Failed requests made anew at the operator's word: new requests of the same persons, under the rules and prices of the moment, answered by
/// a message, for what acknowledged the old ones is over. Why one cannot be is said to the operator, and nothing to the person.
public struct Retries: Sendable {
    /// How the requests of one kind are made anew.
    public struct Way: Sendable {
        let kind: String
        /// - Throws: a `UserFacingError` for what cannot be; then nothing was put aside and nothing stored.
        let retry: @Sendable (_ old: Job, _ requestID: RequestID) async throws -> Void
    }

    private let ways: [Way]

    public init(_ ways: [Way]) { self.ways = ways }

    /// May be repeated under the same id.
    ///
    /// - Throws: a `UserFacingError` for what cannot be.
    public func retry(_ old: Job, as requestID: RequestID) async throws {
        let kind = JobKind(parsing: old.kind).name
        guard let way = ways.first(where: { $0.kind == kind }) else {
            throw Refusal(
                "A request of the kind \(kind) cannot be made anew from here: its words are not kept with it. Who asked can ask again.")
        }
        do { try await way.retry(old, requestID) } catch let error as any UserFacingError where !(error is RetryStage.Unreachable) {
            throw Refusal("It was refused as it would be if they asked themselves, with these words: \(error.userMessage)")
        }
    }
}

/// What retries need of the bot: nothing of its connection to Discord.
public struct RetryStage: Sendable {
    let jobs: any JobQueue
    /// Nil where credits are off.
    let credits: CreditDesk?
    /// Nil where there is no token: then the rules of those hold who have no roles.
    let rest: RESTClient?
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64

    public init(
        jobs: any JobQueue, credits: CreditDesk?, rest: RESTClient?, clock: any WallClock, randomness: @escaping @Sendable () -> UInt64
    ) {
        (self.jobs, self.credits, self.rest, self.clock, self.randomness) = (jobs, credits, rest, clock, randomness)
    }

    /// Where that person asked, as Discord knows it now.
    func place(of address: ReplyAddress) async throws -> AskingPlace {
        var place = AskingPlace()
        place.guild = address.guildID
        place.channels = [address.channelID].compactMap(\.self)
        guard let rest, let guild = address.guildID.map({ GuildID($0) }) else { return place }
        if let id = address.channelID.map({ ChannelID($0) }), let channel = try await known({ try await rest.channel(id) }) {
            place.channels += [channel.parentID].compactMap { $0?.rawValue }
            place.isAgeRestricted = channel.isAgeRestricted ?? false
        }
        let member = try await known { try await rest.member(UserID(address.userID), of: guild) }
        place.roles = Set(member?.roles.map(\.rawValue) ?? [])
        return place
    }

    /// Nil for what is gone, or not for the bot.
    private func known<Value>(_ ask: () async throws -> Value) async throws -> Value? {
        do { return try await ask() } catch let error as DiscordAPIError where error.isForbidden || error.status == 404 {
            return nil
        } catch is DiscordAPIError {
            throw Unreachable()
        }
    }

    struct Unreachable: UserFacingError {
        let userMessage = "Discord does not say now who this person is there. Try again later."
    }
}

extension ReplyAddress {
    /// The same person in the same place, where nothing of ours waits for the answer.
    var afterwards: ReplyAddress {
        var address = self
        (address.token, address.message) = (nil, nil)
        return address
    }
}

extension RequestID {
    /// Of what nobody asked for in Discord: laid out like a snowflake of its moment.
    public init(at now: Timestamp, _ random: UInt64) {
        self.init(UInt64(max(0, now.millisecondsSinceEpoch - discordEpochMilliseconds)) << 22 | random & 0x3F_FFFF)
    }
}
