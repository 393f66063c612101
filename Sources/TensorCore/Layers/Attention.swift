import CKernels

/// Multi-head attention without a score matrix in memory: softmax(q·kᵀ / √headSize) · v for each head.
///
/// - Parameters:
///   - query: `[batch, queries, heads · headSize]`.
///   - key: `[batch, keys, heads · headSize]`.
///   - value: the key's shape.
///   - bias: Numbers added to the scaled products before the softmax, `[heads, queries, keys]`, the same for every item.
///   - isCausal: Whether a query sees the keys up to its own place only; then queries and keys are as many.
/// - Returns: the query's shape.
public func scaledDotProductAttention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, bias: Tensor? = nil, isCausal: Bool = false
) -> Tensor {
    precondition(query.shape.count == 3 && key.shape.count == 3 && key.shape == value.shape, "three axes each")
    precondition(query.shape[0] == key.shape[0] && query.channels == key.channels, "query and key differ")
    precondition(query.channels % heads == 0, "\(heads) heads for \(query.channels) channels")
    precondition(key.shape[1] >= 1, "no keys")
    precondition(!isCausal || query.shape[1] == key.shape[1], "causal attention is within one sequence")
    precondition(bias.map { $0.shape == [heads, query.shape[1], key.shape[1]] } ?? true, "one bias a pair and head")
    return Tensor(shape: query.shape) { y in
        for index in 0..<query.shape[0] {
            let status = query.item(index).withFloats { q in
                key.item(index).withFloats { k in
                    value.item(index).withFloats { v in
                        withOptionalFloats(bias) { bias in
                            ck_attention(
                                q.baseAddress, k.baseAddress, v.baseAddress, bias,
                                y.baseAddress.map { $0 + index * q.count },
                                Int64(query.shape[1]), Int64(key.shape[1]),
                                Int64(heads), Int64(query.channels / heads), isCausal ? 1 : 0)
                        }
                    }
                }
            }
            precondition(status == 0, "out of memory in attention")
        }
    }
}
