using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>Writes core values one after another, into values that are zero.</summary>
internal ref struct CoreValueWriter(Span<Value> values)
{
    private readonly Span<Value> _values = values;
    private int _next;

    internal void I32(uint value) => _values[_next++] = Value.I32((int)value);
    internal void I64(ulong value) => _values[_next++] = Value.I64((long)value);
    internal void F32(float value) => _values[_next++] = Value.F32(value);
    internal void F64(double value) => _values[_next++] = Value.F64(value);

    internal void Skip(int count) => _next += count;
}
