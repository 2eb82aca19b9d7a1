import OrderedCollections

/// Guilds and channels as the API and the gateway show them.
extension World {
    func show(_ guild: GuildRecord) -> JSON {
        [
            "id": .id(guild.id), "name": .string(guild.name), "icon": .null, "description": .null, "home_header": .null, "splash": .null,
            "discovery_splash": .null, "features": [], "banner": .null, "owner_id": .id(guild.ownerID), "application_id": .null,
            "region": "deprecated", "afk_channel_id": .null, "afk_timeout": 300, "system_channel_id": .null, "system_channel_flags": 0,
            "widget_enabled": false, "widget_channel_id": .null, "verification_level": 0, "roles": .list(guild.roles.map(show)),
            "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": .null,
            "max_members": 500_000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": .null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US", "rules_channel_id": .null,
            "safety_alerts_channel_id": .null, "public_updates_channel_id": .null, "premium_progress_bar_enabled": false, "nsfw": false,
            "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": .null,
        ]
    }

    /// The data of GUILD_CREATE for a bot.
    func showJoined(_ guild: GuildRecord, for applicationID: ID) -> JSON {
        let channels = guild.channelIDs.compactMap { self.channels[$0] }.filter {
            permissions(of: applicationID, in: $0).contains(.viewChannel)
        }
        return show(guild).merging([
            "joined_at": .string((guild.members[applicationID]?.joinedAt ?? now).discordText), "large": false, "unavailable": false,
            "member_count": .int(guild.members.count), "voice_states": [],
            "members": .list(guild.memberIDs.prefix(250).compactMap { guild.members[$0] }.map { show($0) }),
            "channels": .list(channels.map { show($0) }),
            "threads": .list(threads(under: guild.id, seenBy: applicationID) { !$1.isArchived }.map { show($0, for: applicationID) }),
            "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [],
        ])
    }

    /// A line of `GET /users/@me/guilds`.
    func showMine(_ guild: GuildRecord, for userID: ID) -> JSON {
        let granted = guild.members[userID].map { basePermissions(of: $0, in: guild) } ?? []
        return [
            "id": .id(guild.id), "name": .string(guild.name), "icon": .null, "banner": .null, "owner": .bool(guild.ownerID == userID),
            "permissions": .string(granted.text), "features": [],
        ]
    }

    /// A channel; for a DM, `viewer` decides who is the other one.
    func show(_ channel: ChannelRecord, for viewer: ID? = nil) -> JSON {
        var shown: JSONObject = [
            "id": .id(channel.id), "type": .int(channel.kind.rawValue), "flags": .int(channel.flags),
            "last_message_id": .id(channel.lastMessageID),
        ]
        guard let guildID = channel.guildID else {
            shown["recipients"] = .list(channel.recipientIDs.filter { $0 != viewer }.map { show(user: $0) })
            return .object(shown)
        }
        if let thread = channel.thread { return .object(shown.merging(showThread(channel, thread, for: viewer)) { $1 }) }
        shown["guild_id"] = .id(guildID)
        shown["name"] = .string(channel.name)
        shown["position"] = .int(channel.position)
        shown["parent_id"] = .id(channel.parentID)
        shown["nsfw"] = .bool(channel.isNSFW)
        shown["permission_overwrites"] = .list(
            channel.overwrites.map {
                ["id": .id($0.id), "type": $0.isMember ? 1 : 0, "allow": .string($0.allow.text), "deny": .string($0.deny.text)]
            })
        if channel.kind == .text || channel.kind == .announcement || channel.kind == .forum {
            shown["topic"] = .optional(channel.topic)
            shown["rate_limit_per_user"] = .int(channel.slowmodeSeconds)
            if let minutes = channel.defaultArchiveMinutes { shown["default_auto_archive_duration"] = .int(minutes) }
        }
        if channel.kind == .forum {
            shown["available_tags"] = .list(channel.tags.map { show($0) })
            shown["default_reaction_emoji"] = .null
            shown["default_sort_order"] = .null
            shown["default_forum_layout"] = 0
        }
        return .object(shown)
    }

    func show(_ webhook: WebhookRecord, withToken: Bool = true, withUser: Bool = true) -> JSON {
        var shown: JSONObject = [
            "id": .id(webhook.id), "type": 1, "name": .string(webhook.name),
            "avatar": .optional(webhook.pictureHash), "channel_id": .id(webhook.channelID), "guild_id": .id(webhook.guildID),
            "application_id": .id(webhook.applicationID),
        ]
        if withUser { shown["user"] = show(user: webhook.creatorID) }
        if withToken {
            shown["token"] = .string(webhook.token)
            shown["url"] = .string("\(baseAddress)/api/webhooks/\(webhook.id)/\(webhook.token)")
        }
        return .object(shown)
    }
}
