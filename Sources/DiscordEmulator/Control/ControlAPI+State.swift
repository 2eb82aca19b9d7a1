import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OrderedCollections
import Support

/// Reading: the state, messages, the stream of events.
extension ControlAPI {
    func state(_ call: Call) -> JSON {
        core.step { state in
            let world = state.world
            let guilds = world.guilds.values.filter { $0.members[call.user] != nil }.map { guild -> JSON in
                let channels =
                    guild.channelIDs.compactMap { world.channels[$0] } + world.threads(under: guild.id, seenBy: call.user) { _, _ in true }
                return [
                    "id": .id(guild.id), "name": .string(guild.name), "owner_id": .id(guild.ownerID),
                    "channels": .list(channels.compactMap { Self.show($0, world, call.user) }),
                    "members": .list(guild.memberIDs.compactMap { guild.members[$0] }.map { world.show($0) }),
                    "roles": .list(guild.roles.map { world.show($0) }),
                ]
            }
            let direct = world.channels.values.filter { $0.guildID == nil && $0.recipientIDs.contains(call.user) }
            let applications = world.applications.values.map { application -> JSON in
                [
                    "id": .id(application.id), "name": .string(application.name), "description": .string(application.description),
                    "bot": world.show(user: application.id), "online": .bool(state.hub.isOnline(application.id)),
                    "verify_key": .string(application.verifyKey), "interactions_endpoint_url": .optional(application.interactionsEndpoint),
                ]
            }
            return [
                "me": world.show(user: call.user), "users": .list(world.users.keys.map { world.show(user: $0) }), "guilds": .array(guilds),
                "dms": .list(direct.compactMap { Self.show($0, world, call.user) }), "applications": .array(applications),

                "commands": .list(
                    world.commands.values.map { CommandForm.translated($0.shown, to: world.users[call.user]?.locale ?? "en-US") }),
                "installed": .ids((world.users[call.user]?.installedIDs ?? []).sorted()), "clock": Self.clock(state),
                "rate_limits": [
                    "enabled": .bool(state.limiter.configuration.isEnabled),
                    "invalid_requests": .int(state.limiter.invalidCount(at: state.now)),
                ],
                "attachment_bytes": .int(world.files.totalBytes),
            ]
        }
    }

    static func clock(_ state: EmulatorCore.State) -> JSON {
        ["now_ms": .int(state.now.millisecondsSinceEpoch), "offset_ms": .int(state.offset.milliseconds)]
    }

    /// A channel as a person sees it; nil if they do not.
    static func show(_ channel: ChannelRecord, _ world: World, _ user: ID) -> JSON? {
        let granted = world.permissions(of: user, in: channel)
        guard granted.contains(.viewChannel) else { return nil }
        return world.show(channel, for: user).merging(["can_send": .bool(channel.holdsMessages && granted.contains(channel.speaking))])
    }

    func messages(_ call: Call) throws(World.PlayError) -> JSON {
        let limit = call.number("limit", 1...100, default: 50)
        return try core.step { (state) throws(World.PlayError) in
            let channel = try state.world.channelToSpeak(ID(call.path[1]), call.user)
            let before = call.query["before"].flatMap { ID($0) }
            let found = state.world.visibleMessages(in: channel.id, to: call.user, before: before, limit: limit)
            return .list(found.map { state.world.show($0, for: call.user) })
        }
    }

    /// A channel's pinned messages, newest first.
    func pins(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in
            let channel = try state.world.channelToSpeak(ID(call.path[1]), call.user)
            let found = state.world.visibleMessages(in: channel.id, to: call.user, limit: state.world.limits.messagesPerChannel)
            return .list(found.filter(\.isPinned).map { state.world.show($0, for: call.user) })
        }
    }

    /// The whole world as a file, or the world of a file.
    func saved(_ request: Request) async throws -> Response {
        switch request.method {
        case .get:
            let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: try core.savedState())))
        case .put:
            let bytes: ByteBuffer
            do { bytes = try await request.body.collect(upTo: 2 * core.configuration.attachmentBytes + Self.maximumBody) } catch {
                throw World.PlayError("The state is too large for this emulator.", status: 413)
            }
            do { try core.load(Array(bytes.readableBytesView)) } catch { throw World.PlayError("\(error)") }
            return Response(status: .noContent)
        default: throw World.PlayError("GET it or PUT it.", status: 405)
        }
    }

    func frames(_ call: Call) -> JSON {
        let after = call.number("after", 0...Int.max, default: 0)
        let limit = call.number("limit", 1...FrameLog.limit, default: 500)
        // Reading frames as JSON is done outside the lock.
        return FrameLog.shown(core.step { $0.hub.frames.list(after: after, limit: limit) }, after: after)
    }

    /// Server-sent events until the page leaves.
    func events(as user: ID) -> Response {
        guard let (id, events) = core.step({ $0.isEnding ? nil : $0.audience.join(as: user) }) else {
            return EmulatorResponder.json(503, ["message": "The emulator is stopping, or too many pages listen already."])
        }
        let core = core
        let body = ResponseBody { writer in
            do {
                for try await event in PulsedEvents(events: events, clock: core.clock) { try await writer.write(ByteBuffer(bytes: event)) }
                core.step { $0.audience.leave(id) }
                try await writer.finish(nil)
            } catch {
                core.step { $0.audience.leave(id) }
                throw error
            }
        }
        let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        return Response(status: .ok, headers: headers, body: body)
    }
}
