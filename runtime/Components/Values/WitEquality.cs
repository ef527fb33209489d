using System.Runtime.CompilerServices;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>Compares values.</summary>
internal static class WitEquality
{
    internal static bool Same(WitValue left, WitValue right)
    {
        if (left.IsDefault || right.IsDefault)
        {
            return left.IsDefault && right.IsDefault;
        }
        return left.Type.Equals(right.Type) && (left.Meaning, right.Meaning) switch
        {
            (string a, string b) => a == b,
            (Payload a, Payload b) => Same(a, b),
            (WitType type, WitType) => Bits(type.Kind, left.Bits) == Bits(type.Kind, right.Bits),
            _ => false,
        };
    }

    internal static int Hash(WitValue value) => value.Meaning switch
    {
        null => 0,
        string text => text.GetHashCode(StringComparison.Ordinal),
        WitType type => HashCode.Combine(type, Bits(type.Kind, value.Bits)),
        Handle handle => RuntimeHelpers.GetHashCode(handle.Resource),
        CasePayload payload => HashCode.Combine(payload.Case, Hash(payload.Value)),
        Payload payload => HashCode.Combine(payload.Type, payload.Count, payload.Count == 0 ? 0 : Hash(payload[0])),
        _ => 0,
    };

    private static bool Same(Payload left, Payload right) => (left, right) switch
    {
        (Handle a, Handle b) => ReferenceEquals(a.Resource, b.Resource),
        (CasePayload a, CasePayload b) => a.Case == b.Case && Same(a.Value, b.Value),
        (PackedList a, PackedList b) when !HasFloats(a.Type) => a.Bytes.SequenceEqual(b.Bytes),
        _ => left.Count == right.Count && SameParts(left, right),
    };

    private static bool SameParts(Payload left, Payload right)
    {
        for (var i = 0; i < left.Count; i++)
        {
            if (!Same(left[i], right[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool HasFloats(WitType list) => PackedTypes.ElementOf(list)!.Kind is WitKind.F32 or WitKind.F64;

    // A component type has one NaN only.
    private static ulong Bits(WitKind kind, ulong bits) => kind switch
    {
        WitKind.F32 when float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits)) => BitConverter.SingleToUInt32Bits(float.NaN),
        WitKind.F64 when double.IsNaN(BitConverter.UInt64BitsToDouble(bits)) => BitConverter.DoubleToUInt64Bits(double.NaN),
        _ => bits,
    };
}
