import OrderedCollections

/// Messages by a token in the path: of a channel webhook, which speaks as a persona, or of an interaction, which follows up. They share
/// the addresses, so that one handler decides which of the two a token is.
extension RouteTable {
    private static let base = "/webhooks/{webhook_id}/{webhook_token}"

    static let webhookRoutes: [Route] = [
        open("POST", base, .per(2_000, 5)) { world, call throws(DiscordError) in
            switch try world.speaker(call) {
            case .webhook(let webhook):
                let message = try world.execute(webhook, WebhookForm.check(call))
                return call.flag("wait") ? .ok(world.show(message, for: call.caller)) : .nothing
            case .interaction(let interaction):
                let draft = try MessageForm.check(call.body, files: call.files, for: .interaction)
                let isEphemeral = draft.flags?.contains(.ephemeral) ?? false
                let message = try world.followUp(interaction, draft, ephemeral: isEphemeral)
                return .ok(world.show(message, for: interaction.applicationID))
            }
        },
        open("GET", base) { world, call throws(DiscordError) in
            .ok(world.show(try world.webhookByToken(call), withUser: false))
        },
        open("PATCH", base) { world, call throws(DiscordError) in
            let webhook = try world.webhookByToken(call)
            return .ok(world.show(try world.change(webhook, WebhookForm.checkChange(call.body, moves: false)), withUser: false))
        },
        open("DELETE", base) { world, call throws(DiscordError) in
            world.deleteWebhook(try world.webhookByToken(call).id)
            return .nothing
        },
        open("GET", "\(base)/messages/{message_id}", .per(5_000, 10)) { world, call throws(DiscordError) in
            let (message, _) = try world.spoken(call)
            return .ok(world.show(message, for: message.authorID))
        },
        open("PATCH", "\(base)/messages/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            let (message, speaker) = try world.spoken(call)
            let draft = try MessageForm.check(call.body, files: call.files, for: .edit)
            switch speaker {
            case .webhook:
                try world.countEdit(of: message)
                return .ok(world.show(try world.editMessage(message.id, draft), for: call.caller))
            case .interaction(let interaction):
                return .ok(world.show(try world.editInteractionMessage(interaction, message.id, draft), for: message.authorID))
            }
        },
        open("DELETE", "\(base)/messages/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            let (message, speaker) = try world.spoken(call)
            switch speaker {
            case .webhook: world.deleteMessage(message.id)
            case .interaction(let interaction): world.deleteInteractionMessage(interaction, message.id)
            }
            return .nothing
        },
        Route("GET", "/channels/{channel_id}/webhooks") { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageWebhooks)
            return .ok(world.list(world.webhooks.values.filter { $0.channelID == channel.id }, for: call.caller))
        },
        Route("GET", "/guilds/{guild_id}/webhooks") { world, call throws(DiscordError) in
            let guild = try world.guild(call, letting: .manageWebhooks)
            return .ok(world.list(world.webhooks.values.filter { $0.guildID == guild.id }, for: call.caller))
        },
        Route("POST", "/channels/{channel_id}/webhooks", .per(60_000, 10)) { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageWebhooks)
            guard channel.kind == .text || channel.kind == .announcement || channel.kind == .forum else { throw .cannotDoInChannelType }
            let change = try WebhookForm.checkChange(call.body, moves: false, isNew: true)
            let webhook = try world.createWebhook(named: change.name ?? "", in: channel, by: call.caller)
            return .ok(world.show(try world.change(webhook, change)))
        },
        Route("GET", "/webhooks/{webhook_id}") { world, call throws(DiscordError) in .ok(world.show(try world.ownWebhook(call))) },
        Route("PATCH", "/webhooks/{webhook_id}") { world, call throws(DiscordError) in
            let webhook = try world.ownWebhook(call)
            let change = try WebhookForm.checkChange(call.body, moves: true)
            if let target = change.channelID { _ = try world.channel(target, letting: call.caller, .manageWebhooks) }
            return .ok(world.show(try world.change(webhook, change)))
        },
        Route("DELETE", "/webhooks/{webhook_id}") { world, call throws(DiscordError) in
            world.deleteWebhook(try world.ownWebhook(call).id)
            return .nothing
        },
    ]

    private static func open(_ method: String, _ template: String, _ pace: Route.Pace = .ordinary, _ handler: @escaping Route.Handler)
        -> Route
    {
        Route(method, template, pace, needsToken: false, countsGlobally: false, handler)
    }
}

extension World {
    /// What the token of a `/webhooks/{id}/{token}` path is.
    enum Speaker {
        case webhook(WebhookRecord)
        case interaction(InteractionRecord)
    }

    fileprivate func speaker(_ call: APICall) throws(DiscordError) -> Speaker {
        let id = try call.id("webhook_id")
        let token = call.parameters["webhook_token"] ?? ""
        if let webhook = webhooks[id] {
            guard webhook.token == token else { throw .invalidWebhookToken }
            return .webhook(webhook)
        }
        return .interaction(try interaction(ofApplication: id, token: token))
    }

    fileprivate func webhookByToken(_ call: APICall) throws(DiscordError) -> WebhookRecord {
        guard case .webhook(let webhook) = try speaker(call) else { throw .unknownWebhook }
        return webhook
    }

    /// The message of the path, if the path's token wrote it. Those in a thread are found with the thread's id only.
    fileprivate func spoken(_ call: APICall) throws(DiscordError) -> (MessageRecord, Speaker) {
        let speaker = try speaker(call)
        let reference = call.parameters["message_id"] ?? ""
        switch speaker {
        case .interaction(let interaction): return (try message(reference, of: interaction), speaker)
        case .webhook(let webhook):
            let place = call.query["thread_id"].flatMap { ID($0) } ?? webhook.channelID
            guard let message = ID(reference).flatMap({ messages[$0] }), message.webhookID == webhook.id, message.channelID == place else {
                throw .unknownMessage
            }
            return (message, speaker)
        }
    }

    fileprivate func ownWebhook(_ call: APICall) throws(DiscordError) -> WebhookRecord {
        guard let webhook = webhooks[try call.id("webhook_id")] else { throw .unknownWebhook }
        guard let channel = channels[webhook.channelID],
            permissions(of: call.caller, in: channel).contains(.manageWebhooks)
        else { throw .missingPermissions }
        return webhook
    }

    fileprivate func list(_ webhooks: [WebhookRecord], for caller: ID) -> JSON {
        .list(webhooks.map { show($0, withToken: $0.applicationID == caller || $0.applicationID == nil) })
    }
}
