import BatchRuns

/// The outcome of a run in a few words: “1,200 pictures, 2 failed”.
struct ReportTally {
    private let pictures: Int
    private let skipped: Int
    private let passedOver: Int
    private let failed: Int

    init(_ items: [ReportItem]) {
        func count(_ status: ManifestEntry.Status) -> Int { items.count { $0.status == status } }
        (pictures, skipped) = (count(.done), count(.skipped))
        (passedOver, failed) = (count(.passedOver), count(.failed))
    }

    var text: String { parts.joined(separator: ", ") }

    /// The words as HTML, the failures marked.
    var html: String {
        failed == 0 ? text : (parts.dropLast() + ["<strong>\(parts.last!)</strong>"]).joined(separator: ", ")
    }

    private var parts: [String] {
        var parts = ["\(Self.grouped(pictures)) \(pictures == 1 ? "picture" : "pictures")"]
        if skipped > 0 { parts.append("\(Self.grouped(skipped)) skipped") }
        if passedOver > 0 { parts.append("\(Self.grouped(passedOver)) passed over") }
        if failed > 0 { parts.append("\(Self.grouped(failed)) failed") }
        return parts
    }

    /// Digits in groups of three, as the page's script writes them.
    private static func grouped(_ number: Int) -> String {
        number < 1000
            ? "\(number)" : grouped(number / 1000) + "," + String("\(1000 + number % 1000)".dropFirst())
    }
}
