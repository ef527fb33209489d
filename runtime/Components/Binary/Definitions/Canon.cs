using Tapedeck.Components.Types;

namespace Tapedeck.Components.Binary.Definitions;

/// <summary>A canonical definition.</summary>
internal abstract record Canon(int Offset) : Definition(Offset, "canon");

/// <summary><c>(canon lift core-func options (func type))</c>.</summary>
internal sealed record CanonLift(int Offset, uint CoreFunc, CanonOptions Options, uint TypeIndex) : Canon(Offset)
{
    /// <summary>The type, found by validation.</summary>
    internal FuncType? Type { get; set; }
}

/// <summary><c>(canon lower func options (core func))</c>.</summary>
internal sealed record CanonLower(int Offset, uint Func, CanonOptions Options) : Canon(Offset)
{
    /// <summary>The type of the function, found by validation.</summary>
    internal FuncType? Type { get; set; }

    /// <summary>The type of the core function that it makes, found by validation.</summary>
    internal Wasm.FuncType? CoreType { get; set; }
}

internal enum ResourceOperation : byte
{
    New,
    Drop,
    Rep,
}

/// <summary><c>(canon resource.new|drop|rep type (core func))</c>.</summary>
internal sealed record CanonResource(int Offset, ResourceOperation Operation, uint TypeIndex) : Canon(Offset)
{
    /// <summary>The resource type, found by validation.</summary>
    internal ResourceType? Resource { get; set; }
}

/// <summary>A built-in of WASI 0.3, which is refused.</summary>
/// <param name="Feature">The feature that it belongs to.</param>
internal sealed record CanonRefused(int Offset, string Name, string Feature) : Canon(Offset);

internal enum StringEncoding : byte
{
    Utf8,
    Utf16,
    Latin1OrUtf16,
}

/// <summary>The <c>canonopt</c>s of a definition; indices are of core memories and core functions.</summary>
internal sealed record CanonOptions(StringEncoding StringEncoding, uint? Memory, uint? Realloc, uint? PostReturn, bool Async, uint? Callback);
