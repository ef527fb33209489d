using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Binding;

/// <summary>What a host function answers where its WIT type is a <c>result</c>: a value or an error, not yet of any WIT type.</summary>
internal readonly struct Answer
{
    private readonly bool _isError;
    private readonly int? _code;
    private readonly WitValue? _value;
    private readonly object? _resource;

    private Answer(bool isError, int? code, WitValue? value, object? resource)
    {
        _isError = isError;
        _code = code;
        _value = value;
        _resource = resource;
    }

    internal static Answer Ok() => default;

    internal static Answer Ok(WitValue value) => new(isError: false, null, value, null);

    /// <summary>A resource of the host, which the guest owns from now on.</summary>
    internal static Answer Own(object resource) => new(isError: false, null, null, resource);

    internal static Answer Error() => new(isError: true, null, null, null);

    internal static Answer Error(WitValue error) => new(isError: true, null, error, null);

    /// <summary>A label of an enum by its number.</summary>
    internal static Answer Error(int label) => new(isError: true, label, null, null);

    /// <summary>The error, or success without a value.</summary>
    internal static Answer Of(ErrorCode outcome) => outcome == ErrorCode.None ? Ok() : Error((int)outcome);

    /// <summary>The error, or the value.</summary>
    internal static Answer Of(ErrorCode outcome, Func<WitValue> value) => outcome == ErrorCode.None ? Ok(value()) : Error((int)outcome);

    /// <summary>The answer as a value of the function's result type.</summary>
    internal WitValue In(WitType? type)
    {
        var result = (ResultType)type!;
        if (!_isError)
        {
            return WitValue.Ok(result, _resource is null ? _value : WitValue.Handle(result.Ok!, _resource));
        }
        return WitValue.Err(result, _code is { } label ? WitValue.Enum((EnumType)result.Error!, label) : _value);
    }
}
