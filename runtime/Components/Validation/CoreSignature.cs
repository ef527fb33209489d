using Tapedeck.Components.Types;
using Tapedeck.Wasm;
using CoreFuncType = Tapedeck.Wasm.FuncType;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Validation;

/// <summary>The core signature of a component function.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#flattening"/></remarks>
internal static class CoreSignature
{
    internal const int MaxFlatParams = 16;
    internal const int MaxFlatResults = 1;

    internal static readonly CoreFuncType Destructor = new([ValType.I32], []);
    internal static readonly CoreFuncType Realloc = new([ValType.I32, ValType.I32, ValType.I32, ValType.I32], [ValType.I32]);

    /// <summary><c>flatten_functype</c> for a lifted or a lowered function.</summary>
    internal static CoreFuncType Flatten(FuncType type, bool lift)
    {
        var parameters = FlattenAll(type.Parameters.Select(static parameter => parameter.Type), MaxFlatParams);
        if (parameters.Count > MaxFlatParams)
        {
            parameters = [ValType.I32];
        }
        if (type.Result is null)
        {
            return new CoreFuncType(parameters, []);
        }
        if (!Spills([type.Result], MaxFlatResults))
        {
            return new CoreFuncType(parameters, FlattenAll([type.Result], MaxFlatResults));
        }
        return lift ? new CoreFuncType(parameters, [ValType.I32]) : new CoreFuncType([.. parameters, ValType.I32], []);
    }

    /// <summary>Whether values of these types are more core values than <paramref name="most"/>, so that they go through memory.</summary>
    internal static bool Spills(IEnumerable<WitType> types, int most) => FlattenAll(types, most).Count > most;

    // Stops as soon as there is one too many.
    private static List<ValType> FlattenAll(IEnumerable<WitType> types, int most)
    {
        var flat = new List<ValType>();
        foreach (var type in types)
        {
            Flatten(type, flat, most);
            if (flat.Count > most)
            {
                break;
            }
        }
        return flat;
    }

    private static void Flatten(WitType type, List<ValType> flat, int most)
    {
        switch (type)
        {
            case ListType or MapType:
                flat.AddRange([ValType.I32, ValType.I32]);
                break;
            case FixedListType list:
                for (var i = 0u; i < list.Length && flat.Count <= most; i++)
                {
                    Flatten(list.Element, flat, most);
                }
                break;
            case RecordType or TupleType:
                foreach (var part in type.Children.TakeWhile(_ => flat.Count <= most))
                {
                    Flatten(part, flat, most);
                }
                break;
            case VariantType or OptionType or ResultType:
                FlattenVariant(type.Children, flat, most);
                break;
            case PrimitiveType:
                FlattenPrimitive(type.Kind, flat);
                break;
            default:
                flat.Add(ValType.I32);
                break;
        }
    }

    private static void FlattenPrimitive(WitKind kind, List<ValType> flat)
    {
        switch (kind)
        {
            case WitKind.String:
                flat.AddRange([ValType.I32, ValType.I32]);
                break;
            case WitKind.S64 or WitKind.U64:
                flat.Add(ValType.I64);
                break;
            case WitKind.F32:
                flat.Add(ValType.F32);
                break;
            case WitKind.F64:
                flat.Add(ValType.F64);
                break;
            default:
                flat.Add(ValType.I32);
                break;
        }
    }

    private static void FlattenVariant(WitType[] payloads, List<ValType> flat, int most)
    {
        flat.Add(ValType.I32);
        var start = flat.Count;
        foreach (var payload in payloads)
        {
            var one = new List<ValType>();
            Flatten(payload, one, most);
            for (var i = 0; i < one.Count; i++)
            {
                if (start + i < flat.Count)
                {
                    flat[start + i] = Join(flat[start + i], one[i]);
                }
                else
                {
                    flat.Add(one[i]);
                }
            }
        }
    }

    private static ValType Join(ValType a, ValType b) =>
        a == b ? a : (a, b) is (ValType.I32, ValType.F32) or (ValType.F32, ValType.I32) ? ValType.I32 : ValType.I64;
}
