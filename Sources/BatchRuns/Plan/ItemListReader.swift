import Foundation
import SoundBridge

/// A reader that turns a line of an `ItemList` into an item.
struct ItemListReader {
    /// The fault of a line: the end of a sentence.
    struct Problem: Error {
        let sentence: String
    }

    /// The list's folder, ending in `/`; empty for the working folder.
    private let folder: String
    private let settings: GenerationSettings
    /// The run's settings as a JSON object.
    private let defaults: [String: Any]

    init(name: String, settings: GenerationSettings) {
        folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
        self.settings = settings
        defaults = (try? Self.object(settings)) ?? [:]
    }

    /// Reads an item. Throws `Problem`.
    func item(_ line: Data) throws -> ItemList.Item {
        guard var object = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
            throw Problem(sentence: "a JSON object was expected")
        }
        // What tables write for an empty cell is not given.
        object = object.filter { !($0.value is NSNull) && ($0.value as? String) != "" }
        let input = try Self.path(object.removeValue(forKey: "input"), "input")
        let stem = try Self.path(object.removeValue(forKey: "output"), "output").map(Self.stem)
        var settings = try settings(with: object)
        if object["initImage"] != nil, let path = settings.initImage?.path {
            settings.initImage?.path = pathFromHere(path)
        }
        if object["seed"] != nil, object["candidates"] == nil { settings.candidates = nil }
        guard input != nil || settings.prompt != nil else {
            throw Problem(sentence: "it has neither an “input” nor a “prompt”")
        }
        guard let relativePath = input.map(Self.pathWithinRun) ?? stem else {
            throw Problem(sentence: "an item without an “input” needs an “output” to be called by")
        }
        return ItemList.Item(
            input: input.map(pathFromHere), relativePath: relativePath, stem: stem,
            settings: object["seed"] == nil ? settings.forItem(at: relativePath) : settings)
    }

    /// Turns a path in the list into one from the working folder.
    private func pathFromHere(_ input: String) -> String {
        if input.hasPrefix("/") { return input }
        // Alone, `-` would be standard input.
        return folder.isEmpty && input == "-" ? "./-" : folder + input
    }

    /// Returns the run's settings overridden by those of an item.
    private func settings(with own: [String: Any]) throws -> GenerationSettings {
        guard !own.isEmpty else { return settings }
        if let settings = Self.settings(defaults.merging(own) { $1 }, keeping: own.keys) { return settings }
        // One of them is at fault; trying each alone shows which.
        for key in own.keys.sorted() {
            guard Self.settings(defaults.merging([key: own[key] as Any]) { $1 }, keeping: [key]) == nil else {
                continue
            }
            let isKnown = GenerationSettings.CodingKeys(stringValue: key) != nil
            throw Problem(
                sentence: isKnown
                    ? "“\(key)” is of the wrong kind or out of its range"
                    : "“\(key.prefix(80))” is no setting of an item")
        }
        throw Problem(sentence: "its settings contradict each other")
    }

    /// Returns nil where a key belongs to no setting, or a value is invalid.
    private static func settings(_ object: [String: Any], keeping keys: some Sequence<String>) -> GenerationSettings? {
        guard let data = try? JSONSerialization.data(withJSONObject: object),
            let settings = try? JSONDecoder().decode(GenerationSettings.self, from: data), settings.isInRange,
            let known = try? Self.object(settings), keys.allSatisfy({ known[$0] != nil })
        else { return nil }
        let words = [settings.prompt, settings.negativePrompt].compactMap(\.self)
        return words.contains { $0.allSatisfy(\.isWhitespace) } ? nil : settings
    }

    private static func object(_ settings: GenerationSettings) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(settings)) as? [String: Any]
    }

    private static func path(_ value: Any?, _ key: String) throws -> String? {
        guard let value else { return nil }
        guard let path = value as? String, !path.isEmpty, !path.contains("\0") else {
            throw Problem(sentence: "“\(key)” is not a path")
        }
        return path
    }

    /// Returns the path within the run; one that leads out of the run, or is absolute, is reduced to its last part.
    private static func pathWithinRun(_ input: String) -> String {
        let parts = input.split(separator: "/").filter { $0 != "." }
        let leadsOut = input.hasPrefix("/") || parts.contains("..")
        return leadsOut ? parts.last.map(String.init) ?? input : parts.joined(separator: "/")
    }

    /// Returns an output without `.png`.
    private static func stem(_ output: String) throws -> String {
        guard PicturePath.isBelowAFolder(output) else {
            throw Problem(sentence: "“output” must be a path below the run's folder that ends in .png")
        }
        return String(output.dropLast(4))
    }
}
