import OrderedCollections

/// Answers to interactions: the callback, and the messages that the interaction's token may write.
///
/// Channel webhooks share the path, so that one handler decides which of the two a token is.
extension RouteTable {
    static let interactionRoutes: [Route] = [
        Route(
            "POST", "/interactions/{interaction_id}/{interaction_token}/callback", .per(1_000, 50), needsToken: false, countsGlobally: false
        ) { world, call throws(DiscordError) in
            let callback = try CallbackForm.check(call.body, files: call.files)
            let interaction = try world.acknowledge(
                call.id("interaction_id"), token: call.parameters["interaction_token"] ?? "", with: callback)
            return call.flag("with_response") ? .ok(world.showCallback(interaction)) : .nothing
        }
    ]

    private static let base = "/webhooks/{webhook_id}/{webhook_token}"

    static let webhookRoutes: [Route] = [
        open("POST", base, .per(2_000, 5)) { world, call throws(DiscordError) in
            switch try world.speaker(call) {
            case .webhook(let webhook):
                let draft = try MessageForm.check(call.body, files: call.files, for: .webhook)
                let message = try world.execute(webhook, draft)
                return call.flag("wait") ? .ok(world.show(message, for: call.caller)) : .nothing
            case .interaction(let interaction):
                let draft = try MessageForm.check(call.body, files: call.files, for: .interaction)
                let isEphemeral = draft.flags?.contains(.ephemeral) ?? false
                let message = try world.followUp(interaction, draft, ephemeral: isEphemeral)
                return .ok(world.show(message, for: interaction.applicationID))
            }
        },
        open("GET", base) { world, call throws(DiscordError) in
            guard case .webhook(let webhook) = try world.speaker(call) else { throw .unknownWebhook }
            return .ok(world.show(webhook))
        },
        open("DELETE", base) { world, call throws(DiscordError) in
            guard case .webhook(let webhook) = try world.speaker(call) else { throw .unknownWebhook }
            world.deleteWebhook(webhook.id)
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
            case .webhook: return .ok(world.show(try world.editMessage(message.id, draft), for: call.caller))
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
            return .ok(
                .list(
                    world.webhooks.values.filter { $0.channelID == channel.id }.map {
                        world.show($0, withToken: $0.applicationID == call.caller || $0.applicationID == nil)
                    }))
        },
        Route("POST", "/channels/{channel_id}/webhooks", .per(60_000, 10)) { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageWebhooks)
            guard channel.kind == .text else { throw .cannotDoInChannelType }
            let mistakes = FormReader.Mistakes()
            let form = FormReader(call.body, mistakes: mistakes)
            let name = form.string("name", required: true, 1...80) ?? ""
            MessageForm.checkPersona(name, form)
            try mistakes.throwIfAny()
            return .ok(world.show(try world.createWebhook(named: name, in: channel, by: call.caller)))
        },
        Route("GET", "/webhooks/{webhook_id}") { world, call throws(DiscordError) in .ok(world.show(try world.ownWebhook(call))) },
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

    /// The message of the path, if the path's token wrote it.
    fileprivate func spoken(_ call: APICall) throws(DiscordError) -> (MessageRecord, Speaker) {
        let speaker = try speaker(call)
        let reference = call.parameters["message_id"] ?? ""
        switch speaker {
        case .interaction(let interaction): return (try message(reference, of: interaction), speaker)
        case .webhook(let webhook):
            guard let message = ID(reference).flatMap({ messages[$0] }), message.webhookID == webhook.id else { throw .unknownMessage }
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
}
