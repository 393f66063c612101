import FilesOnDisk

/// A `special_tokens_map.json`; also the same fields of a `tokenizer_config.json`.
struct SpecialTokensMap: CheckedJSON {
    let named: [SpecialTokenFiles.Role: SpecialToken]
    /// `extra_special_tokens`, and what older files have for it; nil where there are none.
    let extra: [SpecialToken]?
    let additional: [SpecialToken]?

    private enum CodingKeys: String, CodingKey {
        case extra = "extra_special_tokens"
        case additional = "additional_special_tokens"
    }

    init(from decoder: any Decoder) throws {
        let roles = try decoder.container(keyedBy: SpecialTokenFiles.Role.self)
        var named: [SpecialTokenFiles.Role: SpecialToken] = [:]
        for role in SpecialTokenFiles.Role.allCases {
            named[role] = try roles.decodeIfPresent(SpecialToken.self, forKey: role)
        }
        self.named = named
        let lists = try decoder.container(keyedBy: CodingKeys.self)
        func list(_ key: CodingKeys) throws -> [SpecialToken]? {
            // Where there are none, some files have an object without fields.
            if let none = try? lists.decode([String: String].self, forKey: key), none.isEmpty { return nil }
            let tokens = try lists.decodeIfPresent([SpecialToken].self, forKey: key) ?? []
            return tokens.isEmpty ? nil : tokens
        }
        (extra, additional) = (try list(.extra), try list(.additional))
    }

    func validate(_ check: FieldCheck) throws {
        for (role, token) in named {
            try check.require(!token.content.isEmpty, role.rawValue, "a text that is not empty")
        }
    }
}

/// A `tokenizer_config.json`.
struct TokenizerConfig: CheckedJSON {
    let tokens: SpecialTokensMap
    /// `added_tokens_decoder`: tokens with their ids; nil where the file lists none.
    let added: [(id: Int, token: SpecialToken)]?
    let prependsSpace: Bool?
    let lowercases: Bool?

    private enum CodingKeys: String, CodingKey {
        case added = "added_tokens_decoder"
        case prependsSpace = "add_prefix_space"
        case lowercases = "do_lower_case"
    }

    init(from decoder: any Decoder) throws {
        tokens = try SpecialTokensMap(from: decoder)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        added = try fields.decodeIfPresent([Int: SpecialToken].self, forKey: .added)?.map { ($0, $1) }
        prependsSpace = try fields.decodeIfPresent(Bool.self, forKey: .prependsSpace)
        lowercases = try fields.decodeIfPresent(Bool.self, forKey: .lowercases)
    }

    func validate(_ check: FieldCheck) throws {
        try tokens.validate(check)
        try check.require(
            added?.allSatisfy { AddedTokensFile.fitIDs.contains($0.id) } ?? true, "added_tokens_decoder",
            AddedTokensFile.fit)
    }
}

/// An `added_tokens.json`: the ids of tokens by their contents.
struct AddedTokensFile: CheckedJSON {
    let ids: [(content: String, id: Int)]

    /// Enough for a vocabulary of a few million pieces.
    static let fitIDs = 0..<1 << 22
    static let fit = "made of ids below \(fitIDs.upperBound)"

    init(from decoder: any Decoder) throws {
        ids = try decoder.singleValueContainer().decode([String: Int].self).map { ($0, $1) }
    }

    func validate(_ check: FieldCheck) throws {
        if let (content, _) = ids.first(where: { !Self.fitIDs.contains($0.id) }) {
            try check.require(false, content.onOneLine, "an id below \(Self.fitIDs.upperBound)")
        }
    }
}
