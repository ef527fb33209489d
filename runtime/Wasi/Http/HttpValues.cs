using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Wasi.Http;

/// <summary>The values of <c>wasi:http/types</c>, to and from WIT.</summary>
internal static class HttpValues
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    /// <summary>Null where it is no method.</summary>
    internal static string? Method(WitValue method)
    {
        var text = method.CaseIndex < Methods.Length ? Methods[method.CaseIndex] : method.CaseValue!.Value.AsString();
        return FieldRules.IsMethod(text) ? text : null;
    }

    internal static WitValue Method(VariantType type, string method) =>
        Array.IndexOf(Methods, method) is >= 0 and var known ? WitValue.Case(type, known) : WitValue.Case(type, Methods.Length, WitValue.String(method));

    /// <summary>Null for none.</summary>
    internal static string? Scheme(WitValue option) => option.CaseValue is not { } scheme ? null : scheme.CaseIndex switch
    {
        0 => "http",
        1 => "https",
        _ => scheme.CaseValue!.Value.AsString(),
    };

    internal static WitValue Scheme(OptionType option, string? scheme)
    {
        var type = (VariantType)option.Element;
        return scheme switch
        {
            null => WitValue.None(option),
            "http" => WitValue.Some(option, WitValue.Case(type, 0)),
            "https" => WitValue.Some(option, WitValue.Case(type, 1)),
            _ => WitValue.Some(option, WitValue.Case(type, 2, WitValue.String(scheme))),
        };
    }

    internal static string? Text(WitValue option) => option.CaseValue?.AsString();

    internal static WitValue Text(OptionType type, string? text) => text is null ? WitValue.None(type) : WitValue.Some(type, WitValue.String(text));

    internal static WitValue Number(OptionType type, ulong? number) => number is { } value ? WitValue.Some(type, WitValue.U64(value)) : WitValue.None(type);

    /// <summary>An <c>error-code</c>. Payloads say no more than the case, but for the size of a body.</summary>
    internal static WitValue Error(VariantType type, HttpError error)
    {
        var payload = type.Cases[(int)error.Code].Type;
        return WitValue.Case(type, (int)error.Code, payload is null ? null : Payload(payload, error.Size));
    }

    private static WitValue Payload(WitType type, ulong? size) => type switch
    {
        OptionType { Element.Kind: WitKind.U64 } option => Number(option, size),
        OptionType option => WitValue.None(option),
        RecordType record => WitValue.Record(record, [.. record.Fields.Select(static field => WitValue.None((OptionType)field.Type))]),
        _ => throw new ArgumentException($"no error has a payload of type {type}"),
    };
}
