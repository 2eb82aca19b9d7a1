import OrderedCollections

/// Users, members, roles and applications as the API shows them: every field that Discord's published schema requires.
extension World {
    func show(user id: ID) -> JSON {
        let user = users[id]
        var shown: JSONObject = [
            "id": .id(id), "username": .string(user?.username ?? "deleted_user"), "global_name": .optional(user?.globalName),
            "discriminator": .string(user?.isBot == true ? "0000" : "0"), "avatar": .null, "public_flags": 0, "flags": 0, "banner": .null,
            "accent_color": .null, "avatar_decoration_data": .null, "collectibles": .null, "primary_guild": .null,
        ]
        if user?.isBot == true { shown["bot"] = true }
        return .object(shown)
    }

    /// The user that a token speaks for.
    func show(self id: ID) -> JSON {
        show(user: id).merging([
            "mfa_enabled": true, "locale": .string(users[id]?.locale ?? "en-US"), "verified": true, "premium_type": 0, "email": .null,
        ])
    }

    func show(_ member: MemberRecord, withUser: Bool = true) -> JSON {
        var shown: JSONObject = [
            "nick": .optional(member.nick), "roles": .ids(member.roleIDs), "joined_at": .string(member.joinedAt.discordText),
            "premium_since": .null, "pending": false,
            "communication_disabled_until": .optional(member.silentUntil?.discordText), "avatar": .null, "banner": .null, "flags": 0,
            "mute": false, "deaf": false,
        ]
        if withUser { shown["user"] = show(user: member.userID) }
        return .object(shown)
    }

    func show(_ role: RoleRecord) -> JSON {
        var shown: JSONObject = [
            "id": .id(role.id), "name": .string(role.name), "permissions": .string(role.permissions.text), "position": .int(role.position),
            "color": .int(role.color),
            "colors": ["primary_color": .int(role.color), "secondary_color": .null, "tertiary_color": .null],
            "hoist": .bool(role.isHoisted),
            "managed": .bool(role.managedBy != nil), "mentionable": .bool(role.isMentionable), "icon": .null, "unicode_emoji": .null,
            "flags": 0,
        ]
        if let bot = role.managedBy { shown["tags"] = ["bot_id": .id(bot)] }
        return .object(shown)
    }

    /// What others see of an application.
    func show(publicApplication id: ID) -> JSON {
        let application = applications[id]
        return [
            "id": .id(id), "name": .string(application?.name ?? ""), "icon": .null, "description": .string(application?.description ?? ""),
            "type": .null, "bot": show(user: id), "bot_public": true, "bot_require_code_grant": false,
            "verify_key": .string(application?.verifyKey ?? ""), "flags": .int(application?.flags ?? 0),
        ]
    }

    /// What an application sees of itself.
    func show(application id: ID) -> JSON {
        let application = applications[id]
        return [
            "id": .id(id), "name": .string(application?.name ?? ""), "icon": .null, "description": .string(application?.description ?? ""),
            "type": .null, "bot": show(user: id), "summary": "", "bot_public": true, "bot_require_code_grant": false,
            "verify_key": .string(application?.verifyKey ?? ""),
            "flags": .int(application?.flags ?? 0), "flags_new": .string(String(application?.flags ?? 0)),
            "redirect_uris": .list((application?.redirectURIs ?? []).map { .string($0) }),
            "interactions_endpoint_url": .optional(application?.interactionsEndpoint), "role_connections_verification_url": .null,
            "owner": show(user: Self.firstHuman),
            "approximate_guild_count": .int(guilds.count), "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "team": .null, "eligible_oauth2_scopes": [],
            "integration_types_config": ["0": .empty, "1": .empty],
        ]
    }
}
