import OrderedCollections
import Support

/// The token endpoints, and who one is by a token of a person.
extension RouteTable {
    static let oauthRoutes: [Route] = [
        Route("POST", "/oauth2/token", .per(10_000, 30), needsToken: false, countsGlobally: false) { world, call throws(DiscordError) in
            guard call.isForm else { throw DiscordError(415, 0, "415: Unsupported Media Type") }
            do throws(OAuthRefusal) {
                let application = try world.oauthClient(call.body, authorization: call.authorization)
                return .ok(try world.grant(call.body, to: application).shown(at: world.now))
            } catch {
                return APIReply(status: error.status, body: error.body)
            }
        },
        Route("POST", "/oauth2/token/revoke", .per(10_000, 30), needsToken: false, countsGlobally: false) {
            world, call throws(DiscordError) in
            guard call.isForm else { throw DiscordError(415, 0, "415: Unsupported Media Type") }
            do throws(OAuthRefusal) {
                let application = try world.oauthClient(call.body, authorization: call.authorization)
                guard let token = call.body["token"]?.string else { throw OAuthRefusal(400, "invalid_request") }
                world.revoke(token, of: application)
                return .ok(.empty)
            } catch {
                return APIReply(status: error.status, body: error.body)
            }
        },
        Route("GET", "/oauth2/@me", scope: "") { world, call throws(DiscordError) in
            guard let grant = call.grant else { throw .unauthorized }
            var shown: JSONObject = [
                "application": world.show(publicApplication: grant.applicationID), "scopes": .list(grant.scopes.map { .string($0) }),
                "expires": .string(grant.expiresAt.discordText),
            ]
            if grant.scopes.contains("identify") { shown["user"] = world.show(user: grant.userID) }
            return .ok(.object(shown))
        },
        Route("GET", "/users/@me/guilds/{guild_id}/member", scope: "guilds.members.read") { world, call throws(DiscordError) in
            guard call.grant != nil else { throw .notForBots }
            guard let member = try world.guild(call).members[call.caller] else { throw .unknownMember }
            return .ok(world.show(member))
        },
    ]
}

extension OAuthToken {
    func shown(at now: Timestamp) -> JSON {
        var shown: JSONObject = [
            "token_type": "Bearer", "access_token": .string(access), "expires_in": .int((expiresAt - now).milliseconds / 1_000),
        ]
        if let refresh { shown["refresh_token"] = .string(refresh) }
        shown["scope"] = .string(scopes.joined(separator: " "))
        return .object(shown)
    }
}
