import OrderedCollections

/// The application itself, as its bot sees and changes it.
extension RouteTable {
    static let applicationRoutes: [Route] =
        ["/applications/@me", "/applications/{application_id}"].flatMap { template in
            [
                Route("GET", template) { world, call throws(DiscordError) in .ok(world.show(application: try own(world, call))) },
                Route("PATCH", template, .per(10_000, 5)) { world, call throws(DiscordError) in
                    let id = try own(world, call)
                    let mistakes = FormReader.Mistakes()
                    let form = FormReader(call.body, mistakes: mistakes)
                    var application = world.applications[id]
                    if form.has("description") { application?.description = form.string("description", 0...400) ?? "" }
                    if form.has("interactions_endpoint_url") {
                        let url = form.string("interactions_endpoint_url", 0...2_048).flatMap { $0.isEmpty ? nil : $0 }
                        if let url, call.verifiedEndpoint != url {
                            form.fail(
                                "interactions_endpoint_url", "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
                                "The specified interactions endpoint url could not be verified.")
                        }
                        application?.interactionsEndpoint = url
                    }
                    try mistakes.throwIfAny()
                    world.applications[id] = application
                    return .ok(world.show(application: id))
                },
            ]
        } + [Route("GET", "/oauth2/applications/@me") { world, call in .ok(world.show(application: call.caller)) }]

    private static func own(_ world: World, _ call: APICall) throws(DiscordError) -> ID {
        guard call.parameters["application_id"] != nil else { return call.caller }
        return try world.ownApplication(call)
    }
}
