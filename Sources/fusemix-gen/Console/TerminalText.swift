import Foundation

/// Text on a terminal, measured in columns.
enum TerminalText {
    /// Columns of the terminal on standard error; 80 where it does not tell.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether the locale's characters are UTF-8, so that a bar may be drawn with more than ASCII.
    static let isUTF8: Bool = {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { ProcessInfo.processInfo.environment[$0] }
        let name = names.first { !$0.isEmpty }?.lowercased() ?? ""
        return name.contains("utf-8") || name.contains("utf8")
    }()

    /// Returns a bar of so many columns; `share` of it, 0 to 1, is full.
    static func bar(_ share: Double, columns: Int) -> String {
        let full = Int((min(max(share, 0), 1) * Double(columns)).rounded(.down))
        let (done, left) = isUTF8 ? ("█", "░") : ("#", ".")
        return String(repeating: done, count: full) + String(repeating: left, count: columns - full)
    }
}

extension String {
    /// The text, or its beginning with an ellipsis where it would take more columns.
    func cut(toColumns limit: Int) -> String {
        let widths = map(\.columns)
        guard widths.reduce(0, +) > limit else { return self }
        var (columns, kept) = (0, "")
        for (character, width) in zip(self, widths) {
            columns += width
            guard columns < limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}

extension Character {
    /// Columns of a terminal that the character takes: two for East Asian wide ones and pictographs (Unicode's annex 11,
    /// in blocks), none for marks.
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD,
        ]
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
