/// File types by the end of the name: for attachments without one, and for the page's own files.
enum ContentType {
    static func guess(_ filename: String) -> String {
        let ending = filename.split(separator: ".", omittingEmptySubsequences: false).last.map { $0.lowercased() } ?? ""
        return table[ending] ?? "application/octet-stream"
    }

    private static let table: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml", "png": "image/png",
        "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "ico": "image/x-icon",
        "txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
        "pdf": "application/pdf", "zip": "application/zip", "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav",
        "mp4": "video/mp4", "webm": "video/webm", "woff2": "font/woff2", "webmanifest": "application/manifest+json",
    ]
}
