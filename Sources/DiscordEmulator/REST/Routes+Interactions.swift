import OrderedCollections

/// The one answer to an interaction; what its token writes later is in `Routes+Webhooks.swift`.
extension RouteTable {
    static let interactionRoutes: [Route] = [
        Route(
            "POST", "/interactions/{interaction_id}/{interaction_token}/callback", .unlimited, needsToken: false, countsGlobally: false
        ) { world, call throws(DiscordError) in
            let callback = try CallbackForm.check(call.body, files: call.files)
            let interaction = try world.acknowledge(
                call.id("interaction_id"), token: call.parameters["interaction_token"] ?? "", with: callback)
            return call.flag("with_response") ? .ok(world.showCallback(interaction)) : .nothing
        }
    ]
}
