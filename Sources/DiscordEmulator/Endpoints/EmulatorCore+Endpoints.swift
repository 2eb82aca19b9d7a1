import DequeModule
import OrderedCollections
import Support

/// Interactions over HTTP: an application with an endpoint gets signed requests there, and nothing of them on the gateway.
extension EmulatorCore {
    /// An interaction on its way to an endpoint.
    struct Delivery: Sendable {
        let interactionID: ID
        let request: SignedRequest
        let body: JSON
    }

    /// Sends what is to be sent, until the deliveries end.
    func deliverInteractions() async {
        await withDiscardingTaskGroup { group in
            for await delivery in deliveries { group.addTask { [self] in await deliver(delivery) } }
            group.cancelAll()
        }
    }

    func delivery(of interaction: InteractionRecord, in world: World) -> Delivery? {
        guard let application = world.applications[interaction.applicationID], let url = application.interactionsEndpoint else {
            return nil
        }
        let body = world.show(interaction)
        guard let request = try? SignedRequest(to: url, body, seed: application.signingSeed, at: world.now) else { return nil }
        return Delivery(interactionID: interaction.id, request: request, body: body)
    }

    private func deliver(_ delivery: Delivery) async {
        let began = step { $0.now }
        let outcome: Result<SignedRequest.Answer, any Error>
        do { outcome = .success(try await delivery.request.send()) } catch { outcome = .failure(error) }
        step { state in
            var answer = JSON.null
            var status = 0
            switch outcome {
            case .success(let received):
                status = received.status
                answer = take(received, for: delivery.interactionID, &state)
            case .failure(let error):
                answer = ["error": .string("\(error)")]
                state.world.fail(delivery.interactionID)
            }
            log(delivery, began, status, answer, &state)
        }
    }

    /// What an endpoint answered is its callback; 202 says that the callback comes by REST.
    private func take(_ received: SignedRequest.Answer, for id: ID, _ state: inout State) -> JSON {
        if received.status == 202 { return .null }
        guard received.status == 200, let token = state.world.interactions[id]?.token else {
            state.world.fail(id)
            return ["error": .string("the endpoint answered \(received.status)")]
        }
        do throws(DiscordError) {
            let (body, files) = try Self.readBody(received.bytes, contentType: received.contentType)
            _ = try state.world.acknowledge(id, token: token, with: CallbackForm.check(body, files: files))
            return body
        } catch {
            state.world.fail(id)
            return error.body
        }
    }

    private func log(_ delivery: Delivery, _ began: Timestamp, _ status: Int, _ answer: JSON, _ state: inout State) {
        let number = state.traffic.begin("interactions endpoint")
        state.traffic.add(
            .init(
                number: number, at: began, method: "POST", path: delivery.request.url, route: "", status: status, request: delivery.body,
                response: answer, duration: state.now - began, size: delivery.request.body.count, isOutgoing: true))
    }

    // Setting an endpoint.

    /// Whether an endpoint answers a ping and refuses a forged one; nil if it does, else why not.
    func tryEndpoint(_ url: String, of applicationID: ID) async -> String? {
        guard SignedRequest.accepts(url) else { return "an https address is needed, or http on this machine" }
        do {
            let ping = try await probe(.ping, url, of: applicationID)
            guard ping.status == 200, let pong = try? JSONReader.read(ping.bytes), pong["type"] == 1 else {
                return "a ping was answered with \(ping.status) and not with {\"type\": 1}"
            }
            let forged = try await probe(.invalid, url, of: applicationID)
            guard forged.status == 401 else { return "a wrong signature was answered with \(forged.status) and not with 401" }
            return nil
        } catch {
            return "no answer within 3 s: \(error)"
        }
    }

    func probe(_ kind: SignedRequest.Probe, _ url: String, of applicationID: ID) async throws -> SignedRequest.Answer {
        let request = try step { (state) throws -> SignedRequest in
            let application = state.world.applications[applicationID]
            let ping: JSON = [
                "version": 1, "type": 1, "token": .string(state.world.tokens.next("ping")), "id": .id(state.world.nextID()),
                "application_id": .id(applicationID), "entitlements": [], "user": state.world.show(user: World.firstHuman),
            ]
            let moment = kind == .stale ? state.now - .seconds(600) : state.now
            return try SignedRequest(to: url, ping, seed: application?.signingSeed ?? [], at: moment)
        }
        return try await (kind == .invalid ? request.forged : request).send()
    }
}

extension World {
    /// Ends an interaction whose application answered wrongly or not at all.
    mutating func fail(_ id: ID) {
        guard var interaction = interactions[id], interaction.state == .pending else { return }
        interaction.error = "The application did not respond"
        settle(&interaction, .failed)
    }
}
