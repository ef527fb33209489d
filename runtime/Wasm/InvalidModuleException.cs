namespace Tapedeck.Wasm;

/// <summary>Why a module was refused.</summary>
public enum InvalidModuleReason
{
    /// <summary>The bytes are not a module.</summary>
    Malformed,

    /// <summary>The bytes are a module that breaks a validation rule.</summary>
    Invalid,

    /// <summary>The module uses a feature that this engine does not have; <see cref="InvalidModuleException.Feature"/> names it.</summary>
    Unsupported,

    /// <summary>The module is larger than <see cref="ModuleLimits"/> allow.</summary>
    TooLarge,
}

/// <summary>A module was refused before any of its code could run.</summary>
public sealed class InvalidModuleException : Exception
{
    public InvalidModuleException(InvalidModuleReason reason, string message, int offset, string section)
        : base($"{message} (at byte 0x{offset:x} in the {section} section)")
    {
        Reason = reason;
        Offset = offset;
        Section = section;
    }

    public InvalidModuleReason Reason { get; }

    /// <summary>The byte offset from the start of the module.</summary>
    public int Offset { get; }

    /// <summary>The name of the section, as <c>type</c>, <c>code</c>; <c>header</c> before the first.</summary>
    public string Section { get; }

    /// <summary>The feature that is not supported, as <c>gc</c>, <c>exceptions</c>, <c>memory64</c>, <c>threads</c>, <c>relaxed-simd</c>; null for other reasons.</summary>
    public string? Feature { get; init; }
}
