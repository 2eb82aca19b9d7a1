import HTTPTypes
import Hummingbird
import NIOCore

/// A page of the console: the frame that all share.
struct ConsolePage {
    /// The rooms of the console, in the order of the navigation.
    enum Room: String, CaseIterable {
        case overview = ""
        case jobs, people, servers, models, training, parts, audit

        var title: String { self == .overview ? "Overview" : rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { "/\(rawValue)" }
    }

    var title: String
    var room: Room?
    /// Nil where nobody has logged in.
    var session: ConsoleSession?
    /// Whether the page looks again by itself every few seconds.
    var isLive = false
    /// Where the page leads on to by itself.
    var goesTo: String?
    var content: HTML

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title) · Troupe</title>
        \(goesTo.map { "<meta http-equiv=\"refresh\" content=\"0; url=\($0)\">" as HTML } ?? "")
        <link rel="stylesheet" href="/assets/console.css">
        <script src="/assets/console.js" defer></script>
        </head>
        <body>
        <header><a class="name" href="/">Troupe</a>\(navigation)</header>
        <main\(isLive ? " data-live" as HTML : "")>
        <h1>\(title)</h1>
        \(content)
        </main>
        </body>
        </html>
        """
    }

    /// What came of a form.
    static func said(done: String? = nil, refused: String? = nil) -> HTML {
        """
        \(done.map { "<p class=\"good\" role=\"status\">\($0)</p>" as HTML } ?? "")\
        \(refused.map { "<p class=\"bad\" role=\"alert\">\($0)</p>" as HTML } ?? "")
        """
    }

    private var navigation: HTML {
        guard let session else { return .nothing }
        let links = Room.allCases.map { room -> HTML in
            "<a href=\"\(room.path)\"\(room == self.room ? " aria-current=\"page\"" as HTML : "")>\(room.title)</a>"
        }
        return """
            <nav>\(links)</nav>
            <form method="post" action="/logout">\(session.field)<button class="quiet">Log out</button></form>
            """
    }

    func response(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html.text)))
    }
}

extension Response {
    /// After a form was taken: look at this page.
    static func see(_ path: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.location] = path
        return Response(status: .seeOther, headers: headers)
    }
}
