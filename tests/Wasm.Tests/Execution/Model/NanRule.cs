namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Which bits the specification allows a lane to have.</summary>
/// <remarks><see href="https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation"/></remarks>
internal enum NanRule
{
    /// <summary>The bits given and no others.</summary>
    Exact,

    /// <summary>A canonical NaN of either sign.</summary>
    Canonical,

    /// <summary>Any NaN whose quiet bit is set.</summary>
    Arithmetic,
}
