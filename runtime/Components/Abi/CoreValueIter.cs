using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>Reads core values one after another.</summary>
/// <remarks>
/// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#flat-lifting"/>. The conversions of a variant's joined values
/// (<c>CoerceValueIter</c>) are what a <see cref="Value"/> does by itself: it holds bits, and each type reads as many as it has.
/// </remarks>
internal ref struct CoreValueIter(ReadOnlySpan<Value> values)
{
    private readonly ReadOnlySpan<Value> _values = values;
    private int _next;

    internal uint NextI32() => (uint)_values[_next++].AsI32;
    internal ulong NextI64() => (ulong)_values[_next++].AsI64;
    internal float NextF32() => _values[_next++].AsF32;
    internal double NextF64() => _values[_next++].AsF64;

    internal void Skip(int count) => _next += count;
}
