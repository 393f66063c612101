import CKernels
import COneDNN

/// Pointwise functions; `gelu` is the exact one through erf, `geluTanh` its tanh approximation, `quickGELU` that by a
/// sigmoid, x · σ(1.702 x), `hardSwish` is x · min(max(x + 3, 0), 6) / 6.
public enum Activation: String, Sendable, Codable {
    case none, relu, relu6, gelu, geluTanh, quickGELU, silu, sigmoid, hardSwish

    var kernel: ck_activation? {
        switch self {
        case .none: nil
        case .relu: ck_relu
        case .relu6: ck_relu6
        case .gelu: ck_gelu
        case .geluTanh: ck_gelu_tanh
        case .quickGELU: ck_quick_gelu
        case .silu: ck_silu
        case .sigmoid: ck_sigmoid
        case .hardSwish: ck_hard_swish
        }
    }

    var fused: odnn_activation {
        switch self {
        case .none: odnn_none
        case .relu: odnn_relu
        case .relu6: odnn_relu6
        case .gelu: odnn_gelu
        case .geluTanh: odnn_gelu_tanh
        case .quickGELU: odnn_quick_gelu
        case .silu: odnn_silu
        case .sigmoid: odnn_sigmoid
        case .hardSwish: odnn_hard_swish
        }
    }
}
