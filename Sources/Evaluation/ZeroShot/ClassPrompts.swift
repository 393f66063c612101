import FilesOnDisk
import Foundation
import FrozenEncoders

/// The sentences that stand for each class: its name put into every template.
public struct ClassPrompts: Sendable, Equatable {
    /// Labels, in the order of the results.
    public let labels: [String]
    /// What each is called in the sentences.
    public let names: [String]
    /// Each holds `{}` once.
    public let templates: [String]

    /// Where a class's name goes.
    public static let placeholder = "{}"

    /// Underscores in labels are read as spaces where no name is given.
    ///
    /// - Parameter names: Of some labels, what to call them.
    /// - Throws: `DatasetError.badTemplate`.
    public init(labels: [String], names: [String: String] = [:], templates: [String]) throws {
        for template in templates where template.components(separatedBy: Self.placeholder).count != 2 {
            throw DatasetError.badTemplate(template)
        }
        precondition(!templates.isEmpty && Set(labels).count == labels.count, "templates, and different labels")
        self.labels = labels
        self.names = labels.map { names[$0] ?? $0.replacingOccurrences(of: "_", with: " ") }
        self.templates = templates
    }

    /// Classes of a file: lines of a label, or of a label, a tab and the name to call it by. Throws `DatasetError`.
    public init(classesAt url: URL, templates: [String]) throws {
        let file = url.path(percentEncoded: false)
        var labels: [String] = []
        var names: [String: String] = [:]
        for (line, fields) in try AnnotationText.tabbed(at: url) {
            guard fields.count <= 2, fields.allSatisfy({ !$0.isEmpty }), !labels.contains(fields[0]) else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(line)", expected: "a new label, and perhaps a tab and its name")
            }
            labels.append(fields[0])
            if fields.count == 2 { names[fields[0]] = fields[1] }
        }
        guard !labels.isEmpty else { throw DatasetError.noLabels(file: file) }
        try self.init(labels: labels, names: names, templates: templates)
    }

    /// The sentence for items of a modality, where none is given.
    static func template(for modality: Modality?) -> String {
        switch modality {
        case .audio: "the sound of {}"
        case .image: "a picture of {}"
        case .text, nil: "{}"
        }
    }

    /// Of each class its sentences, one a template.
    public var sentences: [[String]] {
        names.map { name in templates.map { $0.replacingOccurrences(of: Self.placeholder, with: name) } }
    }

    /// Templates of a file, one a line. Throws `DatasetError`.
    public static func templates(at url: URL) throws -> [String] {
        let lines = try AnnotationText.lines(at: url).filter { !$0.isEmpty }
        guard !lines.isEmpty else { throw DatasetError.noLabels(file: url.path(percentEncoded: false)) }
        return lines
    }
}
