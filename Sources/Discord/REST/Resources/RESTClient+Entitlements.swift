import DiscordModels

// What the application sells, and who has bought it.
// Sources: https://discord.com/developers/docs/resources/entitlement, …/resources/sku

extension RESTClient {
    /// What is for sale: the ids.
    public func skus(of application: ApplicationID) async throws -> [SKUID] {
        let route = Route(.get, "/applications/{application}/skus", ["application": "\(application)"])
        return try await fetch(RESTCall(route), as: [ListedSKU].self).map(\.id)
    }

    private struct ListedSKU: Decodable { let id: SKUID }

    /// Purchases with those that were taken back, oldest first.
    ///
    /// - Parameters:
    ///   - after: the last one already seen; nil begins with the first.
    ///   - limit: 1 to 100.
    public func entitlements(of application: ApplicationID, after: EntitlementID?, limit: Int = 100) async throws -> [Entitlement] {
        let route = Route(
            .get, "/applications/{application}/entitlements", ["application": "\(application)"],
            query: [("after", after?.description ?? "1"), ("limit", String(max(1, min(100, limit)))), ("exclude_deleted", "false")])
        return try await fetch(RESTCall(route), as: [Entitlement].self).sorted { $0.id.rawValue < $1.id.rawValue }
    }

    public func entitlement(_ entitlement: EntitlementID, of application: ApplicationID) async throws -> Entitlement {
        try await fetch(RESTCall(self.entitlement(.get, entitlement, application)))
    }

    /// Says that a consumable one is used up, so that it can be bought again. Refused when that was said before.
    public func consume(_ entitlement: EntitlementID, of application: ApplicationID) async throws {
        try await perform(RESTCall(self.entitlement(.post, entitlement, application, "/consume")))
    }

    private func entitlement(
        _ method: Route.Method, _ entitlement: EntitlementID, _ application: ApplicationID, _ end: String = ""
    ) -> Route {
        Route(
            method, "/applications/{application}/entitlements/{entitlement}\(end)",
            ["application": "\(application)", "entitlement": "\(entitlement)"])
    }
}
